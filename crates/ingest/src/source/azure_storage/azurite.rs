//! Tests against a running Azurite, whose connection string is in `LAZULI_AZURITE`; without it they are silent.
//!
//! ```text
//! azurite --silent --disableTelemetry --inMemoryPersistence --blobPort 21000 --queuePort 21001 --tablePort 21002
//! LAZULI_AZURITE='AccountName=devstoreaccount1;AccountKey=…;BlobEndpoint=http://127.0.0.1:21000/devstoreaccount1;TableEndpoint=http://127.0.0.1:21002/devstoreaccount1'
//! ```

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::Timestamp;
use lazuli_platform::random::{OsRandom, Random};
use serde_json::json;

use super::*;
use crate::outside::Settings;
use crate::outside::tests::outside;
use crate::source::testing::{Setup, changes as run, content, shown};
use crate::source::{Change, Mark};
use lazuli_catalog::data_sources::connection::{Storage, StorageService};

/// The version of signatures.
const SIGNED: &str = "2019-12-12";

/// Azurite, if there is one.
pub(crate) struct Azurite {
    pub(crate) connection: String,
}

impl Azurite {
    pub(crate) fn there() -> Option<Self> {
        std::env::var("LAZULI_AZURITE").ok().map(|connection| Self { connection })
    }

    pub(crate) async fn send(&self, service: StorageService, ask: &Ask) -> Answer {
        let account = Account::new(Storage::parse(&self.connection, service).unwrap(), service, "").unwrap();
        let client = Client { account, outside: Arc::new(outside(Settings::default())) };
        let answer = client.send(ask, 1_000_000).await.unwrap();
        assert!(answer.status.is_success(), "{ask:?}: {answer:?}");
        answer
    }

