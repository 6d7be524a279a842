//! Coercions: which simple JSON value a field of which type accepts, and what it becomes.
//!
//! The rules are those of Microsoft.OData.Core (`ODataPayloadValueConverter`), by which the service reads documents:
//!
//! * strings are converted to booleans, 32-bit integers, doubles and dates, but not to 64-bit integers;
//! * nothing but a string is converted to a string: `0` in an `Edm.String` is refused (seen);
//! * a number with a fraction, even `.0`, is refused by `Edm.Int32`; `Edm.Int64` rounds it half to even;
//! * `"NaN"`, `"INF"`, `"-INF"`, `"Infinity"` and `"-Infinity"` are doubles (`wire.md` §2).

use lazuli_wire::errors::quoted;
use lazuli_wire::number;

use crate::{FieldType, Value, VectorType};

use super::date;
use super::error::DocumentError;
use super::half;

/// A JSON value that is neither null, object nor array.
#[derive(Debug, Clone, Copy)]
pub(super) enum Literal<'a> {
    Boolean(bool),
    /// Written without fraction and exponent, and within 64 bits.
    Integer(i64),
    /// Any other number.
    Number(f64),
    Text(&'a str),
}

impl Literal<'_> {
    /// The error that this value is not of a type.
    pub(super) fn refused(self, expected: &'static str) -> DocumentError {
        let literal = match self {
            Literal::Boolean(true) => "True".to_owned(), // as .NET prints them
            Literal::Boolean(false) => "False".to_owned(),
            Literal::Integer(value) => value.to_string(),
            Literal::Number(value) => {
                let mut text = Vec::new();
                number::write_f64(value, &mut text);
                String::from_utf8_lossy(&text).into_owned()
            }
            Literal::Text(text) => quoted(text),
        };
        DocumentError::Literal { literal, expected }
    }
}

/// Converts a simple JSON value to a simple type. Types that need an object or an array refuse every literal.
pub(super) fn coerce(field_type: FieldType, literal: Literal<'_>) -> Result<Value, DocumentError> {
    let value = match field_type {
        FieldType::String => string(literal),
        FieldType::Boolean => boolean(literal),
        FieldType::Int32 => int32(literal),
        FieldType::Int64 if matches!(literal, Literal::Text(_)) => {
            return Err(DocumentError::Int64FromString);
        }
        FieldType::Int64 => int64(literal),
        FieldType::Double => double(literal).map(Value::Double),
        FieldType::DateTimeOffset => date_time(literal),
        FieldType::GeographyPoint | FieldType::Complex | FieldType::Vector(_) => None,
    };
    value.ok_or_else(|| literal.refused(field_type.name()))
}

fn string(literal: Literal<'_>) -> Option<Value> {
    match literal {
        Literal::Text(text) => Some(Value::String(text.to_owned())),
        Literal::Boolean(_) | Literal::Integer(_) | Literal::Number(_) => None,
    }
}

fn boolean(literal: Literal<'_>) -> Option<Value> {
    match literal {
        Literal::Boolean(value) => Some(Value::Boolean(value)),
        Literal::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(Value::Boolean(true)),
        Literal::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(Value::Boolean(false)),
        Literal::Text(_) | Literal::Integer(_) | Literal::Number(_) => None,
    }
}

fn int32(literal: Literal<'_>) -> Option<Value> {
    let value = match literal {
        Literal::Integer(value) => i32::try_from(value).ok()?,
        Literal::Text(text) => text.trim().parse().ok()?,
        Literal::Number(value) if is_minus_zero(value) => 0,
        Literal::Number(_) | Literal::Boolean(_) => return None,
    };
    Some(Value::Integer(value.into()))
}

fn int64(literal: Literal<'_>) -> Option<Value> {
    /// Up to here every integer is a double, so that nothing but the fraction is lost.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match literal {
        Literal::Integer(value) => Some(Value::Integer(value)),
        Literal::Number(value) if value.abs() <= EXACT_MAX => {
            Some(Value::Integer(value.round_ties_even() as i64))
        }
        Literal::Number(_) | Literal::Boolean(_) | Literal::Text(_) => None,
    }
}

