//! Tables of the members of JSON objects, and the two walks along them: checking a request, rendering an answer.

use serde_json::{Map, Value};

use super::Since;
use crate::errors::quoted;
use crate::{ApiVersion, JsonError};

/// The members of one JSON object.
#[derive(Debug)]
pub struct Shape {
    /// What the service calls it in errors.
    pub owner: Owner,
    /// The members in the order in which the service writes them.
    ///
    /// A name may stand here more than once with other versions each, when its place or its shape changed.
    pub members: &'static [Member],
}

/// What an object's members belong to, which decides the sentence for an unknown one.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// A type of the api-version's namespace, e.g. `IndexDefinition`.
    Type(&'static str),
    /// A type whose name has no version: the part after `Microsoft.Azure.Search.`, e.g. `CustomAnalyzer`.
    Component(&'static str),
    /// A type of ours, which the service does not have: the part after `Lazuli.`.
    Extension(&'static str),
    /// An operation whose body is a bag of parameters, e.g. `search`.
    Operation(&'static str),
}

impl Owner {
    /// Its name in errors, without a namespace.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type(name) | Self::Component(name) | Self::Extension(name) | Self::Operation(name) => name,
        }
    }
}

/// One member of an object. It may be null or missing unless it is required.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// The versions that have it.
    pub since: Since,
    /// What its value looks like.
    pub kind: Kind,
    /// Where answers take it from.
    pub source: Source,
    /// Whether a request must have it.
    pub required: bool,
}

impl Member {
    /// A row of a table.
    pub const fn new(name: &'static str, since: Since, kind: Kind) -> Self {
        Self { name, since, kind, source: Source::SameName, required: false }
    }

    /// … without which an object is refused. The catalogue refuses what lacks other members, where it has more to say.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// … whose name or place is another one in the newest shape.
    pub const fn newest(self, path: &'static [&'static str]) -> Self {
        Self { source: Source::Newest(path), ..self }
    }

    /// … that is accepted, but that answers do not have.
    pub const fn not_shown(self) -> Self {
        Self { source: Source::NotShown, ..self }
    }
}

/// Where an answer takes a member from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The member of the same name of the newest shape.
    SameName,
    /// The member that this path leads to in the newest shape.
    Newest(&'static [&'static str]),
    /// Nowhere; only requests have it.
    NotShown,
}

