//! Definitions in, sentences or completed definitions out. Sentences come from `wire.md` §12 and `error.rs`, echoes from
//! `wire.md` §10 and the type rules of `api.md` §3.1.

use std::collections::BTreeMap;

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::BM25;
use serde_json::{Value, json};

use super::*;
use crate::schema::{FieldType, VectorType};

mod analysis;
mod arbitrary;
mod echoes;
mod gates;
mod old_clients;
mod part_updates;
mod parts;
mod refusals;
mod secrets;
mod updates;

fn parse(definition: &Value) -> indexes::Index {
    indexes::Index::parse(definition.to_string().as_bytes(), ApiVersion::V2026_04_01).unwrap()
}

/// Those of a service with one synonym map.
fn rules() -> Rules<'static> {
    Rules {
        version: ApiVersion::V2026_04_01,
        service: "s",
        synonym_map_exists: &|map| map == "map",
        ..Rules::default()
    }
}

fn bind_new(definition: &Value) -> Result<Bound, DefinitionError> {
    bind(&parse(definition), None, &rules())
}

fn update(bound: &Bound, definition: &Value) -> Result<Bound, DefinitionError> {
    update_by(bound, definition, &rules())
}

fn update_by(bound: &Bound, definition: &Value, rules: &Rules<'_>) -> Result<Bound, DefinitionError> {
    let existing = Existing { schema: &bound.schema, definition: &bound.definition };
    bind(&parse(definition), Some(existing), rules)
}

