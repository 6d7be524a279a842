//! What can be wrong with data sources and indexers.

use crate::data_sources::SourceType;
use crate::data_sources::connection::ConnectionProblem;

/// What is wrong with a data source. The sentences about its type are the service's (`wire.md` §12,
/// azure-search-dotnet-samples issue 104), the others are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum DataSourceProblem {
    #[error("Data source type '{source_type}' is not supported")]
    Type { source_type: String },

    #[error("Changing the type of an existing data source is not supported")]
    TypeChanged,

    #[error("The data source '{name}' has no connection string. Give one as 'credentials.connectionString'.")]
    NoConnectionString { name: String },

    #[error(transparent)]
    Connection(#[from] ConnectionProblem),

    #[error("The container name '{name}' is not allowed for data sources of type '{source_type}'. {allowed}")]
    ContainerName { name: String, source_type: SourceType, allowed: &'static str },

    #[error("The connection string is one of another container than '{name}'.")]
    OtherContainer { name: String },

    #[error("Data sources of type '{source_type}' cannot have a query in 'container'.")]
    Query { source_type: SourceType },

    #[error(
        "The query '{query}' is not allowed for data sources of type 'files'. It must be a folder below that of the container, \
         without '..'."
    )]
    QueryFolder { query: String },

    #[error("The folder of the connection string is not below one that the settings of this service allow.")]
    FolderNotAllowed,

    #[error(
        "The policy '{policy}' is not supported for data sources of type '{source_type}', which find changes by themselves or \
         by another policy."
    )]
    ChangePolicy { policy: String, source_type: SourceType },

    #[error("The policy '{policy}' is not supported for data sources of type '{source_type}'.")]
    DeletionPolicy { policy: String, source_type: SourceType },

    #[error("The policy must have '{member}' set.")]
    PolicyMember { member: &'static str },

    #[error("The high water mark column of data sources of type 'cosmosdb' must be '_ts'.")]
    CosmosMark,

    #[error(
        "SQL integrated change tracking finds deletions by itself and cannot be used together with a deletion detection policy."
    )]
    DeletionsFoundAlready,
}

/// What is wrong with an indexer. The sentences about what it refers to and about target fields are the service's (`wire.md`
/// §12, `indexers.md` §1.1), the others are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum IndexerProblem {
    #[error("This indexer refers to a data source '{name}' that doesn't exist")]
    NoDataSource { name: String },

    #[error("This indexer refers to an index '{name}' that doesn't exist")]
    NoIndex { name: String },

    #[error(
        "The interval '{interval}' of the schedule is not valid. It must be a duration between {shortest} and {longest} in the \
         form of ISO 8601."
    )]
    Interval { interval: String, shortest: String, longest: String },

    #[error(
        "The start time '{start_time}' of the schedule is not valid. It must be a moment such as '2026-01-31T08:00:00Z'."
    )]
    StartTime { start_time: String },

    #[error("The parameter '{parameter}' is {value}. It must be at least {min}.")]
    Parameter { parameter: &'static str, value: i32, min: i32 },

    #[error("Indexer configuration setting '{key}' has the invalid value '{value}'. Expected: {expected}.")]
    Configuration { key: &'static str, value: String, expected: &'static str },

    #[error(
        "Indexer configuration setting 'delimitedTextHeaders' is required when 'firstLineContainsHeaders' is false."
    )]
    NoHeaders,

    #[error(
        "Indexer configuration setting '{key}' is not supported for data sources of type '{source_type}'."
    )]
    ConfigurationOfOthers { key: &'static str, source_type: SourceType },

    #[error("Field mapping specifies target field '{target}' that doesn't exist in the index")]
    Target { target: String },

    #[error("Output field mapping specifies target field '{target}' that doesn't exist in the index")]
    OutputTarget { target: String },

    #[error("More than one field mapping specifies the target field '{target}'.")]
    TargetTwice { target: String },

    #[error("A field mapping must have 'sourceFieldName' set.")]
    NoSource,

    #[error(
        "The source '{source_path}' of an output field mapping must be a path that begins with '/document/'."
    )]
    OutputSource { source_path: String },

    #[error("The mapping function '{function}' is not known. Known are {known}.")]
    Function { function: String, known: String },

    #[error("The mapping function '{function}' has no parameter '{parameter}'.")]
    FunctionParameter { function: &'static str, parameter: String },

    #[error("The parameter '{parameter}' of the mapping function '{function}' must be {expected}.")]
    FunctionValue { function: &'static str, parameter: &'static str, expected: &'static str },
}