/// What a member's value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number.
    Number,
    /// An array of strings.
    Texts,
    /// An array of numbers.
    Numbers,
    /// An object whose members, of whatever name, are strings.
    TextMap,
    /// An object whose members, of whatever name, are numbers.
    NumberMap,
    /// An object whose members, of whatever name, are strings, numbers, booleans or null.
    Dictionary,
    /// A comma-separated list: one string, or an array of strings as newer SDKs send it (`api.md` §5 item 1).
    List,
    /// An object.
    Object(&'static Shape),
    /// An array of objects.
    Objects(&'static Shape),
    /// An object whose `@odata.type` says of which shape it is.
    Variant(&'static Variants),
    /// An array of such objects.
    VariantList(&'static Variants),
}

impl Kind {
    /// Whether a value of this kind is an array, which is `[]` and not null when it is unset.
    pub fn is_array(self) -> bool {
        match self {
            Self::Texts | Self::Numbers | Self::Objects(_) | Self::VariantList(_) => true,
            Self::Text
            | Self::Flag
            | Self::Integer
            | Self::Long
            | Self::Number
            | Self::TextMap
            | Self::NumberMap
            | Self::Dictionary
            | Self::List
            | Self::Object(_)
            | Self::Variant(_) => false,
        }
    }
}

/// The shapes an object may have by its `@odata.type`.
#[derive(Debug)]
pub struct Variants {
    /// The shapes; each is known as `#Microsoft.Azure.Search.` and the name of its [`Owner::Component`], or as `#Lazuli.` and
    /// that of its [`Owner::Extension`].
    pub shapes: &'static [(Since, Shape)],
}

/// What every `@odata.type` of the service begins with.
const TYPE_PREFIX: &str = "#Microsoft.Azure.Search.";
/// What one of ours begins with.
const EXTENSION_PREFIX: &str = "#Lazuli.";

impl Variants {
    /// The shape for an `@odata.type`, in any version.
    pub fn shape(&self, odata_type: &str) -> Option<&'static Shape> {
        self.find(odata_type).map(|(_, shape)| shape)
    }

    fn find(&self, odata_type: &str) -> Option<&'static (Since, Shape)> {
        let is = |owner| match owner {
            Owner::Component(name) => odata_type.strip_prefix(TYPE_PREFIX) == Some(name),
            Owner::Extension(name) => odata_type.strip_prefix(EXTENSION_PREFIX) == Some(name),
            Owner::Type(_) | Owner::Operation(_) => false,
        };
        self.shapes.iter().find(|(_, shape)| is(shape.owner))
    }
}

/// Checks a received object, depth first in the order of its members. Annotations (`@odata.etag`, `x@odata.type`) are
/// accepted everywhere.
pub fn check(object: &Map<String, Value>, shape: &Shape, version: ApiVersion) -> Result<(), JsonError> {
    for (name, value) in object {
        if name.contains('@') {
            continue;
        }
        let known = shape.members.iter().find(|member| member.name == name && member.since.covers(version));
        match known {
            Some(member) => check_value(value, member, version)?,
            None => return Err(unknown(name, value, shape.owner, version)),
        }
    }
    let lacks = |name: &str| object.get(name).is_none_or(Value::is_null);
    let required = shape.members.iter().filter(|member| member.required && member.since.covers(version));
    match required.map(|member| member.name).find(|name| lacks(name)) {
        Some(member) => Err(JsonError::Required { path: member.to_owned(), member }),
        None => Ok(()),
    }
}

fn unknown(name: &str, value: &Value, owner: Owner, version: ApiVersion) -> JsonError {
    let property = quoted(name);
    let type_name = match owner {
        Owner::Type(type_name) => format!("{}.{type_name}", version.namespace()),
        Owner::Component(type_name) => format!("Microsoft.Azure.Search.{type_name}"),
        Owner::Extension(type_name) => format!("Lazuli.{type_name}"),
        Owner::Operation(operation) => {
            return JsonError::UnknownParameter { parameter: property, operation };
        }
    };
    match value {
        Value::Object(_) | Value::Array(_) => JsonError::UnknownNestedProperty { property, type_name },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            JsonError::UnknownProperty { property, type_name, version }
        }
    }
}

fn check_value(value: &Value, member: &Member, version: ApiVersion) -> Result<(), JsonError> {
    let name = member.name;
    match member.kind {
        _ if value.is_null() => Ok(()),
        Kind::Text => text(value, name),
        Kind::Flag => literal(value, "Edm.Boolean", name, Value::is_boolean),
        Kind::Number => number(value, name),
        Kind::Integer => literal(value, "Edm.Int32", name, |value| {
            value.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }),
        Kind::Long => literal(value, "Edm.Int64", name, Value::is_i64),
        Kind::List if value.is_string() => Ok(()),
        Kind::List | Kind::Texts => each(elements(value, name)?, "Edm.String", |value| text(value, name)),
        Kind::Numbers => each(elements(value, name)?, "Edm.Double", |value| number(value, name)),
        Kind::TextMap => each(members(value, name)?.values(), "Edm.String", |value| text(value, name)),
        Kind::NumberMap => each(members(value, name)?.values(), "Edm.Double", |value| number(value, name)),
        Kind::Dictionary => members(value, name)?.iter().try_for_each(|(key, value)| primitive(value, key)),
        Kind::Object(shape) => {
            check(members(value, name)?, shape, version).map_err(|error| error.within(name))
        }
        Kind::Objects(shape) => elements(value, name)?.iter().enumerate().try_for_each(|(at, element)| {
            let checked = check(members(element, name)?, shape, version);
            checked.map_err(|error| error.within(&format!("{name}[{at}]")))
        }),
        Kind::Variant(variants) => {
            check_variant(value, variants, name, version).map_err(|error| error.within(name))
        }
        Kind::VariantList(variants) => {
            elements(value, name)?.iter().enumerate().try_for_each(|(at, element)| {
                let checked = check_variant(element, variants, name, version);
                checked.map_err(|error| error.within(&format!("{name}[{at}]")))
            })
        }
    }
}

