//! tantivy's two locks, kept in the process.
//!
//! The default implementation of tantivy makes a lock file and, if it is there already, looks again every
//! 100 ms: a reload that meets the garbage collection would wait that long. A data directory belongs to one
//! process (`platform` locks it), so a set of held names and a condition variable are enough.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};

use tantivy::directory::error::LockError;
use tantivy::directory::{DirectoryLock, Lock};

use super::lock;

/// Which lock paths are held at the moment.
#[derive(Debug, Default)]
pub(super) struct Locks {
    held: Mutex<HashSet<PathBuf>>,
    released: Condvar,
}

impl Locks {
    /// Takes `wanted`: waits for a blocking lock (the one over `meta.json`) and refuses a non-blocking one
    /// (the writer's) that is held.
    pub(super) fn acquire(self: &Arc<Self>, wanted: &Lock) -> Result<DirectoryLock, LockError> {
        let mut held = lock(&self.held);
        while held.contains(&wanted.filepath) {
            if !wanted.is_blocking {
                return Err(LockError::LockBusy);
            }
            held = self.released.wait(held).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        held.insert(wanted.filepath.clone());
        Ok(DirectoryLock::from(Box::new(Held { locks: Arc::clone(self), path: wanted.filepath.clone() })))
    }
}

/// A held lock; dropping it wakes those who wait.
struct Held {
    locks: Arc<Locks>,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.locks.held).remove(&self.path);
        self.locks.released.notify_all();
    }
}
