//! Which outcomes are worth another attempt, and after what wait: twice as long each time, half of it by chance so that those who
//! were turned away together do not come back together, and no sooner than the server asks in `Retry-After`.

use std::time::Duration;

use http::header::RETRY_AFTER;
use lazuli_platform::random::Random;

use super::Answer;
use super::error::OutsideError;
use super::settings::Settings;

/// Answers that say "later": what Azure's clients repeat.
const LATER: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// How Cosmos DB asks for a wait of less than a second.
const RETRY_AFTER_MS: &str = "x-ms-retry-after-ms";

/// The wait that the server asks for, zero if it asks for none; `None` if there is nothing to repeat.
pub(super) fn wait_asked(result: &Result<Answer, OutsideError>, now_unix_millis: i64) -> Option<Duration> {
    match result {
        Ok(answer) if LATER.contains(&answer.status.as_u16()) => {
            let exact = answer.header(RETRY_AFTER_MS).and_then(|value| value.trim().parse().ok());
            let asked = answer.header(RETRY_AFTER.as_str());
            let asked = || asked.and_then(|value| retry_after(value, now_unix_millis));
            Some(exact.map(Duration::from_millis).or_else(asked).unwrap_or_default())
        }
        Ok(_) => None,
        Err(error) => error.transient().then_some(Duration::ZERO),
    }
}

/// How long to wait after attempt number `attempt`, which counts from 1.
pub(super) fn wait(attempt: u32, asked: Duration, settings: &Settings, random: &dyn Random) -> Duration {
    let doubled = settings.wait_first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    let whole = doubled.min(settings.wait_longest);
    let chance = f64::from((random.u64() >> 32) as u32) / f64::from(u32::MAX);
    (whole / 2 + (whole / 2).mul_f64(chance)).max(asked).min(settings.wait_longest)
}

/// What happened, for the log.
pub(super) fn outcome(result: &Result<Answer, OutsideError>) -> String {
    match result {
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.to_string(),
    }
}

/// `Retry-After` in either form: seconds, or a date.
fn retry_after(value: &str, now_unix_millis: i64) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    let millis = until.as_millisecond().saturating_sub(now_unix_millis);
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use lazuli_platform::random::SeededRandom;

    use super::*;

    /// 2026-01-01T00:00:00Z
    const NOW: i64 = 1_767_225_600_000;

    fn answer(status: u16, retry_after: &'static str) -> Result<Answer, OutsideError> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
        Ok(Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: bytes::Bytes::new() })
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(wait_asked(&answer(503, "7"), NOW), seconds(7));
        assert_eq!(wait_asked(&answer(429, "Thu, 01 Jan 2026 00:01:00 GMT"), NOW), seconds(60));
        assert_eq!(wait_asked(&answer(500, "Wed, 31 Dec 2025 00:00:00 GMT"), NOW), seconds(0));
        assert_eq!(wait_asked(&answer(500, "soon"), NOW), seconds(0));
        assert_eq!(wait_asked(&answer(404, "7"), NOW), None);
        assert_eq!(wait_asked(&answer(200, "7"), NOW), None);
    }

    #[test]
    fn a_wait_in_milliseconds_is_more_exact() {
        let mut answer = answer(429, "1").unwrap();
        answer.headers.insert(RETRY_AFTER_MS, "17".parse().unwrap());
        assert_eq!(wait_asked(&Ok(answer), NOW), Some(Duration::from_millis(17)));
    }

    #[test]
    fn waits_double_up_to_the_longest_and_half_is_chance() {
        let settings = Settings::default();
        let random = SeededRandom::new(1);
        for (attempt, whole_ms) in [(1, 500), (2, 1_000), (3, 2_000), (7, 30_000), (60, 30_000)] {
            let wait = wait(attempt, Duration::ZERO, &settings, &random).as_millis();
            assert!((whole_ms / 2..=whole_ms).contains(&wait), "{attempt}: {wait}");
        }
        let asked = |seconds| wait(1, Duration::from_secs(seconds), &settings, &random).as_secs();
        assert_eq!((asked(7), asked(3_600)), (7, 30));
    }
}
