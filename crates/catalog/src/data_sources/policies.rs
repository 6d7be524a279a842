//! Which type of data source can find changes and deletions by which policy (`indexers.md` §2, `api.md` §3.5).

use lazuli_wire::data_sources::{ChangeDetectionPolicy, DataSource, DeletionDetectionPolicy};

use super::SourceType;
use crate::error::DataSourceProblem;

/// The only column of Cosmos DB that grows with every change.
const COSMOS_MARK: &str = "_ts";

/// Checks both policies of a data source.
pub(super) fn check(source_type: SourceType, source: &DataSource) -> Result<(), DataSourceProblem> {
    let change = source.data_change_detection_policy.as_ref();
    let deletion = source.data_deletion_detection_policy.as_ref();
    if let Some(change) = change {
        check_change(source_type, change)?;
    }
    if let Some(deletion) = deletion {
        check_deletion(source_type, deletion)?;
    }
    let finds_deletions =
        change.is_some_and(|change| change.odata_type == ChangeDetectionPolicy::SQL_INTEGRATED);
    if finds_deletions && deletion.is_some() { Err(DataSourceProblem::DeletionsFoundAlready) } else { Ok(()) }
}

fn check_change(source_type: SourceType, policy: &ChangeDetectionPolicy) -> Result<(), DataSourceProblem> {
    let is_mark = policy.odata_type == ChangeDetectionPolicy::HIGH_WATER_MARK;
    let is_supported = match source_type {
        SourceType::AzureSql => true,
        SourceType::CosmosDb | SourceType::MySql | SourceType::PostgreSql => is_mark,
        // They know themselves what changed.
        SourceType::AzureBlob
        | SourceType::AdlsGen2
        | SourceType::AzureTable
        | SourceType::Files
        | SourceType::S3 => false,
    };
    if !is_supported {
        return Err(DataSourceProblem::ChangePolicy { policy: word(&policy.odata_type), source_type });
    }
    if !is_mark {
        return Ok(());
    }
    let column = policy.high_water_mark_column_name.as_deref().unwrap_or_default();
    if column.is_empty() {
        return Err(DataSourceProblem::PolicyMember { member: "highWaterMarkColumnName" });
    }
    if source_type == SourceType::CosmosDb && column != COSMOS_MARK {
        return Err(DataSourceProblem::CosmosMark);
    }
    Ok(())
}

fn check_deletion(
    source_type: SourceType,
    policy: &DeletionDetectionPolicy,
) -> Result<(), DataSourceProblem> {
    let by_column = policy.odata_type == DeletionDetectionPolicy::SOFT_DELETE_COLUMN;
    let by_storage = policy.odata_type == DeletionDetectionPolicy::NATIVE_BLOB_SOFT_DELETE;
    let is_supported = match source_type {
        SourceType::AzureBlob | SourceType::AdlsGen2 => true,
        // Objects have metadata of their owners, as blobs have; files have none.
        SourceType::S3 => !by_storage,
        SourceType::Files => !by_column && !by_storage,
        SourceType::AzureTable
        | SourceType::AzureSql
        | SourceType::CosmosDb
        | SourceType::MySql
        | SourceType::PostgreSql => by_column,
    };
    if !is_supported {
        return Err(DataSourceProblem::DeletionPolicy { policy: word(&policy.odata_type), source_type });
    }
    let required = [
        ("softDeleteColumnName", &policy.soft_delete_column_name),
        ("softDeleteMarkerValue", &policy.soft_delete_marker_value),
    ];
    match required.into_iter().find(|(_, value)| value.as_deref().is_none_or(str::is_empty)) {
        Some((member, _)) if by_column => Err(DataSourceProblem::PolicyMember { member }),
        Some(_) | None => Ok(()),
    }
}

