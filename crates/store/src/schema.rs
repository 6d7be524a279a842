//! What is in the database files: tables, format, and the one row of facts about the whole.

use std::io;
use std::path::{Path, PathBuf};

use lazuli_platform::files::{DiskFiles, Files};
use rusqlite::{Connection, OptionalExtension, params};

use crate::absence;
use crate::checkpoint;
use crate::connection::{self, Access};
use crate::error::StoreError;
use crate::indexer_states;
use crate::options::StoreOptions;

/// Raised when an older program could not read the file correctly any more.
const FORMAT: i64 = 1;

/// Bytes per page of a new database. A commit writes whole pages, so small ones keep single writes cheap.
pub(crate) const PAGE_BYTES: u64 = 4096;

/// The kinds of database, told apart by SQLite's `application_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Documents,
    Catalog,
}

impl Kind {
    /// "LzDo" and "LzCa" in ASCII.
    fn application_id(self) -> i64 {
        match self {
            Self::Documents => 0x4c7a_446f,
            Self::Catalog => 0x4c7a_4361,
        }
    }

    fn tables(self) -> &'static str {
        match self {
            Self::Documents => DOCUMENTS,
            Self::Catalog => DEFINITIONS,
        }
    }
}

/// Nothing in `documents` is ever updated. `superseding` names the rows that made another one superfluous, which is
/// what a purge has to look at. The third column of the index is NULL for a deletion: liveness and size of the newest
/// row are read without touching the document.
const DOCUMENTS: &str = "
CREATE TABLE documents(seq INTEGER PRIMARY KEY, key TEXT NOT NULL, body BLOB NULL, vectors BLOB NULL, crc INTEGER NOT NULL);
CREATE INDEX documents_by_key ON documents(key, seq, length(body) + coalesce(length(vectors), 0));
CREATE TABLE superseding(seq INTEGER PRIMARY KEY);
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
";

const DEFINITIONS: &str = "
CREATE TABLE definitions(
  kind TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL, body TEXT NOT NULL, internal TEXT NOT NULL,
  changed_millis INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY(kind, name)) WITHOUT ROWID;
";

const FACTS: &str = "
CREATE TABLE facts(
  id INTEGER PRIMARY KEY CHECK(id = 1), format INTEGER NOT NULL, identity BLOB NOT NULL, last_seq INTEGER NOT NULL,
  purge_floor INTEGER NOT NULL, documents INTEGER NOT NULL, bytes INTEGER NOT NULL, crc INTEGER NOT NULL);
";

/// What is true of a store as a whole; changes in the same transactions as its rows. A catalogue has an identity only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    pub(crate) identity: u128,
    /// Newest sequence number ever given out; its row may have been purged.
    pub(crate) last_seq: u64,
    pub(crate) purge_floor: u64,
    /// Keys whose newest row is not a deletion.
    pub(crate) documents: u64,
    /// Bytes of body and vectors of those rows.
    pub(crate) bytes: u64,
}

