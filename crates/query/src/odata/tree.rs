//! The tree of an OData expression as it was written; nothing is looked up yet.
//!
//! The parser accepts what Microsoft.OData.Core accepts, also what the service has no use for (`add`, `has`, GUIDs), so
//! that the refusal is the service's: about meaning, without a position.

use super::geography::Geography;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A constant.
    Literal(Literal),
    /// `Address/City`, a range variable `r`, or a member of one `r/Type`: at least one segment.
    Path(Vec<String>),
    /// A function call. The name has its namespace: `search.in`.
    Call {
        /// The name as written.
        function: String,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
    /// An operator with one operand.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// What it is applied to.
        operand: Box<Expression>,
    },
    /// Operands joined by `and`, at least two. A list, because filters of ten thousand clauses are written.
    And(Vec<Expression>),
    /// Operands joined by `or`, at least two.
    Or(Vec<Expression>),
    /// Another operator between two operands.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// Before it.
        left: Box<Expression>,
        /// After it.
        right: Box<Expression>,
    },
    /// `Rooms/any(r: …)`.
    Lambda(Lambda),
    /// What Microsoft.OData.Core reads and then refuses whatever the index (`*`, `@p`, `Address/length()`), as the sentence
    /// that it does so with.
    Refused(String),
}

/// `any` or `all` over a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// Which of the two.
    pub quantifier: Quantifier,
    /// The path of the collection.
    pub collection: Vec<String>,
    /// The range variable and the condition; none for `any()`.
    pub body: Option<(String, Box<Expression>)>,
}

/// See [`Lambda`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one element.
    Any,
    /// Every element, also of none.
    All,
}

/// Operators before their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// Operators between their operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are OData's")]
pub enum BinaryOperator {
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Has,
}

impl BinaryOperator {
    /// As it is written.
    pub(crate) fn word(self) -> &'static str {
        self.names().0
    }

    /// What the library's sentences call it.
    pub(crate) fn kind(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Equal => ("eq", "Equal"),
            Self::NotEqual => ("ne", "NotEqual"),
            Self::GreaterThan => ("gt", "GreaterThan"),
            Self::GreaterThanOrEqual => ("ge", "GreaterThanOrEqual"),
            Self::LessThan => ("lt", "LessThan"),
            Self::LessThanOrEqual => ("le", "LessThanOrEqual"),
            Self::Add => ("add", "Add"),
            Self::Subtract => ("sub", "Subtract"),
            Self::Multiply => ("mul", "Multiply"),
            Self::Divide => ("div", "Divide"),
            Self::Modulo => ("mod", "Modulo"),
            Self::Has => ("has", "Has"),
        }
    }
}

/// A constant, typed by its spelling as Microsoft.OData.Core does it.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// `'It''s'`, unescaped.
    String(String),
    /// A whole number of 32 bits.
    Int32(i32),
    /// A larger one, or one with the suffix `L`.
    Int64(i64),
    /// A number with a point or exponent that a single holds as written, or one with the suffix `f`: the double that is
    /// written as the single is (3.6, not 3.5999999), which is how Microsoft.OData.Core widens it.
    Single(f64),
    /// Other numbers with a point or exponent, `NaN`, `INF`, `-INF`, or one with the suffix `d`.
    Double(f64),
    /// A number too precise for a double, or with the suffix `m`, as the nearest double.
    Decimal(f64),
    /// A date and time with an offset: milliseconds since 1970-01-01T00:00:00Z, truncated as stored values are.
    DateTimeOffset(i64),
    /// `geography'…'`.
    Geography(Geography),
    /// A literal of a type that no field has, by the type's name (`Edm.Guid`).
    Other(&'static str),
}

impl Literal {
    /// The value, if it is a number.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Int32(value) => Some(f64::from(*value)),
            Self::Int64(value) => Some(*value as f64),
            Self::Single(value) | Self::Double(value) | Self::Decimal(value) => Some(*value),
            Self::Null
            | Self::Boolean(_)
            | Self::String(_)
            | Self::DateTimeOffset(_)
            | Self::Geography(_)
            | Self::Other(_) => None,
        }
    }
}

/// One clause of an `$orderby`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderClause {
    /// What is sorted by.
    pub expression: Expression,
    /// Whether `desc` was written.
    pub descending: bool,
}
