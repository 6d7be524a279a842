//! Reading JSON bodies, and the sentences about what is wrong with one.

mod unique;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::ApiVersion;
use crate::since::{self, Shape};

/// What is wrong with a request's JSON. `Display` is the sentence for the client, without the service's introduction
/// (`The request is invalid. Details: `).
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The body is not JSON at all. The service shows the text of its OData reader; the position is for the log.
    #[error("Invalid JSON. {}", syntax(.0))]
    Syntax(#[source] serde_json::Error),

    /// A member that the type does not have in this version (`wire.md` §12).
    #[error(
        "The property '{property}' does not exist on type '{type_name}' or is not present in the API version '{version}'. \
         Make sure to only use property names that are defined by the type."
    )]
    UnknownProperty {
        /// The member's name as it was sent.
        property: String,
        /// The type with its namespace, e.g. `Microsoft.Azure.Search.V2026_04_01.IndexDefinition`.
        type_name: String,
        /// The version of the request.
        version: ApiVersion,
    },

    /// … with an object or an array as its value, in whatever version (Azure/gpt-rag-ingestion#37,
    /// Azure/azure-search-vector-samples#57; Microsoft's OData library reads such values as resources of their own).
    #[error("Cannot find nested property '{property}' on the resource type '{type_name}'.")]
    UnknownNestedProperty {
        /// The member's name as it was sent.
        property: String,
        /// The type with its namespace.
        type_name: String,
    },

    /// A member that stands twice in one object. The sentence is that of Microsoft's OData library.
    #[error(
        "Multiple properties with the name '{property}' were detected in a resource or a complex value. In OData, \
         duplicate property names are not allowed."
    )]
    DuplicateProperty {
        /// The member's name.
        property: String,
    },

    /// A parameter that the operation does not have (`api.md` §1.2).
    #[error(
        "parameters : The parameter '{parameter}' in the request payload is not a valid parameter for the operation \
         '{operation}'."
    )]
    UnknownParameter {
        /// The parameter's name as it was sent.
        parameter: String,
        /// The operation, e.g. `search`.
        operation: &'static str,
    },

    /// A literal of another type than the member's.
    #[error("Cannot convert the literal '{literal}' to the expected type '{expected}'.")]
    WrongLiteral {
        /// The literal as it was sent, strings without their quotes.
        literal: String,
        /// The type's name, e.g. `Edm.Int32`.
        expected: &'static str,
    },

    /// An object, an array or a literal where another of the three was expected.
    #[error(
        "An unexpected '{found}' node was found{} when reading from the JSON reader. A '{expected}' node was expected.",
        for_property(.property)
    )]
    UnexpectedNode {
        /// What was found: `StartObject`, `StartArray` or `PrimitiveValue`.
        found: &'static str,
        /// What was expected, in the same words.
        expected: &'static str,
        /// The member it was found in; none for the body itself.
        property: Option<String>,
    },

    /// Something that may not be null is.
    #[error(
        "A null value was found with the expected type '{expected}[Nullable=False]'. The expected type \
         '{expected}[Nullable=False]' does not allow null values."
    )]
    Null {
        /// The type's name, e.g. `Edm.String`.
        expected: &'static str,
    },

    /// An object of which there are several types has no `@odata.type`
    /// (Azure-Samples/azure-search-python-samples#47).
    #[error(
        "A resource without a type name was found, but no expected type was specified. To allow entries without type \
         information, the expected type must also be specified when the model is specified."
    )]
    NoType,

    /// An `@odata.type` that the version does not have. The sentence is that of Microsoft's OData library; not seen
    /// from the service.
    #[error(
        "A type named '{type_name}' could not be resolved by the model. When a model is available, each type name must \
         resolve to a valid type."
    )]
    UnknownType {
        /// The type's name as it was sent, without `#`.
        type_name: String,
    },

    /// A field of a type that the version does not have; the sentence is that of a type no version has.
    #[error("The field '{field}' has the type '{type_name}' which is not a supported data type.")]
    UnknownFieldType {
        /// The field's path.
        field: String,
        /// The type as it was sent.
        type_name: String,
    },

    /// The same thing said twice, in an old member and in the one that replaces it, and not alike. Our sentence.
    #[error("{0}")]
    Contradiction(String),
}

fn syntax(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "Unexpected end of input was found in JSON content. Not all object and array scopes were closed."
    } else {
        "A token was not recognized in the JSON content."
    }
}

fn for_property(property: &Option<String>) -> String {
    property.as_ref().map_or_else(String::new, |property| format!(" for property named '{property}'"))
}

impl JsonError {
    /// The error for `value` where something of the kind `expected` (`StartObject`, …) should be.
    pub fn unexpected_node(value: &Value, expected: &'static str, property: Option<&str>) -> Self {
        let found = match value {
            Value::Object(_) => "StartObject",
            Value::Array(_) => "StartArray",
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => "PrimitiveValue",
        };
        Self::UnexpectedNode { found, expected, property: property.map(str::to_owned) }
    }
}

/// Reads a body that must be one JSON object; a byte-order mark in front is skipped.
///
/// Nesting deeper than 128 is a [`JsonError::Syntax`] (serde_json's recursion limit).
pub fn parse_object(body: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let value = unique::parse(skip_byte_order_mark(body))?;
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

/// An object whose members have any name, in the order of the request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
            type Value = Pairs<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_are_no_objects_are_refused() {
        let cases: [(&[u8], &str); 6] = [
            (
                b"",
                "Invalid JSON. Unexpected end of input was found in JSON content. Not all object and array scopes were closed.",
            ),
            (
                b"{\"a\":1",
                "Invalid JSON. Unexpected end of input was found in JSON content. Not all object and array scopes were closed.",
            ),
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
        assert!(matches!(parse_object(deep.as_bytes()), Err(JsonError::Syntax(_))));
    }
}
