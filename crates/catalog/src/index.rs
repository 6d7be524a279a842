//! Index definitions: from what a client sent to a [`Schema`] that can no longer be wrong.
//!
//! [`bind`] checks a definition, fills in its defaults and allots field ids; what it yields is stored as the completed
//! definition and, beside it, the internal JSON of [`field_ids`]. [`rebind`] makes the schema of these two again when a
//! server starts, without repeating the checks.

use std::collections::BTreeMap;

use lazuli_wire::indexes::{self, BM25, Similarity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::DefinitionError;
use crate::schema::{Field, FieldId, FieldType, Schema};
use crate::{analyzers, changes, fields, names, vectors};

/// A definition after all checks.
#[derive(Debug, Clone)]
pub struct Bound {
    /// What every later layer works with.
    pub schema: Schema,
    /// The definition with its defaults filled in, as it is stored and shown.
    pub definition: indexes::Index,
    /// Analyzers for which something else stands in, for the log and for people who ask.
    pub approximated: Vec<Approximated>,
}

/// The index that a definition is about to replace.
#[derive(Debug, Clone, Copy)]
pub struct Existing<'a> {
    /// Its schema, from which fields keep their ids.
    pub schema: &'a Schema,
    /// Its completed definition.
    pub definition: &'a indexes::Index,
}

/// A field whose text is not analysed exactly as the service would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Approximated {
    /// The field's path.
    pub field: String,
    /// The analyzer its definition names.
    pub analyzer: String,
    /// What happens instead, e.g. `analysed as en.lucene`.
    pub note: &'static str,
}

/// Checks a definition, completes it and binds it; with `existing`, also that the change is allowed.
///
/// The name must be filled in. A definition equal to the existing one keeps its version, any other gets the next.
pub fn bind(new: &indexes::Index, existing: Option<Existing<'_>>) -> Result<Bound, DefinitionError> {
    let definition = complete(new)?;
    let ids = match existing {
        None => FieldIds { field_ids: BTreeMap::new(), next_field_id: 1, version: 1 },
        Some(existing) => {
            changes::check(existing.definition, &definition)?;
            let mut ids = FieldIds::of(existing.schema);
            ids.version += u64::from(definition != *existing.definition);
            ids
        }
    };
    let schema = Builder { ids, may_allot: true }.build(&definition)?;
    let approximated = approximated(&definition);
    Ok(Bound { schema, definition, approximated })
}

/// The internal JSON to be stored beside the definition: `{"fieldIds":{"path":1},"nextFieldId":2,"version":1}`.
pub fn field_ids(schema: &Schema) -> Value {
    let ids = FieldIds::of(schema);
    json!({ "fieldIds": ids.field_ids, "nextFieldId": ids.next_field_id, "version": ids.version })
}

/// The schema of a stored definition.
///
/// The rules are not checked again, so that an index stays open when they become stricter; the only error is
/// [`DefinitionError::Corrupt`].
pub fn rebind(definition: &indexes::Index, internal: &Value) -> Result<Schema, DefinitionError> {
    let ids = FieldIds::deserialize(internal).map_err(|error| corrupt(format!("internal part: {error}")))?;
    Builder { ids, may_allot: false }.build(definition)
}

/// The analyzers named in a completed definition for which something else stands in.
pub fn approximated(definition: &indexes::Index) -> Vec<Approximated> {
    fn visit(fields: &[indexes::Field], prefix: &str, found: &mut Vec<Approximated>) {
        for field in fields {
            let path = format!("{prefix}{}", field.name);
            found.extend(analyzers::approximated(field).map(|(analyzer, note)| Approximated {
                field: path.clone(),
                analyzer: analyzer.to_owned(),
                note,
            }));
            visit(&field.fields, &format!("{path}/"), found);
        }
    }
    let mut found = Vec::new();
    visit(&definition.fields, "", &mut found);
    found
}

/// Checks everything that does not depend on an existing index, and fills in the defaults.
fn complete(new: &indexes::Index) -> Result<indexes::Index, DefinitionError> {
    names::check_index_name(&new.name)?;
    refuse_not_yet(new)?;
    let vector_search = new.vector_search.as_ref().map(vectors::complete).transpose()?;
    let fields = fields::complete(&new.fields, vector_search.as_ref())?;
    let count = fields.iter().filter(|field| field.key == Some(true)).count();
    if count != 1 {
        return Err(DefinitionError::KeyCount { index: new.name.clone(), count });
    }
    Ok(indexes::Index {
        name: new.name.clone(),
        description: new.description.clone(),
        fields,
        similarity: Some(complete_similarity(new.similarity.as_ref())),
        vector_search,
        ..indexes::Index::default()
    })
}

/// Parts of a definition that come with later issues, unless they say nothing.
fn refuse_not_yet(new: &indexes::Index) -> Result<(), DefinitionError> {
    let names_profile = new.default_scoring_profile.as_ref().is_some_and(|name| !name.is_empty());
    for (what, set) in [
        ("Scoring profiles", !new.scoring_profiles.is_empty() || names_profile),
        ("CORS options", is_set(&new.cors_options)),
        ("Suggesters", !new.suggesters.is_empty()),
        ("Custom analyzers", !new.analyzers.is_empty()),
        ("Normalizers", !new.normalizers.is_empty()),
        ("Custom tokenizers", !new.tokenizers.is_empty()),
        ("Custom token filters", !new.token_filters.is_empty()),
        ("Custom character filters", !new.char_filters.is_empty()),
        ("Customer-managed keys", is_set(&new.encryption_key)),
        (
            "Similarity settings other than the default",
            !new.similarity.as_ref().is_none_or(is_default_similarity),
        ),
        ("Semantic configurations", is_set(&new.semantic)),
        ("Permission filters", new.permission_filter_option.is_some()),
        ("Sensitivity labels", new.purview_enabled),
        ("SharePoint applications", is_set(&new.share_point_connector_app_registration)),
    ] {
        if set {
            return Err(DefinitionError::NotYet { what });
        }
    }
    Ok(())
}

