//! What can be wrong with the parts of an index definition other than its fields.
//!
//! A sentence is the service's where its comment says so, else in the service's style.

use lazuli_wire::ApiVersion;

/// What is wrong with a part; the answer names the parameter `definition` and mostly has no codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartProblem {
    /// `analyzers`, `tokenizers`, `tokenFilters`, `charFilters`, `normalizers`
    #[error(transparent)]
    Component(#[from] ComponentProblem),
    /// `scoringProfiles`, `defaultScoringProfile`
    #[error(transparent)]
    Scoring(#[from] ScoringProblem),
    /// `suggesters`
    #[error(transparent)]
    Suggester(#[from] SuggesterProblem),
    /// `semantic`
    #[error(transparent)]
    Semantic(#[from] SemanticProblem),
    /// `vectorSearch`
    #[error(transparent)]
    Vector(#[from] VectorProblem),
    /// `corsOptions`
    #[error(transparent)]
    Cors(#[from] CorsProblem),
    /// `similarity`
    #[error(transparent)]
    Similarity(#[from] SimilarityProblem),
}

/// What is wrong with an analyzer, a tokenizer, a filter or a normalizer; `kind` says which, e.g. `token filter`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum ComponentProblem {
    #[error("The {kind} name '{name}' is used more than once.")]
    Duplicate { kind: &'static str, name: String },

    /// The words up to the number are probably the service's (azure-sdk-for-java, `CustomAnalyzerTests`).
    #[error("Custom {kind} count in index must be between 0 and {max}. The index has {count}.")]
    TooMany { kind: &'static str, count: usize, max: usize },

    #[error("The {kind} name '{name}' is the name of a predefined {kind}. Choose another name.")]
    Predefined { kind: &'static str, name: String },

    #[error("The {kind} '{name}' has the type '{odata_type}' which is not a supported {kind} type.")]
    UnknownType { kind: &'static str, name: String, odata_type: String },

    /// The service's, for the tokenizer of an analyzer (azure-sdk-for-python issue 35208). Other options that must be there are
    /// missed when a request is read.
    #[error("The {kind} '{name}' of type '{type_name}' must specify {}.", a_or_the(.option))]
    Missing { kind: &'static str, name: String, type_name: &'static str, option: &'static str },

    #[error("The {kind} '{name}' has a value of the wrong type for the option '{option}'.")]
    WrongValue { kind: &'static str, name: String, option: &'static str },

    #[error(
        "The {kind} '{name}' has the option '{option}' set to {value}. It must be between {min} and {max}."
    )]
    OutOfRange { kind: &'static str, name: String, option: &'static str, value: i64, min: i64, max: i64 },

    #[error(
        "The {kind} '{name}' has the option '{low}' set to a greater value than the option '{high}'. It must be less than \
         or equal to it."
    )]
    NotOrdered { kind: &'static str, name: String, low: &'static str, high: &'static str },

    /// The service's sentence for a word that none of its enumerations has (azure-sdk-for-net issue 12467).
    #[error("Requested value '{word}' was not found.")]
    UnknownWord { word: String },

    /// The service's for an empty text (azure-sdk-for-java, `CustomAnalyzerTests`).
    #[error("Values of property \"flags\" must belong to the set of allowed values.")]
    UnknownFlag,

    #[error("The token filter '{name}' cannot have both options 'stopwords' and 'stopwordsList' set.")]
    StopwordsAndList { name: String },

    #[error("The {kind} '{name}' has the rule '{rule}' which is not of the form {form}.")]
    WrongRule { kind: &'static str, name: String, rule: String, form: &'static str },

    #[error("The {kind} '{name}' cannot be used: {error}.")]
    Unusable { kind: &'static str, name: String, error: String },

    #[error("The {kind} '{name}' uses a {part} '{part_name}' which is not defined.")]
    UnknownPart { kind: &'static str, name: String, part: &'static str, part_name: String },

    #[error("The normalizer '{name}' uses a {part} '{part_name}' which is not supported in normalizers.")]
    NotInNormalizers { name: String, part: &'static str, part_name: String },
}

/// The tokenizer of an analyzer is called by its kind, the other options by their names.
fn a_or_the(option: &str) -> String {
    if option == "tokenizer" { "a tokenizer".to_owned() } else { format!("the option '{option}'") }
}

/// What is wrong with scoring profiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum ScoringProblem {
    #[error("The scoring profile name '{name}' is used more than once.")]
    Duplicate { name: String },

    #[error("The index has {count} scoring profiles. An index can have at most {max}.")]
    TooMany { count: usize, max: usize },

    #[error("The default scoring profile '{name}' is not defined.")]
    UnknownDefault { name: String },

    #[error(
        "The scoring profile '{profile}' has {count} functions. A scoring profile can have at most {max}."
    )]
    TooManyFunctions { profile: String, count: usize, max: usize },

    /// The service's sentence for a word that none of its enumerations has (azure-sdk-for-net issue 12467).
    #[error("Requested value '{word}' was not found.")]
    UnknownWord { word: String },

    #[error("The scoring profile '{profile}' refers to the field '{field}' which does not exist.")]
    UnknownField { profile: String, field: String },

    #[error(
        "The scoring profile '{profile}' has a weight for the field '{field}'. Only searchable string fields can have \
         weights."
    )]
    WeightNotSearchable { profile: String, field: String },

    #[error(
        "The scoring profile '{profile}' has a weight for the field '{field}' that is not a positive number."
    )]
    Weight { profile: String, field: String },

    #[error(
        "The scoring function of type '{function}' in the scoring profile '{profile}' cannot use the field '{field}' of \
         type '{type_name}'."
    )]
    FieldType { profile: String, function: &'static str, field: String, type_name: String },

    #[error(
        "The scoring function in the scoring profile '{profile}' cannot use the field '{field}' because it is not \
         filterable. Only filterable fields can be used in scoring functions."
    )]
    NotFilterable { profile: String, field: String },

    #[error(
        "The scoring function of the field '{field}' in the scoring profile '{profile}' must have a boost other than 1."
    )]
    Boost { profile: String, field: String },

    #[error(
        "The scoring function of type '{function}' in the scoring profile '{profile}' must have the property '{property}' \
         set."
    )]
    Missing { profile: String, function: &'static str, property: &'static str },

    #[error(
        "The scoring function of type '{function}' in the scoring profile '{profile}' cannot have the property '{property}' \
         set."
    )]
    OtherParameters { profile: String, function: &'static str, property: &'static str },

    #[error(
        "The scoring function of type 'tag' in the scoring profile '{profile}' cannot have the interpolation '{word}'. \
         Supported interpolations are 'linear' and 'constant'."
    )]
    TagInterpolation { profile: String, word: &'static str },

    #[error(
        "The scoring profile '{profile}' has the boosting duration '{duration}' which is not a valid duration. Durations \
         are days, hours, minutes and seconds in the form of ISO 8601, and not zero."
    )]
    Duration { profile: String, duration: String },

    #[error(
        "The scoring profile '{profile}' has a boosting distance of {distance}. It must be a positive number of kilometers."
    )]
    Distance { profile: String, distance: String },
}

