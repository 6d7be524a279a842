//! Filters in their simplest form. Each function here makes a filter that is true of exactly the documents that the plain one
//! would be true of, also where fields are null.
//!
//! Lists are flat and constants gone. What is asked of one field becomes one condition where it can: values and ranges joined by
//! `and`, values joined by `or`, values that are excluded; and `any(a) or any(b)` looks at the elements once.

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
    // Where the values or the range of a field stand in `flat`.
    let mut positions: HashMap<FieldId, usize> = HashMap::new();
    // None of these may be true: `not a and not b` is `not (a or b)`.
    let mut excluded: Vec<Filter> = Vec::new();
    let parts = parts.flat_map(|part| if let Filter::And(inner) = part { inner } else { vec![part] });
    for part in parts {
        match part {
            Filter::Always(true) => {}
            Filter::Always(false) => return part,
            Filter::Not(inner) if matches!(*inner, Filter::Text { .. } | Filter::Any { .. }) => {
                excluded.push(*inner);
            }
            Filter::Text { field, .. } | Filter::Integers { field, .. } | Filter::Doubles { field, .. } => {
                let position = *positions.entry(field).or_insert(flat.len());
                let Some(before) = flat.get_mut(position) else {
                    flat.push(part);
                    continue;
                };
                *before = intersection(before, part);
                if *before == Filter::Always(false) {
                    return Filter::Always(false);
                }
            }
            Filter::Not(_)
            | Filter::And(_)
            | Filter::Or(_)
            | Filter::Null(_)
            | Filter::Boolean { .. }
            | Filter::Within { .. }
            | Filter::Inside { .. }
            | Filter::Any { .. } => flat.push(part),
        }
    }
    if !excluded.is_empty() {
        let excluded = or(excluded.into_iter());
        let excluded = if let Filter::Or(parts) = excluded { parts } else { vec![excluded] };
        flat.extend(excluded.into_iter().map(not));
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
    // Where the values of a field stand in `flat`, and what is asked of the elements of a collection.
    let mut texts: HashMap<FieldId, usize> = HashMap::new();
    let mut elements: HashMap<FieldId, (usize, Vec<Filter>)> = HashMap::new();
    let parts = parts.flat_map(|part| if let Filter::Or(inner) = part { inner } else { vec![part] });
    for part in parts {
        match part {
            Filter::Always(false) => {}
            Filter::Always(true) => return part,
            Filter::Text { field, values } => {
                let position = *texts.entry(field).or_insert(flat.len());
                match flat.get_mut(position) {
                    Some(Filter::Text { values: all, .. }) => all.extend(values),
                    _ => flat.push(Filter::Text { field, values }),
                }
            }
            // An element that meets one of two conditions: `any(a) or any(b)` is `any(a or b)`.
            Filter::Any { collection, condition } => {
                let (_, conditions) = elements.entry(collection).or_insert_with(|| {
                    flat.push(Filter::Always(false));
                    (flat.len() - 1, Vec::new())
                });
                conditions.push(*condition);
            }
            Filter::Not(_)
            | Filter::And(_)
            | Filter::Or(_)
            | Filter::Null(_)
            | Filter::Boolean { .. }
            | Filter::Integers { .. }
            | Filter::Doubles { .. }
            | Filter::Within { .. }
            | Filter::Inside { .. } => flat.push(part),
        }
    }
    for position in texts.into_values() {
        if let Some(Filter::Text { values, .. }) = flat.get_mut(position) {
            values.sort_unstable();
            values.dedup();
        }
    }
    for (collection, (position, conditions)) in elements {
        flat[position] = any(collection, or(conditions.into_iter()));
    }
    match flat.len() {
        0 => Filter::Always(false),
        1 => flat.remove(0),
        _ => Filter::Or(flat),
    }
}

/// Both of two conditions on one field: sets of values or ranges.
fn intersection(one: &Filter, other: Filter) -> Filter {
    match (one, &other) {
        (Filter::Text { field, values }, Filter::Text { values: other, .. }) => {
            let is_in_other = |value: &&String| other.binary_search(value).is_ok();
            text(*field, values.iter().filter(is_in_other).cloned().collect())
        }
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
        _ => Filter::And(vec![one.clone(), other]),
    }
}

/// The bound that lets less through.
fn narrower(one: Bound, other: Bound, is_one: bool) -> Bound {
    if one.at == other.at {
        return Bound { at: one.at, inclusive: one.inclusive && other.inclusive };
    }
    if is_one { one } else { other }
}
