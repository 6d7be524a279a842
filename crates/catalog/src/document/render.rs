//! What the store keeps → the members of a hit, as JSON text.
//!
//! Values are canonical in the store, so a page of hits is copied together from slices. Only complex values of which a part
//! is shown, or which were written before a sub-field was added, are taken apart; and even they are not read, but cut at
//! their members and put together anew.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Field, FieldType, Schema};

use super::encode::{separate, write_name, write_vector};
use super::project::{Part, Projected, Projection};
use super::stored::{Corrupt, Fragments};
use super::vectors::VectorReader;

/// Appends the projected fields of a stored document, `"a":1,"b":null`, in schema order and without braces. `schema` is the
/// one the projection was made with; the document may have been written with an older one.
pub fn render(
    schema: &Schema,
    body: &[u8],
    vectors: Option<&[u8]>,
    projection: &Projection,
    out: &mut Vec<u8>,
) -> Result<(), Corrupt> {
    let mut fragments = Fragments::new(body)?;
    let mut vectors = VectorReader::new(vectors)?;
    let mut is_first = true;
    for (field, part) in bound(&schema.fields, &projection.members) {
        if !is_first {
            out.push(b',');
        }
        is_first = false;
        write_name(field, out);
        match (fragments.find(field)?, part) {
            (_, Part::Vector) => render_vector(field, &mut vectors, out)?,
            (None, Part::Stored | Part::Members(_)) => write_unset(field, out),
            (Some(fragment), Part::Stored) if fragment.shape == field.shape => {
                out.extend_from_slice(fragment.json)
            }
            (Some(fragment), Part::Stored | Part::Members(_)) => {
                let json = std::str::from_utf8(fragment.json).map_err(|_| unreadable(field))?;
                let is_current = fragment.shape == field.shape;
                Rebuild { is_current, vectors: &mut vectors, out }.value(field, part, json)?;
            }
        }
    }
    Ok(())
}

/// The fields of a projection.
fn bound<'a>(fields: &'a [Field], members: &'a [Projected]) -> impl Iterator<Item = (&'a Field, &'a Part)> {
    members.iter().filter_map(|member| fields.get(member.position).map(|field| (field, &member.part)))
}

fn write_unset(field: &Field, out: &mut Vec<u8>) {
    out.extend_from_slice(if field.collection { b"[]" } else { b"null" });
}

fn unreadable(field: &Field) -> Corrupt {
    Corrupt::new(format!("the value of '{}' cannot be read", field.path))
}

fn render_vector(field: &Field, vectors: &mut VectorReader<'_>, out: &mut Vec<u8>) -> Result<(), Corrupt> {
    match (vectors.next(field)?, field.field_type) {
        (Some(components), FieldType::Vector(vector_type)) => write_vector(vector_type, &components, out),
        _ => out.extend_from_slice(b"null"),
    }
    Ok(())
}

/// Puts one complex value, or collection of them, together anew.
struct Rebuild<'a, 'v> {
    /// The value has all members that the field has today.
    is_current: bool,
    vectors: &'a mut VectorReader<'v>,
    out: &'a mut Vec<u8>,
}

impl Rebuild<'_, '_> {
    fn value(&mut self, field: &Field, part: &Part, json: &str) -> Result<(), Corrupt> {
        let is_copied = !field.is_complex() || (self.is_current && *part == Part::Stored) || json == "null";
        if is_copied {
            self.out.extend_from_slice(json.as_bytes());
            return Ok(());
        }
        if !field.collection {
            return self.object(field, part, json);
        }
        let elements: Vec<&RawValue> = serde_json::from_str(json).map_err(|_| unreadable(field))?;
        self.out.push(b'[');
        for (index, element) in elements.into_iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.object(field, part, element.get())?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn object(&mut self, field: &Field, part: &Part, json: &str) -> Result<(), Corrupt> {
        let members: Members<'_> = serde_json::from_str(json).map_err(|_| unreadable(field))?;
        self.out.push(b'{');
        match part {
            Part::Members(parts) => {
                for (member, part) in bound(&field.fields, parts) {
                    self.member(member, part, &members)?;
                }
            }
            Part::Stored | Part::Vector => {
                let stored =
                    field.fields.iter().filter(|field| !matches!(field.field_type, FieldType::Vector(_)));
                for member in stored {
                    self.member(member, &Part::Stored, &members)?;
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn member(&mut self, field: &Field, part: &Part, members: &Members<'_>) -> Result<(), Corrupt> {
        separate(self.out);
        write_name(field, self.out);
        if *part == Part::Vector {
            return render_vector(field, self.vectors, self.out);
        }
        match members.0.iter().find(|(name, _)| *name == field.name) {
            Some((_, json)) => self.value(field, part, json.get()),
            None => {
                write_unset(field, self.out);
                Ok(())
            }
        }
    }
}

/// An object cut at its members.
struct Members<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