/// What is wrong with the suggester.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum SuggesterProblem {
    #[error("The index has {count} suggesters. An index can have at most {max}.")]
    TooMany { count: usize, max: usize },

    #[error(
        "The suggester '{name}' has the search mode '{mode}'. The only search mode is 'analyzingInfixMatching'."
    )]
    Mode { name: String, mode: String },

    #[error("The suggester '{name}' must have at least one source field.")]
    NoFields { name: String },

    #[error("The suggester '{name}' has the source field '{field}' more than once.")]
    Duplicate { name: String, field: String },

    #[error("The suggester '{name}' refers to the field '{field}' which does not exist.")]
    UnknownField { name: String, field: String },

    #[error(
        "The suggester '{name}' cannot use the field '{field}'. Only searchable fields of type 'Edm.String' or \
         'Collection(Edm.String)' can be source fields."
    )]
    FieldType { name: String, field: String },

    #[error(
        "The suggester '{name}' cannot use the field '{field}' because of its analyzer '{analyzer}'. Source fields can only \
         use the standard analyzer or a language analyzer."
    )]
    Analyzer { name: String, field: String, analyzer: String },
}

/// What is wrong with semantic configurations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum SemanticProblem {
    #[error("The semantic configuration name '{name}' is used more than once.")]
    Duplicate { name: String },

    #[error("The index has {count} semantic configurations. An index can have at most {max}.")]
    TooMany { count: usize, max: usize },

    #[error("The default semantic configuration '{name}' is not defined.")]
    UnknownDefault { name: String },

    #[error(
        "The semantic configuration '{name}' must have at least one of the properties 'titleField', \
         'prioritizedContentFields' and 'prioritizedKeywordsFields' set."
    )]
    NoFields { name: String },

    #[error("The semantic configuration '{name}' refers to the field '{field}' which does not exist.")]
    UnknownField { name: String, field: String },

    /// The service's (azure-sdk-for-net issue 44676).
    #[error(
        "Semantic configurations support fields of type Edm.String and Collection(Edm.String). Subfields of Edm.ComplexType \
         can be used but subfields of Collection(Edm.ComplexType) are not supported. Please visit \
         https://aka.ms/SemanticConfiguration for more info."
    )]
    FieldType,

    #[error(
        "The semantic configuration '{name}' cannot use the field '{field}'. Only searchable and retrievable fields can be \
         used."
    )]
    NotReadable { name: String, field: String },

    #[error(
        "The semantic configuration '{name}' has the ranking order '{order}' which is not supported. Supported ranking \
         orders are 'BoostedRerankerScore' and 'RerankerScore'."
    )]
    RankingOrder { name: String, order: String },
}

