//! Indexers (`api.md` §3.6, `wire.md` §10).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ApiVersion::{V2019_05_06Preview, V2021_04_30Preview};
use crate::encryption::{self, EncryptionKey, Identity};
use crate::json::{self, or_default};
use crate::since::operations::{INDEXERS, SKILLSETS};
use crate::since::{self, Kind, Member, Owner, Shape, Since, preview};
use crate::{ApiVersion, JsonError};

/// What moves the documents of a data source into an index. Unset members are null or `[]`, never left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Indexer {
    /// Its name; empty when a `PUT` leaves it to the URL.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// What it is for, in the words of whoever made it.
    pub description: Option<String>,
    /// The data source it reads.
    #[serde(deserialize_with = "or_default")]
    pub data_source_name: String,
    /// The skillset that enriches what it reads.
    pub skillset_name: Option<String>,
    /// The index it writes; no alias.
    #[serde(deserialize_with = "or_default")]
    pub target_index_name: String,
    /// Whether it never runs; null when it was not said, which is false.
    pub disabled: Option<bool>,
    /// When it runs; null for only when it is told to.
    pub schedule: Option<Schedule>,
    /// How it runs.
    pub parameters: Option<Parameters>,
    /// Which field of a document goes into which field of the index.
    #[serde(deserialize_with = "or_default")]
    pub field_mappings: Vec<FieldMapping>,
    /// Which node of an enriched document goes into which field of the index.
    #[serde(deserialize_with = "or_default")]
    pub output_field_mappings: Vec<FieldMapping>,
    /// Where enrichments are kept.
    pub cache: Option<Cache>,
    /// A customer-managed key.
    pub encryption_key: Option<EncryptionKey>,
}

/// When an indexer runs by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Schedule {
    /// The time between two runs, an XSD dayTimeDuration: `PT2H`.
    #[serde(deserialize_with = "or_default")]
    pub interval: String,
    /// A moment at which it runs, RFC 3339; the others follow from the interval.
    pub start_time: Option<String>,
}

/// How an indexer runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Parameters {
    /// Documents of one batch; null for as many as suit the kind of data source.
    pub batch_size: Option<i32>,
    /// Documents that may fail in a run; -1 for any number, null for none.
    pub max_failed_items: Option<i32>,
    /// Documents of a batch that may fail; -1 for any number, null for none.
    pub max_failed_items_per_batch: Option<i32>,
    /// Whether keys are encoded; the older way to say what a field mapping says. Left out when it is not set, as newer
    /// versions do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64_encode_keys: Option<bool>,
    /// What is particular about the kind of data source, by key, in the order of the request. Values are strings,
    /// numbers, booleans or null.
    pub configuration: Option<Map<String, Value>>,
}

/// Which field goes where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldMapping {
    /// The field of the document, or the path of a node.
    #[serde(deserialize_with = "or_default")]
    pub source_field_name: String,
    /// The field of the index; null for the one of the same name.
    pub target_field_name: Option<String>,
    /// What is done with the value on the way.
    pub mapping_function: Option<MappingFunction>,
}

/// What is done with a value on its way into the index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MappingFunction {
    /// Its name, e.g. `base64Encode`.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Its parameters by name: strings, numbers, booleans or null.
    pub parameters: Option<Map<String, Value>>,
}

/// Where enrichments are kept.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cache {
    /// Made by the service.
    pub id: Option<String>,
    /// A storage account: a secret.
    pub storage_connection_string: Option<String>,
    /// Whether changes of skills apply to what is kept.
    pub enable_reprocessing: Option<bool>,
    /// A managed identity with which the account is reached.
    pub identity: Option<Identity>,
}

