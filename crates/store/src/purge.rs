//! Removing rows that nobody can want any more.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::StoreError;
use crate::row::{seq_from_sql, seq_to_sql};
use crate::schema::Facts;

/// Removes rows superseded at or below `horizon`, and deletions at or below it, oldest first, until about `rows_max`
/// are gone; raises the purge floor to what was dealt with. Counts do not change: they are of newest, live rows.
pub(crate) fn purge(
    connection: &Connection,
    facts: &mut Facts,
    horizon: u64,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let horizon = horizon.min(facts.last_seq);
    let mut removed = 0;
    while removed < rows_max {
        let next = connection
            .prepare_cached("SELECT seq FROM superseding WHERE seq <= ?1 ORDER BY seq LIMIT 1")?
            .query_row([seq_to_sql(horizon)], |row| row.get(0))
            .optional()?;
        let Some(seq) = next else {
            facts.purge_floor = facts.purge_floor.max(horizon);
            return Ok(removed);
        };
        removed += purge_superseded_by(connection, seq)?;
        facts.purge_floor = facts.purge_floor.max(seq_from_sql(seq)?);
    }
    Ok(removed)
}

/// Older rows go before the deletion that hides them, in the same transaction: else they would come back to life.
fn purge_superseded_by(connection: &Connection, seq: i64) -> Result<usize, StoreError> {
    let row: Option<(String, bool)> = connection
        .prepare_cached("SELECT key, body IS NULL FROM documents WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mut removed = 0;
    if let Some((key, deletion)) = row {
        removed += connection
            .prepare_cached("DELETE FROM documents WHERE key = ?1 AND seq < ?2")?
            .execute(params![key, seq])?;
        if deletion {
            removed += connection.prepare_cached("DELETE FROM documents WHERE seq = ?1")?.execute([seq])?;
        }
    }
    connection.prepare_cached("DELETE FROM superseding WHERE seq = ?1")?.execute([seq])?;
    Ok(removed)
}
