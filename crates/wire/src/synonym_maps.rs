//! Synonym maps (`api.md` §3.4, `wire.md` §10).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encryption::{self, EncryptionKey};
use crate::json::{self, or_default};
use crate::since::{self, Kind, Member, Owner, Shape, operations};
use crate::{ApiVersion, JsonError};

/// A synonym map. Unset members are null, never left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SynonymMap {
    /// Its name; empty when a `PUT` leaves it to the URL.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// `solr`, the only format there is.
    pub format: Option<String>,
    /// The rules, one a line: `a, b` or `a, b => c`.
    pub synonyms: Option<String>,
    /// A customer-managed key.
    pub encryption_key: Option<EncryptionKey>,
}

impl SynonymMap {
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
    ///
    /// `@odata.context` and `@odata.etag` stand in front of them and are the server's business.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &SHAPE, version)
    }
}

pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("SynonymMap"),
    members: &[
        Member::new("name", operations::SYNONYM_MAPS, Kind::Text),
        Member::new("format", operations::SYNONYM_MAPS, Kind::Text).required(),
        Member::new("synonyms", operations::SYNONYM_MAPS, Kind::Text).required(),
        Member::new("encryptionKey", encryption::SINCE, Kind::Object(&encryption::SHAPE)),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_the_order_of_the_service_as_far_as_the_version_has_them() {
        let body = br#"{"synonyms":"a, b\nc => d","format":"solr","@odata.etag":"x","name":"m"}"#;
        let map = SynonymMap::parse(body, ApiVersion::V2017_11_11).unwrap();
        for (version, expected) in [
            (ApiVersion::V2017_11_11, r#"{"name":"m","format":"solr","synonyms":"a, b\nc => d"}"#),
            (
                ApiVersion::V2026_04_01,
                r#"{"name":"m","format":"solr","synonyms":"a, b\nc => d","encryptionKey":null}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&map.members(version)).unwrap(), expected);
        }
    }

    #[test]
    fn members_of_later_versions_are_refused() {
        let body = br#"{"name":"m","format":"solr","synonyms":"","encryptionKey":null}"#;
        assert_eq!(
            SynonymMap::parse(body, ApiVersion::V2017_11_11).unwrap_err().to_string(),
            "The property 'encryptionKey' does not exist on type 'Microsoft.Azure.Search.V2017_11_11.SynonymMap' or is not \
             present in the API version '2017-11-11'. Make sure to only use property names that are defined by the type."
        );
        assert_eq!(SynonymMap::parse(body, ApiVersion::V2026_04_01).unwrap().name, "m");
    }
}
