//! One row of the documents table and its checksum.

use crate::error::StoreError;

/// A version of a document, as written. The bytes belong to the caller; the store does not look into them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Position in the order of all writes, from 1; never used twice.
    pub seq: u64,
    /// The document's key.
    pub key: String,
    /// The stored form of the document; `None` is a deletion.
    pub body: Option<Vec<u8>>,
    /// The document's vectors, apart so that a page of results need not read them.
    pub vectors: Option<Vec<u8>>,
}

/// The newest row of a key without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestSeq {
    /// The row's sequence number.
    pub seq: u64,
    /// Whether it is a document; otherwise it is a deletion.
    pub live: bool,
}

impl Row {
    /// Whether this is a document; otherwise it is a deletion.
    pub fn live(&self) -> bool {
        self.body.is_some()
    }

    /// What [`Transaction::append`](crate::Transaction::append) wants to know of the row that it supersedes.
    pub fn newest_seq(&self) -> NewestSeq {
        NewestSeq { seq: self.seq, live: self.live() }
    }

    /// Bytes of body and vectors.
    pub fn bytes(&self) -> u64 {
        let len = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len) as u64;
        len(&self.body) + len(&self.vectors)
    }
}

/// CRC-32 over the whole row with the length of each part, so that bytes cannot move from one part to another.
pub(crate) fn checksum(seq: u64, key: &str, body: Option<&[u8]>, vectors: Option<&[u8]>) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&seq.to_le_bytes());
    for part in [Some(key.as_bytes()), body, vectors] {
        // u64::MAX stands for "no value", which differs from an empty one.
        crc.update(&part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
        crc.update(part.unwrap_or_default());
    }
    crc.finalize()
}

/// Reads a row of `seq, key, body, vectors, crc`, in this order, and checks its checksum.
pub(crate) fn from_sql(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let seq = seq_from_sql(row.get(0)?)?;
    let damaged = |_| StoreError::corrupt(format!("row {seq} has a value of a wrong type"));
    let key = row.get_ref(1)?.as_str().map_err(damaged)?;
    let body = row.get_ref(2)?.as_blob_or_null().map_err(damaged)?;
    let vectors = row.get_ref(3)?.as_blob_or_null().map_err(damaged)?;
    let stored: i64 = row.get(4)?;
    if stored != i64::from(checksum(seq, key, body, vectors)) {
        return Err(StoreError::corrupt(format!("the checksum of row {seq} is wrong")));
    }
    Ok(Row { seq, key: key.to_owned(), body: body.map(<[u8]>::to_vec), vectors: vectors.map(<[u8]>::to_vec) })
}

/// Reads `name, value, crc` of a small value kept beside the documents, and checks its checksum.
pub(crate) fn meta_from_sql(row: &rusqlite::Row<'_>) -> Result<String, StoreError> {
    let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
    if row.get::<_, i64>(2)? != i64::from(meta_checksum(&name, &value)) {
        return Err(StoreError::corrupt(format!("the checksum of meta {name:?} is wrong")));
    }
    Ok(value)
}

pub(crate) fn meta_checksum(name: &str, value: &str) -> u32 {
    checksum(0, name, Some(value.as_bytes()), None)
}

pub(crate) fn seq_from_sql(seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(|_negative| StoreError::corrupt(format!("a sequence number is {seq}")))
}

/// SQLite knows signed numbers only. Nothing above them exists, so asking for it finds nothing.
pub(crate) fn seq_to_sql(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_row_counts_in_its_checksum() {
        let checksums = [
            checksum(1, "a", None, None),
            checksum(2, "a", None, None),
            checksum(1, "b", None, None),
            checksum(1, "a", Some(b""), None),
            checksum(1, "a", None, Some(b"")),
            checksum(1, "a", Some(b""), Some(b"")),
            checksum(1, "a", Some(b"xy"), Some(b"")),
            checksum(1, "a", Some(b"x"), Some(b"y")),
            checksum(1, "ax", None, Some(b"y")),
        ];
        let different: std::collections::BTreeSet<u32> = checksums.into_iter().collect();
        assert_eq!(different.len(), checksums.len());
    }
}
