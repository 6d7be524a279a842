//! Finding the fields that other parts of a definition refer to by their paths.

use std::collections::BTreeMap;

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

/// The completed fields of a definition by their paths (`Address/City`); case-sensitive.
#[derive(Debug)]
pub(crate) struct Paths<'a>(BTreeMap<String, Found<'a>>);

impl<'a> Paths<'a> {
    /// Of all fields of a definition.
    pub(crate) fn new(fields: &'a [indexes::Field]) -> Self {
        let mut paths = Self(BTreeMap::new());
        paths.add(fields, "", false);
        paths
    }

    /// The field with this path.
    pub(crate) fn find(&self, path: &str) -> Option<Found<'a>> {
        self.0.get(path).copied()
    }

    /// All of them, sorted by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Found<'a>)> {
        self.0.iter().map(|(path, found)| (path.as_str(), *found))
    }

    fn add(&mut self, fields: &'a [indexes::Field], prefix: &str, in_collection: bool) {
        for field in fields {
            // A completed field has a type that is known.
            let Some((field_type, collection)) = FieldType::from_type_name(&field.field_type) else {
                continue;
            };
            let path = format!("{prefix}{}", field.name);
            self.add(&field.fields, &format!("{path}/"), in_collection || collection);
            self.0.insert(path, Found { field, field_type, collection, in_collection });
        }
    }
}
