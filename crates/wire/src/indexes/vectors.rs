//! How vector fields are searched: algorithms, vectorizers and compressions, and the profiles that combine them.

use serde::{Deserialize, Serialize};

use super::v2024_07_01::AnyCompression;
use crate::ApiVersion::{
    V2023_07_01Preview, V2023_10_01Preview, V2023_11_01, V2024_03_01Preview, V2024_05_01Preview, V2024_07_01,
    V2024_09_01Preview, V2024_11_01Preview, V2025_09_01, V2026_04_01,
};
use crate::encryption::{IDENTITIES, Identity};
use crate::json::{Pairs, or_default};
use crate::since::{Kind, Member, Owner, Shape, Since, preview, stable};

/// `vectorSearch` of an index: a field names a profile, a profile the rest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorSearch {
    /// Algorithm configurations.
    #[serde(deserialize_with = "or_default", alias = "algorithmConfigurations")]
    pub algorithms: Vec<VectorAlgorithm>,
    /// Profiles.
    #[serde(deserialize_with = "or_default")]
    pub profiles: Vec<VectorProfile>,
    /// What turns query text into vectors.
    #[serde(deserialize_with = "or_default")]
    pub vectorizers: Vec<Vectorizer>,
    /// How vectors are quantized.
    #[serde(deserialize_with = "or_default")]
    pub compressions: Vec<Compression>,
}

/// An algorithm configuration; exactly the parameters of its kind are set in a checked definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorAlgorithm {
    /// Its name, which profiles refer to.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// `hnsw` or `exhaustiveKnn`.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// Parameters of the kind `hnsw`.
    pub hnsw_parameters: Option<HnswParameters>,
    /// Parameters of the kind `exhaustiveKnn`.
    pub exhaustive_knn_parameters: Option<ExhaustiveKnnParameters>,
}

/// Parameters of a hierarchical navigable small world graph.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HnswParameters {
    /// `cosine`, `euclidean`, `dotProduct` or `hamming`.
    pub metric: Option<String>,
    /// Links per node.
    pub m: Option<i32>,
    /// Candidates kept while building.
    pub ef_construction: Option<i32>,
    /// Candidates kept while searching.
    pub ef_search: Option<i32>,
}

/// Parameters of the exhaustive scan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExhaustiveKnnParameters {
    /// `cosine`, `euclidean`, `dotProduct` or `hamming`.
    pub metric: Option<String>,
}

/// A named combination that vector fields refer to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorProfile {
    /// Its name, which fields refer to.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The name of an algorithm configuration.
    #[serde(deserialize_with = "or_default")]
    pub algorithm: String,
    /// The name of a vectorizer.
    pub vectorizer: Option<String>,
    /// The name of a compression.
    pub compression: Option<String>,
}

/// What turns query text into vectors; exactly the parameters of its kind are set in a checked definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Vectorizer {
    /// Its name, which profiles refer to.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// `azureOpenAI`, `customWebApi`, `aiServicesVision` or `aml`.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// Parameters of the kind `azureOpenAI`.
    #[serde(rename = "azureOpenAIParameters")]
    pub azure_open_ai_parameters: Option<AzureOpenAiParameters>,
    /// Parameters of the kind `customWebApi`.
    #[serde(alias = "customVectorizerParameters")]
    pub custom_web_api_parameters: Option<WebApiParameters>,
    /// Parameters of the kind `aiServicesVision`.
    pub ai_services_vision_parameters: Option<AiServicesVisionParameters>,
    /// Parameters of the kind `aml`.
    pub aml_parameters: Option<AmlParameters>,
}

/// An embedding model of Azure OpenAI.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AzureOpenAiParameters {
    /// The resource's address.
    pub resource_uri: Option<String>,
    /// The deployment's name.
    pub deployment_id: Option<String>,
    /// Its key, a secret.
    pub api_key: Option<String>,
    /// The model, e.g. `text-embedding-3-small`.
    pub model_name: Option<String>,
    /// The identity that calls it when there is no key.
    pub auth_identity: Option<Identity>,
}

/// A web service of the customer's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebApiParameters {
    /// Its address.
    pub uri: Option<String>,
    /// Headers of each call, which may be secrets.
    pub http_headers: Option<Pairs<String>>,
    /// `POST` or `PUT`.
    pub http_method: Option<String>,
    /// An XSD dayTimeDuration; 30 seconds when unset.
    pub timeout: Option<String>,
    /// The application for whose tokens the service asks.
    pub auth_resource_id: Option<String>,
    /// The identity that asks.
    pub auth_identity: Option<Identity>,
}

/// Multimodal embeddings of Azure AI services.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AiServicesVisionParameters {
    /// The model's version.
    pub model_version: Option<String>,
    /// The resource's address.
    pub resource_uri: Option<String>,
    /// Its key, a secret.
    pub api_key: Option<String>,
    /// The identity that calls it when there is no key.
    pub auth_identity: Option<Identity>,
}

