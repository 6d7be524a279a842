//! A filter as bytes that are equal exactly when the filters are, up to the order of `and` and `or`: what answers are
//! remembered by.

use std::sync::Arc;

use lazuli_catalog::GeoPoint;
use lazuli_query::filter::{Bound, Distance, Filter};
use ring::digest::{SHA256, digest};

/// Longer forms are remembered by their SHA-256: `search.in` may list a hundred thousand values.
const EXACT_BYTES_MAX: usize = 256;

/// See the module. Of use within one index, whose field ids never come to mean something else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(Arc<[u8]>);

impl Key {
    /// The key of a filter.
    pub(crate) fn of(filter: &Filter) -> Self {
        let mut form = Vec::new();
        write(filter, &mut form);
        Self::of_form(&form)
    }

    fn of_form(form: &[u8]) -> Self {
        // Forms begin with a tag below `HASHED`.
        if form.len() <= EXACT_BYTES_MAX {
            return Self(form.into());
        }
        let hash = digest(&SHA256, form);
        Self([HASHED].iter().chain(hash.as_ref()).copied().collect())
    }

    /// Its bytes in memory.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

const ALWAYS: u8 = 0;
const NOT: u8 = 1;
const AND: u8 = 2;
const OR: u8 = 3;
const NULL: u8 = 4;
const BOOLEAN: u8 = 5;
const TEXT: u8 = 6;
const INTEGERS: u8 = 7;
const DOUBLES: u8 = 8;
const WITHIN: u8 = 9;
const INSIDE: u8 = 10;
const ANY: u8 = 11;
const HASHED: u8 = 255;

/// A tag, then parts of known length, or lists with their length in front: no form is the beginning of another.
fn write(filter: &Filter, out: &mut Vec<u8>) {
    match filter {
        Filter::Always(value) => out.extend([ALWAYS, u8::from(*value)]),
        Filter::Not(inner) => {
            out.push(NOT);
            write(inner, out);
        }
        Filter::And(parts) => write_unordered(AND, parts, out),
        Filter::Or(parts) => write_unordered(OR, parts, out),
        Filter::Null(field) => write_tagged(NULL, field.0, out),
        Filter::Boolean { field, value } => {
            write_tagged(BOOLEAN, field.0, out);
            out.push(u8::from(*value));
        }
        Filter::Text { field, values } => {
            write_tagged(TEXT, field.0, out);
            write_length(values.len(), out);
            for value in values {
                write_length(value.len(), out);
                out.extend_from_slice(value.as_bytes());
            }
        }
        Filter::Integers { field, low, high } => {
            write_tagged(INTEGERS, field.0, out);
            out.extend([low, high].into_iter().flat_map(|end| end.to_le_bytes()));
        }
        Filter::Doubles { field, low, high } => {
            write_tagged(DOUBLES, field.0, out);
            for Bound { at, inclusive } in [low, high] {
                write_double(*at, out);
                out.push(u8::from(*inclusive));
            }
        }
        Filter::Within { field, center, distance } => {
            write_tagged(WITHIN, field.0, out);
            write_point(*center, out);
            let (tag, limit) = match distance {
                Distance::Below(limit) => (0, limit),
                Distance::AtMost(limit) => (1, limit),
                Distance::Above(limit) => (2, limit),
                Distance::AtLeast(limit) => (3, limit),
            };
            out.push(tag);
            write_double(*limit, out);
        }
        Filter::Inside { field, polygon } => {
            write_tagged(INSIDE, field.0, out);
            write_length(polygon.ring.len(), out);
            polygon.ring.iter().for_each(|corner| write_point(*corner, out));
        }
        Filter::Any { collection, condition } => {
            write_tagged(ANY, collection.0, out);
            write(condition, out);
        }
    }
}

fn write_unordered(tag: u8, parts: &[Filter], out: &mut Vec<u8>) {
    let mut forms: Vec<Vec<u8>> = parts.iter().map(form).collect();
    forms.sort_unstable();
    out.push(tag);
    write_length(forms.len(), out);
    out.extend(forms.into_iter().flatten());
}

fn form(filter: &Filter) -> Vec<u8> {
    let mut form = Vec::new();
    write(filter, &mut form);
    form
}

fn write_tagged(tag: u8, field: u32, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend(field.to_le_bytes());
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    out.extend((length as u64).to_le_bytes());
}

fn write_double(value: f64, out: &mut Vec<u8>) {
    out.extend(value.to_bits().to_le_bytes());
}

fn write_point(point: GeoPoint, out: &mut Vec<u8>) {
    write_double(point.longitude, out);
    write_double(point.latitude, out);
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::FieldId;
    use lazuli_query::filter::Polygon;

    use super::*;

    fn text(values: &[&str]) -> Filter {
        Filter::Text { field: FieldId(1), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn within(distance: Distance) -> Filter {
        Filter::Within { field: FieldId(1), center: GeoPoint { longitude: 1.0, latitude: 2.0 }, distance }
    }

    fn doubles(at: f64, inclusive: bool) -> Filter {
        let high = Bound { at: f64::INFINITY, inclusive: true };
        Filter::Doubles { field: FieldId(1), low: Bound { at, inclusive }, high }
    }

    /// Filters that all differ.
    fn different() -> Vec<Filter> {
        let any = |collection, condition| Filter::Any { collection: FieldId(collection), condition };
        let inside = |ring: &[(f64, f64)]| Filter::Inside {
            field: FieldId(1),
            polygon: Polygon {
                ring: ring
                    .iter()
                    .map(|(longitude, latitude)| GeoPoint { longitude: *longitude, latitude: *latitude })
                    .collect(),
            },
        };
        vec![
            Filter::Always(true),
            Filter::Always(false),
            Filter::Not(Box::new(Filter::Always(true))),
            Filter::And(vec![]),
            Filter::Or(vec![]),
            Filter::And(vec![text(&["a"]), text(&["b"])]),
            Filter::Or(vec![text(&["a"]), text(&["b"])]),
            Filter::And(vec![text(&["a"]), text(&["a"]), text(&["b"])]),
            Filter::And(vec![text(&["a"]), Filter::Or(vec![text(&["b"]), text(&["c"])])]),
            Filter::And(vec![Filter::Or(vec![text(&["a"]), text(&["b"])]), text(&["c"])]),
            Filter::Null(FieldId(1)),
            Filter::Null(FieldId(256)),
            Filter::Boolean { field: FieldId(1), value: true },
            Filter::Boolean { field: FieldId(1), value: false },
            text(&[]),
            text(&["a"]),
            text(&["ab"]),
            text(&["a", "b"]),
            text(&["", "ab"]),
            Filter::Text { field: FieldId(2), values: vec!["a".to_owned()] },
            Filter::Integers { field: FieldId(1), low: 1, high: 2 },
            Filter::Integers { field: FieldId(1), low: 1, high: 3 },
            Filter::Integers { field: FieldId(1), low: -1, high: 2 },
            doubles(1.0, true),
            doubles(1.0, false),
            doubles(1.5, true),
            within(Distance::Below(1.0)),
            within(Distance::AtMost(1.0)),
            within(Distance::Above(1.0)),
            within(Distance::AtLeast(1.0)),
            within(Distance::AtLeast(2.0)),
            inside(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]),
            inside(&[(0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (0.0, 0.0)]),
            any(1, Box::new(Filter::Always(true))),
            any(2, Box::new(Filter::Always(true))),
            any(1, Box::new(text(&["a"]))),
            any(1, Box::new(any(2, Box::new(text(&["a"]))))),
        ]
    }

    #[test]
    fn different_filters_have_different_keys() {
        let filters = different();
        let mut keys: Vec<Key> = filters.iter().map(Key::of).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), filters.len());
    }

    #[test]
    fn order_of_and_and_or_does_not_matter() {
        let mut reversed = different();
        reversed.reverse();
        for combine in [Filter::And, Filter::Or] {
            assert_eq!(Key::of(&combine(different())), Key::of(&combine(reversed.clone())));
        }
    }

    #[test]
    fn long_forms_are_hashed() {
        let long = "x".repeat(1000);
        let key = Key::of(&text(&["a", &long]));
        assert_eq!(key.len(), 33);
        assert_eq!(key, Key::of(&text(&["a", &long])));
        assert_ne!(key, Key::of(&text(&["b", &long])));
        // Tag, field, the number of values, the length of the only one, and the value.
        let header = 1 + 4 + 8 + 8;
        for (length, expected) in
            [(EXACT_BYTES_MAX - header, EXACT_BYTES_MAX), (EXACT_BYTES_MAX - header + 1, 33)]
        {
            assert_eq!(Key::of(&text(&[&long[..length]])).len(), expected);
        }
    }
}
