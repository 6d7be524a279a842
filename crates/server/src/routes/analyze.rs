//! `/indexes('name')/search.analyze`

use std::sync::Arc;

use lazuli_wire::analyze::{AnalyzeRequest, AnalyzeResult};
use serde::Serialize;
use serde_json::{Map, Value};

use super::answers::{annotated, rendered};
use crate::app::definitions::Indexes;
use crate::app::{App, analyze as story};
use crate::error::{self, Error};
use crate::http::Call;
use crate::http::answer::Answer;

/// `POST /indexes('name')/search.analyze`; not by an alias (`api.md` §2.1).
pub(crate) async fn analyze(app: &Arc<App>, call: Call) -> Result<Answer, Error> {
    let request = AnalyzeRequest::parse(&call.body, call.version).map_err(|error| error::json(&error))?;
    let name = call.captures.name();
    let entry = app.definitions.get::<Indexes>(name).ok_or_else(|| error::no_index(name, call.service()))?;
    let result = story::analyze(app, entry, request).await?;
    let annotations = annotated(&call, &format!("{}.AnalyzeResult", call.version.namespace()));
    rendered(&Annotated { annotations, result })
}

/// The answer, written as it is: it may have a million tokens.
#[derive(Serialize)]
struct Annotated {
    #[serde(flatten)]
    annotations: Map<String, Value>,
    #[serde(flatten)]
    result: AnalyzeResult,
}
