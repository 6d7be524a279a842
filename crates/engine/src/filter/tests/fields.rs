//! Fields that are not in collections: each type, null, missing columns, merges and deletions.

use lazuli_catalog::GeoPoint;
use lazuli_query::filter::{Distance, Filter, Polygon};
use serde_json::json;

use super::helper::{check, doubles, id, integers, not, text};
use crate::tests::corpus::{Corpus, schema};

/// Documents 1 to 5 in one segment, 6 and 7 in another, in which only `name` has values.
fn corpus() -> Corpus {
    let simple = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    let mut corpus = Corpus::new(schema(&json!({ "name": "fields", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "name", "type": "Edm.String", "searchable": false },
        simple("open", "Edm.Boolean"), simple("floors", "Edm.Int32"), simple("guests", "Edm.Int64"),
        simple("rate", "Edm.Double"), simple("built", "Edm.DateTimeOffset"),
        simple("place", "Edm.GeographyPoint"),
        { "name": "address", "type": "Edm.ComplexType", "fields": [
            { "name": "city", "type": "Edm.String", "searchable": false }
        ] },
    ] })));
    let point =
        |longitude: f64, latitude: f64| json!({ "type": "Point", "coordinates": [longitude, latitude] });
    for document in [
        json!({ "id": "1", "name": "a", "open": true, "floors": -1, "guests": i64::MAX, "rate": -0.0,
            "built": "1969-12-31T23:59:59.999Z", "place": point(10.0, 50.0), "address": { "city": "x" } }),
        json!({ "id": "2", "name": "b", "open": false, "floors": 0, "guests": i64::MIN, "rate": 0.0,
            "built": "1970-01-01T00:00:00Z", "place": point(11.0, 50.0), "address": { "city": null } }),
        json!({ "id": "3", "name": "", "floors": 7, "rate": "NaN" }),
        json!({ "id": "4", "name": "a", "open": true, "floors": 7, "guests": 0, "rate": "INF" }),
        json!({ "id": "5", "rate": "-INF", "address": { "city": "" } }),
    ] {
        corpus.upload_json(&document);
    }
    corpus.commit();
    corpus.upload_json(&json!({ "id": "6", "name": "c" }));
    corpus.upload_json(&json!({ "id": "7", "name": "a" }));
    corpus.commit();
    corpus
}

fn point(longitude: f64, latitude: f64) -> GeoPoint {
    GeoPoint { longitude, latitude }
}

