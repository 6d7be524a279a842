//! What sources of rows have in common.

pub(in crate::source) mod configuration;
pub(in crate::source) mod high_water;
pub(in crate::source) mod names;
pub(in crate::source) mod soft_delete;
pub(in crate::source) mod stream;

use lazuli_wire::data_sources::{ChangeDetectionPolicy, DataSource};

use super::SourceError;

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
