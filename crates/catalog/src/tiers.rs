//! The service's pricing tiers: how many definitions, bytes and requests each allows.
//!
//! [`Tier::Unlimited`] is what Lazuli is unless told otherwise. The others exist so that a test can fail on its own machine
//! as it would in the cloud. Numbers are those of a service made after May 2024 with one partition and one replica, from
//! `api.md` §4.2 and the service's page on limits and quotas; those of Basic were also recorded (`wire.md` §10).
//!
//! Some limits hold on every tier, because they bound memory or because definitions beyond them could not move to the
//! service: the fields of an index, their nesting, its complex collections, suggesters, scoring profiles, functions,
//! semantic configurations and the rules of a synonym map ([`limits`](crate::limits)).

use std::fmt;
use std::str::FromStr;

/// A pricing tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// No quota at all.
    #[default]
    Unlimited,
    /// Free
    Free,
    /// Basic
    Basic,
    /// Standard
    S1,
    /// Standard 2
    S2,
    /// Standard 3
    S3,
    /// Standard 3, high density: many small indexes, no indexers
    S3Hd,
    /// Storage optimized 1
    L1,
    /// Storage optimized 2
    L2,
}

/// What a service may hold. `None` is no limit, which statistics show as a quota of null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quotas {
    /// Indexes.
    pub indexes: Option<u64>,
    /// Aliases; twice as many as indexes.
    pub aliases: Option<u64>,
    /// Synonym maps.
    pub synonym_maps: Option<u64>,
    /// Data sources.
    pub data_sources: Option<u64>,
    /// Indexers.
    pub indexers: Option<u64>,
    /// Skillsets.
    pub skillsets: Option<u64>,
    /// Knowledge bases.
    pub knowledge_bases: Option<u64>,
    /// Knowledge sources.
    pub knowledge_sources: Option<u64>,
    /// Bytes of all indexes together.
    pub storage_bytes: Option<u64>,
    /// Bytes of all vectors together.
    pub vector_bytes: Option<u64>,
    /// Bytes of one index.
    pub storage_per_index_bytes: Option<u64>,
    /// Documents of one index.
    pub documents_per_index: Option<u64>,
}

/// Operations with a rate of their own; those of documents have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RatedOperation {
    /// `GET /indexes`
    ListIndexes,
    /// `GET /indexes('x')`
    GetIndex,
    /// `POST /indexes`
    CreateIndex,
    /// `PUT /indexes('x')`
    PutIndex,
    /// `DELETE /indexes('x')`
    DeleteIndex,
    /// `GET /servicestats`
    ServiceStatistics,
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many requests.
    pub requests: u32,
    /// In how long a time.
    pub seconds: u32,
}

const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;
const TB: u64 = 1 << 40;
const BILLION: u64 = 1_000_000_000;

impl Tier {
    /// Every tier, with the word that settings use for it.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Unlimited, "unlimited"),
        (Self::Free, "free"),
        (Self::Basic, "basic"),
        (Self::S1, "s1"),
        (Self::S2, "s2"),
        (Self::S3, "s3"),
        (Self::S3Hd, "s3hd"),
        (Self::L1, "l1"),
        (Self::L2, "l2"),
    ];

    /// What a service of this tier may hold.
    pub fn quotas(self) -> Quotas {
        match self {
            Self::Unlimited => Quotas::default(),
            // The Free tier's quota of vectors is not documented. Of documents older pages of the documentation name 10,000 an
            // index; the pages on services of today name none, and that is what is done here.
            Self::Free => Counts { indexes: 3, indexers: 3, synonym_maps: 3 }.quotas(50 * MB, None, None),
            Self::Basic => Counts { indexes: 15, indexers: 15, synonym_maps: 3 }.quotas(
                15 * GB,
                Some(5 * GB),
                Some(24 * BILLION),
            ),
            Self::S1 => Counts { indexes: 50, indexers: 50, synonym_maps: 5 }.quotas(
                160 * GB,
                Some(35 * GB),
                Some(24 * BILLION),
            ),
            Self::S2 => Counts { indexes: 200, indexers: 200, synonym_maps: 10 }.quotas(
                512 * GB,
                Some(150 * GB),
                Some(24 * BILLION),
            ),
            Self::S3 => Counts { indexes: 200, indexers: 200, synonym_maps: 20 }.quotas(
                TB,
                Some(300 * GB),
                Some(24 * BILLION),
            ),
            Self::S3Hd => Quotas {
                storage_per_index_bytes: Some(100 * GB),
                ..Counts { indexes: 1000, indexers: 0, synonym_maps: 20 }.quotas(
                    TB,
                    Some(300 * GB),
                    Some(2 * BILLION),
                )
            },
            Self::L1 => Counts { indexes: 10, indexers: 10, synonym_maps: 10 }.quotas(
                2 * TB,
                Some(150 * GB),
                Some(288 * BILLION),
            ),
            Self::L2 => Counts { indexes: 10, indexers: 10, synonym_maps: 10 }.quotas(
                4 * TB,
                Some(300 * GB),
                Some(576 * BILLION),
            ),
        }
    }

    /// How many synonym rules one map may have.
    pub fn synonym_rules_max(self) -> usize {
        match self {
            Self::Free => 5_000,
            Self::Unlimited
            | Self::Basic
            | Self::S1
            | Self::S2
            | Self::S3
            | Self::S3Hd
            | Self::L1
            | Self::L2 => 20_000,
        }
    }

    /// How often an operation may be asked for on one search unit (`api.md` §4.2); None for as often as one likes.
    pub fn rate(self, operation: RatedOperation) -> Option<Rate> {
        if self == Self::Unlimited {
            return None;
        }
        let (requests, seconds) = match operation {
            RatedOperation::ListIndexes => (3, 1),
            RatedOperation::GetIndex => (10, 1),
            RatedOperation::CreateIndex | RatedOperation::DeleteIndex => (12, 60),
            RatedOperation::PutIndex => (6, 1),
            RatedOperation::ServiceStatistics => (4, 1),
        };
        Some(Rate { requests, seconds })
    }
}

