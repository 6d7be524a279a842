//! Where the documents of indexers go: into the call that an upload uses.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use lazuli_catalog::Schema;
use lazuli_ingest::source::BoxFuture;
use lazuli_ingest::target::{ActionOutcome, Target, TargetError};
use lazuli_wire::ApiVersion;
use lazuli_wire::documents::IndexingResult;

use crate::app::definitions::Indexes;
use crate::app::{App, documents};
use crate::error::Error;

/// What stands in sentences where an upload names the service that it was sent to.
const SERVICE: &str = "lazuli";

/// The indexes of a service.
pub(super) struct Uploads(pub(super) Arc<App>);

impl Target for Uploads {
    fn schema(&self, index: &str) -> Option<Arc<Schema>> {
        Some(self.0.definitions.get::<Indexes>(index)?.life.index.schema())
    }

    fn write<'a>(
        &'a self,
        index: &'a str,
        actions: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<ActionOutcome>, TargetError>> {
        Box::pin(async move {
            let Some(entry) = self.0.definitions.get::<Indexes>(index) else {
                return Err(TargetError::Gone(format!(
                    "This indexer refers to an index '{index}' that doesn't exist"
                )));
            };
            let written = documents::write(&self.0, &entry, body(actions), ApiVersion::NEWEST, SERVICE).await;
            written.map(|results| results.into_iter().map(outcome).collect()).map_err(refused)
        })
    }
}

/// What an upload of them would send.
fn body(actions: &[&str]) -> Bytes {
    let (start, end) = ("{\"value\":[", "]}");
    let length = actions.iter().map(|action| action.len() + 1).sum::<usize>();
    let mut body = String::with_capacity(start.len() + length + end.len());
    body.push_str(start);
    for (at, action) in actions.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(action);
    }
    body.push_str(end);
    body.into()
}

fn outcome(result: IndexingResult) -> ActionOutcome {
    let IndexingResult { key, error_message, status_code, .. } = result;
    ActionOutcome { key, status: status_code, message: error_message }
}

/// What a refusal of the whole batch means for a run.
fn refused(error: Error) -> TargetError {
    let refusal = error.into_refusal();
    if let Some(log) = &refusal.log {
        tracing::error!(error = log, "an indexer's batch failed");
    }
    let message = refusal.message;
    match refusal.status {
        StatusCode::BAD_REQUEST => TargetError::Refused(message),
        StatusCode::NOT_FOUND => TargetError::Gone(message),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => TargetError::Unavailable(message),
        _ => TargetError::Failed(message),
    }
}
