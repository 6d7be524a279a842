//! What the store keeps → document: the inverse of `encode.rs`, for merges and for building an index anew.
//!
//! The schema may have grown since the document was written: what it did not have then is null, or `[]`.

use crate::{Field, FieldType, Schema, Value};

use super::parse::parse_stored;
use super::stored::{Corrupt, Fragments};
use super::vectors::VectorReader;
use super::{Document, unset};

/// Reads a stored document. Fails if the bytes are not what [`super::encode`] made of some document of this index.
pub fn decode(schema: &Schema, body: &[u8], vectors: Option<&[u8]>) -> Result<Document, Corrupt> {
    let mut fragments = Fragments::new(body)?;
    let mut vectors = VectorReader::new(vectors)?;
    let mut values = Vec::with_capacity(schema.fields.len());
    for field in &schema.fields {
        let mut value = match fragments.find(field)? {
            Some(fragment) => parse_stored(field, fragment.json).map_err(|error| {
                Corrupt::new(format!("the value of '{}' cannot be read: {error}", field.path))
            })?,
            None => unset(field),
        };
        fill_in(field, &mut value, &mut vectors)?;
        values.push(value);
    }
    if !matches!(values.get(schema.key), Some(Value::String(key)) if !key.is_empty()) {
        return Err(Corrupt::new("it has no key"));
    }
    Ok(Document { values })
}

/// Puts the vectors back where they belong in a value.
fn fill_in(field: &Field, value: &mut Value, vectors: &mut VectorReader<'_>) -> Result<(), Corrupt> {
    if let FieldType::Vector(_) = field.field_type {
        *value = vectors.next(field)?.map_or(Value::Null, Value::Vector);
    } else if let Value::Complex(members) = value {
        for (member, value) in field.fields.iter().zip(members) {
            fill_in(member, value, vectors)?;
        }
    } else if let Value::Collection(elements) = value
        && field.is_complex()
    {
        elements.iter_mut().try_for_each(|element| fill_in(field, element, vectors))?;
    }
    Ok(())
}
