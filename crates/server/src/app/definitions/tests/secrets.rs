//! Secrets of definitions are on disk sealed and nowhere else.

use std::fs;

use lazuli_catalog::data_sources::CONNECTION_STRING;
use lazuli_wire::data_sources::DataSource;

use super::*;

const KEY: &str = "open sesame";

fn with_key(key: Value) -> indexes::Index {
    let body = serde_json::json!({
        "name": "hotels",
        "fields": [
            { "name": "id", "type": "Edm.String", "key": true },
            { "name": "v", "type": "Collection(Edm.Single)", "searchable": true, "dimensions": 2,
              "vectorSearchProfile": "p" },
        ],
        "vectorSearch": {
            "algorithms": [{ "name": "a", "kind": "hnsw" }],
            "profiles": [{ "name": "p", "algorithm": "a", "vectorizer": "o" }],
            "vectorizers": [{ "name": "o", "kind": "azureOpenAI", "azureOpenAIParameters": {
                "resourceUri": "https://a.openai.azure.com", "deploymentId": "d",
                "modelName": "text-embedding-3-small", "apiKey": key } }],
        },
    });
    indexes::Index::parse(body.to_string().as_bytes(), ApiVersion::NEWEST).unwrap()
}

fn stored(definitions: &Definitions) -> Row {
    definitions.rows.list("indexes").unwrap().remove(0)
}

/// What `secrets` opens to.
fn opened(definitions: &Definitions, vault: &Vault) -> Vec<(String, String)> {
    let internal: Value = serde_json::from_str(&stored(definitions).internal).unwrap();
    let secrets = internal.get("secrets").and_then(Value::as_object).cloned().unwrap_or_default();
    let open = |path: &str, sealed: &Value| {
        let secret = vault.unseal(&format!("indexes/hotels/{path}"), sealed.as_str().unwrap()).unwrap();
        secret.reveal().to_owned()
    };
    secrets.iter().map(|(path, sealed)| (path.clone(), open(path, sealed))).collect()
}

fn check(definitions: &Definitions, expected: &str) {
    let row = stored(definitions);
    assert!(!row.body.contains(expected) && !row.internal.contains(expected), "{row:?}");
    let entry = definitions.get::<Indexes>("hotels").unwrap();
    let shown = Value::Object(entry.definition.members(ApiVersion::NEWEST)).to_string();
    assert!(shown.contains("<redacted>") && !shown.contains(expected), "{shown}");
    let opened = opened(definitions, &definitions.parts.vault);
    assert_eq!(opened, [("vectorizers/o/azureOpenAIParameters/apiKey".to_owned(), expected.to_owned())]);
}

#[test]
fn a_secret_is_sealed_and_kept_until_another_comes() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(with_key(KEY.into()), &asked()).unwrap();
    check(&definitions, KEY);
    let put =
        |key: Value| definitions.create_or_update::<Indexes>("hotels", with_key(key), &asked()).unwrap();
    for same in [Value::Null, "<redacted>".into()] {
        let before = stored(&definitions).internal;
        put(same);
        check(&definitions, KEY);
        assert_eq!(stored(&definitions).internal, before, "nothing was sealed anew");
    }
    put("another".into());
    check(&definitions, "another");
    drop(definitions);
    check(&open(folder.path(), &Fuse::default()), "another");
}

#[test]
fn sealed_text_is_no_password_to_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(with_key(KEY.into()), &asked()).unwrap();
    let internal: Value = serde_json::from_str(&stored(&definitions).internal).unwrap();
    let sealed = internal["secrets"]["vectorizers/o/azureOpenAIParameters/apiKey"].as_str().unwrap();
    definitions.create_or_update::<Indexes>("hotels", with_key(sealed.into()), &asked()).unwrap();
    check(&definitions, sealed);
}

