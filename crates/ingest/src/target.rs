//! Where documents go: the call that an upload uses. The service implements it; tests have a map.

use std::sync::Arc;

use lazuli_catalog::Schema;

use crate::source::BoxFuture;

/// The one write path.
pub trait Target: Send + Sync {
    /// The schema in force of an index; `None` if there is no such index.
    fn schema(&self, index: &str) -> Option<Arc<Schema>>;

    /// Writes a batch of actions, each as in the body of `docs/index`. When this returns, what succeeded is on disk.
    ///
    /// Outcomes come in the order of the actions.
    fn write<'a>(
        &'a self,
        index: &'a str,
        actions: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<ActionOutcome>, TargetError>>;
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionOutcome {
    /// The document's key.
    pub key: String,
    /// 201 created, 200 replaced, merged or deleted, else why not (`api.md` §1.8).
    pub status: u16,
    /// Why it failed; `None` if it did not.
    pub message: Option<String>,
}

/// Why nothing of a batch was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The index is not there any more.
    #[error("{0}")]
    Gone(String),
    /// One of the actions is such that the whole batch is refused.
    #[error("{0}")]
    Refused(String),
    /// Worth another try.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else, such as a full disk or a quota.
    #[error("{0}")]
    Failed(String),
}
