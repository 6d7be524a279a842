//! Columns of a segment as they are read: opened when first asked for, then kept for everyone who has the segment.
//!
//! Values are read as the numbers a column keeps them as ([`MonotonicallyMappableToU64`]): their order is the order of
//! the values, for strings that of their ordinals in the dictionary.
//!
//! [`MonotonicallyMappableToU64`]: tantivy::columnar::MonotonicallyMappableToU64

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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
    /// By name; `None` = the segment has no such column.
    opened: Mutex<HashMap<String, Option<Arc<OpenedColumn>>>>,
}

impl OpenedColumns {
    pub(crate) fn new(reader: ColumnarReader) -> Self {
        Self { reader, opened: Mutex::default() }
    }

    /// Where they are opened from.
    pub(crate) fn reader(&self) -> &ColumnarReader {
        &self.reader
    }

    /// The values of a field; `None` when no document has one. Not for points.
    pub(crate) fn values(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(value_name(field))
    }

    /// Longitudes and latitudes of a field of points, aligned with each other; `None` when no document has one.
    pub(crate) fn points(&self, field: FieldId) -> io::Result<Option<[Arc<OpenedColumn>; 2]>> {
        let [longitude, latitude] = point_names(field);
        Ok(self.open(longitude)?.zip(self.open(latitude)?).map(|(longitude, latitude)| [longitude, latitude]))
    }

    /// The indices of elements in which a leaf is null though other elements of the document have a value.
    pub(crate) fn nulls(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(null_name(field))
    }

    /// The element counts of a complex collection, or of any collection in one.
    pub(crate) fn lengths(&self, field: FieldId) -> io::Result<Option<Arc<OpenedColumn>>> {
        self.open(length_name(field))
    }

    fn open(&self, name: String) -> io::Result<Option<Arc<OpenedColumn>>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.get(&name) {
            return Ok(known.clone());
        }
        let column = OpenedColumn::open(&self.reader, &name)?.map(Arc::new);
        opened.insert(name, column.clone());
        Ok(column)
    }
}

/// One column: for each document a stretch of rows, ascending, and a number for each row.
pub(crate) struct OpenedColumn {
    column: Column<u64>,
    /// Strings only.
    dictionary: Option<Arc<Dictionary>>,
    /// A bit for each document of the segment: whether it has a value. Made when first asked for, an eighth of a byte a
    /// document, because the index of the column takes a search for each; not where few documents have values.
    present: OnceLock<Box<[u64]>>,
}

impl OpenedColumn {
    fn open(reader: &ColumnarReader, name: &str) -> io::Result<Option<Self>> {
        // A column has one type in all segments: it is declared before its first value.
        let Some(handle) = reader.read_columns(name)?.into_iter().next() else { return Ok(None) };
        if handle.column_type() == ColumnType::Str
            && let DynamicColumn::Str(strings) = handle.open()?
        {
            let (dictionary, column) = strings.into_parts();
            return Ok(Some(Self { column, dictionary: Some(dictionary), present: OnceLock::new() }));
        }
        let column = handle.open_u64_lenient()?;
        Ok(column.map(|column| Self { column, dictionary: None, present: OnceLock::new() }))
    }

    /// The numbers, by row.
    pub(crate) fn values(&self) -> &dyn ColumnValues<u64> {
        self.column.values.as_ref()
    }

    /// The strings, by number; empty for what is not a string.
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
        } else {
            let all = self.present.get_or_init(|| all_present(index));
            bits::copy(all, documents.start as usize..documents.end as usize, present);
        }
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

/// A bit for each document: whether it is in the index.
fn all_present(index: &OptionalIndex) -> Box<[u64]> {
    let word = |first: DocId| {
        let documents = first..index.num_docs().min(first.saturating_add(64));
        match index.rank(documents.end) - index.rank(documents.start) {
            0 => 0,
            count if count as usize == documents.len() => bits::mask(0..documents.len()),
            _ => documents.rev().fold(0, |word, document| word << 1 | u64::from(index.contains(document))),
        }
    };
    (0..index.num_docs()).step_by(64).map(word).collect()
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
