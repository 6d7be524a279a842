//! How much work is inside tantivy's queue: what was handed over and is not indexed yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Counts up when a document is handed over, down when it is indexed and dropped. Clones share the counts.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Counters>);

#[derive(Default)]
struct Counters {
    pending: AtomicUsize,
    done: AtomicU64,
}

/// Counts a document as in flight as long as it lives.
pub(crate) struct Flying {
    counters: InFlight,
    weight: usize,
}

impl InFlight {
    /// Counts a document of `weight` bytes.
    pub(crate) fn enter(&self, weight: usize) -> Flying {
        self.0.pending.fetch_add(weight, Ordering::Relaxed);
        Flying { counters: self.clone(), weight }
    }

    /// Bytes handed over and not indexed yet.
    pub(crate) fn pending(&self) -> usize {
        self.0.pending.load(Ordering::Relaxed)
    }

    /// Bytes indexed so far.
    pub(crate) fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        self.counters.0.pending.fetch_sub(self.weight, Ordering::Relaxed);
        self.counters.0.done.fetch_add(self.weight as u64, Ordering::Relaxed);
    }
}
