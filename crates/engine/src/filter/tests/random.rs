//! Random documents and filters: the index and [`super::naive`] agree, in many small segments and in one large.

use lazuli_catalog::document::Document;
use lazuli_catalog::{Field, FieldType, GeoPoint, Value};
use lazuli_platform::random::{Random, SeededRandom};
use lazuli_query::filter::{Bound, Distance, Filter, Polygon};
use serde_json::json;

use super::helper::passing;
use super::naive::Scope;
use crate::tests::corpus::{Corpus, schema};

const STRINGS: [&str; 6] = ["", "a", "b", "bb", "c", "é"];
const INTEGERS: [i64; 8] = [-2, -1, 0, 1, 2, 3, 1000, -1_000_000];
const DOUBLES: [f64; 9] = [-0.0, 0.0, 1.5, -1.5, 2.5, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
const DEGREES: [f64; 5] = [-80.0, -1.0, 0.0, 1.0, 45.0];

struct Dice {
    random: SeededRandom,
    /// One value in so many is null.
    null: usize,
    /// Most elements of a collection.
    elements: usize,
}

impl Dice {
    fn new(seed: u64) -> Self {
        let random = SeededRandom::new(seed);
        Self { null: [1, 2, 8, 100][random.below(4)], elements: [1, 2, 3, 9][random.below(4)], random }
    }

    fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.random.below(from.len())]
    }

    fn document(&self, fields: &[Field], number: u64) -> Document {
        let mut values: Vec<Value> = fields.iter().map(|field| self.value(field)).collect();
        values[0] = Value::String(number.to_string());
        Document { values }
    }

    fn value(&self, field: &Field) -> Value {
        if field.collection {
            let count = self.random.below(self.elements + 1);
            return Value::Collection((0..count).map(|_| self.element(field)).collect());
        }
        if self.random.below(self.null) == 0 { Value::Null } else { self.element(field) }
    }

    fn element(&self, field: &Field) -> Value {
        match field.field_type {
            FieldType::String => Value::String(self.pick(&STRINGS).to_owned()),
            FieldType::Boolean => Value::Boolean(self.random.below(2) == 0),
            FieldType::Int32 | FieldType::Int64 => Value::Integer(self.pick(&INTEGERS)),
            FieldType::DateTimeOffset => Value::Date(self.pick(&INTEGERS)),
            FieldType::Double => Value::Double(self.pick(&DOUBLES)),
            FieldType::GeographyPoint => Value::Point(self.point()),
            FieldType::Complex => {
                Value::Complex(field.fields.iter().map(|child| self.value(child)).collect())
            }
            FieldType::Vector(_) => Value::Null,
        }
    }

    fn point(&self) -> GeoPoint {
        GeoPoint { longitude: self.pick(&DEGREES), latitude: self.pick(&DEGREES) }
    }

    /// A condition on some fields, or on elements of a collection of simple values.
    fn filter(&self, fields: &[&Field], element: bool, depth: usize) -> Filter {
        let inner = |_| self.filter(fields, element, depth - 1);
        match self.random.below(if depth == 0 { 6 } else { 10 }) {
            0..=5 => self.leaf(self.pick(fields), element, depth),
            6 => Filter::Not(Box::new(inner(0))),
            7 | 8 => Filter::And((0..self.random.below(4)).map(inner).collect()),
            _ => Filter::Or((0..self.random.below(4)).map(inner).collect()),
        }
    }

    fn leaf(&self, field: &Field, element: bool, depth: usize) -> Filter {
        if field.collection && !element {
            let condition = match (self.random.below(6), field.is_complex()) {
                (0, _) => Filter::Always(true),
                (_, true) => self.filter(&reachable(&field.fields), false, depth),
                (_, false) => self.filter(&[field], true, depth.min(1)),
            };
            return Filter::Any { collection: field.id, condition: Box::new(condition) };
        }
        if self.random.below(6) == 0 {
            return Filter::Null(field.id);
        }
        self.comparison(field)
    }

    fn comparison(&self, field: &Field) -> Filter {
        let field_id = field.id;
        match field.field_type {
            FieldType::String => {
                let mut values: Vec<String> =
                    (0..1 + self.random.below(3)).map(|_| self.pick(&STRINGS).to_owned()).collect();
                values.push(self.pick(&["", "zz", "B", "a"]).to_owned());
                values.sort();
                values.dedup();
                Filter::Text { field: field_id, values }
            }
            FieldType::Boolean => Filter::Boolean { field: field_id, value: self.random.below(2) == 0 },
            FieldType::Int32 | FieldType::Int64 | FieldType::DateTimeOffset => {
                let (one, other) = (self.pick(&INTEGERS), self.pick(&INTEGERS));
                Filter::Integers { field: field_id, low: one.min(other), high: one.max(other) }
            }
            FieldType::Double => Filter::Doubles { field: field_id, low: self.bound(), high: self.bound() },
            FieldType::GeographyPoint => self.place(field),
            FieldType::Complex | FieldType::Vector(_) => Filter::Always(self.random.below(2) == 0),
        }
    }

    fn bound(&self) -> Bound {
        let at = self.pick(&DOUBLES);
        Bound { at: if at.is_nan() { 1.0 } else { at }, inclusive: self.random.below(2) == 0 }
    }

    fn place(&self, field: &Field) -> Filter {
        let limit = self.pick(&[0.0, 120.0, 5000.0, 30_000.0]);
        let distance = self.pick(&[
            Distance::Below(limit),
            Distance::AtMost(limit),
            Distance::Above(limit),
            Distance::AtLeast(limit),
        ]);
        if self.random.below(2) == 0 {
            return Filter::Within { field: field.id, center: self.point(), distance };
        }
        let first = self.point();
        let ring = vec![first, self.point(), self.point(), self.point(), first];
        Filter::Inside { field: field.id, polygon: Polygon { ring } }
    }
}