/// The counts from which the others follow.
struct Counts {
    indexes: u64,
    indexers: u64,
    synonym_maps: u64,
}

impl Counts {
    fn quotas(self, storage: u64, vectors: Option<u64>, documents: Option<u64>) -> Quotas {
        Quotas {
            indexes: Some(self.indexes),
            aliases: Some(2 * self.indexes),
            synonym_maps: Some(self.synonym_maps),
            data_sources: Some(self.indexers),
            indexers: Some(self.indexers),
            skillsets: Some(self.indexers),
            knowledge_bases: Some(self.indexers),
            knowledge_sources: Some(self.indexers),
            storage_bytes: Some(storage),
            vector_bytes: vectors,
            storage_per_index_bytes: Some(storage),
            documents_per_index: documents,
        }
    }
}

/// A word that is no tier's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' is not a tier; tiers are {}", words())]
pub struct UnknownTier {
    /// The word.
    pub word: String,
}

fn words() -> String {
    Tier::ALL.map(|(_, word)| word).join(", ")
}

impl FromStr for Tier {
    type Err = UnknownTier;

    /// Reads the word of a setting, in any casing.
    fn from_str(word: &str) -> Result<Self, UnknownTier> {
        let found = Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(word));
        found.map(|(tier, _)| *tier).ok_or_else(|| UnknownTier { word: word.to_owned() })
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::ALL.iter().find(|(tier, _)| tier == self).map_or("unlimited", |(_, word)| word);
        formatter.write_str(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_as_recorded() {
        let quotas = Tier::Basic.quotas();
        for count in [quotas.indexes, quotas.indexers, quotas.data_sources, quotas.skillsets] {
            assert_eq!(count, Some(15));
        }
        assert_eq!((quotas.synonym_maps, quotas.aliases), (Some(3), Some(30)));
        assert_eq!((quotas.storage_bytes, quotas.vector_bytes), (Some(16_106_127_360), Some(5_368_709_120)));
    }

    #[test]
    fn unlimited_has_only_the_limits_of_every_tier() {
        let quotas = Tier::Unlimited.quotas();
        assert_eq!(quotas, Quotas::default());
        assert_eq!(Tier::Unlimited.rate(RatedOperation::ListIndexes), None);
        assert_eq!(Tier::Free.rate(RatedOperation::CreateIndex), Some(Rate { requests: 12, seconds: 60 }));
    }

    #[test]
    fn words_name_tiers() {
        for (tier, word) in Tier::ALL {
            assert_eq!(word.parse(), Ok(tier));
            assert_eq!(word.to_uppercase().parse(), Ok(tier));
            assert_eq!(tier.to_string(), word);
        }
        assert_eq!(
            "standard".parse::<Tier>().unwrap_err().to_string(),
            "'standard' is not a tier; tiers are unlimited, free, basic, s1, s2, s3, s3hd, l1, l2"
        );
    }
}
