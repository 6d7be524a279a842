//! What a `$filter` means for an index: few kinds of conditions, all of them either true or false of a document.
//!
//! Null and NaN follow the table of `query.md` §2.1.2, which is two-valued: a comparison with null or NaN is false, `ne` is the
//! negation of `eq` (so true for null), and `not` negates. So every operator comes down to equality, ranges and null, and
//! `all` to `any` of the negation.

use lazuli_catalog::{FieldId, GeoPoint, Schema};

use crate::expression::{Binder, ExpressionError, Purpose};
use crate::limits::FILTER_CONDITIONS_MAX;
use crate::odata;

mod lower;
mod simplify;

/// A condition on a document; inside [`Filter::Any`] on an element of the collection.
///
/// A field inside a complex collection is only ever asked for within the [`Filter::Any`] of the collection that directly
/// encloses it. Within the `Any` of a collection of simple values the collection's own id stands for the element.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// True of everything or of nothing.
    Always(bool),
    /// The negation.
    Not(Box<Filter>),
    /// All of them.
    And(Vec<Filter>),
    /// At least one of them.
    Or(Vec<Filter>),
    /// The field has no value. So has every sub-field of a complex value that is null.
    Null(FieldId),
    /// A Boolean field has this value.
    Boolean {
        /// The field.
        field: FieldId,
        /// The value.
        value: bool,
    },
    /// A string field has one of these values, ordinally.
    Text {
        /// The field.
        field: FieldId,
        /// Sorted, without duplicates.
        values: Vec<String>,
    },
    /// A whole number or a date (milliseconds since 1970) in `low..=high`.
    Integers {
        /// The field.
        field: FieldId,
        /// The lowest.
        low: i64,
        /// The highest; not below `low`.
        high: i64,
    },
    /// A double between two bounds. NaN is in no range.
    Doubles {
        /// The field.
        field: FieldId,
        /// The lower bound, never NaN; `-0.0` and `0.0` are equal.
        low: Bound,
        /// The upper bound.
        high: Bound,
    },
    /// A point within a distance, false where there is no point.
    Within {
        /// The field.
        field: FieldId,
        /// The centre.
        center: GeoPoint,
        /// Which distances count.
        distance: Distance,
    },
    /// A point in a polygon, its border included; false where there is no point.
    Inside {
        /// The field.
        field: FieldId,
        /// The polygon.
        polygon: Polygon,
    },
    /// At least one element of a collection meets the condition.
    Any {
        /// The collection, complex or simple.
        collection: FieldId,
        /// On one element.
        condition: Box<Filter>,
    },
}

/// One end of a range of doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Where it ends; infinite for no end.
    pub at: f64,
    /// Whether `at` itself belongs to it.
    pub inclusive: bool,
}

impl Bound {
    /// No lower end.
    pub const LOWEST: Self = Self { at: f64::NEG_INFINITY, inclusive: true };
    /// No upper end.
    pub const HIGHEST: Self = Self { at: f64::INFINITY, inclusive: true };
}

/// A comparison with a distance in kilometres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distance {
    /// `lt`
    Below(f64),
    /// `le`
    AtMost(f64),
    /// `gt`
    Above(f64),
    /// `ge`
    AtLeast(f64),
}

/// A closed ring, the last point equal to the first; at least four points. Which way round it goes does not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// The corners, in degrees.
    pub ring: Vec<GeoPoint>,
}

/// What a filter means for an index. Blank texts are the caller's business.
pub(crate) fn bind(schema: &Schema, text: &str) -> Result<Filter, ExpressionError> {
    let expression = odata::parse_filter(text)?;
    let condition = Binder::new(schema, Purpose::Filter).filter(&expression)?;
    let filter = lower::lower(condition);
    if filter.conditions() > FILTER_CONDITIONS_MAX {
        return Err(ExpressionError::TooManyConditions);
    }
    Ok(filter)
}

impl Filter {
    /// How many conditions on a field it consists of; the values of a set are one.
    pub fn conditions(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::conditions).sum(),
            Self::Not(inner) => inner.conditions(),
            Self::Any { condition, .. } => 1 + condition.conditions(),
            Self::Always(_)
            | Self::Null(_)
            | Self::Boolean { .. }
            | Self::Text { .. }
            | Self::Integers { .. }
            | Self::Doubles { .. }
            | Self::Within { .. }
            | Self::Inside { .. } => 1,
        }
    }
}
