//! Schedules (`indexers.md` §1.4).

use std::time::Duration;

use lazuli_wire::indexers;

use super::Rules;
use crate::document::date;
use crate::duration;
use crate::error::IndexerProblem;

/// The service's shortest interval.
pub const SHORTEST_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Its longest.
pub const LONGEST_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// When an indexer runs: at the start and every interval after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The time between two runs.
    pub interval: Duration,
    /// One of the moments, in milliseconds since 1970-01-01T00:00:00Z.
    pub start_millis: i64,
}

impl Schedule {
    /// What a checked schedule means; none for one that was not checked.
    pub fn of(schedule: &indexers::Schedule) -> Option<Schedule> {
        let interval = duration::Duration::parse(&schedule.interval)?.to_std()?;
        let start_millis = date::parse(schedule.start_time.as_deref()?)?;
        Some(Schedule { interval, start_millis })
    }
}

/// Checks a schedule. Its interval is spelled as .NET does; one without a start begins now, in every update anew (`wire.md` §10).
pub(super) fn complete(
    schedule: &indexers::Schedule,
    rules: &Rules<'_>,
) -> Result<indexers::Schedule, IndexerProblem> {
    let interval = duration::Duration::parse(&schedule.interval);
    let shortest = rules.shortest_interval.max(Duration::from_millis(1));
    let is_allowed = |interval: &duration::Duration| {
        interval.to_std().is_some_and(|interval| (shortest..=LONGEST_INTERVAL).contains(&interval))
    };
    let interval = interval.filter(is_allowed).ok_or_else(|| IndexerProblem::Interval {
        interval: schedule.interval.clone(),
        shortest: spelled(shortest),
        longest: spelled(LONGEST_INTERVAL),
    })?;
    let start_time = match &schedule.start_time {
        None => moment(rules.now_millis),
        Some(start_time) if date::parse(start_time).is_some() => start_time.clone(),
        Some(start_time) => return Err(IndexerProblem::StartTime { start_time: start_time.clone() }),
    };
    Ok(indexers::Schedule { interval: interval.to_string(), start_time: Some(start_time) })
}

fn spelled(duration: Duration) -> String {
    duration::Duration::from_std(duration).to_string()
}

/// With 7 digits of a second, as the service writes the moment of the request.
fn moment(millis: i64) -> String {
    let mut written = Vec::new();
    date::write(millis.div_euclid(1000) * 1000, &mut written);
    let seconds = String::from_utf8_lossy(&written);
    format!("{}.{:03}0000Z", seconds.trim_end_matches('Z'), millis.rem_euclid(1000))
}
