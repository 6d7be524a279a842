//! What can be wrong with an action: one variant per sentence of the service.
//!
//! The service reads documents with Microsoft.OData.Core and checks them afterwards; both kinds of sentence are here.
//! Those marked *seen* are quoted from the service (`wire.md` §12, `query.md` §9, public issues); the others are that
//! library's or Microsoft.Spatial's own sentence for the case, which the service has not been seen to answer.

use lazuli_analysis::AnalysisError;

use crate::limits::{COMPLEX_ELEMENTS_MAX, TERM_BYTES_MAX};
use crate::names::NameError;

/// Why an action is refused. `Display` is the service's sentence without any prefix; [`DocumentError::report`] says which
/// prefix belongs to it and whether the whole batch fails.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DocumentError {
    /// The text is not JSON.
    #[error("{reason}")]
    Json {
        /// The sentence of [`lazuli_wire::JsonError::Syntax`].
        reason: String,
    },
    /// `@search.action` is none of the four actions.
    #[error(
        "The value '{action}' is not a valid indexing action. The indexing action must be one of 'upload', 'merge', \
         'mergeOrUpload' and 'delete'."
    )]
    UnknownAction {
        /// What was sent.
        action: String,
    },
    /// A member that the definition does not have, with a simple value. Seen; see [`DocumentError::sentence`].
    #[error(
        "The property '{property}' does not exist on type '{type_name}'. Make sure to only use property names that are \
         defined by the type."
    )]
    UnknownProperty {
        /// The member's name.
        property: String,
        /// `search.documentFields`, or the complex type's name.
        type_name: String,
    },
    /// A member that the definition does not have, with an object or an array as its value. Seen.
    #[error("Cannot find nested property '{property}' on the resource type '{type_name}'.")]
    UnknownNestedProperty {
        /// The member's name.
        property: String,
        /// `search.documentFields`, or the complex type's name.
        type_name: String,
    },
    /// The same member twice in one object.
    #[error(
        "Multiple properties with the name '{property}' were detected in a resource or a complex value. In OData, \
         duplicate property names are not allowed."
    )]
    DuplicateProperty {
        /// The member's name.
        property: String,
    },
    /// A simple value that cannot be converted to the field's type. Seen.
    #[error("Cannot convert the literal '{literal}' to the expected type '{expected}'.")]
    Literal {
        /// What was sent.
        literal: String,
        /// The type's wire name.
        expected: &'static str,
    },
    /// A string in an `Edm.Int64` field, which alone of the numbers is not converted from strings.
    #[error(
        "Cannot convert a value to target type 'Edm.Int64' because of conflict between input format string/number and \
         parameter 'IEEE754Compatible' false/true."
    )]
    Int64FromString,
    /// An array in a field of a simple type, or a simple value or object in a collection of a simple type. Seen.
    #[error(
        "An unexpected '{found}' node was found when reading from the JSON reader. A '{expected}' node was expected."
    )]
    UnexpectedNode {
        /// What the JSON has.
        found: Node,
        /// What the type needs.
        expected: Node,
    },
    /// An object in a field of a simple type. Seen.
    #[error(
        "An unexpected 'StartObject' node was found for property named '{property}' when reading from the JSON reader. A \
         'PrimitiveValue' node was expected."
    )]
    ObjectForSimple {
        /// The field's name.
        property: String,
    },
    /// A simple value in a field of a complex type.
    #[error(
        "A 'PrimitiveValue' node with non-null value was found when trying to read the value of the property \
         '{property}'; however, a 'StartArray' node, a 'StartObject' node, or a 'PrimitiveValue' node with null value was \
         expected."
    )]
    SimpleForComplex {
        /// The field's name.
        property: String,
    },
    /// An array in a field of a single complex type.
    #[error(
        "A node of type 'StartArray' was read from the JSON reader when trying to read the contents of the property \
         '{property}'; however, a 'StartObject' node or 'PrimitiveValue' node with null value was expected."
    )]
    ArrayForComplex {
        /// The field's name.
        property: String,
    },
    /// An object in a field that is a collection of a complex type.
    #[error(
        "A node of type 'StartObject' was read from the JSON reader when trying to read the contents of the property \
         '{property}'; however, a 'StartArray' node was expected."
    )]
    ObjectForComplexCollection {
        /// The field's name.
        property: String,
    },
    /// `null` as an element of a collection. Seen.
    #[error(
        "A null value was found with the expected type '{expected}[Nullable=False]'. The expected type \
         '{expected}[Nullable=False]' does not allow null values."
    )]
    NullElement {
        /// The element type's wire name.
        expected: &'static str,
    },
    /// A point that is not GeoJSON.
    #[error("Invalid GeoJSON. {reason}")]
    GeoJson {
        /// The library's sentence.
        reason: String,
    },
    /// A point off the earth.
    #[error(
        "Invalid {coordinate} coordinate {value}. A {coordinate} coordinate must be a value between -{maximum}.0 and \
         +{maximum}.0 degrees."
    )]
    CoordinateOutOfRange {
        /// `latitude` or `longitude`.
        coordinate: &'static str,
        /// What was sent.
        value: f64,
        /// 90 or 180.
        maximum: u32,
    },
    /// The action has no key, or an empty one, or null. Seen.
    #[error("Document key cannot be missing or empty.")]
    KeyMissing,
    /// A key that is not allowed. Seen.
    #[error(transparent)]
    Key(NameError),
    /// A vector that has not as many components as its field. Seen.
    #[error(
        "There's a mismatch in vector dimensions. The vector field '{field}', with dimension of '{dimensions}', expects a \
         length of '{expected}'. However, the provided vector has a length of '{found}'. Please ensure that the vector \
         length matches the expected length of the vector field. Read the following documentation for more details: \
         https://learn.microsoft.com/en-us/azure/search/vector-search-how-to-configure-compression-storage."
    )]
    VectorLength {
        /// The field's path.
        field: String,
        /// The field's dimensions.
        dimensions: u32,
        /// Components the field needs: the dimensions, or for packed bits an eighth of them.
        expected: usize,
        /// Components that were sent.
        found: usize,
    },
    /// A component that an `Edm.Half` cannot hold. Seen, as a 500 of that document (`wire.md` §5).
    #[error("An unexpected error occurred while trying to process this document.")]
    HalfOutOfRange,
    /// A value that would be one term over [`TERM_BYTES_MAX`]. Seen, as a failure of that document.
    #[error(
        "Field '{field}' contains a term that is too large to process. The max length for UTF-8 encoded terms is \
         {TERM_BYTES_MAX} bytes. The most likely cause of this error is that filtering, sorting, and/or faceting are \
         enabled on this field, which causes the entire field value to be indexed as a single term. Please avoid the use \
         of these options for large fields."
    )]
    TermTooLong {
        /// The field's path.
        field: String,
    },
    /// A text that the field's analyzer or normalizer refuses: a regular expression runs for too long, or what comes of the
    /// text is more than an index could hold. Ours; the service has limits of this sort, but none was seen.
    #[error("Field '{field}' cannot be analyzed: {reason}.")]
    NotAnalyzed {
        /// The field's path.
        field: String,
        /// Why.
        reason: AnalysisError,
    },
    /// More objects in complex collections than [`COMPLEX_ELEMENTS_MAX`]. Seen, as a failure of that document.
    #[error(
        "A collection in your document exceeds the maximum elements across all complex collections limit. The document \
         with key '{key}' has '{found}' objects in collections (JSON arrays). At most '{COMPLEX_ELEMENTS_MAX}' objects are \
         allowed to be in collections across the entire document. Remove objects from collections and try indexing the \
         document again."
    )]
    TooManyElements {
        /// The document's key.
        key: String,
        /// Objects in all its complex collections.
        found: usize,
    },
}

