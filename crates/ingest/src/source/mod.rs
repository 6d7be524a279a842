//! What a data source is to the rest: changes in an order that can be resumed ([`Source`]), each an [`Item`].
//!
//! A source remembers nothing itself. It says with each part of its changes what to remember ([`Mark`]), is given that back
//! when it is opened the next time, and never has to know whether what it delivered was written.

mod azure_storage;
pub(crate) mod blob;
mod files;
mod pages;
mod ranges;
mod s3;
mod stored;
mod table;
mod xml;

mod azuresql;
mod cosmos;
mod mysql;
mod postgresql;
mod sql;
#[cfg(test)]
mod testing;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::data_sources::connection::Connection;
use lazuli_wire::data_sources::DataSource;
use lazuli_wire::indexers::Parameters;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::outside::Outside;
use crate::run::Absence;

/// A future as traits give it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The page on errors of reading and parsing (`indexers.md` §6), for [`ItemError::link`].
pub const READING_LINK: &str = "https://go.microsoft.com/fwlink/?linkid=2049388";

/// A data source opened for one run.
pub trait Source: Send {
    /// The next changes in an order that can be resumed, about `most` of them; `None` at the end.
    ///
    /// An error does not end the source: after a [`SourceError::Transient`] one, asking again goes on at the same place.
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>>;
}

/// What a source is opened with.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// The definition, without its secret.
    pub source: &'a DataSource,
    /// The connection string as it was given: a secret.
    pub connection: &'a str,
    /// The indexer's parameters; sources look at `configuration`.
    pub parameters: &'a Parameters,
    /// What the last run remembered; `None` to begin from the beginning.
    pub since: Option<&'a Mark>,
    /// When the run began.
    pub now: jiff::Timestamp,
    /// Only the items of these ids, whether they have changed or not (`resetdocs`).
    pub only: Option<&'a [String]>,
    /// What was seen before, if what is absent is to be deleted: then everything that is there is said to be there.
    pub absence: Option<&'a Arc<Absence>>,
    /// The way out, shared by everything that a source hands out.
    pub outside: &'a Arc<Outside>,
}

/// Opens a data source for a run.
pub async fn open(opening: Opening<'_>) -> Result<Box<dyn Source>, SourceError> {
    let word = &opening.source.source_type;
    let source_type = SourceType::of(word)
        .ok_or_else(|| SourceError::Broken(format!("There is no type of data sources '{word}'.")))?;
    let connection = Connection::parse(source_type, opening.connection)
        .map_err(|problem| SourceError::Broken(problem.to_string()))?;
    if connection.is_managed_identity() {
        return Err(SourceError::Credentials(MANAGED_IDENTITY.into()));
    }
    match connection {
        Connection::Cosmos(account) => cosmos::open(opening, &account).await,
        Connection::MySql(server) => mysql::open(opening, &server).await,
        Connection::PostgreSql(server) => postgresql::open(opening, &server).await,
        Connection::Storage(storage) if source_type == SourceType::AzureTable => {
            Ok(Box::new(table::open(opening, storage)?))
        }
        Connection::Storage(storage) => Ok(Box::new(blob::open(opening, storage).await?)),
        Connection::Files(files) => Ok(Box::new(files::open(opening, &files).await?)),
        Connection::Sql(server) => azuresql::open(opening, &server).await,
        Connection::S3(s3) => Ok(Box::new(s3::open(opening, s3).await?)),
    }
}

/// Said where the credentials are none of ours.
const MANAGED_IDENTITY: &str = "The connection string names a managed identity of Azure's, which this service does not have. \
                                Use a connection string with a key or a password.";

/// `initialTrackingState` as the status shows it: where a run that begins at `now` sets out from.
pub fn initial_state(source_type: SourceType, since: Option<&Mark>, now: jiff::Timestamp) -> Option<String> {
    if is_enumerated(source_type) {
        return Some(blob::tracking::initial(since, now));
    }
    since.map(|mark| mark.0.to_string())
}

/// `finalTrackingState` as the status shows it: where the next run sets out from.
pub fn final_state(source_type: SourceType, mark: &Mark) -> Option<String> {
    if is_enumerated(source_type) { blob::tracking::last(mark) } else { Some(mark.0.to_string()) }
}

