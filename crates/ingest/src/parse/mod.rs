//! What an item holds: one [`Record`], or many where a line, an element or a section is a document of its own.
//!
//! ```text
//! chunks ──utf8──▶ lines / elements / delimited ──▶ records        in the memory of one record
//! chunks ──all──▶ text / json / markdown / crack ──▶ records       in the memory of one item
//! ```
//!
//! `reading.rs` is the only part that waits for bytes; everything else is a function of bytes, or a machine that bytes are
//! fed to in pieces of any size.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::source::{BoxFuture, Item, ItemError, Note, SourceError};

pub use configuration::{Configuration, Mode, Parsing};
pub use fault::Fault;

mod configuration;

mod reading;

mod utf8;

mod split;

mod lines;

mod elements;

mod scan;

mod delimited;

mod text;

mod json;

mod markdown;

mod crack;

mod fault;

pub mod limits;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::memory;

/// One entity of an item: a line, an element, a section, or the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The item's id, for errors.
    pub source: Arc<str>,
    /// Its values by source field name. They hide those of the item.
    pub fields: Map<String, Value>,
    /// The values of the item it is in, which its records share: the metadata of a blob.
    pub item: Arc<Map<String, Value>>,
    /// 1-based within the item, where one item makes many records.
    pub ordinal: Option<u64>,
    /// What people should know about how it was read.
    pub warnings: Vec<Note>,
}

impl Record {
    /// A row as a record.
    pub fn row(source: Arc<str>, fields: Map<String, Value>) -> Self {
        Record { source, fields, item: Arc::default(), ordinal: None, warnings: Vec::new() }
    }

    /// The value of a source field; names are compared exactly first, then without regard to case (`indexers.md` §4).
    pub fn get(&self, name: &str) -> Option<&Value> {
        let exact = self.fields.get(name).or_else(|| self.item.get(name));
        exact.or_else(|| {
            let mut pairs = self.pairs();
            pairs.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        })
    }

    /// Its source fields and then those of its item, hidden ones too.
    pub fn pairs(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.fields.iter().chain(self.item.iter())
    }
}

/// The records of one item, read as they are asked for, so that an item may be larger than the memory.
pub trait Records: Send {
    /// The next record, or why this one cannot be read while others may be; `None` at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Record, ItemError>>, SourceError>>;
}

/// Reads an item. A row is one record; what a blob holds depends on the parsing mode.
pub fn records(item: Item, parsing: &Arc<Parsing>) -> Box<dyn Records> {
    Box::new(reading::Reading::new(item, Arc::clone(parsing)))
}
