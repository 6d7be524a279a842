//! From a condition as it was written to the few kinds of [`Filter`].
//!
//! `ne` is the negation of `eq`, `all(x: c)` that there is not `any(x: not c)`, and a comparison a range. Whole numbers are
//! compared with a constant that is none as doubles (`query.md` §2.1.2): the whole numbers that pass are found by bisection,
//! since widening to a double keeps their order.

use lazuli_catalog::{Field, FieldId, FieldType};

use super::{Bound, Distance, Filter, simplify};
use crate::expression::{Comparison, Condition, Reference};
use crate::odata::tree::{Literal, Quantifier};

/// The filter that a condition is.
pub(super) fn lower(condition: Condition<'_>) -> Filter {
    match condition {
        Condition::Constant(value) => Filter::Always(value),
        Condition::Flag(value) => Filter::Boolean { field: value.field.id, value: true },
        Condition::Compare { value, operator, constant } => compare(value, operator, constant),
        Condition::Near { value, from, operator, kilometres } => {
            near(operator, kilometres).map_or(Filter::Always(false), |distance| Filter::Within {
                field: value.field.id,
                center: from,
                distance,
            })
        }
        Condition::Inside { value, polygon } => Filter::Inside { field: value.field.id, polygon },
        Condition::In { value, values } => texts(value.field, values),
        Condition::Not(inner) => simplify::not(lower(*inner)),
        Condition::And(parts) => simplify::and(parts.into_iter().map(lower)),
        Condition::Or(parts) => simplify::or(parts.into_iter().map(lower)),
        Condition::Lambda { collection, quantifier, body } => {
            let body = body.map_or(Filter::Always(true), |body| lower(*body));
            let collection = collection.field.id;
            match quantifier {
                Quantifier::Any => simplify::any(collection, body),
                Quantifier::All => simplify::not(simplify::any(collection, simplify::not(body))),
            }
        }
    }
}

/// None if nothing passes.
fn near(operator: Comparison, kilometres: f64) -> Option<Distance> {
    if kilometres.is_nan() {
        return None;
    }
    match operator {
        Comparison::Less => Some(Distance::Below(kilometres)),
        Comparison::LessOrEqual => Some(Distance::AtMost(kilometres)),
        Comparison::Greater => Some(Distance::Above(kilometres)),
        Comparison::GreaterOrEqual => Some(Distance::AtLeast(kilometres)),
        Comparison::Equal | Comparison::NotEqual => None,
    }
}

fn compare(value: Reference<'_>, operator: Comparison, constant: &Literal) -> Filter {
    if operator == Comparison::NotEqual {
        return simplify::not(compare(value, Comparison::Equal, constant));
    }
    let field = value.field.id;
    let field_type = value.field.field_type;
    match constant {
        Literal::Null => Filter::Null(field),
        Literal::Boolean(value) => Filter::Boolean { field, value: *value },
        Literal::String(text) => texts(value.field, vec![text.clone()]),
        Literal::DateTimeOffset(milliseconds) => integers(field, whole(operator, *milliseconds)),
        Literal::Int32(_)
        | Literal::Int64(_)
        | Literal::Single(_)
        | Literal::Double(_)
        | Literal::Decimal(_)
            if field_type == FieldType::Double =>
        {
            double(field, operator, as_double(constant))
        }
        Literal::Int32(number) => integers(field, whole(operator, i64::from(*number))),
        Literal::Int64(number) => integers(field, whole(operator, *number)),
        Literal::Single(_) | Literal::Double(_) | Literal::Decimal(_) => {
            integers(field, fraction(operator, as_double(constant)))
        }
        // The types did not fit.
        Literal::Geography(_) | Literal::Other(_) => Filter::Always(false),
    }
}

/// A string field has one of these values, as its normalizer leaves them. This has to happen before anything is simplified: of
/// two constants that differ the normalizer may make one.
fn texts(field: &Field, mut values: Vec<String>) -> Filter {
    if field.normalizer.is_some() {
        for value in &mut values {
            *value = field.normalized(value).into_owned();
        }
        values.sort_unstable();
        values.dedup();
    }
    simplify::text(field.id, values)
}

/// The value of a number; no other constant comes here.
fn as_double(constant: &Literal) -> f64 {
    constant.number().unwrap_or(f64::NAN)
}

fn integers(field: FieldId, range: Option<(i64, i64)>) -> Filter {
    range.map_or(Filter::Always(false), |(low, high)| Filter::Integers { field, low, high })
}

/// The whole numbers that compare so with a whole number, if there are any.
fn whole(operator: Comparison, constant: i64) -> Option<(i64, i64)> {
    match operator {
        Comparison::Equal => Some((constant, constant)),
        Comparison::Less => constant.checked_sub(1).map(|high| (i64::MIN, high)),
        Comparison::LessOrEqual => Some((i64::MIN, constant)),
        Comparison::Greater => constant.checked_add(1).map(|low| (low, i64::MAX)),
        Comparison::GreaterOrEqual => Some((constant, i64::MAX)),
        Comparison::NotEqual => None,
    }
}

/// The whole numbers that, as doubles, compare so with a constant, if there are any.
fn fraction(operator: Comparison, constant: f64) -> Option<(i64, i64)> {
    // Of those below the constant, and of those not above it, the last; none if there is none.
    let below = last(|number| (number as f64) < constant);
    let not_above = last(|number| number as f64 <= constant);
    let after = |number: Option<i64>| number.map_or(Some(i64::MIN), |number| number.checked_add(1));
    let (low, high) = match operator {
        Comparison::Equal => (after(below), not_above),
        Comparison::Less => (Some(i64::MIN), below),
        Comparison::LessOrEqual => (Some(i64::MIN), not_above),
        Comparison::Greater => (after(not_above), Some(i64::MAX)),
        Comparison::GreaterOrEqual => (after(below), Some(i64::MAX)),
        Comparison::NotEqual => (None, None),
    };
    low.zip(high).filter(|(low, high)| low <= high)
}

/// The last whole number that passes a test which, once failed, fails for all greater ones.
fn last(passes: impl Fn(i64) -> bool) -> Option<i64> {
    if !passes(i64::MIN) {
        return None;
    }
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    // `low` passes, and all after `high` fail.
    while low < high {
        let middle = high - ((i128::from(high) - i128::from(low)) / 2) as i64;
        if passes(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

fn double(field: FieldId, operator: Comparison, constant: f64) -> Filter {
    if constant.is_nan() {
        return Filter::Always(false);
    }
    let at = |inclusive| Bound { at: constant, inclusive };
    let (low, high) = match operator {
        Comparison::Equal | Comparison::NotEqual => (at(true), at(true)),
        Comparison::Less => (Bound::LOWEST, at(false)),
        Comparison::LessOrEqual => (Bound::LOWEST, at(true)),
        Comparison::Greater => (at(false), Bound::HIGHEST),
        Comparison::GreaterOrEqual => (at(true), Bound::HIGHEST),
    };
    simplify::doubles(field, low, high)
}
