//! `/indexers('name')/search.run` and what else is asked of an indexer beside its definition.

use std::sync::Arc;

use http::StatusCode;
use lazuli_wire::indexer_requests::{ResetDocuments, Resync};

use super::answers::{annotated, rendered};
use super::parameters::flag;
use crate::app::App;
use crate::app::indexers::{self, Asked};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::{Answer, Content};

/// `POST /indexers('name')/search.run`: 202 with nothing in its body (`wire.md` §1).
pub(crate) async fn run(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    indexers::run(app, asked(call)).await?;
    Ok(Answer { status: StatusCode::ACCEPTED, ..Answer::ok(Content::EmptyChunked) })
}

/// `POST /indexers('name')/search.reset`
pub(crate) async fn reset(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    indexers::reset(app, asked(call)).await?;
    Ok(Answer::no_content())
}

/// `POST /indexers('name')/search.resetdocs`
pub(crate) async fn reset_documents(app: &Arc<App>, call: &Call) -> Result<Answer, Error> {
    let body = ResetDocuments::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let overwrite = flag(&call.query, "overwrite")?.or(body.overwrite).unwrap_or(false);
    indexers::reset_documents(app, asked(call), body, overwrite).await?;
    Ok(Answer::no_content())
}

/// `POST /indexers('name')/search.resync`
pub(crate) fn resync(app: &App, call: &Call) -> Result<Answer, Error> {
    let body = Resync::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    if body.options.is_empty() {
        return Err(error::no_resync_option());
    }
    if let Some(other) = body.options.iter().find(|option| *option != "permissions") {
        return Err(error::unknown_resync_option(other));
    }
    indexers::resync(app, &asked(call))?;
    Ok(Answer::no_content())
}

/// `GET /indexers('name')/search.status`
pub(crate) fn status(app: &App, call: &Call) -> Result<Answer, Error> {
    let status = indexers::status(app, &asked(call))?;
    let mut answer = annotated(call, &format!("{}.IndexerExecutionInfo", call.version.namespace()));
    answer.append(&mut status.members(call.version));
    rendered(&answer)
}

fn asked(call: &Call) -> Asked {
    Asked { name: call.captures.name().to_owned(), service: call.service().to_owned() }
}