fn check_variant(
    value: &Value,
    variants: &Variants,
    name: &str,
    version: ApiVersion,
) -> Result<(), JsonError> {
    let object = members(value, name)?;
    let Some(odata_type) = object.get("@odata.type") else {
        return Err(JsonError::NoType);
    };
    text(odata_type, "@odata.type")?;
    let odata_type = odata_type.as_str().unwrap_or_default();
    match variants.find(odata_type) {
        Some((since, shape)) if since.covers(version) => check(object, shape, version),
        Some(_) | None => {
            Err(JsonError::UnknownType { type_name: quoted(odata_type.trim_start_matches('#')) })
        }
    }
}

fn each<'a>(
    values: impl IntoIterator<Item = &'a Value>,
    expected: &'static str,
    mut check: impl FnMut(&Value) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    values
        .into_iter()
        .try_for_each(|value| if value.is_null() { Err(JsonError::Null { expected }) } else { check(value) })
}

fn members<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, JsonError> {
    match value {
        Value::Object(members) => Ok(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(JsonError::unexpected_node(value, "StartObject", Some(name)))
        }
    }
}

fn elements<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], JsonError> {
    match value {
        Value::Array(elements) => Ok(elements),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(JsonError::unexpected_node(value, "StartArray", Some(name)))
        }
    }
}

fn primitive(value: &Value, name: &str) -> Result<(), JsonError> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        Value::Object(_) | Value::Array(_) => {
            Err(JsonError::unexpected_node(value, "PrimitiveValue", Some(name)))
        }
    }
}

fn text(value: &Value, name: &str) -> Result<(), JsonError> {
    literal(value, "Edm.String", name, Value::is_string)
}

fn number(value: &Value, name: &str) -> Result<(), JsonError> {
    literal(value, "Edm.Double", name, Value::is_number)
}

fn literal(
    value: &Value,
    expected: &'static str,
    name: &str,
    accepts: impl Fn(&Value) -> bool,
) -> Result<(), JsonError> {
    match value {
        _ if accepts(value) => Ok(()),
        Value::Object(_) | Value::Array(_) => {
            Err(JsonError::unexpected_node(value, "PrimitiveValue", Some(name)))
        }
        Value::String(text) => Err(JsonError::WrongLiteral { literal: quoted(text), expected }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Err(JsonError::WrongLiteral { literal: value.to_string(), expected })
        }
    }
}

/// The members that `version` has of an object in the newest shape, in the order of the table; annotations such as
/// `@odata.type` come first. A member that the object lacks, such as a complex field's `key`, is not made up.
pub fn render(mut object: Map<String, Value>, shape: &Shape, version: ApiVersion) -> Map<String, Value> {
    let mut rendered = Map::with_capacity(object.len());
    let annotations = object.iter().filter(|(name, _)| name.contains('@'));
    rendered.extend(annotations.map(|(name, value)| (name.clone(), value.clone())));
    for member in shape.members.iter().filter(|member| member.since.covers(version)) {
        let value = match member.source {
            Source::SameName => object.remove(member.name),
            Source::Newest(path) => at(&object, path).cloned(),
            Source::NotShown => None,
        };
        if let Some(value) = value {
            rendered.insert(member.name.to_owned(), render_value(value, member.kind, version));
        }
    }
    rendered
}

/// What a path leads to; null when it ends at a null, none when it leads nowhere.
fn at<'a>(object: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = object.get(*first)?;
    match value.as_object() {
        Some(inner) if !rest.is_empty() => at(inner, rest),
        Some(_) | None => Some(value),
    }
}

fn render_value(value: Value, kind: Kind, version: ApiVersion) -> Value {
    match (kind, value) {
        (Kind::Object(shape), Value::Object(object)) => Value::Object(render(object, shape, version)),
        (Kind::Objects(shape), Value::Array(elements)) => {
            let element = |element| render_value(element, Kind::Object(shape), version);
            Value::Array(elements.into_iter().map(element).collect())
        }
        (Kind::Variant(variants), Value::Object(object)) => {
            let odata_type = object.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
            match variants.shape(odata_type) {
                Some(shape) => Value::Object(render(object, shape, version)),
                // Nothing that was checked comes here; what a later version stored is shown as it is.
                None => Value::Object(object),
            }
        }
        (Kind::VariantList(variants), Value::Array(elements)) => {
            let element = |element| render_value(element, Kind::Variant(variants), version);
            Value::Array(elements.into_iter().map(element).collect())
        }
        // Values without members of their own.
        (_, value) => value,
    }
}
