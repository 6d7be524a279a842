//! How many tantivy writers are open at once over all indexes. Each takes some ten megabytes as soon as it has a document,
//! so hundreds of small indexes written to at once take turns.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// See the module. Clones share the count.
#[derive(Clone)]
pub(crate) struct Writers(Arc<Shared>);

struct Shared {
    max: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    open: usize,
    waiting: usize,
}

/// The right to have a writer open; given back when dropped.
pub(crate) struct Permit(Arc<Shared>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writers {
    /// At most `max` writers.
    pub(crate) fn new(max: usize) -> Self {
        Self(Arc::new(Shared { max, state: Mutex::default(), freed: Condvar::new() }))
    }

    /// Waits for a turn.
    pub(crate) fn acquire(&self) -> Permit {
        let mut state = self.0.lock();
        state.waiting += 1;
        while state.open >= self.0.max {
            state = self.0.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        state.open += 1;
        Permit(self.0.clone())
    }

    /// Whether somebody waits for a turn.
    pub(crate) fn wanted(&self) -> bool {
        self.0.lock().waiting > 0
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_take_turns() {
        let writers = Writers::new(1);
        let first = writers.acquire();
        assert!(!writers.wanted());
        std::thread::scope(|scope| {
            let second = scope.spawn(|| drop(writers.acquire()));
            while !writers.wanted() {
                std::thread::yield_now();
            }
            drop(first);
            second.join().unwrap();
        });
        assert!(!writers.wanted());
    }
}
