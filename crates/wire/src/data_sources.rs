//! Data sources (`api.md` §3.5, `wire.md` §10).

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::ApiVersion::{V2020_06_30Preview, V2021_04_30Preview, V2025_05_01Preview, V2026_04_01};
use crate::encryption::{self, EncryptionKey, Identity};
use crate::json::{self, or_default};
use crate::since::operations::INDEXERS;
use crate::since::{self, Kind, Member, Owner, Shape, Since, Variants, preview, stable};
use crate::{ApiVersion, JsonError};

/// Where an indexer finds its data. Unset members are null or `[]`, never left out.
///
/// `subType`, the name of `subtype` in newer clients, is read and ignored: only the service says what it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataSource {
    /// Its name; empty when a `PUT` leaves it to the URL.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// What it is for, in the words of whoever made it.
    pub description: Option<String>,
    /// What kind of store it is, e.g. `azureblob`.
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub source_type: String,
    /// What kind of that kind; read-only.
    pub subtype: Option<String>,
    /// Which permissions are read together with the content.
    #[serde(deserialize_with = "or_default")]
    pub indexer_permission_options: Vec<String>,
    /// How to reach the store. Answers never hold the connection string.
    #[serde(deserialize_with = "or_default")]
    pub credentials: Credentials,
    /// Which part of the store.
    #[serde(deserialize_with = "or_default")]
    pub container: Container,
    /// How changes are found.
    pub data_change_detection_policy: Option<ChangeDetectionPolicy>,
    /// How deletions are found.
    pub data_deletion_detection_policy: Option<DeletionDetectionPolicy>,
    /// A customer-managed key.
    pub encryption_key: Option<EncryptionKey>,
    /// A managed identity with which the store is reached.
    pub identity: Option<Identity>,
}

/// How to reach a store.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credentials {
    /// The connection string: a secret. In requests `<unchanged>` and null stand for the one before.
    pub connection_string: Option<String>,
}

impl std::fmt::Debug for Credentials {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.connection_string.is_some() { "Credentials(…)" } else { "Credentials(none)" })
    }
}

/// Which part of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// A table, view, collection or container.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// What of it: a folder, a filter or a query, by the kind of store.
    pub query: Option<String>,
}

/// How changes are found, by its type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChangeDetectionPolicy {
    /// [`Self::HIGH_WATER_MARK`] or [`Self::SQL_INTEGRATED`].
    #[serde(rename = "@odata.type", deserialize_with = "or_default")]
    pub odata_type: String,
    /// The column whose value grows with every change; of a high-water mark only.
    pub high_water_mark_column_name: Option<String>,
}

impl ChangeDetectionPolicy {
    /// A column whose value grows with every change.
    pub const HIGH_WATER_MARK: &str = "#Microsoft.Azure.Search.HighWaterMarkChangeDetectionPolicy";
    /// The change tracking of SQL Server.
    pub const SQL_INTEGRATED: &str = "#Microsoft.Azure.Search.SqlIntegratedChangeTrackingPolicy";
}

impl Serialize for ChangeDetectionPolicy {
    /// Only a high-water mark has a member.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("ChangeDetectionPolicy", 2)?;
        members.serialize_field("@odata.type", &self.odata_type)?;
        if self.odata_type != Self::SQL_INTEGRATED {
            members.serialize_field("highWaterMarkColumnName", &self.high_water_mark_column_name)?;
        }
        members.end()
    }
}

/// How deletions are found, by its type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletionDetectionPolicy {
    /// [`Self::SOFT_DELETE_COLUMN`], [`Self::NATIVE_BLOB_SOFT_DELETE`] or [`Self::ABSENCE`].
    #[serde(rename = "@odata.type", deserialize_with = "or_default")]
    pub odata_type: String,
    /// The column, or the metadata of a blob, that marks what is deleted; of a soft-delete column only.
    pub soft_delete_column_name: Option<String>,
    /// Its value that marks it, as text; of a soft-delete column only.
    pub soft_delete_marker_value: Option<String>,
}

impl DeletionDetectionPolicy {
    /// A column that marks what is deleted.
    pub const SOFT_DELETE_COLUMN: &str = "#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy";
    /// What Azure Storage keeps of deleted blobs.
    pub const NATIVE_BLOB_SOFT_DELETE: &str =
        "#Microsoft.Azure.Search.NativeBlobSoftDeleteDeletionDetectionPolicy";
    /// An extension of ours: what was there at the last run and is not there now, is deleted.
    pub const ABSENCE: &str = "#Lazuli.AbsenceDeletionDetectionPolicy";
}

