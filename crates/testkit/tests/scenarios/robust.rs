//! Whatever is sent, the service answers, and never with a fault of its own.

use std::sync::OnceLock;

use lazuli_testkit::{Client, Request, Service, fixtures};
use proptest::prelude::*;
use serde_json::json;

/// One service for all cases: a case that breaks it fails the next as well.
fn client() -> Client {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    let service = SERVICE.get_or_init(|| {
        let service = Service::start().unwrap();
        fixtures::set_up(&service.client(), "museums").unwrap();
        service
    });
    service.client()
}

fn no_fault(request: &Request) -> Result<(), TestCaseError> {
    let answer = client().send(request).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(answer.status < 500 || answer.status == 501, "{}", answer.describe());
    Ok(())
}

/// JSON that looks like what is expected, and is often a little wrong.
fn json_like(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        "[a-zA-Z.()_ é\\\\*+|\"-]{0,12}".prop_map(|text| serde_json::Value::from(text).to_string()),
        prop::sample::select(
            &["\"Edm.String\"", "\"Edm.Int32\"", "\"Collection(Edm.ComplexType)\"", "\"upload\"", "\"1\""][..]
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        let name = prop::sample::select(names);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::vec((name, inner), 0..6).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

const DEFINITION: &[&str] = &[
    "name",
    "fields",
    "type",
    "key",
    "searchable",
    "analyzer",
    "vectorSearch",
    "dimensions",
    "algorithms",
    "x",
];
const BATCH: &[&str] = &[
    "value",
    "@search.action",
    "id",
    "name",
    "tags",
    "rating",
    "opened",
    "location",
    "address",
    "rooms",
    "city",
    "type",
    "coordinates",
];
const SEARCH: &[&str] =
    &["search", "select", "top", "skip", "count", "searchFields", "searchMode", "filter", "facets", "x"];

#[test]
fn a_document_that_fails_alone_leaves_the_others_alone() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let long = "x".repeat(40_000);
    let batch =
        json!({ "value": [{ "id": "a", "text": "short" }, { "id": "b", "text": long }, { "id": "c" }] });
    let answer = service.client().send(&Request::post("/indexes('numbers')/docs/index", &batch)).unwrap();
    assert_eq!(answer.status, 207, "{}", answer.describe());
    let results = answer.json().unwrap()["value"].clone();
    let codes: Vec<_> =
        (0..3).map(|at| (results[at]["key"].clone(), results[at]["statusCode"].clone())).collect();
    assert_eq!(codes, [(json!("a"), json!(201)), (json!("b"), json!(400)), (json!("c"), json!(201))]);
    assert!(results[1]["errorMessage"].as_str().unwrap().contains("term that is too large"));
}

#[test]
fn a_batch_has_a_thousand_actions_at_most() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let batch = |count: usize| {
        let actions: Vec<_> =
            (0..count).map(|n| json!({ "id": format!("k{n}"), "text": "x".repeat(100) })).collect();
        let request = Request::post("/indexes('numbers')/docs/index", &json!({ "value": actions }));
        service.client().send(&request).unwrap()
    };
    let full = batch(1000);
    assert_eq!(full.status, 200);
    let results = full.json().unwrap()["value"].as_array().unwrap().clone();
    let in_order = results.iter().enumerate().all(|(n, result)| result["key"] == format!("k{n}"));
    assert!(in_order && results.len() == 1000);
    let over = batch(1001);
    assert_eq!(over.status, 400, "{}", over.describe());
    assert!(over.text().contains("between 1 and 1000"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_a_definition(body in prop::collection::vec(any::<u8>(), 0..200)) {
        no_fault(&Request::new("POST", "/indexes").body(body.clone()))?;
        no_fault(&Request::new("PUT", "/indexes('other')").body(body))?;
    }

    #[test]
    fn any_json_as_a_definition(fields in json_like(DEFINITION), body in json_like(DEFINITION)) {
        no_fault(&Request::new("PUT", "/indexes('other')").body(format!("{{\"name\":\"other\",\"fields\":{fields}}}")))?;
        no_fault(&Request::new("PUT", "/indexes('other')").body(body))?;
    }

    #[test]
    fn any_bytes_as_a_batch(body in prop::collection::vec(any::<u8>(), 0..200)) {
        no_fault(&Request::new("POST", "/indexes('museums')/docs/index").body(body))?;
    }

    #[test]
    fn any_json_as_a_batch(body in json_like(BATCH), action in json_like(BATCH)) {
        no_fault(&Request::new("POST", "/indexes('museums')/docs/index").body(body))?;
        no_fault(&Request::new("POST", "/indexes('museums')/docs/index").body(format!("{{\"value\":[{action}]}}")))?;
    }

    #[test]
    fn any_json_as_a_search(body in json_like(SEARCH), text in "\\PC{0,40}") {
        no_fault(&Request::new("POST", "/indexes('museums')/docs/search").body(body))?;
        let body = serde_json::json!({ "search": text, "searchMode": "all", "count": true }).to_string();
        no_fault(&Request::new("POST", "/indexes('museums')/docs/search").body(body))?;
    }

    #[test]
    fn any_path_and_query(path in "(/|indexes|docs|museums|\\('|'\\)|%27|%2F|%ff|search|\\$count|[a-z]){0,10}", query in "[a-z$%&=+0-9]{0,30}") {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let target = format!("/x{path}?{query}");
            no_fault(&Request::new(method, &target))?;
            let target = format!("/indexes('museums')/docs{path}?{query}");
            if method != "DELETE" {
                no_fault(&Request::new(method, &target))?;
            }
        }
    }
}
