//! How many indexes are open at once. Each holds a handful of files, so there is a limit; the housekeeper closes those that
//! were used least recently when it comes near.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Files an open index needs at most: three of the store for its writer and its readers each, and one being written.
const FILES: u64 = 8;

/// Files left for everything else: sockets, the catalogue, logs.
const FILES_RESERVED: u64 = 128;

/// An index opens whatever the limit says after waiting so long: to exceed it beats to refuse.
const PATIENCE: Duration = Duration::from_secs(5);

/// See the module. Clones share the count.
#[derive(Clone)]
pub(crate) struct OpenIndexes(Arc<Shared>);

struct Shared {
    max: usize,
    count: Mutex<usize>,
    closed: Condvar,
}

/// Counts an index as open as long as it lives.
pub(crate) struct OpenIndex(Arc<Shared>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenIndexes {
    /// At most `max` indexes, fewer if the process may not open files enough.
    pub(crate) fn new(max: usize, files_max: u64) -> Self {
        let by_files =
            usize::try_from(files_max.saturating_sub(FILES_RESERVED) / FILES).unwrap_or(usize::MAX);
        Self(Arc::new(Shared { max: max.min(by_files).max(4), count: Mutex::new(0), closed: Condvar::new() }))
    }

    /// Counts one more, when there is room for it.
    pub(crate) fn enter(&self) -> OpenIndex {
        let full = |count: &mut usize| *count >= self.0.max;
        let waited = self.0.closed.wait_timeout_while(self.0.lock(), PATIENCE, full);
        let mut count = waited.unwrap_or_else(PoisonError::into_inner).0;
        *count += 1;
        OpenIndex(self.0.clone())
    }

    /// How many should be closed to stay clear of the limit: down to half of it once three quarters are reached.
    pub(crate) fn surplus(&self) -> usize {
        let count = *self.0.lock();
        if count * 4 >= self.0.max * 3 { count - self.0.max / 2 } else { 0 }
    }
}

impl Drop for OpenIndex {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.0.closed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_follows_the_files() {
        assert_eq!(OpenIndexes::new(256, 1024).0.max, 112);
        assert_eq!(OpenIndexes::new(256, 1 << 20).0.max, 256);
        assert_eq!(OpenIndexes::new(256, 64).0.max, 4);
    }

    #[test]
    fn there_is_a_surplus_near_the_limit() {
        let open = OpenIndexes::new(8, 1 << 20);
        let mut held: Vec<_> = (0..5).map(|_| open.enter()).collect();
        assert_eq!(open.surplus(), 0);
        held.push(open.enter());
        assert_eq!(open.surplus(), 2);
        held.clear();
        assert_eq!(open.surplus(), 0);
    }
}
