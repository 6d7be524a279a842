//! Time as a component: [`SystemClock`] in the service, [`ManualClock`] in tests that turn it themselves, [`ForwardClock`] in those
//! that cannot wait.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970-01-01T00:00:00Z by the wall clock, which people may set back.
    fn unix_millis(&self) -> i64;

    /// Time since an arbitrary origin; never goes back. For deadlines and measurements.
    fn monotonic(&self) -> Duration;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn unix_millis(&self) -> i64 {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => millis(since),
            Err(before) => -millis(before.duration()),
        }
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }
}

/// A clock that stands still until a test turns it.
#[derive(Debug)]
pub struct ManualClock {
    start_unix_millis: i64,
    elapsed_nanos: AtomicU64,
}

impl ManualClock {
    /// A clock standing at `unix_millis`, its monotonic time at zero.
    pub fn new(unix_millis: i64) -> Self {
        Self { start_unix_millis: unix_millis, elapsed_nanos: AtomicU64::new(0) }
    }

    /// Turns both the wall clock and the monotonic time forward.
    pub fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.elapsed_nanos.fetch_add(nanos, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Stands at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::new(1_767_225_600_000)
    }
}

impl Clock for ManualClock {
    fn unix_millis(&self) -> i64 {
        let elapsed = i64::try_from(self.monotonic().as_millis()).unwrap_or(i64::MAX);
        self.start_unix_millis.saturating_add(elapsed)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.elapsed_nanos.load(Ordering::SeqCst))
    }
}

/// The machine's clocks, of which a test puts the wall clock forward, as people may.
#[derive(Debug, Default)]
pub struct ForwardClock {
    machine: SystemClock,
    ahead_millis: AtomicI64,
}

impl ForwardClock {
    /// Puts the wall clock forward.
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ForwardClock {
    fn unix_millis(&self) -> i64 {
        self.machine.unix_millis().saturating_add(self.ahead_millis.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_turned() {
        let clock = ManualClock::default();
        assert_eq!((clock.unix_millis(), clock.monotonic()), (1_767_225_600_000, Duration::ZERO));
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(
            (clock.unix_millis(), clock.monotonic()),
            (1_767_225_601_500, Duration::from_millis(1_500))
        );
    }

    #[test]
    fn a_clock_put_forward_goes_on_from_there() {
        let (clock, machine) = (ForwardClock::default(), SystemClock::new());
        clock.advance(Duration::from_secs(3600));
        let ahead = clock.unix_millis() - machine.unix_millis();
        assert!((3_000_000..=3_600_000).contains(&ahead), "{ahead}");
        assert!(clock.monotonic() < Duration::from_secs(3000));
    }

    #[test]
    fn the_system_clock_is_past_2025_and_does_not_go_back() {
        let clock = SystemClock::new();
        assert!(clock.unix_millis() > 1_735_689_600_000);
        let first = clock.monotonic();
        assert!(clock.monotonic() >= first);
    }
}
