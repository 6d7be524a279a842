//! Index definitions, in the newest shape and with the member order of the service (`wire.md` §10).
//!
//! One module for each part of a definition: its structs, and the table of its members below them.

mod component_tables;
mod components;
mod cors;
mod fields;
mod scoring;
mod semantic;
mod similarity;
mod suggesters;
mod v2023_07_01_preview;
mod v2024_07_01;
mod vectors;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encryption::{self, EncryptionKey};
use crate::json::{self, or_default};
use crate::since::{self, ALWAYS, Kind, Member, Owner, Shape, Since, preview, stable};
use crate::{ApiVersion, JsonError};
use ApiVersion::{
    V2023_07_01Preview, V2023_11_01, V2024_03_01Preview, V2024_07_01, V2025_05_01Preview, V2025_09_01,
    V2025_11_01Preview, V2026_05_01Preview,
};

pub(crate) use component_tables::NORMALIZERS_SINCE;
pub use components::Component;
pub use cors::CorsOptions;
pub use fields::{Field, type_since};
pub use scoring::{Distance, Freshness, Magnitude, ScoringFunction, ScoringProfile, Tag, TextWeights};
pub use semantic::{PrioritizedFields, SemanticConfiguration, SemanticField, SemanticSearch};
pub use similarity::{BM25, CLASSIC, Similarity};
pub use suggesters::Suggester;
pub use vectors::{
    AiServicesVisionParameters, AmlParameters, AzureOpenAiParameters, Compression, ExhaustiveKnnParameters,
    HnswParameters, RescoringOptions, ScalarQuantizationParameters, VectorAlgorithm, VectorProfile,
    VectorSearch, Vectorizer, WebApiParameters,
};

/// An index definition. Unset members are null or `[]`, never left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Index {
    /// Its name; empty when a `PUT` leaves it to the URL.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Free text for people and agents.
    pub description: Option<String>,
    /// The scoring profile of queries that name none.
    pub default_scoring_profile: Option<String>,
    /// Whether documents are filtered by who may see them: `enabled` or `disabled`.
    pub permission_filter_option: Option<String>,
    /// Whether sensitivity labels of Microsoft Purview are obeyed.
    #[serde(deserialize_with = "or_default")]
    pub purview_enabled: bool,
    /// Top-level fields.
    #[serde(deserialize_with = "or_default")]
    pub fields: Vec<Field>,
    /// Scoring profiles.
    #[serde(deserialize_with = "or_default")]
    pub scoring_profiles: Vec<ScoringProfile>,
    /// Which origins browsers may query from.
    pub cors_options: Option<CorsOptions>,
    /// Suggesters, one at most.
    #[serde(deserialize_with = "or_default")]
    pub suggesters: Vec<Suggester>,
    /// Custom analyzers.
    #[serde(deserialize_with = "or_default")]
    pub analyzers: Vec<Component>,
    /// Custom normalizers.
    #[serde(deserialize_with = "or_default")]
    pub normalizers: Vec<Component>,
    /// Custom tokenizers.
    #[serde(deserialize_with = "or_default")]
    pub tokenizers: Vec<Component>,
    /// Custom token filters.
    #[serde(deserialize_with = "or_default")]
    pub token_filters: Vec<Component>,
    /// Custom character filters.
    #[serde(deserialize_with = "or_default")]
    pub char_filters: Vec<Component>,
    /// A customer-managed key.
    pub encryption_key: Option<EncryptionKey>,
    /// The scoring formula and its parameters.
    pub similarity: Option<Similarity>,
    /// Semantic configurations.
    pub semantic: Option<SemanticSearch>,
    /// How vector fields are searched.
    pub vector_search: Option<VectorSearch>,
    /// The application that may read the SharePoint sites documents come from.
    pub share_point_connector_app_registration: Option<SharePointConnectorAppRegistration>,
}

impl Index {
    /// Reads the body of a create or update request: checks its members against the version, then fills the struct.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        let mut index: Self = json::parse(body, &SHAPE, version)?;
        if vectors::FIRST.covers(version) {
            v2023_07_01_preview::to_newest(&mut index);
        }
        Ok(index)
    }

    /// Makes an update of `stored` whole: what the request's version cannot say stays as it is ([`since::carry`]).
    pub fn carry_over(&mut self, stored: &Self, version: ApiVersion) {
        let made = match &self.vector_search {
            Some(search) if vectors::FIRST.covers(version) => Some(search.profiles.clone()),
            Some(_) | None => None,
        };
        fields::carry_over(&mut self.fields, &stored.fields, version);
        let sent = std::mem::take(self);
        // Fields are carried over already; of components a version has all or nothing, and those of the request stay as sent.
        let without_fields = |index: &Self| Self { fields: Vec::new(), ..index.clone() };
        let mut members = json::members_of(&without_fields(&sent));
        since::carry(&mut members, &json::members_of(&without_fields(stored)), &SHAPE, version);
        *self = Self { fields: sent.fields, ..json::filled(&members) };
        if component_tables::SINCE.covers(version) {
            self.analyzers = sent.analyzers;
            self.tokenizers = sent.tokenizers;
            self.token_filters = sent.token_filters;
            self.char_filters = sent.char_filters;
        }
        if NORMALIZERS_SINCE.covers(version) {
            self.normalizers = sent.normalizers;
        }
        if let Some(made) = made {
            v2023_07_01_preview::keep_profiles(self, made, stored);
        }
        if let Some(semantic) = &mut self.semantic {
            semantic.forget_lost_default(version);
        }
    }

    /// The members of an answer in the service's order, without those that `version` does not have.
    ///
    /// `@odata.context` and `@odata.etag` stand in front of them and are the server's business.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        let members = if vectors::FIRST.covers(version) {
            json::members_of(&v2023_07_01_preview::from_newest(self))
        } else {
            json::members_of(self)
        };
        since::render(members, &SHAPE, version)
    }
}

