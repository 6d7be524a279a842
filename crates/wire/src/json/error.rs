//! What can be wrong with a request's JSON, in the service's sentences.

use serde_json::Value;

use crate::ApiVersion;

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

    /// A member that has to be there is not, or null. Public logs show the sentence since 2016, until 2022 with the
    /// parameter's name in front of the path (Azure/azure-sdk-for-python#39905, Azure/azure-sdk-for-net#2346).
    #[error("{path} : The {member} field is required.")]
    Required {
        /// Where it should be, e.g. `vectorSearch.algorithms[0].kind`.
        path: String,
        /// Its name.
        member: &'static str,
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

    /// More than any request needs. Our sentence; the service has limits on fields, profiles and so on only.
    #[error("The request body has more than {max} {what}.")]
    TooMany {
        /// `values` or `objects`.
        what: &'static str,
        /// How many there may be.
        max: usize,
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

    /// The same thing said twice, in an old member and in the one that replaces it, and not alike. Our sentence.
    #[error("{0}")]
    Contradiction(String),
}

/// serde_json tells what is wrong in words only. The sentences about numbers and nesting are ours.
fn syntax(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "Unexpected end of input was found in JSON content. Not all object and array scopes were closed."
    } else if error.to_string().starts_with("recursion limit exceeded") {
        // Our sentence: serde_json's limit is one of ours.
        "The JSON content is nested deeper than 127 levels."
    } else if error.to_string().starts_with("number out of range") {
        "A number is too large or too small for a number of 64 bits."
    } else {
        "A token was not recognized in the JSON content."
    }
}

fn for_property(property: &Option<String>) -> String {
    property.as_ref().map_or_else(String::new, |property| format!(" for property named '{property}'"))
}

impl JsonError {
    /// The same error found in the member `name`, or the element `name[0]`, of a larger object.
    pub(crate) fn within(self, name: &str) -> Self {
        match self {
            Self::Required { path, member } => Self::Required { path: format!("{name}.{path}"), member },
            Self::Syntax(_)
            | Self::UnknownProperty { .. }
            | Self::UnknownNestedProperty { .. }
            | Self::DuplicateProperty { .. }
            | Self::TooMany { .. }
            | Self::UnknownParameter { .. }
            | Self::WrongLiteral { .. }
            | Self::UnexpectedNode { .. }
            | Self::Null { .. }
            | Self::NoType
            | Self::Contradiction(_)
            | Self::UnknownType { .. } => self,
        }
    }

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
