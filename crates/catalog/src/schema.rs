//! A checked index definition: the form in which every later layer sees an index.
//!
//! A `Schema` is immutable and shared by `Arc`; an update of the definition makes a new one in which every field that
//! existed before keeps its [`FieldId`]. Fields form a tree (complex types have children); leaves and inner nodes alike
//! carry an id, allotted by the catalogue and never reused, so that terms and columns on disk stay valid when fields
//! are added (design.md §4.4).

use std::borrow::Cow;
use std::sync::Arc;

use lazuli_analysis::{Analyzer, Normalizer};

use crate::gates::{FieldNotYet, IndexNotYet};

/// Identifies a field (also a sub-field) of one index for its whole life. Starts at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u32);

/// The element type of a field; whether it is a collection is a separate flag (`api.md` §3.1, type rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// `Edm.String`
    String,
    /// `Edm.Boolean`
    Boolean,
    /// `Edm.Int32`
    Int32,
    /// `Edm.Int64`
    Int64,
    /// `Edm.Double`
    Double,
    /// `Edm.DateTimeOffset`, kept as milliseconds since 1970-01-01T00:00:00Z
    DateTimeOffset,
    /// `Edm.GeographyPoint`
    GeographyPoint,
    /// `Edm.ComplexType`
    Complex,
    /// A vector: `Collection(Edm.Single)` and its narrow relatives. Not a collection in the sense of [`Field::collection`].
    Vector(VectorType),
}

impl FieldType {
    /// The wire name of the element type, e.g. `Edm.String`.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "Edm.String",
            Self::Boolean => "Edm.Boolean",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Double => "Edm.Double",
            Self::DateTimeOffset => "Edm.DateTimeOffset",
            Self::GeographyPoint => "Edm.GeographyPoint",
            Self::Complex => "Edm.ComplexType",
            Self::Vector(VectorType::Single) => "Edm.Single",
            Self::Vector(VectorType::Half) => "Edm.Half",
            Self::Vector(VectorType::Int16) => "Edm.Int16",
            Self::Vector(VectorType::SByte) => "Edm.SByte",
            Self::Vector(VectorType::PackedBit) => "Edm.Byte",
        }
    }
}

/// The element type of a vector field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VectorType {
    /// `Edm.Single`
    Single,
    /// `Edm.Half`
    Half,
    /// `Edm.Int16`
    Int16,
    /// `Edm.SByte`
    SByte,
    /// `Edm.Byte` with `vectorEncoding: packedBit`
    PackedBit,
}

impl FieldType {
    /// The element type and whether it is a collection of it, by the wire name of the whole type (`Edm.Int32`,
    /// `Collection(Edm.Int32)`); case-sensitive. The inverse of [`Field::type_name`].
    pub fn from_type_name(name: &str) -> Option<(Self, bool)> {
        let inner = name.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')'));
        let collection = inner.is_some();
        let element = match inner.unwrap_or(name) {
            "Edm.String" => Self::String,
            "Edm.Boolean" => Self::Boolean,
            "Edm.Int32" => Self::Int32,
            "Edm.Int64" => Self::Int64,
            "Edm.Double" => Self::Double,
            "Edm.DateTimeOffset" => Self::DateTimeOffset,
            "Edm.GeographyPoint" => Self::GeographyPoint,
            "Edm.ComplexType" => Self::Complex,
            vector if collection => {
                return VectorType::from_element_name(vector).map(|v| (Self::Vector(v), false));
            }
            _ => return None,
        };
        Some((element, collection))
    }
}

impl VectorType {
    fn from_element_name(name: &str) -> Option<Self> {
        Some(match name {
            "Edm.Single" => Self::Single,
            "Edm.Half" => Self::Half,
            "Edm.Int16" => Self::Int16,
            "Edm.SByte" => Self::SByte,
            "Edm.Byte" => Self::PackedBit,
            _ => return None,
        })
    }
}

