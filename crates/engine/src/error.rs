//! Why the engine could not do what it was asked.

use lazuli_analysis::AnalysisError;
use lazuli_platform::cancel::Stopped;
use lazuli_platform::pool::Panicked;
use lazuli_store::StoreError;

use crate::directory::DirectoryError;

/// Few kinds, each telling the caller what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The caller left or its deadline passed.
    #[error("the work was stopped")]
    Stopped(Stopped),
    /// The index is being rebuilt from its store; ask again later.
    #[error("the index is being rebuilt")]
    Rebuilding,
    /// An acknowledged write did not become visible within the limit; ask again later.
    #[error("acknowledged writes did not become visible in time")]
    NotVisibleInTime,
    /// There is no space for writes; nothing was lost, they work again when there is.
    #[error("the disk is full")]
    DiskFull,
    /// Stored data is damaged beyond what can be rebuilt.
    #[error("stored data is damaged: {0}")]
    Corrupt(String),
    /// A bug was caught; the id is in the log.
    #[error("an internal error occurred, see {id} in the log")]
    Panicked {
        /// Where to look in the log.
        id: String,
    },
    /// The analyzed query has more terms than a query may have.
    #[error("the query has too many clauses")]
    TooManyClauses,
    /// The analyzer of a field refuses the search text.
    #[error("the search text cannot be analyzed: {0}")]
    SearchText(AnalysisError),
    /// The definition changed while the batch was on its way; check it against the new one and send it again.
    #[error("the index definition changed meanwhile")]
    SchemaChanged,
    /// The index was closed or deleted meanwhile.
    #[error("the index is closed")]
    Closed,
    /// Anything else, as the operating system or a library said it.
    #[error("{0}")]
    Io(String),
}

impl From<Stopped> for EngineError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<Panicked> for EngineError {
    fn from(panicked: Panicked) -> Self {
        Self::Panicked { id: panicked.id }
    }
}

impl From<std::io::Error> for EngineError {
    fn from(error: std::io::Error) -> Self {
        let kind = error.kind();
        if matches!(kind, std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded) {
            Self::DiskFull
        } else if kind == std::io::ErrorKind::InvalidData {
            Self::Corrupt(error.to_string())
        } else {
            Self::Io(error.to_string())
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::DiskFull,
            StoreError::Corrupt { what } => Self::Corrupt(what),
            StoreError::Closed => Self::Closed,
            StoreError::WorkFailed(source) => match source.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => Self::Corrupt(other.to_string()),
            },
            StoreError::Busy | StoreError::Io(_) => Self::Io(error.to_string()),
        }
    }
}

impl From<DirectoryError> for EngineError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Full { .. } => Self::DiskFull,
            DirectoryError::Corrupt { .. } => Self::Corrupt(error.to_string()),
            DirectoryError::Io { .. } | DirectoryError::Poisoned { .. } => Self::Io(error.to_string()),
        }
    }
}

impl From<tantivy::TantivyError> for EngineError {
    fn from(error: tantivy::TantivyError) -> Self {
        if let tantivy::TantivyError::DataCorruption(what) = &error {
            return Self::Corrupt(format!("{what:?}"));
        }
        if let tantivy::TantivyError::IoError(source) = error {
            return std::io::Error::new(source.kind(), source).into();
        }
        Self::Io(error.to_string())
    }
}
