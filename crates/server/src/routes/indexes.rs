//! `/indexes`: definitions of indexes on the wire, and what else is asked of one.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::{ApiVersion, JsonError, indexes};
use serde_json::{Map, Value};

use super::definitions::Resource;
use crate::app::definitions::{Entry, Indexes};
use crate::app::{App, status};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::Answer;

impl Resource for Indexes {
    const TYPE: &'static str = "IndexDefinition";

    fn parse(body: &[u8], version: ApiVersion) -> Result<indexes::Index, JsonError> {
        indexes::Index::parse(body, version)
    }

    fn members(definition: &indexes::Index, version: ApiVersion) -> Map<String, Value> {
        definition.members(version)
    }

    fn find(app: &App, call: &Call, name: &str) -> Option<Arc<Entry<Indexes>>> {
        app.definitions.find(name, call.version)
    }
}

/// `GET /lazuli/indexes/name`, ours.
pub(crate) async fn describe(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let body = status::describe(app, entry, call.service().to_owned()).await?;
    Ok(Answer::plain(StatusCode::OK, "application/json; charset=utf-8", body))
}

/// The index that a path names, itself or by an alias.
pub(super) fn find(app: &App, call: &Call) -> Result<Arc<Entry<Indexes>>, Error> {
    let name = call.captures.name();
    app.definitions.find(name, call.version).ok_or_else(|| error::no_index(name, call.service()))
}
