//! What can be wrong with one field.

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
    NormalizerNotAllowed,
    UnknownNormalizer { normalizer: String },
    SynonymMapNotSearchable,
    TooManySynonymMaps,
    NotQuantizable { type_name: String, compression: String },
    AnalyzerAndPair,
    AnalyzerPairIncomplete { present: &'static str, missing: &'static str },
    UnknownAnalyzer { analyzer: String },
    LanguageAnalyzer { property: &'static str, analyzer: String },
}

impl FieldProblem {
    /// The sentence about the field with the path `field`. Those about complex fields, missing vector properties and
    /// `stored` are the service's, the others are in its style.
    pub(super) fn sentence(&self, field: &str) -> String {
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
            Self::NormalizerNotAllowed => format!(
                "The field '{field}' cannot have the property 'normalizer' set. Only fields of type 'Edm.String' or \
                 'Collection(Edm.String)' that are filterable, sortable or facetable can have a normalizer."
            ),
            Self::UnknownNormalizer { normalizer } => {
                format!("The field '{field}' uses a normalizer '{normalizer}' which is not defined.")
            }
            Self::SynonymMapNotSearchable => format!(
                "The field '{field}' cannot have the property 'synonymMaps' set because it is not a searchable string field."
            ),
            Self::TooManySynonymMaps => {
                format!("The field '{field}' has more than one synonym map. A field can have at most one.")
            }
            Self::NotQuantizable { type_name, compression } => format!(
                "The vector field '{field}' of type '{type_name}' cannot use the compression '{compression}'. Only fields of \
                 type 'Collection(Edm.Single)' or 'Collection(Edm.Half)' can be compressed."
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