/// The fields that a condition on a value with these members may name.
fn reachable(fields: &[Field]) -> Vec<&Field> {
    let single = |field: &&Field| field.is_complex() && !field.collection;
    let mut all: Vec<&Field> = fields.iter().filter(|field| !single(field)).collect();
    fields.iter().filter(single).for_each(|field| all.extend(reachable(&field.fields)));
    all
}

fn hotels() -> Corpus {
    let field =
        |name: &str, kind: &str| json!({ "name": name, "type": format!("Edm.{kind}"), "filterable": true });
    let many = |name: &str, kind: &str| json!({ "name": name, "type": format!("Collection(Edm.{kind})") });
    let complex = |name: &str, kind: &str, fields: Vec<serde_json::Value>| json!({ "name": name, "type": kind, "fields": fields });
    let beds = complex(
        "beds",
        "Collection(Edm.ComplexType)",
        vec![field("kind", "String"), field("width", "Int32"), many("extras", "String")],
    );
    let rooms = complex(
        "rooms",
        "Collection(Edm.ComplexType)",
        vec![
            field("type", "String"),
            field("rate", "Double"),
            field("smoking", "Boolean"),
            field("at", "GeographyPoint"),
            many("years", "Int64"),
            complex("bath", "Edm.ComplexType", vec![field("kind", "String"), many("taps", "Double")]),
            beds,
        ],
    );
    Corpus::new(schema(&json!({ "name": "hotels", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        field("name", "String"), field("open", "Boolean"), field("floors", "Int32"), field("guests", "Int64"),
        field("rate", "Double"), field("built", "DateTimeOffset"), field("place", "GeographyPoint"),
        many("tags", "String"), many("years", "Int32"), many("rates", "Double"), many("places", "GeographyPoint"),
        complex("address", "Edm.ComplexType", vec![field("city", "String"), many("lines", "String")]),
        rooms,
    ] })))
}

fn compare(corpus: &Corpus, alive: &[(u64, Document)], dice: &Dice, filters: usize, seed: u64) {
    let fields = &corpus.schema().fields;
    let reachable = reachable(&fields[1..]);
    for _ in 0..filters {
        let filter = dice.filter(&reachable, false, 3);
        let passes =
            |(_, document): &&(u64, Document)| Scope::Members(fields, &document.values).passes(&filter);
        let expected: Vec<u64> = alive.iter().filter(passes).map(|(seq, _)| *seq).collect();
        assert_eq!(passing(corpus, &filter), expected, "seed {seed}: {filter:?}");
    }
}

/// `sizes` of segments; one in `deleted` documents is deleted.
fn run(seed: u64, sizes: &[usize], filters: usize) {
    let mut corpus = hotels();
    let fields = corpus.schema().fields.clone();
    let (mut alive, mut seq) = (Vec::new(), 0);
    for (part, size) in sizes.iter().enumerate() {
        let dice = Dice::new(seed.wrapping_mul(1000) + part as u64);
        for _ in 0..*size {
            seq += 1;
            let document = dice.document(&fields, seq);
            corpus.upload_document(&document);
            alive.push((seq, document));
        }
        corpus.commit();
    }
    let dice = Dice::new(seed);
    compare(&corpus, &alive, &dice, filters, seed);
    alive.retain(|(seq, _)| {
        let deleted = dice.random.u64().is_multiple_of(7);
        if deleted {
            corpus.delete(&seq.to_string());
        }
        !deleted
    });
    corpus.commit();
    compare(&corpus, &alive, &dice, filters, seed);
    corpus.merge();
    compare(&corpus, &alive, &dice, filters, seed);
}

#[test]
fn small_segments() {
    for seed in 0..30 {
        run(seed, &[3, 1, 70, 130], 25);
    }
}

#[test]
fn more_documents_than_a_window() {
    for seed in 100..102 {
        run(seed, &[5000, 200], 40);
    }
}
