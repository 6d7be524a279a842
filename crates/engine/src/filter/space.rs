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
        for (index, word) in outer.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
            let starts = self.starts.iter().skip(index * 64);
            let mut found = 0;
            // Without branches on what is a candidate or has elements: nobody could predict them.
            for (offset, (start, end)) in starts.clone().zip(starts.skip(1)).take(64).enumerate() {
                found |= u64::from(bits::any_near(inner, *start as usize..*end as usize)) << offset;
            }
            *word &= found;
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
    let mut counts = vec![0; rows.len()];
    column.values().get_range(u64::from(rows.start), &mut counts);
    if counts.len() == lengths.len() {
        lengths.iter_mut().zip(counts).for_each(|(length, count)| *length = count as u32);
        return;
    }
    if outer.is_root() {
        let present = column.present(outer.range());
        let mut rank = 0;
        for (index, length) in lengths.iter_mut().enumerate() {
            let present = present[index / 64] >> (index % 64) & 1;
            *length = counts.get(rank).map_or(0, |count| *count as u32) * present as u32;
            rank += present as usize;
        }
        return;
    }
    let mut counts = counts.into_iter();
    column.for_each_document(outer.range(), |document, _| {
        let lengths = lengths.get_mut(outer.elements(document)).unwrap_or_default();
        for (length, count) in lengths.iter_mut().zip(&mut counts) {
            *length = count as u32;
        }
    });
}
