//! Orders and filters: random ones against filtering and sorting a plain list, and hand-made tables of what stands where.
//! Distances are the engine's own: whether those are right is asked by `crate::tests::filters`, which has another formula.

use std::cmp::Ordering;

use lazuli_catalog::document::Projection;
use lazuli_catalog::{FieldId, GeoPoint};
use lazuli_platform::random::SeededRandom;
use lazuli_query::filter::Filter;
use lazuli_query::order::{Order, OrderBy};
use lazuli_query::{Node, Operator, Search, SearchMode, TextQuery};
use serde_json::{Value, json};

use crate::filter::geo::kilometres;
use crate::tests::corpus::{Corpus, schema};

/// One sortable field of every type, one of them in a complex value.
const FIELDS: [(&str, &str); 8] = [
    ("name", "Edm.String"),
    ("flag", "Edm.Boolean"),
    ("count", "Edm.Int32"),
    ("total", "Edm.Int64"),
    ("rate", "Edm.Double"),
    ("when", "Edm.DateTimeOffset"),
    ("place", "Edm.GeographyPoint"),
    ("address/city", "Edm.String"),
];

const WORDS: [&str; 5] = ["hotel", "pool", "view", "quiet", "garden"];

fn sortable(name: &str, field_type: &str) -> Value {
    let searchable = if field_type == "Edm.String" { json!({ "searchable": false }) } else { json!({}) };
    let mut field = json!({ "name": name, "type": field_type, "sortable": true });
    field.as_object_mut().unwrap().extend(searchable.as_object().unwrap().clone());
    field
}

fn empty() -> Corpus {
    let mut fields = vec![
        json!({ "name": "id", "type": "Edm.String", "key": true }),
        json!({ "name": "text", "type": "Edm.String", "searchable": true }),
        json!({ "name": "address", "type": "Edm.ComplexType", "fields": [sortable("city", "Edm.String")] }),
    ];
    fields.extend(FIELDS.iter().take(7).map(|(name, field_type)| sortable(name, field_type)));
    Corpus::new(schema(&json!({ "name": "orders", "fields": fields })))
}

struct Dice {
    random: SeededRandom,
    has_nulls: bool,
}

impl Dice {
    fn new(seed: u64) -> Self {
        Self { random: SeededRandom::new(seed), has_nulls: !seed.is_multiple_of(3) }
    }

    fn below(&self, bound: usize) -> usize {
        self.random.below(bound)
    }

    fn one<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn value(&self, field_type: &str) -> Value {
        if self.has_nulls && self.below(5) == 0 {
            return Value::Null;
        }
        match field_type {
            "Edm.String" => json!(self.one(&[
                "",
                "A",
                "B",
                "a",
                "aa",
                "ab",
                "b",
                "Zürich",
                "zz",
                "é",
                "\u{ffee}",
                "\u{1f600}",
                "10",
                "9"
            ])),
            "Edm.Boolean" => json!(self.below(2) == 0),
            "Edm.Int32" => json!(self.one(&[i32::MIN, -1, 0, 1, 2, 3, i32::MAX])),
            "Edm.Int64" => json!(self.one(&[i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX])),
            "Edm.Double" => self.one(&[
                json!("NaN"),
                json!("INF"),
                json!("-INF"),
                json!(0.0),
                json!(-0.0),
                json!(1.5),
                json!(-1e300),
                json!(5e-324),
            ]),
            "Edm.DateTimeOffset" => json!(self.one(&[
                "1969-12-31T23:59:59Z",
                "1970-01-01T00:00:00Z",
                "2020-02-29T12:00:00.123Z",
                "0001-01-01T00:00:00Z"
            ])),
            _ => {
                let degrees = [self.below(360) as f64 - 180.0, self.below(180) as f64 - 90.0];
                json!({ "type": "Point", "coordinates": degrees })
            }
        }
    }

    fn document(&self, key: usize, has_values: bool) -> Value {
        let words: Vec<_> = (0..self.below(6)).map(|_| self.one(&WORDS)).collect();
        let mut document = json!({ "id": key.to_string(), "text": words.join(" ") });
        if !has_values {
            return document;
        }
        for (path, field_type) in FIELDS {
            let value = self.value(field_type);
            match path.split_once('/') {
                Some((outer, inner)) => document[outer] = json!({ inner: value }),
                None => document[path] = value,
            }
        }
        document
    }

