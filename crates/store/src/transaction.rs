//! What the caller's work sees of a store inside the committing writer.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::error::StoreError;
use crate::row::{self, NewestSeq, Row, checksum, seq_from_sql, seq_to_sql};
use crate::schema::Facts;

/// One piece of work inside a group that commits as one. It sees what the works before it in the group wrote.
pub struct Transaction<'a> {
    connection: &'a Connection,
    facts: &'a mut Facts,
    /// The first failure of the database itself. Whatever the work makes of it, its writes are incomplete.
    failure: Option<StoreError>,
    /// Bytes of the live rows this work has met, so that superseding one need not read it.
    sizes: HashMap<u64, u64>,
}

impl std::fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").field("facts", &self.facts).finish_non_exhaustive()
    }
}

pub(crate) const NEWEST: &str =
    "SELECT seq, key, body, vectors, crc FROM documents WHERE key = ?1 ORDER BY seq DESC LIMIT 1";

/// Answered by the index alone.
pub(crate) const NEWEST_SEQ: &str = "SELECT seq, length(body) + coalesce(length(vectors), 0) FROM documents \
     WHERE key = ?1 ORDER BY seq DESC LIMIT 1";

impl<'a> Transaction<'a> {
    pub(crate) fn new(connection: &'a Connection, facts: &'a mut Facts) -> Self {
        Self { connection, facts, failure: None, sizes: HashMap::new() }
    }

    /// What went wrong in the database while appending, if anything did.
    pub(crate) fn into_failure(self) -> Option<StoreError> {
        self.failure
    }

    /// The newest row of a key, also if it is a deletion.
    pub fn newest(&mut self, key: &str) -> Result<Option<Row>, StoreError> {
        let mut statement = self.statement(NEWEST)?;
        let mut rows = statement.query([key])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let row = row::from_sql(row)?;
        if row.live() {
            self.sizes.insert(row.seq, row.bytes());
        }
        Ok(Some(row))
    }

    /// Like [`newest`](Self::newest), without reading the document.
    pub fn newest_seq(&mut self, key: &str) -> Result<Option<NewestSeq>, StoreError> {
        let mut statement = self.statement(NEWEST_SEQ)?;
        let found: Option<(i64, Option<i64>)> =
            statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((seq, bytes)) = found else { return Ok(None) };
        let seq = seq_from_sql(seq)?;
        if let Some(bytes) = bytes {
            self.sizes.insert(seq, bytes.cast_unsigned());
        }
        Ok(Some(NewestSeq { seq, live: bytes.is_some() }))
    }

    /// The newest sequence number so far, this work's own rows included.
    pub fn last_seq(&self) -> u64 {
        self.facts.last_seq
    }

    /// Appends a row and returns its sequence number, one above the last. A `body` of `None` is a deletion, which has
    /// no vectors either.
    ///
    /// `supersedes` is what [`newest_seq`](Self::newest_seq) or [`newest`](Self::newest) ([`Row::newest_seq`]) said of
    /// the key, or the row this same work appended for it before; the counts rely on it.
    pub fn append(
        &mut self,
        key: &str,
        body: Option<&[u8]>,
        vectors: Option<&[u8]>,
        supersedes: Option<NewestSeq>,
    ) -> Result<u64, StoreError> {
        let result = self.insert(key, body, body.and(vectors), supersedes);
        if let (Err(error), None) = (&result, &self.failure) {
            self.failure = Some(error.for_another());
        }
        result
    }

    fn insert(
        &mut self,
        key: &str,
        body: Option<&[u8]>,
        vectors: Option<&[u8]>,
        supersedes: Option<NewestSeq>,
    ) -> Result<u64, StoreError> {
        let seq = self.facts.last_seq + 1;
        let crc = checksum(seq, key, body, vectors);
        self.statement("INSERT INTO documents VALUES(?1, ?2, ?3, ?4, ?5)")?.execute(params![
            seq_to_sql(seq),
            key,
            body,
            vectors,
            crc
        ])?;
        if supersedes.is_some() || body.is_none() {
            self.statement("INSERT INTO superseding VALUES(?1)")?.execute([seq_to_sql(seq)])?;
        }
        self.count_out(supersedes)?;
        if let Some(body) = body {
            let bytes = (body.len() + vectors.map_or(0, <[u8]>::len)) as u64;
            self.facts.documents += 1;
            self.facts.bytes += bytes;
            self.sizes.insert(seq, bytes);
        }
        self.facts.last_seq = seq;
        Ok(seq)
    }

    /// Takes the document that is no longer the newest of its key out of the counts.
    fn count_out(&mut self, superseded: Option<NewestSeq>) -> Result<(), StoreError> {
        let Some(NewestSeq { seq, live: true }) = superseded else { return Ok(()) };
        let bytes = match self.sizes.get(&seq) {
            Some(bytes) => *bytes,
            None => self.size(seq)?,
        };
        self.facts.documents = self.facts.documents.saturating_sub(1);
        self.facts.bytes = self.facts.bytes.saturating_sub(bytes);
        Ok(())
    }

    fn size(&self, seq: u64) -> Result<u64, StoreError> {
        let mut statement = self
            .statement("SELECT length(body) + coalesce(length(vectors), 0) FROM documents WHERE seq = ?1")?;
        let bytes: Option<Option<i64>> =
            statement.query_row([seq_to_sql(seq)], |row| row.get(0)).optional()?;
        Ok(bytes.flatten().map_or(0, i64::cast_unsigned))
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'a>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?)
    }
}
