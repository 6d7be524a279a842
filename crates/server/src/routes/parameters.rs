//! Values in the query strings of definitions. A parameter that is there without a value is not given.

use lazuli_wire::search::ParameterError;

use crate::error::{self, Error};
use crate::http::query::QueryString;

/// OData's options that change what is answered. Other names that an operation does not know are left alone, as the service
/// seems to do: clients add parameters of their own, and one SDK sends `%2524select` for `$select`.
const OPTIONS: [&str; 10] =
    ["$apply", "$compute", "$count", "$expand", "$filter", "$orderby", "$search", "$select", "$skip", "$top"];

/// Refuses OData's options except those that the operation takes.
pub(super) fn check_options(query: &QueryString, taken: &[&str]) -> Result<(), Error> {
    let is = |name: &str, options: &[&str]| options.iter().any(|option| name.eq_ignore_ascii_case(option));
    match query.iter().find(|(name, _)| is(name, &OPTIONS) && !is(name, taken)) {
        Some((name, _)) => Err(error::option_not_here(name)),
        None => Ok(()),
    }
}

/// The fields or members to be shown; some clients send it without its `$`.
pub(super) fn select(query: &QueryString) -> Option<&str> {
    query.get("$select").or_else(|| query.get("select"))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_do_nothing_are_refused() {
        let check = |raw, taken: &[&str], expected| {
            let query = QueryString::parse(Some(raw)).unwrap();
            assert_eq!(check_options(&query, taken).is_ok(), expected, "{raw}");
        };
        check("api-version=1&foo=1&filter=x&%2524select=a", &[], true);
        check("$select=a", &["$select"], true);
        check("$select=a", &[], false);
        check("%24Filter=a", &["$select"], false);
        check("$select=a&$orderby=b", &["$select"], false);
    }
}
