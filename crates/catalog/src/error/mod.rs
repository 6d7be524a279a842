//! What can be wrong with a definition, in the service's words where they are known (`wire.md` §12) and in its style
//! where they are not.

use crate::names::NameError;

mod crawling;
mod field;
mod part;
mod resource;

pub use crawling::{DataSourceProblem, IndexerProblem};
pub use field::FieldProblem;
pub use part::{
    ComponentProblem, CorsProblem, PartProblem, ScoringProblem, SemanticProblem, SimilarityProblem,
    SuggesterProblem, VectorProblem,
};
pub use resource::{AliasProblem, RuleProblem, SynonymMapProblem};

/// Why a definition is refused. `Display` is the sentence alone; [`DefinitionError::message`] adds the service's
/// introduction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// A name that is not allowed.
    #[error(transparent)]
    Name(#[from] NameError),

    /// No fields at all (the service's sentence, azure-sdk-for-java issue 19476).
    #[error("Index definition must contain one or more valid fields.")]
    NoFields,

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

    /// A field names a synonym map that does not exist (the service's sentence, AzureSearch_JFK_Files issue 68).
    #[error("The synonym map '{map}' specified in the field '{field}' does not exist.")]
    UnknownSynonymMap {
        /// The field's path.
        field: String,
        /// The map's name.
        map: String,
    },

    /// Something in a part of the definition other than its fields.
    #[error(transparent)]
    Part(PartProblem),

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

    /// An update of an analysis component, the similarity or a compression's storage, which stay as they are.
    #[error("Existing {part} '{name}' cannot be changed.")]
    PartChanged {
        /// What it is, e.g. `token filter`.
        part: &'static str,
        /// Its name, for the similarity its type.
        name: String,
    },

    /// An update without an analysis component that exists.
    #[error("Existing {part} '{name}' cannot be deleted.")]
    PartDeleted {
        /// What it is, e.g. `token filter`.
        part: &'static str,
        /// Its name.
        name: String,
    },

    /// An update of a profile that existing fields use to another algorithm (the service's sentence, azure-sdk-for-python
    /// issue 38203; programs look for it).
    #[error("Algorithm name cannot be updated.")]
    AlgorithmReplaced,

    /// Another update of an algorithm, a compression or a profile that existing fields use.
    #[error("Existing {part} '{name}' cannot be changed because it is used by the field '{field}'.")]
    VectorSearchChanged {
        /// What it is, e.g. `vector search profile`.
        part: &'static str,
        /// Its name.
        name: String,
        /// The path of a field that uses it.
        field: String,
    },

    /// A suggester over fields whose suggestions were never indexed.
    #[error(
        "Fields that were already present in an index ({}) cannot be referenced by a new suggester. Only new fields added in \
         the same index update operation are allowed.", .fields.join(", ")
    )]
    SuggesterOverOldFields {
        /// Their paths.
        fields: Vec<String>,
    },

    /// An update that needs `allowIndexDowntime`.
    #[error(
        "An index with the name '{index}' in service '{service}' could not be updated. Index update not allowed because it \
         would cause downtime. In order to add new analyzers, normalizers, tokenizers, token filters, or character filters \
         to an existing index, or modify its similarity settings, set the 'allowIndexDowntime' query parameter to 'true' in \
         the index update request. Note that this operation will put your index offline for at least a few seconds, \
         causing your indexing and query requests to fail. Performance and write availability of the index can be impaired \
         for several minutes after the index is updated, or longer for very large indexes."
    )]
    Downtime {
        /// The index's name.
        index: String,
        /// The service's name.
        service: String,
    },

    /// A synonym map.
    #[error(transparent)]
    SynonymMap(#[from] SynonymMapProblem),

    /// An alias; the sentence is that of the detail.
    #[error(transparent)]
    Alias(#[from] AliasProblem),

    /// A data source.
    #[error(transparent)]
    DataSource(#[from] DataSourceProblem),

    /// An indexer.
    #[error(transparent)]
    Indexer(#[from] IndexerProblem),

    /// A part of the service that this version does not have.
    #[error("{what} are not supported by this version of Lazuli yet.")]
    NotYet {
        /// What it is, in the plural: `Customer-managed keys`.
        what: &'static str,
    },

    /// An update says the marker of a stored secret and another address to send it to.
    #[error(
        "The vectorizer '{vectorizer}' has another address than before, and a stored secret is not sent to another address. \
         Give '{member}' again instead of its marker."
    )]
    SecretMoved {
        /// The vectorizer's name.
        vectorizer: String,
        /// The member or header that holds the secret.
        member: String,
    },

    /// A stored definition that cannot be bound any more; never an answer to a client's definition.
    #[error("The stored definition is damaged: {what}.")]
    Corrupt {
        /// What does not fit.
        what: String,
    },
}

/// Problems of parts are errors of the definition.
macro_rules! from_problems {
    ($($problem:ty),+) => {
        $(impl From<$problem> for DefinitionError {
            fn from(problem: $problem) -> Self {
                Self::Part(problem.into())
            }
        })+
    };
}

from_problems!(
    ComponentProblem,
    ScoringProblem,
    SuggesterProblem,
    SemanticProblem,
    VectorProblem,
    CorsProblem,
    SimilarityProblem
);

/// What an answer says beside the sentence.
struct Envelope {
    code: &'static str,
    detail_code: Option<&'static str>,
    parameter: Option<&'static str>,
}

const fn envelope(
    code: &'static str,
    detail_code: Option<&'static str>,
    parameter: Option<&'static str>,
) -> Envelope {
    Envelope { code, detail_code, parameter }
}

impl DefinitionError {
    fn envelope(&self) -> Envelope {
        let definition = Some("definition");
        match self {
            Self::Name(_) => envelope("InvalidName", None, None),
            Self::KeyCount { count: 0, .. } => {
                envelope("OperationNotAllowed", Some("MissingKeyField"), Some("index"))
            }
            Self::KeyCount { .. } => {
                envelope("OperationNotAllowed", Some("CompoundKeysNotSupported"), Some("index"))
            }
            Self::Field { .. } | Self::Part(PartProblem::Semantic(SemanticProblem::FieldType)) => {
                envelope("InvalidRequestParameter", Some("InvalidField"), definition)
            }
            Self::UnknownVectorProfile { .. }
            | Self::Part(PartProblem::Vector(VectorProblem::UnknownAlgorithm { .. })) => {
                let detail_code = Some("UnknownVectorAlgorithmConfiguration");
                envelope("InvalidRequestParameter", detail_code, definition)
            }
            Self::UnknownSynonymMap { .. }
            | Self::NoFields
            | Self::Part(_)
            | Self::SecretMoved { .. }
            | Self::TooManyFields { .. }
            | Self::TooManyComplexCollections { .. } => envelope("", None, definition),
            Self::AlgorithmReplaced => envelope("", Some(""), definition),
            Self::FieldChanged { .. } => {
                envelope("OperationNotAllowed", Some("CannotChangeExistingField"), None)
            }
            Self::FieldDeleted { .. } => {
                envelope("OperationNotAllowed", Some("CannotDeleteExistingField"), None)
            }
            Self::PartChanged { .. } | Self::PartDeleted { .. } | Self::VectorSearchChanged { .. } => {
                envelope("OperationNotAllowed", None, None)
            }
            Self::SuggesterOverOldFields { .. } => {
                envelope("OperationNotAllowed", Some("InvalidSuggesterUpdate"), None)
            }
            Self::SynonymMap(SynonymMapProblem::Syntax { .. }) => {
                envelope("InvalidRequestParameter", Some("InvalidSynonymMapSyntax"), None)
            }
            Self::SynonymMap(SynonymMapProblem::Format { .. } | SynonymMapProblem::TooManyRules { .. }) => {
                envelope("InvalidRequestParameter", None, None)
            }
            Self::Alias(_) => envelope("InvalidRequestParameter", Some("InvalidIndexAliasMapping"), None),
            Self::NotYet { .. } => envelope("FeatureNotSupportedInService", None, None),
            Self::Downtime { .. } | Self::DataSource(_) | Self::Indexer(_) | Self::Corrupt { .. } => {
                envelope("", None, None)
            }
        }
    }

    /// The outer code of the answer, often empty.
    pub fn code(&self) -> &'static str {
        self.envelope().code
    }

    /// The code of the one detail of the answer; without it the answer has no details.
    pub fn detail_code(&self) -> Option<&'static str> {
        self.envelope().detail_code
    }

    /// The parameter of the operation that the service names in front of the sentence; none for sentences that stand
    /// alone.
    pub fn parameter(&self) -> Option<&'static str> {
        self.envelope().parameter
    }

    /// The whole message of the answer.
    pub fn message(&self) -> String {
        if let Self::Alias(_) = self {
            return "Index alias was not valid for creation.".to_owned();
        }
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