/// One field of an index, bound and checked.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its identity on disk.
    pub id: FieldId,
    /// Name within its parent.
    pub name: String,
    /// Full path from the root, parts joined by `/` (`Address/City`).
    pub path: String,
    /// Element type.
    pub field_type: FieldType,
    /// `Collection(…)` of the element type.
    pub collection: bool,
    /// The document key (`Edm.String`, top level, exactly one).
    pub key: bool,
    /// Full-text searchable, or for vectors usable in vector queries.
    pub searchable: bool,
    /// Usable in `$filter`.
    pub filterable: bool,
    /// Usable in `$orderby`.
    pub sortable: bool,
    /// Usable in facets.
    pub facetable: bool,
    /// Returned in answers. A complex field is retrievable when any of its sub-fields is.
    pub retrievable: bool,
    /// Kept for retrieval (false only for vectors).
    pub stored: bool,
    /// How its text is analysed when indexed; set for searchable strings unless the analyzer needs a component that is not
    /// built yet. Without one text cannot be indexed, and uploads are refused ([`Schema::not_yet_for_upload`]).
    pub index_analyzer: Option<Arc<Analyzer>>,
    /// How query text is analysed against it; set for searchable strings likewise. Without one the field cannot be searched
    /// ([`Schema::not_yet_for_search`]).
    pub search_analyzer: Option<Arc<Analyzer>>,
    /// What becomes of its values where they are compared as a whole: in filters, orders and facets, not in answers.
    pub normalizer: Option<Arc<Normalizer>>,
    /// The synonym map that expands what is searched in it. It may have been deleted since.
    pub synonym_map: Option<String>,
    /// What its definition asks for and nothing does yet.
    pub not_yet: FieldNotYet,
    /// Number of components, vectors only (for packed bits: number of bits).
    pub dimensions: Option<u32>,
    /// Sub-fields in definition order, complex types only.
    pub fields: Vec<Field>,
    /// How many complex collections enclose the field's values: 0 at top level, 1 inside `rooms`, 2 inside a complex
    /// collection within `rooms`. The field's own `collection` flag is not counted.
    pub collection_depth: u32,
    /// Changes whenever the subtree below (ids, order, names) changes: a stored fragment written with another shape has to
    /// be re-rendered (`document::StoredDocument`).
    pub shape: u32,
}

impl Field {
    /// A value as filters, orders and facets compare it. One that the normalizer cannot be run over is compared as it is.
    pub fn normalized<'t>(&self, value: &'t str) -> Cow<'t, str> {
        let Some(normalizer) = &self.normalizer else { return Cow::Borrowed(value) };
        normalizer.normalize(value).map_or(Cow::Borrowed(value), Cow::Owned)
    }

    /// Whether this is a complex type or a collection of them.
    pub fn is_complex(&self) -> bool {
        self.field_type == FieldType::Complex
    }

    /// Whether this is a searchable string (the fields a text query runs over).
    pub fn is_text(&self) -> bool {
        self.searchable && self.field_type == FieldType::String
    }

    /// Whether the engine keeps a column of this field's values: anything a filter, an order or a facet can ask for.
    pub fn has_column(&self) -> bool {
        self.filterable || self.sortable || self.facetable
    }

    /// The wire name of the whole type, e.g. `Collection(Edm.String)`.
    pub fn type_name(&self) -> String {
        let element = self.field_type.name();
        if self.collection || matches!(self.field_type, FieldType::Vector(_)) {
            format!("Collection({element})")
        } else {
            element.to_owned()
        }
    }
}

/// An index definition, bound and checked.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The index's name.
    pub name: String,
    /// Top-level fields in definition order.
    pub fields: Vec<Field>,
    /// Position of the key field in [`Schema::fields`].
    pub key: usize,
    /// Rises with every accepted change of the definition; stands in both databases (design.md §4.4).
    pub version: u64,
    /// The next field id to allot.
    pub next_field_id: u32,
    /// What its definition asks for and nothing does yet.
    pub not_yet: IndexNotYet,
}

impl Schema {
    /// The key field.
    pub fn key_field(&self) -> &Field {
        &self.fields[self.key]
    }

    /// The field with this path (`Address/City`); case-sensitive.
    pub fn field(&self, path: &str) -> Option<&Field> {
        let mut fields = &self.fields;
        let mut parts = path.split('/').peekable();
        loop {
            let part = parts.next()?;
            let field = fields.iter().find(|field| field.name == part)?;
            if parts.peek().is_none() {
                return Some(field);
            }
            fields = &field.fields;
        }
    }

    /// Every field, parents before their children, in definition order.
    pub fn walk(&self) -> impl Iterator<Item = &Field> {
        let mut stack: Vec<&Field> = self.fields.iter().rev().collect();
        std::iter::from_fn(move || {
            let field = stack.pop()?;
            stack.extend(field.fields.iter().rev());
            Some(field)
        })
    }

    /// The searchable string fields in definition order: what a text query without `searchFields` runs over.
    pub fn text_fields(&self) -> impl Iterator<Item = &Field> {
        self.walk().filter(|field| field.is_text())
    }
}
