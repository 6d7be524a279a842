//! The types of operands, as Microsoft.OData.Core sees them, and which of them may be compared.

use lazuli_catalog::document::complex_type_name;
use lazuli_catalog::{Field, FieldType};

use crate::odata::Geography;
use crate::odata::tree::Literal;

/// The type of an operand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type<'a> {
    /// Of the literal `null`.
    Null,
    Boolean,
    String,
    Int32,
    Int64,
    Single,
    Double,
    Decimal,
    DateTimeOffset,
    Point,
    Polygon,
    /// A type that no field has, by its name.
    Other(&'static str),
    /// The complex type of a field.
    Complex(&'a Field),
    /// Not a single value: a collection, or a vector.
    Collection(&'a Field),
}

impl<'a> Type<'a> {
    /// Of one value of a field: of its elements if it is a collection.
    pub(super) fn of_element(field: &'a Field) -> Self {
        match field.field_type {
            FieldType::String => Self::String,
            FieldType::Boolean => Self::Boolean,
            FieldType::Int32 => Self::Int32,
            FieldType::Int64 => Self::Int64,
            FieldType::Double => Self::Double,
            FieldType::DateTimeOffset => Self::DateTimeOffset,
            FieldType::GeographyPoint => Self::Point,
            FieldType::Complex => Self::Complex(field),
            FieldType::Vector(_) => Self::Other(field.field_type.name()),
        }
    }

    /// Of the whole value of a field.
    pub(super) fn of_field(field: &'a Field) -> Self {
        if field.collection || matches!(field.field_type, FieldType::Vector(_)) {
            return Self::Collection(field);
        }
        Self::of_element(field)
    }

    pub(super) fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Boolean(_) => Self::Boolean,
            Literal::String(_) => Self::String,
            Literal::Int32(_) => Self::Int32,
            Literal::Int64(_) => Self::Int64,
            Literal::Single(_) => Self::Single,
            Literal::Double(_) => Self::Double,
            Literal::Decimal(_) => Self::Decimal,
            Literal::DateTimeOffset(_) => Self::DateTimeOffset,
            Literal::Geography(Geography::Point(_)) => Self::Point,
            Literal::Geography(Geography::Polygon(_)) => Self::Polygon,
            Literal::Other(name) => Self::Other(name),
        }
    }

    /// As it stands in a sentence.
    pub(super) fn name(self) -> String {
        match self {
            Self::Null => "<null>".to_owned(),
            Self::Boolean => "Edm.Boolean".to_owned(),
            Self::String => "Edm.String".to_owned(),
            Self::Int32 => "Edm.Int32".to_owned(),
            Self::Int64 => "Edm.Int64".to_owned(),
            Self::Single => "Edm.Single".to_owned(),
            Self::Double => "Edm.Double".to_owned(),
            Self::Decimal => "Edm.Decimal".to_owned(),
            Self::DateTimeOffset => "Edm.DateTimeOffset".to_owned(),
            Self::Point => "Edm.GeographyPoint".to_owned(),
            Self::Polygon => "Edm.GeographyPolygon".to_owned(),
            Self::Other(name) => name.to_owned(),
            Self::Complex(field) => complex_type_name(field),
            Self::Collection(field) => field.type_name(),
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int32 | Self::Int64 | Self::Single | Self::Double | Self::Decimal)
    }

    /// Whether it may stand where a condition is needed; null may, for Microsoft.OData.Core.
    pub(super) fn is_logical(self) -> bool {
        matches!(self, Self::Boolean | Self::Null)
    }

    /// Whether `eq` (or, if not `equality`, `lt`) has a signature for the two. All numbers fit each other; of points and
    /// complex values there is only equality with null.
    pub(super) fn is_comparable(self, other: Self, equality: bool) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Null, one) | (one, Self::Null) => match one {
                Self::Point | Self::Polygon | Self::Complex(_) => equality,
                Self::Collection(_) => false,
                Self::Null
                | Self::Boolean
                | Self::String
                | Self::Int32
                | Self::Int64
                | Self::Single
                | Self::Double
                | Self::Decimal
                | Self::DateTimeOffset
                | Self::Other(_) => true,
            },
            (Self::Boolean, Self::Boolean)
            | (Self::String, Self::String)
            | (Self::DateTimeOffset, Self::DateTimeOffset) => true,
            (Self::Other(one), Self::Other(other)) => one == other,
            (one, other) => one.is_number() && other.is_number(),
        }
    }
}