fn check_all(corpus: &Corpus) {
    let id = |path| id(corpus, path);
    check(corpus, &Filter::Always(true), &[1, 2, 3, 4, 5, 6, 7]);
    check(corpus, &Filter::Always(false), &[]);
    // Strings are equal ordinally; null is not the empty string.
    check(corpus, &text(id("name"), &["a"]), &[1, 4, 7]);
    check(corpus, &not(text(id("name"), &["a"])), &[2, 3, 5, 6]);
    check(corpus, &text(id("name"), &["", "A", "c"]), &[3, 6]);
    check(corpus, &text(id("name"), &["", "a", "c"]), &[1, 3, 4, 6, 7]);
    check(corpus, &text(id("name"), &["A", "aa"]), &[]);
    check(corpus, &Filter::Null(id("name")), &[5]);
    check(corpus, &text(id("address/city"), &[""]), &[5]);
    check(corpus, &Filter::Null(id("address/city")), &[2, 3, 4, 6, 7]);
    // Null is neither true nor false.
    check(corpus, &Filter::Boolean { field: id("open"), value: true }, &[1, 4]);
    check(corpus, &Filter::Boolean { field: id("open"), value: false }, &[2]);
    check(corpus, &not(Filter::Boolean { field: id("open"), value: true }), &[2, 3, 5, 6, 7]);
    check(corpus, &integers(id("floors"), 0, 0), &[2]);
    check(corpus, &integers(id("floors"), i64::MIN, 6), &[1, 2]);
    check(corpus, &integers(id("floors"), i64::MIN, i64::MAX), &[1, 2, 3, 4]);
    check(corpus, &integers(id("floors"), 8, i64::MAX), &[]);
    check(corpus, &not(integers(id("floors"), -5, -2)), &[1, 2, 3, 4, 5, 6, 7]);
    check(corpus, &integers(id("guests"), i64::MIN, -1), &[2]);
    check(corpus, &integers(id("guests"), i64::MAX, i64::MAX), &[1]);
    check(corpus, &integers(id("built"), i64::MIN, -1), &[1]);
    check(corpus, &Filter::Null(id("built")), &[3, 4, 5, 6, 7]);
    // -0.0 and 0.0 are equal; NaN is in no range and not null.
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    check(corpus, &doubles(id("rate"), 0.0, 0.0, [true, true]), &[1, 2]);
    check(corpus, &doubles(id("rate"), -0.0, -0.0, [true, true]), &[1, 2]);
    check(corpus, &doubles(id("rate"), -0.0, high, [false, true]), &[4]);
    check(corpus, &doubles(id("rate"), low, 0.0, [true, false]), &[5]);
    check(corpus, &doubles(id("rate"), low, high, [true, true]), &[1, 2, 4, 5]);
    check(corpus, &doubles(id("rate"), low, high, [false, false]), &[1, 2]);
    check(corpus, &not(doubles(id("rate"), low, high, [true, true])), &[3, 6, 7]);
    check(corpus, &Filter::Null(id("rate")), &[6, 7]);
    // Points; a degree of longitude at 50° north is 71.5 km.
    let within = |distance| Filter::Within { field: id("place"), center: point(10.0, 50.0), distance };
    check(corpus, &within(Distance::Below(71.0)), &[1]);
    check(corpus, &within(Distance::AtMost(72.0)), &[1, 2]);
    check(corpus, &within(Distance::Above(71.0)), &[2]);
    check(corpus, &not(within(Distance::AtLeast(71.0))), &[1, 3, 4, 5, 6, 7]);
    let corners = [point(10.5, 49.0), point(12.0, 49.0), point(10.75, 51.0), point(10.5, 49.0)];
    let polygon = Polygon { ring: corners.to_vec() };
    check(corpus, &Filter::Inside { field: id("place"), polygon }, &[2]);
    check(corpus, &Filter::Null(id("place")), &[3, 4, 5, 6, 7]);
    // Together.
    let (a, seven) = (text(id("name"), &["a"]), integers(id("floors"), 7, 7));
    check(corpus, &Filter::And(vec![a.clone(), seven.clone()]), &[4]);
    check(corpus, &Filter::Or(vec![a.clone(), seven.clone()]), &[1, 3, 4, 7]);
    check(
        corpus,
        &Filter::And(vec![not(a.clone()), Filter::Or(vec![seven, Filter::Null(id("open"))])]),
        &[3, 5, 6],
    );
    check(corpus, &Filter::And(vec![]), &[1, 2, 3, 4, 5, 6, 7]);
    check(corpus, &Filter::Or(vec![]), &[]);
}

#[test]
fn fields_are_compared() {
    check_all(&corpus());
}

#[test]
fn fields_are_compared_after_a_merge() {
    let mut corpus = corpus();
    corpus.merge();
    check_all(&corpus);
}

#[test]
fn deleted_documents_are_gone() {
    let mut corpus = corpus();
    corpus.delete("4");
    corpus.commit();
    let a = text(id(&corpus, "name"), &["a"]);
    check(&corpus, &a, &[1, 7]);
    corpus.merge();
    check(&corpus, &a, &[1, 7]);
}

#[test]
fn a_filter_that_a_segment_cannot_meet_skips_it() {
    use lazuli_platform::cancel::Cancel;
    use tantivy::TERMINATED;

    use crate::filter::{Question, SegmentFilter};
    let corpus = corpus();
    let cancel = Cancel::never();
    let high = integers(id(&corpus, "floors"), 5, 9);
    let high = Question::new(&high, corpus.snapshot().filters());
    let next = |view| SegmentFilter::open(&high, view, 1, &cancel).unwrap().next(1);
    assert_eq!(corpus.snapshot().segments().iter().map(next).collect::<Vec<_>>(), [1, TERMINATED]);
}