/// A policy's type without its namespace.
fn word(odata_type: &str) -> String {
    odata_type.rsplit('.').next().unwrap_or(odata_type).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(change: Option<(&str, Option<&str>)>, deletion: Option<(&str, Option<&str>)>) -> DataSource {
        let text = |text: Option<&str>| text.map(str::to_owned);
        DataSource {
            data_change_detection_policy: change.map(|(odata_type, column)| ChangeDetectionPolicy {
                odata_type: odata_type.into(),
                high_water_mark_column_name: text(column),
            }),
            data_deletion_detection_policy: deletion.map(|(odata_type, column)| DeletionDetectionPolicy {
                odata_type: odata_type.into(),
                soft_delete_column_name: text(column),
                soft_delete_marker_value: text(column),
            }),
            ..DataSource::default()
        }
    }

    fn supported(policy: impl Fn() -> DataSource) -> Vec<&'static str> {
        let all = SourceType::ALL.into_iter();
        all.filter(|(source_type, _)| check(*source_type, &policy()).is_ok()).map(|(_, word)| word).collect()
    }

    #[test]
    fn each_policy_is_one_of_some_types() {
        let change = |odata_type: &'static str, column| move || source(Some((odata_type, column)), None);
        let deletion = |odata_type: &'static str, column| move || source(None, Some((odata_type, column)));
        let mark = ChangeDetectionPolicy::HIGH_WATER_MARK;
        assert_eq!(supported(change(mark, Some("v"))), ["azuresql", "mysql", "postgresql"]);
        assert_eq!(supported(change(mark, Some("_ts"))), ["azuresql", "cosmosdb", "mysql", "postgresql"]);
        assert_eq!(supported(change(ChangeDetectionPolicy::SQL_INTEGRATED, None)), ["azuresql"]);
        assert_eq!(
            supported(deletion(DeletionDetectionPolicy::SOFT_DELETE_COLUMN, Some("gone"))),
            ["azureblob", "adlsgen2", "azuretable", "azuresql", "cosmosdb", "mysql", "postgresql", "s3"]
        );
        let native = DeletionDetectionPolicy::NATIVE_BLOB_SOFT_DELETE;
        assert_eq!(supported(deletion(native, None)), ["azureblob", "adlsgen2"]);
        let absence = DeletionDetectionPolicy::ABSENCE;
        assert_eq!(supported(deletion(absence, None)), ["azureblob", "adlsgen2", "files", "s3"]);
    }

    #[test]
    fn policies_say_what_they_need() {
        let refusal = |source_type, source: &DataSource| check(source_type, source).unwrap_err().to_string();
        let mark = ChangeDetectionPolicy::HIGH_WATER_MARK;
        let soft = DeletionDetectionPolicy::SOFT_DELETE_COLUMN;
        for (source_type, source, expected) in [
            (
                SourceType::AzureBlob,
                source(Some((mark, Some("v"))), None),
                "The policy 'HighWaterMarkChangeDetectionPolicy' is not supported for data sources of type 'azureblob', which \
                 find changes by themselves or by another policy.",
            ),
            (
                SourceType::Files,
                source(None, Some((soft, Some("v")))),
                "The policy 'SoftDeleteColumnDeletionDetectionPolicy' is not supported for data sources of type 'files'.",
            ),
            (
                SourceType::AzureSql,
                source(Some((mark, Some(""))), None),
                "The policy must have 'highWaterMarkColumnName' set.",
            ),
            (
                SourceType::AzureSql,
                source(None, Some((soft, None))),
                "The policy must have 'softDeleteColumnName' set.",
            ),
            (
                SourceType::CosmosDb,
                source(Some((mark, Some("v"))), None),
                "The high water mark column of data sources of type 'cosmosdb' must be '_ts'.",
            ),
            (
                SourceType::AzureSql,
                source(Some((ChangeDetectionPolicy::SQL_INTEGRATED, None)), Some((soft, Some("v")))),
                "SQL integrated change tracking finds deletions by itself and cannot be used together with a deletion \
                 detection policy.",
            ),
        ] {
            assert_eq!(refusal(source_type, &source), expected);
        }
    }
}
