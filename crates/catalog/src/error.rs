//! What can be wrong with a definition, in the service's words where they are known (`wire.md` §12) and in its style
//! where they are not.

use crate::names::NameError;

/// Why a definition is refused. `Display` is the sentence alone; [`DefinitionError::message`] adds the service's
/// introduction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// A name that is not allowed.
    #[error(transparent)]
    Name(#[from] NameError),

    /// Not exactly one key.
    #[error("Found {count} key fields in index '{index}'. Each index must have exactly one key field.")]
    KeyCount {
        /// The index's name.
        index: String,
        /// How many top-level fields are marked as key.
        count: usize,
    },

    /// A field whose attributes do not go together.
    #[error("{}", .problem.sentence(.field))]
    Field {
        /// Its path.
        field: String,
        /// What is wrong with it.
        problem: FieldProblem,
    },

    /// A vector field names a profile that does not exist.
    #[error(
        "The field '{field}' uses a vector search algorithm configuration '{profile}' which is not defined."
    )]
    UnknownVectorProfile {
        /// The field's path.
        field: String,
        /// The profile's name.
        profile: String,
    },

    /// Something in `vectorSearch` other than its use by fields.
    #[error("{0}")]
    VectorSearch(VectorProblem),

    /// More fields than an index may have.
    #[error("The index has {count} fields. An index can have at most {max} fields, sub-fields included.")]
    TooManyFields {
        /// How many there are.
        count: usize,
        /// How many are allowed.
        max: usize,
    },

    /// More complex collections than an index may have.
    #[error(
        "The index has {count} fields of type 'Collection(Edm.ComplexType)'. An index can have at most {max}."
    )]
    TooManyComplexCollections {
        /// How many there are.
        count: usize,
        /// How many are allowed.
        max: usize,
    },

    /// An update that changes what may not change (`api.md` §3.2).
    #[error("Existing field '{field}' cannot be changed.")]
    FieldChanged {
        /// Its path.
        field: String,
    },

    /// An update without a field that exists.
    #[error("Existing field '{field}' cannot be deleted.")]
    FieldDeleted {
        /// Its path.
        field: String,
    },

    /// An update of an algorithm or a profile that existing fields use.
    #[error(
        "Existing vector search {kind} '{name}' cannot be changed because it is used by the field '{field}'."
    )]
    VectorSearchChanged {
        /// `profile` or `algorithm configuration`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// The path of a field that uses it.
        field: String,
    },

    /// A part of the service that this version does not have.
    #[error("{what} are not supported by this version of Lazuli yet.")]
    NotYet {
        /// What it is, in the plural: `Scoring profiles`.
        what: &'static str,
    },

    /// A stored definition that cannot be bound any more; never an answer to a client's definition.
    #[error("The stored definition is damaged: {what}.")]
    Corrupt {
        /// What does not fit.
        what: String,
    },
}

impl DefinitionError {
    /// The outer code of the answer, often empty.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(_) => "InvalidName",
            Self::KeyCount { .. } | Self::FieldChanged { .. } | Self::FieldDeleted { .. } => {
                "OperationNotAllowed"
            }
            Self::VectorSearchChanged { .. } => "OperationNotAllowed",
            Self::Field { .. } | Self::UnknownVectorProfile { .. } => "InvalidRequestParameter",
            Self::NotYet { .. } => "FeatureNotSupportedInService",
            Self::VectorSearch(_)
            | Self::TooManyFields { .. }
            | Self::TooManyComplexCollections { .. }
            | Self::Corrupt { .. } => "",
        }
    }

    /// The code of the one detail of the answer; without it the answer has no details.
    pub fn detail_code(&self) -> Option<&'static str> {
        match self {
            Self::KeyCount { count: 0, .. } => Some("MissingKeyField"),
            Self::KeyCount { .. } => Some("CompoundKeysNotSupported"),
            Self::Field { .. } => Some("InvalidField"),
            Self::UnknownVectorProfile { .. } => Some("UnknownVectorAlgorithmConfiguration"),
            Self::FieldChanged { .. } => Some("CannotChangeExistingField"),
            Self::FieldDeleted { .. } => Some("CannotDeleteExistingField"),
            Self::Name(_)
            | Self::VectorSearch(_)
            | Self::TooManyFields { .. }
            | Self::TooManyComplexCollections { .. }
            | Self::VectorSearchChanged { .. }
            | Self::NotYet { .. }
            | Self::Corrupt { .. } => None,
        }
    }

    /// The parameter of the operation that the service names in front of the sentence; none for sentences that stand
    /// alone.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::KeyCount { .. } => Some("index"),
            Self::Field { .. }
            | Self::UnknownVectorProfile { .. }
            | Self::VectorSearch(_)
            | Self::TooManyFields { .. }
            | Self::TooManyComplexCollections { .. } => Some("definition"),
            Self::Name(_)
            | Self::FieldChanged { .. }
            | Self::FieldDeleted { .. }
            | Self::VectorSearchChanged { .. }
            | Self::NotYet { .. }
            | Self::Corrupt { .. } => None,
        }
    }

    /// The whole message of the answer.
    pub fn message(&self) -> String {
        match self.parameter() {
            Some(parameter) => format!("The request is invalid. Details: {parameter} : {self}"),
            None => self.to_string(),
        }
    }

    /// The message of the answer's detail.
    pub fn detail_message(&self) -> String {
        match self.parameter() {
            Some(parameter) => format!("{self} Parameters: {parameter}"),
            None => self.to_string(),
        }
    }
}

