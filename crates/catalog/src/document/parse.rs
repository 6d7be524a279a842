//! JSON text → checked action, in one pass and without a tree in between: serde drives a visitor that knows, at each place,
//! the field it reads.
//!
//! What the references leave open is decided as Microsoft.OData.Core does, by which the service reads:
//!
//! * Annotations are skipped, known or not: members that start with `@` (`@odata.type`, a `@search.score` that came with a
//!   search result) or that belong to a property (`tags@odata.type`). Only `@search.action` of the action itself counts.
//! * A member that appears twice is an error.
//! * `null` in a collection field is the empty collection (`query.md` §8.1); `null` as an element is an error.
//!
//! Errors of reading come before errors of checking (key, vector length), as the service reads the whole batch first.

use lazuli_analysis::Tally;
use lazuli_wire::JsonError;
use lazuli_wire::errors::quoted;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits::COMPLEX_ELEMENTS_MAX;
use crate::names::check_document_key;
use crate::{Field, Schema, Value};

use super::error::{DocumentError, Node, Report};
use super::place::Place;
use super::{Action, ActionKind, Partial, PartialDocument};

/// Reads and checks one action of a batch, `{"@search.action": …, <fields>}` with the members in any order.
///
/// A delete is read for its key only: whatever else it carries is skipped, unknown or wrong as it may be.
pub fn parse_action(schema: &Schema, json: &str) -> Result<Action, DocumentError> {
    let found = match json.trim_ascii_start().as_bytes().first() {
        Some(b'{') | None => Node::StartObject,
        Some(b'[') => Node::StartArray,
        Some(_) => Node::PrimitiveValue,
    };
    if found != Node::StartObject {
        return Err(DocumentError::UnexpectedNode { found, expected: Node::StartObject });
    }
    read_action(schema, json, Context::of_action(schema)).or_else(|error| {
        // `@search.action` may stand at the end: what stands before it is only wrong if this is no delete.
        let as_delete = read_action(schema, json, Context { only_key: true, ..Context::of_action(schema) });
        as_delete.ok().filter(|action| action.kind == ActionKind::Delete).ok_or(error)
    })
}

/// Reads a value that [`super::encode`] wrote: members that the field no longer has are skipped, limits not checked again.
pub(super) fn parse_stored(field: &Field, json: &[u8]) -> Result<Value, serde_json::Error> {
    let mut context = Context {
        key: 0,
        only_key: false,
        has_action: false,
        action: None,
        elements: 0,
        error: None,
        deferred: None,
        stored: true,
        tally: Tally::default(),
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let place = Place { field, is_element: false, context: &mut context };
    let value = place.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value.complete(field))
}

fn read_action(schema: &Schema, json: &str, mut context: Context) -> Result<Action, DocumentError> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let object = Object { fields: &schema.fields, owner: None, context: &mut context };
    let read = deserializer.deserialize_map(object).and_then(|members| deserializer.end().map(|()| members));
    let members = read.map_err(|error| {
        let reason = JsonError::Syntax(error).to_string();
        context.error.take().unwrap_or(DocumentError::Json { reason })
    })?;
    let key = match members.get(schema.key) {
        Some(Partial::Whole(Value::String(key))) if !key.is_empty() => key.clone(),
        _ => return Err(DocumentError::KeyMissing),
    };
    check_document_key(&key).map_err(DocumentError::Key)?;
    let kind = context.action.unwrap_or(ActionKind::Upload);
    if kind == ActionKind::Delete {
        return Ok(Action { kind, key, document: PartialDocument { members: Vec::new() } });
    }
    if context.elements > COMPLEX_ELEMENTS_MAX {
        context.defer(DocumentError::TooManyElements { key: key.clone(), found: context.elements });
    }
    match context.deferred {
        Some(error) => Err(error),
        None => Ok(Action { kind, key, document: PartialDocument { members } }),
    }
}

/// What reading one action gathers beside the fields.
pub(super) struct Context {
    /// Position of the key field among the top-level fields.
    key: usize,
    /// Skip every other field: this is a delete.
    only_key: bool,
    /// Whether there was an `@search.action`.
    has_action: bool,
    /// What it said, if anything.
    action: Option<ActionKind>,
    /// Objects in complex collections so far.
    pub(super) elements: usize,
    /// The cause when reading stops with one of our errors; serde's own error only carries text.
    error: Option<DocumentError>,
    /// The first error of checking; those that fail the whole batch go before those that fail one document.
    deferred: Option<DocumentError>,
    /// The text is our own, from the store.
    pub(super) stored: bool,
    /// What its texts are analysed to, together.
    pub(super) tally: Tally,
}

impl Context {
    fn of_action(schema: &Schema) -> Self {
        let key = schema.key;
        Context {
            key,
            only_key: false,
            has_action: false,
            action: None,
            elements: 0,
            error: None,
            deferred: None,
            stored: false,
            tally: Tally::default(),
        }
    }

    /// Stops reading.
    pub(super) fn fail<E: Error>(&mut self, error: DocumentError) -> E {
        self.error = Some(error);
        E::custom("refused")
    }

    /// Lets reading go on and the action fail afterwards.
    pub(super) fn defer(&mut self, error: DocumentError) {
        let replaces = self
            .deferred
            .as_ref()
            .is_none_or(|first| first.report() == Report::Document && error.report() != Report::Document);
        if replaces {
            self.deferred = Some(error);
        }
    }

