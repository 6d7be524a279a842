//! Index aliases (`api.md` §3.4, `wire.md` §10).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json::{self, or_default};
use crate::since::{self, Kind, Member, Owner, Shape, operations};
use crate::{ApiVersion, JsonError};

/// A second name of an index. Its answers have no `@odata.etag` (`wire.md` §10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alias {
    /// Its name; empty when a `PUT` leaves it to the URL.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The index's name: exactly one in a checked alias.
    #[serde(deserialize_with = "or_default")]
    pub indexes: Vec<String>,
}

impl Alias {
    /// Reads the body of a create or update request: checks its members against the version, then fills the struct.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &SHAPE, version)
    }

    /// The members of an answer in the service's order.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &SHAPE, version)
    }
}

pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("Alias"),
    members: &[
        Member::new("name", operations::ALIASES, Kind::Text),
        Member::new("indexes", operations::ALIASES, Kind::Texts),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_in_the_order_of_the_service() {
        let alias = Alias::parse(br#"{"indexes":["i"],"name":"a"}"#, ApiVersion::V2026_04_01).unwrap();
        assert_eq!(alias, Alias { name: "a".into(), indexes: vec!["i".into()] });
        for version in [ApiVersion::V2021_04_30Preview, ApiVersion::V2026_04_01] {
            let members = serde_json::to_string(&alias.members(version)).unwrap();
            assert_eq!(members, r#"{"name":"a","indexes":["i"]}"#);
        }
    }

    #[test]
    fn wrong_bodies_are_refused() {
        for (body, expected) in [
            (
                r#"{"name":"a","index":"i"}"#,
                "The property 'index' does not exist on type 'Microsoft.Azure.Search.V2026_04_01.Alias'",
            ),
            (
                r#"{"indexes":"i"}"#,
                "An unexpected 'PrimitiveValue' node was found for property named 'indexes'",
            ),
        ] {
            let error = Alias::parse(body.as_bytes(), ApiVersion::V2026_04_01).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{body}: {error}");
        }
    }
}
