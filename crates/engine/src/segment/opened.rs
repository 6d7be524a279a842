//! Columns of a segment as they are read: opened when first asked for, then kept for everyone who has the segment.
//!
//! Values are read as the numbers a column keeps them as ([`MonotonicallyMappableToU64`]): their order is the order of
//! the values, for strings that of their ordinals in the dictionary.
//!
//! [`MonotonicallyMappableToU64`]: tantivy::columnar::MonotonicallyMappableToU64

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use lazuli_catalog::FieldId;
use tantivy::DocId;
use tantivy::columnar::column_index::{MultiValueIndex, OptionalIndex, Set};
use tantivy::columnar::{
    Column, ColumnIndex, ColumnType, ColumnValues, ColumnarReader, Dictionary, DynamicColumn,
};

use super::columns::{length_name, null_name, point_names, value_name};
use crate::bits;

/// The columns of one segment.
pub(crate) struct OpenedColumns {
    reader: ColumnarReader,
    slots: Mutex<HashMap<(FieldId, Part), Arc<Slot>>>,
    /// Bytes that may still be taken to remember which documents have values.
    room: Arc<AtomicUsize>,
}

/// What is kept of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Values,
    Longitudes,
    Latitudes,
    Nulls,
    Lengths,
}

/// One column. While it is opened, whoever asks for another is not kept waiting.
#[derive(Default)]
struct Slot {
    /// `None` = the segment has no such column.
    column: OnceLock<Option<Arc<OpenedColumn>>>,
    opening: Mutex<()>,
}

impl OpenedColumns {
    pub(crate) fn new(reader: ColumnarReader) -> Self {
        Self { reader, slots: Mutex::default(), room: Arc::new(AtomicUsize::new(PRESENT_BYTES_MAX)) }
    }

    /// Where they are opened from.
    pub(crate) fn reader(&self) -> &ColumnarReader {
        &self.reader
    }

    /// The values of a field; `None` when no document has one. Not for points.
    pub(crate) fn values(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(field, Part::Values)
    }

    /// Longitudes and latitudes of a field of points, aligned with each other; `None` when no document has one.
    pub(crate) fn points(&self, field: FieldId) -> io::Result<Option<[Arc<OpenedColumn>; 2]>> {
        let longitudes = self.open(field, Part::Longitudes)?;
        Ok(longitudes.zip(self.open(field, Part::Latitudes)?).map(<[_; 2]>::from))
    }

    /// The indices of elements in which a leaf is null though other elements of the document have a value.
    pub(crate) fn nulls(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(field, Part::Nulls)
    }

    /// The element counts of a complex collection, or of any collection in one.
    pub(crate) fn lengths(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(field, Part::Lengths)
    }

