//! Connection strings of data sources, read into what they mean (`indexers.md` §2).
//!
//! ```
//! use lazuli_catalog::data_sources::SourceType;
//! use lazuli_catalog::data_sources::connection::{Connection, StorageCredential};
//!
//! let text = "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=a2V5;EndpointSuffix=core.windows.net";
//! let Connection::Storage(storage) = Connection::parse(SourceType::AzureBlob, text)? else { unreachable!() };
//! assert_eq!(storage.endpoint, "https://me.blob.core.windows.net");
//! assert!(matches!(storage.credential, StorageCredential::SharedKey { key, .. } if key.reveal() == "a2V5"));
//! # Ok::<(), lazuli_catalog::data_sources::connection::ConnectionProblem>(())
//! ```
//!
//! No error repeats any part of a connection string that was sent: whatever is wrong in it may be a piece of a secret.

mod cosmos;
mod database;
mod files;
mod mysql;
mod pairs;
mod postgresql;
mod s3;
mod sql;
mod storage;

use std::fmt;

use super::SourceType;

pub use cosmos::{Cosmos, CosmosCredential};
pub use database::Database;
pub use files::Files;
pub(in crate::data_sources) use files::goes_up;
pub use s3::{S3, S3Credential};
pub use sql::{Encrypt, SqlCredential, SqlServer};
pub use storage::{Storage, StorageCredential, StorageService};

/// A connection string, by the kind of store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// `azureblob`, `adlsgen2` and `azuretable`.
    Storage(Storage),
    /// `azuresql`.
    Sql(SqlServer),
    /// `cosmosdb`.
    Cosmos(Cosmos),
    /// `mysql`.
    MySql(Database),
    /// `postgresql`.
    PostgreSql(Database),
    /// `files`.
    Files(Files),
    /// `s3`.
    S3(S3),
}

impl Connection {
    /// Reads the connection string of a data source of this type.
    pub fn parse(source_type: SourceType, text: &str) -> Result<Connection, ConnectionProblem> {
        Ok(match source_type {
            SourceType::AzureBlob | SourceType::AdlsGen2 => {
                Connection::Storage(Storage::parse(text, StorageService::Blob)?)
            }
            SourceType::AzureTable => Connection::Storage(Storage::parse(text, StorageService::Table)?),
            SourceType::AzureSql => Connection::Sql(SqlServer::parse(text)?),
            SourceType::CosmosDb => Connection::Cosmos(Cosmos::parse(text)?),
            SourceType::MySql => Connection::MySql(Database::mysql(text)?),
            SourceType::PostgreSql => Connection::PostgreSql(Database::postgresql(text)?),
            SourceType::Files => Connection::Files(Files::parse(text)?),
            SourceType::S3 => Connection::S3(S3::parse(text)?),
        })
    }

    /// Where the data are: all that it says of that, and nothing about how to get in.
    pub fn place(&self) -> String {
        match self {
            Connection::Storage(storage) => storage.endpoint.clone(),
            Connection::Sql(SqlServer { host, port, database, .. })
            | Connection::MySql(Database { host, port, database, .. })
            | Connection::PostgreSql(Database { host, port, database, .. }) => {
                format!("{host}:{port}/{database}")
            }
            Connection::Cosmos(Cosmos { endpoint, database, .. }) => format!("{endpoint}/{database}"),
            Connection::Files(files) => files.folder.to_string_lossy().into_owned(),
            Connection::S3(S3 { endpoint: Some(endpoint), .. }) => endpoint.clone(),
            Connection::S3(S3 { endpoint: None, region, .. }) => region.clone(),
        }
    }

