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

/// What is taken out of a new definition.
fn take(new: &mut indexes::Index) -> BTreeMap<String, Secret> {
    take_secrets(new, None).unwrap()
}

/// What is taken out of an update of a definition that had a secret in every place.
fn update(
    new: &mut indexes::Index,
    stored: &indexes::Index,
) -> Result<BTreeMap<String, Secret>, DefinitionError> {
    take_secrets(new, Some(StoredSecrets { definition: stored, has: &|path| PATHS.contains(&path) }))
}

fn stored() -> indexes::Index {
    let mut stored = definition(vectorizers(json!("old"), json!("old")));
    take(&mut stored);
    stored
}

#[test]
fn no_secret_stays_in_a_definition() {
    let mut new = definition(vectorizers(json!("hush"), json!("hush")));
    let secrets = take(&mut new);
    assert_eq!(secrets.keys().collect::<Vec<_>>(), PATHS);
    assert!(secrets.values().all(|secret| *secret == Secret::New("hush".to_owned())));
    assert!(!format!("{secrets:?}").contains("hush"));
    let newest = Rules { version: ApiVersion::NEWEST, ..rules() };
    let shown = Value::Object(bind(&new, None, &newest).unwrap().definition.members(ApiVersion::NEWEST));
    assert_eq!(shown["vectorSearch"]["vectorizers"][0]["azureOpenAIParameters"]["apiKey"], "<redacted>");
    assert!(!shown.to_string().contains("hush"));
}

#[test]
fn an_update_keeps_what_it_does_not_replace() {
    let stored = stored();
    let said = [
        (Value::Null, json!("<redacted>")),
        (json!("<redacted>"), json!("")),
        (json!("<unchanged>"), json!("<unchanged>")),
    ];
    for (key, header) in said {
        let mut new = definition(vectorizers(key, header));
        assert!(update(&mut new, &stored).unwrap().values().all(|secret| *secret == Secret::Kept));
        assert_eq!(new, stored);
    }
    let mut new = definition(vectorizers(json!("new"), json!("<redacted>")));
    let secrets = update(&mut new, &stored).unwrap();
    let key = Secret::New("new".to_owned());
    assert_eq!(PATHS.map(|path| secrets[path].clone()), [key.clone(), key.clone(), key, Secret::Kept]);
    // The key of one vectorizer is never that of another.
    let other_kind = json!([{"name": "a", "kind": "aml", "amlParameters": {"uri": "https://m"}}]);
    assert!(update(&mut definition(other_kind), &stored).unwrap().is_empty());
    let renamed = json!([{"name": "b", "kind": "aml", "amlParameters": {"uri": "https://m"}}]);
    assert!(update(&mut definition(renamed), &stored).unwrap().is_empty());
}

#[test]
fn a_secret_is_not_sent_to_another_endpoint() {
    let stored = stored();
    let at = |address: &str, said: &str| {
        let moved = vectorizers(said.into(), said.into()).to_string().replace("https://", address);
        definition(moved.parse().unwrap())
    };
    let error = update(&mut at("https://elsewhere.", "<redacted>"), &stored).unwrap_err();
    assert!(matches!(error, DefinitionError::SecretMoved { .. }), "{error:?}");
    assert!(update(&mut at("https://elsewhere.", ""), &stored).unwrap().is_empty());
    assert_eq!(update(&mut at("HTTPS://", "<redacted>"), &stored).unwrap().len(), PATHS.len());
}

#[test]
fn addresses_are_compared_as_addresses() {
    for (a, b, same) in [
        ("https://a.b/c", "HTTPS://A.B/c/", true),
        ("https://a.b", "https://a.b/", true),
        ("https://a.b/c", "https://a.b/C", false),
        ("https://a.b", "http://a.b", false),
        ("https://a.b", "https://a.b.evil", false),
        ("https://a.b", "https://a.b@evil", false),
    ] {
        assert_eq!(crate::secrets::is_same(Some(a), Some(b)), same, "{a} {b}");
    }
}

#[test]
fn a_marker_without_a_secret_behind_it_goes() {
    let mut new = definition(vectorizers(json!("<redacted>"), json!("<redacted>")));
    assert!(take(&mut new).is_empty());
    let vectorizers = new.vector_search.unwrap().vectorizers;
    assert_eq!(vectorizers[0].azure_open_ai_parameters.as_ref().unwrap().api_key, None);
    let headers = &vectorizers[3].custom_web_api_parameters.as_ref().unwrap().http_headers;
    assert!(headers.as_ref().unwrap().0.is_empty());
}

#[test]
fn headers_that_an_update_leaves_out_stay() {
    let stored = stored();
    let web_api = |headers: Value| {
        json!([{"name": "w", "kind": "customWebApi", "customWebApiParameters": {
            "uri": "https://w", "httpHeaders": headers}}])
    };
    let mut silent = definition(web_api(Value::Null));
    let kept = update(&mut silent, &stored).unwrap();
    assert_eq!(kept.keys().collect::<Vec<_>>(), [PATHS[3]]);
    assert_eq!(update(&mut definition(web_api(json!({}))), &stored).unwrap(), BTreeMap::new());
}
