//! Durations of definitions: XSD dayTimeDurations as .NET reads and writes them.
//!
//! ```text
//! duration = [ '-' ] 'P' [ n 'D' ] [ 'T' [ n 'H' ] [ n 'M' ] [ n [ '.' digits ] 'S' ] ]
//! ```
//!
//! At least one part is there, and after `T` at least one. Years and months have no fixed length and are not allowed.

/// A duration in ticks of 100 ns, .NET's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duration(i64);

const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;

impl Duration {
    /// So many seconds.
    pub(crate) const fn seconds(seconds: i64) -> Self {
        Self(seconds * TICKS_PER_SECOND)
    }

    /// As the standard library has it; None below zero.
    pub(crate) fn to_std(self) -> Option<std::time::Duration> {
        let ticks = u64::try_from(self.0).ok()?;
        let (seconds, rest) = (ticks / TICKS_PER_SECOND as u64, ticks % TICKS_PER_SECOND as u64);
        Some(std::time::Duration::new(seconds, (rest * 100) as u32))
    }

    /// From the standard library's, at most what .NET can hold.
    pub(crate) fn from_std(duration: std::time::Duration) -> Self {
        Self(i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX))
    }

    /// Whether it is no time at all.
    pub(crate) fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads a duration; None when it is none or longer than .NET can hold (some 29,000 years).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let text = text.strip_prefix('P')?;
        let (days, time) = text.split_once('T').map_or((text, None), |(days, time)| (days, Some(time)));
        if days.is_empty() && time.is_none() || time == Some("") {
            return None;
        }
        let mut ticks = 0i64;
        let mut rest = days;
        ticks = ticks.checked_add(whole(&mut rest, 'D', TICKS_PER_DAY)?)?;
        if !rest.is_empty() {
            return None;
        }
        rest = time.unwrap_or_default();
        ticks = ticks.checked_add(whole(&mut rest, 'H', TICKS_PER_HOUR)?)?;
        ticks = ticks.checked_add(whole(&mut rest, 'M', TICKS_PER_MINUTE)?)?;
        ticks = ticks.checked_add(seconds(rest)?)?;
        Some(Self(if negative { -ticks } else { ticks }))
    }
}

/// Takes `n` and the unit off the front, if they are there; None when the number is none or too large.
fn whole(rest: &mut &str, unit: char, ticks: i64) -> Option<i64> {
    let Some((number, after)) = rest.split_once(unit) else { return Some(0) };
    *rest = after;
    digits(number)?.checked_mul(ticks)
}

/// What stands behind hours and minutes: nothing, or seconds with a fraction of up to 7 digits; more are cut.
fn seconds(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let number = text.strip_suffix('S')?;
    let (number, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let seconds = digits(number)?.checked_mul(TICKS_PER_SECOND)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ticks = fraction.bytes().chain(std::iter::repeat(b'0')).take(7);
    seconds.checked_add(ticks.fold(0, |ticks, digit| 10 * ticks + i64::from(digit - b'0')))
}

fn digits(text: &str) -> Option<i64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

impl std::fmt::Display for Duration {
    /// As .NET writes it: whole days, then what is left, without parts that are 0.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ticks = self.0.abs();
        let (days, time) = (ticks / TICKS_PER_DAY, ticks % TICKS_PER_DAY);
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if time > 0 || days == 0 {
            f.write_str("T")?;
        }
        let (hours, time) = (time / TICKS_PER_HOUR, time % TICKS_PER_HOUR);
        let (minutes, time) = (time / TICKS_PER_MINUTE, time % TICKS_PER_MINUTE);
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        let (seconds, fraction) = (time / TICKS_PER_SECOND, time % TICKS_PER_SECOND);
        if fraction > 0 {
            let fraction = format!("{fraction:07}");
            write!(f, "{seconds}.{}S", fraction.trim_end_matches('0'))
        } else if seconds > 0 || self.0 == 0 {
            write!(f, "{seconds}S")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written_like_net() {
        for (text, expected) in [
            ("P365D", "P365D"),
            ("-P1D", "-P1D"),
            ("P1DT24H", "P2D"),
            ("PT90M", "PT1H30M"),
            ("PT3600S", "PT1H"),
            ("PT0S", "PT0S"),
            ("P0D", "PT0S"),
            ("-PT0S", "PT0S"),
            ("PT0.5S", "PT0.5S"),
            ("PT1.12345678S", "PT1.1234567S"),
            ("P1DT1H1M1S", "P1DT1H1M1S"),
            ("P1DT1M", "P1DT1M"),
        ] {
            assert_eq!(Duration::parse(text).expect(text).to_string(), expected, "{text}");
        }
        assert_eq!(Duration::parse("PT30S"), Some(Duration::seconds(30)));
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "P1Y",
            "P1M",
            "PD",
            "P1DT",
            "PT1",
            "PT1D",
            "P1H",
            "PT1S1M",
            "P-1D",
            "P+1D",
            "P 1D",
            "P1.5D",
            "PT.5S",
            "PT1.S",
            "p1d",
            "P1Dx",
            "P99999999999999D",
            "365.00:00:00",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }
}
