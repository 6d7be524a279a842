//! Lambdas: correlated, over simple values, nested; empty and missing collections.

use lazuli_catalog::Value;
use lazuli_catalog::document::Document;
use lazuli_query::filter::Filter;
use serde_json::json;

use super::helper::{any, check, doubles, id, integers, not, text};
use crate::tests::corpus::{Corpus, schema};

/// Documents 1 to 5 in one segment; 6 and 7 in another without any room; 8 in one without rates and beds.
fn corpus() -> Corpus {
    let string = |name: &str| json!({ "name": name, "type": "Edm.String", "searchable": false });
    let mut corpus = Corpus::new(schema(&json!({ "name": "collections", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "tags", "type": "Collection(Edm.String)", "searchable": false },
        { "name": "years", "type": "Collection(Edm.Int32)" },
        { "name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            string("type"), { "name": "rate", "type": "Edm.Double" }, { "name": "smoking", "type": "Edm.Boolean" },
            { "name": "views", "type": "Collection(Edm.String)", "searchable": false },
            { "name": "bath", "type": "Edm.ComplexType", "fields": [string("kind")] },
            { "name": "beds", "type": "Collection(Edm.ComplexType)", "fields": [
                string("size"), { "name": "width", "type": "Edm.Int32" } ] },
        ] },
    ] })));
    let bed = |size: &str, width: i32| json!({ "size": size, "width": width });
    for (index, document) in [
        json!({ "tags": ["a", "b"], "years": [1999, 2000], "rooms": [
            { "type": "std", "rate": 100.0, "smoking": true, "views": ["sea"], "beds": [bed("king", 180)] },
            { "type": "suite", "rate": 300.0, "smoking": false, "views": [], "bath": { "kind": "tub" },
              "beds": [bed("king", 200), bed("single", 90)] } ] }),
        json!({ "tags": ["b"], "years": [], "rooms": [
            { "type": "suite", "rate": 100.0, "views": ["garden", "sea"], "beds": [] },
            { "type": null, "rate": null, "beds": [{ "size": null, "width": 90 }] } ] }),
        json!({ "tags": [], "years": [1999], "rooms": [{}] }),
        json!({ "tags": ["a"], "years": [-1], "rooms": [] }),
        json!({ "rooms": [{ "type": "", "rate": 0.0, "bath": { "kind": "" }, "beds": [bed("", 0)] }] }),
        json!({}),
        json!({ "tags": ["a"] }),
        json!({ "rooms": [{ "type": "std" }, { "type": "suite" }, { "type": "std" }] }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut document = document;
        document["id"] = json!(format!("{}", index + 1));
        corpus.upload_json(&document);
        if [4, 6].contains(&index) {
            corpus.commit();
        }
    }
    corpus.commit();
    corpus
}

