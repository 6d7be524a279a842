//! The search request, from a POST body or from the query string of a GET.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

use crate::ApiVersion::{
    V2016_09_01, V2016_09_01Preview, V2019_05_06Preview, V2020_06_30, V2020_06_30Preview, V2021_04_30Preview,
    V2023_07_01Preview, V2023_10_01Preview, V2023_11_01, V2024_05_01Preview, V2024_07_01, V2024_09_01Preview,
    V2024_11_01Preview, V2025_09_01, V2025_11_01Preview, V2026_04_01,
};
use crate::since::{self, ALWAYS, Kind, Member, Owner, Shape, Since, preview, stable};
use crate::{ApiVersion, JsonError, json};

/// The parameters of a search (`query.md` §1.2); `None` means not sent or null.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the members are the service's parameters, described in `query.md` §1.2")]
pub struct SearchRequest {
    pub count: Option<bool>,
    pub facets: Option<Vec<String>>,
    pub filter: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub highlight: Option<String>,
    pub highlight_post_tag: Option<String>,
    pub highlight_pre_tag: Option<String>,
    pub minimum_coverage: Option<f64>,
    #[serde(deserialize_with = "comma_joined")]
    pub orderby: Option<String>,
    pub query_type: Option<String>,
    pub scoring_statistics: Option<String>,
    pub session_id: Option<String>,
    pub scoring_parameters: Option<Vec<String>>,
    pub scoring_profile: Option<String>,
    pub debug: Option<String>,
    pub search: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub search_fields: Option<String>,
    pub search_mode: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub select: Option<String>,
    pub skip: Option<i64>,
    pub top: Option<i64>,
    pub semantic_configuration: Option<String>,
    pub semantic_error_handling: Option<String>,
    pub semantic_max_wait_in_milliseconds: Option<i64>,
    pub semantic_query: Option<String>,
    pub answers: Option<String>,
    pub captions: Option<String>,
    pub vector_queries: Option<Vec<Value>>,
    pub vector_filter_mode: Option<String>,
    pub hybrid_search: Option<HybridSearch>,
    pub query_language: Option<String>,
    pub speller: Option<String>,
    pub query_rewrites: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub semantic_fields: Option<String>,
    pub features_mode: Option<String>,
    pub more_like_this: Option<String>,
    /// The members as they were sent and in that order, for `@search.nextPageParameters`.
    #[serde(skip)]
    pub sent: Map<String, Value>,
}

impl SearchRequest {
    /// Reads the body of a POST.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        let members = json::parse_object(body)?;
        since::check(&members, &SEARCH_REQUEST, version)?;
        Ok(Self::from_members(members))
    }

    /// Reads the query string of a GET, already split and percent-decoded. `api-version` and `api-key` are skipped.
    pub fn from_query<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        version: ApiVersion,
    ) -> Result<Self, ParameterError> {
        let mut members = Map::new();
        for (name, text) in parameters {
            if !matches!(name, "api-version" | "api-key") {
                add_parameter(&mut members, name, text, version)?;
            }
        }
        Ok(Self::from_members(members))
    }

    #[expect(
        clippy::expect_used,
        reason = "each member has been checked to be of the kind the struct expects"
    )]
    fn from_members(members: Map<String, Value>) -> Self {
        let request: Self = serde_json::from_value(Value::Object(members.clone())).expect("checked members");
        Self { sent: members, ..request }
    }

    /// What a client has to send to get the next page: the members of this request in their order, with another `skip`
    /// and, when this request has a `top`, another `top` (`query.md` §1.4).
    pub fn next_page_parameters(&self, skip: i64, top: Option<i64>) -> Map<String, Value> {
        let mut next = Map::new();
        let mut skip = Some(skip);
        for (name, value) in &self.sent {
            match name.as_str() {
                "skip" | "top" => {
                    if let Some(skip) = skip.take() {
                        next.insert("skip".to_owned(), skip.into());
                    }
                    if let ("top", Some(top)) = (name.as_str(), top) {
                        next.insert("top".to_owned(), top.into());
                    }
                }
                _ => {
                    next.insert(name.clone(), value.clone());
                }
            }
        }
        if let Some(skip) = skip {
            next.insert("skip".to_owned(), skip.into());
        }
        next
    }
}

/// The elements of a comma-separated list of names, trimmed; empty ones do not count.
pub fn comma_separated(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|element| !element.is_empty())
}

/// What is wrong with a parameter of a query string.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// The operation has no such parameter.
    #[error("The parameter '{name}' in the request URL is not a valid parameter for the operation 'search'.")]
    Unknown {
        /// Its name as it was sent.
        name: String,
    },
    /// Only `facet` and `scoringParameter` may be repeated.
    #[error("Query option '{name}' was specified more than once, but it must be specified at most once.")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// The text is no value of the parameter's type.
    #[error(
        "Cannot convert the literal '{literal}' to the expected type '{expected}'.\r\nParameter name: {name}"
    )]
    WrongLiteral {
        /// The parameter's name.
        name: String,
        /// The text as it was sent.
        literal: String,
        /// The type's name, e.g. `Edm.Int32`.
        expected: &'static str,
    },
}

