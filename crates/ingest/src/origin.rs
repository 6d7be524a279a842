//! What an indexer's mark is a place in ([`Origin`]): these data, for this index. In other data it means nothing, and an index that
//! was created anew has nothing of what lies before it. So when either is another one than in the last run, the next run begins
//! anew, as after a reset. Ours: with the service such an indexer finds nothing to do until somebody resets it, and the index stays
//! empty or as it was.

use lazuli_catalog::data_sources::connection::Connection;
use lazuli_wire::data_sources::DataSource;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::source::Note;

/// Data and an index, so that others can be told from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// A digest of what says which data they are. Credentials are not in it: new keys open the same doors.
    source: String,
    /// What only this index has.
    index: String,
}

impl Origin {
    /// The data that `source` is about over this connection, for the index of this identity.
    ///
    /// How changes are detected is a part of it: a mark in one column says nothing of another one.
    pub fn new(source: &DataSource, connection: &Connection, index: &str) -> Origin {
        let changes = source.data_change_detection_policy.as_ref();
        let parts = [
            Some(source.source_type.to_ascii_lowercase()),
            Some(connection.place()),
            Some(source.container.name.clone()),
            source.container.query.clone().filter(|query| !query.is_empty()),
            changes.map(|policy| policy.odata_type.clone()),
            changes.and_then(|policy| policy.high_water_mark_column_name.clone()),
        ];
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            let part = part.unwrap_or_default();
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let source = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Origin { source, index: index.to_owned() }
    }

    /// What people are told when a run is of this and the one before was of something else; nothing if it was not.
    pub(crate) fn moved_from(&self, before: &Origin) -> Option<Note> {
        let (what, details) = if self.source != before.source {
            (
                "The data source is another one than in the last run. Everything is read again",
                "Its container, query, change detection policy or the server that it names has changed.",
            )
        } else if self.index != before.index {
            (
                "The index is another one than in the last run. Everything is read again",
                "It was deleted and created again, or the indexer has another target index.",
            )
        } else {
            return None;
        };
        Some(Note {
            id: None,
            message: what.to_owned(),
            details: Some(details.to_owned()),
            name: None,
            link: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::data_sources::SourceType;
    use lazuli_wire::data_sources::{ChangeDetectionPolicy, Container};

    use super::*;

    const KEY: &str = "AccountName=me;AccountKey=a2V5";

    fn origin(query: Option<&str>, mark: Option<&str>, connection: &str, index: &str) -> Origin {
        let source = DataSource {
            source_type: "azureblob".to_owned(),
            container: Container { name: "docs".to_owned(), query: query.map(str::to_owned) },
            data_change_detection_policy: mark.map(|column| ChangeDetectionPolicy {
                odata_type: ChangeDetectionPolicy::HIGH_WATER_MARK.to_owned(),
                high_water_mark_column_name: Some(column.to_owned()),
            }),
            ..DataSource::default()
        };
        Origin::new(&source, &Connection::parse(SourceType::AzureBlob, connection).unwrap(), index)
    }

    #[test]
    fn other_data_and_another_index_are_told_from_other_keys() {
        let before = origin(None, None, KEY, "i");
        let told = |now: Origin| now.moved_from(&before).map(|note| note.message);
        assert_eq!(told(origin(None, None, KEY, "i")), None);
        assert_eq!(told(origin(Some(""), None, KEY, "i")), None);
        assert_eq!(told(origin(None, None, "AccountName=me;AccountKey=b3RoZXI=", "i")), None);
        for other in [
            origin(Some("a"), None, KEY, "i"),
            origin(None, Some("ts"), KEY, "i"),
            origin(None, None, "AccountName=you;AccountKey=a2V5", "j"),
        ] {
            assert!(told(other).unwrap().starts_with("The data source is another one"));
        }
        assert!(told(origin(None, None, KEY, "j")).unwrap().starts_with("The index is another one"));
    }
}
