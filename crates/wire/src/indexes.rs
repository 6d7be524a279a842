//! Index definitions, in the newest shape and with the member order of the service (`wire.md` §10).
//!
//! Parts that are not supported yet are kept as plain JSON so that the catalogue can refuse them by name.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{ApiVersion, JsonError, json, since};

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
    /// Top-level fields.
    #[serde(deserialize_with = "or_default")]
    pub fields: Vec<Field>,
    /// Scoring profiles.
    #[serde(deserialize_with = "or_default")]
    pub scoring_profiles: Vec<Value>,
    /// Which origins browsers may query from.
    pub cors_options: Option<Value>,
    /// Suggesters, one at most.
    #[serde(deserialize_with = "or_default")]
    pub suggesters: Vec<Value>,
    /// Custom analyzers.
    #[serde(deserialize_with = "or_default")]
    pub analyzers: Vec<Value>,
    /// Custom normalizers.
    #[serde(deserialize_with = "or_default")]
    pub normalizers: Vec<Value>,
    /// Custom tokenizers.
    #[serde(deserialize_with = "or_default")]
    pub tokenizers: Vec<Value>,
    /// Custom token filters.
    #[serde(deserialize_with = "or_default")]
    pub token_filters: Vec<Value>,
    /// Custom character filters.
    #[serde(deserialize_with = "or_default")]
    pub char_filters: Vec<Value>,
    /// A customer-managed key.
    pub encryption_key: Option<Value>,
    /// The scoring formula and its parameters.
    pub similarity: Option<Value>,
    /// Semantic configurations.
    pub semantic: Option<Value>,
    /// How vector fields are searched.
    pub vector_search: Option<VectorSearch>,
}

impl Index {
    /// Reads the body of a create or update request: checks its members against the version, then fills the struct.
    pub fn parse(body: &[u8], version: ApiVersion) -> Result<Self, JsonError> {
        let members = json::parse_object(body)?;
        since::check(&members, &since::INDEX, version)?;
        serde_json::from_value(Value::Object(members)).map_err(JsonError::Syntax)
    }

    /// The members of an answer in the service's order, without those that `version` does not have.
    ///
    /// `@odata.context` and `@odata.etag` stand in front of them and are the server's business.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        let Ok(Value::Object(mut members)) = serde_json::to_value(self) else {
            // A struct with string keys and no fallible parts always becomes an object.
            return Map::new();
        };
        since::trim(&mut members, &since::INDEX, version);
        members
    }
}

/// A field of an index, or a sub-field of a complex one.
///
/// `None` means not sent. A definition that went through the catalogue has every attribute of a simple field filled in.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Field {
    /// Its name within its parent.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The type, e.g. `Edm.String` or `Collection(Edm.ComplexType)`.
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub field_type: String,
    /// Full-text searchable, or usable in vector queries.
    pub searchable: Option<bool>,
    /// Usable in `$filter`.
    pub filterable: Option<bool>,
    /// Returned in answers.
    pub retrievable: Option<bool>,
    /// Kept for retrieval.
    pub stored: Option<bool>,
    /// Usable in `$orderby`.
    pub sortable: Option<bool>,
    /// Usable in facets.
    pub facetable: Option<bool>,
    /// The document key.
    pub key: Option<bool>,
    /// Analyzer at indexing time, together with [`Field::search_analyzer`].
    pub index_analyzer: Option<String>,
    /// Analyzer at query time, together with [`Field::index_analyzer`].
    pub search_analyzer: Option<String>,
    /// Analyzer for both; null means `standard.lucene`.
    pub analyzer: Option<String>,
    /// Normalizer for filters, orders and facets.
    pub normalizer: Option<String>,
    /// Number of components of a vector.
    pub dimensions: Option<i32>,
    /// The vector search profile of a vector field.
    pub vector_search_profile: Option<String>,
    /// `packedBit` for vectors of bits.
    pub vector_encoding: Option<String>,
    /// Names of synonym maps, one at most.
    #[serde(deserialize_with = "or_default")]
    pub synonym_maps: Vec<String>,
    /// Sub-fields of a complex field.
    #[serde(deserialize_with = "or_default")]
    pub fields: Vec<Field>,
}

impl Field {
    /// Whether its type is `Edm.ComplexType` or a collection of it.
    pub fn is_complex(&self) -> bool {
        matches!(self.field_type.as_str(), "Edm.ComplexType" | "Collection(Edm.ComplexType)")
    }
}

