//! Bodies, query strings and what they ask for.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ApiVersion::V2026_04_01;

fn parse(body: &str) -> Result<SearchRequest, JsonError> {
    SearchRequest::parse(body.as_bytes(), V2026_04_01)
}

fn query<const N: usize>(parameters: [(&str, &str); N]) -> Result<SearchRequest, ParameterError> {
    SearchRequest::from_query(parameters, V2026_04_01)
}

#[test]
fn comma_lists_are_strings_or_arrays() {
    let request =
        parse(r#"{"select":["a","b/c"],"searchFields":"x, y","orderby":[],"facets":[],"highlight":null}"#)
            .unwrap();
    assert_eq!(request.select.as_deref(), Some("a,b/c"));
    assert_eq!(request.search_fields.as_deref(), Some("x, y"));
    assert_eq!(request.orderby.as_deref(), Some(""));
    assert_eq!(request.facets, Some(Vec::new()));
    assert_eq!(request.highlight, None);
    assert_eq!(comma_separated(" a , b/c,, ").collect::<Vec<_>>(), ["a", "b/c"]);
}

#[test]
fn wrong_bodies_are_refused() {
    for (body, expected) in [
        (r#"{"top":"5"}"#, "Cannot convert the literal '5' to the expected type 'Edm.Int32'."),
        (r#"{"search":{}}"#, "An unexpected 'StartObject' node was found for property named 'search'"),
        (r#"{"facet":"a"}"#, "parameters : The parameter 'facet' in the request payload"),
        (r#"{"$top":5}"#, "parameters : The parameter '$top' in the request payload"),
        (r#"[]"#, "An unexpected 'StartArray' node"),
    ] {
        let error = parse(body).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{body}: {error}");
    }
}

#[test]
fn a_query_string_says_the_same_as_a_body() {
    let from_query = query([
        ("Api-Version", "2026-04-01"),
        ("API-KEY", "k"),
        ("search", "wifi"),
        ("$top", "5"),
        ("$count", "true"),
        ("facet", "a"),
        ("facet", "b,count:3"),
        ("minimumCoverage", "80"),
        ("$select", "a,b"),
    ]);
    let body = r#"{"search":"wifi","top":5,"count":true,"facets":["a","b,count:3"],"minimumCoverage":80.0,"select":"a,b"}"#;
    assert_eq!(from_query.unwrap(), parse(body).unwrap());
}

#[test]
fn wrong_query_strings_are_refused() {
    for (parameter, expected) in [
        (
            ("top", "5"),
            "The parameter 'top' in the request URL is not a valid parameter for the operation 'search'.",
        ),
        (
            ("$tpo", "5"),
            "The parameter '$tpo' in the request URL is not a valid parameter for the operation 'search'.",
        ),
        (
            ("vectorQueries", "[]"),
            "The parameter 'vectorQueries' in the request URL is not a valid parameter for the operation 'search'.",
        ),
        (
            ("$top", "many"),
            "Cannot convert the literal 'many' to the expected type 'Edm.Int32'.\r\nParameter name: $top",
        ),
        (
            ("$count", "1"),
            "Cannot convert the literal '1' to the expected type 'Edm.Boolean'.\r\nParameter name: $count",
        ),
        (
            ("minimumCoverage", "NaN"),
            "Cannot convert the literal 'NaN' to the expected type 'Edm.Double'.\r\nParameter name: minimumCoverage",
        ),
    ] {
        assert_eq!(query([parameter]).unwrap_err().to_string(), expected);
    }
    assert_eq!(
        query([("search", "a"), ("search", "b")]).unwrap_err().to_string(),
        "Query option 'search' was specified more than once, but it must be specified at most once."
    );
}

#[test]
fn the_next_page_repeats_the_request() {
    let next = |body: &str, skip, top| {
        serde_json::to_string(&parse(body).unwrap().next_page_parameters(skip, top)).unwrap()
    };
    // Recorded (`query.md` §1.4).
    assert_eq!(
        next(r#"{"orderby":"hotelId asc","search":"*","select":"hotelId"}"#, 50, None),
        r#"{"orderby":"hotelId asc","search":"*","select":"hotelId","skip":50}"#
    );
    assert_eq!(
        next(r#"{"search":"*","top":3000}"#, 1000, Some(2000)),
        r#"{"search":"*","skip":1000,"top":2000}"#
    );
    assert_eq!(next(r#"{"skip":50,"count":true}"#, 100, None), r#"{"skip":100,"count":true}"#);
    assert_eq!(next(r#"{"top":3000,"skip":5}"#, 1005, Some(2000)), r#"{"skip":1005,"top":2000}"#);
}

#[test]
fn vectors_of_the_first_version_become_vector_queries() {
    let parse = |body: &str| SearchRequest::parse(body.as_bytes(), V2023_07_01Preview).unwrap();
    let query = |vector: &[f64], fields: &str, k| VectorQuery {
        kind: "vector".into(),
        vector: Some(vector.to_vec()),
        fields: Some(fields.into()),
        k,
        ..VectorQuery::default()
    };
    let request = parse(r#"{"vectors":[{"value":[1,0.5],"fields":"v","k":3},{"value":[],"fields":"w"}]}"#);
    assert_eq!(request.vector_queries, Some(vec![query(&[1.0, 0.5], "v", Some(3)), query(&[], "w", None)]));
    assert!(request.sent.contains_key("vectors"));
    let request = parse(r#"{"vector":{"value":[2],"fields":"v"}}"#);
    assert_eq!(request.vector_queries, Some(vec![query(&[2.0], "v", None)]));
    assert_eq!(parse(r#"{"search":"x"}"#).vector_queries, None);
}

#[test]
fn parameters_belong_to_their_versions() {
    let vector = |member: &str| json!({"vectorQueries": [{"kind": "vector", member: null}]});
    for (version, body, refused) in [
        (V2020_06_30, json!({"vectorQueries": []}), Some("vectorQueries")),
        (V2020_06_30, json!({"semanticConfiguration": "s"}), Some("semanticConfiguration")),
        (V2020_06_30, json!({"scoringStatistics": "local"}), None),
        (V2021_04_30Preview, json!({"semanticConfiguration": "s", "speller": "none"}), None),
        (V2023_10_01Preview, json!({"vectors": []}), Some("vectors")),
        (V2023_11_01, json!({"vectorQueries": [], "vectorFilterMode": "preFilter"}), None),
        (V2024_07_01, json!({"debug": "disabled"}), Some("debug")),
        (V2025_09_01, json!({"debug": "disabled"}), None),
        (V2026_04_01, json!({"queryLanguage": "en-us"}), Some("queryLanguage")),
        (V2026_04_01, json!({"hybridSearch": {}}), Some("hybridSearch")),
        (V2024_05_01Preview, json!({"hybridSearch": {"maxTextRecallSize": 5}}), None),
    ] {
        let expected = refused.map(|name| format!(
            "parameters : The parameter '{name}' in the request payload is not a valid parameter for the operation 'search'."
        ));
        let error = SearchRequest::parse(body.to_string().as_bytes(), version).err();
        assert_eq!(error.map(|error| error.to_string()), expected, "{body} in {version}");
    }
    for (version, member, accepted) in [
        (V2023_11_01, "exhaustive", true),
        (V2023_11_01, "weight", false),
        (V2024_07_01, "weight", true),
        (V2025_09_01, "url", false),
        (V2026_04_01, "url", true),
        (V2026_04_01, "filterOverride", false),
        (ApiVersion::NEWEST, "perDocumentVectorLimit", true),
    ] {
        let result = SearchRequest::parse(vector(member).to_string().as_bytes(), version);
        assert_eq!(result.is_ok(), accepted, "{member} in {version}");
    }
}

proptest! {
    /// Whatever passes the table fits the struct: every member with a value of every kind.
    #[test]
    fn no_body_panics(
        version in prop::sample::select(ApiVersion::ALL.to_vec()),
        name in prop::sample::select(SHAPE.members.iter().map(|member| member.name).collect::<Vec<_>>()),
        value in prop::sample::select(vec![
            json!(null), json!(true), json!(7), json!(-7), json!(7.5), json!(1e300), json!(u64::MAX), json!("x"), json!([]),
            json!(["x"]), json!([null]), json!([["x"]]), json!([{}]), json!({}), json!([{"kind": null, "vector": null}]),
            json!([{"vector": [1, u64::MAX, 0.5], "k": 3, "threshold": {"value": 1}}]), json!([{"value": [1], "k": null}]),
            json!({"value": [1, 2.5], "fields": null}), json!({"maxTextRecallSize": 1}),
        ]),
    ) {
        if let Ok(request) = SearchRequest::parse(json!({ name: value }).to_string().as_bytes(), version) {
            prop_assert_eq!(request.sent.len(), 1);
        }
    }

    #[test]
    fn no_query_string_panics(name in "[$a-zA-Z]{0,12}", value in ".{0,12}") {
        let _ = query([(name.as_str(), value.as_str())]);
    }

    #[test]
    fn no_batch_panics(bytes in prop::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}\",:a1 ]{0,40}") {
        let whole = format!("{{\"value\":{text}}}");
        for body in [bytes.as_slice(), text.as_bytes(), whole.as_bytes()] {
            let _ = crate::documents::split_batch(body, ApiVersion::NEWEST);
        }
    }
}
