//! `$select`: which fields an answer shows (`query.md` §2.3).
//!
//! Members come in the order of the definition, whatever the order of the list; a complex field stands for all its
//! retrievable sub-fields, `Rooms/Type` for that sub-field of each element, and a list of both for their union.

use std::collections::HashSet;

use crate::{Field, FieldId, FieldType, Schema};

/// The fields to show, bound to the schema it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    pub(super) members: Vec<Projected>,
}

/// One field to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Projected {
    /// Position among its parent's fields.
    pub(super) position: usize,
    pub(super) part: Part,
}

/// How much of a field to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The value as it is stored: all of it, or for a complex value all but its vectors.
    Stored,
    /// The vector, which is stored beside the body.
    Vector,
    /// Some members of a complex value, or of each object of a complex collection.
    Members(Vec<Projected>),
}

/// Why a `$select` is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// No such field. Seen for top-level fields (`wire.md` §12); how the service calls complex types is not known.
    #[error("Could not find a property named '{property}' on type '{type_name}'.")]
    Unknown {
        /// The part of the path that is not there.
        property: String,
        /// `search.document`, or the complex type's name.
        type_name: String,
    },
    /// The field may not be shown. The sentence is modelled on that of `$orderby` (`wire.md` §12), not seen.
    #[error("'{path}' is not a retrievable field. Only retrievable fields can be used in $select.")]
    NotRetrievable {
        /// The field's path.
        path: String,
    },
}

impl Projection {
    /// All retrievable fields.
    pub fn all(schema: &Schema) -> Projection {
        Projection { members: project(&schema.fields, &|field| field.retrievable) }
    }

    /// The fields of a `$select` list. Blanks around a path are ignored; `*` is all retrievable fields.
    pub fn select(schema: &Schema, paths: &[impl AsRef<str>]) -> Result<Projection, SelectError> {
        let mut selected = HashSet::new();
        for path in paths.iter().map(|path| path.as_ref().trim()) {
            if path == "*" {
                return Ok(Projection::all(schema));
            }
            let field = find(schema, path)?;
            if !field.retrievable {
                return Err(SelectError::NotRetrievable { path: path.to_owned() });
            }
            add_leaves(field, &mut selected);
        }
        Ok(Projection {
            members: project(&schema.fields, &|field| field.retrievable && selected.contains(&field.id)),
        })
    }
}

fn find<'a>(schema: &'a Schema, path: &str) -> Result<&'a Field, SelectError> {
    let mut fields = &schema.fields;
    let mut type_name = "search.document".to_owned();
    let mut parts = path.split('/');
    let mut part = parts.next().unwrap_or_default();
    loop {
        let Some(field) = fields.iter().find(|field| field.name == part) else {
            return Err(SelectError::Unknown { property: part.to_owned(), type_name });
        };
        let Some(next) = parts.next() else { return Ok(field) };
        part = next;
        fields = &field.fields;
        type_name = if field.is_complex() { complex_type_name(field) } else { field.type_name() };
    }
}

/// The name of a complex field's type in sentences. How the service calls it is not known.
pub fn complex_type_name(field: &Field) -> String {
    format!("search.complex.{}", field.path.replace('/', "."))
}

/// The simple fields that a field stands for.
fn add_leaves(field: &Field, selected: &mut HashSet<FieldId>) {
    if field.is_complex() {
        field.fields.iter().for_each(|field| add_leaves(field, selected));
    } else {
        selected.insert(field.id);
    }
}

/// The part of a tree of fields whose simple fields are shown.
fn project(fields: &[Field], is_shown: &dyn Fn(&Field) -> bool) -> Vec<Projected> {
    let parts = fields.iter().map(|field| part(field, is_shown));
    parts.enumerate().filter_map(|(position, part)| part.map(|part| Projected { position, part })).collect()
}

fn part(field: &Field, is_shown: &dyn Fn(&Field) -> bool) -> Option<Part> {
    match field.field_type {
        FieldType::Complex => {
            let members = project(&field.fields, is_shown);
            if is_stored_form(field, &members) {
                return Some(Part::Stored);
            }
            (!members.is_empty()).then_some(Part::Members(members))
        }
        FieldType::Vector(_) => is_shown(field).then_some(Part::Vector),
        FieldType::String
        | FieldType::Boolean
        | FieldType::Int32
        | FieldType::Int64
        | FieldType::Double
        | FieldType::DateTimeOffset
        | FieldType::GeographyPoint => is_shown(field).then_some(Part::Stored),
    }
}

/// Whether the members are exactly those that stand in the stored JSON: all but the vectors.
fn is_stored_form(field: &Field, members: &[Projected]) -> bool {
    let stored =
        field.fields.iter().filter(|field| !matches!(field.field_type, FieldType::Vector(_))).count();
    !members.is_empty() && members.len() == stored && members.iter().all(|member| member.part == Part::Stored)
}
