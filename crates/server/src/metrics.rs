//! What `/metrics` shows (Prometheus text format). Names are listed here and nowhere else:
//!
//! | name | labels | what |
//! |---|---|---|
//! | `lazuli_requests_total` | `route`, `status` | answered requests |
//! | `lazuli_request_seconds` | `route` | how long they took, as a histogram |
//! | `lazuli_connections` | | open connections |
//! | `lazuli_documents_written_total` | `outcome` | actions of acknowledged batches |
//! | `lazuli_stopped_total` | `cause` | searches and other reads that were stopped: `client_left` or `deadline` |
//! | `lazuli_pool_waiting` | | jobs that wait for a thread |
//! | `lazuli_resident_bytes` | | memory of the process |
//! | `lazuli_filter_cache_hits_total`, `lazuli_filter_cache_misses_total`, `lazuli_filter_cache_bytes` | | answers of filters kept between searches |
//! | `lazuli_index_documents`, `lazuli_index_storage_bytes`, `lazuli_index_vector_bytes` | `index` | open indexes only |
//! | `lazuli_index_rebuild_done`, `lazuli_index_rebuild_total` | `index` | documents of an index being rebuilt |

use std::fmt::Write;
use std::sync::OnceLock;
use std::time::Duration;

use http::StatusCode;
use lazuli_platform::cancel::Stopped;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the duration buckets, in seconds.
const BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// The recorder of this process. There is one even when tests start several services.
pub(crate) fn install() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
                .ok()?
                .build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok()?;
            Some(handle)
        })
        .as_ref()
}

/// Notes one answered request.
pub(crate) fn request(route: &'static str, status: StatusCode, elapsed: Duration) {
    let status = status.as_u16().to_string();
    metrics::counter!("lazuli_requests_total", "route" => route, "status" => status).increment(1);
    metrics::histogram!("lazuli_request_seconds", "route" => route).record(elapsed.as_secs_f64());
}

/// Notes work that was stopped before its end.
pub(crate) fn stopped(cause: Stopped) {
    let cause = match cause {
        Stopped::Cancelled => "client_left",
        Stopped::DeadlineExceeded => "deadline",
    };
    metrics::counter!("lazuli_stopped_total", "cause" => cause).increment(1);
}

/// Notes a connection that opened (`1.0`) or closed (`-1.0`).
pub(crate) fn connections(change: f64) {
    metrics::gauge!("lazuli_connections").increment(change);
}

/// Notes the actions of an acknowledged batch.
pub(crate) fn documents_written(succeeded: u64, failed: u64) {
    metrics::counter!("lazuli_documents_written_total", "outcome" => "succeeded").increment(succeeded);
    metrics::counter!("lazuli_documents_written_total", "outcome" => "failed").increment(failed);
}

/// Adds a count since the start that is kept elsewhere.
pub(crate) fn write_counter(page: &mut String, name: &str, value: u64) {
    let _ = writeln!(page, "# TYPE {name} counter\n{name} {value}");
}

/// Adds a gauge that is read at the moment of the scrape rather than kept: its values, each with the index it belongs to.
pub(crate) fn write_gauge<'a>(
    page: &mut String,
    name: &str,
    values: impl IntoIterator<Item = (Option<&'a str>, u64)>,
) {
    let mut values = values.into_iter().peekable();
    if values.peek().is_some() {
        let _ = writeln!(page, "# TYPE {name} gauge");
    }
    for (index, value) in values {
        // Index names are letters, digits, dashes and underscores: nothing to escape.
        let labels = index.map(|index| format!("{{index=\"{index}\"}}")).unwrap_or_default();
        let _ = writeln!(page, "{name}{labels} {value}");
    }
}
