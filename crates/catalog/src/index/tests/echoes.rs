//! What parts look like once they are completed: defaults filled in, words in the service's spelling.

use super::*;

/// The echo of one part of an index with a few fields.
fn echo_part(part: &str, more: Value) -> String {
    let fields = json!([
        {"name": "title", "type": "Edm.String"},
        {"name": "rating", "type": "Edm.Double"},
        {"name": "day", "type": "Edm.DateTimeOffset"}
    ]);
    echo(&with(with_fields(fields), json!({part: more})))[part].to_string()
}

#[test]
fn scoring_profiles() {
    // `wire.md` §10: aggregation `sum` with functions, null without; the parameter objects of other types null.
    assert_eq!(
        echo_part("scoringProfiles", json!([{"name": "p", "text": {"weights": {"title": 2}}}])),
        r#"[{"name":"p","functionAggregation":null,"text":{"weights":{"title":2.0}},"functions":[]}]"#
    );
    assert_eq!(
        echo_part(
            "scoringProfiles",
            json!([{"name": "p", "functions": [
                {"type": "magnitude", "fieldName": "rating", "boost": -2, "interpolation": "Logarithmic",
                 "magnitude": {"boostingRangeStart": 5, "boostingRangeEnd": 1}},
                {"type": "freshness", "fieldName": "day", "boost": 1.5, "freshness": {"boostingDuration": "PT48H"}}]}])
        ),
        concat!(
            r#"[{"name":"p","functionAggregation":"sum","text":null,"functions":[{"fieldName":"rating","interpolation":"logarithmic","#,
            r#""type":"magnitude","boost":-2.0,"freshness":null,"magnitude":{"boostingRangeStart":5.0,"boostingRangeEnd":1.0,"#,
            r#""constantBoostBeyondRange":false},"distance":null,"tag":null},{"fieldName":"day","interpolation":"linear","#,
            r#""type":"freshness","boost":1.5,"freshness":{"boostingDuration":"P2D"},"magnitude":null,"distance":null,"tag":null}]}]"#
        )
    );
    let profile = json!([{"name": "p", "functionAggregation": "FirstMatching"}]);
    assert!(echo_part("scoringProfiles", profile).contains(r#""functionAggregation":"firstMatching""#));
}

#[test]
fn suggesters_semantic_configurations_cors_and_similarity() {
    assert_eq!(
        echo_part("suggesters", json!([{"name": "sg", "sourceFields": ["title"]}])),
        r#"[{"name":"sg","searchMode":"analyzingInfixMatching","sourceFields":["title"]}]"#
    );
    // `wire.md` §7, without what only previews have.
    assert_eq!(
        echo_part(
            "semantic",
            json!({"configurations": [{"name": "c", "prioritizedFields": {"prioritizedContentFields": [{"fieldName": "title"}]}}]})
        ),
        concat!(
            r#"{"defaultConfiguration":null,"configurations":[{"name":"c","rankingOrder":"BoostedRerankerScore","#,
            r#""prioritizedFields":{"titleField":null,"prioritizedContentFields":[{"fieldName":"title"}],"#,
            r#""prioritizedKeywordsFields":[]}}]}"#
        )
    );
    assert_eq!(
        echo_part("corsOptions", json!({"allowedOrigins": ["*"]})),
        r#"{"allowedOrigins":["*"],"maxAgeInSeconds":null}"#
    );
    assert_eq!(
        echo_part("similarity", json!({"@odata.type": BM25, "k1": 1.3})),
        format!(r#"{{"@odata.type":"{BM25}","k1":1.3,"b":null}}"#)
    );
}

/// A definition with something in every part.
pub(super) fn everything() -> Value {
    let component = |odata_type: &str, name: &str, options: Value| {
        let base = json!({"@odata.type": format!("#Microsoft.Azure.Search.{odata_type}"), "name": name});
        with(base, options)
    };
    let fields = json!([
        {"name": "title", "type": "Edm.String", "analyzer": "en.lucene", "synonymMaps": ["map"]},
        {"name": "own", "type": "Edm.String", "indexAnalyzer": "mine", "searchAnalyzer": "stop", "normalizer": "own one"},
        {"name": "rating", "type": "Edm.Double", "normalizer": null},
        {"name": "c", "type": "Collection(Edm.ComplexType)", "fields": [{"name": "x", "type": "Edm.String"}]},
        {"name": "v", "type": "Collection(Edm.Half)", "dimensions": 3, "vectorSearchProfile": "p", "stored": false}
    ]);
    with(
        with_fields(fields),
        json!({
            "description": "d",
            "defaultScoringProfile": "s",
            "scoringProfiles": [{"name": "s", "text": {"weights": {"title": 2, "c/x": 0.5}}, "functions": [
                {"type": "magnitude", "fieldName": "rating", "boost": 3, "magnitude": {"boostingRangeStart": 1, "boostingRangeEnd": 5}}]}],
            "corsOptions": {"allowedOrigins": ["https://a.example"], "maxAgeInSeconds": 60},
            "suggesters": [{"name": "sg", "sourceFields": ["title", "c/x"]}],
            "analyzers": [
                component("CustomAnalyzer", "mine", json!({"tokenizer": "t", "tokenFilters": ["f", "stops"], "charFilters": ["m"]})),
                component("PatternAnalyzer", "pat", json!({"flags": "DOTALL"}))],
            "tokenizers": [component("PathHierarchyTokenizerV2", "t", json!({}))],
            "tokenFilters": [
                component("StopwordsTokenFilter", "stops", json!({"stopwords": ["a"]})),
                component("WordDelimiterTokenFilter", "f", json!({}))],
            "charFilters": [component("MappingCharFilter", "m", json!({"mappings": ["a=>b"]}))],
            "normalizers": [component("CustomNormalizer", "own one", json!({"tokenFilters": ["lowercase"]}))],
            "similarity": {"@odata.type": BM25, "k1": 1.3, "b": null},
            "semantic": {"defaultConfiguration": "c", "configurations": [{"name": "c", "prioritizedFields": {
                "titleField": {"fieldName": "title"}, "prioritizedContentFields": [{"fieldName": "own"}]}}]},
            "vectorSearch": {
                "algorithms": [{"name": "h", "kind": "hnsw"}],
                "profiles": [{"name": "p", "algorithm": "h", "vectorizer": "z", "compression": "sq"}],
                "vectorizers": [{"name": "z", "kind": "azureOpenAI", "azureOpenAIParameters": {
                    "resourceUri": "https://z", "deploymentId": "d", "modelName": "text-embedding-3-small"}}],
                "compressions": [{"name": "sq", "kind": "scalarQuantization"}]
            }
        }),
    )
}

#[test]
fn what_is_stored_binds_to_the_same() {
    let bound = bind_new(&everything()).unwrap();
    let stored = serde_json::to_string(&bound.definition).unwrap();
    let reread: indexes::Index = serde_json::from_str(&stored).unwrap();
    assert_eq!(reread, bound.definition);
    let again = rebind(&reread, &field_ids(&bound.schema)).unwrap();
    assert_eq!(format!("{again:?}"), format!("{:?}", bound.schema));
}

#[test]
fn compressions_and_vectorizers() {
    let search = json!({
        "algorithms": [{"name": "h", "kind": "hnsw"}],
        "profiles": [{"name": "p", "algorithm": "h", "vectorizer": "z", "compression": "sq"}],
        "vectorizers": [{"name": "z", "kind": "customWebApi", "customWebApiParameters": {
            "uri": "https://a", "httpMethod": "post", "timeout": "PT90S"}}],
        "compressions": [
            {"name": "sq", "kind": "scalarQuantization"},
            {"name": "bq", "kind": "binaryQuantization", "truncationDimension": 512,
             "rescoringOptions": {"enableRescoring": false, "rescoreStorageMethod": "discardOriginals"}}]
    });
    let echoed = &echo(&json!({"name": "i1", "fields": [key()], "vectorSearch": search}))["vectorSearch"];
    assert_eq!(
        echoed["profiles"].to_string(),
        r#"[{"name":"p","algorithm":"h","vectorizer":"z","compression":"sq"}]"#
    );
    let web_api = echoed["vectorizers"][0]["customWebApiParameters"].clone();
    assert_eq!((&web_api["httpMethod"], &web_api["timeout"]), (&json!("POST"), &json!("PT1M30S")));
    assert_eq!(
        echoed["compressions"].to_string(),
        concat!(
            r#"[{"name":"sq","kind":"scalarQuantization","truncationDimension":null,"scalarQuantizationParameters":{"#,
            r#""quantizedDataType":"int8"},"rescoringOptions":{"enableRescoring":true,"defaultOversampling":4.0,"#,
            r#""rescoreStorageMethod":"preserveOriginals"}},{"name":"bq","kind":"binaryQuantization","#,
            r#""truncationDimension":512,"scalarQuantizationParameters":null,"rescoringOptions":{"enableRescoring":false,"#,
            r#""defaultOversampling":null,"rescoreStorageMethod":"discardOriginals"}}]"#
        )
    );
}
