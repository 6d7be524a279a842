//! Values in the query strings of definitions. A parameter that is there without a value is not given.

use lazuli_wire::search::ParameterError;

use crate::error::{self, Error};
use crate::http::query::QueryString;

/// `true` or `false`, in any case.
pub(crate) fn flag(query: &QueryString, name: &str) -> Result<Option<bool>, Error> {
    value(query, name, "Edm.Boolean", |text| text.to_ascii_lowercase().parse().ok())
}

/// A number from 0 on.
pub(crate) fn number(query: &QueryString, name: &str) -> Result<Option<usize>, Error> {
    value(query, name, "Edm.Int32", |text| usize::try_from(text.parse::<i32>().ok()?).ok())
}

fn value<T>(
    query: &QueryString,
    name: &str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(text) = query.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || {
        let (name, literal) = (name.to_owned(), text.to_owned());
        error::query_parameter(&ParameterError::WrongLiteral { name, literal, expected })
    };
    parse(text).map(Some).ok_or_else(wrong)
}
