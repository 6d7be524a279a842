//! JSON values of bounded number, in which no object has a member twice.
//!
//! serde_json alone would silently keep the last of two members, and make gigabytes of structs of 16 MB of `{},{},{},…`.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::JsonError;
use crate::errors::quoted;

/// Values in one body, whatever they are. Ten vectors of the largest kind are 41 000 (`api.md` §4.2).
const VALUES_MAX: usize = 1_000_000;

/// Objects in one body: each becomes a struct of some hundred bytes. The largest index has 3 000 fields (`api.md` §4.2).
const OBJECTS_MAX: usize = 100_000;

/// Reads one value and nothing behind it.
pub(super) fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let seen = RefCell::new(Seen::default());
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = Tree { seen: &seen }.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    let Seen { twice, too_many, .. } = seen.into_inner();
    if let Some((what, max)) = too_many {
        return Err(JsonError::TooMany { what, max });
    }
    let value = value.map_err(JsonError::Syntax)?;
    match twice {
        Some(property) => Err(JsonError::DuplicateProperty { property }),
        None => Ok(value),
    }
}

/// What a walk through a body has met so far.
#[derive(Default)]
struct Seen {
    values: usize,
    objects: usize,
    /// The first name that stood twice in an object.
    twice: Option<String>,
    /// What there are too many of, and how many may be.
    too_many: Option<(&'static str, usize)>,
}

/// Reads a value.
#[derive(Clone, Copy)]
struct Tree<'a> {
    seen: &'a RefCell<Seen>,
}

impl Tree<'_> {
    fn count_value<E: Error>(self) -> Result<(), E> {
        let seen = &mut *self.seen.borrow_mut();
        seen.values += 1;
        seen.check("values", seen.values, VALUES_MAX)
    }

    fn count_object<E: Error>(self) -> Result<(), E> {
        let seen = &mut *self.seen.borrow_mut();
        seen.objects += 1;
        seen.check("objects", seen.objects, OBJECTS_MAX)
    }
}

impl Seen {
    fn check<E: Error>(&mut self, what: &'static str, count: usize, max: usize) -> Result<(), E> {
        if count <= max {
            return Ok(());
        }
        self.too_many = Some((what, max));
        // Only ends the walk; what is said about it is the above.
        Err(E::custom("too many"))
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count_value()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
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
        self.count_object()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            match object.entry(name) {
                Entry::Vacant(entry) => drop(entry.insert(value)),
                Entry::Occupied(entry) => {
                    self.seen.borrow_mut().twice.get_or_insert_with(|| quoted(entry.key()));
                }
            }
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

    #[test]
    fn bodies_of_too_many_values_are_refused() {
        let list = |element: &str, count: usize| format!("[{}]", vec![element; count].join(","));
        for (body, expected) in [
            (list("0", VALUES_MAX - 1), None),
            (list("0", VALUES_MAX), Some("The request body has more than 1000000 values.")),
            (list("{}", OBJECTS_MAX), None),
            (list("{}", OBJECTS_MAX + 1), Some("The request body has more than 100000 objects.")),
        ] {
            assert_eq!(parse(body.as_bytes()).err().map(|error| error.to_string()).as_deref(), expected);
        }
    }
}