/// Anything but null and objects in which nothing is set.
fn is_set<T: Default + PartialEq>(part: &Option<T>) -> bool {
    part.as_ref().is_some_and(|part| *part != T::default())
}

/// BM25 with k1 and b unset, or set to what unset means (1.2 and 0.75).
fn is_default_similarity(similarity: &Similarity) -> bool {
    similarity.odata_type == BM25
        && similarity.k1.is_none_or(|k1| k1 == 1.2)
        && similarity.b.is_none_or(|b| b == 0.75)
}

fn complete_similarity(similarity: Option<&Similarity>) -> Similarity {
    similarity.cloned().unwrap_or_else(|| Similarity { odata_type: BM25.to_owned(), ..Similarity::default() })
}

/// Which id each field has: what is stored beside a definition.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldIds {
    field_ids: BTreeMap<String, u32>,
    next_field_id: u32,
    version: u64,
}

impl FieldIds {
    fn of(schema: &Schema) -> Self {
        Self {
            field_ids: schema.walk().map(|field| (field.path.clone(), field.id.0)).collect(),
            next_field_id: schema.next_field_id,
            version: schema.version,
        }
    }
}

/// Makes a schema of a completed definition.
struct Builder {
    ids: FieldIds,
    /// Whether fields without an id get the next one; a stored definition has them all.
    may_allot: bool,
}

/// Where a field stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    prefix: &'a str,
    collection_depth: u32,
}

impl Builder {
    fn build(mut self, definition: &indexes::Index) -> Result<Schema, DefinitionError> {
        let fields = self.fields(&definition.fields, Place { prefix: "", collection_depth: 0 })?;
        let key = fields.iter().position(|field| field.key).ok_or_else(|| corrupt("no key field"))?;
        Ok(Schema {
            name: definition.name.clone(),
            fields,
            key,
            version: self.ids.version,
            next_field_id: self.ids.next_field_id,
        })
    }

    fn fields(&mut self, fields: &[indexes::Field], place: Place<'_>) -> Result<Vec<Field>, DefinitionError> {
        fields.iter().map(|field| self.field(field, place)).collect()
    }

    fn field(&mut self, field: &indexes::Field, place: Place<'_>) -> Result<Field, DefinitionError> {
        let path = format!("{}{}", place.prefix, field.name);
        let id = self.id(&path)?;
        let (field_type, collection) = FieldType::from_type_name(&field.field_type)
            .ok_or_else(|| corrupt(format!("field '{path}' has the type '{}'", field.field_type)))?;
        let inside = Place {
            prefix: &format!("{path}/"),
            collection_depth: place.collection_depth + u32::from(collection),
        };
        let children = self.fields(&field.fields, inside)?;
        let is_set = |attribute: Option<bool>| attribute == Some(true);
        let searchable = is_set(field.searchable);
        let (index_analyzer, search_analyzer) = if searchable && field_type == FieldType::String {
            let found = analyzers::of_field(field);
            let (index, search) =
                found.ok_or_else(|| corrupt(format!("field '{path}' has an unknown analyzer")))?;
            (Some(index), Some(search))
        } else {
            (None, None)
        };
        let complex = field_type == FieldType::Complex;
        Ok(Field {
            id,
            name: field.name.clone(),
            path,
            field_type,
            collection,
            key: is_set(field.key),
            searchable,
            filterable: is_set(field.filterable),
            sortable: is_set(field.sortable),
            facetable: is_set(field.facetable),
            retrievable: if complex {
                children.iter().any(|child| child.retrievable)
            } else {
                is_set(field.retrievable)
            },
            stored: complex || is_set(field.stored),
            index_analyzer,
            search_analyzer,
            dimensions: field.dimensions.and_then(|dimensions| u32::try_from(dimensions).ok()),
            collection_depth: place.collection_depth,
            shape: shape(id, &children),
            fields: children,
        })
    }

    fn id(&mut self, path: &str) -> Result<FieldId, DefinitionError> {
        if let Some(id) = self.ids.field_ids.get(path) {
            return Ok(FieldId(*id));
        }
        if !self.may_allot {
            return Err(corrupt(format!("field '{path}' has no id")));
        }
        let id = self.ids.next_field_id;
        self.ids.next_field_id += 1;
        Ok(FieldId(id))
    }
}

/// A number that changes with the ids, names and order of everything below a field ([`Field::shape`]).
fn shape(id: FieldId, children: &[Field]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&id.0.to_le_bytes());
    for child in children {
        hasher.update(&child.shape.to_le_bytes());
        hasher.update(child.name.as_bytes());
        hasher.update(b"/");
    }
    hasher.finalize()
}

fn corrupt(what: impl Into<String>) -> DefinitionError {
    DefinitionError::Corrupt { what: what.into() }
}

#[cfg(test)]
mod tests;
