//! Field lengths: the one-byte norms that scores use, and the totals their averages come from (`query.md` §3.1).
//!
//! Section `norms`, version 1:
//! ```text
//! field count: u32, document count: u32,
//! { field id: u32, documents with the field: u32, total tokens: u64 }…,       ascending by field id
//! { one code per document }…                                                  in the same order; 0 = field absent
//! ```

use std::collections::BTreeMap;
use std::io;

use lazuli_catalog::FieldId;
use tantivy::DocId;
use tantivy::directory::OwnedBytes;

/// Name and version of the section.
pub(crate) const SECTION: (&str, u16) = ("norms", 1);

const HEADER: usize = 8;
const ENTRY: usize = 16;

/// What BM25 needs to know about one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FieldStatistics {
    /// Documents with at least one token in the field.
    pub(crate) documents: u64,
    /// Tokens of the field over all documents, exact.
    pub(crate) tokens: u64,
}

/// Lucene's `SmallFloat.floatToByte315(1 / sqrt(length))`; 0 for a document without the field.
pub(crate) fn encode_length(length: u32) -> u8 {
    if length == 0 {
        return 0;
    }
    let bits = (1.0 / (length as f32).sqrt()).to_bits();
    match (bits >> 21) as i32 {
        ..=384 => 1,
        640.. => 255,
        small => (small - 384) as u8,
    }
}

/// The length a code stands for: `1 / x²` of the decoded float.
pub(crate) fn decode_length(code: u8) -> f32 {
    if code == 0 {
        return 0.0;
    }
    let x = f32::from_bits((u32::from(code) << 21) + (48 << 24));
    1.0 / (x * x)
}

/// Collects lengths while a segment is written.
#[derive(Default)]
pub(crate) struct NormsWriter {
    fields: BTreeMap<u32, (FieldStatistics, Vec<u8>)>,
}

impl NormsWriter {
    /// Records that `document` has `tokens` (> 0) counted tokens in `field`. Documents come in ascending order.
    pub(crate) fn record(&mut self, document: DocId, field: FieldId, tokens: u32) {
        let (statistics, codes) = self.fields.entry(field.0).or_default();
        codes.resize(document as usize, 0);
        codes.push(encode_length(tokens));
        statistics.documents += 1;
        statistics.tokens += u64::from(tokens);
    }

    /// Bytes in memory.
    pub(crate) fn mem_usage(&self) -> usize {
        self.fields.values().map(|(_, codes)| codes.capacity() + 64).sum()
    }

    /// The section for a segment of `documents` documents.
    pub(crate) fn section(mut self, documents: u32) -> Vec<u8> {
        if self.fields.is_empty() {
            return Vec::new();
        }
        let size = HEADER + self.fields.len() * (ENTRY + documents as usize);
        let mut out = Vec::with_capacity(size);
        out.extend_from_slice(&(self.fields.len() as u32).to_le_bytes());
        out.extend_from_slice(&documents.to_le_bytes());
        for (id, (statistics, _)) in &self.fields {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&(statistics.documents as u32).to_le_bytes());
            out.extend_from_slice(&statistics.tokens.to_le_bytes());
        }
        for (_, codes) in self.fields.values_mut() {
            codes.resize(documents as usize, 0);
            out.extend_from_slice(codes);
        }
        out
    }
}

/// An opened `norms` section.
#[derive(Clone, Default)]
pub(crate) struct Norms {
    fields: Vec<(u32, FieldStatistics, OwnedBytes)>,
}

impl Norms {
    pub(crate) fn open(bytes: OwnedBytes) -> io::Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        parse(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "norms section"))
    }

    /// Codes of a field, one for each document; `None` when no document of the segment has it.
    pub(crate) fn codes(&self, field: FieldId) -> Option<&OwnedBytes> {
        self.find(field).map(|(_, _, codes)| codes)
    }

    /// Statistics over all documents of the segment, deleted ones included.
    pub(crate) fn statistics(&self, field: FieldId) -> FieldStatistics {
        self.find(field).map_or(FieldStatistics::default(), |(_, statistics, _)| *statistics)
    }

    /// Fields of the segment that have text.
    pub(crate) fn field_ids(&self) -> impl Iterator<Item = FieldId> {
        self.fields.iter().map(|(id, ..)| FieldId(*id))
    }

    fn find(&self, field: FieldId) -> Option<&(u32, FieldStatistics, OwnedBytes)> {
        let at = self.fields.binary_search_by_key(&field.0, |(id, ..)| *id).ok()?;
        self.fields.get(at)
    }
}

fn parse(bytes: &OwnedBytes) -> Option<Norms> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (count, documents) = (word(0)? as usize, word(4)? as usize);
    let mut at = HEADER + count.checked_mul(ENTRY)?;
    let mut fields = Vec::with_capacity(count.min(bytes.len() / ENTRY));
    for entry in (HEADER..at).step_by(ENTRY) {
        let end = at.checked_add(documents).filter(|end| *end <= bytes.len())?;
        let tokens = u64::from_le_bytes(bytes.get(entry + 8..entry + 16)?.try_into().ok()?);
        let statistics = FieldStatistics { documents: u64::from(word(entry + 4)?), tokens };
        fields.push((word(entry)?, statistics, bytes.slice(at..end)));
        at = end;
    }
    Some(Norms { fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `query.md` §3.1.
    #[test]
    fn lengths_fall_into_lucenes_classes() {
        let table: [(std::ops::RangeInclusive<u32>, f32); 11] = [
            (1..=1, 1.0),
            (2..=2, 2.56),
            (3..=4, 4.0),
            (5..=5, 5.2245),
            (6..=7, 7.1111),
            (8..=10, 10.24),
            (11..=16, 16.0),
            (17..=20, 20.898),
            (21..=28, 28.444),
            (29..=40, 40.96),
            (41..=64, 64.0),
        ];
        for (lengths, expected) in table {
            for length in lengths {
                let used = decode_length(encode_length(length));
                assert!((used - expected).abs() < 0.001 * expected, "{length}: {used}");
            }
        }
        assert_eq!(encode_length(0), 0);
        assert_eq!(decode_length(0), 0.0);
        assert!(encode_length(u32::MAX) >= 1);
    }

    #[test]
    fn sections_come_back() {
        let mut writer = NormsWriter::default();
        writer.record(1, FieldId(7), 3);
        writer.record(1, FieldId(2), 10);
        writer.record(4, FieldId(7), 1);
        let norms = Norms::open(OwnedBytes::new(writer.section(6))).unwrap();
        assert_eq!(norms.statistics(FieldId(7)), FieldStatistics { documents: 2, tokens: 4 });
        let three = encode_length(3);
        assert_eq!(norms.codes(FieldId(7)).unwrap().as_slice(), &[0, three, 0, 0, encode_length(1), 0]);
        assert_eq!(norms.codes(FieldId(2)).unwrap().len(), 6);
        assert!(norms.codes(FieldId(3)).is_none());
        assert!(Norms::open(OwnedBytes::new(vec![9; 20])).is_err());
        assert!(Norms::open(OwnedBytes::new(vec![0; 3])).is_err());
    }
}
