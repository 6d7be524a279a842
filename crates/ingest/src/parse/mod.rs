//! What an item holds: one [`Record`], or many where a line, an element or a section is a document of its own.

use serde_json::{Map, Value};

use crate::source::{BoxFuture, ItemError, SourceError};

/// One entity of an item: a line, an element, a section, or the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its values by source field name, those of the item among them.
    pub fields: Map<String, Value>,
    /// 1-based within the item, where one item makes many records.
    pub ordinal: Option<u64>,
}

/// The records of one item, read as they are asked for, so that an item may be larger than the memory.
pub trait Records: Send {
    /// The next record, or why this one cannot be read while others may be; `None` at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Record, ItemError>>, SourceError>>;
}
