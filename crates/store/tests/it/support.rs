//! A store in a folder of its own, and short words for what the tests do with it.

use std::path::PathBuf;
use std::sync::mpsc;

use lazuli_store::{DocumentStore, Row, StoreError, StoreOptions, Transaction};
use tempfile::TempDir;

pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) options: StoreOptions,
    store: Option<DocumentStore>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(StoreOptions::default())
    }

    pub(crate) fn with(options: StoreOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = DocumentStore::create(&folder.path().join("documents.db"), &options).unwrap();
        Self { folder, options, store: Some(store) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("documents.db")
    }

    pub(crate) fn store(&self) -> &DocumentStore {
        self.store.as_ref().unwrap()
    }

    pub(crate) fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close();
        }
    }

    pub(crate) fn open(&mut self) -> Result<(), StoreError> {
        self.store = Some(DocumentStore::open(&self.path(), &self.options)?);
        Ok(())
    }

    pub(crate) fn reopen(&mut self) {
        self.close();
        self.open().unwrap();
    }

    pub(crate) fn put(&self, key: &str, body: &[u8]) -> u64 {
        put(self.store(), key, Some(body), None).unwrap()
    }

    pub(crate) fn delete(&self, key: &str) -> u64 {
        put(self.store(), key, None, None).unwrap()
    }

    pub(crate) fn newest_body(&self, key: &str) -> Option<Vec<u8>> {
        self.store().newest(key).unwrap().and_then(|row| row.body)
    }

    pub(crate) fn log(&self) -> Vec<Row> {
        log(self.store()).unwrap()
    }
}

/// One durable write, as an upload does it.
pub(crate) fn put(
    store: &DocumentStore,
    key: &str,
    body: Option<&[u8]>,
    vectors: Option<&[u8]>,
) -> Result<u64, StoreError> {
    let (key, body, vectors) = (key.to_owned(), body.map(<[u8]>::to_vec), vectors.map(<[u8]>::to_vec));
    let weight = body.as_ref().map_or(0, Vec::len);
    store.write(weight, move |transaction| append(transaction, &key, body.as_deref(), vectors.as_deref()))
}

pub(crate) fn append(
    transaction: &mut Transaction<'_>,
    key: &str,
    body: Option<&[u8]>,
    vectors: Option<&[u8]>,
) -> Result<u64, StoreError> {
    let older = transaction.newest_seq(key)?;
    transaction.append(key, body, vectors, older)
}

/// All rows, read in small pages.
pub(crate) fn log(store: &DocumentStore) -> Result<Vec<Row>, StoreError> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let page = store.scan(rows.last().map_or(0, |row| row.seq), 7, 1 << 20)?;
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

/// Submits without waiting; the outcome arrives in the receiver.
pub(crate) fn submit(
    store: &DocumentStore,
    weight_bytes: usize,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<(), StoreError> + Send + 'static,
) -> mpsc::Receiver<Result<(), StoreError>> {
    let (tell, told) = mpsc::channel();
    store.submit(weight_bytes, Box::new(work), Box::new(move |outcome| tell.send(outcome).unwrap_or(())));
    told
}

/// Keeps the writer busy until the sender is dropped, so that what is submitted meanwhile becomes one group.
pub(crate) fn hold_writer(store: &DocumentStore) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begun, beginning) = mpsc::channel();
    drop(submit(store, 0, move |_transaction| {
        begun.send(()).unwrap();
        let _ = released.recv();
        Ok(())
    }));
    beginning.recv().unwrap();
    release
}

pub(crate) fn refused(why: &str) -> StoreError {
    StoreError::WorkFailed(why.into())
}
