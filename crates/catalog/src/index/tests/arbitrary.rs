//! Arbitrary definitions: nothing panics, and what binds binds again.

use proptest::prelude::*;

use super::*;

/// Definitions that are close enough to valid ones to reach every rule.
fn arbitrary_definition() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["id", "a", "B", "b", "_x", "", "azureSearchX"]);
    let type_name = prop::sample::select(vec![
        "Edm.String",
        "Edm.String",
        "Edm.Int32",
        "Collection(Edm.String)",
        "Edm.GeographyPoint",
        "Collection(Edm.Single)",
        "Collection(Edm.Byte)",
        "Edm.ComplexType",
        "Collection(",
    ]);
    let flag = || prop::sample::select(vec![Value::Null, Value::Null, json!(true), json!(false)]);
    let text =
        prop::sample::select(vec![Value::Null, Value::Null, json!("simple"), json!("en.lucene"), json!("p")]);
    let leaf = (name, type_name, flag(), flag(), flag(), text, prop_oneof![Just(Value::Null), (-1..5000).prop_map(|n| json!(n))])
        .prop_map(|(name, type_name, key, retrievable, stored, text, dimensions)| {
            json!({
                "name": name, "type": type_name, "key": key, "retrievable": retrievable, "stored": stored, "sortable": stored,
                "analyzer": text, "vectorSearchProfile": text, "dimensions": dimensions
            })
        });
    let field = leaf.prop_recursive(4, 24, 4, |inner| {
        (prop::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(fields, collection)| {
            let type_name = if collection { "Collection(Edm.ComplexType)" } else { "Edm.ComplexType" };
            json!({"name": "c", "type": type_name, "fields": fields})
        })
    });
    (prop::collection::vec(field, 0..6), prop::collection::vec(arbitrary_part(), 0..4))
        .prop_map(|(fields, parts)| parts.into_iter().fold(with_fields(Value::Array(fields)), with))
}

/// A part that may or may not fit the fields.
fn arbitrary_part() -> impl Strategy<Value = Value> {
    let path = || prop::sample::select(vec!["id", "a", "b", "c/a", "c", "", "nowhere"]);
    let word = prop::sample::select(vec!["magnitude", "tag", "freshness", "P1D", "sum", "standard", "x"]);
    let number = prop_oneof![Just(Value::Null), (-2.0..3.0).prop_map(|number| json!(number))];
    (0..7, path(), path(), word, number).prop_map(|(part, one, other, word, number)| match part {
        0 => json!({"suggesters": [{"name": "sg", "sourceFields": [one, other]}]}),
        1 => json!({"scoringProfiles": [{"name": word, "text": {"weights": {one: 2}}}], "defaultScoringProfile": other}),
        2 => json!({"scoringProfiles": [{"name": "p", "functionAggregation": word, "functions": [
            {"type": word, "fieldName": one, "boost": number, "tag": {"tagsParameter": other},
             "magnitude": {"boostingRangeStart": number}, "freshness": {"boostingDuration": word}}]}]}),
        3 => json!({"semantic": {"defaultConfiguration": other, "configurations": [{"name": word, "prioritizedFields": {
            "titleField": {"fieldName": one}, "prioritizedKeywordsFields": [{"fieldName": other}]}}]}}),
        4 => json!({"analyzers": [{"@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer", "name": one, "tokenizer": word,
            "tokenFilters": [other]}]}),
        5 => json!({"similarity": {"@odata.type": BM25, "k1": number, "b": number}}),
        _ => json!({"corsOptions": {"allowedOrigins": [one, word]}}),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_definition_panics_and_what_binds_binds_again(first in arbitrary_definition(), second in arbitrary_definition()) {
        if let Ok(bound) = bind_new(&first) {
            let again = rebind(&bound.definition, &field_ids(&bound.schema)).unwrap();
            prop_assert_eq!(format!("{:?}", again), format!("{:?}", bound.schema));
            if let Ok(after) = update(&bound, &second) {
                for field in bound.schema.walk() {
                    prop_assert_eq!(after.schema.field(&field.path).map(|after| after.id), Some(field.id));
                }
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\",:a-z0-9 ]{0,80}") {
        for body in [bytes.as_slice(), text.as_bytes(), format!("{{\"name\":\"i1\",\"fields\":[{text}]}}").as_bytes()] {
            if let Ok(index) = indexes::Index::parse(body, ApiVersion::NEWEST) {
                let _ = bind(&index, None, &rules());
            }
        }
    }
}
