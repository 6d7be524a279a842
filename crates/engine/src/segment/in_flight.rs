//! How much work is inside tantivy's queue: what was handed over and is not indexed yet.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of packed documents in the queue beyond which no other is packed. N-grams make a thousand bytes of one, so what
/// documents weigh in the store tells nothing of it; tantivy's queue takes ten thousand documents of any size.
const PACKED_MAX: usize = 64 << 20;

/// How long a document waits for room at most. A thread of tantivy's that failed leaves the queue as it is, and only handing
/// over the next document tells of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Counts up when a document is handed over, down when it is indexed and dropped. Clones share the counts.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Counters>);

#[derive(Default)]
struct Counters {
    pending: AtomicUsize,
    done: AtomicU64,
    /// Bytes of packed documents.
    packed: Mutex<usize>,
    /// Told when they are few enough again.
    room: Condvar,
}

/// Counts a document as in flight as long as it lives.
pub(crate) struct Flying {
    counters: InFlight,
    weight: usize,
    packed: usize,
}

impl InFlight {
    /// Counts a document that weighs `weight` bytes in the store, and `packed` as tantivy gets it.
    pub(crate) fn enter(&self, weight: usize, packed: usize) -> Flying {
        self.0.pending.fetch_add(weight, Ordering::Relaxed);
        *self.lock() += packed;
        Flying { counters: self.clone(), weight, packed }
    }

    /// Waits until another document may be packed. A document that is too large by itself is let in alone.
    pub(crate) fn wait_for_room(&self) {
        let is_full = |packed: &mut usize| *packed > PACKED_MAX;
        let room = self.0.room.wait_timeout_while(self.lock(), PATIENCE, is_full);
        drop(room.unwrap_or_else(PoisonError::into_inner));
    }

    /// Bytes handed over and not indexed yet.
    pub(crate) fn pending(&self) -> usize {
        self.0.pending.load(Ordering::Relaxed)
    }

    /// Bytes indexed so far.
    pub(crate) fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.0.packed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        let counters = &self.counters.0;
        counters.pending.fetch_sub(self.weight, Ordering::Relaxed);
        counters.done.fetch_add(self.weight as u64, Ordering::Relaxed);
        *self.counters.lock() -= self.packed;
        counters.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn documents_wait_for_room() {
        let in_flight = InFlight::default();
        in_flight.wait_for_room();
        let huge = in_flight.enter(1, PACKED_MAX + 1);
        let small = in_flight.enter(1, 10);
        let waiting = thread::spawn({
            let in_flight = in_flight.clone();
            move || {
                in_flight.wait_for_room();
                *in_flight.lock()
            }
        });
        drop(huge);
        assert_eq!(waiting.join().unwrap(), 10);
        assert_eq!((in_flight.pending(), in_flight.done(), *in_flight.lock()), (1, 1, 10));
        drop(small);
        assert_eq!((in_flight.pending(), in_flight.done(), *in_flight.lock()), (0, 2, 0));
    }
}
