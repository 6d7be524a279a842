//! JSON values in which no object has a member twice. serde_json alone would silently keep the last one.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::JsonError;
use crate::errors::quoted;

/// Reads one value and nothing behind it.
pub(super) fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let twice = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = Unique { twice: &twice }.deserialize(&mut json);
    let value = value.and_then(|value| json.end().map(|()| value)).map_err(JsonError::Syntax)?;
    match twice.into_inner() {
        Some(property) => Err(JsonError::DuplicateProperty { property }),
        None => Ok(value),
    }
}

/// Reads a value and remembers the first name that stood twice in an object.
#[derive(Clone, Copy)]
struct Unique<'a> {
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // JSON has no numbers that are not finite.
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                self.twice.borrow_mut().get_or_insert_with(|| quoted(&name));
            }
            let value = members.next_value_seed(self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_serde_json() {
        for text in [
            r#"null"#,
            r#" {"b": [1, -1, 0.1, 1e300, 18446744073709551615, -9223372036854775808, "a\u00e9\n\ud83d\ude00"], "a": {"b": true}} "#,
            r#"["", {}, [], [[]], false]"#,
            r#"{"é": -0.0, "": 123456789012345678901234567890}"#,
        ] {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), expected.to_string());
        }
        for text in ["", "{", "{} {}", "[1,]", "{1:2}", "nul", "\"\u{1}\"", "\"\\ud800\"", "1e999", "01"] {
            assert!(matches!(parse(text.as_bytes()), Err(JsonError::Syntax(_))), "{text}");
        }
        assert!(matches!(parse(b"\"\xFF\""), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn a_name_that_stands_twice_is_named() {
        for text in [r#"{"a":1,"b":2,"a":1}"#, r#"[{"c":{"a":[],"\u0061":{}}}]"#] {
            assert_eq!(
                parse(text.as_bytes()).unwrap_err().to_string(),
                "Multiple properties with the name 'a' were detected in a resource or a complex value. In OData, duplicate \
                 property names are not allowed."
            );
        }
        // What is no JSON is that first of all.
        assert!(matches!(parse(br#"{"a":1,"a":2"#), Err(JsonError::Syntax(_))));
    }
}
