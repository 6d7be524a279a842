//! Bodies of the operations on an indexer: `search.resetdocs` and `search.resync` (`indexers.md` §1.1). `search.run` and
//! `search.reset` have none.

use serde::Deserialize;

use crate::json::{self, or_default};
use crate::since::operations::{RESET_PARTS, RESYNC};
use crate::since::{Kind, Member, Owner, Shape};
use crate::{ApiVersion, JsonError};

/// The body of `search.resetdocs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResetDocuments {
    /// Keys of documents of the index.
    #[serde(deserialize_with = "or_default")]
    pub document_keys: Vec<String>,
    /// What the data source calls them.
    #[serde(deserialize_with = "or_default")]
    pub datasource_document_ids: Vec<String>,
    /// Whether they take the place of those named before; the service's documentation has it here and in the URL.
    pub overwrite: Option<bool>,
}

impl ResetDocuments {
    /// Reads a body; an empty one names nothing, which cancels.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        if body.is_empty() { Ok(Self::default()) } else { json::parse(body, &RESET_DOCUMENTS, version) }
    }
}

/// The body of `search.resync`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resync {
    /// What is brought in step again; there is only `permissions`.
    #[serde(deserialize_with = "or_default")]
    pub options: Vec<String>,
}

impl Resync {
    /// Reads a body.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        json::parse(body, &RESYNC_BODY, version)
    }
}

static RESET_DOCUMENTS: Shape = Shape {
    owner: Owner::Operation("resetdocs"),
    members: &[
        Member::new("documentKeys", RESET_PARTS, Kind::Texts),
        Member::new("datasourceDocumentIds", RESET_PARTS, Kind::Texts),
        Member::new("overwrite", RESET_PARTS, Kind::Flag),
    ],
};

static RESYNC_BODY: Shape = Shape {
    owner: Owner::Operation("resync"),
    members: &[Member::new("options", RESYNC, Kind::Texts).required()],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_named_by_key_or_by_the_source() {
        let newest = ApiVersion::NEWEST;
        let body = br#"{"documentKeys":["1","2"],"datasourceDocumentIds":null}"#;
        let parsed = ResetDocuments::parse(body, newest).unwrap();
        assert_eq!((parsed.document_keys, parsed.overwrite), (vec!["1".to_owned(), "2".to_owned()], None));
        assert_eq!(ResetDocuments::parse(b"", newest).unwrap(), ResetDocuments::default());
        assert!(ResetDocuments::parse(br#"{"keys":[]}"#, newest).is_err());
        assert!(ResetDocuments::parse(br#"{"documentKeys":[1]}"#, newest).is_err());
    }

    #[test]
    fn a_resync_says_what() {
        let parsed = Resync::parse(br#"{"options":["permissions"]}"#, ApiVersion::NEWEST).unwrap();
        assert_eq!(parsed.options, ["permissions"]);
        assert!(Resync::parse(b"{}", ApiVersion::NEWEST).is_err());
    }
}