impl Facts {
    pub(crate) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement = connection.prepare_cached(
            "SELECT format, identity, last_seq, purge_floor, documents, bytes, crc FROM facts WHERE id = 1",
        )?;
        let found = statement.query_row([], |row| {
            let identity = u128::from_le_bytes(row.get(1)?);
            let numbers: [i64; 4] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get::<_, i64>(0)?, identity, numbers, row.get::<_, i64>(6)?))
        });
        let Some((format, identity, numbers, crc)) = found.optional()? else {
            return Err(StoreError::corrupt("the row of facts is missing"));
        };
        if crc != facts_checksum(format, identity, numbers) {
            return Err(StoreError::corrupt("the checksum of the facts is wrong"));
        }
        if format > FORMAT {
            let refusal = format!("the store has format {format}; this program is older and knows {FORMAT}");
            return Err(io::Error::new(io::ErrorKind::Unsupported, refusal).into());
        }
        // Written from u64 by `sql_numbers`, so the casts are exact.
        let [last_seq, purge_floor, documents, bytes] = numbers.map(i64::cast_unsigned);
        Ok(Self { identity, last_seq, purge_floor, documents, bytes })
    }

    pub(crate) fn save(&self, connection: &Connection) -> Result<(), StoreError> {
        let numbers = self.sql_numbers();
        let crc = facts_checksum(FORMAT, self.identity, numbers);
        let [last_seq, purge_floor, documents, bytes] = numbers;
        let mut statement =
            connection.prepare_cached("INSERT OR REPLACE INTO facts VALUES(1, ?, ?, ?, ?, ?, ?, ?)")?;
        let identity = self.identity.to_le_bytes();
        statement.execute(params![FORMAT, identity, last_seq, purge_floor, documents, bytes, crc])?;
        Ok(())
    }

    fn sql_numbers(&self) -> [i64; 4] {
        [self.last_seq, self.purge_floor, self.documents, self.bytes].map(u64::cast_signed)
    }
}

fn facts_checksum(format: i64, identity: u128, numbers: [i64; 4]) -> i64 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&format.to_le_bytes());
    crc.update(&identity.to_le_bytes());
    for number in numbers {
        crc.update(&number.to_le_bytes());
    }
    i64::from(crc.finalize())
}

/// Makes a new database file with its tables and a random identity, durable when this returns. It is made under
/// another name first: a crash leaves either no file or a whole one. Fails if the file exists.
pub(crate) fn create(path: &Path, kind: Kind, options: &StoreOptions) -> Result<(), StoreError> {
    if path.try_exists()? {
        let refusal = format!("{} exists already", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, refusal).into());
    }
    let draft = with_suffix(path, ".new");
    for leftover in [draft.clone(), with_suffix(&draft, "-wal"), with_suffix(&draft, "-shm")] {
        if leftover.try_exists()? {
            fs_err::remove_file(leftover)?;
        }
    }
    initialise(&draft, kind, options)?;
    DiskFiles.sync(&draft)?;
    DiskFiles.rename(&draft, path)?;
    Ok(DiskFiles.sync_dir(path.parent().unwrap_or(Path::new("")))?)
}

/// The path with more at the end of its file name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn initialise(path: &Path, kind: Kind, options: &StoreOptions) -> Result<(), StoreError> {
    // The page size is fixed by the connection that writes the first page, which switching to the log does.
    let empty = Connection::open(path)?;
    empty.pragma_update(None, "page_size", PAGE_BYTES.cast_signed())?;
    empty.pragma_update(None, "journal_mode", "wal")?;
    drop(empty);
    let mut connection = connection::open(path, Access::Write, options.reader_cache_bytes)?;
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", kind.application_id())?;
    transaction.execute_batch(kind.tables())?;
    match kind {
        Kind::Documents => {}
        Kind::Catalog => {
            transaction.execute_batch(indexer_states::TABLE)?;
            transaction.execute_batch(absence::TABLES)?;
        }
    }
    transaction.execute_batch(FACTS)?;
    Facts { identity: options.random.u128(), ..Facts::default() }.save(&transaction)?;
    transaction.commit()?;
    // Everything must be in this one file, which is about to be renamed without its log.
    if !checkpoint::run(&connection, "TRUNCATE")? {
        return Err(StoreError::Busy);
    }
    connection.close().map_err(|(_, error)| error.into())
}

/// Whether a file was made before there was this table.
pub(crate) fn is_missing(connection: &Connection, table: &str) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
    Ok(connection.query_row(sql, [table], |row| row.get::<_, i64>(0))? == 0)
}

/// Checks that the file is one of ours, of this kind, and yields its facts.
pub(crate) fn recognise(connection: &Connection, kind: Kind) -> Result<Facts, StoreError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != kind.application_id() {
        return Err(StoreError::corrupt(format!("this is no store of {kind:?}: application_id is {id}")));
    }
    Facts::load(connection)
}
