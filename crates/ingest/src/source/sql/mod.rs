//! What sources of rows have in common.

pub(in crate::source) mod configuration;
pub(in crate::source) mod high_water;
pub(in crate::source) mod names;
pub(in crate::source) mod soft_delete;
pub(in crate::source) mod stream;

use std::time::Duration;

use lazuli_wire::data_sources::{ChangeDetectionPolicy, DataSource};
use tokio::time::timeout;

use super::SourceError;

/// Bytes of rows after which a part ends, whatever was asked for: a run holds about one part in memory.
pub(in crate::source) const PART_BYTES_MAX: usize = 16 << 20;

/// Said for every way in which credentials are refused (`indexers.md` §6).
pub(in crate::source) const CREDENTIALS: &str =
    "Credentials provided in the connection string are invalid or have expired.";

/// The column of a high-water mark as the policy calls it; `None` where changes are not detected.
pub(in crate::source) fn mark_column(source: &DataSource) -> Result<Option<String>, SourceError> {
    let Some(policy) = &source.data_change_detection_policy else { return Ok(None) };
    match &policy.high_water_mark_column_name {
        Some(column) if policy.odata_type == ChangeDetectionPolicy::HIGH_WATER_MARK => {
            Ok(Some(column.clone()))
        }
        Some(_) | None => Err(SourceError::Broken(format!(
            "The change detection policy '{}' is not supported for data sources of type '{}'.",
            policy.odata_type, source.source_type
        ))),
    }
}

/// The columns that rows are called by, of columns with their names and whether they are in the primary key: those that are.
/// A view has none: its rows are called by a column `id`, or else by the first.
pub(in crate::source) fn key<'a>(columns: impl Iterator<Item = (&'a str, bool)> + Clone) -> Vec<String> {
    let key: Vec<String> =
        columns.clone().filter(|(_, is_key)| *is_key).map(|(name, _)| name.to_owned()).collect();
    if !key.is_empty() {
        return key;
    }
    let id = columns.clone().find(|(name, _)| name.eq_ignore_ascii_case("id"));
    id.or(columns.clone().next()).map(|(name, _)| name.to_owned()).into_iter().collect()
}

/// Waits for a database no longer than `queryTimeout` allows for a part of the rows.
pub(in crate::source) async fn timed<A>(
    longest: Duration,
    call: impl Future<Output = Result<A, SourceError>>,
) -> Result<A, SourceError> {
    match timeout(longest, call).await {
        Ok(result) => result,
        Err(_) => Err(too_slow()),
    }
}

/// Said when the time is over.
pub(in crate::source) fn too_slow() -> SourceError {
    SourceError::Transient("The database did not answer within the query timeout.".into())
}

/// Characters of a sentence of a server's that are passed on.
const SENTENCE_MAX: usize = 1000;

/// A server's own words, about what it was asked.
pub(in crate::source) fn answered(sentence: &str) -> String {
    let sentence: String = sentence.trim_end_matches('.').chars().take(SENTENCE_MAX).collect();
    format!("The database answered: {sentence}.")
}

/// Said of a statement without a connection.
pub(in crate::source) fn closed() -> SourceError {
    SourceError::Transient("The connection to the database is closed.".into())
}
