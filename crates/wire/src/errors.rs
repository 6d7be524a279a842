//! The body of an error answer.
//!
//! ```json
//! {"error":{"code":"InvalidRequestParameter","message":"…","details":[{"code":"InvalidField","message":"…"}]}}
//! ```

use serde::{Deserialize, Serialize};

/// The envelope of every error answer with a body (`wire.md` §12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// An error, or one of the details of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A word such as `OperationNotAllowed`; for many errors of the service it is empty.
    pub code: String,
    /// The sentence for people.
    pub message: String,
    /// More precise errors behind this one; left out when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<ErrorDetail>,
}

/// Characters of a client's value that an error sentence repeats. The service repeats all of it; a megabyte of text in an
/// error and in a log helps nobody.
const QUOTED_CHARACTERS_MAX: usize = 1_000;

/// A client's text as an error repeats it: cut off when it is very long.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS_MAX) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_off() {
        assert_eq!(quoted(&"ä".repeat(1_000)), "ä".repeat(1_000));
        assert_eq!(quoted(&"ä".repeat(1_001)), "ä".repeat(1_000) + "…");
    }

    #[test]
    fn details_are_left_out_when_there_are_none() {
        let detail = ErrorDetail { code: "b".into(), message: "n".into(), details: Vec::new() };
        let plain = ErrorDetail { code: String::new(), message: "m".into(), details: Vec::new() };
        assert_eq!(
            serde_json::to_string(&ErrorBody { error: plain.clone() }).unwrap(),
            r#"{"error":{"code":"","message":"m"}}"#
        );
        assert_eq!(
            serde_json::to_string(&ErrorBody { error: ErrorDetail { details: vec![detail], ..plain } })
                .unwrap(),
            r#"{"error":{"code":"","message":"m","details":[{"code":"b","message":"n"}]}}"#
        );
    }
}
