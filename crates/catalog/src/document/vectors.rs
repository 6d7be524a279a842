//! The vectors of a document, kept beside its body in binary.
//!
//! ```text
//! vectors = section*
//! section = field id u32, bytes of the slots u32, slot*                      (integers little-endian)
//! slot    = bytes of the components u32 (u32::MAX: null), component*         (f32, f16, i16, i8 or u8)
//! ```
//!
//! A vector field at top level has one slot; one within complex collections has a slot for each object that could hold it,
//! in the order of the JSON. A field without a section was added later, or is null everywhere.

use crate::{Field, FieldId, FieldType, Value, VectorType};

use super::half;
use super::stored::Corrupt;

const NULL: u32 = u32::MAX;

/// Gathers the vectors of one document.
#[derive(Default)]
pub(super) struct VectorWriter {
    sections: Vec<Section>,
}

struct Section {
    field: FieldId,
    slots: Vec<u8>,
    is_null: bool,
}

impl VectorWriter {
    /// Adds the next slot of a vector field. `value` is a vector or null.
    pub(super) fn push(&mut self, field: &Field, vector_type: VectorType, value: &Value) {
        let position =
            self.sections.iter().position(|section| section.field == field.id).unwrap_or_else(|| {
                self.sections.push(Section { field: field.id, slots: Vec::new(), is_null: true });
                self.sections.len() - 1
            });
        let Some(section) = self.sections.get_mut(position) else { return };
        let Value::Vector(components) = value else {
            return section.slots.extend_from_slice(&NULL.to_le_bytes());
        };
        section.is_null = false;
        let bytes = components.len() * component_bytes(vector_type);
        section.slots.extend_from_slice(&(bytes as u32).to_le_bytes());
        section.slots.reserve(bytes);
        for component in components {
            write_component(vector_type, *component, &mut section.slots);
        }
    }

    /// The binary form; none if there is no vector.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for section in self.sections.iter().filter(|section| !section.is_null) {
            out.extend_from_slice(&section.field.0.to_le_bytes());
            out.extend_from_slice(&(section.slots.len() as u32).to_le_bytes());
            out.extend_from_slice(&section.slots);
        }
        (!out.is_empty()).then_some(out)
    }
}

/// Hands out the vectors of one document, each field's in order.
pub(super) struct VectorReader<'a> {
    /// What is left of each field's slots.
    sections: Vec<(FieldId, &'a [u8])>,
}

impl<'a> VectorReader<'a> {
    pub(super) fn new(vectors: Option<&'a [u8]>) -> Result<Self, Corrupt> {
        let mut rest = vectors.unwrap_or_default();
        let mut sections = Vec::new();
        while !rest.is_empty() {
            let cut_off = || Corrupt::new("its vectors are cut off");
            let field = take_u32(&mut rest).ok_or_else(cut_off)?;
            let bytes = take_u32(&mut rest).ok_or_else(cut_off)?;
            let (slots, behind) = rest.split_at_checked(bytes as usize).ok_or_else(cut_off)?;
            sections.push((FieldId(field), slots));
            rest = behind;
        }
        Ok(VectorReader { sections })
    }

    /// The components in the next slot of a field; none if it is null.
    pub(super) fn next(&mut self, field: &Field) -> Result<Option<Vec<f32>>, Corrupt> {
        let FieldType::Vector(vector_type) = field.field_type else { return Ok(None) };
        let Some((_, slots)) = self.sections.iter_mut().find(|(id, _)| *id == field.id) else {
            return Ok(None);
        };
        let broken = || Corrupt::new(format!("the vectors of '{}' are cut off", field.path));
        let bytes = take_u32(slots).ok_or_else(broken)?;
        if bytes == NULL {
            return Ok(None);
        }
        let (components, behind) = slots.split_at_checked(bytes as usize).ok_or_else(broken)?;
        *slots = behind;
        read_components(vector_type, components).map(Some).ok_or_else(broken)
    }
}

fn take_u32(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

fn component_bytes(vector_type: VectorType) -> usize {
    match vector_type {
        VectorType::Single => 4,
        VectorType::Half | VectorType::Int16 => 2,
        VectorType::SByte | VectorType::PackedBit => 1,
    }
}

fn write_component(vector_type: VectorType, component: f32, out: &mut Vec<u8>) {
    match vector_type {
        VectorType::Single => out.extend_from_slice(&component.to_le_bytes()),
        VectorType::Half => out.extend_from_slice(&half::from_f32(component).to_le_bytes()),
        VectorType::Int16 => out.extend_from_slice(&(component as i16).to_le_bytes()),
        VectorType::SByte => out.extend_from_slice(&(component as i8).to_le_bytes()),
        VectorType::PackedBit => out.push(component as u8),
    }
}

fn read_components(vector_type: VectorType, bytes: &[u8]) -> Option<Vec<f32>> {
    fn chunks<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Option<Vec<f32>> {
        let (chunks, rest) = bytes.as_chunks::<N>();
        rest.is_empty().then(|| chunks.iter().map(|chunk| read(*chunk)).collect())
    }
    match vector_type {
        VectorType::Single => chunks(bytes, f32::from_le_bytes),
        VectorType::Half => chunks(bytes, |bytes| half::to_f32(u16::from_le_bytes(bytes))),
        VectorType::Int16 => chunks(bytes, |bytes| i16::from_le_bytes(bytes).into()),
        VectorType::SByte => chunks(bytes, |bytes| i8::from_le_bytes(bytes).into()),
        VectorType::PackedBit => chunks(bytes, |[byte]| byte.into()),
    }
}