/// What is wrong with one field (`api.md` §3.1, "Invalid combinations").
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences below say what each is")]
pub enum FieldProblem {
    Duplicate,
    TooDeep { max: usize },
    NoType,
    UnknownType { type_name: String },
    KeyType { type_name: String },
    KeyNested,
    KeyNotRetrievable,
    ComplexWith { property: &'static str },
    ComplexWithoutFields,
    SimpleWithFields { type_name: String },
    NotSearchable { type_name: String },
    NotSortable { type_name: String },
    NotSortableInCollection,
    NotFacetable { type_name: String },
    NotStored,
    NotStoredButRetrievable,
    VectorWith { attribute: &'static str },
    VectorNotSearchable,
    VectorWithout { properties: &'static [&'static str] },
    OnlyVectors { property: &'static str },
    Dimensions { dimensions: i32, min: i32, max: i32 },
    BitDimensions { dimensions: i32 },
    UnknownEncoding { encoding: String },
    PackedBitsOnly,
    BytesArePackedBits,
    HammingMismatch { metric: String },
    AnalyzerNotSearchable { property: &'static str },
    AnalyzerAndPair,
    AnalyzerPairIncomplete { present: &'static str, missing: &'static str },
    UnknownAnalyzer { analyzer: String },
    LanguageAnalyzer { property: &'static str, analyzer: String },
}

impl FieldProblem {
    /// The sentence about the field with the path `field`. Those about complex fields, missing vector properties and
    /// `stored` are the service's, the others are in its style.
    fn sentence(&self, field: &str) -> String {
        match self {
            Self::Duplicate => format!(
                "The field name '{field}' is used more than once. Field names must be unique within their parent, regardless \
                 of case."
            ),
            Self::TooDeep { max } => {
                format!(
                    "The field '{field}' is nested too deeply. Fields can be nested at most {max} levels deep."
                )
            }
            Self::NoType => format!("The field '{field}' must have the property 'type' set."),
            Self::UnknownType { type_name } => {
                format!("The field '{field}' has the type '{type_name}' which is not a supported data type.")
            }
            Self::KeyType { type_name } => format!(
                "The key field '{field}' cannot be of type '{type_name}'. The key field must be of type 'Edm.String'."
            ),
            Self::KeyNested => {
                format!(
                    "The field '{field}' cannot be the key field. The key field must be a top-level field."
                )
            }
            Self::KeyNotRetrievable => format!("The key field '{field}' must be retrievable."),
            Self::ComplexWith { property } => format!(
                "The complex field '{field}' cannot have the {property} property set. Instead, set the {property} property \
                 on sub-fields of the complex type."
            ),
            Self::ComplexWithoutFields => {
                format!("The complex field '{field}' must have at least one sub-field.")
            }
            Self::SimpleWithFields { type_name } => format!(
                "The field '{field}' of type '{type_name}' cannot have sub-fields. Only complex fields can have sub-fields."
            ),
            Self::NotSearchable { type_name } => format!(
                "The field '{field}' of type '{type_name}' cannot be searchable. Only fields of type 'Edm.String' or \
                 'Collection(Edm.String)' and vector fields can be searchable."
            ),
            Self::NotSortable { type_name } => format!(
                "The field '{field}' of type '{type_name}' cannot be sortable. Only single-valued fields can be sortable."
            ),
            Self::NotSortableInCollection => format!(
                "The field '{field}' cannot be sortable because it is a sub-field of a collection. Only single-valued fields \
                 can be sortable."
            ),
            Self::NotFacetable { type_name } => {
                format!("The field '{field}' of type '{type_name}' cannot be facetable.")
            }
            Self::NotStored => {
                format!(
                    "The field '{field}' cannot be marked as not stored. Only vector fields can be marked as not stored."
                )
            }
            Self::NotStoredButRetrievable => format!(
                "The field '{field}' is marked as not stored but is marked as retrievable. A retrievable field must be \
                 stored. Either set 'stored=false' and 'retrievable=false' or 'stored=true'."
            ),
            Self::VectorWith { attribute } => format!("The vector field '{field}' cannot be {attribute}."),
            Self::VectorNotSearchable => format!("The vector field '{field}' must be searchable."),
            Self::VectorWithout { properties: [property] } => {
                format!("The vector field '{field}' must have the property '{property}' set.")
            }
            Self::VectorWithout { properties } => {
                format!(
                    "The vector field '{field}' must have the properties '{}' set.",
                    properties.join("' and '")
                )
            }
            Self::OnlyVectors { property } => format!(
                "The field '{field}' cannot have the property '{property}' set. Only vector fields can have the property \
                 '{property}'."
            ),
            Self::Dimensions { dimensions, min, max } => format!(
                "The vector field '{field}' has {dimensions} dimensions. The property 'dimensions' must be between {min} and \
                 {max}."
            ),
            Self::BitDimensions { dimensions } => format!(
                "The vector field '{field}' has {dimensions} dimensions. The property 'dimensions' of a field of packed bits \
                 must be a multiple of 8."
            ),
            Self::UnknownEncoding { encoding } => {
                format!(
                    "The vector field '{field}' has the vector encoding '{encoding}' which is not supported."
                )
            }
            Self::PackedBitsOnly => format!(
                "The vector field '{field}' cannot have the vector encoding 'packedBit'. Only fields of type \
                 'Collection(Edm.Byte)' can have it."
            ),
            Self::BytesArePackedBits => format!(
                "The vector field '{field}' of type 'Collection(Edm.Byte)' must have the property 'vectorEncoding' set to \
                 'packedBit'."
            ),
            Self::HammingMismatch { metric } => format!(
                "The vector field '{field}' cannot use the metric '{metric}'. Fields of type 'Collection(Edm.Byte)', and only \
                 those, use the metric 'hamming'."
            ),
            Self::AnalyzerNotSearchable { property } => format!(
                "The field '{field}' cannot have the property '{property}' set because it is not a searchable string field."
            ),
            Self::AnalyzerAndPair => format!(
                "The field '{field}' cannot have the property 'analyzer' set together with 'indexAnalyzer' or \
                 'searchAnalyzer'."
            ),
            Self::AnalyzerPairIncomplete { present, missing } => format!(
                "The field '{field}' has the property '{present}' set but not '{missing}'. 'indexAnalyzer' and \
                 'searchAnalyzer' must be set together."
            ),
            Self::UnknownAnalyzer { analyzer } => {
                format!("The field '{field}' uses an analyzer '{analyzer}' which is not defined.")
            }
            Self::LanguageAnalyzer { property, analyzer } => format!(
                "The field '{field}' cannot use the language analyzer '{analyzer}' as '{property}'. Language analyzers can \
                 only be used as 'analyzer'."
            ),
        }
    }
}

/// What is wrong with `vectorSearch` itself; the sentences are in the service's style.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum VectorProblem {
    #[error("The vector search {kind} name '{name}' is used more than once.")]
    Duplicate { kind: &'static str, name: String },

    #[error(
        "The vector search algorithm configuration '{name}' has the kind '{kind}' which is not supported. Supported kinds \
         are 'hnsw' and 'exhaustiveKnn'."
    )]
    UnknownKind { name: String, kind: String },

    #[error(
        "The vector search algorithm configuration '{name}' of kind '{kind}' cannot have the property '{property}' set."
    )]
    OtherParameters { name: String, kind: String, property: &'static str },

    #[error(
        "The vector search algorithm configuration '{name}' has the metric '{metric}' which is not supported. Supported \
         metrics are 'cosine', 'euclidean', 'dotProduct' and 'hamming'."
    )]
    UnknownMetric { name: String, metric: String },

    #[error(
        "The vector search algorithm configuration '{name}' has the parameter '{parameter}' set to {value}. It must be \
         between {min} and {max}."
    )]
    OutOfRange { name: String, parameter: &'static str, value: i32, min: i32, max: i32 },

    #[error(
        "The vector search profile '{profile}' uses a vector search algorithm configuration '{algorithm}' which is not defined."
    )]
    UnknownAlgorithm { profile: String, algorithm: String },

    #[error("The vector search profile '{profile}' uses a {kind} '{name}' which is not defined.")]
    UnknownPart { profile: String, kind: &'static str, name: String },
}
