//! Paths: which field a name stands for, and in which scope it does.

use lazuli_catalog::Field;

use super::binder::Binder;
use super::error::ExpressionError;
use super::types::Type;

/// What a path stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'a> {
    /// The field; for a range variable the collection that it runs over.
    pub(crate) field: &'a Field,
    /// Whether this is the range variable itself: one element of the field.
    pub(crate) is_element: bool,
    /// How many lambda expressions enclose the place where its value is unique: 0 for a field of the document, 1 for what
    /// hangs on the range variable of an outermost lambda.
    pub(super) scope: usize,
}

impl<'a> Reference<'a> {
    pub(super) fn type_of(self) -> Type<'a> {
        if self.is_element { Type::of_element(self.field) } else { Type::of_field(self.field) }
    }
}

/// A range variable that is in scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variable<'a> {
    pub(super) name: &'a str,
    /// What it runs over.
    pub(super) collection: &'a Field,
}

impl<'a> Binder<'a> {
    /// What a path stands for. A range variable comes before a field of the same name.
    pub(super) fn path(&mut self, segments: &'a [String]) -> Result<Reference<'a>, ExpressionError> {
        let (first, rest) = segments.split_first().ok_or(ExpressionError::EmptyPath)?;
        let variable = self.variables.iter().rposition(|variable| variable.name == first);
        let mut reference = match variable {
            Some(position) => Reference {
                field: self.variables[position].collection,
                is_element: true,
                scope: position + 1,
            },
            None => Reference { field: self.top_level(first)?, is_element: false, scope: 0 },
        };
        for segment in rest {
            reference = Reference { field: member(reference, segment)?, is_element: false, ..reference };
        }
        Ok(reference)
    }

    fn top_level(&mut self, name: &'a str) -> Result<&'a Field, ExpressionError> {
        if let Some(field) = self.known.get(name) {
            return Ok(field);
        }
        let field = find(&self.schema.fields, name).ok_or_else(|| ExpressionError::UnknownProperty {
            property: name.to_owned(),
            type_name: "search.document".to_owned(),
        })?;
        self.known.insert(name, field);
        Ok(field)
    }
}

/// A sub-field of a complex value.
fn member<'a>(parent: Reference<'a>, name: &str) -> Result<&'a Field, ExpressionError> {
    let parent_type = parent.type_of();
    if let Type::Collection(_) = parent_type {
        return Err(ExpressionError::ParentNotSingle { property: name.to_owned() });
    }
    let found = if let Type::Complex(field) = parent_type { find(&field.fields, name) } else { None };
    found.ok_or_else(|| ExpressionError::UnknownProperty {
        property: name.to_owned(),
        type_name: parent_type.name(),
    })
}

fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.name == name)
}
