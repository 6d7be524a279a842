//! The rules of field attributes: checks a received field and fills in the defaults that the service shows.

use std::collections::HashSet;

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::{self, VectorSearch};

use crate::analyzers;
use crate::components::Components;
use crate::error::{DefinitionError, FieldProblem};
use crate::limits::{COMPLEX_COLLECTIONS_MAX, FIELD_DEPTH_MAX, FIELDS_MAX, VECTOR_DIMENSIONS};
use crate::names::check_field_name;
use crate::paths::Paths;
use crate::schema::{FieldType, VectorType};
use crate::vectors::{self, HAMMING};

/// Where in the tree of fields we are.
struct Parent<'a> {
    /// Path with a slash at the end, empty at top level.
    prefix: &'a str,
    /// Parts a path has here.
    depth: usize,
    /// Inside a complex collection, at whatever distance.
    in_collection: bool,
}

/// What fields may refer to, completed, and what else decides which may be there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Where vector fields find their profiles.
    pub(crate) vector_search: Option<&'a VectorSearch>,
    /// Where strings find the index's own analyzers and normalizers.
    pub(crate) components: &'a Components,
    /// The fields of the index that is to be updated.
    pub(crate) stored: Option<&'a Paths<'a>>,
    /// The request's version, which may lack types.
    pub(crate) version: ApiVersion,
}

impl Surroundings<'_> {
    /// Whether the version has the field's type, or the stored index such a field.
    fn has_type(&self, field: &indexes::Field, path: &str) -> bool {
        let before = self.stored.and_then(|stored| stored.find(path));
        before.is_some_and(|before| before.field.field_type == field.field_type)
            || indexes::type_since(&field.field_type).covers(self.version)
    }
}

/// What all fields of an index share.
struct Context<'a> {
    surroundings: Surroundings<'a>,
    complex_collections: usize,
}

/// Checks all fields of a definition and returns them with every attribute filled in.
///
/// That there is exactly one key and that synonym maps exist is left to the caller.
pub(crate) fn complete(
    fields: &[indexes::Field],
    surroundings: Surroundings<'_>,
) -> Result<Vec<indexes::Field>, DefinitionError> {
    let (count, max) = (count(fields), FIELDS_MAX);
    if count > max {
        return Err(DefinitionError::TooManyFields { count, max });
    }
    let mut context = Context { surroundings, complex_collections: 0 };
    let top = Parent { prefix: "", depth: 1, in_collection: false };
    let fields = complete_level(fields, &top, &mut context)?;
    if context.complex_collections > COMPLEX_COLLECTIONS_MAX {
        let (count, max) = (context.complex_collections, COMPLEX_COLLECTIONS_MAX);
        return Err(DefinitionError::TooManyComplexCollections { count, max });
    }
    Ok(fields)
}

/// Fields and sub-fields.
fn count(fields: &[indexes::Field]) -> usize {
    fields.iter().map(|field| 1 + count(&field.fields)).sum()
}

fn complete_level(
    fields: &[indexes::Field],
    parent: &Parent<'_>,
    context: &mut Context<'_>,
) -> Result<Vec<indexes::Field>, DefinitionError> {
    // Indexers resolve field names without regard to case, so an index cannot have two that differ only in it.
    let mut names = HashSet::new();
    let mut completed = Vec::with_capacity(fields.len());
    for field in fields {
        check_field_name(&field.name)?;
        let path = format!("{}{}", parent.prefix, field.name);
        if !names.insert(field.name.to_ascii_lowercase()) {
            return Err(DefinitionError::Field { field: path, problem: FieldProblem::Duplicate });
        }
        completed.push(complete_field(field, path, parent, context)?);
    }
    Ok(completed)
}