impl Serialize for DeletionDetectionPolicy {
    /// Only a soft-delete column has members.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("DeletionDetectionPolicy", 3)?;
        members.serialize_field("@odata.type", &self.odata_type)?;
        if self.odata_type == Self::SOFT_DELETE_COLUMN {
            members.serialize_field("softDeleteColumnName", &self.soft_delete_column_name)?;
            members.serialize_field("softDeleteMarkerValue", &self.soft_delete_marker_value)?;
        }
        members.end()
    }
}

impl DataSource {
    /// Reads the body of a create or update request: checks its members against the version, then fills the struct.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &SHAPE, version)
    }

    /// Makes an update of `stored` whole: what the request's version cannot say stays as it is ([`since::carry`]).
    pub fn carry_over(&mut self, stored: &Self, version: ApiVersion) {
        let mut members = json::members_of(self);
        since::carry(&mut members, &json::members_of(stored), &SHAPE, version);
        *self = json::filled(&members);
    }

    /// The members of an answer in the service's order, without those that `version` does not have.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &SHAPE, version)
    }
}

/// Data sources have identities since the stable version of 2026 (`api.md` §1.2).
const IDENTITY: Since = stable(V2026_04_01).preview(V2021_04_30Preview);

/// The deletion policy of blobs: in previews long before (`api.md`, legend of "since").
const NATIVE_SOFT_DELETE: Since = stable(V2026_04_01).preview(V2020_06_30Preview);

/// Permissions of documents came with this preview (`api.md` §1.2).
const PERMISSIONS: Since = preview(V2025_05_01Preview);

pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("DataSource"),
    members: &[
        Member::new("name", INDEXERS, Kind::Text),
        Member::new("description", INDEXERS, Kind::Text),
        Member::new("type", INDEXERS, Kind::Text).required(),
        Member::new("subtype", INDEXERS, Kind::Text),
        Member::new("subType", INDEXERS, Kind::Text).not_shown(),
        Member::new("indexerPermissionOptions", PERMISSIONS, Kind::Texts),
        Member::new("credentials", INDEXERS, Kind::Object(&CREDENTIALS)),
        Member::new("container", INDEXERS, Kind::Object(&CONTAINER)).required(),
        Member::new("dataChangeDetectionPolicy", INDEXERS, Kind::Variant(&CHANGE_POLICIES)),
        Member::new("dataDeletionDetectionPolicy", INDEXERS, Kind::Variant(&DELETION_POLICIES)),
        Member::new("encryptionKey", encryption::SINCE, Kind::Object(&encryption::SHAPE)),
        Member::new("identity", IDENTITY, Kind::Variant(&encryption::IDENTITIES)),
    ],
};

static CREDENTIALS: Shape = Shape {
    owner: Owner::Type("DataSourceCredentials"),
    members: &[Member::new("connectionString", INDEXERS, Kind::Text)],
};

static CONTAINER: Shape = Shape {
    owner: Owner::Type("DataContainer"),
    members: &[
        Member::new("name", INDEXERS, Kind::Text).required(),
        Member::new("query", INDEXERS, Kind::Text),
    ],
};

static CHANGE_POLICIES: Variants = Variants {
    shapes: &[
        (
            INDEXERS,
            Shape {
                owner: Owner::Component("HighWaterMarkChangeDetectionPolicy"),
                members: &[Member::new("highWaterMarkColumnName", INDEXERS, Kind::Text).required()],
            },
        ),
        (INDEXERS, Shape { owner: Owner::Component("SqlIntegratedChangeTrackingPolicy"), members: &[] }),
    ],
};

