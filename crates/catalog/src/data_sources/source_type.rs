//! The types of data sources.

use std::fmt;

/// A type of data source that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceType {
    /// Blobs of Azure Storage.
    AzureBlob,
    /// Files of Azure Data Lake, read as blobs.
    AdlsGen2,
    /// Tables of Azure Storage.
    AzureTable,
    /// SQL Server, wherever it runs.
    AzureSql,
    /// Azure Cosmos DB with the NoSQL API.
    CosmosDb,
    /// MySQL and MariaDB.
    MySql,
    /// PostgreSQL; ours.
    PostgreSql,
    /// A folder of the server; ours.
    Files,
    /// S3 and what speaks like it; ours.
    S3,
}

impl SourceType {
    /// Every type with its word on the wire.
    pub const ALL: [(SourceType, &'static str); 9] = [
        (SourceType::AzureBlob, "azureblob"),
        (SourceType::AdlsGen2, "adlsgen2"),
        (SourceType::AzureTable, "azuretable"),
        (SourceType::AzureSql, "azuresql"),
        (SourceType::CosmosDb, "cosmosdb"),
        (SourceType::MySql, "mysql"),
        (SourceType::PostgreSql, "postgresql"),
        (SourceType::Files, "files"),
        (SourceType::S3, "s3"),
    ];

    /// The type of a word, in any casing; none if it is no type, or one that cannot be read. Cosmos DB was called
    /// `documentdb` before 2019 (`indexers.md` §2).
    pub fn of(word: &str) -> Option<SourceType> {
        if word.eq_ignore_ascii_case("documentdb") {
            return Some(SourceType::CosmosDb);
        }
        let found = SourceType::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(word));
        found.map(|(source_type, _)| *source_type)
    }

    /// Its word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            SourceType::AzureBlob => "azureblob",
            SourceType::AdlsGen2 => "adlsgen2",
            SourceType::AzureTable => "azuretable",
            SourceType::AzureSql => "azuresql",
            SourceType::CosmosDb => "cosmosdb",
            SourceType::MySql => "mysql",
            SourceType::PostgreSql => "postgresql",
            SourceType::Files => "files",
            SourceType::S3 => "s3",
        }
    }

    /// Whether its items are files with bytes that have to be parsed, and not rows.
    pub const fn has_content(self) -> bool {
        match self {
            SourceType::AzureBlob | SourceType::AdlsGen2 | SourceType::Files | SourceType::S3 => true,
            SourceType::AzureTable
            | SourceType::AzureSql
            | SourceType::CosmosDb
            | SourceType::MySql
            | SourceType::PostgreSql => false,
        }
    }
}

impl fmt::Display for SourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_types() {
        for (source_type, word) in SourceType::ALL {
            assert_eq!((SourceType::of(word), source_type.as_str()), (Some(source_type), word));
            assert_eq!(SourceType::of(&word.to_uppercase()), Some(source_type));
        }
        assert_eq!(SourceType::of("documentdb"), Some(SourceType::CosmosDb));
        assert_eq!(SourceType::of("sharepoint"), None);
    }
}
