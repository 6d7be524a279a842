//! Vector queries of a search request (`api.md` §3.8).

use serde::Deserialize;

use crate::ApiVersion::{
    V2023_07_01Preview, V2023_10_01Preview, V2023_11_01, V2024_03_01Preview, V2024_05_01Preview, V2024_07_01,
    V2024_09_01Preview, V2024_11_01Preview, V2025_05_01Preview, V2026_04_01,
};
use crate::json::or_default;
use crate::since::{Kind, Member, Owner, Shape, Since, preview, stable};

/// A vector to search for, or what a vectorizer makes one of.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorQuery {
    /// `vector`, `text`, `imageUrl` or `imageBinary`.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// The vector of the kind `vector`.
    pub vector: Option<Vec<f64>>,
    /// The text of the kind `text`.
    pub text: Option<String>,
    /// The image's address of the kind `imageUrl`.
    pub url: Option<String>,
    /// The image of the kind `imageBinary`.
    #[serde(rename = "base64Image")]
    pub base64_image: Option<String>,
    /// How the text is rewritten by a model, of the kind `text`.
    pub query_rewrites: Option<String>,
    /// Names of vector fields, comma-separated.
    pub fields: Option<String>,
    /// How many hits.
    pub k: Option<i32>,
    /// Whether every vector is compared.
    pub exhaustive: Option<bool>,
    /// How many times more hits than `k` are compared in full, instead of what the index says.
    pub oversampling: Option<f64>,
    /// How much the query counts beside others.
    pub weight: Option<f64>,
    /// What hits must reach at least.
    pub threshold: Option<VectorThreshold>,
    /// A filter in place of the request's.
    pub filter_override: Option<String>,
    /// How many vectors of one document may be hits; 0 for all.
    pub per_document_vector_limit: Option<i32>,
}

/// What the hits of a vector query must reach at least.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorThreshold {
    /// `vectorSimilarity` or `searchScore`.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// The least value.
    pub value: Option<f64>,
}

/// The vectors of 2023-07-01-preview; clients of that version sent one, later ones several.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FirstVectors {
    vectors: Option<Vec<FirstVector>>,
    vector: Option<FirstVector>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FirstVector {
    value: Option<Vec<f64>>,
    fields: Option<String>,
    k: Option<i32>,
}

impl FirstVectors {
    /// The same in the newest shape; none when there are no vectors of that version.
    pub(super) fn into_queries(self) -> Option<Vec<VectorQuery>> {
        if self.vectors.is_none() && self.vector.is_none() {
            return None;
        }
        Some(self.vectors.into_iter().flatten().chain(self.vector).map(VectorQuery::from).collect())
    }
}

impl From<FirstVector> for VectorQuery {
    fn from(first: FirstVector) -> Self {
        Self {
            kind: "vector".to_owned(),
            vector: first.value,
            fields: first.fields,
            k: first.k,
            ..Self::default()
        }
    }
}

/// The versions with `vectorQueries`.
pub(super) const SINCE: Since = stable(V2023_11_01).preview(V2023_10_01Preview);

/// The one version with `vectors`.
pub(super) const FIRST: Since = preview(V2023_07_01Preview).until(V2023_07_01Preview);

const TEXTS: Since = stable(V2024_07_01).preview(V2023_10_01Preview);
const IMAGES: Since = stable(V2026_04_01).preview(V2024_05_01Preview);
const THRESHOLDS: Since = preview(V2024_05_01Preview);

/// [`FirstVector`].
pub(super) static FIRST_SHAPE: Shape = Shape {
    owner: Owner::Type("Vector"),
    members: &[
        Member::new("value", FIRST, Kind::Numbers),
        Member::new("fields", FIRST, Kind::Text),
        Member::new("k", FIRST, Kind::Integer),
    ],
};

/// [`VectorQuery`].
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("VectorQuery"),
    members: &[
        Member::new("kind", SINCE, Kind::Text),
        Member::new("vector", SINCE, Kind::Numbers),
        Member::new("text", TEXTS, Kind::Text),
        Member::new("url", IMAGES, Kind::Text),
        Member::new("base64Image", IMAGES, Kind::Text),
        Member::new("queryRewrites", preview(V2024_11_01Preview), Kind::Text),
        Member::new("fields", SINCE, Kind::Text),
        Member::new("k", SINCE, Kind::Integer),
        Member::new("exhaustive", SINCE, Kind::Flag),
        Member::new("oversampling", stable(V2024_07_01).preview(V2024_03_01Preview), Kind::Number),
        Member::new("weight", stable(V2024_07_01).preview(V2024_05_01Preview), Kind::Number),
        Member::new("threshold", THRESHOLDS, Kind::Object(&THRESHOLD)),
        Member::new("filterOverride", preview(V2024_09_01Preview), Kind::Text),
        Member::new("perDocumentVectorLimit", preview(V2025_05_01Preview), Kind::Integer),
    ],
};

static THRESHOLD: Shape = Shape {
    owner: Owner::Type("VectorThreshold"),
    members: &[Member::new("kind", THRESHOLDS, Kind::Text), Member::new("value", THRESHOLDS, Kind::Number)],
};
