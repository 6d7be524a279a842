//! What is remembered of each indexer between its runs, in a table of its own beside the definitions.
//!
//! A state is opaque JSON that changes often; a definition is the client's and changes rarely, with an ETag. So they are not one
//! row. Catalogues made before there were indexers get the table when they are opened.

use rusqlite::params;

use crate::catalog::{CatalogStore, CatalogTransaction};
use crate::error::StoreError;

/// The table; also part of a new catalogue.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS indexer_states(name TEXT PRIMARY KEY, state TEXT NOT NULL, crc INTEGER NOT NULL);";

/// What is remembered of one indexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexerState {
    /// The indexer's name.
    pub name: String,
    /// JSON.
    pub state: String,
}

impl CatalogStore {
    /// What is remembered of all indexers, sorted by name.
    pub fn indexer_states(&self) -> Result<Vec<IndexerState>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT name, state, crc FROM indexer_states ORDER BY name")?;
            let mut rows = statement.query([])?;
            let mut states = Vec::new();
            while let Some(row) = rows.next()? {
                let state = IndexerState { name: row.get(0)?, state: row.get(1)? };
                if row.get::<_, i64>(2)? != i64::from(state.checksum()) {
                    let name = state.name;
                    return Err(StoreError::corrupt(format!(
                        "the checksum of the state of indexer {name:?} is wrong"
                    )));
                }
                states.push(state);
            }
            Ok(states)
        })
    }
}

impl CatalogTransaction<'_> {
    /// Stores a state in place of the one of that name.
    pub fn put_indexer_state(&self, state: &IndexerState) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("INSERT OR REPLACE INTO indexer_states VALUES(?1, ?2, ?3)")?;
        statement.execute(params![state.name, state.state, state.checksum()])?;
        Ok(())
    }

    /// Forgets an indexer, with what it has seen; false if nothing was remembered.
    pub fn delete_indexer_state(&self, name: &str) -> Result<bool, StoreError> {
        self.give_up_absence_set(name)?;
        let mut statement = self.connection.prepare_cached("DELETE FROM indexer_states WHERE name = ?1")?;
        Ok(statement.execute([name])? > 0)
    }
}

impl IndexerState {
    fn checksum(&self) -> u32 {
        let mut crc = crc32fast::Hasher::new();
        for part in [&self.name, &self.state] {
            crc.update(&(part.len() as u64).to_le_bytes());
            crc.update(part.as_bytes());
        }
        crc.finalize()
    }
}