fn check_all(corpus: &Corpus) {
    let id = |path| id(corpus, path);
    let (tags, years, rooms, beds) = (id("tags"), id("years"), id("rooms"), id("rooms/beds"));
    // any() = not empty; all = no element without.
    check(corpus, &any(tags, Filter::Always(true)), &[1, 2, 4, 7]);
    check(corpus, &any(rooms, Filter::Always(true)), &[1, 2, 3, 5, 8]);
    check(corpus, &not(any(rooms, Filter::Always(true))), &[4, 6, 7]);
    check(corpus, &any(tags, text(tags, &["a"])), &[1, 4, 7]);
    check(corpus, &any(tags, not(text(tags, &["a"]))), &[1, 2]);
    check(corpus, &not(any(tags, not(text(tags, &["a"])))), &[3, 4, 5, 6, 7, 8]);
    check(corpus, &any(tags, Filter::Null(tags)), &[]);
    check(corpus, &any(years, integers(years, 1999, 1999)), &[1, 3]);
    check(corpus, &any(years, integers(years, -5, 0)), &[4]);
    // One room must meet both conditions.
    let (suite, cheap) =
        (text(id("rooms/type"), &["suite"]), doubles(id("rooms/rate"), 0.0, 150.0, [true, true]));
    check(corpus, &any(rooms, Filter::And(vec![suite.clone(), cheap.clone()])), &[2]);
    check(corpus, &Filter::And(vec![any(rooms, suite.clone()), any(rooms, cheap.clone())]), &[1, 2]);
    check(corpus, &any(rooms, Filter::And(vec![suite.clone(), not(cheap.clone())])), &[1, 8]);
    check(corpus, &any(rooms, Filter::Or(vec![suite, cheap])), &[1, 2, 5, 8]);
    // Null in one room, in all rooms, everywhere in a segment.
    check(corpus, &any(rooms, Filter::Null(id("rooms/type"))), &[2, 3]);
    check(corpus, &any(rooms, Filter::Null(id("rooms/rate"))), &[2, 3, 8]);
    check(corpus, &not(any(rooms, not(Filter::Null(id("rooms/rate"))))), &[3, 4, 6, 7, 8]);
    check(corpus, &any(rooms, text(id("rooms/type"), &[""])), &[5]);
    check(corpus, &any(rooms, Filter::Boolean { field: id("rooms/smoking"), value: false }), &[1]);
    check(
        corpus,
        &any(rooms, not(Filter::Boolean { field: id("rooms/smoking"), value: true })),
        &[1, 2, 3, 5, 8],
    );
    check(corpus, &any(rooms, text(id("rooms/bath/kind"), &["tub"])), &[1]);
    check(corpus, &any(rooms, Filter::Null(id("rooms/bath/kind"))), &[1, 2, 3, 8]);
    // Collections in collections.
    let views = id("rooms/views");
    check(corpus, &any(rooms, any(views, text(views, &["sea"]))), &[1, 2]);
    check(corpus, &any(rooms, not(any(views, Filter::Always(true)))), &[1, 2, 3, 5, 8]);
    check(corpus, &not(any(rooms, not(any(views, Filter::Always(true))))), &[4, 6, 7]);
    let (king, wide) = (text(id("rooms/beds/size"), &["king"]), integers(id("rooms/beds/width"), 190, 500));
    check(corpus, &any(rooms, any(beds, Filter::And(vec![king.clone(), wide.clone()]))), &[1]);
    check(
        corpus,
        &any(
            rooms,
            Filter::And(vec![doubles(id("rooms/rate"), 100.0, 100.0, [true, true]), any(beds, wide)]),
        ),
        &[],
    );
    check(corpus, &any(rooms, Filter::And(vec![text(id("rooms/type"), &["std"]), any(beds, king)])), &[1]);
    check(corpus, &any(rooms, any(beds, Filter::Null(id("rooms/beds/size")))), &[2]);
    check(corpus, &any(rooms, any(beds, integers(id("rooms/beds/width"), 0, 90))), &[1, 2, 5]);
}

#[test]
fn lambdas_are_answered() {
    check_all(&corpus());
}

#[test]
fn lambdas_are_answered_after_a_merge() {
    let mut corpus = corpus();
    corpus.merge();
    check_all(&corpus);
}

#[test]
fn collections_of_thousands_are_looked_at_in_portions() {
    // 1.6 million values, more than are looked at in one go.
    let mut corpus = Corpus::new(schema(&json!({ "name": "large", "fields": [
        { "name": "id", "type": "Edm.String", "key": true }, { "name": "years", "type": "Collection(Edm.Int32)" },
    ] })));
    let years = id(&corpus, "years");
    for document in 1..=200 {
        let values = (0..8000).map(|value| Value::Integer(value % 100 + i64::from(document % 40 == 0)));
        let values = vec![Value::String(document.to_string()), Value::Collection(values.collect())];
        corpus.upload_document(&Document { values });
    }
    corpus.commit();
    check(&corpus, &any(years, integers(years, 100, 100)), &[40, 80, 120, 160, 200]);
    check(&corpus, &not(any(years, integers(years, 0, 0))), &[40, 80, 120, 160, 200]);
}
