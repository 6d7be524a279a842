//! Field mappings: their targets, and their functions with their parameters (`indexers.md` §4).

use lazuli_wire::indexers::{FieldMapping, MappingFunction as Function};
use serde_json::Value;

use crate::Schema;
use crate::error::IndexerProblem;

/// A function that changes a value on its way into the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingFunction {
    /// Base64 for keys.
    Base64Encode,
    /// Its inverse.
    Base64Decode,
    /// One part of a text.
    ExtractTokenAtPosition,
    /// A JSON array as a collection.
    JsonArrayToStringCollection,
    /// For query strings.
    UrlEncode,
    /// Its inverse.
    UrlDecode,
    /// Any text as one of a fixed length.
    FixedLengthEncode,
    /// JSON in a string as what it is.
    ToJson,
}

/// What the value of a parameter must be.
#[derive(Clone, Copy)]
enum Parameter {
    /// true or false; it has a default.
    Flag,
    /// A text that is not empty.
    Text,
    /// A number from 0.
    Position,
}

impl MappingFunction {
    /// Every function with its name on the wire.
    pub const ALL: [(MappingFunction, &'static str); 8] = [
        (MappingFunction::Base64Encode, "base64Encode"),
        (MappingFunction::Base64Decode, "base64Decode"),
        (MappingFunction::ExtractTokenAtPosition, "extractTokenAtPosition"),
        (MappingFunction::JsonArrayToStringCollection, "jsonArrayToStringCollection"),
        (MappingFunction::UrlEncode, "urlEncode"),
        (MappingFunction::UrlDecode, "urlDecode"),
        (MappingFunction::FixedLengthEncode, "fixedLengthEncode"),
        (MappingFunction::ToJson, "toJson"),
    ];

    /// The function of a name, in any casing.
    pub fn of(name: &str) -> Option<MappingFunction> {
        let found = MappingFunction::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(function, _)| *function)
    }

    /// The function of a definition, its parameters checked.
    pub fn checked(function: &Function) -> Result<MappingFunction, IndexerProblem> {
        let known = MappingFunction::of(&function.name).ok_or_else(|| {
            let known = MappingFunction::ALL.map(|(_, name)| name).join(", ");
            IndexerProblem::Function { function: function.name.clone(), known }
        })?;
        check_parameters(known, function)?;
        Ok(known)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        MappingFunction::ALL.iter().find(|(function, _)| *function == self).map_or("", |(_, name)| name)
    }

    fn parameters(self) -> &'static [(&'static str, Parameter)] {
        match self {
            MappingFunction::Base64Encode => &[("useHttpServerUtilityUrlTokenEncode", Parameter::Flag)],
            MappingFunction::Base64Decode => &[("useHttpServerUtilityUrlTokenDecode", Parameter::Flag)],
            MappingFunction::ExtractTokenAtPosition => {
                &[("delimiter", Parameter::Text), ("position", Parameter::Position)]
            }
            MappingFunction::JsonArrayToStringCollection
            | MappingFunction::UrlEncode
            | MappingFunction::UrlDecode
            | MappingFunction::FixedLengthEncode
            | MappingFunction::ToJson => &[],
        }
    }
}

/// Checks the mappings of fields.
pub(super) fn check(mappings: &[FieldMapping], schema: &Schema) -> Result<(), IndexerProblem> {
    for (at, mapping) in mappings.iter().enumerate() {
        if mapping.source_field_name.is_empty() {
            return Err(IndexerProblem::NoSource);
        }
        let target = target(mapping);
        if !has_field(schema, target) {
            return Err(IndexerProblem::Target { target: target.to_owned() });
        }
        check_once(target, mappings.get(..at).unwrap_or_default())?;
        mapping.mapping_function.as_ref().map(MappingFunction::checked).transpose()?;
    }
    Ok(())
}

/// Checks the mappings of nodes of an enriched document.
pub(super) fn check_outputs(mappings: &[FieldMapping], schema: &Schema) -> Result<(), IndexerProblem> {
    for (at, mapping) in mappings.iter().enumerate() {
        let source = mapping.source_field_name.as_str();
        if !source.starts_with("/document/") {
            return Err(IndexerProblem::OutputSource { source_path: source.to_owned() });
        }
        // Without a target it is the one of the node's name.
        let target = mapping.target_field_name.as_deref().or(source.rsplit('/').next()).unwrap_or_default();
        if !has_field(schema, target) {
            return Err(IndexerProblem::OutputTarget { target: target.to_owned() });
        }
        check_once(target, mappings.get(..at).unwrap_or_default())?;
        mapping.mapping_function.as_ref().map(MappingFunction::checked).transpose()?;
    }
    Ok(())
}

/// The field of the index, which is that of the source's name where none is said.
fn target(mapping: &FieldMapping) -> &str {
    mapping.target_field_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&mapping.source_field_name)
}

/// Names are compared without regard to case. Only fields of the top level are targets.
fn has_field(schema: &Schema, name: &str) -> bool {
    schema.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name))
}

fn check_once(name: &str, before: &[FieldMapping]) -> Result<(), IndexerProblem> {
    if before.iter().any(|mapping| target(mapping).eq_ignore_ascii_case(name)) {
        return Err(IndexerProblem::TargetTwice { target: name.to_owned() });
    }
    Ok(())
}

fn check_parameters(known: MappingFunction, function: &Function) -> Result<(), IndexerProblem> {
    let (name, parameters) = (known.name(), known.parameters());
    let given = function.parameters.iter().flatten();
    let is_known = |parameter: &str| parameters.iter().any(|(known, _)| *known == parameter);
    if let Some((parameter, _)) = given.into_iter().find(|(parameter, _)| !is_known(parameter)) {
        return Err(IndexerProblem::FunctionParameter { function: name, parameter: parameter.clone() });
    }
    for (parameter, kind) in parameters {
        let value =
            function.parameters.as_ref().and_then(|given| given.get(*parameter)).unwrap_or(&Value::Null);
        let (is_right, expected) = match kind {
            Parameter::Flag => (value.is_null() || value.is_boolean(), "true or false"),
            Parameter::Text => {
                (value.as_str().is_some_and(|text| !text.is_empty()), "a text that is not empty")
            }
            Parameter::Position => (value.is_u64(), "a number from 0"),
        };
        if !is_right {
            return Err(IndexerProblem::FunctionValue { function: name, parameter, expected });
        }
    }
    Ok(())
}
