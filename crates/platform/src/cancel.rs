//! A token that tells long work to stop: the client left, or the time allowed is over.
//!
//! Loops that may run long call [`Cancel::check`] once per window of work and return early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::Clock;

/// Shared by whoever may stop the work and whoever does it; clones are the same token.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    cancelled: AtomicBool,
    deadline: Option<Deadline>,
}

#[derive(Debug)]
struct Deadline {
    clock: Arc<dyn Clock>,
    at: Duration,
}

/// Why work was stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Nobody waits for the answer any more.
    #[error("the work was cancelled")]
    Cancelled,
    /// The time allowed is over.
    #[error("the work took longer than it was allowed to")]
    DeadlineExceeded,
}

impl Cancel {
    /// A token without a deadline: it stops nothing unless somebody cancels it.
    pub fn never() -> Self {
        Self::new(None)
    }

    /// A token that stops the work when `limit` from now has passed by `clock`.
    pub fn with_deadline(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        let at = clock.monotonic().saturating_add(limit);
        Self::new(Some(Deadline { clock, at }))
    }

    fn new(deadline: Option<Deadline>) -> Self {
        Self(Arc::new(Shared { cancelled: AtomicBool::new(false), deadline }))
    }

    /// Stops the work of everyone who holds this token.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether to go on. Costs an atomic load and, with a deadline, reading the clock.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.0.cancelled.load(Ordering::Relaxed) {
            return Err(Stopped::Cancelled);
        }
        match self.remaining() {
            Some(Duration::ZERO) => Err(Stopped::DeadlineExceeded),
            Some(_) | None => Ok(()),
        }
    }

    /// Time left until the deadline, zero once it has passed; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.0.deadline.as_ref()?;
        Some(deadline.at.saturating_sub(deadline.clock.monotonic()))
    }

    /// A guard that cancels when dropped: kept by the future of a request, which is dropped when its client leaves.
    pub fn cancel_on_drop(&self) -> CancelOnDrop {
        CancelOnDrop(Some(self.clone()))
    }
}

/// Cancels its token when dropped; see [`Cancel::cancel_on_drop`].
#[derive(Debug)]
#[must_use = "dropping the guard cancels at once"]
pub struct CancelOnDrop(Option<Cancel>);

impl CancelOnDrop {
    /// The work is done: dropping the guard no longer cancels.
    pub fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(cancel) = &self.0 {
            cancel.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_deadline_passes_with_the_clock() {
        let clock = Arc::new(ManualClock::default());
        let cancel = Cancel::with_deadline(clock.clone(), Duration::from_millis(10));
        clock.advance(Duration::from_millis(9));
        assert_eq!(cancel.check(), Ok(()));
        assert_eq!(cancel.remaining(), Some(Duration::from_millis(1)));
        clock.advance(Duration::from_millis(1));
        assert_eq!(cancel.check(), Err(Stopped::DeadlineExceeded));
        clock.advance(Duration::from_secs(1));
        assert_eq!(cancel.remaining(), Some(Duration::ZERO));
    }

    #[test]
    fn every_clone_sees_the_cancellation() {
        let cancel = Cancel::never();
        let other = cancel.clone();
        assert_eq!((other.check(), other.remaining()), (Ok(()), None));
        cancel.cancel();
        assert_eq!(other.check(), Err(Stopped::Cancelled));
    }

    #[test]
    fn a_dropped_guard_cancels_and_a_disarmed_one_does_not() {
        let cancel = Cancel::never();
        cancel.cancel_on_drop().disarm();
        assert_eq!(cancel.check(), Ok(()));
        drop(cancel.cancel_on_drop());
        assert_eq!(cancel.check(), Err(Stopped::Cancelled));
    }
}
