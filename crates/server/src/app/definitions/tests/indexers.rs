//! Whoever runs indexers is told of their changes, in order and when they are in force.

use std::sync::Mutex;

use lazuli_wire::data_sources::DataSource;
use lazuli_wire::indexers::Indexer;

use super::*;

/// Writes down what it is told.
#[derive(Default)]
struct Diary(Mutex<Vec<String>>);

impl Diary {
    fn write(&self, what: &str, indexer: &str) {
        self.0.lock().unwrap().push(format!("{what} {indexer}"));
    }
}

impl IndexerWatch for Diary {
    fn indexer_created(&self, indexer: &Indexer) {
        self.write("created", &indexer.name);
    }

    fn indexer_updated(&self, indexer: &Indexer) {
        self.write("updated", &indexer.name);
    }

    fn indexer_deleted(&self, name: &str) {
        self.write("deleted", name);
    }
}

fn indexer(index: &str) -> Indexer {
    let body = serde_json::json!({ "name": "x", "dataSourceName": "docs", "targetIndexName": index });
    Indexer::parse(body.to_string().as_bytes(), ApiVersion::NEWEST).unwrap()
}

#[test]
fn changes_are_told_once_they_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    let diary = Arc::new(Diary::default());
    definitions.watch_indexers(diary.clone());
    let body = br#"{"name":"docs","type":"files","container":{"name":"."},"credentials":{"connectionString":"Folder=/d"}}"#;
    let source = DataSource::parse(body, ApiVersion::NEWEST).unwrap();
    definitions.create::<DataSources>(source, &asked()).unwrap();
    definitions.create::<Indexes>(index("hotels", &[]), &asked()).unwrap();

    definitions.create::<Indexers>(indexer("hotels"), &asked()).unwrap();
    definitions.create_or_update::<Indexers>("x", indexer("hotels"), &asked()).unwrap();
    assert!(definitions.create_or_update::<Indexers>("x", indexer("nowhere"), &asked()).is_err());
    assert!(definitions.create::<Indexers>(indexer("hotels"), &asked()).is_err());
    // Neither what it reads nor what it writes is held.
    definitions.delete::<DataSources>("docs", &asked()).unwrap();
    definitions.delete::<Indexes>("hotels", &asked()).unwrap();
    definitions.delete::<Indexers>("x", &asked()).unwrap();
    assert_eq!(*diary.0.lock().unwrap(), ["created x", "updated x", "deleted x"]);
}