    /// Whether it names a managed identity of Azure's, with which nothing can be reached from outside of Azure.
    pub fn is_managed_identity(&self) -> bool {
        match self {
            Connection::Storage(storage) => {
                matches!(storage.credential, StorageCredential::ManagedIdentity { .. })
            }
            Connection::Sql(server) => matches!(server.credential, SqlCredential::ManagedIdentity { .. }),
            Connection::Cosmos(cosmos) => {
                matches!(cosmos.credential, CosmosCredential::ManagedIdentity { .. })
            }
            Connection::MySql(_) | Connection::PostgreSql(_) | Connection::Files(_) | Connection::S3(_) => {
                false
            }
        }
    }
}

/// A password, a key or a signature. It prints as `Hidden(…)`: only [`reveal`](Hidden::reveal) tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Hidden {
        Hidden(text.into())
    }

    /// The text, for whoever has to send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// How much of TLS a database is asked for, as its own clients say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// None.
    Off,
    /// If the server has it.
    Preferred,
    /// In any case, whatever the certificate.
    Required,
    /// With a certificate that is trusted.
    VerifyCa,
    /// With a trusted certificate of the server's name.
    VerifyFull,
}

impl TlsMode {
    /// By the words of the clients of MySQL and PostgreSQL, without dashes and in lower case.
    fn of(word: &str) -> Option<TlsMode> {
        let word: String = word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match word.to_ascii_lowercase().as_str() {
            "none" | "disable" | "disabled" => Some(TlsMode::Off),
            "allow" | "prefer" | "preferred" => Some(TlsMode::Preferred),
            "require" | "required" => Some(TlsMode::Required),
            "verifyca" => Some(TlsMode::VerifyCa),
            "verifyfull" | "verifyidentity" => Some(TlsMode::VerifyFull),
            _ => None,
        }
    }
}

/// What is wrong with a connection string. The sentences are ours; none contains a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum ConnectionProblem {
    #[error("The connection string is not a list of 'name=value' pairs, separated by semicolons.")]
    NotPairs,

    #[error(
        "The connection string is not an address of the form 'postgresql://user:password@host:port/database'."
    )]
    NotUrl,

    #[error(
        "The connection string has a name that is not known for this type of data source. Known are {known}."
    )]
    Unknown { known: &'static str },

    #[error("The connection string has '{name}' more than once.")]
    Twice { name: &'static str },

    #[error("The connection string must have '{name}'.")]
    Missing { name: &'static str },

    #[error("The connection string has a value for '{name}' that is not allowed. {allowed}")]
    Wrong { name: &'static str, allowed: &'static str },

    #[error("The connection string cannot have both '{name}' and '{other}'.")]
    Together { name: &'static str, other: &'static str },
}

/// The address of a service without a slash at its end: `http` or `https`, a host, perhaps a port and a path, and nothing else.
fn address(text: &str, name: &'static str) -> Result<String, ConnectionProblem> {
    let allowed = "It must be an address such as 'https://host:port' without a query.";
    let wrong = || ConnectionProblem::Wrong { name, allowed };
    let text = text.trim().trim_end_matches('/');
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let host = rest.split('/').next().unwrap_or_default();
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let is_clean = !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "?#@\\".contains(c));
    if is_web && is_clean && !host.is_empty() && !host.starts_with(':') {
        Ok(text.to_owned())
    } else {
        Err(wrong())
    }
}

/// A port.
fn port(text: &str, name: &'static str) -> Result<u16, ConnectionProblem> {
    let port = text.trim().parse().ok().filter(|port| *port != 0);
    port.ok_or(ConnectionProblem::Wrong { name, allowed: "It must be a port." })
}

/// Seconds to wait for something; 0 is for as long as the server takes, which we do not do.
fn seconds(text: &str, name: &'static str) -> Result<u64, ConnectionProblem> {
    let seconds = text.trim().parse().ok().filter(|seconds| (1..=3600).contains(seconds));
    seconds.ok_or(ConnectionProblem::Wrong { name, allowed: "It must be between 1 and 3600 seconds." })
}

/// `true`, `yes`, `false` or `no` in any casing.
fn flag(text: &str, name: &'static str) -> Result<bool, ConnectionProblem> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(ConnectionProblem::Wrong { name, allowed: "It must be 'true' or 'false'." }),
    }
}

