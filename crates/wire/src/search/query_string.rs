//! Requests in the query string of a GET.

use serde_json::{Map, Number, Value};

use crate::ApiVersion;
use crate::since::{Kind, Member, Shape};

/// What is wrong with a parameter of a query string.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// The operation has no such parameter.
    #[error(
        "The parameter '{name}' in the request URL is not a valid parameter for the operation '{operation}'."
    )]
    Unknown {
        /// Its name as it was sent.
        name: String,
        /// The operation, e.g. `search`.
        operation: &'static str,
    },
    /// Only `facet` and `scoringParameter` may be repeated.
    #[error("Query option '{name}' was specified more than once, but it must be specified at most once.")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// The text is no value of the parameter's type.
    #[error(
        "Cannot convert the literal '{literal}' to the expected type '{expected}'.\r\nParameter name: {name}"
    )]
    WrongLiteral {
        /// The parameter's name.
        name: String,
        /// The text as it was sent.
        literal: String,
        /// The type's name, e.g. `Edm.Int32`.
        expected: &'static str,
    },
}

/// Names in a query string that are not those of the body (`query.md` §1.1).
const QUERY_NAMES: [(&str, &str); 8] = [
    ("$count", "count"),
    ("$filter", "filter"),
    ("$orderby", "orderby"),
    ("$select", "select"),
    ("$skip", "skip"),
    ("$top", "top"),
    ("facet", "facets"),
    ("scoringParameter", "scoringParameters"),
];

/// What is no parameter of an operation. These names may be written in any case.
const SKIPPED: [&str; 2] = ["api-version", "api-key"];

/// The parameters of a query string, split and percent-decoded, as the members of the body that says the same.
/// `api-version` and `api-key` are skipped.
pub(crate) fn members<'a>(
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    shape: &Shape,
    version: ApiVersion,
) -> Result<Map<String, Value>, ParameterError> {
    let mut members = Map::new();
    for (name, text) in parameters {
        if !SKIPPED.iter().any(|skipped| name.eq_ignore_ascii_case(skipped)) {
            add_parameter(&mut members, name, text, shape, version)?;
        }
    }
    Ok(members)
}

fn add_parameter(
    members: &mut Map<String, Value>,
    name: &str,
    text: &str,
    shape: &Shape,
    version: ApiVersion,
) -> Result<(), ParameterError> {
    let unknown = || ParameterError::Unknown { name: name.to_owned(), operation: shape.owner.name() };
    let member_name = match QUERY_NAMES.iter().find(|(query_name, _)| *query_name == name) {
        Some((_, member_name)) => member_name,
        // `facets` or `top` are names of the body only.
        None if QUERY_NAMES.iter().any(|(_, member_name)| *member_name == name) => return Err(unknown()),
        None => name,
    };
    let known = |member: &&Member| member.name == member_name && member.since.covers(version);
    let member = shape.members.iter().find(known).ok_or_else(unknown)?;
    let wrong =
        |expected| ParameterError::WrongLiteral { name: name.to_owned(), literal: text.to_owned(), expected };
    let value = match member.kind {
        Kind::Text | Kind::List => Value::from(text),
        Kind::Flag => text.to_ascii_lowercase().parse::<bool>().map_err(|_| wrong("Edm.Boolean"))?.into(),
        Kind::Integer => text.parse::<i32>().map_err(|_| wrong("Edm.Int32"))?.into(),
        Kind::Number => {
            let number = text.parse().ok().and_then(Number::from_f64);
            Value::Number(number.ok_or_else(|| wrong("Edm.Double"))?)
        }
        Kind::Texts => {
            let list = members.entry(member_name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(texts) = list {
                texts.push(text.into());
            }
            return Ok(());
        }
        Kind::Long
        | Kind::Numbers
        | Kind::TextMap
        | Kind::NumberMap
        | Kind::Dictionary
        | Kind::Object(_)
        | Kind::Objects(_)
        | Kind::Variant(_)
        | Kind::VariantList(_) => return Err(unknown()),
    };
    match members.insert(member_name.to_owned(), value) {
        Some(_) => Err(ParameterError::Repeated { name: name.to_owned() }),
        None => Ok(()),
    }
}