/// `base` with more members.
fn with(mut base: Value, more: Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

fn key() -> Value {
    json!({"name": "id", "type": "Edm.String", "key": true})
}

/// An index with a key and these fields, and two profiles for vectors.
fn with_fields(fields: Value) -> Value {
    let mut all = vec![key()];
    all.extend(fields.as_array().unwrap().iter().cloned());
    json!({"name": "hotels", "fields": all, "vectorSearch": {
        "algorithms": [
            {"name": "h", "kind": "hnsw"},
            {"name": "bits", "kind": "exhaustiveKnn", "exhaustiveKnnParameters": {"metric": "hamming"}}
        ],
        "profiles": [{"name": "p", "algorithm": "h"}, {"name": "b", "algorithm": "bits"}]
    }})
}

fn echo(definition: &Value) -> Value {
    Value::Object(bind_new(definition).unwrap().definition.members(ApiVersion::V2026_04_01))
}

/// The echo of one field beside the key.
fn echo_of(field: &Value) -> String {
    let fields = &echo(&with_fields(json!([field])))["fields"];
    fields[1].to_string()
}

/// The refusal of one field beside the key: everything after `definition : `.
fn check_field(field: Value, expected: &str) {
    let error = bind_new(&with_fields(json!([field]))).expect_err(&field.to_string());
    assert_eq!(
        error.message(),
        format!("The request is invalid. Details: definition : {expected}"),
        "{field}"
    );
    assert_eq!(
        (error.code(), error.detail_code()),
        ("InvalidRequestParameter", Some("InvalidField")),
        "{field}"
    );
    assert_eq!(error.detail_message(), format!("{expected} Parameters: definition"));
}

fn check_refused(definition: &Value, code: &str, detail: Option<&str>, message: &str) {
    let error = bind_new(definition).expect_err(&definition.to_string());
    assert_eq!(error.message(), message);
    assert_eq!((error.code(), error.detail_code()), (code, detail), "{message}");
}

#[test]
fn a_definition_is_echoed_with_everything_filled_in() {
    let definition = json!({"name": "hotels", "description": "d", "fields": [key()], "@odata.etag": "x", "suggesters": []});
    assert_eq!(
        echo(&definition).to_string(),
        concat!(
            r#"{"name":"hotels","description":"d","defaultScoringProfile":null,"fields":[{"name":"id","type":"Edm.String","#,
            r#""searchable":true,"filterable":true,"retrievable":true,"stored":true,"sortable":true,"facetable":true,"#,
            r#""key":true,"indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"#,
            r#""vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}],"scoringProfiles":[],"corsOptions":null,"#,
            r#""suggesters":[],"analyzers":[],"normalizers":[],"tokenizers":[],"tokenFilters":[],"charFilters":[],"#,
            r#""encryptionKey":null,"similarity":{"@odata.type":"#,
            r##""#Microsoft.Azure.Search.BM25Similarity","k1":null,"b":null},"semantic":null,"vectorSearch":null}"##
        )
    );
}

#[test]
fn fields_of_every_type_get_the_defaults_of_the_type() {
    // searchable, filterable, retrievable, stored, sortable, facetable
    for (type_name, [searchable, filterable, retrievable, stored, sortable, facetable]) in [
        ("Edm.String", [true; 6]),
        ("Collection(Edm.String)", [true, true, true, true, false, true]),
        ("Edm.Boolean", [false, true, true, true, true, true]),
        ("Edm.Int32", [false, true, true, true, true, true]),
        ("Edm.Int64", [false, true, true, true, true, true]),
        ("Edm.Double", [false, true, true, true, true, true]),
        ("Edm.DateTimeOffset", [false, true, true, true, true, true]),
        ("Collection(Edm.Boolean)", [false, true, true, true, false, true]),
        ("Collection(Edm.Int32)", [false, true, true, true, false, true]),
        ("Collection(Edm.Int64)", [false, true, true, true, false, true]),
        ("Collection(Edm.Double)", [false, true, true, true, false, true]),
        ("Collection(Edm.DateTimeOffset)", [false, true, true, true, false, true]),
        ("Edm.GeographyPoint", [false, true, true, true, true, false]),
        ("Collection(Edm.GeographyPoint)", [false, true, true, true, false, false]),
    ] {
        assert_eq!(
            echo_of(&json!({"name": "f", "type": type_name})),
            format!(
                r#"{{"name":"f","type":"{type_name}","searchable":{searchable},"filterable":{filterable},"retrievable":{retrievable},"stored":{stored},"sortable":{sortable},"facetable":{facetable},"key":false,"indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}}"#
            )
        );
    }
}

#[test]
fn vectors_are_searchable_stored_and_hidden() {
    for (type_name, profile, encoding, vector_type) in [
        ("Collection(Edm.Single)", "p", Value::Null, VectorType::Single),
        ("Collection(Edm.Half)", "p", Value::Null, VectorType::Half),
        ("Collection(Edm.Int16)", "p", Value::Null, VectorType::Int16),
        ("Collection(Edm.SByte)", "p", Value::Null, VectorType::SByte),
        ("Collection(Edm.Byte)", "b", json!("packedBit"), VectorType::PackedBit),
    ] {
        let field = json!({"name": "v", "type": type_name, "dimensions": 8, "vectorSearchProfile": profile, "vectorEncoding": encoding});
        assert_eq!(
            echo_of(&field),
            format!(
                r#"{{"name":"v","type":"{type_name}","searchable":true,"filterable":false,"retrievable":false,"stored":true,"sortable":false,"facetable":false,"key":false,"indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":8,"vectorSearchProfile":"{profile}","vectorEncoding":{encoding},"synonymMaps":[]}}"#
            )
        );
        let schema = bind_new(&with_fields(json!([field]))).unwrap().schema;
        let field = schema.field("v").unwrap();
        assert_eq!((field.field_type, field.collection), (FieldType::Vector(vector_type), false));
        assert_eq!((field.dimensions, field.type_name().as_str()), (Some(8), type_name));
        assert!(!field.retrievable && field.stored && !field.has_column() && field.index_analyzer.is_none());
    }
}

#[test]
fn sub_fields_of_collections_are_not_sortable_by_default() {
    let rooms = json!({"name": "rooms", "type": "Collection(Edm.ComplexType)", "synonymMaps": [], "fields": [
        {"name": "rate", "type": "Edm.Double"},
        {"name": "inner", "type": "Edm.ComplexType", "fields": [{"name": "n", "type": "Edm.Int32", "sortable": false}]}
    ]});
    let number = |name: &str, type_name: &str| {
        format!(
            r#"{{"name":"{name}","type":"{type_name}","searchable":false,"filterable":true,"retrievable":true,"stored":true,"sortable":false,"facetable":true,"key":false,"indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}}"#
        )
    };
    assert_eq!(
        echo_of(&rooms),
        format!(
            r#"{{"name":"rooms","type":"Collection(Edm.ComplexType)","fields":[{},{{"name":"inner","type":"Edm.ComplexType","fields":[{}]}}]}}"#,
            number("rate", "Edm.Double"),
            number("n", "Edm.Int32")
        )
    );
    let address =
        json!({"name": "a", "type": "Edm.ComplexType", "fields": [{"name": "city", "type": "Edm.String"}]});
    assert!(echo_of(&address).contains(r#""sortable":true"#));
}

#[test]
fn vector_search_is_echoed_with_its_parameters() {
    assert_eq!(
        echo(&with_fields(json!([])))["vectorSearch"].to_string(),
        concat!(
            r#"{"algorithms":[{"name":"h","kind":"hnsw","hnswParameters":{"metric":"cosine","m":4,"efConstruction":400,"#,
            r#""efSearch":500},"exhaustiveKnnParameters":null},{"name":"bits","kind":"exhaustiveKnn","hnswParameters":null,"#,
            r#""exhaustiveKnnParameters":{"metric":"hamming"}}],"profiles":[{"name":"p","algorithm":"h","vectorizer":null,"#,
            r#""compression":null},{"name":"b","algorithm":"bits","vectorizer":null,"compression":null}],"vectorizers":[],"#,
            r#""compressions":[]}"#
        )
    );
}

#[test]
fn a_completed_definition_binds_to_itself() {
    let fields = json!([
        {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 3, "vectorSearchProfile": "p"},
        {"name": "t", "type": "Edm.String", "analyzer": "fr.lucene"},
        {"name": "c", "type": "Collection(Edm.ComplexType)", "fields": [{"name": "x", "type": "Edm.Int64"}]},
    ]);
    let bound = bind_new(&with_fields(fields)).unwrap();
    let echoed = Value::Object(bound.definition.members(ApiVersion::V2026_04_01));
    let again = update(&bound, &echoed).unwrap();
    assert_eq!(again.definition, bound.definition);
    assert_eq!((bound.schema.version, again.schema.version), (1, 1));
}

#[test]
fn analyzers_are_bound_and_stand_ins_are_said() {
    let bound = bind_new(&with_fields(json!([
        {"name": "plain", "type": "Edm.String"},
        {"name": "english", "type": "Edm.String", "analyzer": "en.lucene"},
        {"name": "pair", "type": "Collection(Edm.String)", "indexAnalyzer": "keyword", "searchAnalyzer": "whitespace"},
        {"name": "c", "type": "Edm.ComplexType", "fields": [{"name": "m", "type": "Edm.String", "analyzer": "en.microsoft"}]},
        {"name": "off", "type": "Edm.String", "searchable": false}
    ])))
    .unwrap();
    let names = |path: &str| {
        let field = bound.schema.field(path).unwrap();
        let name = |analyzer: &Option<std::sync::Arc<lazuli_analysis::Analyzer>>| {
            analyzer.as_ref().map_or("none", |analyzer| analyzer.name()).to_owned()
        };
        (name(&field.index_analyzer), name(&field.search_analyzer))
    };
    let both = |index: &str, search: &str| (index.to_owned(), search.to_owned());
    assert_eq!(names("plain"), both("standard.lucene", "standard.lucene"));
    assert_eq!(names("english"), both("en.lucene", "en.lucene"));
    assert_eq!(names("pair"), both("keyword", "whitespace"));
    assert_eq!(names("c/m"), both("en.microsoft", "en.microsoft"));
    assert_eq!(names("off"), both("none", "none"));
    let [approximated] = bound.approximated.as_slice() else { panic!("{:?}", bound.approximated) };
    assert_eq!((approximated.field.as_str(), approximated.analyzer.as_str()), ("c/m", "en.microsoft"));
}

/// A definition from the shared data; None where the data is not there.
fn shared_definition(file: &str, pick: impl Fn(Value) -> Value) -> Option<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    Some(pick(serde_json::from_str(text.trim_start_matches('\u{FEFF}')).unwrap()))
}

#[test]
fn real_definitions_bind() {
    let hotels = shared_definition("data/hotels/Hotels_IndexDefinition.JSON", |definition| definition);
    let golden = shared_definition("reference/golden/hotels10.json", |file| file["index"].clone());
    for definition in [hotels, golden].into_iter().flatten() {
        let bound = bind_new(&definition).unwrap();
        let names = |fields: &Value| -> Vec<Value> {
            fields.as_array().unwrap().iter().map(|field| field["name"].clone()).collect()
        };
        let echoed = Value::Object(bound.definition.members(ApiVersion::V2026_04_01));
        assert_eq!(names(&echoed["fields"]), names(&definition["fields"]));
        assert!(bound.schema.text_fields().count() >= 8);
        assert!(bound.schema.walk().any(|field| field.collection_depth == 1));
    }
}
