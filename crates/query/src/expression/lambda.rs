//! What may stand in a lambda expression over a collection of simple values (`query.md` §2.1.4).
//!
//! The service answers such a filter from an inverted index, which knows which documents have a value but not which values stand
//! together in a document. So `any` can only ask for values that are there, and `all` only for values that are not. The table
//! of rules is symmetric: `all(x: c)` is allowed exactly if `any(x: not c)` is. Therefore only the rules of `any` are written
//! down here, and negations are counted on the way down (De Morgan).
//!
//! | elements | `any` |
//! |---|---|
//! | String | `eq` and `search.in`, joined by `or` |
//! | Boolean | one clause |
//! | GeographyPoint | `geo.distance` with `lt` or `le`, `geo.intersects`, joined by `or` |
//! | numbers, dates | comparisons; `or` of `and`s; `ne` not below `and` |

use lazuli_catalog::{Field, FieldType};

use super::condition::{Comparison, Condition};
use super::error::ExpressionError;
use crate::odata::tree::Quantifier;

type Checked = Result<(), ExpressionError>;

/// Checks the body of a lambda over a collection of simple values.
pub(super) fn check(collection: &Field, quantifier: Quantifier, body: &Condition<'_>) -> Checked {
    let place = Place { is_negated: quantifier == Quantifier::All, is_below_and: false };
    match collection.field_type {
        FieldType::String => string(body, place),
        FieldType::Boolean => boolean(body),
        FieldType::GeographyPoint => point(body, place),
        FieldType::Int32 | FieldType::Int64 | FieldType::Double | FieldType::DateTimeOffset => {
            ordered(body, place)
        }
        // Complex values are looked at one by one: anything goes. Vectors are never filterable.
        FieldType::Complex | FieldType::Vector(_) => Ok(()),
    }
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place {
    /// Under an odd number of negations.
    is_negated: bool,
    /// Below an `and`, as it is once negations are pushed inward.
    is_below_and: bool,
}

impl Place {
    fn negated(self) -> Self {
        Self { is_negated: !self.is_negated, ..self }
    }
}

/// What a part of a body is, once negations are pushed inward.
enum Part<'b, 'a> {
    /// Stands apart from the rules: `true`.
    Constant,
    Not(&'b Condition<'a>),
    And(&'b [Condition<'a>]),
    Or(&'b [Condition<'a>]),
    /// One clause.
    Leaf(&'b Condition<'a>),
}

fn part<'b, 'a>(condition: &'b Condition<'a>, place: Place) -> Part<'b, 'a> {
    match condition {
        Condition::Constant(_) => Part::Constant,
        Condition::Not(inner) => Part::Not(inner),
        Condition::And(parts) if place.is_negated => Part::Or(parts),
        Condition::Or(parts) if place.is_negated => Part::And(parts),
        Condition::And(parts) => Part::And(parts),
        Condition::Or(parts) => Part::Or(parts),
        Condition::Flag(_)
        | Condition::Compare { .. }
        | Condition::Near { .. }
        | Condition::Inside { .. }
        | Condition::In { .. }
        | Condition::Lambda { .. } => Part::Leaf(condition),
    }
}

fn string(condition: &Condition<'_>, place: Place) -> Checked {
    match part(condition, place) {
        Part::Constant => Ok(()),
        Part::Not(inner) => string(inner, place.negated()),
        Part::And(_) => Err(ExpressionError::LambdaJoin { type_name: FieldType::String.name() }),
        Part::Or(parts) => parts.iter().try_for_each(|part| string(part, place)),
        Part::Leaf(leaf) => {
            let is_inequality = matches!(leaf, Condition::Compare { operator: Comparison::NotEqual, .. });
            if is_inequality == place.is_negated { Ok(()) } else { Err(ExpressionError::LambdaEquality) }
        }
    }
}

fn boolean(condition: &Condition<'_>) -> Checked {
    match condition {
        Condition::Not(inner) => boolean(inner),
        Condition::And(_) | Condition::Or(_) => Err(ExpressionError::LambdaBooleanJoin),
        Condition::Constant(_)
        | Condition::Flag(_)
        | Condition::Compare { .. }
        | Condition::Near { .. }
        | Condition::Inside { .. }
        | Condition::In { .. }
        | Condition::Lambda { .. } => Ok(()),
    }
}

fn point(condition: &Condition<'_>, place: Place) -> Checked {
    match part(condition, place) {
        Part::Constant => Ok(()),
        Part::Not(inner) => point(inner, place.negated()),
        Part::And(_) => Err(ExpressionError::LambdaJoin { type_name: FieldType::GeographyPoint.name() }),
        Part::Or(parts) => parts.iter().try_for_each(|part| point(part, place)),
        Part::Leaf(leaf) => {
            let is_outside = matches!(
                leaf,
                Condition::Near { operator: Comparison::Greater | Comparison::GreaterOrEqual, .. }
            );
            if is_outside == place.is_negated { Ok(()) } else { Err(ExpressionError::LambdaGeo) }
        }
    }
}

fn ordered(condition: &Condition<'_>, place: Place) -> Checked {
    match part(condition, place) {
        Part::Constant => Ok(()),
        Part::Not(inner) => ordered(inner, place.negated()),
        Part::And(parts) => {
            let place = Place { is_below_and: true, ..place };
            parts.iter().try_for_each(|part| ordered(part, place))
        }
        Part::Or(_) if place.is_below_and => Err(ExpressionError::LambdaForm),
        Part::Or(parts) => parts.iter().try_for_each(|part| ordered(part, place)),
        Part::Leaf(leaf) => {
            let unequal = if place.is_negated { Comparison::Equal } else { Comparison::NotEqual };
            let is_unequal = matches!(leaf, Condition::Compare { operator, .. } if *operator == unequal);
            if is_unequal && place.is_below_and { Err(ExpressionError::LambdaForm) } else { Ok(()) }
        }
    }
}
