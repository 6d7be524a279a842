//! The store of definitions: indexes, synonym maps, indexers, … by kind and name.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::absence;
use crate::check;
use crate::checkpoint;
use crate::connection::{self, Access};
use crate::error::StoreError;
use crate::indexer_states;
use crate::options::StoreOptions;
use crate::readers::Readers;
use crate::schema::{self, Kind};
use crate::wal;

/// One SQLite file of definitions. Changes are durable when they return; one happens at a time.
#[derive(Debug)]
pub struct CatalogStore {
    identity: u128,
    path: PathBuf,
    cache_bytes: usize,
    readers: Readers,
    /// The connection that changes things; missing before the first change, and after one that failed.
    writer: Mutex<Option<Connection>>,
}

/// Something that a client defined, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What it is, as in the service's paths: `indexes`, `synonymmaps`, …
    pub kind: String,
    /// Its name, unique within the kind.
    pub name: String,
    /// Changes with every change of the definition.
    pub etag: String,
    /// What the client sent, as JSON in the newest wire shape.
    pub body: String,
    /// What the service added for itself, as JSON: generation, field ids, …
    pub internal: String,
    /// When it was last changed, in milliseconds since 1970-01-01T00:00:00Z.
    pub changed_millis: i64,
}

/// Reads and writes inside [`CatalogStore::change`].
#[derive(Debug)]
pub struct CatalogTransaction<'a> {
    pub(crate) connection: &'a Connection,
}

impl CatalogStore {
    /// Opens the file, or makes it with a random identity.
    pub fn open_or_create(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        if path.try_exists()? {
            wal::check(path)?;
        } else {
            schema::create(path, Kind::Catalog, options)?;
        }
        let readers = Readers::new(path.to_path_buf(), options.reader_cache_bytes, options.readers_kept_max);
        let facts = readers.with(|connection| schema::recognise(connection, Kind::Catalog))?;
        for (table, tables) in
            [("indexer_states", indexer_states::TABLE), ("absence_entries", absence::TABLES)]
        {
            if readers.with(|connection| schema::is_missing(connection, table))? {
                connection::open(path, Access::Write, options.reader_cache_bytes)?.execute_batch(tables)?;
            }
        }
        Ok(Self {
            identity: facts.identity,
            path: path.to_path_buf(),
            cache_bytes: options.reader_cache_bytes,
            readers,
            writer: Mutex::new(None),
        })
    }

    /// A random number made when the file was created.
    pub fn identity(&self) -> u128 {
        self.identity
    }

    /// All definitions of a kind, sorted by name (by its UTF-8 bytes).
    pub fn list(&self, kind: &str) -> Result<Vec<Definition>, StoreError> {
        self.readers.with(|connection| list(connection, kind))
    }

    /// One definition.
    pub fn get(&self, kind: &str, name: &str) -> Result<Option<Definition>, StoreError> {
        self.readers.with(|connection| get(connection, kind, name))
    }

    /// Reads everything and compares: structure and checksums.
    pub fn check(&self) -> Result<(), StoreError> {
        self.readers.with(|connection| {
            check::structure(connection)?;
            let mut statement = connection.prepare("SELECT * FROM definitions")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                checked(from_sql(row)?)?;
            }
            Ok(())
        })?;
        self.indexer_states().map(drop)
    }

    /// Looks at what is stored.
    pub(crate) fn read<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.with(look)
    }

    /// Runs `f` in one transaction: durable if it returns `Ok`, as if it had not run if it returns `Err` or panics.
    /// Changes wait for each other; reads outside see the state before until this returns. `f` must not call this
    /// store, only the transaction it is given.
    pub fn change<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&CatalogTransaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match writer.take() {
            Some(connection) => connection,
            None => self.open_writer()?,
        };
        let result = change(&mut connection, f)?;
        // Not reached after an error: the next change begins with a new connection.
        *writer = Some(connection);
        Ok(result)
    }

    /// Definitions change rarely and are few, so the log is emptied whenever a connection is opened for a change; the
    /// usual automatic checkpoint keeps it small in between.
    fn open_writer(&self) -> Result<Connection, StoreError> {
        let connection = connection::open(&self.path, Access::Write, self.cache_bytes)?;
        connection.pragma_update(None, "wal_autocheckpoint", 1000)?;
        checkpoint::run(&connection, "TRUNCATE")?;
        Ok(connection)
    }
}

fn change<T, E: From<StoreError>>(
    connection: &mut Connection,
    f: impl FnOnce(&CatalogTransaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let sql = |error: rusqlite::Error| E::from(StoreError::from(error));
    // Rolled back when dropped without a commit.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
    let result = f(&CatalogTransaction { connection: &transaction })?;
    transaction.commit().map_err(sql)?;
    Ok(result)
}

impl CatalogTransaction<'_> {
    /// All definitions of a kind, sorted by name.
    pub fn list(&self, kind: &str) -> Result<Vec<Definition>, StoreError> {
        list(self.connection, kind)
    }

    /// One definition.
    pub fn get(&self, kind: &str, name: &str) -> Result<Option<Definition>, StoreError> {
        get(self.connection, kind, name)
    }

    /// Stores a definition in place of the one of that kind and name.
    pub fn put(&self, definition: &Definition) -> Result<(), StoreError> {
        let Definition { kind, name, etag, body, internal, changed_millis } = definition;
        let crc = definition.checksum();
        let mut statement = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO definitions VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        statement.execute(params![kind, name, etag, body, internal, changed_millis, crc])?;
        Ok(())
    }

    /// Removes a definition; false if there was none.
    pub fn delete(&self, kind: &str, name: &str) -> Result<bool, StoreError> {
        let mut statement =
            self.connection.prepare_cached("DELETE FROM definitions WHERE kind = ?1 AND name = ?2")?;
        Ok(statement.execute([kind, name])? > 0)
    }
}

impl Definition {
    fn checksum(&self) -> u32 {
        let mut crc = crc32fast::Hasher::new();
        for part in [&self.kind, &self.name, &self.etag, &self.body, &self.internal] {
            crc.update(&(part.len() as u64).to_le_bytes());
            crc.update(part.as_bytes());
        }
        crc.update(&self.changed_millis.to_le_bytes());
        crc.finalize()
    }
}

fn list(connection: &Connection, kind: &str) -> Result<Vec<Definition>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM definitions WHERE kind = ?1 ORDER BY name")?;
    let mut rows = statement.query([kind])?;
    let mut definitions = Vec::new();
    while let Some(row) = rows.next()? {
        definitions.push(checked(from_sql(row)?)?);
    }
    Ok(definitions)
}

fn get(connection: &Connection, kind: &str, name: &str) -> Result<Option<Definition>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM definitions WHERE kind = ?1 AND name = ?2")?;
    statement.query_row([kind, name], from_sql).optional()?.map(checked).transpose()
}

fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Definition, i64)> {
    let definition = Definition {
        kind: row.get("kind")?,
        name: row.get("name")?,
        etag: row.get("etag")?,
        body: row.get("body")?,
        internal: row.get("internal")?,
        changed_millis: row.get("changed_millis")?,
    };
    Ok((definition, row.get("crc")?))
}

fn checked((definition, crc): (Definition, i64)) -> Result<Definition, StoreError> {
    if crc != i64::from(definition.checksum()) {
        let Definition { kind, name, .. } = definition;
        return Err(StoreError::corrupt(format!("the checksum of {kind} {name:?} is wrong")));
    }
    Ok(definition)
}
