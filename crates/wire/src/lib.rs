//! What clients send and receive: serde structs of the newest shape of every resource, and the table that says which
//! member exists since which api-version.
//!
//! A body is read in two steps: [`since`] checks its members against the table, so that an unknown or too new one is
//! refused with the service's sentence, then serde fills the struct. Nothing here knows HTTP, an index or what a value
//! means; those are checked by the catalogue and the query parsers.

pub mod aliases;
pub mod analyze;
pub mod data_sources;
pub mod documents;
pub mod encryption;
pub mod errors;
pub mod indexer_requests;
pub mod indexer_status;
pub mod indexers;
pub mod indexes;
mod json;
pub mod number;
pub mod search;
pub mod since;
pub mod statistics;
pub mod synonym_maps;
pub mod version;

pub use json::{JsonError, Pairs, parse_object};
pub use version::ApiVersion;