/// Names in a query string that are not those of the body (`query.md` §1.1).
const QUERY_NAMES: [(&str, &str); 8] = [
    ("$count", "count"),
    ("$filter", "filter"),
    ("$orderby", "orderby"),
    ("$select", "select"),
    ("$skip", "skip"),
    ("$top", "top"),
    ("facet", "facets"),
    ("scoringParameter", "scoringParameters"),
];

fn add_parameter(
    members: &mut Map<String, Value>,
    name: &str,
    text: &str,
    version: ApiVersion,
) -> Result<(), ParameterError> {
    let unknown = || ParameterError::Unknown { name: name.to_owned() };
    let member_name = match QUERY_NAMES.iter().find(|(query_name, _)| *query_name == name) {
        Some((_, member_name)) => member_name,
        // `facets` or `top` are names of the body only.
        None if QUERY_NAMES.iter().any(|(_, member_name)| *member_name == name) => return Err(unknown()),
        None => name,
    };
    let known = |member: &&Member| member.name == member_name && member.since.covers(version);
    let member = SEARCH_REQUEST.members.iter().find(known).ok_or_else(unknown)?;
    let wrong =
        |expected| ParameterError::WrongLiteral { name: name.to_owned(), literal: text.to_owned(), expected };
    let value = match member.kind {
        Kind::Text | Kind::List => Value::from(text),
        Kind::Flag => text.to_ascii_lowercase().parse::<bool>().map_err(|_| wrong("Edm.Boolean"))?.into(),
        Kind::Integer => text.parse::<i32>().map_err(|_| wrong("Edm.Int32"))?.into(),
        Kind::Number => {
            let number = text.parse().ok().and_then(Number::from_f64);
            Value::Number(number.ok_or_else(|| wrong("Edm.Double"))?)
        }
        Kind::Texts => {
            let list = members.entry(member_name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(texts) = list {
                texts.push(text.into());
            }
            return Ok(());
        }
        Kind::Long
        | Kind::Numbers
        | Kind::TextMap
        | Kind::NumberMap
        | Kind::Object(_)
        | Kind::Objects(_)
        | Kind::Variant(_)
        | Kind::VariantList(_) => return Err(unknown()),
    };
    match members.insert(member_name.to_owned(), value) {
        Some(_) => Err(ParameterError::Repeated { name: name.to_owned() }),
        None => Ok(()),
    }
}

/// One string, or an array of strings that means their list.
fn comma_joined<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum List {
        Text(String),
        Texts(Vec<String>),
    }
    Ok(Option::<List>::deserialize(deserializer)?.map(|list| match list {
        List::Text(text) => text,
        List::Texts(texts) => texts.join(","),
    }))
}

/// How text and vectors are brought together in a hybrid query.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HybridSearch {
    /// How many hits of the text are fused, 1 to 10 000.
    pub max_text_recall_size: Option<i32>,
    /// `countAllResults` or `countRetrievableResults`.
    pub count_and_facet_mode: Option<String>,
}

/// Scores of the same document by the same shard.
const STATISTICS: Since = stable(V2020_06_30).preview(V2019_05_06Preview);
const SEMANTIC: Since = stable(V2023_11_01).preview(V2021_04_30Preview);
const VECTORS: Since = stable(V2023_11_01).preview(V2023_10_01Preview);
const FIRST_VECTORS: Since = preview(V2023_07_01Preview).until(V2023_07_01Preview);

/// `SearchRequest` (`api.md` §3.8, `query.md` §1.2).
pub(crate) static SEARCH_REQUEST: Shape = Shape {
    owner: Owner::Operation("search"),
    members: &[
        Member::new("count", ALWAYS, Kind::Flag),
        Member::new("facets", ALWAYS, Kind::Texts),
        Member::new("filter", ALWAYS, Kind::Text),
        Member::new("highlight", ALWAYS, Kind::List),
        Member::new("highlightPostTag", ALWAYS, Kind::Text),
        Member::new("highlightPreTag", ALWAYS, Kind::Text),
        Member::new("minimumCoverage", ALWAYS, Kind::Number),
        Member::new("orderby", ALWAYS, Kind::List),
        Member::new("queryType", stable(V2016_09_01), Kind::Text),
        Member::new("scoringStatistics", STATISTICS, Kind::Text),
        Member::new("sessionId", STATISTICS, Kind::Text),
        Member::new("scoringParameters", ALWAYS, Kind::Texts),
        Member::new("scoringProfile", ALWAYS, Kind::Text),
        Member::new("debug", stable(V2025_09_01).preview(V2023_07_01Preview), Kind::Text),
        Member::new("search", ALWAYS, Kind::Text),
        Member::new("searchFields", ALWAYS, Kind::List),
        Member::new("searchMode", ALWAYS, Kind::Text),
        Member::new("select", ALWAYS, Kind::List),
        Member::new("skip", ALWAYS, Kind::Integer),
        Member::new("top", ALWAYS, Kind::Integer),
        Member::new("semanticConfiguration", SEMANTIC, Kind::Text),
        Member::new("semanticErrorHandling", stable(V2023_11_01).preview(V2023_07_01Preview), Kind::Text),
        Member::new(
            "semanticMaxWaitInMilliseconds",
            stable(V2023_11_01).preview(V2023_07_01Preview),
            Kind::Integer,
        ),
        Member::new("semanticQuery", stable(V2024_07_01).preview(V2023_10_01Preview), Kind::Text),
        Member::new("answers", SEMANTIC, Kind::Text),
        Member::new("captions", SEMANTIC, Kind::Text),
        Member::new("vectors", FIRST_VECTORS, Kind::Objects(&FIRST_VECTOR)),
        Member::new("vectorQueries", VECTORS, Kind::Objects(&VECTOR_QUERY)),
        Member::new("vectorFilterMode", VECTORS, Kind::Text),
        Member::new("hybridSearch", preview(V2024_09_01Preview), Kind::Object(&HYBRID_SEARCH)),
        Member::new("queryLanguage", preview(V2020_06_30Preview), Kind::Text),
        Member::new("speller", preview(V2020_06_30Preview), Kind::Text),
        Member::new("queryRewrites", preview(V2024_11_01Preview), Kind::Text),
        Member::new("semanticFields", preview(V2021_04_30Preview), Kind::List),
        Member::new("featuresMode", preview(V2019_05_06Preview), Kind::Text),
        Member::new("moreLikeThis", preview(V2016_09_01Preview), Kind::Text),
    ],
};