impl std::fmt::Debug for Cache {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Indexer {
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

/// Enrichments are kept in previews only; that of 2019 shows the member already (`indexers.md` §1.1).
const CACHE_SINCE: Since = preview(V2019_05_06Preview);

pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("Indexer"),
    members: &[
        Member::new("name", INDEXERS, Kind::Text),
        Member::new("description", INDEXERS, Kind::Text),
        Member::new("dataSourceName", INDEXERS, Kind::Text).required(),
        Member::new("skillsetName", SKILLSETS, Kind::Text),
        Member::new("targetIndexName", INDEXERS, Kind::Text).required(),
        Member::new("disabled", INDEXERS, Kind::Flag),
        Member::new("schedule", INDEXERS, Kind::Object(&SCHEDULE)),
        Member::new("parameters", INDEXERS, Kind::Object(&PARAMETERS)),
        Member::new("fieldMappings", INDEXERS, Kind::Objects(&FIELD_MAPPING)),
        Member::new("outputFieldMappings", SKILLSETS, Kind::Objects(&FIELD_MAPPING)),
        Member::new("cache", CACHE_SINCE, Kind::Object(&CACHE)),
        Member::new("encryptionKey", encryption::SINCE, Kind::Object(&encryption::SHAPE)),
    ],
};

static SCHEDULE: Shape = Shape {
    owner: Owner::Type("IndexingSchedule"),
    members: &[
        Member::new("interval", INDEXERS, Kind::Text).required(),
        Member::new("startTime", INDEXERS, Kind::Text),
    ],
};

static PARAMETERS: Shape = Shape {
    owner: Owner::Type("IndexingParameters"),
    members: &[
        Member::new("batchSize", INDEXERS, Kind::Integer),
        Member::new("maxFailedItems", INDEXERS, Kind::Integer),
        Member::new("maxFailedItemsPerBatch", INDEXERS, Kind::Integer),
        Member::new("base64EncodeKeys", INDEXERS, Kind::Flag),
        Member::new("configuration", INDEXERS, Kind::Dictionary),
    ],
};

static FIELD_MAPPING: Shape = Shape {
    owner: Owner::Type("FieldMapping"),
    members: &[
        Member::new("sourceFieldName", INDEXERS, Kind::Text).required(),
        Member::new("targetFieldName", INDEXERS, Kind::Text),
        Member::new("mappingFunction", INDEXERS, Kind::Object(&MAPPING_FUNCTION)),
    ],
};

static MAPPING_FUNCTION: Shape = Shape {
    owner: Owner::Type("FieldMappingFunction"),
    members: &[
        Member::new("name", INDEXERS, Kind::Text).required(),
        Member::new("parameters", INDEXERS, Kind::Dictionary),
    ],
};

static CACHE: Shape = Shape {
    owner: Owner::Type("IndexerCache"),
    members: &[
        Member::new("id", CACHE_SINCE, Kind::Text),
        Member::new("storageConnectionString", CACHE_SINCE, Kind::Text),
        Member::new("enableReprocessing", CACHE_SINCE, Kind::Flag),
        Member::new("identity", preview(V2021_04_30Preview), Kind::Variant(&encryption::IDENTITIES)),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{V2016_09_01, V2020_06_30, V2025_11_01Preview, V2026_04_01};

    fn text(members: &Map<String, Value>) -> String {
        serde_json::to_string(members).unwrap()
    }

    /// A body of little and its answers, as recorded (`indexers.md` §1.1, `wire.md` §10).
    #[test]
    fn members_come_in_the_order_of_the_service_as_far_as_the_version_has_them() {
        let body = br#"{"targetIndexName":"i","dataSourceName":"d","name":"x"}"#;
        let indexer = Indexer::parse(body, V2020_06_30).unwrap();
        let stable = concat!(
            r#"{"name":"x","description":null,"dataSourceName":"d","skillsetName":null,"targetIndexName":"i","#,
            r#""disabled":null,"schedule":null,"parameters":null,"fieldMappings":[],"outputFieldMappings":[],"#
        );
        for (version, expected) in [
            (V2020_06_30, format!("{stable}\"encryptionKey\":null}}")),
            (V2026_04_01, format!("{stable}\"encryptionKey\":null}}")),
            (V2025_11_01Preview, format!("{stable}\"cache\":null,\"encryptionKey\":null}}")),
            (
                V2016_09_01,
                concat!(
                    r#"{"name":"x","description":null,"dataSourceName":"d","targetIndexName":"i","disabled":null,"#,
                    r#""schedule":null,"parameters":null,"fieldMappings":[]}"#
                )
                .to_owned(),
            ),
        ] {
            assert_eq!(text(&indexer.members(version)), expected);
        }
    }

    #[test]
    fn configuration_keeps_the_order_of_the_request() {
        let body = br#"{"dataSourceName":"d","targetIndexName":"i","parameters":{"configuration":
            {"parsingMode":"json","b":1.5,"a":null,"failOnUnprocessableDocument":false},"maxFailedItems":-1},
            "fieldMappings":[{"mappingFunction":{"name":"f","parameters":{"position":0}},"sourceFieldName":"s"}]}"#;
        let members = Indexer::parse(body, V2026_04_01).unwrap().members(V2026_04_01);
        assert_eq!(
            members["parameters"].to_string(),
            concat!(
                r#"{"batchSize":null,"maxFailedItems":-1,"maxFailedItemsPerBatch":null,"configuration":"#,
                r#"{"parsingMode":"json","b":1.5,"a":null,"failOnUnprocessableDocument":false}}"#
            )
        );
        assert_eq!(
            members["fieldMappings"].to_string(),
            concat!(
                r#"[{"sourceFieldName":"s","targetFieldName":null,"#,
                r#""mappingFunction":{"name":"f","parameters":{"position":0}}}]"#
            )
        );
    }

    #[test]
    fn what_is_missing_or_no_value_is_refused() {
        for (body, expected) in [
            (r#"{"targetIndexName":"i"}"#, "dataSourceName : The dataSourceName field is required."),
            (r#"{"dataSourceName":"d"}"#, "targetIndexName : The targetIndexName field is required."),
            (
                r#"{"dataSourceName":"d","targetIndexName":"i","schedule":{}}"#,
                "schedule.interval : The interval field is required.",
            ),
            (
                r#"{"dataSourceName":"d","targetIndexName":"i","parameters":{"configuration":{"a":[1]}}}"#,
                "An unexpected 'StartArray' node was found for property named 'a' when reading from the JSON reader. A \
                 'PrimitiveValue' node was expected.",
            ),
            (
                r#"{"dataSourceName":"d","targetIndexName":"i","cache":{"id":"x"}}"#,
                "Cannot find nested property 'cache' on the resource type 'Microsoft.Azure.Search.V2026_04_01.Indexer'.",
            ),
        ] {
            assert_eq!(Indexer::parse(body.as_bytes(), V2026_04_01).unwrap_err().to_string(), expected);
        }
    }
}