    /// A value of the connection string.
    fn part(&self, name: &str) -> &str {
        let mut pairs = self.connection.split(';').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).unwrap().1
    }

    /// `sig=…` of a text.
    fn signature(&self, text: &str) -> String {
        let key =
            ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &STANDARD.decode(self.part("AccountKey")).unwrap());
        let tag = STANDARD.encode(ring::hmac::sign(&key, text.as_bytes()));
        format!("sig={}", crate::source::stored::escaped(&tag).replace('/', "%2F"))
    }

    /// A signature of the account that lets blobs be listed and read until the end of a year.
    fn of_account(&self, year: u16) -> String {
        let account = self.part("AccountName");
        let text = format!("{account}\nrl\nb\nsco\n\n{year}-12-31\n\n\n{SIGNED}\n");
        let signature = self.signature(&text);
        format!("sv={SIGNED}&ss=b&srt=sco&sp=rl&se={year}-12-31&{signature}")
    }

    /// The same for one container: a signature of the service.
    fn of_container(&self, container: &str, year: u16) -> String {
        let place = format!("/blob/{}/{container}", self.part("AccountName"));
        // Identifier, addresses, protocol; version and kind; snapshot and five headers of answers.
        let text = format!("rl\n\n{year}-12-31\n{place}\n\n\n\n{SIGNED}\nc\n\n\n\n\n\n");
        let signature = self.signature(&text);
        format!("sv={SIGNED}&sr=c&sp=rl&se={year}-12-31&{signature}")
    }

    async fn container(&self) -> String {
        let name = format!("c{}", OsRandom.alphanumeric(16).to_lowercase());
        let mut ask = Ask { method: Method::PUT, ..Ask::get(format!("/{name}")) };
        ask.query = vec![("restype", "container".into())];
        self.send(StorageService::Blob, &ask).await;
        name
    }

    async fn put(&self, container: &str, name: &str, body: &[u8], metadata: &[(&'static str, &str)]) {
        let path = format!("/{container}/{}", crate::source::stored::escaped(name));
        let mut ask = Ask { method: Method::PUT, body: Bytes::copy_from_slice(body), ..Ask::get(path) };
        ask.headers = vec![("x-ms-blob-type", "BlockBlob".into()), ("content-type", "text/plain".into())];
        if body.is_empty() {
            // hyper says no length where there is nothing, and Azurite wants one.
            ask.headers.push(("content-length", "0".into()));
        }
        ask.headers.extend(metadata.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.send(StorageService::Blob, &ask).await;
    }

    fn case(&self, container: &str) -> Setup {
        let mut case = Setup::new("azureblob", &self.connection, container).settings(Settings::default());
        case.now = Timestamp::from_millisecond(case.outside.clock().unix_millis()).unwrap();
        case
    }
}

async fn names(case: &Setup, since: Option<&Mark>) -> (Vec<String>, Option<Mark>) {
    let (changes, mark) = run(case, since).await.unwrap();
    (shown(&changes, "metadata_storage_name"), mark)
}

#[tokio::test]
async fn blobs_with_any_name_come_with_metadata_and_content() {
    let Some(azurite) = Azurite::there() else { return };
    let container = azurite.container().await;
    for name in
        ["plain.txt", "with blank.txt", "Grüße & ‘più’.txt", "a+b%20c.txt", "sub/dir/x.json", "(1)'!*.txt"]
    {
        azurite.put(&container, name, name.as_bytes(), &[("x-ms-meta-Author", "me")]).await;
    }
    let case = azurite.case(&container);
    let (changes, _) = run(&case, None).await.unwrap();
    assert_eq!(changes.len(), 6);
    for change in &changes {
        let whole = String::from_utf8(content(change).await.unwrap().unwrap()).unwrap();
        let Change::Changed(item) = change else { panic!() };
        assert_eq!(item.fields["metadata_storage_name"], whole.rsplit('/').next().unwrap());
        assert_eq!(item.fields["metadata_storage_size"], whole.len());
        assert_eq!(item.fields["metadata_storage_path"], item.id);
        assert_eq!(item.fields["metadata_storage_content_type"], "text/plain");
        assert!(item.fields.contains_key("metadata_storage_content_md5"));
        assert!(item.fields.keys().any(|name| name.eq_ignore_ascii_case("author")), "{:?}", item.fields);
        // The one by its address.
        let named = Setup { only: Some(vec![item.id.clone()]), ..azurite.case(&container) };
        let (found, _) = run(&named, None).await.unwrap();
        assert_eq!(content(&found[0]).await.unwrap().unwrap(), whole.as_bytes());
    }
    let query = azurite.case(&container).querying("/sub/");
    assert_eq!(names(&query, None).await.0, ["+x.json"]);
    let chosen = azurite.case(&container).configured(json!({"indexedFileNameExtensions": ".json"}));
    assert_eq!(names(&chosen, None).await.0, ["+x.json"]);
}

#[tokio::test]
async fn the_second_run_finds_what_changed() {
    let Some(azurite) = Azurite::there() else { return };
    let container = azurite.container().await;
    for name in ["a", "b", "c", "d"] {
        azurite.put(&container, name, b"1", &[]).await;
    }
    let quick = |case: Setup| Setup {
        now: case.now,
        ..case.settings(Settings { look_back: std::time::Duration::ZERO, ..Settings::default() })
    };
    let (first, mark) = names(&quick(azurite.case(&container)), None).await;
    assert_eq!(first, ["+a", "+b", "+c", "+d"]);
    // Within the look-back of the default everything is found again, as with the service.
    let (_, seen) = names(&azurite.case(&container), None).await;
    assert_eq!(names(&azurite.case(&container), seen.as_ref()).await.0.len(), 4);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let (_, mark) = names(&quick(azurite.case(&container)), mark.as_ref()).await;
    azurite.put(&container, "b", b"2", &[]).await;
    azurite.put(&container, "c", b"", &[("x-ms-meta-IsDeleted", "True")]).await;
    azurite.put(&container, "d", b"2", &[("x-ms-meta-azuresearch_skip", "true")]).await;
    azurite.put(&container, "e", b"2", &[("x-ms-meta-AzureSearch_SkipContent", "true")]).await;
    let case = quick(azurite.case(&container)).deleted_by("isdeleted", "true");
    let (changes, _) = run(&case, mark.as_ref()).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+b", "-c", "+e"]);
    assert_eq!(content(&changes[0]).await.unwrap().unwrap(), b"2");
    assert_eq!(content(&changes[2]).await.unwrap(), None);
}

#[tokio::test]
async fn large_blobs_come_in_ranges_and_empty_ones_without() {
    let Some(azurite) = Azurite::there() else { return };
    let container = azurite.container().await;
    let large: Vec<u8> = (0..9_500_000_u32).map(|n| (n % 251) as u8).collect();
    azurite.put(&container, "large", &large, &[]).await;
    azurite.put(&container, "empty", b"", &[]).await;
    let (changes, _) = run(&azurite.case(&container), None).await.unwrap();
    assert_eq!(content(&changes[0]).await.unwrap().unwrap(), b"");
    assert!(content(&changes[1]).await.unwrap().unwrap() == large);
    azurite.put(&container, "large", b"smaller", &[]).await;
    assert_eq!(content(&changes[1]).await.unwrap().unwrap(), b"smaller");
}

/// Of the account and of one container, in the forms that the service takes.
#[tokio::test]
async fn signatures_open_what_they_are_of() {
    let Some(azurite) = Azurite::there() else { return };
    let container = azurite.container().await;
    let other = azurite.container().await;
    azurite.put(&container, "a b", b"text", &[]).await;
    let endpoint = azurite.part("BlobEndpoint");
    let by = |connection: String, container: &str| Setup { connection, ..azurite.case(container) };
    let of_account =
        |year| format!("BlobEndpoint={endpoint};SharedAccessSignature={}", azurite.of_account(year));
    let of_container = |name: &str, year| {
        format!("ContainerSharedAccessUri={endpoint}/{name}?{}", azurite.of_container(&container, year))
    };
    for connection in [of_account(2100), of_container(&container, 2100)] {
        let (changes, _) = run(&by(connection, &container), None).await.unwrap();
        assert_eq!(shown(&changes, "metadata_storage_name"), ["+a b"]);
        assert_eq!(content(&changes[0]).await.unwrap().unwrap(), b"text");
    }
    for (connection, container) in [
        (of_account(2020), &container),
        (of_container(&container, 2020), &container),
        // Signed for the first.
        (of_container(&other, 2100), &other),
    ] {
        let refused = run(&by(connection, container), None).await.map(drop);
        assert!(matches!(refused, Err(SourceError::Credentials(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn wrong_keys_and_names_are_told_apart() {
    let Some(azurite) = Azurite::there() else { return };
    let missing = run(&azurite.case("nosuchcontainer"), None).await.map(drop);
    assert!(matches!(missing, Err(SourceError::Missing(_))), "{missing:?}");
    let container = azurite.container().await;
    let mut case = azurite.case(&container);
    case.connection = case.connection.replace("AccountKey=", "AccountKey=AAAA");
    let refused = run(&case, None).await.map(drop);
    assert!(matches!(refused, Err(SourceError::Credentials(_))), "{refused:?}");
}
