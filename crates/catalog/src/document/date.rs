//! `Edm.DateTimeOffset`: ISO 8601 text and milliseconds since 1970-01-01T00:00:00Z.
//!
//! ```text
//! date = YYYY-MM-DD "T" hh:mm [ ":" ss [ "." digit+ ] ] ( "Z" | ("+"|"-") hh:mm )
//! ```
//!
//! The offset is converted away and the fraction truncated to milliseconds (`wire.md` §2): the canonical form is
//! `2017-01-13T21:03:00.755Z`, without trailing zeros and without a fraction of zero. Years 0001 to 9999 of the proleptic
//! Gregorian calendar; a leap second is refused, as .NET does. Days are counted as in "chrono-Compatible Low-Level Date
//! Algorithms" by H. Hinnant (jiff's timestamps end a day before the service's largest date).

/// 0001-01-01T00:00:00Z.
pub const MIN: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z.
pub const MAX: i64 = 253_402_300_799_999;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// .NET's largest time zone offset, in minutes.
const OFFSET_MAX: i64 = 14 * 60;

/// The milliseconds that `text` stands for; none if it is not of the form above or out of range.
pub fn parse(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.as_bytes() };
    let date = reader.date()?;
    reader.literal(b'T')?;
    let time = reader.time()?;
    let offset = reader.offset()?;
    let milliseconds = date + time - offset;
    (reader.rest.is_empty() && (MIN..=MAX).contains(&milliseconds)).then_some(milliseconds)
}

/// Appends the canonical form, without quotes. `milliseconds` lies between [`MIN`] and [`MAX`].
pub fn write(milliseconds: i64, out: &mut Vec<u8>) {
    let (days, rest) = (milliseconds.div_euclid(DAY), milliseconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (minutes, rest) = (rest / MINUTE, rest % MINUTE);
    let (second, fraction) = (rest / 1000, rest % 1000);
    let parts =
        [(year, 4, b'-'), (month, 2, b'-'), (day, 2, b'T'), (minutes / 60, 2, b':'), (minutes % 60, 2, b':')];
    for (number, width, separator) in parts {
        write_digits(number, width, out);
        out.push(separator);
    }
    write_digits(second, 2, out);
    if fraction != 0 {
        out.push(b'.');
        write_digits(fraction, 3, out);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out.push(b'Z');
}

fn write_digits(number: i64, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10_i64.pow(place) % 10) as u8);
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// Milliseconds from 1970 to the start of the day.
    fn date(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.literal(b'-')?;
        let month = self.number(2)?;
        self.literal(b'-')?;
        let day = self.number(2)?;
        let valid = year >= 1 && (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        valid.then(|| days(year, month, day) * DAY)
    }

    /// Milliseconds from the start of the day.
    fn time(&mut self) -> Option<i64> {
        let hour = self.number(2)?;
        self.literal(b':')?;
        let minute = self.number(2)?;
        let mut second = 0;
        let mut fraction = 0;
        if self.literal(b':').is_some() {
            second = self.number(2)?;
            if self.literal(b'.').is_some() {
                fraction = self.fraction()?;
            }
        }
        let valid = hour <= 23 && minute <= 59 && second <= 59;
        valid.then_some((hour * 60 + minute) * MINUTE + second * 1000 + fraction)
    }

    /// The milliseconds of a fraction of any length.
    fn fraction(&mut self) -> Option<i64> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        let kept = digits.iter().copied().chain(std::iter::repeat(b'0')).take(3);
        (length > 0).then(|| kept.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    /// Milliseconds that the clock is ahead of UTC.
    fn offset(&mut self) -> Option<i64> {
        if self.literal(b'Z').is_some() {
            return Some(0);
        }
        let sign = if self.literal(b'+').is_some() { 1 } else { self.literal(b'-').map(|()| -1)? };
        let hours = self.number(2)?;
        self.literal(b':')?;
        let minutes = self.number(2)?;
        let total = hours * 60 + minutes;
        (minutes <= 59 && total <= OFFSET_MAX).then_some(sign * total * MINUTE)
    }

    fn literal(&mut self, expected: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == expected).then(|| self.rest = rest)
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        number.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date. Years start in March here, so that a leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days from 1970-01-01: the inverse of [`days`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        let mut out = Vec::new();
        write(parse(text)?, &mut out);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn dates_are_kept_in_utc_to_the_millisecond() {
        let cases = [
            ("2017-01-13T14:03:00.7552052-07:00", "2017-01-13T21:03:00.755Z"), // wire.md §2
            ("2010-01-01T00:00-08:00", "2010-01-01T08:00:00Z"),                // wire.md §2
            ("9999-12-31T23:59:59.9999999+00:00", "9999-12-31T23:59:59.999Z"), // api.md §1.6
            ("2010-06-27T00:00:00Z", "2010-06-27T00:00:00Z"),                  // query.md §8.1
            ("2010-06-27T00:00:00.0000000+00:00", "2010-06-27T00:00:00Z"),
            ("2000-02-29T12:30:15.5Z", "2000-02-29T12:30:15.5Z"),
            ("2000-03-01T00:00:00.120Z", "2000-03-01T00:00:00.12Z"),
            ("2000-03-01T00:00:00.00099Z", "2000-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
            ("1970-01-01T00:00:00.1234567890123Z", "1970-01-01T00:00:00.123Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("2024-12-31T23:30:00-14:00", "2025-01-01T13:30:00Z"),
            ("2024-01-01T00:30:00+05:30", "2023-12-31T19:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn milliseconds_are_those_of_the_unix_epoch() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2001-09-09T01:46:40Z"), Some(1_000_000_000_000)); // the Unix billennium
        assert_eq!(parse("0001-01-01T00:00:00Z"), Some(MIN));
        assert_eq!(parse("9999-12-31T23:59:59.999Z"), Some(MAX));
    }

    #[test]
    fn other_text_is_refused() {
        let cases = [
            "",
            "2010-01-01",
            "2010-01-01T00:00:00",   // no zone
            "2010-01-01 00:00:00Z",  // no T
            "2010-01-01T00Z",        // no minutes
            "2010-01-01T00:00:00.Z", // no digit after the point
            "2010-01-01T00:00.5Z",   // a fraction without seconds
            "2010-13-01T00:00:00Z",
            "2010-00-01T00:00:00Z",
            "2010-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2010-04-31T00:00:00Z",
            "2010-01-00T00:00:00Z",
            "2010-01-01T24:00:00Z",
            "2010-01-01T00:60:00Z",
            "2016-12-31T23:59:60Z",
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "-001-01-01T00:00:00Z",
            "2010-01-01T00:00:00+14:01",
            "2010-01-01T00:00:00+01:60",
            "2010-01-01T00:00:00+0100",
            "2010-01-01T00:00:00Z ",
            "2025-10-04T17:03:10.569779+00:00Z",
            "0001-01-01T00:00:00+01:00", // before year 1 in UTC
            "9999-12-31T23:59:59-01:00", // after year 9999 in UTC
            "２010-01-01T00:00:00Z",
        ];
        for text in cases {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_reads_back_as_itself() {
        let mut out = Vec::new();
        for day in (MIN / DAY..=MAX / DAY).step_by(13) {
            out.clear();
            write(day * DAY, &mut out);
            assert_eq!(parse(std::str::from_utf8(&out).unwrap()), Some(day * DAY));
        }
    }
}
