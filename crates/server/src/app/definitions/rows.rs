//! The catalogue's rows as the definitions need them. A double in the tests fails and loses power on purpose.

use std::sync::Arc;

use lazuli_store::{CatalogStore, Definition as Row, StoreError};

/// Where definitions are kept.
pub(crate) trait Rows: Send + Sync {
    /// All rows of a kind, sorted by name.
    fn list(&self, kind: &str) -> Result<Vec<Row>, StoreError>;

    /// Stores a row in place of the one of its kind and name; durable when it returns. After [`StoreError::Io`] nobody
    /// knows whether it is stored.
    fn put(&self, row: &Row) -> Result<(), StoreError>;

    /// Removes a row; durable when it returns.
    fn delete(&self, kind: &str, name: &str) -> Result<(), StoreError>;
}

impl Rows for Arc<CatalogStore> {
    fn list(&self, kind: &str) -> Result<Vec<Row>, StoreError> {
        CatalogStore::list(self, kind)
    }

    fn put(&self, row: &Row) -> Result<(), StoreError> {
        self.change(|catalog| catalog.put(row))
    }

    fn delete(&self, kind: &str, name: &str) -> Result<(), StoreError> {
        self.change(|catalog| catalog.delete(kind, name).map(drop))
    }
}