/// An application that may read SharePoint sites.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SharePointConnectorAppRegistration {
    /// Its id.
    pub application_id: Option<String>,
    /// The id of its federated credential.
    pub federated_credential_id: Option<String>,
    /// Its directory.
    pub tenant_id: Option<String>,
}

/// `SearchIndex` (`api.md` §3.1), its order `wire.md` §10.
pub(crate) static SHAPE: Shape = Shape {
    owner: Owner::Type("IndexDefinition"),
    members: &[
        Member::new("name", ALWAYS, Kind::Text),
        Member::new("description", stable(V2025_09_01).preview(V2025_05_01Preview), Kind::Text),
        Member::new("defaultScoringProfile", ALWAYS, Kind::Text),
        Member::new("permissionFilterOption", preview(V2025_05_01Preview), Kind::Text),
        Member::new("purviewEnabled", preview(V2025_11_01Preview), Kind::Flag),
        Member::new("fields", ALWAYS, Kind::Objects(&fields::SHAPE)),
        Member::new("scoringProfiles", ALWAYS, Kind::Objects(&scoring::PROFILE)),
        Member::new("corsOptions", ALWAYS, Kind::Object(&cors::SHAPE)),
        Member::new("suggesters", ALWAYS, Kind::Objects(&suggesters::SHAPE)),
        Member::new("analyzers", component_tables::SINCE, Kind::VariantList(&component_tables::ANALYZERS)),
        Member::new("normalizers", NORMALIZERS_SINCE, Kind::VariantList(&component_tables::NORMALIZERS)),
        Member::new("tokenizers", component_tables::SINCE, Kind::VariantList(&component_tables::TOKENIZERS)),
        Member::new(
            "tokenFilters",
            component_tables::SINCE,
            Kind::VariantList(&component_tables::TOKEN_FILTERS),
        ),
        Member::new(
            "charFilters",
            component_tables::SINCE,
            Kind::VariantList(&component_tables::CHAR_FILTERS),
        ),
        Member::new("encryptionKey", encryption::SINCE, Kind::Object(&encryption::SHAPE)),
        Member::new("similarity", similarity::SINCE, Kind::Variant(&similarity::VARIANTS)),
        Member::new("vectorSearch", VECTORS_BEFORE_SEMANTIC, Kind::Object(&vectors::SHAPE)),
        Member::new("semantic", semantic::SINCE, Kind::Object(&semantic::SHAPE)),
        Member::new("vectorSearch", VECTORS_AFTER_SEMANTIC, Kind::Object(&vectors::SHAPE)),
        Member::new("vectorSearch", FIRST_VECTORS, Kind::Object(&vectors::SHAPE)),
        Member::new(
            "sharePointConnectorAppRegistration",
            preview(V2026_05_01Preview),
            Kind::Object(&SHARE_POINT_CONNECTOR_APP_REGISTRATION),
        ),
    ],
};

/// 2023-11-01 alone wrote `vectorSearch` before `semantic` (`wire.md` §10).
const VECTORS_BEFORE_SEMANTIC: Since = stable(V2023_11_01).until(V2023_11_01);
const VECTORS_AFTER_SEMANTIC: Since = stable(V2024_07_01).preview(V2024_03_01Preview);
/// The previews before it, whose order is not known: that of the previews after it.
const FIRST_VECTORS: Since = preview(V2023_07_01Preview).until(V2023_11_01);

static SHARE_POINT_CONNECTOR_APP_REGISTRATION: Shape = Shape {
    owner: Owner::Type("SharePointConnectorAppRegistration"),
    members: &[
        Member::new("applicationId", preview(V2026_05_01Preview), Kind::Text),
        Member::new("federatedCredentialId", preview(V2026_05_01Preview), Kind::Text),
        Member::new("tenantId", preview(V2026_05_01Preview), Kind::Text),
    ],
};

#[cfg(test)]
mod tests;
