//! Dates as sources write them. Uploads take ISO 8601 with an offset only; .NET, which reads the values of sources, takes more.
//!
//! ```text
//! date     = iso [ ("T" / " ") time [ offset ] ]         2016-01-12, 2016-01-12 14:30, 2016-01-12T14:30:05.25+01:00
//!          / month "/" day "/" year [ " " clock ]        1/12/2016, 01/12/2016 2:30:05 PM
//!          / RFC 2822                                    Tue, 12 Jan 2016 14:30:05 GMT
//! ```
//!
//! What has no offset is UTC.

use jiff::fmt::rfc2822;
use lazuli_catalog::document::date;

/// The date in the form of an upload, in UTC.
pub(super) fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    let milliseconds = date::parse(text)
        .or_else(|| date::parse(&with_time_and_offset(text)?))
        .or_else(|| date::parse(&american(text)?))
        .or_else(|| rfc2822::parse(text).ok().map(|zoned| zoned.timestamp().as_millisecond()))?;
    let mut canonical = Vec::new();
    date::write(milliseconds, &mut canonical);
    String::from_utf8(canonical).ok()
}

/// Adds what an ISO date has left out.
fn with_time_and_offset(text: &str) -> Option<String> {
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let time = rest.strip_prefix(['T', 't', ' ']).map(str::trim_start);
    let time = match time {
        None if rest.is_empty() => return Some(format!("{day}T00:00:00Z")),
        None => return None,
        Some(time) => time,
    };
    let at = time.find(['Z', 'z', '+', '-', ' ']).unwrap_or(time.len());
    let (time, offset) = time.split_at_checked(at)?;
    let offset = offset.trim_start();
    let offset = match offset.len() {
        0 => "Z".to_owned(),
        1 if offset.eq_ignore_ascii_case("z") => "Z".to_owned(),
        3 => format!("{offset}:00"),
        _ => offset.to_owned(),
    };
    Some(format!("{day}T{time}{offset}"))
}

/// `M/D/YYYY`, perhaps with a clock of 12 or 24 hours, as .NET's invariant culture has it.
fn american(text: &str) -> Option<String> {
    let mut parts = text.split_ascii_whitespace();
    let mut day = parts.next()?.split('/');
    let (month, date, year) = (number(day.next()?)?, number(day.next()?)?, number(day.next()?)?);
    let mut clock = parts.next().unwrap_or("0:00").split(':');
    let (hour, minute) = (number(clock.next()?)?, number(clock.next()?)?);
    let second = clock.next().map_or(Some(0), number)?;
    let hour = match parts.next() {
        None => hour,
        Some(half) if (1..=12).contains(&hour) && half.eq_ignore_ascii_case("am") => hour % 12,
        Some(half) if (1..=12).contains(&hour) && half.eq_ignore_ascii_case("pm") => hour % 12 + 12,
        Some(_) => return None,
    };
    let is_complete = parts.next().is_none() && day.next().is_none() && clock.next().is_none();
    is_complete.then(|| format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

fn number(digits: &str) -> Option<u32> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_dotnet_does() {
        let cases = [
            ("2016-01-12", "2016-01-12T00:00:00Z"),
            ("2016-01-12T14:30:05", "2016-01-12T14:30:05Z"),
            ("2016-01-12T14:30:05.2500000Z", "2016-01-12T14:30:05.25Z"),
            ("2016-01-12T14:30:05+01:00", "2016-01-12T13:30:05Z"),
            (" 2016-01-12 14:30 ", "2016-01-12T14:30:00Z"),
            ("2016-01-12 14:30:05 +01:00", "2016-01-12T13:30:05Z"),
            ("2016-01-12 14:30:05+01", "2016-01-12T13:30:05Z"),
            ("1/12/2016", "2016-01-12T00:00:00Z"),
            ("01/12/2016 2:30:05 PM", "2016-01-12T14:30:05Z"),
            ("1/12/2016 12:30 am", "2016-01-12T00:30:00Z"),
            ("1/12/2016 14:30", "2016-01-12T14:30:00Z"),
            ("Tue, 12 Jan 2016 14:30:05 GMT", "2016-01-12T14:30:05Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "today",
            "2016-13-01",
            "2016-01-12x",
            "13/1/2016",
            "1/12/2016 13:00 PM",
            "5",
            "1/2/3 4:5:6:7",
            "é016-01-12T1",
        ] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
