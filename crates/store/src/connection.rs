//! Opening a connection so that it keeps what the store promises.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// Locks are held for single statements and single commits; whoever waits longer than this meets a stranger.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Kept per connection; more than the statements this crate has.
const STATEMENTS_CACHED: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Opens an existing database. Write-ahead log and a sync per commit are asked for and read back: a connection
/// without them would acknowledge what a power loss can take away.
pub(crate) fn open(path: &Path, access: Access, cache_bytes: usize) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // Plans must not depend on the values bound: else each lookup by key is planned anew, for twice its cost.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    require_durable(&connection)?;
    let cache_kibibytes = i64::try_from(cache_bytes / 1024).unwrap_or(i64::MAX);
    connection.pragma_update(None, "cache_size", -cache_kibibytes)?;
    // Sorts and sub-journals stay off the disk: they are small here.
    connection.pragma_update(None, "temp_store", "memory")?;
    if access == Access::Read {
        connection.pragma_update(None, "query_only", true)?;
    }
    Ok(connection)
}

fn require_durable(connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "full")?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    const FULL: i64 = 2;
    if mode != "wal" || synchronous != FULL {
        let refusal = format!("no durable commits here: journal_mode={mode}, synchronous={synchronous}");
        return Err(std::io::Error::new(std::io::ErrorKind::Unsupported, refusal).into());
    }
    Ok(())
}
