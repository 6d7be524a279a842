//! Reading JSON bodies.

mod error;
mod pairs;
mod tree;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::{Map, Value};

use crate::ApiVersion;
use crate::since::{self, Shape};

pub use error::JsonError;
pub use pairs::Pairs;

/// Reads a body that must be one JSON object; a byte-order mark in front is skipped.
///
/// Nesting deeper than 127 is a [`JsonError::Syntax`] (serde_json's recursion limit). There may be a million values, a
/// hundred thousand of them objects.
pub fn parse_object(body: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let value = tree::parse(skip_byte_order_mark(body))?;
    let otherwise = JsonError::unexpected_node(&value, "StartObject", None);
    if let Value::Object(members) = value { Ok(members) } else { Err(otherwise) }
}

/// Reads a body that must be an object of this shape in this version.
pub(crate) fn parse<T: DeserializeOwned>(
    body: &[u8],
    shape: &Shape,
    version: ApiVersion,
) -> Result<T, JsonError> {
    let members = parse_object(body)?;
    since::check(&members, shape, version)?;
    // What can still be wrong is what the struct's own conversions refuse.
    T::deserialize(members).map_err(|error| JsonError::Contradiction(error.to_string()))
}

/// The struct that has these members, among others.
#[expect(clippy::expect_used, reason = "each member has been checked to be of the kind the structs expect")]
pub(crate) fn filled<T: DeserializeOwned>(members: &Map<String, Value>) -> T {
    T::deserialize(members).expect("checked members")
}

pub(crate) fn skip_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// The members of a struct that becomes an object.
pub(crate) fn members_of(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        // A struct with string keys and no fallible parts always becomes an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

/// null counts as not sent.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// One string, or an array of strings that means their list, comma-separated.
pub(crate) fn comma_joined<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum List {
        Text(String),
        Texts(Vec<String>),
    }
    Ok(Option::<List>::deserialize(deserializer)?.map(|list| match list {
        List::Text(text) => text,
        List::Texts(texts) => texts.join(","),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_are_no_objects_are_refused() {
        let cases: [(&[u8], &str); 7] = [
            (
                b"",
                "Invalid JSON. Unexpected end of input was found in JSON content. Not all object and array scopes were closed.",
            ),
            (
                b"{\"a\":1",
                "Invalid JSON. Unexpected end of input was found in JSON content. Not all object and array scopes were closed.",
            ),
            (b"{\"a\":1e400}", "Invalid JSON. A number is too large or too small for a number of 64 bits."),
            (b"{a:1}", "Invalid JSON. A token was not recognized in the JSON content."),
            (b"{} {}", "Invalid JSON. A token was not recognized in the JSON content."),
            (
                b"[]",
                "An unexpected 'StartArray' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
            ),
            (
                b"1",
                "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(parse_object(body).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_deep_nesting_is_refused() {
        assert!(parse_object("\u{FEFF}{}".as_bytes()).unwrap().is_empty());
        let deep = format!("{{\"a\":{}}}", "[".repeat(100_000));
        assert_eq!(
            parse_object(deep.as_bytes()).unwrap_err().to_string(),
            "Invalid JSON. The JSON content is nested deeper than 127 levels."
        );
        let nested =
            |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert!(
            parse_object(nested(127).as_bytes()).is_ok() && parse_object(nested(128).as_bytes()).is_err()
        );
    }
}