/// A model of the model catalogue behind an endpoint of Azure Machine Learning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AmlParameters {
    /// The endpoint's address.
    pub uri: Option<String>,
    /// Its key, a secret.
    pub key: Option<String>,
    /// The endpoint's resource id, when tokens are used instead of a key.
    pub resource_id: Option<String>,
    /// An XSD dayTimeDuration.
    pub timeout: Option<String>,
    /// The endpoint's region.
    pub region: Option<String>,
    /// The model, e.g. `Cohere-embed-v4`.
    pub model_name: Option<String>,
}

/// How the vectors that are searched are made smaller.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "AnyCompression")]
pub struct Compression {
    /// Its name, which profiles refer to.
    pub name: String,
    /// `scalarQuantization` or `binaryQuantization`.
    pub kind: String,
    /// How many components are kept; all when unset.
    pub truncation_dimension: Option<i32>,
    /// Parameters of the kind `scalarQuantization`.
    pub scalar_quantization_parameters: Option<ScalarQuantizationParameters>,
    /// Whether and how the best hits are compared again in full.
    pub rescoring_options: Option<RescoringOptions>,
}

/// Parameters of scalar quantization.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScalarQuantizationParameters {
    /// `int8`.
    pub quantized_data_type: Option<String>,
}

/// Comparing hits again by their full vectors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RescoringOptions {
    /// Whether it happens.
    pub enable_rescoring: Option<bool>,
    /// How many times more hits than asked for are compared again.
    pub default_oversampling: Option<f64>,
    /// `preserveOriginals` or `discardOriginals`.
    pub rescore_storage_method: Option<String>,
}

/// The versions that have `vectorSearch`, of whatever shape.
pub(super) const SINCE: Since = stable(V2023_11_01).preview(V2023_07_01Preview);

/// The one version with an older shape; its conversions are in [`super::v2023_07_01_preview`].
pub(super) const FIRST: Since = preview(V2023_07_01Preview).until(V2023_07_01Preview);

/// The versions with profiles.
pub(super) const PROFILES: Since = stable(V2023_11_01).preview(V2023_10_01Preview);

const VECTORIZERS: Since = stable(V2024_07_01).preview(V2023_10_01Preview);

/// The one version that called `customWebApiParameters` `customVectorizerParameters`.
const FIRST_VECTORIZERS: Since = preview(V2023_10_01Preview).until(V2023_10_01Preview);
const WEB_API_SINCE: Since = stable(V2024_07_01).preview(V2024_03_01Preview);

const COMPRESSIONS: Since = stable(V2024_07_01).preview(V2024_03_01Preview);

/// Where the options of rescoring stood among the members of the compression ([`super::v2024_07_01`]).
const SIBLINGS: Since = stable(V2024_07_01).preview(V2024_03_01Preview).until(V2024_09_01Preview);

/// Where they may still be sent so.
const SIBLINGS_TAKEN: Since = stable(V2025_09_01).preview(V2024_11_01Preview).until(V2025_09_01);
const RESCORING: Since = stable(V2025_09_01).preview(V2024_11_01Preview);

/// [`VectorSearch`]. The order within vectorizers and compressions is that of the answers which the service's own
/// specification quotes (Azure/azure-rest-api-specs, `SearchServiceGetIndex.json` of 2024-09-01-preview).
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("VectorSearch"),
    members: &[
        Member::new("algorithmConfigurations", FIRST, Kind::Objects(&ALGORITHM)).newest(&["algorithms"]),
        Member::new("algorithms", PROFILES, Kind::Objects(&ALGORITHM)),
        Member::new("profiles", PROFILES, Kind::Objects(&PROFILE)),
        Member::new("vectorizers", VECTORIZERS, Kind::Objects(&VECTORIZER)),
        Member::new("compressions", COMPRESSIONS, Kind::Objects(&COMPRESSION)),
    ],
};

static ALGORITHM: Shape = Shape {
    owner: Owner::Type("VectorSearchAlgorithmConfiguration"),
    members: &[
        Member::new("name", SINCE, Kind::Text),
        Member::new("kind", SINCE, Kind::Text).required(),
        Member::new("hnswParameters", SINCE, Kind::Object(&HNSW)),
        Member::new("exhaustiveKnnParameters", PROFILES, Kind::Object(&EXHAUSTIVE_KNN)),
    ],
};

static HNSW: Shape = Shape {
    owner: Owner::Type("HnswParameters"),
    members: &[
        Member::new("metric", SINCE, Kind::Text),
        Member::new("m", SINCE, Kind::Integer),
        Member::new("efConstruction", SINCE, Kind::Integer),
        Member::new("efSearch", SINCE, Kind::Integer),
    ],
};

static EXHAUSTIVE_KNN: Shape = Shape {
    owner: Owner::Type("ExhaustiveKnnParameters"),
    members: &[Member::new("metric", PROFILES, Kind::Text)],
};

static PROFILE: Shape = Shape {
    owner: Owner::Type("VectorSearchProfile"),
    members: &[
        Member::new("name", PROFILES, Kind::Text),
        Member::new("algorithm", PROFILES, Kind::Text),
        Member::new("vectorizer", VECTORIZERS, Kind::Text),
        Member::new("compression", COMPRESSIONS, Kind::Text),
    ],
};

