//! Tests against a running server that speaks S3, whose connection string is in `LAZULI_S3` and where buckets may be made; without
//! it they are silent.
//!
//! ```text
//! s3rver --directory /tmp/buckets --port 4568
//! LAZULI_S3='Endpoint=http://127.0.0.1:4568;AccessKeyId=S3RVER;SecretAccessKey=S3RVER'
//! ```

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use lazuli_platform::random::{OsRandom, Random};
use serde_json::json;

use super::bucket::host;
use super::*;
use crate::outside::Settings;
use crate::outside::tests::outside;
use crate::source::testing::{Setup, changes as run, content, shown};

/// A bucket of its own on the server, if there is one.
struct Real {
    connection: String,
    bucket: Bucket,
    settings: Settings,
}

impl Real {
    async fn there() -> Option<Self> {
        let connection = std::env::var("LAZULI_S3").ok()?;
        let name = format!("b{}", OsRandom.alphanumeric(16).to_lowercase());
        let settings = Settings { look_back: Duration::ZERO, ..Settings::default() };
        let s3 = S3::parse(&connection).unwrap();
        let real = Self {
            bucket: Bucket::new(s3, &name, &Arc::new(outside(settings.clone()))),
            connection,
            settings,
        };
        real.put("", b"", &[]).await;
        Some(real)
    }

    /// Writes an object; without a key, makes the bucket.
    async fn put(&self, key: &str, body: &[u8], metadata: &[(&str, &str)]) {
        let uri: http::Uri = self.bucket.url(key).parse().unwrap();
        let way_out = outside(self.settings.clone());
        let now = way_out.clock().unix_millis();
        let build = || {
            let mut request = Request::put(uri.clone())
                .header("host", host(&uri))
                .header("content-type", "text/plain")
                .header("content-length", body.len());
            for (name, value) in metadata {
                request = request.header(*name, *value);
            }
            let mut request = request.body(Bytes::copy_from_slice(body)).unwrap();
            self.bucket.sign(&mut request, "UNSIGNED-PAYLOAD", now)?;
            Ok(request)
        };
        let answer = way_out.fetch(build, 1_000_000).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
    }

    fn setup(&self) -> Setup {
        let mut setup = Setup::new("s3", &self.connection, &self.bucket.name).settings(self.settings.clone());
        setup.now = Timestamp::from_millisecond(setup.outside.clock().unix_millis()).unwrap();
        setup
    }
}

#[tokio::test]
async fn objects_with_any_key_come_with_metadata_and_content() {
    let Some(real) = Real::there().await else { return };
    let keys =
        ["plain.txt", "with blank.txt", "a+b%20c.txt", "Grüße & ‘più’.txt", "sub/dir/x.json", "(1)'!*~.txt"];
    for key in keys {
        real.put(key, key.as_bytes(), &[("x-amz-meta-author", "me")]).await;
    }
    let (changes, _) = run(&real.setup(), None).await.unwrap();
    assert_eq!(changes.len(), keys.len());
    for change in &changes {
        let whole = String::from_utf8(content(change).await.unwrap().unwrap()).unwrap();
        let Change::Changed(item) = change else { panic!() };
        assert_eq!(item.fields["metadata_storage_name"], whole.rsplit('/').next().unwrap());
        assert_eq!(item.fields["metadata_storage_size"], whole.len());
        assert_eq!(
            (&item.fields["author"], &item.fields["metadata_storage_content_type"]),
            (&json!("me"), &json!("text/plain"))
        );
        let named = Setup { only: Some(vec![item.id.clone()]), ..real.setup() };
        let (found, _) = run(&named, None).await.unwrap();
        assert_eq!(content(&found[0]).await.unwrap().unwrap(), whole.as_bytes());
    }
    let (chosen, _) = run(&real.setup().querying("sub/d"), None).await.unwrap();
    assert_eq!(shown(&chosen, "metadata_storage_name"), ["+x.json"]);
}

#[tokio::test]
async fn the_second_run_finds_what_changed() {
    let Some(real) = Real::there().await else { return };
    for key in ["a", "b", "c", "d"] {
        real.put(key, b"1", &[]).await;
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (first, mark) = run(&real.setup(), None).await.unwrap();
    assert_eq!(shown(&first, "metadata_storage_name"), ["+a", "+b", "+c", "+d"]);
    assert_eq!(run(&real.setup(), mark.as_ref()).await.unwrap().0.len(), 0);
    real.put("b", b"2", &[]).await;
    real.put("c", b"", &[("x-amz-meta-isdeleted", "True")]).await;
    real.put("d", b"2", &[("x-amz-meta-azuresearch_skip", "true")]).await;
    real.put("e", b"2", &[("x-amz-meta-azuresearch_skipcontent", "true")]).await;
    let (changes, _) = run(&real.setup().deleted_by("isdeleted", "true"), mark.as_ref()).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+b", "-c", "+e"]);
    assert_eq!(content(&changes[0]).await.unwrap().unwrap(), b"2");
    assert_eq!(content(&changes[2]).await.unwrap(), None);
}

#[tokio::test]
async fn large_objects_come_in_ranges_and_empty_ones_without() {
    let Some(real) = Real::there().await else { return };
    let large: Vec<u8> = (0..9_500_000_u32).map(|n| (n % 251) as u8).collect();
    real.put("large", &large, &[]).await;
    real.put("empty", b"", &[]).await;
    let (changes, _) = run(&real.setup(), None).await.unwrap();
    assert_eq!(content(&changes[0]).await.unwrap().unwrap(), b"");
    assert!(content(&changes[1]).await.unwrap().unwrap() == large);
    real.put("large", b"smaller", &[]).await;
    assert_eq!(content(&changes[1]).await.unwrap().unwrap(), b"smaller");
}

#[tokio::test]
async fn wrong_keys_and_names_are_told_apart() {
    let Some(real) = Real::there().await else { return };
    let missing = Setup::new("s3", &real.connection, "nosuchbucket").settings(real.settings.clone());
    let missing = run(&missing, None).await.map(drop);
    assert!(matches!(missing, Err(SourceError::Missing(_))), "{missing:?}");
    let mut setup = real.setup();
    setup.connection = setup.connection.replace(";AccessKeyId=", ";AccessKeyId=X");
    let refused = run(&setup, None).await.map(drop);
    assert!(matches!(refused, Err(SourceError::Credentials(_))), "{refused:?}");
}