static FIRST_VECTOR: Shape = Shape {
    owner: Owner::Type("Vector"),
    members: &[
        Member::new("value", FIRST_VECTORS, Kind::Numbers),
        Member::new("fields", FIRST_VECTORS, Kind::Text),
        Member::new("k", FIRST_VECTORS, Kind::Integer),
    ],
};

static VECTOR_QUERY: Shape = Shape {
    owner: Owner::Type("VectorQuery"),
    members: &[
        Member::new("kind", VECTORS, Kind::Text),
        Member::new("vector", VECTORS, Kind::Numbers),
        Member::new("text", stable(V2024_07_01).preview(V2023_10_01Preview), Kind::Text),
        Member::new("url", stable(V2026_04_01).preview(V2024_05_01Preview), Kind::Text),
        Member::new("base64Image", stable(V2026_04_01).preview(V2024_05_01Preview), Kind::Text),
        Member::new("queryRewrites", preview(V2024_11_01Preview), Kind::Text),
        Member::new("fields", VECTORS, Kind::Text),
        Member::new("k", VECTORS, Kind::Integer),
        Member::new("exhaustive", VECTORS, Kind::Flag),
        Member::new("oversampling", stable(V2024_07_01).preview(V2024_05_01Preview), Kind::Number),
        Member::new("weight", stable(V2024_07_01).preview(V2024_05_01Preview), Kind::Number),
        Member::new("threshold", preview(V2024_05_01Preview), Kind::Object(&THRESHOLD)),
        Member::new("filterOverride", preview(V2024_09_01Preview), Kind::Text),
        Member::new("perDocumentVectorLimit", preview(V2025_11_01Preview), Kind::Integer),
    ],
};

static THRESHOLD: Shape = Shape {
    owner: Owner::Type("VectorThreshold"),
    members: &[
        Member::new("kind", preview(V2024_05_01Preview), Kind::Text),
        Member::new("value", preview(V2024_05_01Preview), Kind::Number),
    ],
};

static HYBRID_SEARCH: Shape = Shape {
    owner: Owner::Type("HybridSearch"),
    members: &[
        Member::new("maxTextRecallSize", preview(V2024_09_01Preview), Kind::Integer),
        Member::new("countAndFacetMode", preview(V2024_09_01Preview), Kind::Text),
    ],
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(body: &str) -> Result<SearchRequest, JsonError> {
        SearchRequest::parse(body.as_bytes(), V2026_04_01)
    }

    fn query<const N: usize>(parameters: [(&str, &str); N]) -> Result<SearchRequest, ParameterError> {
        SearchRequest::from_query(parameters, V2026_04_01)
    }

    #[test]
    fn comma_lists_are_strings_or_arrays() {
        let request = parse(
            r#"{"select":["a","b/c"],"searchFields":"x, y","orderby":[],"facets":[],"highlight":null}"#,
        )
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
            ("api-version", "2026-04-01"),
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

    proptest! {
        /// Whatever passes the table fits the struct: every member with a value of every kind.
        #[test]
        fn no_body_panics(
            name in prop::sample::select(SEARCH_REQUEST.members.iter().map(|member| member.name).collect::<Vec<_>>()),
            value in prop::sample::select(vec![
                json!(null), json!(true), json!(7), json!(-7), json!(7.5), json!(1e300), json!(u64::MAX), json!("x"), json!([]),
                json!(["x"]), json!([null]), json!([["x"]]), json!([{}]), json!({}),
            ]),
        ) {
            if let Ok(request) = parse(&json!({ name: value }).to_string()) {
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
}
