//! Constants: which type a spelling has, and its value.
//!
//! A number without a suffix has the first type of Int32, Int64, Single, Double and Decimal that holds it as written, as
//! Microsoft.OData.Core guesses: `3.6` is a Single, `3.14159265358979` a Double, `0.1234567890123456789` a Decimal.

use lazuli_catalog::document::date;

use super::geography;
use super::tree::Literal;

/// What a constant's spelling says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LiteralKind {
    Null,
    Boolean,
    String,
    /// `datetime'…'`: a prefix that is no type's.
    UnknownPrefix,
    Int32,
    Int64,
    Single,
    Double,
    Decimal,
    Guid,
    Date,
    DateTimeOffset,
    TimeOfDay,
    Duration,
    Binary,
    Geography,
    Geometry,
    /// `{…}` or `[…]`, a string with its brackets.
    Balanced,
}

/// The first whole number that is too large for .NET's `decimal`, 2⁹⁶.
const DECIMAL_END: f64 = 79_228_162_514_264_337_593_543_950_336.0;

impl LiteralKind {
    /// Of a word that is no name.
    pub(super) fn of_word(word: &str) -> Option<LiteralKind> {
        match word {
            "null" => Some(Self::Null),
            "true" | "false" => Some(Self::Boolean),
            "INF" | "NaN" => Some(Self::Double),
            "INFf" | "INFF" | "NaNf" | "NaNF" => Some(Self::Single),
            _ => None,
        }
    }

    /// Of the word directly before a quote.
    pub(super) fn of_prefix(prefix: &str) -> LiteralKind {
        match prefix.to_ascii_lowercase().as_str() {
            "duration" => Self::Duration,
            "binary" => Self::Binary,
            "geography" => Self::Geography,
            "geometry" => Self::Geometry,
            _ => Self::UnknownPrefix,
        }
    }

    /// Of the letter directly after a number.
    pub(super) fn of_suffix(suffix: char) -> Option<LiteralKind> {
        match suffix {
            'L' | 'l' => Some(Self::Int64),
            'F' | 'f' => Some(Self::Single),
            'D' | 'd' => Some(Self::Double),
            'M' | 'm' => Some(Self::Decimal),
            _ => None,
        }
    }

    /// Whether a minus before it belongs to it.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int32 | Self::Int64 | Self::Single | Self::Double | Self::Decimal)
    }

    /// The name of its type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Null => "Edm.Null",
            Self::Boolean => "Edm.Boolean",
            Self::String | Self::UnknownPrefix | Self::Balanced => "Edm.String",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Single => "Edm.Single",
            Self::Double => "Edm.Double",
            Self::Decimal => "Edm.Decimal",
            Self::Guid => "Edm.Guid",
            Self::Date => "Edm.Date",
            Self::DateTimeOffset => "Edm.DateTimeOffset",
            Self::TimeOfDay => "Edm.TimeOfDay",
            Self::Duration => "Edm.Duration",
            Self::Binary => "Edm.Binary",
            Self::Geography => "Edm.Geography",
            Self::Geometry => "Edm.Geometry",
        }
    }

    /// The value of `text`, a whole token of this kind, perhaps with a minus before it; if the type has no such value, why, where
    /// there is more to say. What stands in durations, binaries and geometries is not looked at: no field has these types.
    pub(super) fn value(self, text: &str) -> Result<Literal, Option<String>> {
        let value = match self {
            Self::Null => Some(Literal::Null),
            Self::Boolean => Some(Literal::Boolean(text == "true")),
            Self::String => Some(Literal::String(unquoted(text))),
            Self::Balanced => Some(Literal::String(text.to_owned())),
            Self::UnknownPrefix => None,
            Self::Int32 => text.parse().ok().map(Literal::Int32),
            Self::Int64 => without_suffix(text, 'l').parse().ok().map(Literal::Int64),
            Self::Single => single(without_suffix(text, 'f')).map(Literal::Single),
            Self::Double => double(without_suffix(text, 'd')).map(Literal::Double),
            Self::Decimal => {
                let value = double(without_suffix(text, 'm'));
                value.filter(|value| value.abs() < DECIMAL_END).map(Literal::Decimal)
            }
            Self::DateTimeOffset => date_time(text).map(Literal::DateTimeOffset),
            Self::Geography => {
                return geography::parse(&unquoted(text)).map(Literal::Geography).map_err(Some);
            }
            // `0x1F` looks like a binary, but those are written binary'…'.
            Self::Binary if text.starts_with('0') => None,
            Self::Guid | Self::Date | Self::TimeOfDay | Self::Duration | Self::Binary | Self::Geometry => {
                Some(Literal::Other(self.type_name()))
            }
        };
        value.ok_or(None)
    }
}

