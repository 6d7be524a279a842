//! What is sorted by, as words: every key of a document is a `u64`, and the document with the lower one comes first.
//!
//! Columns keep numbers, dates and booleans as words that compare like them already, strings as ordinals in the sorted
//! dictionary of their segment, so that only these cannot be compared between segments ([`super::texts`]). Where the
//! greatest comes first, all bits of the word are flipped.

use std::io;

use lazuli_catalog::{FieldId, FieldType, GeoPoint, Schema};
use lazuli_query::order::{Order, OrderBy};
use tantivy::columnar::{Column, DynamicColumn, StrColumn};
use tantivy::{DocId, f64_to_u64, u64_to_f64};

use crate::filter::geo::kilometres;
use crate::search::window::{SIZE, Window};
use crate::segment::columns;
use crate::snapshot::SegmentView;

/// One word of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    part: Part,
    descending: bool,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Score,
    /// The word of the value, or 0 for null. `shift` is added to the word where 0 itself is the word of a value.
    Number {
        field: FieldId,
        shift: u64,
    },
    /// 1 where there is a value: tells null from the lowest `Edm.Int64`, whose word is 0 and cannot be shifted.
    Presence {
        field: FieldId,
    },
    /// The ordinal from 1 on, or 0 for null.
    Text {
        field: FieldId,
    },
    /// The distance, or the highest word for null.
    Distance {
        field: FieldId,
        from: GeoPoint,
    },
}

/// The keys for an order. Unless they are `scored`, all documents have the same score. Otherwise those that are equal in
/// all keys come best score first, if the score is not among them.
pub(super) fn keys(order: &[Order], schema: &Schema, scored: bool) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut has_score = false;
    for &Order { by, descending } in order {
        let mut push = |part| keys.push(Key { part, descending });
        match by {
            OrderBy::Score if scored => {
                has_score = true;
                push(Part::Score);
            }
            OrderBy::Score => {}
            OrderBy::Field(field) => parts_of_field(field, schema).for_each(push),
            OrderBy::Distance { field, from } => push(Part::Distance { field, from }),
        }
    }
    if scored && !has_score {
        keys.push(Key { part: Part::Score, descending: true });
    }
    keys
}

fn parts_of_field(id: FieldId, schema: &Schema) -> impl Iterator<Item = Part> {
    let field_type = schema.walk().find(|field| field.id == id).map(|field| field.field_type);
    let (first, second) = match field_type {
        Some(FieldType::String) => (Part::Text { field: id }, None),
        Some(FieldType::Boolean) => (Part::Number { field: id, shift: 1 }, None),
        Some(FieldType::Int64) => (Part::Number { field: id, shift: 0 }, Some(Part::Presence { field: id })),
        // No 32-bit number, date or double has the word 0: that would be a NaN with its sign set, and the only NaN that
        // gets into an index is the one of the literal "NaN".
        Some(FieldType::Int32 | FieldType::DateTimeOffset | FieldType::Double) => {
            (Part::Number { field: id, shift: 0 }, None)
        }
        // Not sortable, so never bound; the order of an index that has lost the field is that of nulls.
        Some(FieldType::GeographyPoint | FieldType::Complex | FieldType::Vector(_)) | None => {
            (Part::Presence { field: id }, None)
        }
    };
    [first].into_iter().chain(second)
}

impl Key {
    /// Whether its words are ordinals, which mean something within one segment only.
    pub(super) fn is_text(self) -> bool {
        matches!(self.part, Part::Text { .. })
    }

    /// Whether it is the score.
    pub(super) fn is_score(self) -> bool {
        matches!(self.part, Part::Score)
    }

    /// Turns a word over where the greatest comes first, and back.
    #[inline]
    pub(super) fn turn(self, word: u64) -> u64 {
        word ^ self.flip()
    }

    #[inline]
    fn flip(self) -> u64 {
        if self.descending { u64::MAX } else { 0 }
    }
}

/// The score of a [`Key::is_score`] word.
pub(super) fn score_of(word: u64) -> f32 {
    f32::from_bits(word as u32)
}

/// No score is negative, so bits compare like scores.
fn word_of_score(score: f64) -> u64 {
    u64::from((score as f32).to_bits())
}

/// The keys, opened in one segment.
pub(in crate::search) struct SegmentKeys(Vec<SegmentKey>);

struct SegmentKey {
    values: Values,
    flip: u64,
}

enum Values {
    Score,
    Numbers {
        column: Column<u64>,
        shift: u64,
    },
    Presence(Column<u64>),
    Distance {
        longitude: Column<u64>,
        latitude: Column<u64>,
        from: GeoPoint,
    },
    /// No document of the segment has a value.
    Null(u64),
}

