//! The search request, from a POST body or from the query string of a GET.

mod query_string;
mod vectors;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::ApiVersion::{
    V2016_09_01, V2016_09_01Preview, V2019_05_06Preview, V2020_06_30, V2020_06_30Preview, V2021_04_30Preview,
    V2023_07_01Preview, V2023_10_01Preview, V2023_11_01, V2024_05_01Preview, V2024_07_01, V2024_11_01Preview,
    V2025_09_01,
};
use crate::json::{self, comma_joined};
use crate::since::{self, ALWAYS, Kind, Member, Owner, Shape, Since, preview, stable};
use crate::{ApiVersion, JsonError};

pub use query_string::ParameterError;
pub use vectors::{VectorQuery, VectorThreshold};

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
    pub vector_queries: Option<Vec<VectorQuery>>,
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
        since::check(&members, &SHAPE, version)?;
        Ok(Self::from_members(members))
    }

    /// Reads the query string of a GET, already split and percent-decoded. `api-version` and `api-key` are skipped.
    pub fn from_query<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        version: ApiVersion,
    ) -> Result<Self, ParameterError> {
        query_string::members(parameters, &SHAPE, version).map(Self::from_members)
    }

    fn from_members(members: Map<String, Value>) -> Self {
        let (mut request, first) =
            (json::filled::<Self>(&members), json::filled::<vectors::FirstVectors>(&members));
        if let Some(queries) = first.into_queries() {
            request.vector_queries = Some(queries);
        }
        request.sent = members;
        request
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

/// How text and vectors are brought together in a hybrid query.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HybridSearch {
    /// How many hits of the text are fused, 1 to 10 000.
    pub max_text_recall_size: Option<i32>,
    /// `countAllResults` or `countRetrievableResults`.
    pub count_and_facet_mode: Option<String>,
}

/// One request's scores like the next one's.
const STATISTICS: Since = stable(V2020_06_30).preview(V2019_05_06Preview);
const HYBRID: Since = preview(V2024_05_01Preview);
const SEMANTIC: Since = stable(V2023_11_01).preview(V2021_04_30Preview);

/// `SearchRequest` (`api.md` §3.8, `query.md` §1.2).
pub(crate) static SHAPE: Shape = Shape {
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
        Member::new("answers", stable(V2023_11_01).preview(V2020_06_30Preview), Kind::Text),
        Member::new("captions", SEMANTIC, Kind::Text),
        Member::new("vectors", vectors::FIRST, Kind::Objects(&vectors::FIRST_SHAPE)),
        Member::new("vector", vectors::FIRST, Kind::Object(&vectors::FIRST_SHAPE)),
        Member::new("vectorQueries", vectors::SINCE, Kind::Objects(&vectors::SHAPE)),
        Member::new("vectorFilterMode", vectors::SINCE, Kind::Text),
        Member::new("hybridSearch", HYBRID, Kind::Object(&HYBRID_SEARCH)),
        Member::new("queryLanguage", preview(V2020_06_30Preview), Kind::Text),
        Member::new("speller", preview(V2020_06_30Preview), Kind::Text),
        Member::new("queryRewrites", preview(V2024_11_01Preview), Kind::Text),
        Member::new("semanticFields", preview(V2021_04_30Preview), Kind::List),
        Member::new("featuresMode", preview(V2019_05_06Preview), Kind::Text),
        Member::new("moreLikeThis", preview(V2016_09_01Preview), Kind::Text),
    ],
};

static HYBRID_SEARCH: Shape = Shape {
    owner: Owner::Type("HybridSearch"),
    members: &[
        Member::new("maxTextRecallSize", HYBRID, Kind::Integer),
        Member::new("countAndFacetMode", HYBRID, Kind::Text),
    ],
};

#[cfg(test)]
mod tests;
