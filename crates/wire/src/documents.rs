//! Batches of document actions and their results (`wire.md` §5).

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::errors::quoted;
use crate::json::{parse_object, skip_byte_order_mark};
use crate::{ApiVersion, JsonError};

/// Splits the body of `docs/index`, `{"value":[ … ]}`, into its actions without reading into them: 16 MB take about 5 ms.
///
/// The texts are slices of `body`, valid JSON but not necessarily objects. Annotations beside `value` are skipped, any
/// other member is refused.
pub fn split_batch(body: &[u8], version: ApiVersion) -> Result<Vec<&RawValue>, JsonError> {
    let batch: Batch<'_> =
        serde_json::from_slice(skip_byte_order_mark(body)).map_err(|error| batch_error(error, body))?;
    if batch.has_two_values {
        return Err(JsonError::DuplicateProperty { property: "value".to_owned() });
    }
    if let Some(property) = batch.unknown {
        let type_name = format!("{}.IndexBatch", version.namespace());
        return Err(JsonError::UnknownProperty { property, type_name, version });
    }
    Ok(batch.value)
}

/// serde's own error says "data" when the JSON is fine but not of the shape of a batch: then a slower look tells where.
fn batch_error(error: serde_json::Error, body: &[u8]) -> JsonError {
    if !error.is_data() {
        return JsonError::Syntax(error);
    }
    match parse_object(body) {
        Ok(members) => {
            let value = members.get("value").unwrap_or(&serde_json::Value::Null);
            JsonError::unexpected_node(value, "StartArray", Some("value"))
        }
        Err(error) => error,
    }
}

struct Batch<'a> {
    value: Vec<&'a RawValue>,
    has_two_values: bool,
    unknown: Option<String>,
}

impl<'de> Deserialize<'de> for Batch<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BatchVisitor;

        impl<'de> Visitor<'de> for BatchVisitor {
            type Value = Batch<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with the array `value`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Batch<'de>, A::Error> {
                let mut batch = Batch { value: Vec::new(), has_two_values: false, unknown: None };
                let mut has_value = false;
                while let Some(name) = map.next_key::<String>()? {
                    if name == "value" {
                        batch.has_two_values |= std::mem::replace(&mut has_value, true);
                        batch.value = map.next_value()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                        if !name.contains('@') && batch.unknown.is_none() {
                            batch.unknown = Some(quoted(&name));
                        }
                    }
                }
                Ok(batch)
            }
        }

        deserializer.deserialize_map(BatchVisitor)
    }
}

/// What became of one action, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexingResult {
    /// The document's key.
    pub key: String,
    /// Whether the action succeeded.
    pub status: bool,
    /// Why it did not.
    pub error_message: Option<String>,
    /// 201 created, 200 replaced, merged or deleted, 404 nothing to merge into, … (`api.md` §1.8).
    pub status_code: u16,
}

/// The answer of `docs/index`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexingResults {
    /// One result for each action.
    pub value: Vec<IndexingResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(body: &[u8]) -> Result<Vec<&RawValue>, JsonError> {
        split_batch(body, ApiVersion::V2026_04_01)
    }

    #[test]
    fn actions_are_slices_of_the_body() {
        let body =
            "\u{FEFF}{ \"@odata.context\": [1], \"value\" : [ {\"id\": \"1\", \"deep\": [[{}]]}, 7 ] }";
        let actions: Vec<&str> = split(body.as_bytes()).unwrap().into_iter().map(RawValue::get).collect();
        assert_eq!(actions, [r#"{"id": "1", "deep": [[{}]]}"#, "7"]);
        assert!(split(b"{}").unwrap().is_empty());
        assert!(split(b"{\"value\":[]}").unwrap().is_empty());
    }

    #[test]
    fn other_bodies_are_refused() {
        for (body, expected) in [
            ("{\"value\":[", "Invalid JSON. Unexpected end"),
            ("{\"value\":[{]}", "Invalid JSON. A token"),
            ("{\"value\":7}", "An unexpected 'PrimitiveValue' node was found for property named 'value'"),
            ("{\"value\":{}}", "An unexpected 'StartObject' node was found for property named 'value'"),
            ("[]", "An unexpected 'StartArray' node was found when reading"),
            ("{\"value\":[1],\"value\":[2]}", "Multiple properties with the name 'value' were detected"),
            ("{\"value\":[1],\"value\":7}", "Multiple properties with the name 'value' were detected"),
            ("{\"value\":null}", "An unexpected 'PrimitiveValue' node was found for property named 'value'"),
            (
                "{\"values\":[]}",
                "The property 'values' does not exist on type 'Microsoft.Azure.Search.V2026_04_01.IndexBatch'",
            ),
        ] {
            let error = split(body.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{body}: {error}");
        }
        assert!(split(b"{\"value\":[\"\xFF\"]}").is_err());
    }

    #[test]
    fn results_have_the_member_order_of_the_service() {
        let result = IndexingResult {
            key: "1".into(),
            status: false,
            error_message: Some("Document not found.".into()),
            status_code: 404,
        };
        assert_eq!(
            serde_json::to_string(&IndexingResults { value: vec![result] }).unwrap(),
            r#"{"value":[{"key":"1","status":false,"errorMessage":"Document not found.","statusCode":404}]}"#
        );
    }
}