static DELETION_POLICIES: Variants = Variants {
    shapes: &[
        (
            INDEXERS,
            Shape {
                owner: Owner::Component("SoftDeleteColumnDeletionDetectionPolicy"),
                members: &[
                    Member::new("softDeleteColumnName", INDEXERS, Kind::Text),
                    Member::new("softDeleteMarkerValue", INDEXERS, Kind::Text),
                ],
            },
        ),
        (
            NATIVE_SOFT_DELETE,
            Shape { owner: Owner::Component("NativeBlobSoftDeleteDeletionDetectionPolicy"), members: &[] },
        ),
        // Ours. Any version that has data sources may ask for it.
        (INDEXERS, Shape { owner: Owner::Extension("AbsenceDeletionDetectionPolicy"), members: &[] }),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{V2016_09_01, V2020_06_30, V2025_11_01Preview};

    /// A body of little and its answers, as recorded (`wire.md` §10).
    #[test]
    fn members_come_in_the_order_of_the_service_as_far_as_the_version_has_them() {
        let body =
            br#"{"container":{"name":"c"},"credentials":{},"type":"azureblob","name":"d","subType":"x"}"#;
        let source = DataSource::parse(body, V2016_09_01).unwrap();
        let start = r#"{"name":"d","description":null,"type":"azureblob","subtype":null,"#;
        let middle = concat!(
            r#""credentials":{"connectionString":null},"container":{"name":"c","query":null},"#,
            r#""dataChangeDetectionPolicy":null,"dataDeletionDetectionPolicy":null"#
        );
        for (version, expected) in [
            (V2016_09_01, format!("{start}{middle}}}")),
            (V2020_06_30, format!("{start}{middle},\"encryptionKey\":null}}")),
            (V2026_04_01, format!("{start}{middle},\"encryptionKey\":null,\"identity\":null}}")),
            (
                V2025_11_01Preview,
                format!(
                    "{start}\"indexerPermissionOptions\":[],{middle},\"encryptionKey\":null,\"identity\":null}}"
                ),
            ),
        ] {
            assert_eq!(serde_json::to_string(&source.members(version)).unwrap(), expected);
        }
    }

    #[test]
    fn policies_have_the_members_of_their_type() {
        let body = br##"{"name":"d","type":"azuresql","container":{"name":"t"},
            "dataChangeDetectionPolicy":{"@odata.type":"#Microsoft.Azure.Search.SqlIntegratedChangeTrackingPolicy"},
            "dataDeletionDetectionPolicy":{"@odata.type":"#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy",
                "softDeleteMarkerValue":"1","softDeleteColumnName":"gone"}}"##;
        let members = DataSource::parse(body, V2020_06_30).unwrap().members(V2020_06_30);
        assert_eq!(
            members["dataChangeDetectionPolicy"].to_string(),
            r##"{"@odata.type":"#Microsoft.Azure.Search.SqlIntegratedChangeTrackingPolicy"}"##
        );
        assert_eq!(
            members["dataDeletionDetectionPolicy"].to_string(),
            concat!(
                r##"{"@odata.type":"#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy","##,
                r#""softDeleteColumnName":"gone","softDeleteMarkerValue":"1"}"#
            )
        );
    }

    #[test]
    fn a_policy_of_ours_comes_back() {
        let policy = r##"{"@odata.type":"#Lazuli.AbsenceDeletionDetectionPolicy"}"##;
        let body = format!(
            r#"{{"type":"files","container":{{"name":"c"}},"dataDeletionDetectionPolicy":{policy}}}"#
        );
        let source = DataSource::parse(body.as_bytes(), V2016_09_01).unwrap();
        let found = source.data_deletion_detection_policy.as_ref().unwrap();
        assert_eq!(found.odata_type, DeletionDetectionPolicy::ABSENCE);
        assert_eq!(source.members(V2016_09_01)["dataDeletionDetectionPolicy"].to_string(), policy);
    }

    #[test]
    fn what_is_missing_or_new_is_refused() {
        let refusal = |body: &str| DataSource::parse(body.as_bytes(), V2020_06_30).unwrap_err().to_string();
        assert_eq!(refusal(r#"{"container":{"name":"c"}}"#), "type : The type field is required.");
        assert_eq!(
            refusal(r#"{"type":"azureblob","container":{}}"#),
            "container.name : The name field is required."
        );
        assert!(refusal(r#"{"type":"t","container":{"name":"c"},"identity":null}"#).contains("'identity'"));
    }

    #[test]
    fn a_connection_string_is_not_printed() {
        let source = DataSource {
            credentials: Credentials { connection_string: Some("AccountKey=open".into()) },
            ..DataSource::default()
        };
        assert!(!format!("{source:?}").contains("open"));
    }
}
