//! What is sorted by, as words: every key of a document is a `u64`, and the document with the lower one comes first.
//!
//! Columns keep numbers, dates and booleans as words that compare like them already, strings as ordinals in the sorted
//! dictionary of their segment, so that only these cannot be compared between segments ([`super::texts`]). Where the
//! greatest comes first, all bits of the word are flipped.

use std::io;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use lazuli_catalog::{FieldId, FieldType, GeoPoint, Schema};
use lazuli_query::order::{Order, OrderBy};
use tantivy::{DocId, f64_to_u64, u64_to_f64};

use crate::bits::{Bits, WINDOW_DOCUMENTS};
use crate::filter::geo::kilometres;
use crate::search::window::Window;
use crate::segment::opened::OpenedColumn;
use crate::snapshot::SegmentView;

/// One word of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    part: Part,
    descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
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
    let mut keys: Vec<Key> = Vec::new();
    let mut has_score = false;
    for &Order { by, descending } in order {
        // Documents that are equal in a key are so again, whichever way round.
        let mut push = |part| {
            if keys.iter().all(|key| key.part != part) {
                keys.push(Key { part, descending });
            }
        };
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

/// For each key the column of its strings, if it is a string and the segment has one.
pub(super) type Strings = Vec<Option<Arc<OpenedColumn>>>;

/// The keys, opened in one segment.
pub(in crate::search) struct SegmentKeys(Vec<SegmentKey>);

struct SegmentKey {
    values: Values,
    flip: u64,
}

enum Values {
    Score,
    Numbers {
        column: Arc<OpenedColumn>,
        shift: u64,
    },
    Presence(Arc<OpenedColumn>),
    Distance {
        longitude: Arc<OpenedColumn>,
        latitude: Arc<OpenedColumn>,
        from: GeoPoint,
    },
    /// No document of the segment has a value.
    Null(u64),
}

impl SegmentKeys {
    /// Opens the columns. Those of strings are put into `strings` too, one place for each key.
    pub(super) fn open(keys: &[Key], view: &SegmentView, strings: &mut Strings) -> io::Result<Self> {
        let columns = view.opened_columns();
        let mut opened = Vec::with_capacity(keys.len());
        for key in keys {
            let mut string = None;
            let values = match key.part {
                Part::Score => Values::Score,
                Part::Number { field, shift } => match columns.values(field)? {
                    Some(column) => Values::Numbers { column, shift },
                    None => Values::Null(0),
                },
                Part::Presence { field } => match columns.values(field)? {
                    Some(column) => Values::Presence(column),
                    None => Values::Null(0),
                },
                Part::Text { field } => match columns.values(field)? {
                    Some(column) => {
                        string = Some(column.clone());
                        Values::Numbers { column, shift: 1 }
                    }
                    None => Values::Null(0),
                },
                Part::Distance { field, from } => match columns.points(field)? {
                    Some([longitude, latitude]) => Values::Distance { longitude, latitude, from },
                    None => Values::Null(u64::MAX),
                },
            };
            strings.push(string);
            opened.push(SegmentKey { values, flip: key.flip() });
        }
        Ok(Self(opened))
    }

    /// The word of a key.
    #[inline]
    pub(super) fn word(&self, index: usize, document: DocId, score: f64) -> u64 {
        self.0.get(index).map_or(0, |key| key.values.word(document, score) ^ key.flip)
    }

    /// Takes out of the window what has a first word above `max`; leaves the first words of the others in `words`.
    pub(super) fn choose(&self, window: &mut Window, max: u64, words: &mut FirstWords) {
        let Some(key) = self.0.first() else { return };
        match &key.values {
            Values::Numbers { column, shift } => {
                let turned = Turned { column, shift: *shift, flip: key.flip };
                words.find(window, &turned, max);
            }
            Values::Null(word) => words.at_offset.fill(word ^ key.flip),
            Values::Score => {
                let at_offset = &mut words.at_offset;
                window.for_each(|offset, score| at_offset[offset % WINDOW] = word_of_score(score) ^ key.flip);
            }
            Values::Presence(_) | Values::Distance { .. } => {
                let (at_offset, start) = (&mut words.at_offset, window.start());
                window.bits().for_each(|offset| {
                    at_offset[offset % WINDOW] = key.values.word(start + offset as DocId, 0.0) ^ key.flip;
                });
            }
        }
        if max < u64::MAX {
            let mut kept = Bits::none();
            window.bits().for_each(|offset| {
                if words.at(offset) <= max {
                    kept.insert(offset);
                }
            });
            window.retain(&kept);
        }
    }
}

impl Values {
    #[inline]
    fn word(&self, document: DocId, score: f64) -> u64 {
        match self {
            Self::Score => word_of_score(score),
            Self::Numbers { column, shift } => {
                value(column, document).map_or(0, |word| word.wrapping_add(*shift))
            }
            Self::Presence(column) => u64::from(column.row(document).is_some()),
            Self::Distance { longitude, latitude, from } => {
                match (value(longitude, document), value(latitude, document)) {
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

#[inline]
fn value(column: &OpenedColumn, document: DocId) -> Option<u64> {
    column.row(document).map(|row| column.values().get_val(row))
}

const WINDOW: usize = WINDOW_DOCUMENTS as usize;

/// A stretch is decoded as a whole when at least one document in so many is asked for.
const DENSE: usize = 8;

/// A column of numbers, and how its numbers become words.
struct Turned<'a> {
    column: &'a OpenedColumn,
    shift: u64,
    flip: u64,
}

impl Turned<'_> {
    #[inline]
    fn word(&self, number: u64) -> u64 {
        number.wrapping_add(self.shift) ^ self.flip
    }

    /// The numbers of the column whose words are at most `max`.
    fn numbers_up_to(&self, max: u64) -> Option<RangeInclusive<u64>> {
        let (lowest, highest) = self.column.bounds();
        let numbers = if self.flip == 0 {
            lowest..=max.checked_sub(self.shift)?.min(highest)
        } else {
            (!max).saturating_sub(self.shift).max(lowest)..=highest
        };
        (!numbers.is_empty()).then_some(numbers)
    }
}

/// The first key's words in a window, found together.
pub(super) struct FirstWords {
    at_offset: Box<[u64; WINDOW]>,
    numbers: Vec<u64>,
    rows: Vec<u32>,
}

impl FirstWords {
    pub(super) fn new() -> Self {
        Self { at_offset: Box::new([0; WINDOW]), numbers: Vec::new(), rows: Vec::new() }
    }

    /// The word of the document at an offset.
    #[inline]
    pub(super) fn at(&self, offset: usize) -> u64 {
        self.at_offset[offset % WINDOW]
    }

    /// Finds the words of the documents in the window, by the way that is fastest for so many. Those above `max` may be
    /// taken out instead.
    fn find(&mut self, window: &mut Window, turned: &Turned<'_>, max: u64) {
        let (start, end) = (window.start(), window.end());
        let rows = turned.column.rows(start..end);
        let (length, count) = ((end - start) as usize, window.bits().count() as usize);
        if rows.len() < length {
            self.decode_some(window, turned, rows, count < length / DENSE);
        } else if count < length / 2 {
            self.gather(window, turned, rows.start, max);
        } else if max < u64::MAX {
            self.search(window, turned, rows, max);
        } else {
            let words = &mut self.at_offset[..length];
            turned.column.values().get_range(u64::from(rows.start), words);
            words.iter_mut().for_each(|word| *word = turned.word(*word));
        }
    }

    /// Where every document of the stretch has a value: decodes those asked for, in one call, and takes out what has a word
    /// above `max`.
    fn gather(&mut self, window: &mut Window, turned: &Turned<'_>, first_row: u32, max: u64) {
        self.rows.clear();
        window.bits().for_each(|offset| self.rows.push(first_row + offset as u32));
        self.numbers.resize(self.rows.len(), 0);
        turned.column.values().get_vals(&self.rows, &mut self.numbers);
        let mut kept = Bits::none();
        for (row, number) in self.rows.iter().zip(&self.numbers) {
            let word = turned.word(*number);
            if word <= max {
                let offset = (row - first_row) as usize % WINDOW;
                self.at_offset[offset] = word;
                kept.insert(offset);
            }
        }
        window.retain(&kept);
    }

    /// Where every document of the stretch has a value: takes out what has a word above `max` by a search for the numbers of
    /// the others.
    fn search(&mut self, window: &mut Window, turned: &Turned<'_>, rows: Range<u32>, max: u64) {
        self.rows.clear();
        if let Some(numbers) = turned.numbers_up_to(max) {
            turned.column.values().get_row_ids_for_value_range(numbers, rows.clone(), &mut self.rows);
        }
        let mut kept = Bits::none();
        for row in &self.rows {
            let offset = (row - rows.start) as usize % WINDOW;
            if window.bits().contains(offset) {
                kept.insert(offset);
                self.at_offset[offset] = turned.word(turned.column.values().get_val(*row));
            }
        }
        window.retain(&kept);
    }

    /// Where some documents have no value.
    fn decode_some(&mut self, window: &Window, turned: &Turned<'_>, rows: Range<u32>, one_by_one: bool) {
        let (start, end) = (window.start(), window.end());
        let (column, at_offset) = (turned.column, &mut self.at_offset);
        if one_by_one {
            window.bits().for_each(|offset| {
                let number = value(column, start + offset as DocId);
                at_offset[offset % WINDOW] = number.map_or(turned.flip, |number| turned.word(number));
            });
            return;
        }
        at_offset.fill(turned.flip);
        self.numbers.resize(rows.len(), 0);
        column.values().get_range(u64::from(rows.start), &mut self.numbers);
        let mut numbers = self.numbers.iter();
        column.for_each_document(start..end, |document, _| {
            if let Some(number) = numbers.next() {
                at_offset[(document - start) as usize % WINDOW] = turned.word(*number);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::corpus::schema;

    #[test]
    fn a_field_is_one_key_however_often_it_is_named() {
        let field = |name: &str, of: &str| json!({ "name": name, "type": of, "sortable": true });
        let schema = schema(&json!({ "name": "ordered", "fields": [
            { "name": "id", "type": "Edm.String", "key": true },
            field("count", "Edm.Int32"),
            field("total", "Edm.Int64"),
            field("place", "Edm.GeographyPoint"),
        ]}));
        let id = |name: &str| schema.field(name).unwrap().id;
        let from = |longitude| GeoPoint { longitude, latitude: 0.0 };
        let by = |name| OrderBy::Field(id(name));
        let distance = |longitude| OrderBy::Distance { field: id("place"), from: from(longitude) };
        // An Edm.Int64 takes two words, the score after all keys one.
        for (order, expected) in [
            (vec![by("count"), by("count")], 2),
            (vec![by("count"), by("total"), by("count"), by("total")], 4),
            (vec![OrderBy::Score, by("count"), OrderBy::Score], 2),
            (vec![distance(1.0), distance(2.0), distance(1.0)], 3),
        ] {
            let order: Vec<Order> = order
                .into_iter()
                .enumerate()
                .map(|(index, by)| Order { by, descending: index % 2 == 1 })
                .collect();
            assert_eq!(keys(&order, &schema, true).len(), expected, "{order:?}");
        }
    }
}