impl SegmentKeys {
    /// Opens the columns. Dictionaries of strings are put into `dictionaries`, one place for each key.
    pub(super) fn open(
        keys: &[Key],
        view: &SegmentView,
        dictionaries: &mut Vec<Option<StrColumn>>,
    ) -> io::Result<Self> {
        let mut opened = Vec::with_capacity(keys.len());
        for key in keys {
            let mut dictionary = None;
            let values = match key.part {
                Part::Score => Values::Score,
                Part::Number { field, shift } => match number_column(view, &columns::value_name(field))? {
                    Some(column) => Values::Numbers { column, shift },
                    None => Values::Null(0),
                },
                Part::Presence { field } => match number_column(view, &columns::value_name(field))? {
                    Some(column) => Values::Presence(column),
                    None => Values::Null(0),
                },
                Part::Text { field } => {
                    dictionary = text_column(view, &columns::value_name(field))?;
                    match &dictionary {
                        Some(column) => Values::Numbers { column: column.ords().clone(), shift: 1 },
                        None => Values::Null(0),
                    }
                }
                Part::Distance { field, from } => {
                    let [longitude, latitude] = columns::point_names(field);
                    match (number_column(view, &longitude)?, number_column(view, &latitude)?) {
                        (Some(longitude), Some(latitude)) => Values::Distance { longitude, latitude, from },
                        (None, _) | (_, None) => Values::Null(u64::MAX),
                    }
                }
            };
            dictionaries.push(dictionary);
            opened.push(SegmentKey { values, flip: key.flip() });
        }
        Ok(Self(opened))
    }

    /// The word of a key.
    #[inline]
    pub(super) fn word(&self, index: usize, document: DocId, score: f64) -> u64 {
        self.0.get(index).map_or(0, |key| key.values.word(document, score) ^ key.flip)
    }

    /// The words of the first key for every document in the window, at its offset in `words`.
    pub(super) fn first_words(&self, window: &Window, words: &mut FirstWords) {
        let Some(key) = self.0.first() else { return };
        match &key.values {
            Values::Numbers { column, shift } => words.numbers(window, column, *shift, key.flip),
            Values::Null(word) => words.at_offset.fill(word ^ key.flip),
            Values::Score => {
                let at_offset = &mut words.at_offset;
                window.for_each(|offset, score| at_offset[offset % WORDS] = word_of_score(score) ^ key.flip);
            }
            Values::Presence(_) | Values::Distance { .. } => {
                let (at_offset, start) = (&mut words.at_offset, window.start());
                window.bits().for_each(|offset| {
                    at_offset[offset % WORDS] = key.values.word(start + offset as DocId, 0.0) ^ key.flip;
                });
            }
        }
    }
}

impl Values {
    #[inline]
    fn word(&self, document: DocId, score: f64) -> u64 {
        match self {
            Self::Score => word_of_score(score),
            Self::Numbers { column, shift } => {
                column.first(document).map_or(0, |word| word.wrapping_add(*shift))
            }
            Self::Presence(column) => u64::from(column.index.has_value(document)),
            Self::Distance { longitude, latitude, from } => {
                match (longitude.first(document), latitude.first(document)) {
                    (Some(longitude), Some(latitude)) => {
                        let point =
                            GeoPoint { longitude: u64_to_f64(longitude), latitude: u64_to_f64(latitude) };
                        f64_to_u64(kilometres(point, *from))
                    }
                    (None, _) | (_, None) => u64::MAX,
                }
            }
            Self::Null(word) => *word,
        }
    }
}

const WORDS: usize = SIZE as usize;

/// A stretch is decoded as a whole when at least one document in so many is asked for.
const DENSE: u32 = 8;

/// The first key's words in a window, decoded together.
pub(super) struct FirstWords {
    at_offset: Box<[u64; WORDS]>,
    documents: Vec<DocId>,
    found: Vec<DocId>,
    rows: Vec<u32>,
    values: Vec<u64>,
}

impl FirstWords {
    pub(super) fn new() -> Self {
        Self {
            at_offset: Box::new([0; WORDS]),
            documents: Vec::new(),
            found: Vec::new(),
            rows: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The word of the document at an offset.
    #[inline]
    pub(super) fn at(&self, offset: usize) -> u64 {
        self.at_offset[offset % WORDS]
    }

    fn numbers(&mut self, window: &Window, column: &Column<u64>, shift: u64, flip: u64) {
        let (start, end) = (window.start(), window.end());
        let length = (end - start) as usize;
        let is_dense = window.bits().count() >= length as u32 / DENSE;
        let rows = if is_dense { column.index.docid_range_to_rowids(start..end) } else { 0..0 };
        if rows.len() == length && !rows.is_empty() {
            // Every document of the stretch has exactly one value.
            let words = &mut self.at_offset[..length];
            column.values.get_range(u64::from(rows.start), words);
            words.iter_mut().for_each(|word| *word = word.wrapping_add(shift) ^ flip);
            return;
        }
        self.documents.clear();
        let (documents, at_offset) = (&mut self.documents, &mut self.at_offset);
        window.bits().for_each(|offset| {
            documents.push(start + offset as DocId);
            at_offset[offset % WORDS] = flip;
        });
        self.found.clear();
        self.rows.clear();
        column.index.docids_to_rowids(&self.documents, &mut self.found, &mut self.rows);
        self.values.resize(self.rows.len(), 0);
        column.values.get_vals(&self.rows, &mut self.values);
        for (document, word) in self.found.iter().zip(&self.values) {
            self.at_offset[(document - start) as usize % WORDS] = word.wrapping_add(shift) ^ flip;
        }
    }
}

fn number_column(view: &SegmentView, name: &str) -> io::Result<Option<Column<u64>>> {
    match view.columns().read_columns(name)?.first() {
        Some(handle) => handle.open_u64_lenient(),
        None => Ok(None),
    }
}

fn text_column(view: &SegmentView, name: &str) -> io::Result<Option<StrColumn>> {
    for handle in view.columns().read_columns(name)? {
        if let DynamicColumn::Str(column) = handle.open()? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}
