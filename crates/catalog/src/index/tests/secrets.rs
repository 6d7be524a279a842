//! Secrets leave a definition before it is bound and stay when an update does not say others.

use super::*;

fn definition(vectorizers: Value) -> indexes::Index {
    let definition = json!({"name": "i1", "fields": [key()], "vectorSearch": {"vectorizers": vectorizers}});
    indexes::Index::parse(definition.to_string().as_bytes(), ApiVersion::NEWEST).unwrap()
}

fn vectorizers(api_key: Value, header: Value) -> Value {
    json!([
        {"name": "a", "kind": "azureOpenAI", "azureOpenAIParameters": {
            "resourceUri": "https://a", "deploymentId": "d", "modelName": "m", "apiKey": api_key}},
        {"name": "v", "kind": "aiServicesVision", "aiServicesVisionParameters": {
            "modelVersion": "1", "resourceUri": "https://v", "apiKey": api_key}},
        {"name": "m", "kind": "aml", "amlParameters": {"uri": "https://m", "key": api_key}},
        {"name": "w", "kind": "customWebApi", "customWebApiParameters": {
            "uri": "https://w", "httpHeaders": {"x-key": header}}}
    ])
}

const PATHS: [&str; 4] = [
    "vectorizers/a/azureOpenAIParameters/apiKey",
    "vectorizers/m/amlParameters/key",
    "vectorizers/v/aiServicesVisionParameters/apiKey",
    "vectorizers/w/customWebApiParameters/httpHeaders/x-key",
];

#[test]
fn no_secret_stays_in_a_definition() {
    let mut new = definition(vectorizers(json!("hush"), json!("hush")));
    let secrets = take_secrets(&mut new);
    assert_eq!(secrets.keys().collect::<Vec<_>>(), PATHS);
    assert!(secrets.values().all(|secret| secret == "hush"));
    let shown = Value::Object(
        bind(&new, None, &Rules { version: ApiVersion::NEWEST, ..rules() })
            .unwrap()
            .definition
            .members(ApiVersion::NEWEST),
    );
    assert_eq!(shown["vectorSearch"]["vectorizers"][0]["azureOpenAIParameters"]["apiKey"], "<redacted>");
    assert!(!shown.to_string().contains("hush"));
    assert_eq!(take_secrets(&mut new).len(), 0, "a marker is no secret");
}

#[test]
fn an_update_keeps_what_it_does_not_replace() {
    let mut stored = definition(vectorizers(json!("old"), json!("old")));
    let secrets = take_secrets(&mut stored);
    for (said, header) in [(Value::Null, json!("<redacted>")), (json!("<redacted>"), json!(""))] {
        let mut update = definition(vectorizers(said, header));
        keep_secrets(&mut update, &stored, &secrets);
        assert_eq!(take_secrets(&mut update), secrets);
        assert_eq!(update, stored);
    }
    let mut update = definition(vectorizers(json!("new"), json!("old")));
    keep_secrets(&mut update, &stored, &secrets);
    let after = take_secrets(&mut update);
    assert_eq!(PATHS.map(|path| after[path].as_str()), ["new", "new", "new", "old"]);
    // The key of one service is never sent to another.
    let other_kind = json!([{"name": "a", "kind": "aml", "amlParameters": {"uri": "https://m"}}]);
    let mut other_kind = definition(other_kind);
    keep_secrets(&mut other_kind, &stored, &secrets);
    assert!(take_secrets(&mut other_kind).is_empty());
    let mut renamed =
        definition(json!([{"name": "b", "kind": "aml", "amlParameters": {"uri": "https://m"}}]));
    keep_secrets(&mut renamed, &stored, &secrets);
    assert!(take_secrets(&mut renamed).is_empty());
}

#[test]
fn a_secret_is_not_sent_to_another_endpoint() {
    let mut stored = definition(vectorizers(json!("old"), json!("old")));
    let secrets = take_secrets(&mut stored);
    let moved = vectorizers(json!("<redacted>"), json!("<redacted>")).to_string();
    let mut moved = definition(moved.replace("https://", "https://elsewhere.").parse().unwrap());
    keep_secrets(&mut moved, &stored, &secrets);
    assert!(take_secrets(&mut moved).is_empty());
}

#[test]
fn headers_stay_where_an_update_says_nothing_of_them() {
    let mut stored = definition(vectorizers(json!("old"), json!("old")));
    let secrets = take_secrets(&mut stored);
    let web = |uri: &str, headers: Value| {
        definition(json!([{"name": "w", "kind": "customWebApi", "customWebApiParameters": {
            "uri": uri, "httpHeaders": headers}}]))
    };
    for (mut update, left) in [
        (web("https://w", Value::Null), vec![PATHS[3]]),
        (web("https://w", json!({})), vec![]),
        (web("https://elsewhere", Value::Null), vec![]),
    ] {
        keep_secrets(&mut update, &stored, &secrets);
        assert_eq!(take_secrets(&mut update).keys().collect::<Vec<_>>(), left);
    }
}

#[test]
fn a_marker_without_a_secret_behind_it_stands_for_nothing() {
    let mut new = definition(vectorizers(json!("<redacted>"), json!("<redacted>")));
    assert!(take_secrets(&mut new).is_empty());
    let shown = Value::Object(new.members(ApiVersion::NEWEST))["vectorSearch"]["vectorizers"].clone();
    assert_eq!(shown[0]["azureOpenAIParameters"]["apiKey"], Value::Null);
    assert_eq!(shown[3]["customWebApiParameters"]["httpHeaders"], json!({}));
}