    /// Whether the action will fail whatever else is found.
    pub(super) fn is_refused(&self) -> bool {
        self.deferred.is_some()
    }
}

/// An object: the action itself, or a complex value.
pub(super) struct Object<'a> {
    pub(super) fields: &'a [Field],
    /// The complex field; none for the action.
    pub(super) owner: Option<&'a Field>,
    pub(super) context: &'a mut Context,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<Partial>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Vec<Partial>, A::Error> {
        let mut members: Vec<Partial> = self.fields.iter().map(|_| Partial::Absent).collect();
        let mut expected = 0;
        while let Some(name) = map.next_key_seed(MemberName { fields: self.fields, expected })? {
            match name {
                Member::Field(index)
                    if self.owner.is_none() && self.context.only_key && index != self.context.key =>
                {
                    map.next_value::<IgnoredAny>()?;
                }
                Member::Field(index) => {
                    let (Some(field), Some(slot)) = (self.fields.get(index), members.get_mut(index)) else {
                        continue;
                    };
                    if *slot != Partial::Absent {
                        let property = field.name.clone();
                        return Err(self.context.fail(DocumentError::DuplicateProperty { property }));
                    }
                    *slot =
                        map.next_value_seed(Place { field, is_element: false, context: &mut *self.context })?;
                    expected = index + 1;
                }
                Member::Action if self.owner.is_none() => self.read_action_kind(&mut map)?,
                Member::Action | Member::Annotation => {
                    map.next_value::<IgnoredAny>()?;
                }
                Member::Unknown(_) if self.context.stored || self.context.only_key => {
                    map.next_value::<IgnoredAny>()?;
                }
                Member::Unknown(property) => {
                    let value = map.next_value::<&RawValue>()?;
                    return Err(self.context.fail(unknown(property, value, self.owner)));
                }
            }
        }
        Ok(members)
    }
}

impl Object<'_> {
    /// `null` says nothing, as if it were not there.
    fn read_action_kind<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        if std::mem::replace(&mut self.context.has_action, true) {
            let property = "@search.action".to_owned();
            return Err(self.context.fail(DocumentError::DuplicateProperty { property }));
        }
        let json = map.next_value::<&RawValue>()?.get();
        let unexpected = |found| DocumentError::UnexpectedNode { found, expected: Node::PrimitiveValue };
        let name: String = match json.as_bytes().first() {
            Some(b'"') => serde_json::from_str(json).map_err(A::Error::custom)?,
            Some(b'n') => return Ok(()),
            Some(b'{') => return Err(self.context.fail(unexpected(Node::StartObject))),
            Some(b'[') => return Err(self.context.fail(unexpected(Node::StartArray))),
            Some(_) | None => {
                let literal = quoted(json);
                return Err(self.context.fail(DocumentError::Literal { literal, expected: "Edm.String" }));
            }
        };
        // The SDKs send these spellings; that others are taken in any case is unconfirmed (`query.md` §1.1).
        let kinds = [
            ("upload", ActionKind::Upload),
            ("merge", ActionKind::Merge),
            ("mergeOrUpload", ActionKind::MergeOrUpload),
            ("delete", ActionKind::Delete),
        ];
        let Some((_, kind)) = kinds.into_iter().find(|(spelling, _)| name.eq_ignore_ascii_case(spelling))
        else {
            return Err(self.context.fail(DocumentError::UnknownAction { action: quoted(&name) }));
        };
        self.context.action = Some(kind);
        self.context.only_key |= kind == ActionKind::Delete;
        Ok(())
    }
}

/// The error of a member that its type does not have. The service calls the type of a document `search.documentFields`
/// (seen); how it calls complex types is not known.
fn unknown(property: String, value: &RawValue, owner: Option<&Field>) -> DocumentError {
    let type_name = match owner {
        None => "search.documentFields".to_owned(),
        Some(field) => format!("search.complex.{}", field.path.replace('/', ".")),
    };
    if value.get().starts_with(['{', '[']) {
        DocumentError::UnknownNestedProperty { property, type_name }
    } else {
        DocumentError::UnknownProperty { property, type_name }
    }
}

/// What a member's name stands for.
enum Member {
    /// Position in the fields.
    Field(usize),
    /// `@search.action`.
    Action,
    /// Any other name with an `@`.
    Annotation,
    Unknown(String),
}

/// Finds the field of a name. Clients send members in the order of the definition or in one fixed order of their own, so
/// the search starts behind the field that was found last, and a document costs few comparisons however many fields there
/// are.
struct MemberName<'a> {
    fields: &'a [Field],
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for MemberName<'_> {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberName<'_> {
    type Value = Member;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a property name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Member, E> {
        let (before, behind) = self.fields.split_at_checked(self.expected).unwrap_or((self.fields, &[]));
        let behind = behind.iter().position(|field| field.name == name).map(|index| before.len() + index);
        let found = behind.or_else(|| before.iter().position(|field| field.name == name));
        Ok(match found {
            Some(index) => Member::Field(index),
            None if name == "@search.action" => Member::Action,
            None if name.contains('@') => Member::Annotation,
            None => Member::Unknown(quoted(name)),
        })
    }
}
