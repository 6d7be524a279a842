//! What one segment holds of a document, and how it gets there.
//!
//! The tantivy schema is the same for every index and never changes: two fields, `exact` (terms without frequencies)
//! and `text` (terms with frequencies and positions). Every term carries its field in front ([`terms`]); everything
//! that is not a posting lives in one container file per segment with named sections ([`container`]), written by one
//! tantivy plugin ([`plugin`]). So a field can be added at any time and no merge can fail (design.md §4.4).
//!
//! A document travels `catalog::Document` → [`pack`] → [`PackedDocument`] → tantivy + plugin.

pub(crate) mod columns;
pub(crate) mod container;
pub(crate) mod deletion;
pub(crate) mod format;
pub(crate) mod impacts;
pub(crate) mod in_flight;
pub(crate) mod merge_policy;
pub(crate) mod norms;
pub(crate) mod opened;
pub(crate) mod pack;
pub(crate) mod plugin;
pub(crate) mod terms;
pub(crate) mod tokens;

pub(crate) use format::{EXACT, TEXT};
pub(crate) use pack::{PackedDocument, Packer};
