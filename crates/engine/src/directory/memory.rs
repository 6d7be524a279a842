//! Counts the bytes that indexes hold in RAM because no checkpoint has them yet.
//!
//! One [`MemoryUsage`] is shared by the directories of all indexes: it is what the memory budget is compared
//! with. A [`Charge`] belongs to one buffer and gives its bytes back when it is dropped, so the count cannot
//! drift, whichever way a buffer goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes in RAM, over all directories that were opened with the same counter.
#[derive(Debug, Default)]
pub(crate) struct MemoryUsage {
    bytes: AtomicU64,
}

impl MemoryUsage {
    /// Bytes held now: files that no checkpoint has on disk, and files being written.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// The two counters one directory charges: its own and the shared one.
#[derive(Clone, Debug)]
pub(super) struct Account {
    own: Arc<MemoryUsage>,
    shared: Arc<MemoryUsage>,
}

impl Account {
    pub(super) fn new(shared: Arc<MemoryUsage>) -> Self {
        Self { own: Arc::default(), shared }
    }

    /// Bytes charged by this directory alone.
    pub(super) fn own_bytes(&self) -> u64 {
        self.own.bytes()
    }

    /// A charge of nothing yet.
    pub(super) fn open(&self) -> Charge {
        Charge { account: self.clone(), bytes: 0 }
    }
}

/// Bytes of one buffer, counted for as long as this value lives.
#[derive(Debug)]
pub(super) struct Charge {
    account: Account,
    bytes: u64,
}

impl Charge {
    pub(super) fn add(&mut self, bytes: usize) {
        let bytes = bytes as u64;
        self.bytes += bytes;
        self.account.own.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.account.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives everything back, as when a buffer has been moved to disk.
    pub(super) fn clear(&mut self) {
        self.account.own.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.account.shared.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = 0;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.clear();
    }
}
