//! A source value as an index field takes it (`indexers.md` §2.5, §2.6, §6).
//!
//! Sources are loosely typed: delimited text has nothing but strings, SQL numbers may fill text fields, arrays and points may
//! come as JSON in a string. What fits is turned into what an upload would have to say; what does not is refused with the
//! indexer's sentence, so that the writing never refuses a whole batch for one value.

use lazuli_catalog::{Field, FieldType, VectorType};
use lazuli_wire::number;
use serde_json::{Map, Number, Value};

use super::date;
use super::error::Fault;
use super::point;

/// Which document and field a value is for.
pub(super) struct Target<'a> {
    pub(super) field: &'a Field,
    /// The document's key.
    pub(super) key: &'a str,
}

/// A simple value as text: numbers and booleans as .NET writes them (`5`, `2.5`, `1E+20`, `True`).
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(number) => Some(number_text(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn number_text(number: &Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let mut text = Vec::new();
    number::write_f64(number.as_f64().unwrap_or_default(), &mut text);
    let text = String::from_utf8(text).unwrap_or_default();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Whether a value is of the field's type as it stands: what most of a document is, text, for which nothing has to be made.
pub(super) fn fits_as_it_is(field: &Field, value: &Value) -> bool {
    if field.field_type != FieldType::String {
        return false;
    }
    match value {
        Value::String(_) => !field.collection,
        Value::Array(elements) => field.collection && elements.iter().all(Value::is_string),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Turns a value into one of the field's type; null clears the field.
pub(super) fn fit(target: &Target<'_>, value: Value) -> Result<Value, Fault> {
    let field = target.field;
    if value.is_null() || fits_as_it_is(field, &value) {
        return Ok(value);
    }
    if let FieldType::Vector(vector_type) = field.field_type {
        let elements = target.array(value)?;
        return target.vector(vector_type, elements);
    }
    if !field.collection {
        return target.element(value);
    }
    let elements = target.array(value)?;
    elements
        .into_iter()
        .map(|element| target.element(element))
        .collect::<Result<Vec<_>, _>>()
        .map(Value::Array)
}

impl Target<'_> {
    /// A single value of the field's element type.
    fn element(&self, value: Value) -> Result<Value, Fault> {
        let fitted = match self.field.field_type {
            FieldType::String => scalar_text(&value).map(Value::String),
            FieldType::Boolean => boolean(&value),
            FieldType::Int32 => {
                integer(&value).filter(|number| i32::try_from(*number).is_ok()).map(Value::from)
            }
            FieldType::Int64 => integer(&value).map(Value::from),
            FieldType::Double => double(&value),
            FieldType::DateTimeOffset => value.as_str().and_then(date::canonical).map(Value::String),
            FieldType::GeographyPoint => return self.point(value),
            FieldType::Complex => return self.complex(value),
            // Has elements of its own.
            FieldType::Vector(_) => None,
        };
        match fitted {
            Some(fitted) => Ok(fitted),
            // Delimited text has no other way to say that there is no value.
            None if !self.field.collection && value.as_str().is_some_and(|text| text.trim().is_empty()) => {
                Ok(Value::Null)
            }
            None => Err(self.mismatch(&value)),
        }
    }

    /// An array, or a string that holds one.
    fn array(&self, value: Value) -> Result<Vec<Value>, Fault> {
        match value {
            Value::Array(elements) => Ok(elements),
            Value::String(text) if text.trim().is_empty() => Ok(Vec::new()),
            Value::String(text) if text.trim_start().starts_with('[') => {
                serde_json::from_str(&text).map_err(|error| self.no_json("array", &error))
            }
            value @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_)) => Err(self.mismatch(&value)),
        }
    }

    /// An object, or a string that holds one.
    fn object(&self, value: Value) -> Result<Map<String, Value>, Fault> {
        match value {
            Value::Object(members) => Ok(members),
            Value::String(text) if text.trim_start().starts_with('{') => {
                serde_json::from_str(&text).map_err(|error| self.no_json("object", &error))
            }
            value
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                Err(self.mismatch(&value))
            }
        }
    }

    fn point(&self, value: Value) -> Result<Value, Fault> {
        match value.as_str().map(str::trim) {
            Some("") => return Ok(Value::Null),
            Some(text) if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("POINT")) => {
                return Err(Fault::WellKnownText);
            }
            Some(_) | None => {}
        }
        let members = self.object(value)?;
        point::check(&members).map_err(|reason| self.value(reason))?;
        Ok(Value::Object(members))
    }

    /// The members that the field has too; others are not looked at. Null members say nothing.
    fn complex(&self, value: Value) -> Result<Value, Fault> {
        let mut fitted = Map::new();
        for (name, value) in self.object(value)? {
            let named = |field: &&Field| field.name == name;
            let alike = |field: &&Field| field.name.eq_ignore_ascii_case(&name);
            let fields = || self.field.fields.iter();
            let Some(field) = fields().find(named).or_else(|| fields().find(alike)) else { continue };
            if !value.is_null() && !fitted.contains_key(&field.name) {
                fitted.insert(field.name.clone(), fit(&Target { field, key: self.key }, value)?);
            }
        }
        Ok(Value::Object(fitted))
    }

    fn vector(&self, vector_type: VectorType, elements: Vec<Value>) -> Result<Value, Fault> {
        // Nothing is no vector.
        if elements.is_empty() {
            return Ok(Value::Null);
        }
        let dimensions = self.field.dimensions.unwrap_or_default() as usize;
        let (expected, limit, whole) = match vector_type {
            VectorType::Single => (dimensions, f64::from(f32::MAX), false),
            VectorType::Half => (dimensions, 65_504.0, false),
            VectorType::Int16 => (dimensions, f64::from(i16::MAX), true),
            VectorType::SByte => (dimensions, f64::from(i8::MAX), true),
            VectorType::PackedBit => (dimensions.div_ceil(8), f64::from(u8::MAX), true),
        };
        if elements.len() != expected {
            let found = elements.len();
            return Err(
                self.value(format!("The vector has '{found}' components. Expected were '{expected}'."))
            );
        }
        let lowest = match vector_type {
            VectorType::Single | VectorType::Half => -limit,
            VectorType::Int16 | VectorType::SByte => -limit - 1.0,
            VectorType::PackedBit => 0.0,
        };
        for element in &elements {
            let number = element.as_f64().ok_or_else(|| self.mismatch(element))?;
            if !(lowest..=limit).contains(&number) || (whole && number.fract() != 0.0) {
                return Err(self.value(format!(
                    "'{number}' is no component of a vector of '{}'.",
                    self.field.type_name()
                )));
            }
        }
        Ok(Value::Array(elements))
    }

    fn mismatch(&self, value: &Value) -> Fault {
        let (field, key) = (self.field.path.clone(), self.key.to_owned());
        Fault::Type { field, key, found: type_name(value), expected: self.field.type_name() }
    }

    fn value(&self, reason: String) -> Fault {
        Fault::Value { field: self.field.path.clone(), key: self.key.to_owned(), reason }
    }

    fn no_json(&self, what: &'static str, error: &serde_json::Error) -> Fault {
        Fault::NoJson { field: self.field.path.clone(), what, reason: error.to_string() }
    }
}

