//! Documents: the one place where JSON becomes a checked document, and where a document becomes what is stored and returned.
//!
//! ```text
//! batch action ──parse_action──▶ Action ──Document::new / merge──▶ Document ──encode──▶ Encoded (the store's row)
//!                                                                      ▲                   │
//!                                                                      └──────decode───────┤
//!                                            hit in an answer ◀────────render──────────────┘
//! ```
//!
//! [`parse_action`] reads an action straight from its JSON text, driven by the [`Schema`], and refuses what the service
//! refuses, with its sentence ([`DocumentError`]). A [`Document`] is complete: what was never sent is null, or `[]` for a
//! collection. [`encode`] writes it once in the service's spelling of dates, numbers and points, so that a page of hits is
//! copied together by [`render`].

use crate::limits::COMPLEX_ELEMENTS_MAX;
use crate::{Field, Schema, Value};

pub use decode::decode;
pub use encode::{Encoded, encode};
pub use error::{DocumentError, Node, Report};
pub use parse::parse_action;
pub use project::{Projection, SelectError, complex_type_name};
pub use render::render;
pub use stored::Corrupt;

mod parse;

mod place;

mod values;

pub mod date;
mod half;
mod point;

mod encode;

mod stored;

mod vectors;

mod decode;

mod project;

mod render;

mod error;

#[cfg(test)]
mod tests;

/// What to do with a document (`api.md` §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// Insert, or replace as a whole. What an action without `@search.action` does.
    Upload,
    /// Change the fields that are given; the document must exist.
    Merge,
    /// Merge if the document exists, else upload.
    MergeOrUpload,
    /// Remove; only the key is read.
    Delete,
}

/// One checked action of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What to do.
    pub kind: ActionKind,
    /// The document's key; it has the form of one ([`crate::names::check_document_key`]).
    pub key: String,
    /// The fields that were sent, the key among them; nothing for a delete.
    pub document: PartialDocument,
}

/// The fields of one action: checked and typed, but knowing what was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialDocument {
    /// One for each top-level field in schema order.
    members: Vec<Partial>,
}

/// What an action says of one field.
#[derive(Debug, Clone, PartialEq)]
enum Partial {
    /// Nothing.
    Absent,
    /// Its whole value; null and `[]` are explicit here.
    Whole(Value),
    /// Members of a single complex value, one for each of its sub-fields.
    Members(Vec<Partial>),
}

/// A complete document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// One value for each top-level field, in schema order.
    pub values: Vec<Value>,
}

impl Document {
    /// The document that an upload makes: what is absent is null or `[]`. `partial` was parsed with this schema.
    pub fn new(schema: &Schema, partial: PartialDocument) -> Document {
        Document { values: complete(&schema.fields, partial.members) }
    }

    /// Changes what a merge names (`query.md` §8.2): absent fields stay, null clears, collections are replaced as a whole,
    /// members of a complex value are merged one by one. A complex value that was null becomes an object.
    pub fn merge(&mut self, schema: &Schema, partial: PartialDocument) {
        merge_members(&schema.fields, &mut self.values, partial.members);
    }

    /// The document's key.
    pub fn key<'a>(&'a self, schema: &Schema) -> &'a str {
        // parse_action and decode let no document without its key pass.
        if let Some(Value::String(key)) = self.values.get(schema.key) { key } else { "" }
    }

    /// Checks what a single action cannot show: that the merged document still has no more than
    /// [`COMPLEX_ELEMENTS_MAX`] objects in its complex collections.
    pub fn check(&self, schema: &Schema) -> Result<(), DocumentError> {
        let found = self.values.iter().map(complex_elements).sum();
        if found > COMPLEX_ELEMENTS_MAX {
            return Err(DocumentError::TooManyElements { key: self.key(schema).to_owned(), found });
        }
        Ok(())
    }
}

/// Objects in all complex collections below a value.
fn complex_elements(value: &Value) -> usize {
    let (values, is_collection) = match value {
        Value::Complex(members) => (members, false),
        Value::Collection(elements) => (elements, true),
        Value::Null
        | Value::String(_)
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Double(_)
        | Value::Date(_)
        | Value::Point(_)
        | Value::Vector(_) => return 0,
    };
    let counts = |value: &Value| usize::from(is_collection && matches!(value, Value::Complex(_)));
    values.iter().map(|value| counts(value) + complex_elements(value)).sum()
}

/// The value of a field that was never set.
fn unset(field: &Field) -> Value {
    if field.collection { Value::Collection(Vec::new()) } else { Value::Null }
}

/// Fills in what is absent.
fn complete(fields: &[Field], members: Vec<Partial>) -> Vec<Value> {
    let pairs = fields.iter().zip(members);
    pairs.map(|(field, member)| member.complete(field)).collect()
}

impl Partial {
    fn complete(self, field: &Field) -> Value {
        match self {
            Partial::Absent => unset(field),
            Partial::Whole(value) => value,
            Partial::Members(members) => Value::Complex(complete(&field.fields, members)),
        }
    }
}

fn merge_members(fields: &[Field], values: &mut [Value], members: Vec<Partial>) {
    for ((field, value), member) in fields.iter().zip(values).zip(members) {
        match (member, value) {
            (Partial::Absent, _) => {}
            (Partial::Members(members), Value::Complex(values)) => {
                merge_members(&field.fields, values, members)
            }
            (member @ (Partial::Whole(_) | Partial::Members(_)), value) => *value = member.complete(field),
        }
    }
}
