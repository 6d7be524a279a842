//! A checked document, taken apart for the segment: packed terms, column values, field lengths.

use std::sync::Arc;

use lazuli_analysis::Scratch;
use lazuli_catalog::document::Document;
use lazuli_catalog::{Field, FieldId, FieldType, Schema, Value};
use tantivy::schema;

use super::columns::{ColumnIndex, ColumnValue, Columns, FieldColumns};
use super::format::{EXACT, TEXT};
use super::in_flight::Flying;
use super::{terms, tokens};

/// Positions between two values of one field, so that no phrase reaches from one tag or room into the next. The
/// service's gap is not known; Elasticsearch, whose component set it shares, has 100 (`analysis.md` §7.2).
const POSITION_GAP: u32 = 100;

/// Longest value that is a term of its own, in bytes (`api.md` §4.2): longer ones cannot be matched by `eq`.
const EXACT_BYTES_MAX: usize = 32_766;

/// What tantivy and our plugin get of a document.
pub(crate) struct PackedDocument {
    pub(crate) seq: u64,
    pub(crate) columns: Arc<Columns>,
    pub(crate) values: Vec<(ColumnIndex, ColumnValue)>,
    pub(crate) strings: String,
    /// Counted tokens of each field that has any.
    pub(crate) lengths: Vec<(FieldId, u32)>,
    exact: String,
    text: String,
    /// Counts the document as handed over until tantivy is done with it.
    pub(crate) flying: Option<Flying>,
}

impl schema::document::Document for PackedDocument {
    type Value<'a> = &'a str;
    type FieldsValuesIter<'a> = std::array::IntoIter<(schema::Field, &'a str), 2>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        [(EXACT, self.exact.as_str()), (TEXT, self.text.as_str())].into_iter()
    }
}

impl PackedDocument {
    /// Bytes of its texts, which are nearly all that it takes where it takes much.
    pub(crate) fn bytes(&self) -> usize {
        self.exact.capacity() + self.text.capacity() + self.strings.capacity()
    }
}

/// Packs documents of one schema. Shared between threads; each brings its own [`Scratch`].
pub(crate) struct Packer {
    schema: Arc<Schema>,
    columns: Arc<Columns>,
}

impl Packer {
    pub(crate) fn new(schema: Arc<Schema>) -> Self {
        let columns = Arc::new(Columns::of(&schema));
        Self { schema, columns }
    }

    /// The schema documents must have been checked against.
    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Takes a document apart.
    pub(crate) fn pack(&self, seq: u64, document: &Document, scratch: &mut Scratch) -> PackedDocument {
        let mut packed = PackedDocument {
            seq,
            columns: self.columns.clone(),
            values: Vec::new(),
            strings: String::new(),
            lengths: Vec::new(),
            exact: String::new(),
            text: String::new(),
            flying: None,
        };
        let mut packing = Packing { columns: &self.columns, packed: &mut packed, scratch };
        for (field, value) in self.schema.fields.iter().zip(&document.values) {
            packing.field(field, &[value]);
        }
        packed
    }
}

struct Packing<'a> {
    columns: &'a Columns,
    packed: &'a mut PackedDocument,
    scratch: &'a mut Scratch,
}

static NULL: Value = Value::Null;

/// The elements of a collection value; nothing in the place of a collection (inside a null complex) has none.
fn elements(value: &Value) -> &[Value] {
    if let Value::Collection(elements) = value { elements } else { &[] }
}

/// A member of a complex value; nothing where the complex value itself is null.
fn member(value: &Value, index: usize) -> &Value {
    let Value::Complex(members) = value else { return &NULL };
    members.get(index).unwrap_or(&NULL)
}