/// What is wrong with CORS options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum CorsProblem {
    #[error("The CORS options cannot have other allowed origins together with '*'.")]
    StarAndOthers,

    #[error(
        "The allowed origin '{origin}' is not valid. Allowed origins are of the form \
         '{{protocol}}://{{fully-qualified-domain-name}}[:{{port}}]', or '*'."
    )]
    Origin { origin: String },

    #[error("The CORS options have the property 'maxAgeInSeconds' set to {seconds}. It cannot be negative.")]
    MaxAge { seconds: i64 },
}

/// What is wrong with the similarity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum SimilarityProblem {
    #[error(
        "The similarity has the type '{odata_type}' which is not supported. Supported types are \
         '#Microsoft.Azure.Search.BM25Similarity' and '#Microsoft.Azure.Search.ClassicSimilarity'."
    )]
    UnknownType { odata_type: String },

    #[error("The similarity has the parameter '{parameter}' set to {value}. It must be {allowed}.")]
    OutOfRange { parameter: &'static str, value: String, allowed: &'static str },

    #[error("The similarity of type 'ClassicSimilarity' has no parameter '{parameter}'.")]
    NoParameter { parameter: &'static str },
}

/// What is wrong with `vectorSearch`; `part` says with which of its parts, e.g. `vector search profile`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum VectorProblem {
    #[error("The index has {count} {part}s. An index can have at most {max}.")]
    TooMany { part: &'static str, count: usize, max: usize },

    #[error("The {part} name '{name}' is used more than once.")]
    Duplicate { part: &'static str, name: String },

    #[error(
        "The {part} '{name}' has the kind '{kind}' which is not supported. Supported kinds are {supported}."
    )]
    UnknownKind { part: &'static str, name: String, kind: String, supported: &'static str },

    #[error("The {part} '{name}' of kind '{kind}' cannot have the property '{property}' set.")]
    OtherParameters { part: &'static str, name: String, kind: String, property: &'static str },

    #[error(
        "The vector search algorithm configuration '{name}' has the metric '{metric}' which is not supported. Supported \
         metrics are {supported}."
    )]
    UnknownMetric { name: String, metric: String, supported: &'static str },

    #[error(
        "The vector search algorithm configuration '{name}' has the parameter '{parameter}' set to {value}. It must be \
         between {min} and {max}."
    )]
    OutOfRange { name: String, parameter: &'static str, value: i32, min: i32, max: i32 },

    #[error(
        "The vector search profile '{profile}' uses a vector search algorithm configuration '{algorithm}' which is not defined."
    )]
    UnknownAlgorithm { profile: String, algorithm: String },

    #[error("The vector search profile '{profile}' uses a {part} '{name}' which is not defined.")]
    UnknownPart { profile: String, part: &'static str, name: String },

    #[error(
        "The vector search compression '{name}' has a truncation dimension of {value}. It must be at least {min}."
    )]
    Truncation { name: String, value: i32, min: i32 },

    #[error(
        "The vector search compression '{name}' has the property '{property}' set to '{word}' which is not supported. \
         Supported values are {supported}."
    )]
    UnknownWord { name: String, property: &'static str, word: String, supported: &'static str },

    #[error(
        "The vector search compression '{name}' has a default oversampling of {value}. It must be at least 1."
    )]
    Oversampling { name: String, value: String },

    #[error(
        "The vector search compression '{name}' cannot have the property 'defaultOversampling' set because its property \
         'enableRescoring' is false."
    )]
    OversamplingWithoutRescoring { name: String },

    /// The service's, seen for `uri` (azure-sdk-for-js issue 31893).
    #[error("Error in Vectorizer '{name}' : '{parameter}' parameter cannot be null or empty")]
    VectorizerParameter { name: String, parameter: &'static str },

    /// The service's (`wire.md` §12).
    #[error("Error in Vectorizer '{name}' : 'modelName' parameter is required in API version '{version}'.")]
    VectorizerModel { name: String, version: ApiVersion },

    #[error("Error in Vectorizer '{name}' : the '{parameter}' parameter '{value}' is not valid. {allowed}")]
    VectorizerValue { name: String, parameter: &'static str, value: String, allowed: &'static str },
}