fn complete_field(
    field: &indexes::Field,
    path: String,
    parent: &Parent<'_>,
    context: &mut Context<'_>,
) -> Result<indexes::Field, DefinitionError> {
    let (field_type, collection) = match check_place(field, &path, parent, context.surroundings) {
        Ok(field_type) => field_type,
        Err(problem) => return Err(DefinitionError::Field { field: path, problem }),
    };
    let completed = match field_type {
        FieldType::Complex => return complete_complex(field, path, collection, parent, context),
        FieldType::Vector(_) if parent.depth > 1 => {
            return Err(DefinitionError::NotYet { what: "Vector fields within complex fields" });
        }
        FieldType::Vector(vector_type) => {
            check_profile(field, &path, vector_type, context)?;
            complete_vector(field, vector_type, context)
        }
        FieldType::String
        | FieldType::Boolean
        | FieldType::Int32
        | FieldType::Int64
        | FieldType::Double
        | FieldType::DateTimeOffset
        | FieldType::GeographyPoint => complete_simple(field, field_type, collection, parent, context),
    };
    let completed = completed.map_err(|problem| DefinitionError::Field { field: path, problem })?;
    refuse_not_yet(&completed)?;
    Ok(completed)
}

/// The rules every field obeys, whatever its type; returns the type.
fn check_place(
    field: &indexes::Field,
    path: &str,
    parent: &Parent<'_>,
    surroundings: Surroundings<'_>,
) -> Result<(FieldType, bool), FieldProblem> {
    if parent.depth > FIELD_DEPTH_MAX {
        return Err(FieldProblem::TooDeep { max: FIELD_DEPTH_MAX });
    }
    if field.field_type.is_empty() {
        return Err(FieldProblem::NoType);
    }
    let type_name = || field.field_type.clone();
    let found = FieldType::from_type_name(&field.field_type).filter(|_| surroundings.has_type(field, path));
    let (field_type, collection) =
        found.ok_or_else(|| FieldProblem::UnknownType { type_name: type_name() })?;
    if field.key == Some(true) && field_type != FieldType::Complex {
        if parent.depth > 1 {
            return Err(FieldProblem::KeyNested);
        }
        if field_type != FieldType::String || collection {
            return Err(FieldProblem::KeyType { type_name: type_name() });
        }
        if field.retrievable == Some(false) {
            return Err(FieldProblem::KeyNotRetrievable);
        }
    }
    if field_type != FieldType::Complex && !field.fields.is_empty() {
        return Err(FieldProblem::SimpleWithFields { type_name: type_name() });
    }
    Ok((field_type, collection))
}

/// A complex field has a name, a type and sub-fields; everything else stands on the sub-fields.
fn complete_complex(
    field: &indexes::Field,
    path: String,
    collection: bool,
    parent: &Parent<'_>,
    context: &mut Context<'_>,
) -> Result<indexes::Field, DefinitionError> {
    context.complex_collections += usize::from(collection);
    let problem = match property_that_is_set(field) {
        Some(property) => Some(FieldProblem::ComplexWith { property }),
        None => field.fields.is_empty().then_some(FieldProblem::ComplexWithoutFields),
    };
    if let Some(problem) = problem {
        return Err(DefinitionError::Field { field: path, problem });
    }
    let prefix = format!("{path}/");
    let inside = Parent {
        prefix: &prefix,
        depth: parent.depth + 1,
        in_collection: parent.in_collection || collection,
    };
    Ok(indexes::Field { fields: complete_level(&field.fields, &inside, context)?, ..field.clone() })
}

/// The first property that complex fields cannot have.
fn property_that_is_set(field: &indexes::Field) -> Option<&'static str> {
    [
        ("searchable", field.searchable.is_some()),
        ("filterable", field.filterable.is_some()),
        ("retrievable", field.retrievable.is_some()),
        ("stored", field.stored.is_some()),
        ("sortable", field.sortable.is_some()),
        ("facetable", field.facetable.is_some()),
        ("key", field.key.is_some()),
        ("indexAnalyzer", field.index_analyzer.is_some()),
        ("searchAnalyzer", field.search_analyzer.is_some()),
        ("analyzer", field.analyzer.is_some()),
        ("normalizer", field.normalizer.is_some()),
        ("dimensions", field.dimensions.is_some()),
        ("vectorSearchProfile", field.vector_search_profile.is_some()),
        ("vectorEncoding", field.vector_encoding.is_some()),
        ("synonymMaps", !field.synonym_maps.is_empty()),
        ("permissionFilter", field.permission_filter.is_some()),
        ("sensitivityLabelId", field.sensitivity_label_id.is_some()),
        ("sensitivityLabelName", field.sensitivity_label_name.is_some()),
        ("sourceDocumentId", field.source_document_id.is_some()),
        ("sharepointSiteUrl", field.sharepoint_site_url.is_some()),
    ]
    .into_iter()
    .find_map(|(property, set)| set.then_some(property))
}

