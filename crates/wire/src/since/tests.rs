//! What is refused, what is accepted, what is left off.

use serde_json::{Value, json};

use super::*;
use crate::ApiVersion::{
    V2023_10_01Preview, V2024_07_01, V2025_09_01, V2025_11_01Preview, V2026_04_01, V2026_05_01Preview,
};
use crate::indexes::SHAPE as INDEX;
use crate::search::SHAPE as SEARCH_REQUEST;

fn refusal(body: Value, shape: &Shape, version: ApiVersion) -> Option<String> {
    check(body.as_object().unwrap(), shape, version).err().map(|error| error.to_string())
}

#[test]
fn previews_have_more_than_the_stable_versions_before_them() {
    let since = stable(V2024_07_01).preview(V2023_10_01Preview).until(V2025_11_01Preview);
    let covered = ApiVersion::ALL.into_iter().filter(|version| since.covers(*version));
    let covered: Vec<String> = covered.map(|version| version.to_string()).collect();
    assert_eq!(
        covered.join(" "),
        "2023-10-01-preview 2024-03-01-preview 2024-05-01-preview 2024-07-01 2024-09-01-preview 2024-11-01-preview \
         2025-03-01-preview 2025-05-01-preview 2025-08-01-preview 2025-09-01 2025-11-01-preview"
    );
    let only_previews = preview(V2026_05_01Preview);
    assert!(!only_previews.covers(V2026_04_01) && only_previews.covers(ApiVersion::NEWEST));
    assert!(
        stable(V2024_07_01).covers(ApiVersion::NEWEST) && !stable(V2024_07_01).covers(V2023_10_01Preview)
    );
}

#[test]
fn members_unknown_or_too_new_are_refused_by_name_and_type() {
    let sentence = |property: &str, type_name: &str, namespace: &str, version: &str| {
        Some(format!(
            "The property '{property}' does not exist on type 'Microsoft.Azure.Search.{namespace}.{type_name}' or is \
             not present in the API version '{version}'. Make sure to only use property names that are defined by \
             the type."
        ))
    };
    let index = |body| refusal(body, &INDEX, V2026_04_01);
    let new = |property, type_name| sentence(property, type_name, "V2026_04_01", "2026-04-01");
    assert_eq!(index(json!({"name": "i", "id": 1})), new("id", "IndexDefinition"));
    assert_eq!(index(json!({"fields": [{"name": "a"}, {"sortabel": 1}]})), new("sortabel", "SchemaField"));
    assert_eq!(index(json!({"fields": [{"fields": [{"Name": "a"}]}]})), new("Name", "SchemaField"));
    assert_eq!(
        index(json!({"vectorSearch": {"algorithmConfigurations": null}})),
        new("algorithmConfigurations", "VectorSearch")
    );
    assert_eq!(
        index(json!({"vectorSearch": {"algorithms": [{"hnswParameters": {"M": 4}}]}})),
        new("M", "HnswParameters")
    );
    assert_eq!(index(json!({"encryptionKey": {"identity": null}})), None);
    assert_eq!(
        refusal(json!({"encryptionKey": {"identity": null}}), &INDEX, V2025_09_01),
        sentence("identity", "EncryptionKey", "V2025_09_01", "2025-09-01")
    );
    assert_eq!(
        refusal(json!({"search": "*", "facet": "x"}), &SEARCH_REQUEST, V2026_04_01).as_deref(),
        Some(
            "parameters : The parameter 'facet' in the request payload is not a valid parameter for the operation 'search'."
        )
    );
}

#[test]
fn annotations_and_nulls_are_accepted_everywhere() {
    let body = json!({
        "@odata.etag": "\"0x1\"", "@odata.context": 7, "name": null, "fields": [{"key@odata.type": "x", "key": null}],
        "vectorSearch": null, "suggesters": null
    });
    assert_eq!(refusal(body, &INDEX, V2025_09_01), None);
}

#[test]
fn values_of_another_shape_are_refused() {
    let node = |found: &str, name: &str, expected: &str| {
        format!(
            "An unexpected '{found}' node was found for property named '{name}' when reading from the JSON reader. A '{expected}' node was expected."
        )
    };
    let wrong = |text: &str, expected: &str| {
        format!("Cannot convert the literal '{text}' to the expected type '{expected}'.")
    };
    for (body, expected) in [
        (json!({"name": 1}), wrong("1", "Edm.String")),
        (json!({"name": []}), node("StartArray", "name", "PrimitiveValue")),
        (json!({"fields": {}}), node("StartObject", "fields", "StartArray")),
        (json!({"fields": ["a"]}), node("PrimitiveValue", "fields", "StartObject")),
        (json!({"fields": [{"key": "true"}]}), wrong("true", "Edm.Boolean")),
        (json!({"fields": [{"dimensions": 3.0}]}), wrong("3.0", "Edm.Int32")),
        (json!({"fields": [{"dimensions": 2147483648_i64}]}), wrong("2147483648", "Edm.Int32")),
        (json!({"fields": [{"synonymMaps": "m"}]}), node("PrimitiveValue", "synonymMaps", "StartArray")),
        (json!({"fields": [{"synonymMaps": [1]}]}), wrong("1", "Edm.String")),
        (
            json!({"fields": [{"synonymMaps": [null]}]}),
            "A null value was found with the expected type 'Edm.String[Nullable=False]'. The expected type \
             'Edm.String[Nullable=False]' does not allow null values."
                .to_owned(),
        ),
        (json!({"vectorSearch": 1}), node("PrimitiveValue", "vectorSearch", "StartObject")),
    ] {
        assert_eq!(refusal(body.clone(), &INDEX, V2026_04_01), Some(expected), "{body}");
    }
}

#[test]
fn answers_leave_off_what_the_version_does_not_have() {
    let body = json!({"name": "i", "encryptionKey": {"identity": null, "keyVaultUri": "u"}});
    let rendered =
        |version| Value::Object(render(body.as_object().unwrap().clone(), &INDEX, version)).to_string();
    assert_eq!(rendered(V2026_04_01), r#"{"name":"i","encryptionKey":{"keyVaultUri":"u","identity":null}}"#);
    assert_eq!(rendered(V2025_09_01), r#"{"name":"i","encryptionKey":{"keyVaultUri":"u"}}"#);
}

#[test]
fn required_members_are_missed_by_their_path() {
    let missing = |body| refusal(body, &INDEX, V2026_04_01);
    let sentence = |path: &str, member: &str| Some(format!("{path} : The {member} field is required."));
    // The sentence and the path are those of Azure/azure-sdk-for-python#39905.
    assert_eq!(
        missing(json!({"vectorSearch": {"algorithms": [{"name": "a"}]}})),
        sentence("vectorSearch.algorithms[0].kind", "kind")
    );
    assert_eq!(
        missing(json!({"vectorSearch": {"compressions": [{"name": "c", "kind": "x"}, {"kind": null}]}})),
        sentence("vectorSearch.compressions[1].kind", "kind")
    );
    assert_eq!(
        missing(json!({"corsOptions": {"allowedOrigins": null}})),
        sentence("corsOptions.allowedOrigins", "allowedOrigins")
    );
    // Azure/azure-sdk-for-net#2346 and Azure/azure-sdk-for-js#20758.
    let replace = json!({"@odata.type": "#Microsoft.Azure.Search.PatternReplaceCharFilter", "name": "r", "pattern": "a"});
    assert_eq!(
        missing(json!({"charFilters": [replace]})),
        sentence("charFilters[0].replacement", "replacement")
    );
    assert_eq!(missing(json!({"corsOptions": null})), None);
}