/// `-0` comes from the JSON reader as a number with a fraction.
fn is_minus_zero(value: f64) -> bool {
    value == 0.0 && value.is_sign_negative()
}

fn double(literal: Literal<'_>) -> Option<f64> {
    match literal {
        Literal::Integer(value) => Some(value as f64),
        Literal::Number(value) => Some(value),
        Literal::Text("NaN") => Some(f64::NAN),
        Literal::Text("INF" | "Infinity") => Some(f64::INFINITY),
        Literal::Text("-INF" | "-Infinity") => Some(f64::NEG_INFINITY),
        Literal::Text(text) => {
            // Rust would also read "inf", "nan" and "infinity" in any case.
            let text = text.trim();
            let is_number =
                text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
            is_number.then(|| text.parse().ok())?.filter(|value: &f64| value.is_finite())
        }
        Literal::Boolean(_) => None,
    }
}

fn date_time(literal: Literal<'_>) -> Option<Value> {
    match literal {
        Literal::Text(text) => date::parse(text).map(Value::Date),
        Literal::Boolean(_) | Literal::Integer(_) | Literal::Number(_) => None,
    }
}

/// Converts a component of a vector: the number as the element type keeps it. Only finite numbers; a narrow type takes what
/// it can hold.
pub(super) fn component(vector_type: VectorType, literal: Literal<'_>) -> Result<f32, DocumentError> {
    let number = match literal {
        Literal::Integer(value) => Some(value as f64),
        Literal::Number(value) => Some(value),
        Literal::Boolean(_) | Literal::Text(_) => None,
    };
    let kept = match vector_type {
        VectorType::Single => number.map(|value| value as f32).filter(|value| value.is_finite()),
        VectorType::Half => match number {
            Some(value) if value.abs() > half::MAX => return Err(DocumentError::HalfOutOfRange),
            value => value.map(|value| half::to_f32(half::from_f32(value as f32))),
        },
        VectorType::Int16 => whole(number, i16::MIN.into(), i16::MAX.into()),
        VectorType::SByte => whole(number, i8::MIN.into(), i8::MAX.into()),
        VectorType::PackedBit => whole(number, u8::MIN.into(), u8::MAX.into()),
    };
    kept.ok_or_else(|| literal.refused(FieldType::Vector(vector_type).name()))
}

