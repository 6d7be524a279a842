//! When an indexer is due: ticks at `startTime + k × interval`, none queued, fewer after repeated failure (`indexers.md` §1.4).

/// After so many failures of one kind in a row ticks are left out. Ours; the service's number is not documented.
const FAILURES_ALLOWED: u32 = 3;
/// Backed off, an indexer still runs about this often, or at its own interval if that is longer (`indexers.md` §1.4).
const BACKED_OFF_MILLIS_MAX: i64 = 2 * 60 * 60 * 1000;

/// A schedule in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The phase of the ticks, and the first of them. May be in the past.
    pub start: i64,
    /// Between two ticks, above 0.
    pub interval: i64,
}

impl Schedule {
    /// The first tick after a moment. Those before it are missed: they are not made up for.
    pub fn next_tick(&self, after: i64) -> i64 {
        if after < self.start {
            return self.start;
        }
        let interval = self.interval.max(1);
        let passed = after.saturating_sub(self.start) / interval;
        self.start.saturating_add(interval.saturating_mul(passed.saturating_add(1)))
    }

    /// The next tick after a run that began at `started` and ended `now`, when that many runs have failed alike.
    pub fn after_run(&self, started: i64, now: i64, failures: u32) -> i64 {
        let Some(doublings) = failures.checked_sub(FAILURES_ALLOWED).filter(|more| *more > 0) else {
            return self.next_tick(now);
        };
        let longest = BACKED_OFF_MILLIS_MAX.max(self.interval);
        let gap = self.interval.saturating_mul(1_i64 << doublings.min(30)).min(longest);
        // A tick exactly at the end of the gap counts.
        self.next_tick(now.max(started.saturating_add(gap).saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn schedule(start: i64, minutes: i64) -> Schedule {
        Schedule { start, interval: minutes * MINUTE }
    }

    #[test]
    fn ticks_keep_the_phase_of_the_start() {
        let every_five = schedule(2 * MINUTE, 5);
        for (after, expected) in [(0, 2), (1, 2), (2, 7), (6, 7), (7, 12), (100, 102)] {
            assert_eq!(every_five.next_tick(after * MINUTE), expected * MINUTE, "after {after}");
        }
        assert_eq!(every_five.next_tick(2 * MINUTE - 1), 2 * MINUTE);
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert_eq!(schedule(i64::MAX - 5, 5).next_tick(i64::MAX), i64::MAX);
        assert_eq!(Schedule { start: 0, interval: 0 }.next_tick(10), 11);
        assert!(schedule(0, 1440).after_run(0, 0, u32::MAX) >= 1440 * MINUTE);
    }

    #[test]
    fn a_tick_during_a_run_is_skipped() {
        assert_eq!(schedule(0, 5).after_run(5 * MINUTE, 11 * MINUTE, 0), 15 * MINUTE);
    }

    #[test]
    fn repeated_failure_makes_runs_rarer_up_to_two_hours() {
        let every_ten = schedule(0, 10);
        for (failures, expected) in [(0, 10), (3, 10), (4, 20), (5, 40), (6, 80), (7, 120), (50, 120)] {
            assert_eq!(every_ten.after_run(0, MINUTE, failures), expected * MINUTE, "{failures} failures");
        }
        assert_eq!(schedule(0, 1440).after_run(0, MINUTE, 50), 1440 * MINUTE);
    }
}
