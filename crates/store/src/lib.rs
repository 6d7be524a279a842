//! The durable truth, in SQLite: the documents of each index by sequence number, and the definitions.
//!
//! Everything else that Lazuli keeps can be rebuilt from here, so this crate promises three things: what was reported
//! as stored is on the medium, what is read back is what was written (every row carries a checksum), and the order of
//! sequence numbers is the order of calls. It is the only crate that knows SQLite; no type of it shows outside.
//!
//! [`DocumentStore`] is one file per index, append-only: every write is a new [`Row`], the newest row of a key is the
//! document, a row without a body is a deletion. So the store is its own change log: "what has changed since n" is
//! [`DocumentStore::scan`]. [`CatalogStore`] is one file of [`Definition`]s, whose secrets a [`vault`] seals,
//! and of what is remembered of indexers and of what they have seen.
//!
//! ```
//! use lazuli_store::{DocumentStore, StoreOptions};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let store = DocumentStore::create(&folder.path().join("documents.db"), &StoreOptions::default())?;
//! let seq = store.write(64, |transaction| {
//!     let older = transaction.newest_seq("hotel-1")?;
//!     transaction.append("hotel-1", Some(b"{\"Rating\":4}"), None, older)
//! })?;
//! let row = store.newest("hotel-1")?.unwrap();
//! assert_eq!((row.seq, row.body.as_deref()), (seq, Some(&b"{\"Rating\":4}"[..])));
//! # Ok::<(), lazuli_store::StoreError>(())
//! ```

mod error;
mod options;
mod row;

mod absence;
mod catalog;
mod documents;
mod indexer_states;
pub mod vault;

mod check;
mod checkpoint;
mod connection;
mod log_readers;
mod purge;
mod readers;
mod schema;
mod transaction;
mod wal;
mod writer;

pub use absence::{AbsenceEntry, AbsenceRun, AbsenceSet};
pub use catalog::{CatalogStore, CatalogTransaction, Definition};
pub use documents::{DocumentStore, StoreStatistics};
pub use error::StoreError;
pub use indexer_states::IndexerState;
pub use log_readers::LogReader;
pub use options::StoreOptions;
pub use row::{NewestSeq, Row};
pub use transaction::Transaction;
pub use writer::{Done, Work};
