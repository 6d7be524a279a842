//! Reading everything to find damage: on suspicion, after a restore, before a backup is trusted.

use rusqlite::Connection;

use crate::error::StoreError;
use crate::row;
use crate::schema::{Facts, Kind, recognise};

/// Checks structure, every row, and the facts against the rows. Takes as long as reading the file.
pub(crate) fn documents(connection: &Connection) -> Result<(), StoreError> {
    structure(connection)?;
    let facts = recognise(connection, Kind::Documents)?;
    let newest_seq = rows(connection)?;
    if newest_seq > facts.last_seq {
        return Err(StoreError::corrupt(format!(
            "row {newest_seq} is above the last one, {}",
            facts.last_seq
        )));
    }
    counts(connection, &facts)
}

/// SQLite's own check: pages, order, and that each index has exactly the rows of its table.
pub(crate) fn structure(connection: &Connection) -> Result<(), StoreError> {
    let finding: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if finding != "ok" {
        return Err(StoreError::corrupt(finding));
    }
    Ok(())
}

/// Checks the checksum of every row; returns the newest sequence number.
fn rows(connection: &Connection) -> Result<u64, StoreError> {
    let mut statement =
        connection.prepare("SELECT seq, key, body, vectors, crc FROM documents ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut newest_seq = 0;
    while let Some(row) = rows.next()? {
        newest_seq = row::from_sql(row)?.seq;
    }
    let mut statement = connection.prepare("SELECT name, value, crc FROM meta")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        row::meta_from_sql(row)?;
    }
    Ok(newest_seq)
}

fn counts(connection: &Connection, facts: &Facts) -> Result<(), StoreError> {
    // With max() the other columns are those of the row that has the maximum.
    let sql = "SELECT count(size), coalesce(sum(size), 0) FROM (SELECT max(seq), \
               length(body) + coalesce(length(vectors), 0) AS size FROM documents GROUP BY key)";
    let (documents, bytes): (i64, i64) =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let counted = (documents.cast_unsigned(), bytes.cast_unsigned());
    if counted != (facts.documents, facts.bytes) {
        let remembered = (facts.documents, facts.bytes);
        return Err(StoreError::corrupt(format!(
            "documents and bytes are {counted:?}, remembered {remembered:?}"
        )));
    }
    Ok(())
}
