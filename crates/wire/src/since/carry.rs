//! Updates in versions that cannot say everything: what they cannot say stays as it is stored.
//!
//! A client reads a definition in the version it knows, changes something and sends it back. A member that its version does
//! not have is absent then because the client never saw it, and not because it should go.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::shape::{Kind, Shape, Source, Variants};
use crate::ApiVersion;

/// Puts the stored value of every member that `version` lacks into an update. Both objects are in the newest shape.
///
/// Elements of lists are the same element when they have the same name. One whose `kind` or `@odata.type` changes is another
/// one, and so is one with a new name: nothing is carried over to it. A list that the version has is the request's to
/// shorten.
pub fn carry(new: &mut Map<String, Value>, stored: &Map<String, Value>, shape: &Shape, version: ApiVersion) {
    let members = shape.members.iter().filter(|member| member.since.covers(version));
    let said: Vec<Said> = members
        .filter_map(|member| match &member.source {
            Source::SameName => Some((std::slice::from_ref(&member.name), member.kind)),
            Source::Newest(path) => Some((*path, member.kind)),
            Source::NotShown => None,
        })
        .collect();
    carry_unsaid(new, stored, &said, version);
}

/// A path in the newest shape to a value that the version can say, and its kind.
type Said = (&'static [&'static str], Kind);

fn carry_unsaid(
    new: &mut Map<String, Value>,
    stored: &Map<String, Value>,
    said: &[Said],
    version: ApiVersion,
) {
    for (name, old) in stored.iter().filter(|(name, _)| !name.contains('@')) {
        let below: Vec<Said> = said
            .iter()
            .filter_map(|(path, kind)| match path.split_first() {
                Some((first, rest)) if first == name => Some((rest, *kind)),
                Some(_) | None => None,
            })
            .collect();
        if below.is_empty() {
            new.insert(name.clone(), old.clone());
        } else if let Some((_, kind)) = below.iter().find(|(rest, _)| rest.is_empty()) {
            if let Some(value) = new.get_mut(name) {
                carry_value(value, old, *kind, version);
            }
        } else if let Value::Object(old) = old {
            // The version says some of the object's members, at other places, and has no place for the object itself.
            let value = new.entry(name.clone()).or_insert(Value::Null);
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(new) = value {
                carry_unsaid(new, old, &below, version);
            }
        }
    }
}

fn carry_value(new: &mut Value, old: &Value, kind: Kind, version: ApiVersion) {
    match (kind, new, old) {
        (Kind::Object(shape), Value::Object(new), Value::Object(old)) => {
            carry_object(new, old, Some(shape), version);
        }
        (Kind::Objects(shape), Value::Array(new), Value::Array(old)) => {
            carry_elements(new, old, |_| Some(shape), version);
        }
        (Kind::Variant(variants), Value::Object(new), Value::Object(old)) => {
            let shape = shape_of(new, variants);
            carry_object(new, old, shape, version);
        }
        (Kind::VariantList(variants), Value::Array(new), Value::Array(old)) => {
            carry_elements(new, old, |element| shape_of(element, variants), version);
        }
        // The request says it, or says that it is not there any more.
        (_, _, _) => {}
    }
}

fn carry_object(
    new: &mut Map<String, Value>,
    old: &Map<String, Value>,
    shape: Option<&'static Shape>,
    version: ApiVersion,
) {
    let same_kind = ["kind", "@odata.type"].iter().all(|name| new.get(*name) == old.get(*name));
    if let Some(shape) = shape.filter(|_| same_kind) {
        carry(new, old, shape, version);
    }
}

fn carry_elements(
    new: &mut [Value],
    old: &[Value],
    shape: impl Fn(&Map<String, Value>) -> Option<&'static Shape>,
    version: ApiVersion,
) {
    let old = old.iter().filter_map(Value::as_object);
    let old: HashMap<&str, &Map<String, Value>> = old.filter_map(|old| Some((name_of(old)?, old))).collect();
    for element in new.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(old) = name_of(element).and_then(|name| old.get(name)) {
            let shape = shape(element);
            carry_object(element, old, shape, version);
        }
    }
}

fn name_of(element: &Map<String, Value>) -> Option<&str> {
    element.get("name").and_then(Value::as_str)
}

fn shape_of(object: &Map<String, Value>, variants: &'static Variants) -> Option<&'static Shape> {
    variants.shape(object.get("@odata.type").and_then(Value::as_str)?)
}
