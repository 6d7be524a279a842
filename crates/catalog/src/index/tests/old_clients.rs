//! Clients of older versions: whatever they got and send back, with or without changes, keeps what their version lacks.

use super::*;

/// Definitions with what some versions lack, each with the version that makes it. The services' own samples are among them:
/// profiles that are not called as their algorithms, vectorizers without keys, originals that are discarded.
fn definitions() -> Vec<(ApiVersion, Value)> {
    let vector = |name: &str, field_type: &str, profile: &str, more: Value| {
        let field =
            json!({"name": name, "type": field_type, "dimensions": 8, "vectorSearchProfile": profile});
        with(field, more)
    };
    let single = |name: &str, profile: &str| vector(name, "Collection(Edm.Single)", profile, json!({}));
    let newest = ApiVersion::NEWEST;
    vec![
        (newest, echoes::everything()),
        (
            newest,
            json!({"name": "crossed", "fields": [key(), single("v", "p"), single("w", "a"), single("x", "q")],
                "vectorSearch": {
                    "algorithms": [{"name": "a", "kind": "hnsw"}, {"name": "b", "kind": "exhaustiveKnn"}, {"name": "c", "kind": "hnsw"}],
                    "profiles": [{"name": "a", "algorithm": "b", "vectorizer": "z"}, {"name": "p", "algorithm": "a"},
                        {"name": "q", "algorithm": "a", "compression": "bq"}, {"name": "unused", "algorithm": "b"}],
                    "vectorizers": [{"name": "z", "kind": "azureOpenAI", "azureOpenAIParameters": {
                        "resourceUri": "https://z", "deploymentId": "d", "modelName": "text-embedding-3-small"}}],
                    "compressions": [{"name": "bq", "kind": "binaryQuantization"}]}}),
        ),
        (
            newest,
            json!({"name": "small", "fields": [key(), vector("v", "Collection(Edm.Half)", "p", json!({"stored": false})),
                    vector("bits", "Collection(Edm.Byte)", "b", json!({"vectorEncoding": "packedBit"})),
                    vector("w", "Collection(Edm.Int16)", "i", json!({"retrievable": true}))],
                "vectorSearch": {
                    "algorithms": [{"name": "h", "kind": "hnsw"},
                        {"name": "e", "kind": "exhaustiveKnn", "exhaustiveKnnParameters": {"metric": "hamming"}}],
                    "profiles": [{"name": "p", "algorithm": "h", "compression": "sq"}, {"name": "b", "algorithm": "e"},
                        {"name": "i", "algorithm": "h"}],
                    "compressions": [
                        {"name": "sq", "kind": "scalarQuantization", "truncationDimension": 4, "rescoringOptions": {
                            "enableRescoring": true, "defaultOversampling": 2, "rescoreStorageMethod": "discardOriginals"}},
                        {"name": "bq", "kind": "binaryQuantization", "rescoringOptions": {"enableRescoring": false}}]}}),
        ),
        (
            newest,
            json!({"name": "asked", "fields": [key()], "vectorSearch": {"vectorizers": [
                {"name": "m", "kind": "aml", "amlParameters": {"uri": "https://m", "region": "r", "modelName": "Cohere-embed-v4"}},
                {"name": "v", "kind": "aiServicesVision", "aiServicesVisionParameters": {
                    "modelVersion": "1", "resourceUri": "https://v"}},
                {"name": "w", "kind": "customWebApi", "customWebApiParameters": {"uri": "https://w", "httpHeaders": {"b": "1", "a": "2"},
                    "authIdentity": {"@odata.type": "#Microsoft.Azure.Search.DataUserAssignedIdentity",
                        "userAssignedIdentity": "/x", "federatedIdentityClientId": "y"}}}]}}),
        ),
        (
            ApiVersion::V2023_10_01Preview,
            json!({"name": "unnamed", "fields": [key()], "vectorSearch": {"vectorizers": [{"name": "z", "kind": "azureOpenAI",
                "azureOpenAIParameters": {"resourceUri": "https://z", "deploymentId": "d"}}]}}),
        ),
        (
            newest,
            json!({"name": "ranked", "description": "d",
                "fields": [key(), {"name": "t", "type": "Edm.String", "normalizer": "lowercase"}, {"name": "n", "type": "Collection(Edm.Int64)"},
                    {"name": "c", "type": "Edm.ComplexType", "fields": [{"name": "x", "type": "Collection(Edm.ComplexType)", "fields": [
                        {"name": "y", "type": "Edm.String", "normalizer": "lowercase", "synonymMaps": ["map"]}]}]}],
                "similarity": {"@odata.type": "#Microsoft.Azure.Search.ClassicSimilarity"},
                "scoringProfiles": [{"name": "s", "functionAggregation": "product", "text": {"weights": {"t": 2}}}],
                "semantic": {"defaultConfiguration": "c", "configurations": [
                    {"name": "b", "prioritizedFields": {"prioritizedKeywordsFields": [{"fieldName": "t"}]}},
                    {"name": "c", "rankingOrder": "RerankerScore", "flightingOptIn": true, "prioritizedFields": {"titleField": {"fieldName": "t"}}}]}}),
        ),
        (
            ApiVersion::V2016_09_01,
            json!({"name": "old", "fields": [key(), {"name": "t", "type": "Edm.String", "analyzer": "mine"}],
                "analyzers": [{"@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer", "name": "mine", "tokenizer": "p"}],
                "tokenizers": [{"@odata.type": "#Microsoft.Azure.Search.PathHierarchyTokenizer", "name": "p", "bufferSize": 5}]}),
        ),
        (
            ApiVersion::V2023_07_01Preview,
            json!({"name": "first", "fields": [key(), {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 8,
                    "vectorSearchConfiguration": "h"}],
                "vectorSearch": {"algorithmConfigurations": [{"name": "h", "kind": "hnsw"}, {"name": "i", "kind": "hnsw"}]}}),
        ),
    ]
}

