//! `/indexes`: definitions of indexes on the wire, and what else is asked of one.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::statistics::IndexStatistics;
use lazuli_wire::{ApiVersion, JsonError, indexes};
use serde_json::{Map, Value};

use super::answers::{annotated, rendered};
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
}

/// `GET /indexes('name')/search.stats`
pub(crate) async fn statistics(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let service = call.service().to_owned();
    let statistics = app
        .read(move |_| {
            let failed = |error| error::engine(&error, entry.name(), &service);
            entry.life.index.statistics().map_err(failed)
        })
        .await?;
    let mut answer = annotated(call, &format!("{}.IndexStatistics", call.version.namespace()));
    let shown = IndexStatistics {
        document_count: statistics.documents,
        storage_size: statistics.storage_bytes,
        vector_index_size: statistics.vector_bytes,
    };
    answer.append(&mut shown.members(call.version));
    rendered(&answer)
}

/// `GET /lazuli/indexes/name`, ours.
pub(crate) async fn describe(app: &App, call: &Call) -> Result<Answer, Error> {
    let entry = find(app, call)?;
    let body = status::describe(app, entry, call.service().to_owned()).await?;
    Ok(Answer::plain(StatusCode::OK, "application/json; charset=utf-8", body))
}

fn find(app: &App, call: &Call) -> Result<Arc<Entry<Indexes>>, Error> {
    let name = call.captures.name();
    app.definitions.get(name).ok_or_else(|| error::no_index(name, call.service()))
}
