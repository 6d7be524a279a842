//! From a record to the action that writes its document.

use crate::source::Note;

/// An action that is ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The action as in a batch of `docs/index`: `{"@search.action":"mergeOrUpload",…}`.
    pub action: String,
    /// The document's key.
    pub key: String,
    /// What people should know of it.
    pub warnings: Vec<Note>,
}