fn made(version: ApiVersion, definition: &Value) -> Bound {
    let new = indexes::Index::parse(definition.to_string().as_bytes(), version).unwrap();
    bind(&new, None, &Rules { version, ..rules() }).unwrap()
}

/// What a `PUT` of `body` makes of it.
fn put(stored: &Bound, body: &Value, version: ApiVersion) -> Result<Bound, DefinitionError> {
    let mut new = indexes::Index::parse(body.to_string().as_bytes(), version).unwrap();
    new.carry_over(&stored.definition, version);
    let existing = Existing { schema: &stored.schema, definition: &stored.definition };
    bind(&new, Some(existing), &Rules { version, ..rules() })
}

#[test]
fn what_is_got_in_any_version_and_sent_back_changes_nothing() {
    for (first, definition) in definitions() {
        let stored = made(first, &definition);
        for version in ApiVersion::ALL {
            let got = Value::Object(stored.definition.members(version));
            let again = put(&stored, &got, version);
            let again = again.unwrap_or_else(|error| panic!("{version}: {error}\n{got}"));
            assert_eq!(again.definition, stored.definition, "{version}: {got}");
            assert_eq!(again.schema.version, 1);
        }
    }
}

/// Gets `definition` in `version`, replaces what the pointer leads to, and returns what is stored after it is sent back.
fn edited(definition: &Value, version: ApiVersion, pointer: &str, new: Value) -> Value {
    let stored = made(ApiVersion::NEWEST, definition);
    let mut got = Value::Object(stored.definition.members(version));
    *got.pointer_mut(pointer).unwrap() = new;
    let after = put(&stored, &got, version).unwrap_or_else(|error| panic!("{version}: {error}\n{got}"));
    Value::Object(after.definition.members(ApiVersion::NEWEST))
}

#[test]
fn what_a_version_can_say_it_can_change_and_remove() {
    let all = definitions();
    let named = |name: &str| {
        let found = all.iter().find(|(_, definition)| definition["name"] == name);
        found.unwrap().1.clone()
    };
    let v2023 = ApiVersion::V2023_11_01;
    // A profile that goes; the vectorizers, which the version does not have, stay.
    let after = edited(
        &named("crossed"),
        v2023,
        "/vectorSearch/profiles/3",
        json!({"name": "new", "algorithm": "c"}),
    );
    assert_eq!(
        after["vectorSearch"]["profiles"].to_string(),
        concat!(
            r#"[{"name":"a","algorithm":"b","vectorizer":"z","compression":null},"#,
            r#"{"name":"p","algorithm":"a","vectorizer":null,"compression":null},"#,
            r#"{"name":"q","algorithm":"a","vectorizer":null,"compression":"bq"},"#,
            r#"{"name":"new","algorithm":"c","vectorizer":null,"compression":null}]"#
        )
    );
    assert_eq!(after["vectorSearch"]["vectorizers"][0]["name"], "z");
    // All of `vectorSearch` may go where no field uses it.
    let after = edited(&named("asked"), ApiVersion::V2024_07_01, "/vectorSearch", Value::Null);
    assert_eq!(after["vectorSearch"], Value::Null);
    // A vectorizer of another kind is another one and takes nothing over.
    let web = json!({"name": "m", "kind": "customWebApi", "customWebApiParameters": {"uri": "https://w"}});
    let after = edited(&named("asked"), ApiVersion::V2024_07_01, "/vectorSearch/vectorizers/0", web);
    assert_eq!(after["vectorSearch"]["vectorizers"][0]["amlParameters"], Value::Null);
    // Old members of rescoring change it, what they cannot say stays.
    let after = edited(
        &named("small"),
        ApiVersion::V2024_07_01,
        "/vectorSearch/compressions/1/rerankWithOriginalVectors",
        json!(true),
    );
    assert_eq!(
        after["vectorSearch"]["compressions"][1]["rescoringOptions"].to_string(),
        r#"{"enableRescoring":true,"defaultOversampling":4.0,"rescoreStorageMethod":"preserveOriginals"}"#
    );
    // The default goes with its configuration where the version cannot take it away.
    let after = edited(
        &named("ranked"),
        ApiVersion::V2021_04_30Preview,
        "/semantic/configurations/1/name",
        json!("d"),
    );
    assert_eq!(after["semantic"]["defaultConfiguration"], Value::Null);
    let after = edited(&named("ranked"), ApiVersion::V2020_06_30, "/scoringProfiles", json!([]));
    assert_eq!(after["semantic"]["configurations"][1]["rankingOrder"], "RerankerScore");
}

