//! Statistics of an index and of the service (`api.md` §3.9, `wire.md` §10).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::ApiVersion;
use crate::ApiVersion::{
    V2019_05_06, V2023_07_01Preview, V2023_11_01, V2024_05_01Preview, V2024_07_01, V2025_11_01Preview,
    V2026_04_01, V2026_05_01Preview,
};
use crate::json;
use crate::since::{self, ALWAYS, Kind, Member, Owner, Shape, Since, operations, preview, stable};

/// The answer of `search.stats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexStatistics {
    /// Documents that can be found.
    pub document_count: u64,
    /// Bytes of the index on disk, the documents included.
    pub storage_size: u64,
    /// Bytes of its vectors.
    pub vector_index_size: u64,
}

impl IndexStatistics {
    /// The members of an answer in the service's order, without those that `version` does not have.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &INDEX_STATISTICS, version)
    }
}

/// One index of the answer of `indexstats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexStatisticsSummary {
    /// The index's name.
    pub name: String,
    /// Its statistics.
    #[serde(flatten)]
    pub statistics: IndexStatistics,
}

impl IndexStatisticsSummary {
    /// The members of an element in the service's order.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &INDEX_STATISTICS_SUMMARY, version)
    }
}

/// The answer of `servicestats`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatistics {
    /// How much there is of everything.
    pub counters: ServiceCounters,
    /// How large an index may become.
    pub limits: ServiceLimits,
    /// How long indexers ran; null while there is none.
    pub indexers_runtime: Option<IndexersRuntime>,
}

/// How much there is, and how much there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceCounter {
    /// How much there is.
    pub usage: u64,
    /// How much there may be; none for no limit.
    pub quota: Option<u64>,
}

/// Counters by kind of resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceCounters {
    /// Documents of all indexes.
    pub document_count: ResourceCounter,
    /// Indexes.
    pub indexes_count: ResourceCounter,
    /// Indexers.
    pub indexers_count: ResourceCounter,
    /// Data sources.
    pub data_sources_count: ResourceCounter,
    /// Bytes of all indexes on disk.
    pub storage_size: ResourceCounter,
    /// Synonym maps; the service leaves `Count` off.
    pub synonym_maps: ResourceCounter,
    /// Skillsets.
    pub skillset_count: ResourceCounter,
    /// Aliases.
    pub aliases_count: ResourceCounter,
    /// Bytes of all vectors.
    pub vector_index_size: ResourceCounter,
    /// Knowledge bases.
    pub knowledge_bases_count: ResourceCounter,
    /// Knowledge sources.
    pub knowledge_sources_count: ResourceCounter,
}

/// Limits of a single index; none for no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceLimits {
    /// Bytes of one index on disk.
    pub max_storage_per_index: Option<u64>,
    /// Bytes of the vectors of one index.
    pub max_vector_index_size_per_index_in_bytes: Option<u64>,
    /// Fields, those within others included.
    pub max_fields_per_index: Option<u64>,
    /// Complex fields within complex fields.
    pub max_field_nesting_depth_per_index: Option<u64>,
    /// Collections of complex values.
    pub max_complex_collection_fields_per_index: Option<u64>,
    /// Elements of all complex collections of one document.
    pub max_complex_objects_in_collections_per_document: Option<u64>,
    /// Seconds that indexers may run.
    pub max_cumulative_indexer_runtime_seconds: Option<u64>,
}

/// How long indexers ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexersRuntime {
    /// Seconds they ran.
    pub used_seconds: u64,
    /// Seconds they may still run; none for no limit.
    pub remaining_seconds: Option<u64>,
    /// Since when it is counted, RFC 3339.
    pub beginning_time: String,
    /// Until when, RFC 3339.
    pub ending_time: String,
}

impl ServiceStatistics {
    /// The members of an answer in the service's order, without those that `version` does not have.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &SERVICE_STATISTICS, version)
    }
}

/// The versions that count bytes of vectors (`wire.md` §10: 2023-07 on).
const VECTOR_BYTES: Since = stable(V2023_11_01).preview(V2023_07_01Preview);

static INDEX_STATISTICS: Shape = Shape {
    owner: Owner::Type("IndexStatistics"),
    members: &[
        Member::new("documentCount", ALWAYS, Kind::Long),
        Member::new("storageSize", ALWAYS, Kind::Long),
        Member::new("vectorIndexSize", VECTOR_BYTES, Kind::Long),
    ],
};

static INDEX_STATISTICS_SUMMARY: Shape = Shape {
    owner: Owner::Type("IndexStatisticsSummary"),
    members: &[
        Member::new("name", operations::INDEX_STATISTICS_SUMMARY, Kind::Text),
        Member::new("documentCount", operations::INDEX_STATISTICS_SUMMARY, Kind::Long),
        Member::new("storageSize", operations::INDEX_STATISTICS_SUMMARY, Kind::Long),
        Member::new("vectorIndexSize", operations::INDEX_STATISTICS_SUMMARY, Kind::Long),
    ],
};

/// [`ServiceStatistics`]; the order is that of the answers which the service's own specification quotes
/// (Azure/azure-rest-api-specs, `SearchServiceGetServiceStatistics.json` of 2025-11-01-preview and 2026-05-01-preview).
static SERVICE_STATISTICS: Shape = Shape {
    owner: Owner::Type("ServiceStatistics"),
    members: &[
        Member::new("counters", ALWAYS, Kind::Object(&COUNTERS)),
        Member::new("indexersRuntime", preview(V2025_11_01Preview), Kind::Object(&INDEXERS_RUNTIME)),
        Member::new("limits", ALWAYS, Kind::Object(&LIMITS)),
    ],
};

