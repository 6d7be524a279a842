//! Filters in their simplest form. Each function here makes a filter that is true of exactly the documents that the plain one
//! would be true of, also where fields are null.
//!
//! Lists are flat, constants gone, `eq a or eq b` on one string field is one set of values, and ranges of one field under `and`
//! are one range.

use std::collections::HashMap;

use lazuli_catalog::FieldId;

use super::{Bound, Filter};

/// A string field has one of these values.
pub(super) fn text(field: FieldId, values: Vec<String>) -> Filter {
    if values.is_empty() { Filter::Always(false) } else { Filter::Text { field, values } }
}

/// A double lies between two bounds.
pub(super) fn doubles(field: FieldId, low: Bound, high: Bound) -> Filter {
    let is_empty = low.at > high.at || (low.at == high.at && !(low.inclusive && high.inclusive));
    if is_empty { Filter::Always(false) } else { Filter::Doubles { field, low, high } }
}

/// The negation. Negations of all parts of a list meet it and go.
pub(super) fn not(filter: Filter) -> Filter {
    match filter {
        Filter::Always(value) => Filter::Always(!value),
        Filter::Not(inner) => *inner,
        Filter::And(parts) if parts.iter().all(is_not) => or(parts.into_iter().map(not)),
        Filter::Or(parts) if parts.iter().all(is_not) => and(parts.into_iter().map(not)),
        Filter::And(_)
        | Filter::Or(_)
        | Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Text { .. }
        | Filter::Integers { .. }
        | Filter::Doubles { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. }
        | Filter::Any { .. } => Filter::Not(Box::new(filter)),
    }
}

fn is_not(filter: &Filter) -> bool {
    matches!(filter, Filter::Not(_))
}

/// At least one element meets a condition.
pub(super) fn any(collection: FieldId, condition: Filter) -> Filter {
    if condition == Filter::Always(false) {
        return condition;
    }
    Filter::Any { collection, condition: Box::new(condition) }
}

/// All of them.
pub(super) fn and(parts: impl Iterator<Item = Filter>) -> Filter {
    let mut flat: Vec<Filter> = Vec::new();
    // Where the range of a field stands in `flat`.
    let mut ranges: HashMap<FieldId, usize> = HashMap::new();
    let parts = parts.flat_map(|part| if let Filter::And(inner) = part { inner } else { vec![part] });
    for part in parts {
        let part = match (range_field(&part), part) {
            (None, Filter::Always(true)) => continue,
            (None, part) => part,
            (Some(field), part) => match ranges.get(&field) {
                Some(position) => {
                    let merged = intersection(&flat[*position], &part);
                    if let Filter::Always(false) = merged {
                        return merged;
                    }
                    flat[*position] = merged;
                    continue;
                }
                None => {
                    ranges.insert(field, flat.len());
                    part
                }
            },
        };
        if let Filter::Always(false) = part {
            return part;
        }
        flat.push(part);
    }
    match flat.len() {
        0 => Filter::Always(true),
        1 => flat.remove(0),
        _ => Filter::And(flat),
    }
}

/// At least one of them.
pub(super) fn or(parts: impl Iterator<Item = Filter>) -> Filter {
    let mut flat: Vec<Filter> = Vec::new();
    // Where the values of a string field stand in `flat`.
    let mut texts: HashMap<FieldId, usize> = HashMap::new();
    let parts = parts.flat_map(|part| if let Filter::Or(inner) = part { inner } else { vec![part] });
    for part in parts {
        if let Filter::Always(value) = part {
            if value {
                return part;
            }
            continue;
        }
        if let Filter::Text { field, values } = part {
            let position = *texts.entry(field).or_insert(flat.len());
            match flat.get_mut(position) {
                Some(Filter::Text { values: all, .. }) => all.extend(values),
                _ => flat.push(Filter::Text { field, values }),
            }
            continue;
        }
        flat.push(part);
    }
    for position in texts.into_values() {
        if let Some(Filter::Text { values, .. }) = flat.get_mut(position) {
            values.sort_unstable();
            values.dedup();
        }
    }
    match flat.len() {
        0 => Filter::Always(false),
        1 => flat.remove(0),
        _ => Filter::Or(flat),
    }
}

/// The field of a range.
fn range_field(filter: &Filter) -> Option<FieldId> {
    match filter {
        Filter::Integers { field, .. } | Filter::Doubles { field, .. } => Some(*field),
        Filter::Always(_)
        | Filter::Not(_)
        | Filter::And(_)
        | Filter::Or(_)
        | Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Text { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. }
        | Filter::Any { .. } => None,
    }
}

/// Both of two ranges of one field.
fn intersection(one: &Filter, other: &Filter) -> Filter {
    match (one, other) {
        (
            Filter::Integers { field, low, high },
            Filter::Integers { low: other_low, high: other_high, .. },
        ) => {
            let (low, high) = (*low.max(other_low), *high.min(other_high));
            if low > high { Filter::Always(false) } else { Filter::Integers { field: *field, low, high } }
        }
        (Filter::Doubles { field, low, high }, Filter::Doubles { low: other_low, high: other_high, .. }) => {
            let low = narrower(*low, *other_low, low.at > other_low.at);
            let high = narrower(*high, *other_high, high.at < other_high.at);
            doubles(*field, low, high)
        }
        // A field has one type.
        _ => Filter::And(vec![one.clone(), other.clone()]),
    }
}

/// The bound that lets less through.
fn narrower(one: Bound, other: Bound, is_one: bool) -> Bound {
    if one.at == other.at {
        return Bound { at: one.at, inclusive: one.inclusive && other.inclusive };
    }
    if is_one { one } else { other }
}