    fn order(&self, corpus: &Corpus) -> Vec<Order> {
        let clause = |_| {
            let by = match self.below(FIELDS.len() + 2) {
                0 => OrderBy::Score,
                1 | 2 => OrderBy::Distance { field: corpus.field("place").id, from: self.point() },
                other => match FIELDS[other - 2] {
                    ("place", _) => OrderBy::Score,
                    (path, _) => OrderBy::Field(corpus.field(path).id),
                },
            };
            Order { by, descending: self.below(2) == 0 }
        };
        (0..self.below(4)).map(clause).collect()
    }

    /// What filters mean has tests of its own; these are of every selectivity.
    fn filter(&self, corpus: &Corpus) -> Option<Filter> {
        let field = |path| corpus.field(path).id;
        Some(match self.below(8) {
            0 => Filter::Always(self.below(2) == 0),
            1 => Filter::Boolean { field: field("flag"), value: self.below(2) == 0 },
            2 => Filter::Null(field("address/city")),
            3 => Filter::Not(Box::new(Filter::Null(field("total")))),
            4 => Filter::Integers { field: field("count"), low: -1, high: self.below(3) as i64 },
            5 => Filter::Text { field: field("name"), values: vec!["a".to_owned(), "zz".to_owned()] },
            _ => return None,
        })
    }

    fn point(&self) -> GeoPoint {
        GeoPoint { longitude: self.below(360) as f64 - 180.0, latitude: self.below(180) as f64 - 90.0 }
    }

    fn text(&self, corpus: &Corpus) -> TextQuery {
        if self.below(3) == 0 {
            return TextQuery::MatchAll;
        }
        let terms = (0..2).map(|_| Node::Term(self.one(&WORDS).to_owned())).collect();
        let operator = if self.below(3) == 0 { Operator::Must } else { Operator::Should };
        let root = Node::Bool { operator, children: terms };
        TextQuery::Parsed { root, mode: SearchMode::Any, fields: vec![corpus.field("text").id] }
    }
}

/// A corpus with deletions in several segments, and its live documents in upload order.
fn corpus(dice: &Dice, documents: usize) -> (Corpus, Vec<Value>) {
    let mut corpus = empty();
    let mut live: Vec<Value> = Vec::new();
    let mut has_values = true;
    for _ in 0..documents {
        let key = dice.below(documents);
        live.retain(|document| document["id"] != json!(key.to_string()));
        if dice.below(20) == 0 {
            corpus.delete(&key.to_string());
        } else {
            let document = dice.document(key, has_values);
            corpus.upload_json(&document);
            live.push(document);
        }
        if dice.below(documents / 4) == 0 {
            corpus.commit();
            // Segments without a single value have no columns.
            has_values = !dice.has_nulls || dice.below(4) != 0;
        }
    }
    corpus.commit();
    if dice.below(3) == 0 {
        corpus.merge();
    }
    (corpus, live)
}

fn member<'a>(document: &'a Value, corpus: &Corpus, field: FieldId) -> (&'a Value, &'static str) {
    let (path, field_type) = FIELDS.into_iter().find(|(path, _)| corpus.field(path).id == field).unwrap();
    let value = path.split('/').try_fold(document, |value, part| value.get(part));
    (value.unwrap_or(&Value::Null), field_type)
}

fn double(value: &Value) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("INF") => f64::INFINITY,
        Some(_) => f64::NEG_INFINITY,
        None => value.as_f64().unwrap(),
    }
}

/// Null first.
fn compare_values(left: &Value, right: &Value, field_type: &str) -> Ordering {
    if left.is_null() || right.is_null() {
        return right.is_null().cmp(&left.is_null());
    }
    match field_type {
        "Edm.String" => left.as_str().unwrap().chars().cmp(right.as_str().unwrap().chars()),
        "Edm.Boolean" => left.as_bool().cmp(&right.as_bool()),
        "Edm.Double" => double(left).total_cmp(&double(right)),
        // These few compare like their texts.
        "Edm.DateTimeOffset" => left.as_str().cmp(&right.as_str()),
        _ => left.as_i64().cmp(&right.as_i64()),
    }
}

fn distance(value: &Value, from: GeoPoint) -> f64 {
    let Some(point) = value.get("coordinates") else { return f64::INFINITY };
    let point = GeoPoint { longitude: point[0].as_f64().unwrap(), latitude: point[1].as_f64().unwrap() };
    kilometres(point, from)
}

