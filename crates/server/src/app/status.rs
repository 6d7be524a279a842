//! How the service and its indexes are: what `/readyz`, `/metrics` and `/lazuli/indexes/{name}` say.

use std::sync::Arc;

use lazuli_engine::IndexState;
use lazuli_platform::files::{DiskFiles, publish};
use lazuli_platform::limits::resident_bytes;
use serde_json::{Value, json};

use super::App;
use super::definitions::{Entry, Indexes};
use crate::error::{self, Error};
use crate::metrics;

/// Whether requests can be served: the catalogue is open (else nobody would ask this) and the disk can be written. Blocks.
pub(crate) fn ready(app: &App) -> (bool, Value) {
    let written = publish(&DiskFiles, &app.data_dir.join("ready"), b"written by /readyz\n");
    let rebuilding: Vec<Value> =
        app.definitions.list::<Indexes>().iter().filter_map(|entry| rebuild(entry)).collect();
    match written {
        Ok(()) => (true, json!({ "status": "ready", "rebuilding": rebuilding })),
        Err(cause) => {
            let reason = format!("The data directory cannot be written: {cause}.");
            (false, json!({ "status": "not ready", "reason": reason, "rebuilding": rebuilding }))
        }
    }
}

fn rebuild(entry: &Entry<Indexes>) -> Option<Value> {
    match entry.life.index.state() {
        IndexState::Rebuilding { done, total } => {
            Some(json!({ "index": entry.name(), "done": done, "total": total }))
        }
        IndexState::Closed | IndexState::Ready | IndexState::Failed(_) => None,
    }
}

/// Everything worth counting, as Prometheus reads it. Looks at open indexes only. Blocks.
pub(crate) fn metrics_page(app: &App) -> String {
    let mut page = app.metrics.map(metrics_exporter_prometheus::PrometheusHandle::render).unwrap_or_default();
    let waiting = app.waiting() as u64;
    metrics::write_gauge(&mut page, "lazuli_pool_waiting", [(None, waiting)]);
    metrics::write_gauge(&mut page, "lazuli_resident_bytes", resident_bytes().map(|bytes| (None, bytes)));
    let filters = app.definitions.filter_cache();
    metrics::write_counter(&mut page, "lazuli_filter_cache_hits_total", filters.hits);
    metrics::write_counter(&mut page, "lazuli_filter_cache_misses_total", filters.misses);
    metrics::write_gauge(&mut page, "lazuli_filter_cache_bytes", [(None, filters.bytes)]);
    let entries = app.definitions.list::<Indexes>();
    let open: Vec<_> =
        entries.iter().filter_map(|entry| Some((entry, entry.life.index.statistics_if_open()?))).collect();
    let gauge = |of: fn(&lazuli_engine::Statistics) -> u64| {
        open.iter().map(move |(entry, statistics)| (Some(entry.name()), of(statistics)))
    };
    metrics::write_gauge(&mut page, "lazuli_index_documents", gauge(|statistics| statistics.documents));
    metrics::write_gauge(
        &mut page,
        "lazuli_index_storage_bytes",
        gauge(|statistics| statistics.storage_bytes),
    );
    metrics::write_gauge(&mut page, "lazuli_index_vector_bytes", gauge(|statistics| statistics.vector_bytes));
    let rebuilding: Vec<_> = entries
        .iter()
        .filter_map(|entry| match entry.life.index.state() {
            IndexState::Rebuilding { done, total } => Some((entry.name(), done, total)),
            IndexState::Closed | IndexState::Ready | IndexState::Failed(_) => None,
        })
        .collect();
    let done = rebuilding.iter().map(|(name, done, _)| (Some(*name), *done));
    metrics::write_gauge(&mut page, "lazuli_index_rebuild_done", done);
    let total = rebuilding.iter().map(|(name, _, total)| (Some(*name), *total));
    metrics::write_gauge(&mut page, "lazuli_index_rebuild_total", total);
    page
}

/// An index as its operator sees it.
pub(crate) async fn describe(
    app: &App,
    entry: Arc<Entry<Indexes>>,
    service: String,
) -> Result<Vec<u8>, Error> {
    app.read(move |_| {
        let (state, rebuild) = match entry.life.index.state() {
            IndexState::Closed => ("closed", Value::Null),
            IndexState::Ready => ("ready", Value::Null),
            IndexState::Rebuilding { done, total } => ("rebuilding", json!({ "done": done, "total": total })),
            IndexState::Failed(cause) => ("failed", json!({ "cause": cause })),
        };
        let statistics = match entry.life.index.statistics() {
            Ok(statistics) => json!({
                "documentCount": statistics.documents,
                "storageSize": statistics.storage_bytes,
                "vectorIndexSize": statistics.vector_bytes,
            }),
            Err(lazuli_engine::EngineError::Rebuilding) => Value::Null,
            Err(error) => return Err(error::engine(&error, entry.name(), &service)),
        };
        let description = json!({
            "name": entry.name(),
            "etag": format!("\"{}\"", entry.etag),
            "state": state,
            "rebuild": rebuild,
            "statistics": statistics,
            "schemaVersion": entry.life.index.schema().version,
            "approximated": entry.life.approximated,
        });
        serde_json::to_vec(&description).map_err(error::internal)
    })
    .await
}
