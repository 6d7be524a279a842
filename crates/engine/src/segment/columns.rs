//! The columns of a segment: which there are, what they are called, how values get in (design.md §4.6).
//!
//! Every field that can be filtered, sorted or faceted has a value column named by its id. Inside complex collections
//! a leaf holds either one value for each element or none at all for a document (none = null in every element); a null
//! among values is the type's zero, with its element index in `<id>#null`. `<id>#length` counts the elements of a
//! complex collection, and of any collection inside one, once for each enclosing element (no value = all zero).

use std::collections::HashMap;

use lazuli_catalog::{Field, FieldId, FieldType, Schema};
use tantivy::DocId;
use tantivy::columnar::{ColumnType, ColumnarWriter};

/// The column of sequence numbers.
pub(crate) const SEQ: &str = "seq";

/// Name of a field's value column.
pub(crate) fn value_name(id: FieldId) -> String {
    id.0.to_string()
}

/// Names of a point's two columns, aligned with each other.
pub(crate) fn point_names(id: FieldId) -> [String; 2] {
    [format!("{}.longitude", id.0), format!("{}.latitude", id.0)]
}

/// Name of the column of element indices at which a leaf is null.
pub(crate) fn null_name(id: FieldId) -> String {
    format!("{}#null", id.0)
}

/// Name of the column of element counts.
pub(crate) fn length_name(id: FieldId) -> String {
    format!("{}#length", id.0)
}

/// Name of the column of exact text lengths, in counted tokens; what is deleted is subtracted from averages with it.
pub(crate) fn tokens_name(id: FieldId) -> String {
    format!("{}#tokens", id.0)
}

/// A column of an index.
#[derive(Debug, Clone)]
pub(crate) struct ColumnSpec {
    pub(crate) name: String,
    pub(crate) column_type: ColumnType,
}

/// Index of a column in [`Columns::specs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnIndex(u32);

/// The columns one schema asks for, and for each field where its own are.
#[derive(Debug)]
pub(crate) struct Columns {
    specs: Vec<ColumnSpec>,
    by_field: HashMap<FieldId, FieldColumns>,
}

/// The columns of one field; which are set follows from its type and place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FieldColumns {
    /// Values; for points the longitude.
    pub(crate) value: Option<ColumnIndex>,
    /// Latitude of points.
    pub(crate) latitude: Option<ColumnIndex>,
    /// Element indices of nulls; leaves inside complex collections.
    pub(crate) null: Option<ColumnIndex>,
    /// Element counts; complex collections, and collections inside them.
    pub(crate) length: Option<ColumnIndex>,
    /// Exact text lengths; searchable strings.
    pub(crate) tokens: Option<ColumnIndex>,
}

fn column_type(field_type: FieldType) -> Option<ColumnType> {
    match field_type {
        FieldType::String => Some(ColumnType::Str),
        FieldType::Boolean => Some(ColumnType::Bool),
        FieldType::Int32 | FieldType::Int64 | FieldType::DateTimeOffset => Some(ColumnType::I64),
        FieldType::Double | FieldType::GeographyPoint => Some(ColumnType::F64),
        FieldType::Complex | FieldType::Vector(_) => None,
    }
}

impl Columns {
    /// The columns for `schema`.
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut columns = Self { specs: Vec::new(), by_field: HashMap::new() };
        for field in schema.walk() {
            let own = columns.of_field(field);
            columns.by_field.insert(field.id, own);
        }
        columns
    }

    fn of_field(&mut self, field: &Field) -> FieldColumns {
        let mut own = FieldColumns::default();
        let inside_collection = field.collection_depth > 0;
        if field.collection && (field.is_complex() || inside_collection) {
            own.length = Some(self.add(length_name(field.id), ColumnType::U64));
        }
        if field.is_text() {
            own.tokens = Some(self.add(tokens_name(field.id), ColumnType::U64));
        }
        let Some(column_type) = column_type(field.field_type).filter(|_| field.has_column()) else {
            return own;
        };
        if field.field_type == FieldType::GeographyPoint {
            let [longitude, latitude] = point_names(field.id);
            own.value = Some(self.add(longitude, column_type));
            own.latitude = Some(self.add(latitude, column_type));
        } else {
            own.value = Some(self.add(value_name(field.id), column_type));
        }
        if inside_collection && !field.collection {
            own.null = Some(self.add(null_name(field.id), ColumnType::U64));
        }
        own
    }

    fn add(&mut self, name: String, column_type: ColumnType) -> ColumnIndex {
        self.specs.push(ColumnSpec { name, column_type });
        ColumnIndex(self.specs.len() as u32 - 1)
    }

    /// The columns of a field.
    pub(crate) fn field(&self, id: FieldId) -> FieldColumns {
        self.by_field.get(&id).copied().unwrap_or_default()
    }
}

/// One value for one column. Strings lie in the document's shared buffer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ColumnValue {
    Unsigned(u64),
    Integer(i64),
    Double(f64),
    Boolean(bool),
    String { start: u32, end: u32 },
}

/// Feeds column values to tantivy's columnar writer, declaring each column's type before its first value (else a type
/// could differ between segments).
pub(crate) struct ColumnsWriter {
    writer: ColumnarWriter,
    declared: Vec<bool>,
    columns: Option<std::sync::Arc<Columns>>,
}

impl Default for ColumnsWriter {
    fn default() -> Self {
        let mut writer = ColumnarWriter::default();
        writer.record_column_type(SEQ, ColumnType::U64, false);
        Self { writer, declared: Vec::new(), columns: None }
    }
}

impl ColumnsWriter {
    /// Records the sequence number of a document.
    pub(crate) fn record_seq(&mut self, document: DocId, seq: u64) {
        self.writer.record_numerical(document, SEQ, seq);
    }

    /// Records the values of a document; `strings` is the buffer that string values point into.
    pub(crate) fn record(
        &mut self,
        document: DocId,
        columns: &std::sync::Arc<Columns>,
        values: &[(ColumnIndex, ColumnValue)],
        strings: &str,
    ) {
        if !self.columns.as_ref().is_some_and(|known| std::sync::Arc::ptr_eq(known, columns)) {
            self.columns = Some(columns.clone());
            self.declared = vec![false; columns.specs.len()];
        }
        for (index, value) in values {
            let Some(spec) = columns.specs.get(index.0 as usize) else { continue };
            if let Some(declared @ false) = self.declared.get_mut(index.0 as usize) {
                *declared = true;
                self.writer.record_column_type(&spec.name, spec.column_type, false);
            }
            match *value {
                ColumnValue::Unsigned(value) => self.writer.record_numerical(document, &spec.name, value),
                ColumnValue::Integer(value) => self.writer.record_numerical(document, &spec.name, value),
                ColumnValue::Double(value) => self.writer.record_numerical(document, &spec.name, value),
                ColumnValue::Boolean(value) => self.writer.record_bool(document, &spec.name, value),
                ColumnValue::String { start, end } => {
                    let text = strings.get(start as usize..end as usize).unwrap_or_default();
                    self.writer.record_str(document, &spec.name, text);
                }
            }
        }
    }

    /// Bytes in memory.
    pub(crate) fn mem_usage(&self) -> usize {
        self.writer.mem_usage()
    }

    /// The section for a segment of `documents` documents.
    pub(crate) fn section(mut self, documents: u32) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.writer.serialize(documents, None, &mut out)?;
        Ok(out)
    }
}