fn passes(corpus: &Corpus, filter: &Filter, document: &Value) -> bool {
    let value = |field: &FieldId| member(document, corpus, *field).0;
    match filter {
        Filter::Always(value) => *value,
        Filter::Boolean { field, value: wanted } => value(field) == &json!(wanted),
        Filter::Null(field) => value(field).is_null(),
        Filter::Not(inner) => !passes(corpus, inner, document),
        Filter::Integers { field, low, high } => {
            value(field).as_i64().is_some_and(|value| (*low..=*high).contains(&value))
        }
        Filter::Text { field, values } => values.iter().any(|wanted| value(field) == wanted),
        Filter::And(_)
        | Filter::Or(_)
        | Filter::Doubles { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. }
        | Filter::Any { .. } => unreachable!("not among the filters of this test"),
    }
}

type Scored<'a> = (&'a Value, f32);

fn compare(corpus: &Corpus, order: &[Order], left: &Scored<'_>, right: &Scored<'_>) -> Ordering {
    let clause = |clause: &Order| {
        let ordering = match clause.by {
            OrderBy::Score => left.1.total_cmp(&right.1),
            OrderBy::Field(field) => {
                let (left, field_type) = member(left.0, corpus, field);
                compare_values(left, member(right.0, corpus, field).0, field_type)
            }
            OrderBy::Distance { field, from } => {
                let of = |document| distance(member(document, corpus, field).0, from);
                of(left.0).total_cmp(&of(right.0))
            }
        };
        if clause.descending { ordering.reverse() } else { ordering }
    };
    let by_keys = order.iter().map(clause).find(|ordering| ordering.is_ne());
    let has_score = order.iter().any(|clause| clause.by == OrderBy::Score);
    // The sort is stable: what is still equal stays in upload order.
    by_keys.unwrap_or(if has_score { Ordering::Equal } else { right.1.total_cmp(&left.1) })
}

fn question(corpus: &Corpus, text: TextQuery, order: Vec<Order>, skip: usize, top: usize) -> Search {
    let projection = Projection::all(corpus.schema());
    Search { text, filter: None, order, projection, top, skip, count: true }
}

fn check(seed: u64, documents: usize, questions: usize) {
    let dice = Dice::new(seed);
    let (corpus, live) = corpus(&dice, documents);
    let keys = |search: &Search| corpus.keys(&corpus.search(search));
    for number in 0..questions {
        let (text, order) = (dice.text(&corpus), dice.order(&corpus));
        let (filter, count) = (dice.filter(&corpus), dice.below(2) == 0);
        // Upload order and scores as the search without an order gives them, which has tests of its own.
        let unordered: Vec<_> = keys(&question(&corpus, text.clone(), Vec::new(), 0, 100_000));
        let score_of = |key: &Value| unordered.iter().find(|(found, _)| key == found).map(|found| found.1);
        let passing = live
            .iter()
            .filter(|document| filter.as_ref().is_none_or(|filter| passes(&corpus, filter, document)));
        let mut expected: Vec<Scored<'_>> =
            passing.filter_map(|document| Some((document, score_of(&document["id"])?))).collect();
        expected.sort_by(|left, right| compare(&corpus, &order, left, right));
        let expected: Vec<_> = expected
            .iter()
            .map(|(document, score)| (document["id"].as_str().unwrap().to_owned(), *score))
            .collect();
        for (skip, top) in [(0, 0), (0, 1), (0, 3), (dice.below(documents), 1 + dice.below(20)), (0, 1000)] {
            let mut search = question(&corpus, text.clone(), order.clone(), skip, top);
            (search.filter, search.count) = (filter.clone(), count);
            let hits = corpus.search(&search);
            let page: Vec<_> = expected.iter().skip(skip).take(top).cloned().collect();
            assert_eq!(corpus.keys(&hits), page, "seed {seed}, question {number}: {search:?}");
            assert_eq!(hits.total, count.then_some(expected.len() as u64), "seed {seed}, question {number}");
            assert_eq!(hits.more, expected.len() > skip + top, "seed {seed}, question {number}");
        }
    }
}

#[test]
fn random_orders_agree_with_sorting_a_list() {
    for seed in 0..30 {
        check(seed, 8 + 6 * seed as usize, 20);
    }
}

#[test]
fn orders_of_several_windows_agree_with_sorting_a_list() {
    for seed in [1000, 1001] {
        check(seed, 5000, 6);
    }
}