/// Whether the state is that of an enumeration by name.
fn is_enumerated(source_type: SourceType) -> bool {
    match source_type {
        SourceType::AzureBlob | SourceType::AdlsGen2 | SourceType::Files | SourceType::S3 => true,
        SourceType::AzureTable
        | SourceType::AzureSql
        | SourceType::CosmosDb
        | SourceType::MySql
        | SourceType::PostgreSql => false,
    }
}

/// A part of what has changed.
pub struct Changes {
    /// In order.
    pub changes: Vec<Change>,
    /// What to remember once these and all before are in the index; `None` when there is nothing new to remember.
    pub mark: Option<Mark>,
    /// What people should know, about the source or about an item.
    pub warnings: Vec<Note>,
}

/// Where a source goes on. What is in it is the source's own business; it is stored as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark(pub Value);

/// What happened to an item since the last run.
pub enum Change {
    /// It is new or another.
    Changed(Item),
    /// It is gone, as far as the source's deletion policy can tell.
    Deleted(Item),
    /// The item of this id is there as it was. Only said where [`Opening::absence`] asks for it.
    Unchanged(String),
    /// It cannot be read.
    Failed(ItemError),
    /// It cannot be seen what is there: the item of this error's id, or any below it, after a `/`.
    Hidden(ItemError),
}

/// A row, an entity, a blob, a file.
pub struct Item {
    /// How the source calls it (the URL of a blob, the primary key of a row): in errors, and in `datasourceDocumentIds`.
    pub id: String,
    /// A row's columns, or the metadata of a blob, by source field name.
    pub fields: Map<String, Value>,
    /// The bytes of a blob or file, opened when they are read; `None` for rows.
    pub content: Option<Box<dyn Content>>,
}

/// The bytes of an item, not yet read.
pub trait Content: Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// The bytes in order. Each chunk is read with a timeout by the implementation.
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>>;
}

/// Bytes as they arrive.
pub trait Chunks: Send {
    /// The next bytes; `None` at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>>;
}

/// Why one item could not be indexed; becomes an entry of `errors` in the run's result (`indexers.md` §1.3, §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemError {
    /// The item's id, or the key of its document.
    pub id: String,
    /// 400 for faults of the document, 500 and 503 for those of services.
    pub status: u16,
    /// The service's sentence, such as `Could not parse document`.
    pub message: String,
    /// What exactly was wrong.
    pub details: Option<String>,
    /// `category.subcategory.resourceType.resourceName`, such as `DocumentExtraction.azureblob.<data source>`.
    pub name: String,
    /// A page that explains it.
    pub link: Option<String>,
}

impl ItemError {
    /// Whether reading or writing the item again may succeed although nothing has changed: its source or the index was busy
    /// or not available, or another write came between (`api.md` §1.8).
    pub fn is_passing(&self) -> bool {
        matches!(self.status, 409 | 422 | 429 | 503)
    }

    /// Bytes of its texts.
    pub(crate) fn bytes(&self) -> usize {
        self.id.len() + self.message.len() + self.name.len() + bytes_of([&self.details, &self.link])
    }
}

/// Something that people should know although it is no failure; becomes an entry of `warnings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The item's id or the key of its document, if it is about one.
    pub id: Option<String>,
    /// The service's sentence.
    pub message: String,
    /// What exactly was noticed.
    pub details: Option<String>,
    /// As that of an [`ItemError`].
    pub name: Option<String>,
    /// A page that explains it.
    pub link: Option<String>,
}

impl Note {
    /// Bytes of its texts.
    pub(crate) fn bytes(&self) -> usize {
        self.message.len() + bytes_of([&self.id, &self.details, &self.name, &self.link])
    }
}

fn bytes_of<const N: usize>(texts: [&Option<String>; N]) -> usize {
    texts.into_iter().flatten().map(String::len).sum()
}

/// Why a source, or the bytes of an item, could not be read. The text is for people and names no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Worth another try.
    #[error("{0}")]
    Transient(String),
    /// Bytes that became others while they were read. What they are now is read when the item is opened again.
    #[error("{0}")]
    Changed(String),
    /// The credentials were refused.
    #[error("{0}")]
    Credentials(String),
    /// The container, table or database is not there; or the item, of which bytes were asked for.
    #[error("{0}")]
    Missing(String),
    /// Anything else that another try does not heal.
    #[error("{0}")]
    Broken(String),
    /// The run was told to stop.
    #[error("The run was stopped.")]
    Stopped,
}
