//! Suggest and autocomplete requests (`api.md` §3.8), from a POST body or from the query string of a GET.

use serde::Deserialize;

use crate::json::{self, comma_joined};
use crate::search::{ParameterError, query_members};
use crate::since::{ALWAYS, Kind, Member, Owner, Shape, operations};
use crate::{ApiVersion, JsonError};

/// The parameters of `suggest`; `None` means not sent or null.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the members are the service's parameters, described in `query.md` §5")]
pub struct SuggestRequest {
    pub filter: Option<String>,
    pub fuzzy: Option<bool>,
    pub highlight_post_tag: Option<String>,
    pub highlight_pre_tag: Option<String>,
    pub minimum_coverage: Option<f64>,
    #[serde(deserialize_with = "comma_joined")]
    pub orderby: Option<String>,
    pub search: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub search_fields: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub select: Option<String>,
    pub suggester_name: Option<String>,
    pub top: Option<i64>,
}

/// The parameters of `autocomplete`; `None` means not sent or null.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the members are the service's parameters, described in `query.md` §5")]
pub struct AutocompleteRequest {
    pub autocomplete_mode: Option<String>,
    pub filter: Option<String>,
    pub fuzzy: Option<bool>,
    pub highlight_post_tag: Option<String>,
    pub highlight_pre_tag: Option<String>,
    pub minimum_coverage: Option<f64>,
    pub search: Option<String>,
    #[serde(deserialize_with = "comma_joined")]
    pub search_fields: Option<String>,
    pub suggester_name: Option<String>,
    pub top: Option<i64>,
}

impl SuggestRequest {
    /// Reads the body of a POST.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &SUGGEST, version)
    }

    /// Reads the query string of a GET, already split and percent-decoded. `api-version` and `api-key` are skipped.
    pub fn from_query<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        version: ApiVersion,
    ) -> Result<Self, ParameterError> {
        query_members(parameters, &SUGGEST, version).map(|members| json::filled(&members))
    }
}

impl AutocompleteRequest {
    /// Reads the body of a POST.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &AUTOCOMPLETE, version)
    }

    /// Reads the query string of a GET, already split and percent-decoded. `api-version` and `api-key` are skipped.
    pub fn from_query<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        version: ApiVersion,
    ) -> Result<Self, ParameterError> {
        query_members(parameters, &AUTOCOMPLETE, version).map(|members| json::filled(&members))
    }
}

pub(crate) static SUGGEST: Shape = Shape {
    owner: Owner::Operation("suggest"),
    members: &[
        Member::new("filter", ALWAYS, Kind::Text),
        Member::new("fuzzy", ALWAYS, Kind::Flag),
        Member::new("highlightPostTag", ALWAYS, Kind::Text),
        Member::new("highlightPreTag", ALWAYS, Kind::Text),
        Member::new("minimumCoverage", ALWAYS, Kind::Number),
        Member::new("orderby", ALWAYS, Kind::List),
        Member::new("search", ALWAYS, Kind::Text),
        Member::new("searchFields", ALWAYS, Kind::List),
        Member::new("select", ALWAYS, Kind::List),
        Member::new("suggesterName", ALWAYS, Kind::Text),
        Member::new("top", ALWAYS, Kind::Integer),
    ],
};

pub(crate) static AUTOCOMPLETE: Shape = Shape {
    owner: Owner::Operation("autocomplete"),
    members: &[
        Member::new("autocompleteMode", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("filter", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("fuzzy", operations::AUTOCOMPLETE, Kind::Flag),
        Member::new("highlightPostTag", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("highlightPreTag", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("minimumCoverage", operations::AUTOCOMPLETE, Kind::Number),
        Member::new("search", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("searchFields", operations::AUTOCOMPLETE, Kind::List),
        Member::new("suggesterName", operations::AUTOCOMPLETE, Kind::Text),
        Member::new("top", operations::AUTOCOMPLETE, Kind::Integer),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{V2020_06_30, V2026_04_01};

    #[test]
    fn a_query_string_says_the_same_as_a_body() {
        let body = br#"{"search":"sea","suggesterName":"sg","top":3,"select":["a","b/c"],"filter":"x eq 1","fuzzy":true}"#;
        let query = [
            ("api-version", "2020-06-30"),
            ("search", "sea"),
            ("suggesterName", "sg"),
            ("$top", "3"),
            ("$select", "a,b/c"),
            ("$filter", "x eq 1"),
            ("fuzzy", "TRUE"),
        ];
        let request = SuggestRequest::parse(body, V2020_06_30).unwrap();
        assert_eq!(request.select.as_deref(), Some("a,b/c"));
        assert_eq!(SuggestRequest::from_query(query, V2020_06_30).unwrap(), request);

        let body = br#"{"search":"sea","autocompleteMode":"twoTerms","searchFields":"a,b"}"#;
        let query = [("search", "sea"), ("autocompleteMode", "twoTerms"), ("searchFields", "a,b")];
        let request = AutocompleteRequest::parse(body, V2026_04_01).unwrap();
        assert_eq!(AutocompleteRequest::from_query(query, V2026_04_01).unwrap(), request);
    }

    #[test]
    fn parameters_of_other_operations_are_refused() {
        assert_eq!(
            SuggestRequest::parse(br#"{"search":"s","skip":1}"#, V2026_04_01).unwrap_err().to_string(),
            "parameters : The parameter 'skip' in the request payload is not a valid parameter for the operation 'suggest'."
        );
        assert_eq!(
            AutocompleteRequest::from_query([("$select", "a")], V2026_04_01).unwrap_err().to_string(),
            "The parameter '$select' in the request URL is not a valid parameter for the operation 'autocomplete'."
        );
        assert_eq!(
            AutocompleteRequest::from_query([("top", "5")], V2026_04_01).unwrap_err().to_string(),
            "The parameter 'top' in the request URL is not a valid parameter for the operation 'autocomplete'."
        );
    }
}
