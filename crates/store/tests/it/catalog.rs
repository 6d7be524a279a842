//! What a store of definitions answers.

use lazuli_store::{CatalogStore, Definition, DocumentStore, IndexerState, StoreError, StoreOptions};
use tempfile::TempDir;

fn folder() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    (folder, path)
}

fn open(path: &std::path::Path) -> CatalogStore {
    CatalogStore::open_or_create(path, &StoreOptions::default()).unwrap()
}

fn definition(kind: &str, name: &str, etag: &str) -> Definition {
    Definition {
        kind: kind.to_owned(),
        name: name.to_owned(),
        etag: etag.to_owned(),
        body: format!("{{\"name\":\"{name}\"}}"),
        internal: "{}".to_owned(),
        changed_millis: -1,
    }
}

fn put(store: &CatalogStore, definition: &Definition) {
    store.change(|transaction| transaction.put(definition)).unwrap();
}

#[test]
fn definitions_are_kept_by_kind_and_name() {
    let (_folder, path) = folder();
    let store = open(&path);
    assert_eq!((store.list("indexes").unwrap(), store.get("indexes", "b").unwrap()), (vec![], None));
    let (b, a, other) =
        (definition("indexes", "b", "1"), definition("indexes", "a", "2"), definition("aliases", "b", "3"));
    [&b, &a, &other].into_iter().for_each(|definition| put(&store, definition));
    assert_eq!(store.list("indexes").unwrap(), [a.clone(), b.clone()]);
    assert_eq!(store.get("aliases", "b").unwrap(), Some(other.clone()));
    assert_eq!(store.get("indexes", "B").unwrap(), None);

    let newer = definition("indexes", "b", "4");
    put(&store, &newer);
    let identity = store.identity();
    drop(store);
    let store = open(&path);
    assert_eq!(store.identity(), identity);
    assert_eq!(store.list("indexes").unwrap(), [a, newer]);
    let deleted: Result<_, StoreError> = store
        .change(|transaction| Ok((transaction.delete("indexes", "b")?, transaction.delete("indexes", "b")?)));
    assert_eq!(deleted.unwrap(), (true, false));
    assert_eq!(store.get("indexes", "b").unwrap(), None);
    store.check().unwrap();
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[test]
fn a_change_is_all_or_nothing() {
    let (_folder, path) = folder();
    let store = open(&path);
    put(&store, &definition("indexes", "a", "1"));
    let outcome: Result<(), Refusal> = store.change(|transaction| {
        transaction.put(&definition("indexes", "b", "1"))?;
        transaction.delete("indexes", "a")?;
        assert_eq!(transaction.list("indexes")?.len(), 1);
        assert!(transaction.get("indexes", "a")?.is_none());
        Err(Refusal::Taken)
    });
    assert!(matches!(outcome, Err(Refusal::Taken)));
    let names = |store: &CatalogStore| -> Vec<String> {
        store.list("indexes").unwrap().into_iter().map(|definition| definition.name).collect()
    };
    assert_eq!(names(&store), ["a"]);
    let panicking = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.change(|transaction| -> Result<(), StoreError> {
            transaction.delete("indexes", "a")?;
            panic!("in the middle");
        })
    }));
    assert!(panicking.is_err());
    assert_eq!(names(&store), ["a"]);
    put(&store, &definition("indexes", "c", "1"));
    assert_eq!(names(&store), ["a", "c"]);
}

#[test]
fn changes_from_many_threads_happen_one_at_a_time() {
    let (_folder, path) = folder();
    let store = open(&path);
    put(&store, &definition("counters", "n", "0"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let change: Result<(), StoreError> = store.change(|transaction| {
                        let now = transaction.get("counters", "n")?.unwrap();
                        let next = now.etag.parse::<u64>().unwrap() + 1;
                        transaction.put(&definition("counters", "n", &next.to_string()))
                    });
                    change.unwrap();
                    store.list("counters").unwrap();
                }
            });
        }
    });
    assert_eq!(store.get("counters", "n").unwrap().unwrap().etag, "100");
}

#[test]
fn a_store_of_another_kind_is_recognised() {
    let (folder, path) = folder();
    drop(open(&path));
    let options = StoreOptions::default();
    assert!(matches!(DocumentStore::open(&path, &options), Err(StoreError::Corrupt { .. })));
    let documents = folder.path().join("documents.db");
    drop(DocumentStore::create(&documents, &options).unwrap());
    assert!(matches!(CatalogStore::open_or_create(&documents, &options), Err(StoreError::Corrupt { .. })));
    fs_err::write(&path, "this is not a database, though it is long enough to be read as one".repeat(99))
        .unwrap();
    assert!(matches!(CatalogStore::open_or_create(&path, &options), Err(StoreError::Corrupt { .. })));
    fs_err::write(&path, "").unwrap();
    assert!(matches!(CatalogStore::open_or_create(&path, &options), Err(StoreError::Corrupt { .. })));
}

#[test]
fn what_a_crash_while_creating_leaves_is_cleared_away() {
    let (folder, path) = folder();
    for name in ["catalog.db.new", "catalog.db.new-wal", "catalog.db.new-shm"] {
        fs_err::write(folder.path().join(name), "half of it".repeat(1000)).unwrap();
    }
    let store = open(&path);
    put(&store, &definition("indexes", "a", "1"));
    drop(store);
    let names: Vec<_> =
        fs_err::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["catalog.db"]);
    assert_eq!(open(&path).list("indexes").unwrap().len(), 1);
}

fn remember(store: &CatalogStore, name: &str, state: &str) -> IndexerState {
    let state = IndexerState { name: name.to_owned(), state: state.to_owned() };
    store.change(|transaction| transaction.put_indexer_state(&state)).unwrap();
    state
}

#[test]
fn states_of_indexers_are_kept_beside_the_definitions() {
    let (_folder, path) = folder();
    let store = open(&path);
    assert_eq!(store.indexer_states().unwrap(), []);
    let (b, _) = (remember(&store, "b", "{}"), remember(&store, "a", "{\"mark\":1}"));
    let newer = remember(&store, "a", "{\"mark\":2}");
    drop(store);
    let store = open(&path);
    assert_eq!(store.indexer_states().unwrap(), [newer.clone(), b]);
    let forget = |name: &str| -> Result<bool, StoreError> {
        store.change(|transaction| transaction.delete_indexer_state(name))
    };
    assert_eq!((forget("b").unwrap(), forget("b").unwrap()), (true, false));
    assert_eq!(store.indexer_states().unwrap(), [newer]);
    store.check().unwrap();
}

#[test]
fn a_catalogue_from_before_there_were_indexers_gets_their_table() {
    let (_folder, path) = folder();
    let kept = definition("indexes", "b", "1");
    put(&open(&path), &kept);
    let older = rusqlite::Connection::open(&path).unwrap();
    older.execute_batch("DROP TABLE indexer_states").unwrap();
    older.close().unwrap();
    let store = open(&path);
    let state = remember(&store, "b", "{}");
    assert_eq!((store.indexer_states().unwrap(), store.list("indexes").unwrap()), (vec![state], vec![kept]));
}
