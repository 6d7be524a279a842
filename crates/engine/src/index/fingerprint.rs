//! What a derived index was built from and how: kept in every commit, compared when it is opened (design.md §4.2).

use std::collections::BTreeMap;

use lazuli_catalog::Schema;
use serde::{Deserialize, Serialize};

use crate::segment::format::FORMAT_VERSION;

/// The payload of each tantivy commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CommitRecord {
    /// Identity of the store the index was derived from, hexadecimal.
    pub(super) store: String,
    /// Every write up to this sequence number is in.
    pub(super) seq: u64,
    /// Version of the format.
    pub(super) format: u32,
    /// For each text field: its analyzer and the analyzer's revision.
    pub(super) analyzers: BTreeMap<u32, String>,
    /// The same for the normalizers of fields that have one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) normalizers: BTreeMap<u32, String>,
}

/// Why an index has to be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outdated {
    /// It was derived from another store.
    OtherStore,
    /// It knows writes the store does not: a backup was restored.
    AheadOfStore,
    /// Deletions it has not seen are purged from the store.
    BelowPurgeFloor,
    /// The format on disk has another version.
    Format,
    /// A field's analyzer yields other tokens now, or its normalizer other values.
    Analyzer {
        /// The field's id.
        field: u32,
    },
}

impl CommitRecord {
    /// What a commit of `schema` up to `seq` records.
    pub(super) fn new(schema: &Schema, store: u128, seq: u64) -> Self {
        let analyzers = schema.text_fields().filter_map(|field| {
            let analyzer = field.index_analyzer.as_ref()?;
            Some((field.id.0, format!("{}:{}", analyzer.name(), analyzer.revision())))
        });
        let normalizers = schema.walk().filter_map(|field| {
            let normalizer = field.normalizer.as_ref()?;
            Some((field.id.0, format!("{}:{}", normalizer.name(), normalizer.revision())))
        });
        Self {
            store: format!("{store:032x}"),
            seq,
            format: FORMAT_VERSION,
            analyzers: analyzers.collect(),
            normalizers: normalizers.collect(),
        }
    }

    /// Whether an index with this record still stands for what `now` asks for. A field that was added since does not
    /// matter.
    pub(super) fn check(&self, now: &Self, purge_floor: u64) -> Result<(), Outdated> {
        if self.format != now.format {
            return Err(Outdated::Format);
        }
        if self.store != now.store {
            return Err(Outdated::OtherStore);
        }
        if self.seq > now.seq {
            return Err(Outdated::AheadOfStore);
        }
        if self.seq < purge_floor {
            return Err(Outdated::BelowPurgeFloor);
        }
        for (before, now) in [(&self.analyzers, &now.analyzers), (&self.normalizers, &now.normalizers)] {
            for (field, component) in before {
                if now.get(field).is_some_and(|current| current != component) {
                    return Err(Outdated::Analyzer { field: *field });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> CommitRecord {
        let analyzers = BTreeMap::from([(1, "en.lucene:1".to_owned())]);
        CommitRecord { store: "a".to_owned(), seq: 10, format: 1, analyzers, normalizers: BTreeMap::new() }
    }

    #[test]
    fn what_makes_an_index_outdated() {
        let stored = record();
        let check = |change: fn(&mut CommitRecord), floor| {
            let mut now = record();
            change(&mut now);
            stored.check(&now, floor)
        };
        assert_eq!(check(|_| (), 10), Ok(()));
        assert_eq!(check(|now| now.seq = 99, 0), Ok(()));
        let add_field = |now: &mut CommitRecord| drop(now.analyzers.insert(2, "keyword:1".to_owned()));
        assert_eq!(check(add_field, 0), Ok(()), "an added field rebuilds nothing");
        assert_eq!(check(|now| now.store = "b".to_owned(), 0), Err(Outdated::OtherStore));
        assert_eq!(check(|now| now.seq = 9, 0), Err(Outdated::AheadOfStore));
        assert_eq!(check(|_| (), 11), Err(Outdated::BelowPurgeFloor));
        assert_eq!(check(|now| now.format = 2, 0), Err(Outdated::Format));
        let raise = |now: &mut CommitRecord| drop(now.analyzers.insert(1, "en.lucene:2".to_owned()));
        assert_eq!(check(raise, 0), Err(Outdated::Analyzer { field: 1 }));
    }
}
