//! One JSON document: the whole item, a line, an element.

use serde_json::{Map, Value};

use lazuli_wire::JsonError;

use super::fault::Fault;

/// The members of an object.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>, Fault> {
    let found = match serde_json::from_slice(text).map_err(syntax)? {
        Value::Object(members) => return Ok(members),
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
    };
    Err(Fault::NotAnObject { found })
}

pub(super) fn syntax(error: serde_json::Error) -> Fault {
    Fault::Json { reason: JsonError::Syntax(error).to_string() }
}
