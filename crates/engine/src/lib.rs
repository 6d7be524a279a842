//! One index at work: write, commit, search, rank. The only crate that names tantivy.
//!
//! The truth of an index is its store (SQLite); everything else here is derived from it and can be rebuilt. A write
//! goes `append` → store (acknowledged) → applier → tantivy → snapshot (visible); a search takes the newest snapshot
//! that contains every write acknowledged before it came (design.md §4.2–4.5).
//!
//! Nothing of tantivy, SQLite or the local disk shows in the public face: another engine can stand behind it.

mod engine;
mod index;
mod settings;

mod search;

mod filter;

mod bits;
mod snapshot;

mod segment;

mod directory;
mod open_indexes;
mod writers;

mod error;

#[cfg(test)]
mod tests;

pub use engine::Engine;
pub use error::EngineError;
pub use filter::cache::CacheFigures;
pub use index::{ActionResult, Hit, Index, IndexState, Outcome, Page, Reply, Statistics, StoredDocument};
pub use search::Synonyms;
pub use settings::{Parts, Settings, Visibility};
