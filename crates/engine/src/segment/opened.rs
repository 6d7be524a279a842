//! Columns of a segment as they are read: opened when first asked for, then kept for everyone who has the segment.
//!
//! Values are read as the numbers a column keeps them as ([`MonotonicallyMappableToU64`]): their order is the order of
//! the values, for strings that of their ordinals in the dictionary.
//!
//! [`MonotonicallyMappableToU64`]: tantivy::columnar::MonotonicallyMappableToU64

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use lazuli_catalog::FieldId;
use tantivy::DocId;
use tantivy::columnar::column_index::{MultiValueIndex, Set};
use tantivy::columnar::{
    Column, ColumnIndex, ColumnType, ColumnValues, ColumnarReader, Dictionary, DynamicColumn,
};

use super::columns::{length_name, null_name, point_names, value_name};

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
}

impl OpenedColumn {
    fn open(reader: &ColumnarReader, name: &str) -> io::Result<Option<Self>> {
        // A column has one type in all segments: it is declared before its first value.
        let Some(handle) = reader.read_columns(name)?.into_iter().next() else { return Ok(None) };
        if handle.column_type() == ColumnType::Str
            && let DynamicColumn::Str(strings) = handle.open()?
        {
            let (dictionary, column) = strings.into_parts();
            return Ok(Some(Self { column, dictionary: Some(dictionary) }));
        }
        let column = handle.open_u64_lenient()?;
        Ok(column.map(|column| Self { column, dictionary: None }))
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

    /// Calls `visit` with each document of `documents` that has values, ascending, and its rows.
    pub(crate) fn for_each_document(
        &self,
        documents: Range<DocId>,
        mut visit: impl FnMut(DocId, Range<u32>),
    ) {
        match &self.column.index {
            ColumnIndex::Empty { .. } => {}
            ColumnIndex::Full => documents.for_each(|document| visit(document, document..document + 1)),
            ColumnIndex::Optional(index) => {
                let rows = index.rank(documents.start)..index.rank(documents.end);
                let mut selected: Vec<u32> = rows.clone().collect();
                index.select_batch(&mut selected);
                rows.zip(selected).for_each(|(row, document)| visit(document, row..row + 1));
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                let ranks =
                    index.optional_index.rank(documents.start)..index.optional_index.rank(documents.end);
                let starts = starts(index.start_index_column.as_ref(), ranks.clone());
                let mut selected: Vec<u32> = ranks.collect();
                index.optional_index.select_batch(&mut selected);
                for (document, rows) in selected.into_iter().zip(starts.windows(2)) {
                    if let [start, end] = rows {
                        visit(document, *start..*end);
                    }
                }
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV1(index)) => {
                let starts = starts(index.start_index_column.as_ref(), documents.clone());
                for (document, rows) in documents.zip(starts.windows(2)) {
                    if let [start, end] = rows
                        && start < end
                    {
                        visit(document, *start..*end);
                    }
                }
            }
        }
    }
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
