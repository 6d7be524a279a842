//! What an expression is once its names and types are known.

use lazuli_catalog::GeoPoint;

use super::names::Reference;
use super::types::Type;
use crate::filter::Polygon;
use crate::odata::Geography;
use crate::odata::tree::{BinaryOperator, Literal, Quantifier};

/// A value in an expression.
#[derive(Debug)]
pub(crate) enum Operand<'a> {
    /// A constant.
    Literal(&'a Literal),
    /// A constant on the earth.
    Geography(&'a Geography),
    /// A field or a range variable.
    Reference(Reference<'a>),
    /// `search.score()`
    Score,
    /// `geo.distance(…)`
    Distance {
        /// A point.
        value: Reference<'a>,
        /// The point it is measured from.
        from: GeoPoint,
    },
    /// Something that is true or false.
    Condition(Condition<'a>),
}

impl<'a> Operand<'a> {
    pub(super) fn type_of(&self) -> Type<'a> {
        match self {
            Self::Literal(literal) => Type::of_literal(literal),
            Self::Geography(Geography::Point(_)) => Type::Point,
            Self::Geography(Geography::Polygon(_)) => Type::Polygon,
            Self::Reference(reference) => reference.type_of(),
            Self::Score | Self::Distance { .. } => Type::Double,
            Self::Condition(_) => Type::Boolean,
        }
    }
}

/// Something that is true or false of a document, or of an element of a collection. Its types fit, its fields may be used, and
/// within a lambda expression all of them hang on the innermost range variable.
#[derive(Debug)]
pub(crate) enum Condition<'a> {
    /// `true`, `false`
    Constant(bool),
    /// A Boolean field or range variable.
    Flag(Reference<'a>),
    /// A field or range variable and a constant whose types fit.
    Compare {
        /// What is compared.
        value: Reference<'a>,
        /// How, with the value on the left.
        operator: Comparison,
        /// What it is compared with; null only for equality.
        constant: &'a Literal,
    },
    /// `geo.distance(…)` and a number of kilometres.
    Near {
        /// The point.
        value: Reference<'a>,
        /// What it is measured from.
        from: GeoPoint,
        /// How; never equality.
        operator: Comparison,
        /// The distance it is compared with.
        kilometres: f64,
    },
    /// `geo.intersects(…)`
    Inside {
        /// The point.
        value: Reference<'a>,
        /// The area.
        polygon: Polygon,
    },
    /// `search.in(…)`
    In {
        /// The string.
        value: Reference<'a>,
        /// Sorted, without duplicates; may be empty.
        values: Vec<String>,
    },
    /// The negation.
    Not(Box<Condition<'a>>),
    /// All of them; at least two.
    And(Vec<Condition<'a>>),
    /// One of them; at least two.
    Or(Vec<Condition<'a>>),
    /// `any` or `all`.
    Lambda {
        /// The collection.
        collection: Reference<'a>,
        /// Which of the two.
        quantifier: Quantifier,
        /// On one element; none for `any()`.
        body: Option<Box<Condition<'a>>>,
    },
}

/// The six operators of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison that an operator is, if it is one.
    pub(super) fn of(operator: BinaryOperator) -> Option<Self> {
        Some(match operator {
            BinaryOperator::Equal => Self::Equal,
            BinaryOperator::NotEqual => Self::NotEqual,
            BinaryOperator::LessThan => Self::Less,
            BinaryOperator::LessThanOrEqual => Self::LessOrEqual,
            BinaryOperator::GreaterThan => Self::Greater,
            BinaryOperator::GreaterThanOrEqual => Self::GreaterOrEqual,
            BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::Has => return None,
        })
    }

    /// `eq` and `ne`.
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// With its operands exchanged: `5 lt x` is `x gt 5`.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// As it is written.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
        }
    }
}