static COUNTERS: Shape = Shape {
    owner: Owner::Type("ServiceCounters"),
    members: &[
        Member::new("documentCount", ALWAYS, Kind::Object(&COUNTER)),
        Member::new("indexesCount", ALWAYS, Kind::Object(&COUNTER)),
        Member::new("indexersCount", ALWAYS, Kind::Object(&COUNTER)),
        Member::new("dataSourcesCount", ALWAYS, Kind::Object(&COUNTER)),
        Member::new("storageSize", ALWAYS, Kind::Object(&COUNTER)),
        Member::new("synonymMaps", operations::SYNONYM_MAPS, Kind::Object(&COUNTER)),
        Member::new("skillsetCount", operations::SKILLSETS, Kind::Object(&COUNTER)),
        Member::new("aliasesCount", operations::ALIASES, Kind::Object(&COUNTER)),
        Member::new("vectorIndexSize", VECTOR_BYTES, Kind::Object(&COUNTER)),
        Member::new("knowledgeBasesCount", preview(V2026_05_01Preview), Kind::Object(&COUNTER)),
        Member::new("knowledgeSourcesCount", preview(V2026_05_01Preview), Kind::Object(&COUNTER)),
    ],
};

static COUNTER: Shape = Shape {
    owner: Owner::Type("ResourceCounter"),
    members: &[Member::new("usage", ALWAYS, Kind::Long), Member::new("quota", ALWAYS, Kind::Long)],
};

static LIMITS: Shape = Shape {
    owner: Owner::Type("ServiceLimits"),
    members: &[
        Member::new("maxStoragePerIndex", stable(V2024_07_01).preview(V2024_05_01Preview), Kind::Long),
        Member::new("maxFieldsPerIndex", ALWAYS, Kind::Long),
        Member::new("maxFieldNestingDepthPerIndex", stable(V2019_05_06), Kind::Long),
        Member::new("maxComplexCollectionFieldsPerIndex", stable(V2019_05_06), Kind::Long),
        Member::new("maxComplexObjectsInCollectionsPerDocument", stable(V2019_05_06), Kind::Long),
        Member::new(
            "maxCumulativeIndexerRuntimeSeconds",
            stable(V2026_04_01).preview(V2025_11_01Preview),
            Kind::Long,
        ),
        Member::new("maxVectorIndexSizePerIndexInBytes", preview(V2026_05_01Preview), Kind::Long),
    ],
};

static INDEXERS_RUNTIME: Shape = Shape {
    owner: Owner::Type("ServiceIndexersRuntime"),
    members: &[
        Member::new("usedSeconds", preview(V2025_11_01Preview), Kind::Long),
        Member::new("remainingSeconds", preview(V2025_11_01Preview), Kind::Long),
        Member::new("beginningTime", preview(V2025_11_01Preview), Kind::Text),
        Member::new("endingTime", preview(V2025_11_01Preview), Kind::Text),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{V2016_09_01, V2020_06_30, V2025_03_01Preview};

    fn text(members: &Map<String, Value>) -> String {
        serde_json::to_string(members).unwrap()
    }

    #[test]
    fn an_index_counts_bytes_of_vectors_since_there_are_vectors() {
        let statistics = IndexStatistics { document_count: 3, storage_size: 20, vector_index_size: 4 };
        assert_eq!(text(&statistics.members(V2020_06_30)), r#"{"documentCount":3,"storageSize":20}"#);
        for version in [V2023_07_01Preview, V2026_04_01] {
            assert_eq!(
                text(&statistics.members(version)),
                r#"{"documentCount":3,"storageSize":20,"vectorIndexSize":4}"#
            );
        }
        let summary = IndexStatisticsSummary { name: "i".into(), statistics };
        assert_eq!(
            text(&summary.members(V2025_03_01Preview)),
            r#"{"name":"i","documentCount":3,"storageSize":20,"vectorIndexSize":4}"#
        );
    }

    #[test]
    fn a_service_shows_what_the_version_has() {
        let counter = |usage| ResourceCounter { usage, quota: Some(15) };
        let statistics = ServiceStatistics {
            counters: ServiceCounters { indexes_count: counter(2), ..ServiceCounters::default() },
            limits: ServiceLimits { max_fields_per_index: Some(1000), ..ServiceLimits::default() },
            indexers_runtime: None,
        };
        let names = |part: &str, version| {
            let members = statistics.members(version);
            let names = members[part].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>();
            names.join(" ")
        };
        for (version, counters) in [
            (V2016_09_01, "documentCount indexesCount indexersCount dataSourcesCount storageSize"),
            (
                V2020_06_30,
                "documentCount indexesCount indexersCount dataSourcesCount storageSize synonymMaps skillsetCount",
            ),
            (
                V2024_07_01,
                "documentCount indexesCount indexersCount dataSourcesCount storageSize synonymMaps skillsetCount \
                 vectorIndexSize",
            ),
            (
                V2026_04_01,
                "documentCount indexesCount indexersCount dataSourcesCount storageSize synonymMaps skillsetCount \
                 aliasesCount vectorIndexSize",
            ),
        ] {
            assert_eq!(names("counters", version), counters, "{version}");
        }
        assert_eq!(
            names("limits", V2025_11_01Preview),
            "maxStoragePerIndex maxFieldsPerIndex maxFieldNestingDepthPerIndex maxComplexCollectionFieldsPerIndex \
             maxComplexObjectsInCollectionsPerDocument maxCumulativeIndexerRuntimeSeconds"
        );
        let members = statistics.members(V2026_04_01);
        assert_eq!(members["counters"]["indexesCount"].to_string(), r#"{"usage":2,"quota":15}"#);
        assert!(!members.contains_key("indexersRuntime"));
        assert!(statistics.members(V2025_11_01Preview)["indexersRuntime"].is_null());
    }
}
