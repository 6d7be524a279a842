//! A filter as bytes that are equal exactly when the filters are, up to the order of `and` and `or`: what answers are
//! remembered by.

use std::sync::Arc;

use lazuli_catalog::GeoPoint;
use lazuli_query::filter::{Bound, Distance, Filter};
use ring::digest::{Context, SHA256};

/// Longer forms are remembered by their SHA-256: `search.in` may list a hundred thousand values.
const EXACT_BYTES_MAX: usize = 256;

/// See the module. Means something within one index only, whose field ids never come to mean something else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(Arc<[u8]>);

impl Key {
    /// The key of a filter.
    pub(crate) fn of(filter: &Filter) -> Self {
        let mut form = Form::default();
        write(filter, &mut form);
        form.finish()
    }

    /// The key of the conjunction of filters that have these keys.
    pub(super) fn of_all(keys: Vec<Self>) -> Self {
        let mut form = Form::default();
        write_unordered(AND, keys, &mut form);
        form.finish()
    }

    /// Its bytes in memory.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// What is written of a filter. Of a long one no more than [`EXACT_BYTES_MAX`] is in memory at once.
#[derive(Default)]
struct Form {
    /// What was written last.
    bytes: Vec<u8>,
    /// Of what was written before, if anything was.
    hash: Option<Context>,
}

impl Form {
    fn write(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > EXACT_BYTES_MAX {
            let hash = self.hash.get_or_insert_with(|| Context::new(&SHA256));
            hash.update(&self.bytes);
            hash.update(bytes);
            self.bytes.clear();
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn finish(self) -> Key {
        let Some(mut hash) = self.hash else { return Key(self.bytes.into()) };
        hash.update(&self.bytes);
        // Forms begin with a tag below `HASHED`.
        Key([HASHED].iter().chain(hash.finish().as_ref()).copied().collect())
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
fn write(filter: &Filter, out: &mut Form) {
    match filter {
        Filter::Always(value) => out.write(&[ALWAYS, u8::from(*value)]),
        Filter::Not(inner) => {
            out.write(&[NOT]);
            write(inner, out);
        }
        Filter::And(parts) => write_unordered(AND, parts.iter().map(Key::of).collect(), out),
        Filter::Or(parts) => write_unordered(OR, parts.iter().map(Key::of).collect(), out),
        Filter::Null(field) => write_tagged(NULL, field.0, out),
        Filter::Boolean { field, value } => {
            write_tagged(BOOLEAN, field.0, out);
            out.write(&[u8::from(*value)]);
        }
        Filter::Text { field, values } => {
            write_tagged(TEXT, field.0, out);
            write_length(values.len(), out);
            for value in values {
                write_length(value.len(), out);
                out.write(value.as_bytes());
            }
        }
        Filter::Integers { field, low, high } => {
            write_tagged(INTEGERS, field.0, out);
            [low, high].into_iter().for_each(|end| out.write(&end.to_le_bytes()));
        }
        Filter::Doubles { field, low, high } => {
            write_tagged(DOUBLES, field.0, out);
            for Bound { at, inclusive } in [low, high] {
                write_double(*at, out);
                out.write(&[u8::from(*inclusive)]);
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
            out.write(&[tag]);
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

/// Keys stand for the parts, so that their order is that of short strings and what is long is hashed once.
fn write_unordered(tag: u8, mut parts: Vec<Key>, out: &mut Form) {
    parts.sort_unstable();
    out.write(&[tag]);
    write_length(parts.len(), out);
    parts.iter().for_each(|part| out.write(&part.0));
}

fn write_tagged(tag: u8, field: u32, out: &mut Form) {
    out.write(&[tag]);
    out.write(&field.to_le_bytes());
}

fn write_length(length: usize, out: &mut Form) {
    out.write(&(length as u64).to_le_bytes());
}

fn write_double(value: f64, out: &mut Form) {
    out.write(&value.to_bits().to_le_bytes());
}

fn write_point(point: GeoPoint, out: &mut Form) {
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
    fn a_conjunction_is_known_by_the_keys_of_its_parts() {
        let all = different();
        assert_eq!(Key::of_all(all.iter().map(Key::of).collect()), Key::of(&Filter::And(all)));
    }

    #[test]
    fn long_parts_are_hashed_before_the_whole() {
        let long = |end: &str| text(&[&format!("{}{end}", "x".repeat(1000))]);
        let [one, other] =
            [Filter::Or(vec![long("1"), text(&["a"])]), Filter::Or(vec![long("2"), text(&["a"])])];
        // The tag, the number of parts, a hash with its tag, and tag, field, number, length and value of the short one.
        assert_eq!(Key::of(&one).len(), 1 + 8 + 33 + 22);
        assert_ne!(Key::of(&one), Key::of(&other));
        let mut form = Form::default();
        write(&text(&vec!["value"; 100_000]), &mut form);
        assert!(form.bytes.capacity() <= 2 * EXACT_BYTES_MAX);
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