/// The type of a number without a suffix.
pub(super) fn guess(text: &str, is_whole: bool) -> LiteralKind {
    if is_whole && text.parse::<i32>().is_ok() {
        return LiteralKind::Int32;
    }
    if is_whole && text.parse::<i64>().is_ok() {
        return LiteralKind::Int64;
    }
    let (Some(single), Some(double)) = (single(text), double(text)) else { return LiteralKind::Double };
    let may_be_decimal = !text.contains(['e', 'E']) && double.abs() < DECIMAL_END;
    if may_be_decimal && digits(text) != digits(&double.to_string()) {
        return LiteralKind::Decimal;
    }
    if single == double { LiteralKind::Single } else { LiteralKind::Double }
}

/// Digits before and after the point, without zeros that say nothing. A double prints as few as tell it from others.
fn digits(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches('-');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    (whole.trim_start_matches('0'), fraction.trim_end_matches('0'))
}

fn double(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" | "-NaN" => Some(f64::NAN),
        // Rust would also read `inf` and `nan`.
        _ if text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit()) => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// A single as the double that is written like it.
fn single(text: &str) -> Option<f64> {
    let value = double(text)?;
    match text.parse::<f32>() {
        Ok(single) if value.is_finite() => single.to_string().parse().ok(),
        Ok(_) | Err(_) => Some(value),
    }
}

fn without_suffix(text: &str, suffix: char) -> &str {
    if matches!(text, "INF" | "-INF" | "NaN" | "-NaN") {
        return text;
    }
    text.strip_suffix([suffix, suffix.to_ascii_uppercase()]).unwrap_or(text)
}

/// What stands between the quotes, after a prefix if there is one.
fn unquoted(text: &str) -> String {
    let start = text.find('\'').map_or(0, |quote| quote + 1);
    text.get(start..text.len() - 1).unwrap_or_default().replace("''", "'")
}

/// The type of a date, a time or a GUID that starts with a digit.
pub(super) fn moment_kind(text: &str) -> Option<LiteralKind> {
    if is_date(text) {
        Some(LiteralKind::Date)
    } else if date_time(text).is_some() {
        Some(LiteralKind::DateTimeOffset)
    } else if is_time(text) {
        Some(LiteralKind::TimeOfDay)
    } else {
        is_guid(text).then_some(LiteralKind::Guid)
    }
}

/// Documents' spellings of dates; the `Z` of an expression may be a small letter.
fn date_time(text: &str) -> Option<i64> {
    match text.strip_suffix('z') {
        Some(text) => date::parse(&format!("{text}Z")),
        None => date::parse(text),
    }
}

/// `2020-02-29`
fn is_date(text: &str) -> bool {
    text.len() == 10 && date::parse(&format!("{text}T00:00Z")).is_some()
}

/// `23:59`, `23:59:59`, `23:59:59.9999999`
fn is_time(text: &str) -> bool {
    let fraction = text.split_once('.').map(|(_, fraction)| fraction.len());
    fraction.is_none_or(|digits| digits <= 7) && date::parse(&format!("2000-01-01T{text}Z")).is_some()
}

/// `01234567-89ab-cdef-0123-456789abcdef`
pub(super) fn is_guid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) && groups.eq([8, 4, 4, 4, 12])
}
