//! Data sources: where indexers find their documents (`indexers.md` §2).

pub mod connection;
mod source_type;

pub use source_type::SourceType;