impl Serialize for Field {
    /// Complex fields show their name, type and sub-fields only, the others everything but sub-fields.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_complex() {
            let mut members = serializer.serialize_struct("Field", 3)?;
            members.serialize_field("name", &self.name)?;
            members.serialize_field("type", &self.field_type)?;
            members.serialize_field("fields", &self.fields)?;
            return members.end();
        }
        let mut members = serializer.serialize_struct("Field", 17)?;
        members.serialize_field("name", &self.name)?;
        members.serialize_field("type", &self.field_type)?;
        members.serialize_field("searchable", &self.searchable)?;
        members.serialize_field("filterable", &self.filterable)?;
        members.serialize_field("retrievable", &self.retrievable)?;
        members.serialize_field("stored", &self.stored)?;
        members.serialize_field("sortable", &self.sortable)?;
        members.serialize_field("facetable", &self.facetable)?;
        members.serialize_field("key", &self.key)?;
        members.serialize_field("indexAnalyzer", &self.index_analyzer)?;
        members.serialize_field("searchAnalyzer", &self.search_analyzer)?;
        members.serialize_field("analyzer", &self.analyzer)?;
        members.serialize_field("normalizer", &self.normalizer)?;
        members.serialize_field("dimensions", &self.dimensions)?;
        members.serialize_field("vectorSearchProfile", &self.vector_search_profile)?;
        members.serialize_field("vectorEncoding", &self.vector_encoding)?;
        members.serialize_field("synonymMaps", &self.synonym_maps)?;
        members.end()
    }
}

/// How vector fields are searched: a field names a profile, a profile an algorithm.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VectorSearch {
    /// Algorithm configurations.
    #[serde(deserialize_with = "or_default")]
    pub algorithms: Vec<VectorAlgorithm>,
    /// Profiles.
    #[serde(deserialize_with = "or_default")]
    pub profiles: Vec<VectorProfile>,
    /// What turns query text into vectors.
    #[serde(deserialize_with = "or_default")]
    pub vectorizers: Vec<Value>,
    /// How vectors are quantized.
    #[serde(deserialize_with = "or_default")]
    pub compressions: Vec<Value>,
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

/// null counts as not sent.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Index {
        Index::parse(body.as_bytes(), ApiVersion::V2026_04_01).unwrap()
    }

    #[test]
    fn unset_members_are_null_or_empty_in_the_order_of_the_service() {
        let index = parse(r#"{"fields":null,"@odata.etag":"x","name":"i","suggesters":null}"#);
        for version in ApiVersion::ALL {
            assert_eq!(
                serde_json::to_string(&index.members(version)).unwrap(),
                concat!(
                    r#"{"name":"i","description":null,"defaultScoringProfile":null,"fields":[],"scoringProfiles":[],"#,
                    r#""corsOptions":null,"suggesters":[],"analyzers":[],"normalizers":[],"tokenizers":[],"#,
                    r#""tokenFilters":[],"charFilters":[],"encryptionKey":null,"similarity":null,"semantic":null,"#,
                    r#""vectorSearch":null}"#
                )
            );
        }
    }

    #[test]
    fn fields_show_what_their_type_has() {
        let index = parse(
            r#"{"fields":[{"type":"Edm.ComplexType","name":"a","key":null,"fields":[{"name":"b","type":"Edm.Int32","key":false}]}]}"#,
        );
        assert_eq!(
            serde_json::to_string(&index.fields).unwrap(),
            concat!(
                r#"[{"name":"a","type":"Edm.ComplexType","fields":[{"name":"b","type":"Edm.Int32","searchable":null,"#,
                r#""filterable":null,"retrievable":null,"stored":null,"sortable":null,"facetable":null,"key":false,"#,
                r#""indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"#,
                r#""vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}]}]"#
            )
        );
    }

    #[test]
    fn vector_search_shows_both_parameter_objects() {
        let body = concat!(
            r#"{"algorithms":[{"name":"h","kind":"hnsw","hnswParameters":{"metric":"cosine","m":4,"efConstruction":400,"#,
            r#""efSearch":500},"exhaustiveKnnParameters":null}],"profiles":[{"name":"p","algorithm":"h","#,
            r#""vectorizer":null,"compression":null}],"vectorizers":[],"compressions":[]}"#
        );
        let index = parse(&format!(r#"{{"vectorSearch":{body}}}"#));
        assert_eq!(serde_json::to_string(&index.vector_search).unwrap(), body);
    }

    #[test]
    fn what_is_stored_reads_back_equal() {
        let index = parse(
            r#"{"name":"i","fields":[{"name":"k","type":"Edm.String","key":true,"analyzer":"en.lucene"},
               {"name":"c","type":"Edm.ComplexType","fields":[{"name":"d","type":"Edm.Double"}]}],"similarity":{"@odata.type":"x"}}"#,
        );
        let stored = serde_json::to_vec(&index).unwrap();
        assert_eq!(serde_json::from_slice::<Index>(&stored).unwrap(), index);
    }
}
