//! What exists and what is allowed: names, field rules, references between parts of a definition, which changes of a
//! definition are permitted. A definition as it came over the wire is bound into a [`Schema`] that can no longer be
//! wrong, and JSON becomes a checked, canonical document in exactly one place, [`document`].

pub mod aliases;
pub mod analysis;
pub mod data_sources;
pub mod document;
pub mod gates;
pub mod index;
pub mod indexers;
pub mod limits;
pub mod names;
pub mod schema;
pub mod synonym_maps;
pub mod tiers;
pub mod value;

mod analyzers;
mod changes;
mod components;
mod cors;
mod duration;
pub mod error;
mod fields;
mod paths;
mod scoring;
mod secrets;
mod semantic;
mod similarity;
mod suggesters;
mod vectors;
mod words;

pub use error::DefinitionError;
pub use schema::{Field, FieldId, FieldType, Schema, VectorType};
pub use value::{GeoPoint, Value};
