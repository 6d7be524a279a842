//! Values as MySQL writes them, as JSON by the type of their column (`indexers.md` §2.7).

use serde_json::{Number, Value};

use super::error::broken;
use super::packet::Reader;
use crate::source::SourceError;

/// A column of a result.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
}

/// What a column holds, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `tinyint(1)`, which `boolean` is another word for.
    Boolean,
    Number,
    /// `decimal`
    Decimal,
    /// `datetime` and `timestamp`, in the session's zone, which is UTC.
    Moment,
    Date,
    Json,
    /// Text, and everything that is read as text: `time`, `enum`, `set`.
    Text,
    Bits,
    /// `binary`, `blob`, `geometry`: no field of an index takes them.
    Bytes,
}

/// The collation of bytes that are no text.
const BINARY: u16 = 63;

impl Column {
    /// Reads the definition of a column: six strings, the fifth of which is the name; a length; collation:2 width:4 type:1.
    pub(super) fn read(packet: &[u8]) -> Result<Self, SourceError> {
        let mut reader = Reader(packet);
        for _ in 0..4 {
            reader.string()?;
        }
        let name = String::from_utf8_lossy(reader.string()?).into_owned();
        reader.string()?;
        reader.integer()?;
        let collation = reader.u16()?;
        let width = reader.bytes(4)?;
        let kind = match reader.u8()? {
            1 if width == [1, 0, 0, 0] => Kind::Boolean,
            1..=5 | 8 | 9 | 13 => Kind::Number,
            0 | 246 => Kind::Decimal,
            7 | 12 => Kind::Moment,
            10 => Kind::Date,
            16 => Kind::Bits,
            245 => Kind::Json,
            255 => Kind::Bytes,
            15 | 249..=254 if collation == BINARY => Kind::Bytes,
            _ => Kind::Text,
        };
        Ok(Self { name, kind })
    }

    /// Whether values of the column are written in a statement without quotes.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number | Kind::Decimal | Kind::Boolean)
    }

    /// A value, from its text; `None` if it has no place in an index.
    pub(super) fn json(&self, text: &[u8]) -> Result<Option<Value>, SourceError> {
        if self.kind == Kind::Bytes {
            return Ok(None);
        }
        if self.kind == Kind::Bits {
            let bits = text.iter().rev().take(8).rev().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            return Ok(Some(Value::from(bits)));
        }
        let text = std::str::from_utf8(text).map_err(|_| broken())?;
        Ok(Some(match self.kind {
            Kind::Boolean => Value::Bool(text != "0"),
            // What has a fraction stays as it is written: a double would lose its digits, and `1.50` its zero.
            Kind::Decimal if text.contains('.') => Value::String(text.to_owned()),
            Kind::Number | Kind::Decimal => number(text).map_or(Value::Null, Value::Number),
            Kind::Moment => moment(text, "Z"),
            Kind::Date => moment(text, "T00:00:00Z"),
            Kind::Json => serde_json::from_str(text).map_err(|_| broken())?,
            Kind::Text | Kind::Bits | Kind::Bytes => Value::String(text.to_owned()),
        }))
    }
}

/// A number as JSON has it: whole where it can be, for 64 bits are more than a double holds.
fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    Number::from_f64(text.parse().ok()?)
}

/// `2026-11-20 18:30:00` as a moment. The dates of years, months or days zero, which MySQL has for unknown ones, are null.
fn moment(text: &str, suffix: &str) -> Value {
    let zero = text.starts_with("0000-") || text.contains("-00");
    if zero { Value::Null } else { Value::String(format!("{}{suffix}", text.replacen(' ', "T", 1))) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(kind: Kind, text: &str, expected: Value) {
        let column = Column { name: "c".into(), kind };
        assert_eq!(column.json(text.as_bytes()).unwrap(), Some(expected), "{text}");
    }

    #[test]
    fn values_are_read_by_the_type_of_their_column() {
        check(Kind::Boolean, "1", json!(true));
        check(Kind::Number, "9223372036854775807", json!(i64::MAX));
        check(Kind::Number, "18446744073709551615", json!(u64::MAX));
        check(Kind::Number, "12.50", json!(12.5));
        check(Kind::Decimal, "12.50", json!("12.50"));
        check(Kind::Decimal, "-12", json!(-12));
        check(Kind::Moment, "2026-11-20 18:30:00.125", json!("2026-11-20T18:30:00.125Z"));
        check(Kind::Moment, "0000-00-00 00:00:00", json!(null));
        check(Kind::Date, "2026-11-20", json!("2026-11-20T00:00:00Z"));
        check(Kind::Date, "2026-00-00", json!(null));
        check(Kind::Json, "{\"a\":[1]}", json!({ "a": [1] }));
        check(Kind::Text, "größe", json!("größe"));
        check(Kind::Bits, "\u{1}\u{2}", json!(258));
        let bytes = Column { name: "c".into(), kind: Kind::Bytes };
        assert_eq!(bytes.json(&[255, 0]), Ok(None));
    }

    /// `-00` stands in dates that are none only: a day or month of zero.
    #[test]
    fn moments_with_zeros_elsewhere_are_moments() {
        check(Kind::Moment, "2000-10-20 00:00:00", json!("2000-10-20T00:00:00Z"));
    }
}
