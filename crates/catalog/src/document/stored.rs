//! The layout of a stored body: rendered JSON fragments with their ends, one for each top-level field that has a value.
//!
//! ```text
//! body     = version u8, count u16, entry × count, fragment × count         (integers little-endian)
//! entry    = field id u32, shape u32, end of its fragment u32               (from the end of the entries)
//! fragment = the field's canonical JSON value, without its vectors          (see vectors.rs)
//! ```
//!
//! Fields that are null or an empty collection, and vectors, have no fragment. `shape` is the field's [`Field::shape`]
//! at the time of writing: a complex value that was written with another shape lacks members that were added since, and is
//! put together anew when it is read.

use crate::{Field, FieldId};

/// The first byte of every body. A change of the layout takes the next number, and readers keep the old ones.
pub(super) const VERSION: u8 = 1;

/// Bytes in front of the entries.
pub(super) const HEADER_BYTES: usize = 3;

/// Bytes of an entry.
pub(super) const ENTRY_BYTES: usize = 12;

/// A stored row that is not what [`super::encode`] wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stored document is damaged: {what}")]
pub struct Corrupt {
    /// What is wrong, for the log.
    what: String,
}

impl Corrupt {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Corrupt { what: what.into() }
    }
}

/// A body taken apart, but not yet read.
pub(super) struct Fragments<'a> {
    entries: &'a [u8],
    fragments: &'a [u8],
    /// Where the next fragment is expected: both bodies and readers go in schema order.
    next: usize,
}

/// A field's fragment.
#[derive(Clone, Copy)]
pub(super) struct Fragment<'a> {
    pub(super) shape: u32,
    pub(super) json: &'a [u8],
}

impl<'a> Fragments<'a> {
    pub(super) fn new(body: &'a [u8]) -> Result<Self, Corrupt> {
        let Some((&[version, low, high], rest)) = body.split_first_chunk::<HEADER_BYTES>() else {
            return Err(Corrupt::new("it has no header"));
        };
        if version != VERSION {
            return Err(Corrupt::new(format!("its layout has the unknown version {version}")));
        }
        let count = usize::from(u16::from_le_bytes([low, high]));
        match rest.split_at_checked(count * ENTRY_BYTES) {
            Some((entries, fragments)) => Ok(Fragments { entries, fragments, next: 0 }),
            None => Err(Corrupt::new("its table of fields is cut off")),
        }
    }

    /// The fragment of a field; none if the field is null or empty, or was added later.
    pub(super) fn find(&mut self, field: &Field) -> Result<Option<Fragment<'a>>, Corrupt> {
        let count = self.entries.len() / ENTRY_BYTES;
        let is_field = |index: &usize| self.entry(*index).is_some_and(|entry| entry.field == field.id);
        let Some(index) = Some(self.next).filter(is_field).or_else(|| (0..count).find(is_field)) else {
            return Ok(None);
        };
        self.next = index + 1;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.entry(before).map(|entry| entry.end));
        let fragment = self.entry(index).zip(start).and_then(|(entry, start)| {
            self.fragments.get(start..entry.end).map(|json| Fragment { shape: entry.shape, json })
        });
        fragment.map(Some).ok_or_else(|| Corrupt::new("a fragment ends outside the body"))
    }

    fn entry(&self, index: usize) -> Option<Entry> {
        let bytes = self.entries.get(index * ENTRY_BYTES..)?;
        let (field, rest) = bytes.split_first_chunk()?;
        let (shape, rest) = rest.split_first_chunk()?;
        let (end, _) = rest.split_first_chunk()?;
        Some(Entry {
            field: FieldId(u32::from_le_bytes(*field)),
            shape: u32::from_le_bytes(*shape),
            end: u32::from_le_bytes(*end) as usize,
        })
    }
}

struct Entry {
    field: FieldId,
    shape: u32,
    end: usize,
}