/// What type a source value has, in the words of the index.
fn type_name(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "Edm.Boolean".to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => "Edm.Int64".to_owned(),
        Value::Number(_) => "Edm.Double".to_owned(),
        Value::String(_) => "Edm.String".to_owned(),
        Value::Object(_) => "Edm.ComplexType".to_owned(),
        Value::Array(elements) => {
            format!("Collection({})", elements.first().map_or_else(|| "Edm.String".to_owned(), type_name))
        }
    }
}

fn boolean(value: &Value) -> Option<Value> {
    let truth = match value {
        Value::Bool(truth) => *truth,
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => true,
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => false,
        Value::String(_) | Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return None;
        }
    };
    Some(Value::Bool(truth))
}

/// A whole number, in whatever spelling.
fn integer(value: &Value) -> Option<i64> {
    /// Up to here every integer is a double.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let double = number.as_f64()?;
            (double.fract() == 0.0 && double.abs() <= EXACT_MAX).then_some(double as i64)
        }),
        Value::String(text) => whole_part(text.trim()).parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `100` of `100.00`, which is how databases write whole decimals; a fraction that says something stays.
fn whole_part(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') => whole,
        Some(_) | None => text,
    }
}

fn double(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => match text.trim() {
            "NaN" | "INF" | "-INF" | "Infinity" | "-Infinity" => Some(Value::String(text.trim().to_owned())),
            text => {
                // Rust would also read "inf" and "nan".
                let plain =
                    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
                plain.then(|| text.parse().ok()).flatten().and_then(Number::from_f64).map(Value::Number)
            }
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
