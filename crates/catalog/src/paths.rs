//! Finding the fields that other parts of a definition refer to by their paths.

use lazuli_wire::indexes;

use crate::schema::FieldType;

/// A field and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    /// Its definition.
    pub(crate) field: &'a indexes::Field,
    /// The type of its elements.
    pub(crate) field_type: FieldType,
    /// Whether it is a collection of them.
    pub(crate) collection: bool,
    /// Whether it stands inside a complex collection, at whatever distance.
    pub(crate) in_collection: bool,
}

impl Found<'_> {
    /// Whether it is a searchable string or a collection of them.
    pub(crate) fn is_text(&self) -> bool {
        self.field_type == FieldType::String && self.field.searchable == Some(true)
    }
}

/// The completed field with this path (`Address/City`); case-sensitive.
pub(crate) fn find<'a>(fields: &'a [indexes::Field], path: &str) -> Option<Found<'a>> {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = fields.iter().find(|field| field.name == name)?;
    let (field_type, collection) = FieldType::from_type_name(&field.field_type)?;
    let Some(rest) = rest else {
        return Some(Found { field, field_type, collection, in_collection: false });
    };
    let found = find(&field.fields, rest)?;
    Some(Found { in_collection: found.in_collection || collection, ..found })
}