    fn open(&self, field: FieldId, part: Part) -> io::Result<Option<Arc<OpenedColumn>>> {
        let slot = lock(&self.slots).entry((field, part)).or_default().clone();
        if let Some(known) = slot.column.get() {
            return Ok(known.clone());
        }
        let _alone = lock(&slot.opening);
        if let Some(known) = slot.column.get() {
            return Ok(known.clone());
        }
        let column = OpenedColumn::open(&self.reader, &part.name(field), &self.room)?.map(Arc::new);
        Ok(slot.column.get_or_init(|| column).clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Part {
    /// The name of the column of a field.
    fn name(self, field: FieldId) -> String {
        match self {
            Self::Values => value_name(field),
            Self::Longitudes => {
                let [longitudes, _] = point_names(field);
                longitudes
            }
            Self::Latitudes => {
                let [_, latitudes] = point_names(field);
                latitudes
            }
            Self::Nulls => null_name(field),
            Self::Lengths => length_name(field),
        }
    }
}

/// One column: for each document a stretch of rows, ascending, and a number for each row.
pub(crate) struct OpenedColumn {
    column: Column<u64>,
    /// Strings only.
    dictionary: Option<Arc<Dictionary>>,
    /// A bit for each document of the segment: whether it has a value. Made when first asked for, an eighth of a byte a
    /// document, because the index of the column takes a search for each; not where few documents have values, and not
    /// (`None`) where the columns of the segment have taken enough memory for it.
    present: OnceLock<Option<Box<[u64]>>>,
    room: Arc<AtomicUsize>,
}

impl OpenedColumn {
    fn open(reader: &ColumnarReader, name: &str, room: &Arc<AtomicUsize>) -> io::Result<Option<Self>> {
        // A column has one type in all segments: it is declared before its first value.
        let Some(handle) = reader.read_columns(name)?.into_iter().next() else { return Ok(None) };
        if handle.column_type() == ColumnType::Str
            && let DynamicColumn::Str(strings) = handle.open()?
        {
            let (dictionary, column) = strings.into_parts();
            return Ok(Some(Self::new(column, Some(dictionary), room)));
        }
        let column = handle.open_u64_lenient()?;
        Ok(column.map(|column| Self::new(column, None, room)))
    }

    fn new(column: Column<u64>, dictionary: Option<Arc<Dictionary>>, room: &Arc<AtomicUsize>) -> Self {
        Self { column, dictionary, present: OnceLock::new(), room: room.clone() }
    }

    /// The numbers, by row.
    pub(crate) fn values(&self) -> &dyn ColumnValues<u64> {
        self.column.values.as_ref()
    }

    /// The strings, by number; `None` for what is not a string.
    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        self.dictionary.as_deref()
    }

    /// A number below or equal to all, and one above or equal to all.
    pub(crate) fn bounds(&self) -> (u64, u64) {
        (self.column.values.min_value(), self.column.values.max_value())
    }

    /// Whether every document has exactly one value.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.column.index, ColumnIndex::Full)
    }

    /// The row of a document that has at most one value.
    #[inline]
    pub(crate) fn row(&self, document: DocId) -> Option<u32> {
        match &self.column.index {
            ColumnIndex::Empty { .. } => None,
            ColumnIndex::Full => Some(document),
            ColumnIndex::Optional(index) => index.rank_if_exists(document),
            ColumnIndex::Multivalued(_) => {
                let rows = self.column.index.value_row_ids(document);
                (!rows.is_empty()).then_some(rows.start)
            }
        }
    }

    /// The rows of some documents, one after the other.
    pub(crate) fn rows(&self, documents: Range<DocId>) -> Range<u32> {
        self.column.index.docid_range_to_rowids(documents)
    }

    /// A bit for each of some documents: whether it has values.
    pub(crate) fn present(&self, documents: Range<DocId>) -> Vec<u64> {
        let mut present = vec![0; documents.len().div_ceil(64)];
        match &self.column.index {
            ColumnIndex::Empty { .. } => {}
            ColumnIndex::Full => bits::fill(&mut present, 0..documents.len()),
            ColumnIndex::Optional(index) => self.select(index, documents, &mut present),
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                self.select(&index.optional_index, documents, &mut present);
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV1(index)) => {
                let starts = starts(index.start_index_column.as_ref(), documents);
                for (offset, rows) in starts.windows(2).enumerate() {
                    if rows.first() != rows.last() {
                        bits::fill(&mut present, offset..offset + 1);
                    }
                }
            }
        }
        present
    }

    /// Sets the bits of those of `documents` that are in `index`.
    fn select(&self, index: &OptionalIndex, documents: Range<DocId>, present: &mut [u64]) {
        let ranks = index.rank(documents.start)..index.rank(documents.end);
        if ranks.len() == documents.len() {
            bits::fill(present, 0..documents.len());
        } else if u64::from(index.num_non_nulls()) * DENSE < u64::from(index.num_docs()) {
            let mut selected: Vec<u32> = ranks.collect();
            index.select_batch(&mut selected);
            for document in selected {
                let offset = (document - documents.start) as usize;
                bits::fill(present, offset..offset + 1);
            }
        } else if let Some(all) = self.present.get_or_init(|| self.remember_present(index)) {
            bits::copy(all, documents.start as usize..documents.end as usize, present);
        } else {
            present_words(index, documents).zip(present).for_each(|(found, word)| *word = found);
        }
    }