/// A node of the JSON reader, by the name that error sentences use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// A string, number or boolean.
    PrimitiveValue,
    /// An object.
    StartObject,
    /// An array.
    StartArray,
}

impl std::fmt::Display for Node {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, formatter)
    }
}

/// How the service reports an error of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Fails the whole request; the sentence follows `The request is invalid. Details: `. The reader does not say which
    /// action it was in.
    Reading,
    /// Fails the whole request; the sentence follows `The request is invalid. Details: actions : <ordinal>: `.
    Checking,
    /// Fails the whole request; the sentence stands alone.
    Name,
    /// Fails this document only; the sentence is the `errorMessage` of its result.
    Document,
}

impl DocumentError {
    /// Where the service reports this error. The two classes of whole-request errors are as seen; that over-long terms,
    /// too many elements and halves out of range fail one document only is seen for terms and halves (`wire.md` §5).
    pub fn report(&self) -> Report {
        match self {
            Self::Json { .. }
            | Self::UnknownProperty { .. }
            | Self::UnknownNestedProperty { .. }
            | Self::DuplicateProperty { .. }
            | Self::Literal { .. }
            | Self::Int64FromString
            | Self::UnexpectedNode { .. }
            | Self::ObjectForSimple { .. }
            | Self::SimpleForComplex { .. }
            | Self::ArrayForComplex { .. }
            | Self::ObjectForComplexCollection { .. }
            | Self::NullElement { .. }
            | Self::GeoJson { .. }
            | Self::CoordinateOutOfRange { .. } => Report::Reading,
            Self::UnknownAction { .. } | Self::KeyMissing | Self::VectorLength { .. } => Report::Checking,
            Self::Key(_) => Report::Name,
            Self::HalfOutOfRange
            | Self::TermTooLong { .. }
            | Self::NotAnalyzed { .. }
            | Self::TooManyElements { .. } => Report::Document,
        }
    }

    /// The service's sentence, without the prefix that [`DocumentError::report`] stands for. `api_version` is the one the
    /// request named, as the sentence about unknown properties repeats it.
    pub fn sentence(&self, api_version: &str) -> String {
        if let Self::UnknownProperty { property, type_name } = self {
            return format!(
                "The property '{property}' does not exist on type '{type_name}' or is not present in the API version \
                 '{api_version}'. Make sure to only use property names that are defined by the type."
            );
        }
        self.to_string()
    }
}