#[test]
fn a_client_that_cannot_see_a_secret_does_not_lose_it() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    let entry = definitions.create::<Indexes>(with_key(KEY.into()), &asked()).unwrap();
    for version in ApiVersion::ALL {
        let got = Value::Object(entry.definition.members(version)).to_string();
        let new = indexes::Index::parse(got.as_bytes(), version).unwrap();
        definitions.create_or_update::<Indexes>("hotels", new, &Asked { version, ..asked() }).unwrap();
        check(&definitions, KEY);
    }
}

#[test]
fn a_new_first_key_seals_everything_anew_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(with_key(KEY.into()), &asked()).unwrap();
    drop(definitions);
    let file = folder.path().join("secrets.key");
    let old = fs::read_to_string(&file).unwrap();
    let new = "0123456789abcdef".repeat(4);
    fs::write(&file, format!("{new}\n{old}")).unwrap();
    drop(open(folder.path(), &Fuse::default()));
    // The old key can go now.
    fs::write(&file, format!("{new}\n")).unwrap();
    check(&open(folder.path(), &Fuse::default()), KEY);
}

#[test]
fn an_index_whose_secret_cannot_be_opened_serves_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(with_key(KEY.into()), &asked()).unwrap();
    drop(definitions);
    let file = folder.path().join("secrets.key");
    let key = fs::read_to_string(&file).unwrap();
    fs::write(&file, "0123456789abcdef".repeat(4)).unwrap();

    let definitions = open(folder.path(), &Fuse::default());
    let entry = definitions.get::<Indexes>("hotels").unwrap();
    upload(&entry, r#"{"id":"1"}"#);
    definitions.create_or_update::<Indexes>("hotels", with_key(Value::Null), &asked()).unwrap();
    drop(definitions);

    fs::write(&file, key).unwrap();
    check(&open(folder.path(), &Fuse::default()), KEY);
}

fn data_source(connection_string: Value) -> DataSource {
    let body = serde_json::json!({
        "name": "docs", "type": "azureblob", "container": { "name": "docs" },
        "credentials": { "connectionString": connection_string },
    });
    DataSource::parse(body.to_string().as_bytes(), ApiVersion::NEWEST).unwrap()
}

/// The connection string of a data source is in no file in clear, in no answer, and in nothing that is printed.
#[test]
fn a_connection_string_is_sealed_hidden_and_revealed_for_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    let secret = "AccountName=me;AccountKey=b3BlbnNlc2FtZQ==";
    let entry = definitions.create::<DataSources>(data_source(secret.into()), &asked()).unwrap();
    let check = |definitions: &Definitions, entry: &Entry<DataSources>, expected: Option<&str>| {
        let shown = Value::Object(entry.definition.members(ApiVersion::NEWEST)).to_string();
        assert!(shown.contains(r#""connectionString":null"#), "{shown}");
        let row = definitions.rows.list("datasources").unwrap().remove(0);
        assert!(!format!("{row:?}{:?}", entry.definition).contains("AccountKey"), "{row:?}");
        let revealed = definitions.reveal(entry, CONNECTION_STRING).unwrap();
        assert_eq!(revealed.as_ref().map(|secret| secret.reveal()), expected);
    };
    check(&definitions, &entry, Some(secret));
    let put = |definitions: &Definitions, said: Value| {
        let put = definitions.create_or_update::<DataSources>("docs", data_source(said), &asked()).unwrap();
        let Put::Updated(entry) = put else { panic!("it was there") };
        entry
    };
    for kept in [Value::Null, "<unchanged>".into()] {
        check(&definitions, &put(&definitions, kept), Some(secret));
    }
    drop(definitions);
    for file in ["catalog.db", "catalog.db-wal"] {
        let bytes = fs::read(folder.path().join(file)).unwrap_or_default();
        let needle = b"b3BlbnNlc2FtZQ";
        assert!(!bytes.windows(needle.len()).any(|part| part == needle), "{file}");
    }
    let definitions = open(folder.path(), &Fuse::default());
    check(&definitions, &definitions.get::<DataSources>("docs").unwrap(), Some(secret));
    check(&definitions, &put(&definitions, "<redacted>".into()), None);
    check(&definitions, &put(&definitions, Value::Null), None);
}
