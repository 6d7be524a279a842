//! Fields of an index.

use std::collections::HashMap;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::{component_tables, vectors};
use crate::ApiVersion;
use crate::ApiVersion::{
    V2016_09_01Preview, V2017_11_11, V2019_05_06, V2024_03_01Preview, V2024_05_01Preview, V2024_07_01,
    V2025_05_01Preview, V2025_11_01Preview, V2026_05_01Preview,
};
use crate::json::{self, or_default};
use crate::since::{self, ALWAYS, Kind, Member, Owner, Shape, Since, preview, stable};

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
    #[serde(alias = "vectorSearchConfiguration")]
    pub vector_search_profile: Option<String>,
    /// `packedBit` for vectors of bits.
    pub vector_encoding: Option<String>,
    /// Whose ids in its values may see the document: `userIds`, `groupIds` or `rbacScope`.
    pub permission_filter: Option<String>,
    /// Holds the id of the document's sensitivity label.
    #[serde(alias = "sensitivityLabel")]
    pub sensitivity_label_id: Option<bool>,
    /// Holds the name of the document's sensitivity label.
    pub sensitivity_label_name: Option<bool>,
    /// Holds the id of the document in its source.
    pub source_document_id: Option<bool>,
    /// Holds the address of the SharePoint site the document comes from.
    pub sharepoint_site_url: Option<bool>,
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
        let mut members = serializer.serialize_struct("Field", 22)?;
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
        members.serialize_field("permissionFilter", &self.permission_filter)?;
        members.serialize_field("sensitivityLabelId", &self.sensitivity_label_id)?;
        members.serialize_field("sensitivityLabelName", &self.sensitivity_label_name)?;
        members.serialize_field("sourceDocumentId", &self.source_document_id)?;
        members.serialize_field("sharepointSiteUrl", &self.sharepoint_site_url)?;
        members.serialize_field("synonymMaps", &self.synonym_maps)?;
        members.end()
    }
}

/// The versions in which vectors may be kept apart from what is retrieved, and be smaller than 32 bits a component.
const NARROW: Since = stable(V2024_07_01).preview(V2024_03_01Preview);

/// [`Field`]; the service calls the type `SchemaField`.
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("SchemaField"),
    members: &[
        Member::new("name", ALWAYS, Kind::Text),
        Member::new("type", ALWAYS, Kind::Text),
        Member::new("searchable", ALWAYS, Kind::Flag),
        Member::new("filterable", ALWAYS, Kind::Flag),
        Member::new("retrievable", ALWAYS, Kind::Flag),
        Member::new("stored", NARROW, Kind::Flag),
        Member::new("sortable", ALWAYS, Kind::Flag),
        Member::new("facetable", ALWAYS, Kind::Flag),
        Member::new("key", ALWAYS, Kind::Flag),
        Member::new("indexAnalyzer", ANALYZER_PAIR, Kind::Text),
        Member::new("searchAnalyzer", ANALYZER_PAIR, Kind::Text),
        Member::new("analyzer", ALWAYS, Kind::Text),
        Member::new("normalizer", component_tables::NORMALIZERS_SINCE, Kind::Text),
        Member::new("dimensions", vectors::SINCE, Kind::Integer),
        Member::new("vectorSearchConfiguration", vectors::FIRST, Kind::Text).newest(&["vectorSearchProfile"]),
        Member::new("vectorSearchProfile", vectors::PROFILES, Kind::Text),
        Member::new("vectorEncoding", PACKED_BITS, Kind::Text),
        Member::new("permissionFilter", preview(V2025_05_01Preview), Kind::Text),
        Member::new("sensitivityLabel", SENSITIVITY_LABEL, Kind::Flag).newest(&["sensitivityLabelId"]),
        Member::new("sensitivityLabelId", preview(V2026_05_01Preview), Kind::Flag),
        Member::new("sensitivityLabelName", preview(V2026_05_01Preview), Kind::Flag),
        Member::new("sourceDocumentId", preview(V2026_05_01Preview), Kind::Flag),
        Member::new("sharepointSiteUrl", preview(V2026_05_01Preview), Kind::Flag),
        Member::new("synonymMaps", stable(V2017_11_11).preview(V2016_09_01Preview), Kind::Texts),
        Member::new("fields", COMPLEX_TYPES, Kind::Objects(&SHAPE)),
    ],
};

/// The one version that called `sensitivityLabelId` so.
const SENSITIVITY_LABEL: Since = preview(V2025_11_01Preview).until(V2025_11_01Preview);

const ANALYZER_PAIR: Since = component_tables::SINCE;

/// The versions with vectors of bits.
const PACKED_BITS: Since = stable(V2024_07_01).preview(V2024_05_01Preview);

/// The versions with complex types, and with collections of something else than strings.
const COMPLEX_TYPES: Since = stable(V2019_05_06);

/// Types that not every version has; all others are older than the oldest.
const TYPES: [(&str, Since); 13] = [
    ("Edm.ComplexType", COMPLEX_TYPES),
    ("Collection(Edm.ComplexType)", COMPLEX_TYPES),
    ("Collection(Edm.Boolean)", COMPLEX_TYPES),
    ("Collection(Edm.Int32)", COMPLEX_TYPES),
    ("Collection(Edm.Int64)", COMPLEX_TYPES),
    ("Collection(Edm.Double)", COMPLEX_TYPES),
    ("Collection(Edm.DateTimeOffset)", COMPLEX_TYPES),
    ("Collection(Edm.GeographyPoint)", COMPLEX_TYPES),
    ("Collection(Edm.Single)", vectors::SINCE),
    ("Collection(Edm.Half)", NARROW),
    ("Collection(Edm.Int16)", NARROW),
    ("Collection(Edm.SByte)", NARROW),
    ("Collection(Edm.Byte)", PACKED_BITS),
];

/// The versions that have a type of fields. Whether there is such a type at all is the catalogue's to say.
///
/// `GET` shows a field of a newer type in every version nevertheless: the documents have it.
pub fn type_since(field_type: &str) -> Since {
    TYPES.iter().find(|(name, _)| *name == field_type).map_or(ALWAYS, |(_, since)| *since)
}

/// [`super::Index::carry_over`] for the fields of one level.
pub(super) fn carry_over(new: &mut [Field], stored: &[Field], version: ApiVersion) {
    let stored: HashMap<&str, &Field> = stored.iter().map(|field| (field.name.as_str(), field)).collect();
    for field in new {
        match stored.get(field.name.as_str()) {
            Some(old) if old.field_type == field.field_type => field.carry_over(old, version),
            // Another type is a change that is refused.
            Some(_) | None => {}
        }
    }
}

impl Field {
    fn carry_over(&mut self, stored: &Self, version: ApiVersion) {
        if !self.is_complex() {
            let mut members = json::members_of(self);
            since::carry(&mut members, &json::members_of(stored), &SHAPE, version);
            // What is sent as sub-fields of a simple field is not among its members, and still to be refused.
            let fields = std::mem::take(&mut self.fields);
            *self = Self { fields, ..json::filled(&members) };
        } else if COMPLEX_TYPES.covers(version) {
            carry_over(&mut self.fields, &stored.fields, version);
        } else {
            self.fields.clone_from(&stored.fields);
        }
    }
}
