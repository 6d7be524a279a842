//! What JSON answers of definitions and statistics have in common.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{self, Error};
use crate::http::Call;
use crate::http::accept::Metadata;
use crate::http::answer::Answer;
use crate::http::query;

/// The members an answer begins with; `context` is what follows the service's address in `@odata.context`.
pub(crate) fn annotated(call: &Call, context: &str) -> Map<String, Value> {
    let mut members = Map::new();
    if call.metadata != Metadata::None {
        members.insert("@odata.context".to_owned(), format!("{}/$metadata#{context}", call.base).into());
    }
    members
}

/// 200 with these members.
pub(crate) fn rendered(members: &impl Serialize) -> Result<Answer, Error> {
    serde_json::to_vec(members).map(Answer::json).map_err(error::internal)
}

/// The URL of a request without some parameters of its query string, and always without a key.
pub(crate) fn url_without(call: &Call, parameters: &[&str]) -> String {
    let path = call.target.split_once('?').map_or(call.target.as_str(), |(path, _)| path);
    format!("{}{path}{}", call.base, query_without(call, parameters))
}

/// The query string of a request as it was sent, with its `?`, without some parameters, and always without a key.
pub(crate) fn query_without(call: &Call, parameters: &[&str]) -> String {
    let raw = call.target.split_once('?').map_or("", |(_, query)| query);
    query::without(raw, &[parameters, &["api-key"]].concat())
}