/// Strings, numbers, dates, booleans, points and collections of them: the table of `api.md` §3.1, "Type rules".
fn complete_simple(
    field: &indexes::Field,
    field_type: FieldType,
    collection: bool,
    parent: &Parent<'_>,
    context: &Context<'_>,
) -> Result<indexes::Field, FieldProblem> {
    let type_name = || field.field_type.clone();
    let can_be_searchable = field_type == FieldType::String;
    let can_be_facetable = field_type != FieldType::GeographyPoint;
    let single_valued = !collection && !parent.in_collection;
    let searchable = field.searchable.unwrap_or(can_be_searchable);
    let sortable = field.sortable.unwrap_or(single_valued);
    let facetable = field.facetable.unwrap_or(can_be_facetable);

    if searchable && !can_be_searchable {
        return Err(FieldProblem::NotSearchable { type_name: type_name() });
    }
    if sortable && collection {
        return Err(FieldProblem::NotSortable { type_name: type_name() });
    }
    if sortable && parent.in_collection {
        return Err(FieldProblem::NotSortableInCollection);
    }
    if facetable && !can_be_facetable {
        return Err(FieldProblem::NotFacetable { type_name: type_name() });
    }
    if field.stored == Some(false) {
        return Err(FieldProblem::NotStored);
    }
    for (property, set) in [
        ("dimensions", field.dimensions.is_some()),
        ("vectorSearchProfile", field.vector_search_profile.is_some()),
        ("vectorEncoding", field.vector_encoding.is_some()),
    ] {
        if set {
            return Err(FieldProblem::OnlyVectors { property });
        }
    }
    let filterable = field.filterable.unwrap_or(true);
    let has_values = filterable || sortable || facetable;
    check_text_options(
        field,
        searchable,
        field_type == FieldType::String && has_values,
        context.surroundings.components,
    )?;
    Ok(indexes::Field {
        searchable: Some(searchable),
        filterable: Some(filterable),
        retrievable: Some(field.retrievable.unwrap_or(true)),
        stored: Some(true),
        sortable: Some(sortable),
        facetable: Some(facetable),
        key: Some(field.key.unwrap_or(false)),
        ..field.clone()
    })
}

/// Vectors: searchable, not retrievable unless asked for, nothing else (`wire.md` §7).
fn complete_vector(
    field: &indexes::Field,
    vector_type: VectorType,
    context: &Context<'_>,
) -> Result<indexes::Field, FieldProblem> {
    for (attribute, value) in
        [("filterable", field.filterable), ("sortable", field.sortable), ("facetable", field.facetable)]
    {
        if value == Some(true) {
            return Err(FieldProblem::VectorWith { attribute });
        }
    }
    if field.searchable == Some(false) {
        return Err(FieldProblem::VectorNotSearchable);
    }
    check_text_options(field, false, false, context.surroundings.components)?;
    check_encoding(field, vector_type)?;
    check_dimensions(field.dimensions, vector_type)?;
    let stored = field.stored.unwrap_or(true);
    let retrievable = field.retrievable.unwrap_or(false);
    if retrievable && !stored {
        return Err(FieldProblem::NotStoredButRetrievable);
    }
    Ok(indexes::Field {
        searchable: Some(true),
        filterable: Some(false),
        retrievable: Some(retrievable),
        stored: Some(stored),
        sortable: Some(false),
        facetable: Some(false),
        key: Some(false),
        ..field.clone()
    })
}

