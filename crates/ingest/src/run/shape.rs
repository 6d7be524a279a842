//! How items become the actions that write them.

use crate::map::Mapped;
use crate::source::{BoxFuture, Item, ItemError, Note, SourceError};

/// Parsing and mapping as an indexer defines them, bound to its index.
pub trait Shape: Send + Sync {
    /// The actions that write an item's documents, in order.
    fn documents(&self, item: Item) -> Box<dyn Documents>;

    /// The actions that delete an item's documents; a note where nothing tells which documents those are.
    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note>;

    /// The action that deletes the document of this key.
    fn deletion_of_key(&self, key: &str) -> Mapped;

    /// The key of an item's only document, if it can be told without reading its content.
    fn key(&self, item: &Item) -> Option<String>;
}

/// The actions of one item, made as they are asked for.
pub trait Documents: Send {
    /// The next action, or why one document cannot be made while others may be; `None` at the end. An error ends the item.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>>;
}
