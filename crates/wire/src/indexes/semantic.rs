//! Semantic configurations: which fields a reranker reads.

use serde::{Deserialize, Serialize};

use crate::ApiVersion;
use crate::ApiVersion::{
    V2021_04_30Preview, V2023_07_01Preview, V2023_11_01, V2025_03_01Preview, V2025_05_01Preview, V2025_09_01,
};
use crate::json::or_default;
use crate::since::{Kind, Member, Owner, Shape, Since, preview, stable};

/// `semantic` of an index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SemanticSearch {
    /// The configuration of queries that name none.
    pub default_configuration: Option<String>,
    /// Configurations.
    #[serde(deserialize_with = "or_default")]
    pub configurations: Vec<SemanticConfiguration>,
}

impl SemanticSearch {
    /// Where the version has configurations but cannot name a default, the default goes with its configuration.
    pub(super) fn forget_lost_default(&mut self, version: ApiVersion) {
        if SINCE.covers(version) && !DEFAULT_SINCE.covers(version) {
            let is_there = |name: &String| self.configurations.iter().any(|known| known.name == *name);
            self.default_configuration = self.default_configuration.take().filter(is_there);
        }
    }
}

/// A semantic configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SemanticConfiguration {
    /// Its name, which queries give.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Whether models that are being tried out may be used.
    #[serde(deserialize_with = "or_default")]
    pub flighting_opt_in: bool,
    /// `BoostedRerankerScore` or `RerankerScore`.
    pub ranking_order: Option<String>,
    /// The fields by what they contain.
    pub prioritized_fields: Option<PrioritizedFields>,
}

/// Fields for a reranker, the more telling ones first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PrioritizedFields {
    /// The field with the title.
    pub title_field: Option<SemanticField>,
    /// Fields with running text.
    #[serde(deserialize_with = "or_default")]
    pub prioritized_content_fields: Vec<SemanticField>,
    /// Fields with keywords.
    #[serde(deserialize_with = "or_default")]
    pub prioritized_keywords_fields: Vec<SemanticField>,
}

/// A field of a semantic configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SemanticField {
    /// The path of the field.
    #[serde(deserialize_with = "or_default")]
    pub field_name: String,
}

/// The versions that have `semantic`.
pub(super) const SINCE: Since = stable(V2023_11_01).preview(V2021_04_30Preview);

/// The versions in which it has a `defaultConfiguration`.
const DEFAULT_SINCE: Since = stable(V2023_11_01).preview(V2023_07_01Preview);

/// [`SemanticSearch`].
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("SemanticSettings"),
    members: &[
        Member::new("defaultConfiguration", DEFAULT_SINCE, Kind::Text),
        Member::new("configurations", SINCE, Kind::Objects(&CONFIGURATION)),
    ],
};

static CONFIGURATION: Shape = Shape {
    owner: Owner::Type("SemanticConfiguration"),
    members: &[
        Member::new("name", SINCE, Kind::Text),
        Member::new("flightingOptIn", preview(V2025_03_01Preview), Kind::Flag),
        Member::new("rankingOrder", stable(V2025_09_01).preview(V2025_05_01Preview), Kind::Text),
        Member::new("prioritizedFields", SINCE, Kind::Object(&PRIORITIZED_FIELDS)),
    ],
};

static PRIORITIZED_FIELDS: Shape = Shape {
    owner: Owner::Type("PrioritizedFields"),
    members: &[
        Member::new("titleField", SINCE, Kind::Object(&FIELD)),
        Member::new("prioritizedContentFields", SINCE, Kind::Objects(&FIELD)),
        Member::new("prioritizedKeywordsFields", SINCE, Kind::Objects(&FIELD)),
    ],
};

static FIELD: Shape =
    Shape { owner: Owner::Type("SemanticField"), members: &[Member::new("fieldName", SINCE, Kind::Text)] };
