//! Document → what the store keeps: the body of `stored.rs` and the vectors of `vectors.rs`.
//!
//! The spelling of every value is settled here, once, at write (`wire.md` §2): dates in UTC, doubles as .NET prints them,
//! points with their coordinate system, strings escaped where JSON demands it and otherwise as they came.

use std::io::Write;

use lazuli_wire::number;

use crate::{Field, FieldType, GeoPoint, Schema, Value, VectorType};

use super::Document;
use super::date;
use super::stored::{ENTRY_BYTES, HEADER_BYTES, VERSION};
use super::vectors::VectorWriter;

/// A document as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// All fields but vectors.
    pub body: Vec<u8>,
    /// The vectors; none if the document has none.
    pub vectors: Option<Vec<u8>>,
}

/// Renders a document for the store. It was made with this schema.
pub fn encode(schema: &Schema, document: &Document) -> Encoded {
    let mut vectors = VectorWriter::default();
    let pairs = || schema.fields.iter().zip(&document.values);
    let count = pairs().filter(|(field, value)| has_fragment(field, value)).count();
    let start = HEADER_BYTES + count * ENTRY_BYTES;
    let mut body = Vec::with_capacity(start + 1024);
    body.push(VERSION);
    body.extend_from_slice(&(count as u16).to_le_bytes()); // an index has at most 3000 fields
    body.resize(start, 0);
    let mut entry = HEADER_BYTES;
    for (field, value) in pairs() {
        if let FieldType::Vector(vector_type) = field.field_type {
            vectors.push(field, vector_type, value);
        } else if has_fragment(field, value) {
            write_value(field, value, &mut body, &mut vectors);
            let end = (body.len() - start) as u32; // a document is at most 16 MB
            entry = write_entry(&mut body, entry, [field.id.0, field.shape, end]);
        }
    }
    Encoded { body, vectors: vectors.finish() }
}

/// Whether a field has anything to store in the body.
fn has_fragment(field: &Field, value: &Value) -> bool {
    match value {
        Value::Null | Value::Vector(_) => false,
        Value::Collection(elements) => !elements.is_empty(),
        Value::String(_)
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Double(_)
        | Value::Date(_)
        | Value::Point(_)
        | Value::Complex(_) => !matches!(field.field_type, FieldType::Vector(_)),
    }
}

/// Fills in the entry at `position`; returns where the next one stands.
fn write_entry(body: &mut [u8], position: usize, numbers: [u32; 3]) -> usize {
    let slots = body.get_mut(position..).unwrap_or_default().chunks_exact_mut(4);
    for (slot, number) in slots.zip(numbers) {
        slot.copy_from_slice(&number.to_le_bytes());
    }
    position + ENTRY_BYTES
}

/// Appends a value as canonical JSON; vectors within it go to `vectors` instead.
fn write_value(field: &Field, value: &Value, out: &mut Vec<u8>, vectors: &mut VectorWriter) {
    match value {
        Value::Null | Value::Vector(_) => out.extend_from_slice(b"null"),
        Value::String(text) => write_string(text, out),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Integer(number) => write_integer(*number, out),
        Value::Double(number) => number::write_f64(*number, out),
        Value::Date(milliseconds) => {
            out.push(b'"');
            date::write(*milliseconds, out);
            out.push(b'"');
        }
        Value::Point(point) => write_point(*point, out),
        Value::Complex(members) => {
            out.push(b'{');
            for (member, value) in field.fields.iter().zip(members) {
                if let FieldType::Vector(vector_type) = member.field_type {
                    vectors.push(member, vector_type, value);
                } else {
                    separate(out);
                    write_name(member, out);
                    write_value(member, value, out, vectors);
                }
            }
            out.push(b'}');
        }
        Value::Collection(elements) => {
            out.push(b'[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(field, element, out, vectors);
            }
            out.push(b']');
        }
    }
}

/// Appends the comma between two members of an object; none behind its opening brace.
pub(super) fn separate(out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}

/// Appends a member's name and colon. Names are letters, digits and underscores and need no escapes (`api.md` §4.1).
pub(super) fn write_name(field: &Field, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(field.name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn write_integer(number: i64, out: &mut Vec<u8>) {
    // A Vec does not fail.
    let _ = serde_json::to_writer(out, &number);
}

fn write_point(point: GeoPoint, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"type":"Point","coordinates":["#);
    number::write_f64(point.longitude, out);
    out.push(b',');
    number::write_f64(point.latitude, out);
    out.extend_from_slice(br#"],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}"#);
}

/// Appends a vector as JSON: narrow types as integers, the others with the shortest digits of a single.
pub(super) fn write_vector(vector_type: VectorType, components: &[f32], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, component) in components.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match vector_type {
            VectorType::Single | VectorType::Half => number::write_f32(*component, out),
            VectorType::Int16 | VectorType::SByte | VectorType::PackedBit => {
                write_integer(*component as i64, out)
            }
        }
    }
    out.push(b']');
}

/// Appends a JSON string: quotes, backslashes and control characters are escaped, everything else is copied.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(position) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        let (plain, special) = rest.split_at(position);
        out.extend_from_slice(plain);
        let Some((&byte, behind)) = special.split_first() else { break };
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            // A Vec does not fail.
            _ => drop(write!(out, "\\u{byte:04x}")),
        }
        rest = behind;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