impl Packing<'_> {
    /// Packs a field. `instances` are its values in document order: one at top level, one for each enclosing element
    /// inside complex collections.
    fn field(&mut self, field: &Field, instances: &[&Value]) {
        let own = self.columns.field(field.id);
        if !field.collection {
            return self.values(field, own, instances);
        }
        if let Some(length) = own.length {
            self.lengths(length, instances);
        }
        let flat: Vec<&Value> = instances.iter().flat_map(|instance| elements(instance)).collect();
        if !flat.is_empty() {
            self.values(field, own, &flat);
        }
    }

    fn lengths(&mut self, column: ColumnIndex, instances: &[&Value]) {
        if instances.iter().all(|instance| elements(instance).is_empty()) {
            return;
        }
        for instance in instances {
            self.packed.values.push((column, ColumnValue::Unsigned(elements(instance).len() as u64)));
        }
    }

    /// Packs single values: sub-fields of complex ones, terms and columns of the others.
    fn values(&mut self, field: &Field, own: FieldColumns, values: &[&Value]) {
        if field.is_complex() {
            for (index, child) in field.fields.iter().enumerate() {
                match values {
                    [single] => self.field(child, &[member(single, index)]),
                    many => {
                        let instances: Vec<&Value> = many.iter().map(|value| member(value, index)).collect();
                        self.field(child, &instances);
                    }
                }
            }
            return;
        }
        if field.key || (field.filterable && field.field_type == FieldType::String) {
            self.exact(field, values);
        }
        if own.value.is_some() {
            self.column(field, own, values);
        }
        if field.is_text() {
            self.text(field, own, values);
        }
    }

    fn exact(&mut self, field: &Field, values: &[&Value]) {
        let prefix = terms::prefix(field.id);
        for value in values {
            let Value::String(text) = value else { continue };
            let text = field.normalized(text);
            if text.len() <= EXACT_BYTES_MAX {
                tokens::push_token(&mut self.packed.exact, 0, &prefix, &text);
            }
        }
    }

    fn column(&mut self, field: &Field, own: FieldColumns, values: &[&Value]) {
        if values.iter().all(|value| matches!(value, Value::Null)) {
            return;
        }
        for (index, value) in values.iter().enumerate() {
            if matches!(value, Value::Null) {
                // Only leaves inside complex collections come here with a null among values.
                if let Some(null) = own.null {
                    self.packed.values.push((null, ColumnValue::Unsigned(index as u64)));
                }
            }
            let (first, second) = self.column_value(field, value);
            for (column, value) in
                own.value.into_iter().zip([first]).chain(own.latitude.into_iter().zip(second))
            {
                self.packed.values.push((column, value));
            }
        }
    }

    /// The value as its column keeps it (points: longitude and latitude); the type's zero for a null.
    fn column_value(&mut self, field: &Field, value: &Value) -> (ColumnValue, Option<ColumnValue>) {
        match value {
            Value::String(text) => {
                let text = field.normalized(text);
                let start = self.packed.strings.len() as u32;
                self.packed.strings.push_str(&text);
                (ColumnValue::String { start, end: self.packed.strings.len() as u32 }, None)
            }
            Value::Boolean(value) => (ColumnValue::Boolean(*value), None),
            Value::Integer(value) | Value::Date(value) => (ColumnValue::Integer(*value), None),
            Value::Double(value) => (ColumnValue::Double(*value), None),
            Value::Point(point) => {
                (ColumnValue::Double(point.longitude), Some(ColumnValue::Double(point.latitude)))
            }
            Value::Null | Value::Complex(_) | Value::Collection(_) | Value::Vector(_) => {
                zero(field.field_type)
            }
        }
    }

    fn text(&mut self, field: &Field, own: FieldColumns, values: &[&Value]) {
        let Some(analyzer) = &field.index_analyzer else { return };
        let prefix = terms::prefix(field.id);
        let mut counted = 0u32;
        let mut base = 0u32;
        for value in values {
            let Value::String(text) = value else { continue };
            let mut last = None;
            let out = &mut self.packed.text;
            let end = analyzer.run(text, self.scratch, &mut |token| {
                // Tokens at the position of the one before do not count (Lucene's discountOverlaps).
                counted += u32::from(last != Some(token.position));
                last = Some(token.position);
                tokens::push_token(out, base.saturating_add(token.position), &prefix, token.text);
            });
            // As in Lucene, words removed at a value's end keep their places, and the gap comes behind values without tokens too.
            let holes = end.map_or(0, |end| end.holes);
            let reached = last.map_or(0, |last: u32| last.saturating_add(1)).saturating_add(holes);
            base = base.saturating_add(reached).saturating_add(POSITION_GAP);
        }
        if counted > 0 {
            self.packed.lengths.push((field.id, counted));
            if let Some(column) = own.tokens {
                self.packed.values.push((column, ColumnValue::Unsigned(u64::from(counted))));
            }
        }
    }
}

fn zero(field_type: FieldType) -> (ColumnValue, Option<ColumnValue>) {
    match field_type {
        FieldType::String => (ColumnValue::String { start: 0, end: 0 }, None),
        FieldType::Boolean => (ColumnValue::Boolean(false), None),
        FieldType::Int32 | FieldType::Int64 | FieldType::DateTimeOffset => (ColumnValue::Integer(0), None),
        FieldType::Double => (ColumnValue::Double(0.0), None),
        FieldType::GeographyPoint => (ColumnValue::Double(0.0), Some(ColumnValue::Double(0.0))),
        FieldType::Complex | FieldType::Vector(_) => (ColumnValue::Unsigned(0), None),
    }
}