/// Analyzers, the normalizer and the synonym map: `is_text` says whether the field is a searchable string, and
/// `can_normalize` whether it is a string whose whole values are looked at.
fn check_text_options(
    field: &indexes::Field,
    is_text: bool,
    can_normalize: bool,
    components: &Components,
) -> Result<(), FieldProblem> {
    analyzers::check(field, is_text, |name| components.has_analyzer(name))?;
    if let Some(normalizer) = &field.normalizer {
        if !can_normalize {
            return Err(FieldProblem::NormalizerNotAllowed);
        }
        if !components.knows_normalizer(normalizer) {
            return Err(FieldProblem::UnknownNormalizer { normalizer: normalizer.clone() });
        }
    }
    match field.synonym_maps.as_slice() {
        [] => Ok(()),
        [_] if is_text => Ok(()),
        [_] => Err(FieldProblem::SynonymMapNotSearchable),
        [_, _, ..] => Err(FieldProblem::TooManySynonymMaps),
    }
}

fn check_encoding(field: &indexes::Field, vector_type: VectorType) -> Result<(), FieldProblem> {
    match (field.vector_encoding.as_deref(), vector_type == VectorType::PackedBit) {
        (Some("packedBit"), true) | (None, false) => Ok(()),
        (Some("packedBit"), false) => Err(FieldProblem::PackedBitsOnly),
        (None, true) => Err(FieldProblem::BytesArePackedBits),
        (Some(encoding), _) => Err(FieldProblem::UnknownEncoding { encoding: encoding.to_owned() }),
    }
}

fn check_dimensions(dimensions: Option<i32>, vector_type: VectorType) -> Result<(), FieldProblem> {
    let Some(dimensions) = dimensions else {
        return Err(FieldProblem::VectorWithout { properties: &["dimensions"] });
    };
    if !VECTOR_DIMENSIONS.contains(&dimensions) {
        let (min, max) = VECTOR_DIMENSIONS.into_inner();
        return Err(FieldProblem::Dimensions { dimensions, min, max });
    }
    if vector_type == VectorType::PackedBit && dimensions % 8 != 0 {
        return Err(FieldProblem::BitDimensions { dimensions });
    }
    Ok(())
}

/// A vector field names a profile that exists and whose metric and compression fit its type.
fn check_profile(
    field: &indexes::Field,
    path: &str,
    vector_type: VectorType,
    context: &Context<'_>,
) -> Result<(), DefinitionError> {
    let wrong = |problem| DefinitionError::Field { field: path.to_owned(), problem };
    let Some(profile) = field.vector_search_profile.as_deref() else {
        // The first version with vectors names algorithms (azure-sdk-for-js issue 29296).
        let properties: &[_] = match (context.surroundings.version, field.dimensions) {
            (ApiVersion::V2023_07_01Preview, None) => &["dimensions", "vectorSearchConfiguration"],
            (ApiVersion::V2023_07_01Preview, Some(_)) => &["vectorSearchConfiguration"],
            (_, None) => &["dimensions", "vectorSearchProfile"],
            (_, Some(_)) => &["vectorSearchProfile"],
        };
        return Err(wrong(FieldProblem::VectorWithout { properties }));
    };
    let search = context.surroundings.vector_search;
    let Some(metric) = vectors::metric_of_profile(search, profile) else {
        let (field, profile) = (path.to_owned(), profile.to_owned());
        return Err(DefinitionError::UnknownVectorProfile { field, profile });
    };
    if (metric == HAMMING) != (vector_type == VectorType::PackedBit) {
        return Err(wrong(FieldProblem::HammingMismatch { metric: metric.to_owned() }));
    }
    if let Some(compression) = vectors::compression_of_profile(search, profile)
        && !matches!(vector_type, VectorType::Single | VectorType::Half)
    {
        let (type_name, compression) = (field.field_type.clone(), compression.name.clone());
        return Err(wrong(FieldProblem::NotQuantizable { type_name, compression }));
    }
    Ok(())
}

/// Parts of a field that would protect documents, and that nothing enforces yet.
fn refuse_not_yet(field: &indexes::Field) -> Result<(), DefinitionError> {
    if field.permission_filter.is_some() {
        return Err(DefinitionError::NotYet { what: "Permission filters" });
    }
    let documents_of_sources = [
        field.sensitivity_label_id,
        field.sensitivity_label_name,
        field.source_document_id,
        field.sharepoint_site_url,
    ];
    if documents_of_sources.contains(&Some(true)) {
        return Err(DefinitionError::NotYet {
            what: "Sensitivity labels and SharePoint addresses in fields",
        });
    }
    Ok(())
}