static VECTORIZER: Shape = Shape {
    owner: Owner::Type("VectorSearchVectorizer"),
    members: &[
        Member::new("name", VECTORIZERS, Kind::Text),
        Member::new("kind", VECTORIZERS, Kind::Text).required(),
        Member::new("azureOpenAIParameters", VECTORIZERS, Kind::Object(&AZURE_OPEN_AI)),
        Member::new("customVectorizerParameters", FIRST_VECTORIZERS, Kind::Object(&WEB_API))
            .newest(&["customWebApiParameters"]),
        Member::new("customWebApiParameters", WEB_API_SINCE, Kind::Object(&WEB_API)),
        Member::new("aiServicesVisionParameters", preview(V2024_05_01Preview), Kind::Object(&VISION)),
        Member::new("amlParameters", AML_SINCE, Kind::Object(&AML)),
    ],
};

static AZURE_OPEN_AI: Shape = Shape {
    owner: Owner::Type("AzureOpenAIParameters"),
    members: &[
        Member::new("resourceUri", VECTORIZERS, Kind::Text),
        Member::new("deploymentId", VECTORIZERS, Kind::Text),
        Member::new("apiKey", VECTORIZERS, Kind::Text),
        Member::new("modelName", stable(V2024_07_01).preview(V2024_05_01Preview), Kind::Text),
        Member::new("authIdentity", VECTORIZERS, Kind::Variant(&IDENTITIES)),
    ],
};

static WEB_API: Shape = Shape {
    owner: Owner::Type("CustomWebApiParameters"),
    members: &[
        Member::new("httpMethod", VECTORIZERS, Kind::Text),
        Member::new("uri", VECTORIZERS, Kind::Text),
        Member::new("timeout", VECTORIZERS, Kind::Text),
        Member::new("authResourceId", VECTORIZERS, Kind::Text),
        Member::new("httpHeaders", VECTORIZERS, Kind::TextMap),
        Member::new("authIdentity", VECTORIZERS, Kind::Variant(&IDENTITIES)),
    ],
};

static VISION: Shape = Shape {
    owner: Owner::Type("AIServicesVisionParameters"),
    members: &[
        Member::new("modelVersion", preview(V2024_05_01Preview), Kind::Text),
        Member::new("resourceUri", preview(V2024_05_01Preview), Kind::Text),
        Member::new("apiKey", preview(V2024_05_01Preview), Kind::Text),
        Member::new("authIdentity", preview(V2024_05_01Preview), Kind::Variant(&IDENTITIES)),
    ],
};

const AML_SINCE: Since = stable(V2026_04_01).preview(V2024_05_01Preview);

static AML: Shape = Shape {
    owner: Owner::Type("AMLParameters"),
    members: &[
        Member::new("key", AML_SINCE, Kind::Text),
        Member::new("resourceId", AML_SINCE, Kind::Text),
        Member::new("region", AML_SINCE, Kind::Text),
        Member::new("uri", AML_SINCE, Kind::Text),
        Member::new("timeout", AML_SINCE, Kind::Text),
        Member::new("modelName", AML_SINCE, Kind::Text),
    ],
};

static COMPRESSION: Shape = Shape {
    owner: Owner::Type("VectorSearchCompression"),
    members: &[
        Member::new("name", COMPRESSIONS, Kind::Text),
        Member::new("kind", COMPRESSIONS, Kind::Text).required(),
        Member::new("rerankWithOriginalVectors", SIBLINGS, Kind::Flag)
            .newest(&["rescoringOptions", "enableRescoring"]),
        Member::new("defaultOversampling", SIBLINGS, Kind::Number)
            .newest(&["rescoringOptions", "defaultOversampling"]),
        Member::new("rerankWithOriginalVectors", SIBLINGS_TAKEN, Kind::Flag).not_shown(),
        Member::new("defaultOversampling", SIBLINGS_TAKEN, Kind::Number).not_shown(),
        Member::new("truncationDimension", stable(V2025_09_01).preview(V2024_09_01Preview), Kind::Integer),
        Member::new("scalarQuantizationParameters", COMPRESSIONS, Kind::Object(&SCALAR_QUANTIZATION)),
        Member::new("rescoringOptions", RESCORING, Kind::Object(&RESCORING_OPTIONS)),
    ],
};

static SCALAR_QUANTIZATION: Shape = Shape {
    owner: Owner::Type("ScalarQuantizationParameters"),
    members: &[Member::new("quantizedDataType", COMPRESSIONS, Kind::Text)],
};

static RESCORING_OPTIONS: Shape = Shape {
    owner: Owner::Type("RescoringOptions"),
    members: &[
        Member::new("enableRescoring", RESCORING, Kind::Flag),
        Member::new("defaultOversampling", RESCORING, Kind::Number),
        Member::new("rescoreStorageMethod", RESCORING, Kind::Text),
    ],
};
