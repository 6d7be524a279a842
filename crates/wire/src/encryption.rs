//! Keys of the customer's, and the identities with which a service reaches other services.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::ApiVersion::{
    V2019_05_06, V2019_05_06Preview, V2021_04_30Preview, V2024_07_01, V2026_04_01, V2026_05_01Preview,
};
use crate::json::or_default;
use crate::since::{Kind, Member, Owner, Shape, Since, Variants, preview, stable};

/// `encryptionKey` of a definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EncryptionKey {
    /// The key's name.
    #[serde(deserialize_with = "or_default")]
    pub key_vault_key_name: String,
    /// The key's version; required before 2026-04-01.
    pub key_vault_key_version: Option<String>,
    /// The vault's address.
    #[serde(deserialize_with = "or_default")]
    pub key_vault_uri: String,
    /// An application that may read the key.
    pub access_credentials: Option<AccessCredentials>,
    /// A managed identity that may.
    pub identity: Option<Identity>,
    /// Whether it is the key of the whole service.
    #[serde(deserialize_with = "or_default")]
    pub is_service_level_key: bool,
}

/// An application of the customer's directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessCredentials {
    /// Its id.
    #[serde(deserialize_with = "or_default")]
    pub application_id: String,
    /// Its secret, never shown.
    pub application_secret: Option<String>,
}

/// A managed identity, by its type: none at all, or one that the customer assigned.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// [`Identity::NONE`] or [`Identity::USER_ASSIGNED`].
    #[serde(rename = "@odata.type", deserialize_with = "or_default")]
    pub odata_type: String,
    /// The identity's resource id.
    pub user_assigned_identity: Option<String>,
    /// The client id of an application in another tenant.
    pub federated_identity_client_id: Option<String>,
}

impl Identity {
    /// The `@odata.type` of no identity.
    pub const NONE: &str = "#Microsoft.Azure.Search.DataNoneIdentity";
    /// The `@odata.type` of an assigned identity.
    pub const USER_ASSIGNED: &str = "#Microsoft.Azure.Search.DataUserAssignedIdentity";
}

impl Serialize for Identity {
    /// Only an assigned identity has members.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Identity", 3)?;
        members.serialize_field("@odata.type", &self.odata_type)?;
        if self.odata_type != Self::NONE {
            members.serialize_field("userAssignedIdentity", &self.user_assigned_identity)?;
            members.serialize_field("federatedIdentityClientId", &self.federated_identity_client_id)?;
        }
        members.end()
    }
}

/// The versions that have `encryptionKey`.
pub(crate) const SINCE: Since = stable(V2019_05_06).preview(V2019_05_06Preview);

/// The versions in which keys have an `identity`.
const IDENTITY_SINCE: Since = stable(V2026_04_01).preview(V2021_04_30Preview);

/// The versions that know identities of some kind: vectorizers have them since 2024-07-01.
const IDENTITIES_SINCE: Since = stable(V2024_07_01).preview(V2021_04_30Preview);

/// [`EncryptionKey`].
pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("EncryptionKey"),
    members: &[
        Member::new("keyVaultKeyName", SINCE, Kind::Text),
        Member::new("keyVaultKeyVersion", SINCE, Kind::Text),
        Member::new("keyVaultUri", SINCE, Kind::Text),
        Member::new("accessCredentials", SINCE, Kind::Object(&ACCESS_CREDENTIALS)),
        Member::new("identity", IDENTITY_SINCE, Kind::Variant(&IDENTITIES)),
        Member::new("isServiceLevelKey", preview(V2026_05_01Preview), Kind::Flag),
    ],
};

static ACCESS_CREDENTIALS: Shape = Shape {
    owner: Owner::Type("AzureActiveDirectoryApplicationCredentials"),
    members: &[
        Member::new("applicationId", SINCE, Kind::Text),
        Member::new("applicationSecret", SINCE, Kind::Text),
    ],
};

/// [`Identity`].
pub(crate) static IDENTITIES: Variants = Variants {
    shapes: &[
        (IDENTITIES_SINCE, Shape { owner: Owner::Component("DataNoneIdentity"), members: &[] }),
        (
            IDENTITIES_SINCE,
            Shape {
                owner: Owner::Component("DataUserAssignedIdentity"),
                members: &[
                    Member::new("userAssignedIdentity", IDENTITIES_SINCE, Kind::Text),
                    Member::new("federatedIdentityClientId", preview(V2026_05_01Preview), Kind::Text),
                ],
            },
        ),
    ],
};