fn whole(number: Option<f64>, minimum: f64, maximum: f64) -> Option<f32> {
    number
        .filter(|value| value.fract() == 0.0 && (minimum..=maximum).contains(value))
        .map(|value| value as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(field_type: FieldType, literal: Literal<'_>) -> String {
        coerce(field_type, literal).unwrap_err().to_string()
    }

    #[test]
    fn literals_become_the_type_of_the_field() {
        use FieldType::{Boolean, DateTimeOffset, Double, Int32, Int64, String};
        let cases = [
            (String, Literal::Text("x"), Value::String("x".to_owned())),
            (String, Literal::Text("2010-01-01T00:00:00Z"), Value::String("2010-01-01T00:00:00Z".to_owned())),
            (Boolean, Literal::Boolean(true), Value::Boolean(true)),
            (Boolean, Literal::Text("False"), Value::Boolean(false)),
            (Int32, Literal::Integer(-2_147_483_648), Value::Integer(-2_147_483_648)),
            (Int32, Literal::Text(" 7 "), Value::Integer(7)),
            (Int32, Literal::Number(-0.0), Value::Integer(0)),
            (Int64, Literal::Integer(9_999_999_999_999_999), Value::Integer(9_999_999_999_999_999)),
            (Int64, Literal::Number(5.0), Value::Integer(5)),
            (Int64, Literal::Number(2.5), Value::Integer(2)),
            (Int64, Literal::Number(3.5), Value::Integer(4)),
            (Double, Literal::Integer(3), Value::Double(3.0)),
            (Double, Literal::Number(5.8), Value::Double(5.8)),
            (Double, Literal::Text("5.8"), Value::Double(5.8)),
            (Double, Literal::Text("INF"), Value::Double(f64::INFINITY)),
            (Double, Literal::Text("Infinity"), Value::Double(f64::INFINITY)),
            (Double, Literal::Text("-Infinity"), Value::Double(f64::NEG_INFINITY)),
            (Double, Literal::Text("-INF"), Value::Double(f64::NEG_INFINITY)),
            (DateTimeOffset, Literal::Text("1970-01-01T00:00:01Z"), Value::Date(1000)),
        ];
        for (field_type, literal, expected) in cases {
            assert_eq!(coerce(field_type, literal), Ok(expected), "{field_type:?} {literal:?}");
        }
        let Ok(Value::Double(nan)) = coerce(Double, Literal::Text("NaN")) else { panic!("not a double") };
        assert!(nan.is_nan());
    }

    #[test]
    fn other_literals_are_refused_with_the_librarys_sentence() {
        use FieldType::{Boolean, DateTimeOffset, Double, Int32, Int64, String};
        let cases = [
            (
                String,
                Literal::Integer(0),
                "Cannot convert the literal '0' to the expected type 'Edm.String'.",
            ),
            (
                String,
                Literal::Boolean(true),
                "Cannot convert the literal 'True' to the expected type 'Edm.String'.",
            ),
            (
                Boolean,
                Literal::Integer(1),
                "Cannot convert the literal '1' to the expected type 'Edm.Boolean'.",
            ),
            (
                Int32,
                Literal::Text("abc"),
                "Cannot convert the literal 'abc' to the expected type 'Edm.Int32'.",
            ),
            (
                Int32,
                Literal::Number(5.0),
                "Cannot convert the literal '5.0' to the expected type 'Edm.Int32'.",
            ),
            (
                Int32,
                Literal::Integer(2_147_483_648),
                "Cannot convert the literal '2147483648' to the expected type 'Edm.Int32'.",
            ),
            (
                Int64,
                Literal::Number(1e19),
                "Cannot convert the literal '1E+19' to the expected type 'Edm.Int64'.",
            ),
            (
                Int64,
                Literal::Text("1"),
                "Cannot convert a value to target type 'Edm.Int64' because of conflict between input format \
                 string/number and parameter 'IEEE754Compatible' false/true.",
            ),
            (
                Double,
                Literal::Text("inf"),
                "Cannot convert the literal 'inf' to the expected type 'Edm.Double'.",
            ),
            (
                Double,
                Literal::Text("1e999"),
                "Cannot convert the literal '1e999' to the expected type 'Edm.Double'.",
            ),
            (
                DateTimeOffset,
                Literal::Text("2009-01-20T00:00:00"),
                "Cannot convert the literal '2009-01-20T00:00:00' to the expected type 'Edm.DateTimeOffset'.",
            ),
            (
                DateTimeOffset,
                Literal::Number(1754470054.545506),
                "Cannot convert the literal '1754470054.545506' to the expected type 'Edm.DateTimeOffset'.",
            ),
        ];
        for (field_type, literal, expected) in cases {
            assert_eq!(sentence(field_type, literal), expected);
        }
    }

    #[test]
    fn components_fit_their_element_type() {
        use VectorType::{Half, Int16, PackedBit, SByte, Single};
        let kept = [
            (Single, 0.1, 0.1),
            (Half, 0.1, 0.099_975_586), // the nearest half
            (Half, 65_504.0, 65_504.0),
            (Int16, -32_768.0, -32_768.0),
            (SByte, 127.0, 127.0),
            (PackedBit, 255.0, 255.0),
        ];
        for (vector_type, number, expected) in kept {
            assert_eq!(component(vector_type, Literal::Number(number)), Ok(expected));
        }
        let refused = [(Single, 1e39), (Int16, 1.5), (Int16, 32_768.0), (SByte, 128.0), (PackedBit, -1.0)];
        for (vector_type, number) in refused {
            let error = component(vector_type, Literal::Number(number)).unwrap_err();
            assert!(matches!(error, DocumentError::Literal { .. }), "{vector_type:?} {number}");
        }
        assert_eq!(component(Half, Literal::Number(-65_506.0)), Err(DocumentError::HalfOutOfRange)); // wire.md §5
    }
}
