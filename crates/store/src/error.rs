//! What can go wrong with a store, in few kinds, each saying what the caller can do.

use std::error::Error;
use std::io;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why a call on a store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk, or the size allowed for this store, is full. Nothing was written, nothing stored before is lost;
    /// the same call succeeds once there is space.
    #[error("there is no space left to store this")]
    Full,
    /// What was read is not what was written: a damaged file. Retrying does not help; the file must be restored.
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// What was found, for the log.
        what: String,
    },
    /// Somebody else kept the database locked for longer than we wait. The call may be retried.
    #[error("the database is locked by somebody else")]
    Busy,
    /// The system failed to read or write. For a write it is not known whether it was stored: after the next
    /// successful call, ask the store.
    #[error("the store could not be read or written")]
    Io(#[source] Arc<dyn Error + Send + Sync>),
    /// The store was closed before the work was begun: it has not been done.
    #[error("the store is closed")]
    Closed,
    /// The caller's own part of a transaction failed; its writes, and only its, were taken back.
    #[error("the work failed and was taken back")]
    WorkFailed(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// The same error for another member of a group that failed as one.
    pub(crate) fn for_another(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Corrupt { what } => Self::corrupt(what),
            Self::Busy => Self::Busy,
            Self::Io(source) => Self::Io(Arc::clone(source)),
            Self::Closed => Self::Closed,
            Self::WorkFailed(source) => Self::WorkFailed(source.to_string().into()),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            Self::Full
        } else {
            Self::Io(Arc::new(error))
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // SQLite reports ENOSPC of any write as SQLITE_FULL already.
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::DiskFull) {
            Self::Full
        } else if matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
            || !is_from_sqlite(&error)
        {
            Self::corrupt(error.to_string())
        } else if matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
            Self::Busy
        } else {
            Self::Io(Arc::new(error))
        }
    }
}

/// Errors that do not come from SQLite itself are about values of a type, range or count we never write.
fn is_from_sqlite(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some()
}
