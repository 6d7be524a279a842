//! Binding: the strings of a request meet the index's fields, and everything that can be wrong with them comes out here.

use std::collections::HashSet;

use lazuli_catalog::document::Projection;
use lazuli_catalog::{FieldId, Schema};

use crate::error::QueryError;
use crate::limits::{CLAUSES_MAX, PAGE_HITS_MAX, SEARCH_CHARACTERS_MAX, SKIP_MAX, TOP_DEFAULT, TOP_MAX};
use crate::search::{Request, Search, TextQuery};
use crate::tree::Node;
use crate::{filter, odata, order, simple};

/// Checks a request against an index. Everything is checked, also what the question would not need: `searchFields` beside
/// a search for everything.
pub fn bind(schema: &Schema, request: &Request<'_>) -> Result<Search, QueryError> {
    let fields = search_fields(schema, &request.search_fields)?;
    let text = text(request, fields)?;
    let filter = given_text(request.filter).map(|text| filter::bind(schema, text)).transpose();
    let filter = filter.map_err(|error| QueryError::Expression { parameter: "$filter", error })?;
    let order = given_text(request.orderby).map(|text| order::bind(schema, text)).transpose();
    let order =
        order.map_err(|error| QueryError::Expression { parameter: "$orderby", error })?.unwrap_or_default();
    let projection = projection(schema, request.select)?;
    let top = in_range("$top", request.top, TOP_MAX)?.unwrap_or(TOP_DEFAULT).min(PAGE_HITS_MAX);
    let skip = in_range("$skip", request.skip, SKIP_MAX)?.unwrap_or_default();
    Ok(Search { text, filter, order, projection, top, skip, count: request.count })
}

/// The fields to search, in the order of the definition.
fn search_fields(schema: &Schema, paths: &[&str]) -> Result<Vec<FieldId>, QueryError> {
    let mut named = HashSet::new();
    for path in given(paths) {
        let Some(field) = schema.field(path) else {
            return Err(QueryError::UnknownSearchField { field: path.to_owned() });
        };
        if !field.is_text() {
            return Err(QueryError::NotSearchable { field: path.to_owned() });
        }
        named.insert(field.id);
    }
    let is_searched = |id: &FieldId| named.is_empty() || named.contains(id);
    Ok(schema.text_fields().map(|field| field.id).filter(is_searched).collect())
}

/// The items of a comma list. Empty and blank lists mean "not given" (`query.md` §1.1).
fn given<'a>(items: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let is_given = items.iter().any(|item| !item.trim().is_empty());
    items.iter().map(|item| item.trim()).filter(move |_| is_given)
}

fn text(request: &Request<'_>, fields: Vec<FieldId>) -> Result<TextQuery, QueryError> {
    let text = request.search.unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(TextQuery::MatchAll);
    }
    if text.chars().nth(SEARCH_CHARACTERS_MAX).is_some() {
        return Err(QueryError::TextTooLong);
    }
    let mode = request.search_mode;
    let parsed = simple::parse_within_limits(text, mode);
    if parsed.root == Node::MatchAll {
        return Ok(TextQuery::MatchAll);
    }
    if fields.is_empty() {
        return Err(QueryError::NoSearchableFields);
    }
    if parsed.units * fields.len() > CLAUSES_MAX {
        return Err(QueryError::TooManyClauses);
    }
    if parsed.is_too_deep {
        return Err(QueryError::TooDeep);
    }
    Ok(TextQuery::Parsed { root: parsed.root, mode, fields })
}

/// A text that says something: blank ones mean "not given" (`query.md` §1.1).
fn given_text(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// What a `$select` shows; all retrievable fields if it says nothing.
pub fn projection(schema: &Schema, select: Option<&str>) -> Result<Projection, QueryError> {
    let Some(text) = given_text(select) else { return Ok(Projection::all(schema)) };
    let paths = odata::parse_select(text)
        .map_err(|error| QueryError::Expression { parameter: "$select", error: error.into() })?;
    let paths: Vec<String> = paths.iter().map(|segments| segments.join("/")).collect();
    Ok(Projection::select(schema, &paths)?)
}

fn in_range(parameter: &'static str, value: Option<i64>, maximum: i64) -> Result<Option<usize>, QueryError> {
    let Some(value) = value else { return Ok(None) };
    let in_range = usize::try_from(value).ok().filter(|_| value <= maximum);
    in_range.map(Some).ok_or(QueryError::OutOfRange { parameter, maximum })
}