#[test]
fn pages_of_every_size_make_up_the_whole() {
    let dice = Dice::new(77);
    let (corpus, _) = corpus(&dice, 150);
    for _ in 0..5 {
        let (text, order) = (dice.text(&corpus), dice.order(&corpus));
        let page = |skip, top| {
            corpus.keys(&corpus.search(&question(&corpus, text.clone(), order.clone(), skip, top)))
        };
        let all = page(0, 1000);
        for top in [1, 7, 50] {
            let pages: Vec<_> = (0..all.len()).step_by(top).flat_map(|skip| page(skip, top)).collect();
            assert_eq!(pages, all, "{order:?}");
        }
    }
}

/// Documents `a`, `b`, … with these values of one field, each in a segment of its own or all in one; their keys in order.
fn sorted(field: &str, values: &[Value], by: impl Fn(FieldId) -> OrderBy, descending: bool) -> String {
    let keys = |several: bool| {
        let mut corpus = empty();
        for (key, value) in ('a'..).zip(values) {
            corpus.upload_json(&json!({ "id": key.to_string(), field: value }));
            if several {
                corpus.commit();
            }
        }
        corpus.commit();
        let order = vec![Order { by: by(corpus.field(field).id), descending }];
        let hits = corpus.search(&question(&corpus, TextQuery::MatchAll, order, 0, 100));
        corpus
            .keys(&hits)
            .into_iter()
            .map(|(key, score)| if score == 1.0 { key } else { "?".to_owned() })
            .collect()
    };
    let one: String = keys(false);
    assert_eq!(one, keys(true), "{field}");
    one
}

#[test]
fn null_comes_first_and_equal_values_in_upload_order() {
    let table: [(&str, Value, &str, &str); 6] = [
        ("count", json!([2, null, -1, 2, null]), "becad", "adcbe"),
        ("total", json!([i64::MIN, null, i64::MAX, null]), "bdac", "cabd"),
        ("flag", json!([true, false, null, false]), "cbda", "abdc"),
        ("rate", json!(["NaN", "INF", 0.0, -0.0, null, "-INF"]), "efdcba", "abcdfe"),
        ("name", json!(["b", "B", "é", "", null, "b", "10", "9"]), "edghbafc", "cafbhgde"),
        ("when", json!(["2020-01-01T00:00:00Z", null, "1960-01-01T00:00:00Z"]), "bca", "acb"),
    ];
    for (field, values, ascending, descending) in table {
        let values = values.as_array().unwrap();
        assert_eq!(sorted(field, values, OrderBy::Field, false), ascending, "{field}");
        assert_eq!(sorted(field, values, OrderBy::Field, true), descending, "{field}");
    }
}

#[test]
fn nothing_is_farther_than_no_point() {
    let point = |longitude: f64| json!({ "type": "Point", "coordinates": [longitude, 0.0] });
    let values = [point(10.0), Value::Null, point(0.0), point(-170.0), Value::Null];
    let by = |field| OrderBy::Distance { field, from: GeoPoint { longitude: 0.0, latitude: 0.0 } };
    assert_eq!(sorted("place", &values, by, false), "cadbe");
    assert_eq!(sorted("place", &values, by, true), "bedac");
}

#[test]
fn equal_keys_come_best_score_first() {
    let mut corpus = empty();
    for (key, flag, text) in [
        ("a", true, "pool bar"),
        ("b", false, "pool pool"),
        ("c", true, "pool pool"),
        ("d", false, "pool bar"),
    ] {
        corpus.upload_json(&json!({ "id": key, "flag": flag, "text": text }));
    }
    corpus.commit();
    let root = Node::Term("pool".to_owned());
    let text = TextQuery::Parsed { root, mode: SearchMode::Any, fields: vec![corpus.field("text").id] };
    let flag = OrderBy::Field(corpus.field("flag").id);
    let found = |order: &[(OrderBy, bool)]| -> String {
        let order = order.iter().map(|&(by, descending)| Order { by, descending }).collect();
        let hits = corpus.search(&question(&corpus, text.clone(), order, 0, 10));
        corpus.keys(&hits).into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(found(&[]), "bcad");
    assert_eq!(found(&[(flag, false)]), "bdca");
    assert_eq!(found(&[(flag, true)]), "cabd");
    assert_eq!(found(&[(OrderBy::Score, false)]), "adbc");
    assert_eq!(found(&[(OrderBy::Score, true)]), "bcad");
    assert_eq!(found(&[(flag, true), (OrderBy::Score, false)]), "acdb");
}
