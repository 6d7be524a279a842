//! Bodies in and out, by version. Orders of members are those of `wire.md` §10.

use serde_json::json;

use super::*;
use crate::ApiVersion::{
    V2015_02_28, V2016_09_01, V2017_11_11, V2019_05_06, V2020_06_30, V2021_04_30Preview, V2023_10_01Preview,
    V2024_05_01Preview, V2024_09_01Preview, V2024_11_01Preview, V2026_04_01, V2026_08_01Preview,
};

fn parse(body: &str) -> Index {
    Index::parse(body.as_bytes(), V2026_04_01).unwrap()
}

fn text(members: &impl Serialize) -> String {
    serde_json::to_string(members).unwrap()
}

/// What a body read by one version looks like in another, at a path such as `fields/0`.
fn converted(body: &Value, from: ApiVersion, to: ApiVersion, path: &str) -> String {
    let index = Index::parse(body.to_string().as_bytes(), from).unwrap();
    Value::Object(index.members(to)).pointer(path).unwrap().to_string()
}

fn refusal(body: &Value, version: ApiVersion) -> Option<String> {
    Index::parse(body.to_string().as_bytes(), version).err().map(|error| error.to_string())
}

fn names(members: &Value) -> Vec<&str> {
    members.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn unset_members_are_null_or_empty_in_the_order_of_the_service() {
    let index = parse(r#"{"fields":null,"@odata.etag":"x","name":"i","suggesters":null}"#);
    for version in [V2025_09_01, V2026_04_01] {
        assert_eq!(
            text(&index.members(version)),
            concat!(
                r#"{"name":"i","description":null,"defaultScoringProfile":null,"fields":[],"scoringProfiles":[],"#,
                r#""corsOptions":null,"suggesters":[],"analyzers":[],"normalizers":[],"tokenizers":[],"#,
                r#""tokenFilters":[],"charFilters":[],"encryptionKey":null,"similarity":null,"semantic":null,"#,
                r#""vectorSearch":null}"#
            )
        );
    }
}

#[test]
fn each_version_has_its_members_in_its_order() {
    for (version, expected) in [
        (V2015_02_28, "name defaultScoringProfile fields scoringProfiles corsOptions suggesters"),
        (
            V2016_09_01,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers tokenizers \
             tokenFilters charFilters",
        ),
        (
            V2020_06_30,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers tokenizers \
             tokenFilters charFilters encryptionKey similarity",
        ),
        (
            V2021_04_30Preview,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers normalizers \
             tokenizers tokenFilters charFilters encryptionKey similarity semantic",
        ),
        (
            V2023_11_01,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers tokenizers \
             tokenFilters charFilters encryptionKey similarity vectorSearch semantic",
        ),
        (
            V2024_03_01Preview,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers normalizers \
             tokenizers tokenFilters charFilters encryptionKey similarity semantic vectorSearch",
        ),
        (
            V2024_07_01,
            "name defaultScoringProfile fields scoringProfiles corsOptions suggesters analyzers tokenizers \
             tokenFilters charFilters encryptionKey similarity semantic vectorSearch",
        ),
        (
            V2025_11_01Preview,
            "name description defaultScoringProfile permissionFilterOption purviewEnabled fields scoringProfiles \
             corsOptions suggesters analyzers normalizers tokenizers tokenFilters charFilters encryptionKey \
             similarity semantic vectorSearch",
        ),
        (
            V2026_05_01Preview,
            "name description defaultScoringProfile permissionFilterOption purviewEnabled fields scoringProfiles \
             corsOptions suggesters analyzers normalizers tokenizers tokenFilters charFilters encryptionKey \
             similarity semantic vectorSearch sharePointConnectorAppRegistration",
        ),
    ] {
        let members = Value::Object(Index::default().members(version));
        assert_eq!(names(&members).join(" "), expected, "{version}");
    }
    let preview = Index::default().members(V2025_11_01Preview);
    assert_eq!(
        (&preview["permissionFilterOption"], &preview["purviewEnabled"]),
        (&json!(null), &json!(false))
    );
}

#[test]
fn fields_have_what_their_version_has() {
    let always = "name type searchable filterable retrievable sortable facetable key";
    let analyzers = "indexAnalyzer searchAnalyzer analyzer";
    for (version, expected) in [
        (V2015_02_28, format!("{always} analyzer")),
        (V2020_06_30, format!("{always} {analyzers} synonymMaps")),
        (V2021_04_30Preview, format!("{always} {analyzers} normalizer synonymMaps")),
        (
            V2023_07_01Preview,
            format!("{always} {analyzers} normalizer dimensions vectorSearchConfiguration synonymMaps"),
        ),
        (V2023_11_01, format!("{always} {analyzers} dimensions vectorSearchProfile synonymMaps")),
        (
            V2024_07_01,
            format!(
                "name type searchable filterable retrievable stored sortable facetable key {analyzers} dimensions \
                 vectorSearchProfile vectorEncoding synonymMaps"
            ),
        ),
        (
            V2026_04_01,
            format!(
                "name type searchable filterable retrievable stored sortable facetable key {analyzers} normalizer \
                 dimensions vectorSearchProfile vectorEncoding synonymMaps"
            ),
        ),
        (
            V2025_11_01Preview,
            format!(
                "name type searchable filterable retrievable stored sortable facetable key {analyzers} normalizer \
                 dimensions vectorSearchProfile vectorEncoding permissionFilter sensitivityLabel synonymMaps"
            ),
        ),
        (
            V2026_05_01Preview,
            format!(
                "name type searchable filterable retrievable stored sortable facetable key {analyzers} normalizer \
                 dimensions vectorSearchProfile vectorEncoding permissionFilter sensitivityLabelId \
                 sensitivityLabelName sourceDocumentId sharepointSiteUrl synonymMaps"
            ),
        ),
    ] {
        let index = Index { fields: vec![Field::default()], ..Index::default() };
        let members = &index.members(version)["fields"][0];
        assert_eq!(names(members).join(" "), expected, "{version}");
    }
}

#[test]
fn complex_fields_show_their_sub_fields_only() {
    let index = parse(
        r#"{"fields":[{"type":"Edm.ComplexType","name":"a","key":null,"fields":[{"name":"b","type":"Edm.Int32","key":false}]}]}"#,
    );
    assert_eq!(
        text(&index.members(V2026_04_01)["fields"]),
        concat!(
            r#"[{"name":"a","type":"Edm.ComplexType","fields":[{"name":"b","type":"Edm.Int32","searchable":null,"#,
            r#""filterable":null,"retrievable":null,"stored":null,"sortable":null,"facetable":null,"key":false,"#,
            r#""indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"#,
            r#""vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}]}]"#
        )
    );
}

#[test]
fn parts_of_an_index_come_in_the_order_of_the_service() {
    let body = json!({
        "scoringProfiles": [{"functions": [
            {"type": "magnitude", "boost": 2, "magnitude": {"boostingRangeEnd": 5, "boostingRangeStart": 1}, "fieldName": "r"},
        ], "name": "p", "text": {"weights": {"b": 2, "a": 1.5}}}],
        "corsOptions": {"maxAgeInSeconds": 60, "allowedOrigins": ["*"]},
        "suggesters": [{"sourceFields": ["a"], "searchMode": "analyzingInfixMatching", "name": "sg"}],
        "analyzers": [{"charFilters": ["html_strip"], "tokenizer": "classic", "name": "x",
                       "@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer"}],
        "similarity": {"@odata.type": "#Microsoft.Azure.Search.ClassicSimilarity"},
        "semantic": {"configurations": [{"prioritizedFields": {"titleField": {"fieldName": "t"}}, "name": "s"}]},
        "encryptionKey": {"keyVaultUri": "u", "keyVaultKeyName": "k",
                          "identity": {"@odata.type": "#Microsoft.Azure.Search.DataNoneIdentity"}},
    });
    for (path, expected) in [
        (
            "/scoringProfiles",
            concat!(
                r#"[{"name":"p","functionAggregation":null,"text":{"weights":{"b":2.0,"a":1.5}},"functions":[{"fieldName":"r","#,
                r#""interpolation":null,"type":"magnitude","boost":2.0,"freshness":null,"magnitude":{"boostingRangeStart":1.0,"#,
                r#""boostingRangeEnd":5.0,"constantBoostBeyondRange":null},"distance":null,"tag":null}]}]"#
            ),
        ),
        ("/corsOptions", r#"{"allowedOrigins":["*"],"maxAgeInSeconds":60}"#),
        ("/suggesters", r#"[{"name":"sg","searchMode":"analyzingInfixMatching","sourceFields":["a"]}]"#),
        (
            "/analyzers",
            concat!(
                r##"[{"@odata.type":"#Microsoft.Azure.Search.CustomAnalyzer","name":"x","tokenizer":"classic","##,
                r#""tokenFilters":[],"charFilters":["html_strip"]}]"#
            ),
        ),
        ("/similarity", r##"{"@odata.type":"#Microsoft.Azure.Search.ClassicSimilarity"}"##),
        (
            "/semantic",
            concat!(
                r#"{"defaultConfiguration":null,"configurations":[{"name":"s","rankingOrder":null,"prioritizedFields":"#,
                r#"{"titleField":{"fieldName":"t"},"prioritizedContentFields":[],"prioritizedKeywordsFields":[]}}]}"#
            ),
        ),
        (
            "/encryptionKey",
            concat!(
                r#"{"keyVaultKeyName":"k","keyVaultKeyVersion":null,"keyVaultUri":"u","accessCredentials":null,"#,
                r##""identity":{"@odata.type":"#Microsoft.Azure.Search.DataNoneIdentity"}}"##
            ),
        ),
    ] {
        assert_eq!(converted(&body, V2026_04_01, V2026_04_01, path), expected);
    }
    // 2021-04-30-Preview had no default configuration, later previews have one member more.
    let semantic = |version| converted(&body, V2026_04_01, version, "/semantic");
    assert!(
        semantic(V2021_04_30Preview).starts_with(r#"{"configurations":[{"name":"s","prioritizedFields":"#)
    );
    assert!(
        semantic(V2025_11_01Preview)
            .contains(r#"{"name":"s","flightingOptIn":false,"rankingOrder":null,"prioritizedFields""#)
    );
}

#[test]
fn vector_search_shows_all_parameter_objects() {
    let body = concat!(
        r#"{"algorithms":[{"name":"h","kind":"hnsw","hnswParameters":{"metric":"cosine","m":4,"efConstruction":400,"#,
        r#""efSearch":500},"exhaustiveKnnParameters":null}],"profiles":[{"name":"p","algorithm":"h","#,
        r#""vectorizer":null,"compression":null}],"vectorizers":[{"name":"v","kind":"customWebApi","#,
        r#""azureOpenAIParameters":null,"customWebApiParameters":{"httpMethod":null,"uri":"u","timeout":null,"#,
        r#""authResourceId":null,"httpHeaders":{"b":"1","a":"2"},"authIdentity":null},"amlParameters":null}],"#,
        r#""compressions":[{"name":"c","kind":"binaryQuantization","truncationDimension":null,"#,
        r#""scalarQuantizationParameters":null,"rescoringOptions":{"enableRescoring":true,"defaultOversampling":4.0,"#,
        r#""rescoreStorageMethod":"preserveOriginals"}}]}"#
    );
    let index = parse(&format!(r#"{{"vectorSearch":{body}}}"#));
    assert_eq!(text(&index.members(V2026_04_01)["vectorSearch"]), body);
    let preview = text(&index.members(V2026_08_01Preview)["vectorSearch"]);
    assert!(preview.contains(r#""aiServicesVisionParameters":null,"amlParameters":null"#), "{preview}");
}

#[test]
fn the_first_vectors_become_profiles_and_go_back() {
    let first = json!({
        "fields": [{"name": "v", "type": "Collection(Edm.Single)", "dimensions": 3, "vectorSearchConfiguration": "h"}],
        "vectorSearch": {"algorithmConfigurations": [{"name": "h", "kind": "hnsw", "hnswParameters": {"m": 5}}]},
    });
    let to = |version, path| converted(&first, V2023_07_01Preview, version, path);
    assert_eq!(to(V2026_04_01, "/fields/0/vectorSearchProfile"), r#""h""#);
    let algorithm = r#"{"name":"h","kind":"hnsw","hnswParameters":{"metric":null,"m":5,"efConstruction":null,"efSearch":null}"#;
    assert_eq!(
        to(V2023_11_01, "/vectorSearch"),
        format!(
            r#"{{"algorithms":[{algorithm},"exhaustiveKnnParameters":null}}],"profiles":[{{"name":"h","algorithm":"h"}}]}}"#
        )
    );
    assert_eq!(
        to(V2023_07_01Preview, "/vectorSearch"),
        format!(r#"{{"algorithmConfigurations":[{algorithm}}}]}}"#)
    );

    // Profiles of other names: their fields name the algorithm.
    let newest = json!({
        "fields": [{"name": "v", "type": "Collection(Edm.Single)", "vectorSearchProfile": "p"}],
        "vectorSearch": {"algorithms": [{"name": "h", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "h"}]},
    });
    let field = converted(&newest, V2026_04_01, V2023_07_01Preview, "/fields/0");
    assert!(field.contains(r#""vectorSearchConfiguration":"h""#), "{field}");
}

#[test]
fn options_of_rescoring_move_between_a_compression_and_its_object() {
    let compression = |more: Value| {
        let mut compression = json!({"name": "c", "kind": "scalarQuantization"});
        compression.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"vectorSearch": {"compressions": [compression]}})
    };
    let old = compression(json!({"rerankWithOriginalVectors": false, "defaultOversampling": 2}));
    let new = compression(json!({"rescoringOptions": {"enableRescoring": false, "defaultOversampling": 2}}));
    let path = "/vectorSearch/compressions/0";
    let old_text = concat!(
        r#"{"name":"c","kind":"scalarQuantization","rerankWithOriginalVectors":false,"defaultOversampling":2.0,"#,
        r#""scalarQuantizationParameters":null}"#
    );
    let new_text = concat!(
        r#"{"name":"c","kind":"scalarQuantization","truncationDimension":null,"scalarQuantizationParameters":null,"#,
        r#""rescoringOptions":{"enableRescoring":false,"defaultOversampling":2.0,"rescoreStorageMethod":null}}"#
    );
    for (body, from, to, expected) in [
        (&old, V2024_07_01, V2024_07_01, old_text),
        (&old, V2024_07_01, V2026_04_01, new_text),
        (&old, V2024_05_01Preview, V2025_09_01, new_text),
        (&old, V2024_11_01Preview, V2024_11_01Preview, new_text),
        (&old, V2025_09_01, V2026_04_01, new_text),
        (&new, V2026_04_01, V2024_07_01, old_text),
    ] {
        assert_eq!(converted(body, from, to, path), expected, "{from} to {to}");
    }
    assert!(
        refusal(&new, V2024_09_01Preview)
            .unwrap()
            .starts_with("Cannot find nested property 'rescoringOptions'")
    );
    assert!(refusal(&old, V2026_04_01).unwrap().starts_with("The property 'rerankWithOriginalVectors'"));

    let both = |enable: bool| {
        compression(
            json!({"rerankWithOriginalVectors": false, "rescoringOptions": {"enableRescoring": enable}}),
        )
    };
    assert_eq!(refusal(&both(false), V2025_09_01), None);
    assert_eq!(
        refusal(&both(true), V2025_09_01).as_deref(),
        Some(
            "The vector search compression 'c' sets 'rerankWithOriginalVectors' and 'rescoringOptions/enableRescoring' to \
             different values. Use only 'rescoringOptions'."
        )
    );
}

#[test]
fn members_with_former_names_move() {
    let vectorizers = json!({"vectorSearch": {"vectorizers": [
        {"name": "v", "kind": "customWebApi", "customVectorizerParameters": {"uri": "u"}}]}});
    let uri = "/vectorSearch/vectorizers/0/customWebApiParameters/uri";
    assert_eq!(converted(&vectorizers, V2023_10_01Preview, V2026_04_01, uri), r#""u""#);
    let uri = "/vectorSearch/vectorizers/0/customVectorizerParameters/uri";
    assert_eq!(converted(&vectorizers, V2023_10_01Preview, V2023_10_01Preview, uri), r#""u""#);

    let label = json!({"fields": [{"name": "l", "type": "Edm.String", "sensitivityLabel": true}]});
    let to = |version, path| converted(&label, V2025_11_01Preview, version, path);
    assert_eq!(to(V2026_08_01Preview, "/fields/0/sensitivityLabelId"), "true");
    assert_eq!(to(V2025_11_01Preview, "/fields/0/sensitivityLabel"), "true");
}

#[test]
fn what_a_version_does_not_have_is_refused() {
    let property = |property: &str, type_name: &str, version: ApiVersion| {
        format!(
            "The property '{property}' does not exist on type '{}.{type_name}' or is not present in the API version \
             '{version}'. Make sure to only use property names that are defined by the type.",
            version.namespace()
        )
    };
    let field =
        |name: &str, value: Value| json!({"fields": [{"name": "f", "type": "Edm.String", name: value}]});
    for (version, body, expected) in [
        (V2024_07_01, json!({"description": null}), ("description", "IndexDefinition")),
        (V2024_07_01, json!({"normalizers": null}), ("normalizers", "IndexDefinition")),
        (V2026_04_01, json!({"permissionFilterOption": null}), ("permissionFilterOption", "IndexDefinition")),
        (V2020_06_30, json!({"vectorSearch": null}), ("vectorSearch", "IndexDefinition")),
        (V2020_06_30, json!({"semantic": null}), ("semantic", "IndexDefinition")),
        (V2015_02_28, json!({"analyzers": null}), ("analyzers", "IndexDefinition")),
        (V2017_11_11, field("fields", json!(null)), ("fields", "SchemaField")),
        (V2016_09_01, field("synonymMaps", json!(null)), ("synonymMaps", "SchemaField")),
        (V2024_03_01Preview, field("vectorEncoding", json!(null)), ("vectorEncoding", "SchemaField")),
        (
            V2023_10_01Preview,
            field("vectorSearchConfiguration", json!("h")),
            ("vectorSearchConfiguration", "SchemaField"),
        ),
        (V2026_04_01, field("permissionFilter", json!(null)), ("permissionFilter", "SchemaField")),
        (V2023_11_01, json!({"vectorSearch": {"vectorizers": null}}), ("vectorizers", "VectorSearch")),
        (
            V2025_09_01,
            json!({"vectorSearch": {"vectorizers": [{"amlParameters": null}]}}),
            ("amlParameters", "VectorSearchVectorizer"),
        ),
        (
            V2026_04_01,
            json!({"semantic": {"configurations": [{"flightingOptIn": true}]}}),
            ("flightingOptIn", "SemanticConfiguration"),
        ),
    ] {
        assert_eq!(refusal(&body, version), Some(property(expected.0, expected.1, version)), "{body}");
    }
}

#[test]
fn objects_and_arrays_that_a_version_does_not_have_are_refused_in_other_words() {
    for (version, body, expected) in [
        // Azure/gpt-rag-ingestion#37, word for word.
        (
            V2023_11_01,
            json!({"vectorSearch": {"algorithmConfigurations": [{"name": "h"}]}}),
            "'algorithmConfigurations' on the resource type 'Microsoft.Azure.Search.V2023_11_01.VectorSearch'",
        ),
        (
            V2024_07_01,
            json!({"normalizers": []}),
            "'normalizers' on the resource type 'Microsoft.Azure.Search.V2024_07_01.IndexDefinition'",
        ),
        (
            V2026_04_01,
            json!({"semantic": {"configurations": [{"prioritizedFields": {"contentFields": []}}]}}),
            "'contentFields' on the resource type 'Microsoft.Azure.Search.V2026_04_01.PrioritizedFields'",
        ),
    ] {
        assert_eq!(refusal(&body, version), Some(format!("Cannot find nested property {expected}.")));
    }
}

#[test]
fn components_have_a_type_and_the_options_of_it() {
    let component = |odata_type: &str, option: &str| {
        let odata_type = format!("#Microsoft.Azure.Search.{odata_type}");
        json!({"tokenizers": [{"@odata.type": odata_type, "name": "t", option: 3}]})
    };
    for (version, body, expected) in [
        (V2026_04_01, component("StandardTokenizerV2", "maxTokenLength"), None),
        (
            V2026_04_01,
            component("StandardTokenizerV2", "minGram"),
            Some(
                "The property 'minGram' does not exist on type 'Microsoft.Azure.Search.StandardTokenizerV2' or is not \
                 present in the API version '2026-04-01'. Make sure to only use property names that are defined by the \
                 type.",
            ),
        ),
        (
            V2026_04_01,
            component("StandardTokenizerV2", "name"),
            Some("Cannot convert the literal '3' to the expected type 'Edm.String'."),
        ),
        (V2026_04_01, component("PathHierarchyTokenizer", "skip"), None),
        (
            V2026_04_01,
            component("CustomAnalyzer", "tokenizer"),
            Some(
                "A type named 'Microsoft.Azure.Search.CustomAnalyzer' could not be resolved by the model. When a model is \
                 available, each type name must resolve to a valid type.",
            ),
        ),
        (
            V2026_04_01,
            json!({"charFilters": [{"name": "c"}]}),
            Some(
                "A resource without a type name was found, but no expected type was specified. To allow entries without \
                 type information, the expected type must also be specified when the model is specified.",
            ),
        ),
        (
            V2026_04_01,
            json!({"similarity": {"@odata.type": 7}}),
            Some("Cannot convert the literal '7' to the expected type 'Edm.String'."),
        ),
    ] {
        assert_eq!(refusal(&body, version).as_deref(), expected, "{body}");
    }
}

#[test]
fn types_of_fields_are_as_old_as_their_version() {
    for (version, type_name, accepted) in [
        (V2017_11_11, "Collection(Edm.String)", true),
        (V2017_11_11, "Edm.ComplexType", false),
        (V2017_11_11, "Collection(Edm.Int32)", false),
        (V2019_05_06, "Collection(Edm.ComplexType)", true),
        (V2021_04_30Preview, "Collection(Edm.Single)", false),
        (V2023_07_01Preview, "Collection(Edm.Single)", true),
        (V2023_11_01, "Collection(Edm.Half)", false),
        (V2024_03_01Preview, "Collection(Edm.SByte)", true),
        (V2024_03_01Preview, "Collection(Edm.Byte)", false),
        (V2024_07_01, "Collection(Edm.Byte)", true),
        // Whether it exists at all is not asked here.
        (V2015_02_28, "Edm.Decimal", true),
    ] {
        assert_eq!(type_since(type_name).covers(version), accepted, "{version}");
    }
    // An older version still sees what is there.
    let members = parse(r#"{"fields":[{"name":"v","type":"Collection(Edm.Half)"}]}"#).members(V2020_06_30);
    assert_eq!(members["fields"][0]["type"], "Collection(Edm.Half)");
}

#[test]
fn what_is_stored_reads_back_equal() {
    let index = parse(
        r##"{"name":"i","fields":[{"name":"k","type":"Edm.String","key":true,"analyzer":"en.lucene"},
           {"name":"c","type":"Edm.ComplexType","fields":[{"name":"d","type":"Edm.Double"}]}],
           "similarity":{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity"},
           "scoringProfiles":[{"name":"p","text":{"weights":{"k":2}}}],
           "vectorSearch":{"compressions":[{"name":"c","kind":"x","rescoringOptions":{}}],
             "vectorizers":[{"name":"v","kind":"customWebApi","customWebApiParameters":{"httpHeaders":{"a":"b"}}}]}}"##,
    );
    let stored = serde_json::to_vec(&index).unwrap();
    assert_eq!(serde_json::from_slice::<Index>(&stored).unwrap(), index);
}

#[test]
fn every_member_of_the_newest_shape_is_in_the_tables_once() {
    let index = Index { fields: vec![Field::default()], ..Index::default() };
    let written = json::members_of(&index);
    let rendered = index.members(ApiVersion::NEWEST);
    assert_eq!(names(&Value::Object(written)), names(&Value::Object(rendered)));
    for version in ApiVersion::ALL {
        for table in [&SHAPE, &fields::SHAPE, &vectors::SHAPE, &semantic::SHAPE] {
            let mut seen = std::collections::HashSet::new();
            let known = table.members.iter().filter(|member| member.since.covers(version));
            for member in known {
                assert!(seen.insert(member.name), "{} twice in {version}", member.name);
            }
        }
    }
}

#[test]
fn bodies_of_nothing_but_brackets_are_refused() {
    let deep = "[".repeat(16 << 20);
    for prefix in ["", r#"{"fields":"#, r#"{"vectorSearch":"#] {
        let body = format!("{prefix}{deep}");
        assert!(matches!(Index::parse(body.as_bytes(), V2026_04_01), Err(JsonError::Syntax(_))));
    }
    let fields = r#"{"fields":["#.repeat(1 << 20);
    assert!(matches!(Index::parse(fields.as_bytes(), V2026_04_01), Err(JsonError::Syntax(_))));
}
