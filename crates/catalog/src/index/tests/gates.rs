//! What is stored and shown but not done: which uploads and searches it stops, and which it does not.

use super::*;
use crate::schema::FieldId;

fn schema(more: Value) -> Schema {
    let analyzer = json!({"@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer", "name": "mine", "tokenizer": "words"});
    let tokenizer = json!({"@odata.type": "#Microsoft.Azure.Search.PatternTokenizer", "name": "words", "flags": "CANON_EQ"});
    let fields = json!([
        key(),
        {"name": "title", "type": "Edm.String"},
        {"name": "rating", "type": "Edm.Double"}
    ]);
    let base = json!({"name": "i1", "fields": fields, "analyzers": [analyzer], "tokenizers": [tokenizer]});
    bind_new(&with(base, more)).unwrap().schema
}

/// With a third string field.
fn schema_of(field: Value) -> Schema {
    schema(
        json!({"fields": [key(), {"name": "title", "type": "Edm.String"}, with(json!({"name": "f", "type": "Edm.String"}), field)]}),
    )
}

/// Why a search over these fields is refused.
fn search(schema: &Schema, fields: &[&str], profile: Option<&str>) -> Option<String> {
    let ids: Vec<FieldId> = fields.iter().map(|path| schema.field(path).unwrap().id).collect();
    schema.not_yet_for_search(&ids, profile)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn parts_that_nothing_uses_stop_nothing() {
    let schema = schema(json!({
        "scoringProfiles": [{"name": "p", "text": {"weights": {"title": 2}}}],
        "suggesters": [{"name": "sg", "sourceFields": ["title"]}],
        "similarity": {"@odata.type": BM25, "k1": 1.2, "b": 0.75}
    }));
    assert_eq!(schema.not_yet_for_upload(), None);
    assert_eq!(search(&schema, &[], None), None);
    assert_eq!(search(&schema, &["id", "title"], None), None);
}

#[test]
fn analyzers_with_parts_that_come_later_stop_what_would_run_them() {
    let own = schema_of(json!({"analyzer": "mine"}));
    let field = own.field("f").unwrap();
    assert!(field.is_text() && field.index_analyzer.is_none() && field.search_analyzer.is_none());
    assert_eq!(
        own.not_yet_for_upload(),
        some(
            "Patterns that cannot be run, as those with the flag 'CANON_EQ' (in an analyzer of the field 'f'), are"
        )
    );
    assert_eq!(
        search(&own, &["title", "f"], None),
        some(
            "Patterns that cannot be run, as those with the flag 'CANON_EQ' (in an analyzer of the field 'f'), are"
        )
    );
    assert_eq!(search(&own, &["title"], None), None);
    assert_eq!(search(&own, &[], None), None);

    let only_search = schema_of(json!({"indexAnalyzer": "simple", "searchAnalyzer": "mine"}));
    assert_eq!(only_search.not_yet_for_upload(), None);
    assert_eq!(
        search(&only_search, &["f"], None),
        some(
            "Patterns that cannot be run, as those with the flag 'CANON_EQ' (in an analyzer of the field 'f'), are"
        )
    );
}

#[test]
fn normalizers_of_keys_stop_uploads_and_synonym_maps_nothing() {
    let keyed = schema(json!({"fields": [with(key(), json!({"normalizer": "lowercase"}))]}));
    let expected = "Normalizers of keys (field 'id') are";
    assert_eq!(keyed.not_yet_for_upload(), some(expected));
    assert_eq!(schema_of(json!({"normalizer": "lowercase"})).not_yet_for_upload(), None);
    let expanded = schema_of(json!({"synonymMaps": ["map"]}));
    assert_eq!(expanded.not_yet_for_upload(), None);
    assert_eq!(search(&expanded, &["f"], None), None);
    assert_eq!(expanded.field("f").and_then(|field| field.synonym_map.as_deref()), Some("map"));
}

#[test]
fn another_similarity_stops_searches_for_text() {
    for similarity in [
        json!({"@odata.type": BM25, "k1": 1.3}),
        json!({"@odata.type": "#Microsoft.Azure.Search.ClassicSimilarity"}),
    ] {
        let schema = schema(json!({"similarity": similarity}));
        let expected = some("Similarity settings other than the default are");
        assert_eq!(search(&schema, &["title"], None), expected);
        assert_eq!(search(&schema, &[], None), None);
    }
}

#[test]
fn scoring_profiles_in_force_stop_searches_they_would_change() {
    let profiles = json!([
        {"name": "weights", "text": {"weights": {"title": 2}}},
        {"name": "functions", "functions": [{"type": "magnitude", "fieldName": "rating", "boost": 2,
            "magnitude": {"boostingRangeStart": 0, "boostingRangeEnd": 5}}]}
    ]);
    let plain = schema(json!({"scoringProfiles": profiles}));
    assert!(plain.has_scoring_profile("weights") && !plain.has_scoring_profile("Weights"));
    assert_eq!(search(&plain, &["title"], Some("weights")), some("Scoring profiles ('weights') are"));
    assert_eq!(search(&plain, &["id"], Some("weights")), None);
    assert_eq!(search(&plain, &[], Some("weights")), None);
    assert_eq!(search(&plain, &[], Some("functions")), some("Scoring profiles ('functions') are"));
    assert_eq!(search(&plain, &[], Some("nowhere")), None);
    let in_force = schema(json!({"scoringProfiles": profiles, "defaultScoringProfile": "functions"}));
    assert_eq!(search(&in_force, &[], None), some("Scoring profiles ('functions') are"));
    assert_eq!(search(&in_force, &["id"], Some("weights")), None, "a named profile replaces the default");
}
