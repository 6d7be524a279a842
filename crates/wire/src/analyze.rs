//! `search.analyze`: what becomes of a text (`api.md` §2.1, `wire.md` §10).

use serde::{Deserialize, Serialize};

use crate::indexes::NORMALIZERS_SINCE;
use crate::json::{self, or_default};
use crate::since::operations::ANALYZE;
use crate::since::{Kind, Member, Owner, Shape};
use crate::{ApiVersion, JsonError};

/// The body of `search.analyze`: a text, and an analyzer, a tokenizer or a normalizer by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AnalyzeRequest {
    /// What is analysed.
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    /// An analyzer, predefined or of the index.
    pub analyzer: Option<String>,
    /// A tokenizer, predefined or of the index.
    pub tokenizer: Option<String>,
    /// Token filters that run behind the tokenizer.
    #[serde(deserialize_with = "or_default")]
    pub token_filters: Vec<String>,
    /// Character filters that run before the tokenizer.
    #[serde(deserialize_with = "or_default")]
    pub char_filters: Vec<String>,
    /// A normalizer, predefined or of the index.
    pub normalizer: Option<String>,
}

impl AnalyzeRequest {
    /// Reads a body.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &ANALYZE_REQUEST, version)
    }
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnalyzeResult {
    /// In the order in which they were found.
    pub tokens: Vec<AnalyzedToken>,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalyzedToken {
    /// Its text.
    pub token: String,
    /// Where it begins in the text that was sent, in UTF-16 units.
    pub start_offset: u32,
    /// Where it ends there, exclusive.
    pub end_offset: u32,
    /// Its place among the words, from 0; removed words are counted.
    pub position: u32,
}

static ANALYZE_REQUEST: Shape = Shape {
    owner: Owner::Operation("analyze"),
    members: &[
        Member::new("text", ANALYZE, Kind::Text).required(),
        Member::new("analyzer", ANALYZE, Kind::Text),
        Member::new("tokenizer", ANALYZE, Kind::Text),
        Member::new("tokenFilters", ANALYZE, Kind::Texts),
        Member::new("charFilters", ANALYZE, Kind::Texts),
        Member::new("normalizer", NORMALIZERS_SINCE, Kind::Text),
    ],
};

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ApiVersion::{V2020_06_30, V2026_04_01};

    #[test]
    fn a_request_names_what_analyses() {
        let body =
            br#"{"text":"a b","tokenizer":"whitespace","tokenFilters":["lowercase"],"charFilters":null}"#;
        let parsed = AnalyzeRequest::parse(body, V2026_04_01).unwrap();
        let expected = AnalyzeRequest {
            text: "a b".to_owned(),
            tokenizer: Some("whitespace".to_owned()),
            token_filters: vec!["lowercase".to_owned()],
            ..AnalyzeRequest::default()
        };
        assert_eq!(parsed, expected);
        for body in ["{}", r#"{"text":"a","analyser":"x"}"#, r#"{"text":1}"#, "[]", ""] {
            assert!(AnalyzeRequest::parse(body.as_bytes(), V2026_04_01).is_err(), "{body}");
        }
    }

    #[test]
    fn normalizers_are_younger_than_the_operation() {
        let body = br#"{"text":"a","normalizer":"lowercase"}"#;
        assert!(AnalyzeRequest::parse(body, V2026_04_01).is_ok());
        assert!(AnalyzeRequest::parse(body, V2020_06_30).is_err());
    }

    #[test]
    fn tokens_have_four_members() {
        let token = AnalyzedToken { token: "a".to_owned(), start_offset: 1, end_offset: 2, position: 3 };
        let members = serde_json::to_value(AnalyzeResult { tokens: vec![token] }).unwrap();
        let expected = json!([{ "token": "a", "startOffset": 1, "endOffset": 2, "position": 3 }]);
        assert_eq!(members["tokens"], expected);
    }
}