/// A host's name or address that is one: it becomes a part of addresses.
fn host(text: &str, name: &'static str) -> Result<String, ConnectionProblem> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if !bare.is_empty() && bare.chars().all(is_host) {
        return Ok(bare.to_owned());
    }
    Err(ConnectionProblem::Wrong { name, allowed: "It must be the name or the address of one server." })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a client sends is read or refused, for every type.
        #[test]
        fn nothing_panics(
            parts in prop::collection::vec(prop::sample::select(vec![
                "AccountName", "AccountKey", "Server", "Database", "host", "dbname", "user", "Password", "Folder", "Region",
                "ContainerSharedAccessUri", "ResourceId", "Uid", "AccountEndpoint", "postgresql://", "https://", "tcp:", "=",
                ";", "'", "\"", "\\", "/", "?", "@", ":", "[", "]", "%", "%4", "é", " ", ",", "1433", "a", "true", "",
            ]), 0..24),
        ) {
            let text = parts.concat();
            for (source_type, _) in SourceType::ALL {
                let _ = Connection::parse(source_type, &text);
            }
        }
    }

    #[test]
    fn addresses_are_of_services() {
        let checked = |text| address(text, "x").ok();
        assert_eq!(checked("https://a.b:1/c/").as_deref(), Some("https://a.b:1/c"));
        assert_eq!(checked("HTTP://[::1]:8081/").as_deref(), Some("HTTP://[::1]:8081"));
        for text in [
            "",
            "a.b",
            "ftp://a",
            "https://",
            "https:///a",
            "http://:80",
            "https://u:p@a",
            "https://a?x",
            "https://a b",
        ] {
            assert_eq!(checked(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_hidden_is_not_printed() {
        let connection =
            Connection::parse(SourceType::AzureBlob, "AccountName=me;AccountKey=c2VjcmV0").unwrap();
        assert!(!format!("{connection:?}").contains("c2VjcmV0"), "{connection:?}");
        let connection = Connection::parse(SourceType::MySql, "Server=h;Database=d;Uid=u;Pwd=open").unwrap();
        assert!(!format!("{connection:?}").contains("open"), "{connection:?}");
    }

    /// Whatever piece of a broken connection string a sentence repeated could be one of a password.
    #[test]
    fn no_refusal_repeats_what_was_sent() {
        for (source_type, text) in [
            (SourceType::AzureBlob, "AccountName=me;AccountKey=SESAME;SESAME"),
            (SourceType::AzureBlob, "AccountName=me;AccountKey=SESAME;SESAME=1"),
            (SourceType::AzureBlob, "AccountName=me;AccountKey=SES AME"),
            (SourceType::AzureBlob, "ContainerSharedAccessUri=SESAME"),
            (SourceType::AzureSql, "Server=h;Database=d;User ID=u;Password=a;SESAME=1"),
            (SourceType::AzureSql, "Server=h,SESAME;Database=d;User ID=u;Password=a"),
            (SourceType::CosmosDb, "AccountEndpoint=SESAME;AccountKey=a;Database=d"),
            (SourceType::MySql, "Server=h;Database=d;Uid=u;Pwd='SESAME"),
            (SourceType::PostgreSql, "postgresql://u:SESAME@h:SESAME/d"),
            (SourceType::PostgreSql, "host=h dbname=d user=u password='SESAME"),
            (SourceType::Files, "SESAME"),
            (SourceType::S3, "Region=SESAME!;AccessKeyId=a;SecretAccessKey=b"),
        ] {
            let problem = Connection::parse(source_type, text).expect_err(text);
            assert!(!problem.to_string().contains("SESAME"), "{problem}");
            assert!(!format!("{problem:?}").contains("SESAME"), "{problem:?}");
        }
    }
}