    /// A bit for each document: whether it is in the index; `None` if there is no room for it.
    fn remember_present(&self, index: &OptionalIndex) -> Option<Box<[u64]>> {
        let bytes = (index.num_docs() as usize).div_ceil(64) * size_of::<u64>();
        let take = |room: usize| room.checked_sub(bytes);
        self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        Some(present_words(index, 0..index.num_docs()).collect())
    }

    /// Calls `visit` with each document of `documents` that has values, ascending, and its rows.
    pub(crate) fn for_each_document(
        &self,
        documents: Range<DocId>,
        mut visit: impl FnMut(DocId, Range<u32>),
    ) {
        let starts = match &self.column.index {
            ColumnIndex::Empty { .. } => return,
            ColumnIndex::Full | ColumnIndex::Optional(_) => {
                let rows = self.rows(documents.clone());
                (rows.start..=rows.end).collect()
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                let index_of = |document| index.optional_index.rank(document);
                starts(index.start_index_column.as_ref(), index_of(documents.start)..index_of(documents.end))
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV1(index)) => {
                let mut starts = starts(index.start_index_column.as_ref(), documents.clone());
                starts.dedup();
                starts
            }
        };
        let mut rows = starts.windows(2);
        bits::for_each(&self.present(documents.clone()), |offset| {
            if let Some([start, end]) = rows.next() {
                visit(documents.start + offset as u32, *start..*end);
            }
        });
    }
}

/// Where one document in so many has a value, it is remembered which.
const DENSE: u64 = 16;

/// Memory of a segment to remember which documents have values in its columns: 128 columns of a million documents.
const PRESENT_BYTES_MAX: usize = 16 << 20;

/// A bit for each of some documents: whether it is in the index.
fn present_words(index: &OptionalIndex, documents: Range<DocId>) -> impl Iterator<Item = u64> {
    let end = documents.end;
    let word = move |first: DocId| {
        let documents = first..end.min(first.saturating_add(64));
        match index.rank(documents.end) - index.rank(documents.start) {
            0 => 0,
            count if count as usize == documents.len() => bits::mask(0..documents.len()),
            _ => documents.rev().fold(0, |word, document| word << 1 | u64::from(index.contains(document))),
        }
    };
    documents.step_by(64).map(word)
}

/// The first row of each rank, and where the last ends.
fn starts(column: &dyn ColumnValues<u32>, ranks: Range<u32>) -> Vec<u32> {
    if ranks.is_empty() {
        return Vec::new();
    }
    let mut starts = vec![0; ranks.len() + 1];
    column.get_range(u64::from(ranks.start), &mut starts);
    starts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::corpus::{Corpus, schema};

    #[test]
    fn documents_with_values_are_told_with_and_without_memory_for_them() {
        let mut corpus = Corpus::new(schema(&json!({ "name": "opened", "fields": [
            { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
            { "name": "count", "type": "Edm.Int32" },
        ]})));
        for number in 0..300 {
            let count = if number % 7 < 5 { json!(number) } else { json!(null) };
            corpus.upload_json(
                &json!({ "@search.action": "upload", "id": number.to_string(), "count": count }),
            );
        }
        corpus.commit();
        let reader = corpus.snapshot().segments()[0].columns().clone();
        let field = corpus.field("count").id;
        // Five words of eight bytes.
        for (room, left) in [(0, 0), (39, 39), (40, 0), (100, 60)] {
            let columns = OpenedColumns::new(reader.clone());
            columns.room.store(room, Ordering::Relaxed);
            let column = columns.values(field).unwrap().unwrap();
            assert!(Arc::ptr_eq(&column, &columns.values(field).unwrap().unwrap()));
            for documents in [0..300, 0..64, 64..300, 130..250, 299..300] {
                let mut expected = vec![0; documents.len().div_ceil(64)];
                for (offset, document) in documents.clone().enumerate() {
                    if document % 7 < 5 {
                        bits::fill(&mut expected, offset..offset + 1);
                    }
                }
                assert_eq!(column.present(documents.clone()), expected, "{documents:?}, room for {room}");
            }
            assert_eq!(columns.room.load(Ordering::Relaxed), left);
        }
    }
}
