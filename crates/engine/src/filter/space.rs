//! What a condition is asked of: documents of a window, or the elements of a collection in them.
//!
//! The elements of a space are numbered from 0 in document order, so a condition yields one bit for each, and the values
//! of a leaf, which lie in the same order, are decoded in stretches.
//!
//! ```text
//! documents     0       1       2
//! rooms         0 1 2           3        starts by document: 0 3 3 4
//! rooms/tags    0 1     2 3     …        starts by room
//! ```

use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;

use crate::bits;
use crate::segment::opened::OpenedColumn;

/// See the module.
pub(super) struct Space {
    documents: Range<DocId>,
    /// The first element of each document, and how many there are; `None` = the elements are the documents.
    starts: Option<Arc<[u32]>>,
    length: usize,
}

impl Space {
    /// The documents themselves.
    pub(super) fn documents(documents: Range<DocId>) -> Self {
        Self { length: documents.len(), documents, starts: None }
    }

    /// The documents whose elements these are.
    pub(super) fn range(&self) -> Range<DocId> {
        self.documents.clone()
    }

    /// Whether the elements are documents.
    pub(super) fn is_root(&self) -> bool {
        self.starts.is_none()
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The elements of a document of the space.
    #[inline]
    pub(super) fn elements(&self, document: DocId) -> Range<usize> {
        let index = (document - self.documents.start) as usize;
        match &self.starts {
            None => index..index + 1,
            Some(starts) => match starts.get(index..index + 2) {
                Some([start, end]) => *start as usize..*end as usize,
                Some(_) | None => 0..0,
            },
        }
    }
}

/// How many elements a collection has, by element of what encloses it.
pub(super) enum Lengths {
    /// As many as values: a collection of simple values that is not in another collection.
    Values(Arc<OpenedColumn>),
    /// Counted in a column, once for each element of the enclosing space or not at all for a document, which has none.
    Counted(Arc<OpenedColumn>),
}

/// A space of elements, and which of them belong to which element of the outer space.
pub(super) struct Inner {
    pub(super) space: Space,
    starts: Arc<[u32]>,
}

impl Inner {
    /// The elements that a collection has in `outer`.
    pub(super) fn new(lengths: &Lengths, outer: &Space) -> Self {
        let mut starts = lengths.of(outer);
        let mut total = 0u32;
        for start in &mut starts {
            total = total.saturating_add(std::mem::replace(start, total));
        }
        starts.push(total);
        let starts: Arc<[u32]> = starts.into();
        let by_document = match &outer.starts {
            None => starts.clone(),
            Some(outer) => outer.iter().map(|first| starts[*first as usize]).collect(),
        };
        let space = Space { documents: outer.range(), starts: Some(by_document), length: total as usize };
        Self { space, starts }
    }

    /// The elements that belong to the outer elements in `outer`.
    pub(super) fn spread(&self, outer: &[u64]) -> Vec<u64> {
        let mut inner = vec![0; self.space.len().div_ceil(64)];
        let mut pending = 0..0;
        bits::for_each(outer, |element| {
            let own = self.of(element);
            if own.start == pending.end {
                pending.end = own.end;
            } else {
                bits::fill(&mut inner, std::mem::replace(&mut pending, own));
            }
        });
        bits::fill(&mut inner, pending);
        inner
    }

    /// Keeps those outer elements in `outer` one of whose elements is in `inner`.
    pub(super) fn reduce(&self, inner: &[u64], outer: &mut [u64]) {
        if bits::is_empty(inner) {
            return outer.fill(0);
        }
        for (index, word) in outer.iter_mut().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                if !bits::any(inner, self.of(index * 64 + bit.trailing_zeros() as usize)) {
                    *word ^= bit;
                }
                rest ^= bit;
            }
        }
    }

    /// The elements of an outer one.
    #[inline]
    fn of(&self, outer: usize) -> Range<usize> {
        match self.starts.get(outer..outer + 2) {
            Some([start, end]) => *start as usize..*end as usize,
            Some(_) | None => 0..0,
        }
    }
}

impl Lengths {
    /// The column it is read from.
    pub(super) fn column(&self) -> &Arc<OpenedColumn> {
        match self {
            Self::Values(column) | Self::Counted(column) => column,
        }
    }

    /// The number of elements for each element of `outer`.
    fn of(&self, outer: &Space) -> Vec<u32> {
        let mut lengths = vec![0; outer.len()];
        match self {
            Self::Values(column) => column.for_each_document(outer.range(), |document, rows| {
                if let Some(length) = lengths.get_mut((document - outer.documents.start) as usize) {
                    *length = rows.len() as u32;
                }
            }),
            Self::Counted(column) => count(column, outer, &mut lengths),
        }
        lengths
    }
}

fn count(column: &OpenedColumn, outer: &Space, lengths: &mut [u32]) {
    let rows = column.rows(outer.range());
    if rows.len() == outer.len() {
        let mut buffer = [0; 256];
        let firsts = rows.step_by(buffer.len());
        for (first, lengths) in firsts.zip(lengths.chunks_mut(256)) {
            let buffer = &mut buffer[..lengths.len()];
            column.values().get_range(u64::from(first), buffer);
            lengths.iter_mut().zip(buffer).for_each(|(length, value)| *length = *value as u32);
        }
        return;
    }
    column.for_each_document(outer.range(), |document, rows| {
        let lengths = lengths.get_mut(outer.elements(document)).unwrap_or_default();
        for (length, row) in lengths.iter_mut().zip(rows) {
            *length = column.values().get_val(row) as u32;
        }
    });
}