#[test]
fn the_first_vectors_keep_the_profiles_they_cannot_see() {
    let version = ApiVersion::V2023_07_01Preview;
    let definition = definitions().swap_remove(1).1;
    let vector = |name: &str, algorithm: &str| {
        json!({"name": name, "type": "Collection(Edm.Single)", "dimensions": 8,
            "vectorSearchConfiguration": algorithm})
    };
    // A field may come that uses an algorithm configuration which has a profile of its name, or gets one.
    let fields = |more: Value| {
        let fields = [key(), vector("v", "a"), vector("w", "b"), vector("x", "a"), more];
        Value::from(fields.to_vec())
    };
    let after = edited(&definition, version, "/fields", fields(vector("y", "c")));
    let profiles: Vec<&str> = after["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["vectorSearchProfile"].as_str())
        .collect();
    assert_eq!(profiles, ["p", "a", "q", "c"]);
    let last = after["vectorSearch"]["profiles"].as_array().unwrap().last().unwrap();
    assert_eq!(last.to_string(), r#"{"name":"c","algorithm":"c","vectorizer":null,"compression":null}"#);

    // A field cannot come by another algorithm because a profile has its name.
    let stored = made(ApiVersion::NEWEST, &definition);
    let mut got = Value::Object(stored.definition.members(version));
    got["fields"] = fields(vector("y", "a"));
    let error = put(&stored, &got, version).unwrap_err().to_string();
    assert!(error.contains("'a'"), "{error}");
    // Nor can a field change its algorithm, with a profile or without.
    got["fields"] = fields(vector("y", "c"));
    got["fields"][1] = vector("v", "b");
    assert!(put(&stored, &got, version).is_err());
}

#[test]
fn words_and_types_newer_than_the_version_come_in_with_the_versions_that_have_them() {
    let check = |version: ApiVersion, vector_search: Value, expected: Option<&str>| {
        let definition = json!({"name": "i1", "fields": [key()], "vectorSearch": vector_search});
        let new = indexes::Index::parse(definition.to_string().as_bytes(), version).unwrap();
        let refused =
            bind(&new, None, &Rules { version, ..rules() }).map_err(|error| error.to_string()).err();
        assert_eq!(refused.as_deref(), expected, "{version}");
    };
    let first = json!({"algorithmConfigurations": [{"name": "a", "kind": "exhaustiveKnn"}]});
    let refused = "The vector search algorithm configuration 'a' has the kind 'exhaustiveKnn' which is not supported. \
                   Supported kinds are 'hnsw'.";
    check(ApiVersion::V2023_07_01Preview, first, Some(refused));
    let exhaustive = json!({"algorithms": [{"name": "a", "kind": "exhaustiveKnn"}]});
    check(ApiVersion::V2023_10_01Preview, exhaustive, None);
    let bits =
        json!({"algorithms": [{"name": "a", "kind": "hnsw", "hnswParameters": {"metric": "hamming"}}]});
    check(
        ApiVersion::V2023_11_01,
        bits.clone(),
        Some(
            "The vector search algorithm configuration 'a' has the metric 'hamming' which is not supported. Supported \
             metrics are 'cosine', 'euclidean' and 'dotProduct'.",
        ),
    );
    check(ApiVersion::V2024_07_01, bits, None);
    let vision = json!({"vectorizers": [{"name": "v", "kind": "aiServicesVision"}]});
    check(
        ApiVersion::V2026_04_01,
        vision,
        Some(
            "The vector search vectorizer 'v' has the kind 'aiServicesVision' which is not supported. Supported kinds are \
             'azureOpenAI', 'customWebApi' and 'aml'.",
        ),
    );
    let aml = json!({"vectorizers": [{"name": "v", "kind": "aml"}]});
    check(
        ApiVersion::V2025_09_01,
        aml,
        Some(
            "The vector search vectorizer 'v' has the kind 'aml' which is not supported. Supported kinds are 'azureOpenAI' \
             and 'customWebApi'.",
        ),
    );
}

#[test]
fn the_first_vectors_are_told_of_members_they_have() {
    let version = ApiVersion::V2023_07_01Preview;
    let body = json!({"name": "i1", "fields": [key(), {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 3}]});
    let new = indexes::Index::parse(body.to_string().as_bytes(), version).unwrap();
    let error = bind(&new, None, &Rules { version, ..rules() }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The vector field 'v' must have the property 'vectorSearchConfiguration' set."
    );
}
