//! Making a [`Schema`] of a completed definition, and the ids of its fields.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lazuli_analysis::{Analyzer, Normalizer};
use lazuli_wire::indexes;
use serde::Deserialize;

use crate::analysis::{Analyses, BuildProblem};
use crate::analyzers::Pair;
use crate::error::DefinitionError;
use crate::gates::{FieldNotYet, IndexNotYet, ProfileNotYet};
use crate::schema::{Field, FieldId, FieldType, Schema};
use crate::{analyzers, similarity};

/// Which id each field has: what is stored beside a definition.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldIds {
    pub(super) field_ids: BTreeMap<String, u32>,
    pub(super) next_field_id: u32,
    pub(super) version: u64,
}

impl Default for FieldIds {
    /// Those of an index that is about to be created.
    fn default() -> Self {
        Self { field_ids: BTreeMap::new(), next_field_id: 1, version: 1 }
    }
}

impl FieldIds {
    pub(super) fn of(schema: &Schema) -> Self {
        Self {
            field_ids: schema.walk().map(|field| (field.path.clone(), field.id.0)).collect(),
            next_field_id: schema.next_field_id,
            version: schema.version,
        }
    }
}

/// Makes a schema of a completed definition.
pub(super) struct Builder<'a> {
    definition: &'a indexes::Index,
    ids: FieldIds,
    /// Whether fields without an id get the next one; a stored definition has them all.
    may_allot: bool,
    analyses: Analyses<'a>,
    /// What was built for the fields before, by name: those that name the same share it.
    analyzers: HashMap<String, Option<Arc<Analyzer>>>,
    normalizers: HashMap<String, Option<Arc<Normalizer>>>,
}

/// Where a field stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    prefix: &'a str,
    collection_depth: u32,
}

impl<'a> Builder<'a> {
    /// For a definition whose new fields get ids.
    pub(super) fn allotting(ids: FieldIds, definition: &'a indexes::Index) -> Self {
        Self::new(ids, definition, true)
    }

    /// For a stored definition, whose fields have theirs.
    pub(super) fn of_stored(ids: FieldIds, definition: &'a indexes::Index) -> Self {
        Self::new(ids, definition, false)
    }

    fn new(ids: FieldIds, definition: &'a indexes::Index, may_allot: bool) -> Self {
        let analyses = Analyses::of(definition);
        Self { definition, ids, may_allot, analyses, analyzers: HashMap::new(), normalizers: HashMap::new() }
    }

    pub(super) fn build(mut self) -> Result<Schema, DefinitionError> {
        let definition = self.definition;
        let fields = self.fields(&definition.fields, Place { prefix: "", collection_depth: 0 })?;
        let key = fields.iter().position(|field| field.key).ok_or_else(|| corrupt("no key field"))?;
        Ok(Schema {
            name: definition.name.clone(),
            fields,
            key,
            version: self.ids.version,
            next_field_id: self.ids.next_field_id,
            not_yet: index_not_yet(definition),
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
        let is_text = searchable && field_type == FieldType::String;
        let analyzers = if is_text { self.analyzers(field, &path)? } else { Pair::default() };
        let normalizer = self.normalizer(field, &path)?;
        let is_key = is_set(field.key);
        let not_yet = FieldNotYet {
            index_analyzer: is_text && analyzers.index.is_none(),
            search_analyzer: is_text && analyzers.search.is_none(),
            normalizer: field.normalizer.is_some() && (normalizer.is_none() || is_key),
        };
        let complex = field_type == FieldType::Complex;
        Ok(Field {
            id,
            name: field.name.clone(),
            path,
            field_type,
            collection,
            key: is_key,
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
            index_analyzer: analyzers.index,
            search_analyzer: analyzers.search,
            normalizer,
            synonym_map: field.synonym_maps.first().cloned(),
            not_yet,
            dimensions: field.dimensions.and_then(|dimensions| u32::try_from(dimensions).ok()),
            collection_depth: place.collection_depth,
            shape: shape(id, &children),
            fields: children,
        })
    }

    /// The analyzers of a searchable string.
    fn analyzers(&mut self, field: &indexes::Field, path: &str) -> Result<Pair, DefinitionError> {
        let (analyses, built) = (&self.analyses, &mut self.analyzers);
        let found = analyzers::of_field(field, |name| shared(built, name, || there(analyses.analyzer(name))));
        found.map_err(|problem| corrupt(format!("field '{path}': {problem}")))
    }

    fn normalizer(
        &mut self,
        field: &indexes::Field,
        path: &str,
    ) -> Result<Option<Arc<Normalizer>>, DefinitionError> {
        let Some(name) = &field.normalizer else { return Ok(None) };
        let found = shared(&mut self.normalizers, name, || there(self.analyses.normalizer(name)));
        found.map_err(|problem| corrupt(format!("field '{path}': {problem}")))
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

/// What of a definition changes scores and does not do so yet.
fn index_not_yet(definition: &indexes::Index) -> IndexNotYet {
    let profile = |profile: &indexes::ScoringProfile| ProfileNotYet {
        name: profile.name.clone(),
        weights: profile.text.iter().flat_map(|text| &text.weights.0).map(|(path, _)| path.clone()).collect(),
        has_functions: !profile.functions.is_empty(),
    };
    IndexNotYet {
        similarity: !similarity::is_default(definition.similarity.as_ref()),
        scoring_profiles: definition.scoring_profiles.iter().map(profile).collect(),
        default_scoring_profile: definition.default_scoring_profile.clone(),
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

pub(super) fn corrupt(what: impl Into<String>) -> DefinitionError {
    DefinitionError::Corrupt { what: what.into() }
}

/// What was built before under this name, or is built now.
fn shared<T: Clone>(
    built: &mut HashMap<String, T>,
    name: &str,
    build: impl FnOnce() -> Result<T, BuildProblem>,
) -> Result<T, BuildProblem> {
    if let Some(found) = built.get(name) {
        return Ok(found.clone());
    }
    let new = build()?;
    built.insert(name.to_owned(), new.clone());
    Ok(new)
}

/// None of what cannot be built: the gates refuse what would need it. A definition that was stored before its options were
/// checked as they are now must not keep its index from opening.
fn there<T>(result: Result<T, BuildProblem>) -> Result<Option<T>, BuildProblem> {
    match result {
        Ok(built) => Ok(Some(built)),
        Err(BuildProblem::NotYet { .. } | BuildProblem::Unusable { .. }) => Ok(None),
        Err(problem @ BuildProblem::Unknown { .. }) => Err(problem),
    }
}
