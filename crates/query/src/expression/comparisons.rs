//! Comparisons: of a field, range variable or function call with a constant, once the types are known to fit.

use lazuli_catalog::FieldType;

use super::binder::Binder;
use super::condition::{Comparison, Condition, Operand};
use super::error::ExpressionError;
use super::names::Reference;
use crate::odata::tree::Literal;

type Bound<T> = Result<T, ExpressionError>;

impl<'a> Binder<'a> {
    /// A comparison whose types fit.
    pub(super) fn comparison(
        &self,
        value: Operand<'a>,
        operator: Comparison,
        constant: &'a Literal,
    ) -> Bound<Condition<'a>> {
        match value {
            Operand::Reference(value) => self.compare(value, operator, constant),
            Operand::Distance { value, from } => {
                let kilometres = kilometres(operator, constant)?;
                Ok(Condition::Near { value, from, operator, kilometres })
            }
            Operand::Condition(condition @ (Condition::In { .. } | Condition::Inside { .. })) => {
                compare_call(condition, operator, constant)
            }
            Operand::Score => Err(ExpressionError::OnlyInOrderby { function: "search.score" }),
            Operand::Geography(_) | Operand::Literal(_) | Operand::Condition(_) => {
                Err(ExpressionError::ComparisonOperands)
            }
        }
    }

    /// A field or range variable and a constant of a fitting type.
    fn compare(
        &self,
        value: Reference<'a>,
        operator: Comparison,
        constant: &'a Literal,
    ) -> Bound<Condition<'a>> {
        self.check_use(value)?;
        let is_null = matches!(constant, Literal::Null);
        if !operator.is_equality() {
            if is_null {
                return Err(ExpressionError::OrderWithNull { operator: operator.word() });
            }
            check_ordered(value, operator)?;
        }
        match value.field.field_type {
            FieldType::Complex | FieldType::GeographyPoint => return Err(not_compared(value)),
            FieldType::Int32 | FieldType::Int64 if is_not_finite(constant) => {
                let type_name = value.field.field_type.name();
                return Err(ExpressionError::IntegerWithNonFinite { type_name });
            }
            FieldType::String
            | FieldType::Boolean
            | FieldType::Int32
            | FieldType::Int64
            | FieldType::Double
            | FieldType::DateTimeOffset
            | FieldType::Vector(_) => {}
        }
        if is_null && value.is_element {
            return Err(ExpressionError::ElementWithNull { variable: self.innermost() });
        }
        Ok(Condition::Compare { value, operator, constant })
    }
}

/// Strings and Booleans are only equal or not.
fn check_ordered(value: Reference<'_>, operator: Comparison) -> Bound<()> {
    let type_name = value.field.field_type.name();
    match value.field.field_type {
        FieldType::String | FieldType::Boolean if value.is_element => {
            Err(ExpressionError::LambdaComparison { type_name })
        }
        FieldType::String | FieldType::Boolean => {
            Err(ExpressionError::NotOrdered { operator: operator.word(), type_name })
        }
        FieldType::Int32
        | FieldType::Int64
        | FieldType::Double
        | FieldType::DateTimeOffset
        | FieldType::GeographyPoint
        | FieldType::Complex
        | FieldType::Vector(_) => Ok(()),
    }
}

fn not_compared(value: Reference<'_>) -> ExpressionError {
    let is_point = value.field.field_type == FieldType::GeographyPoint;
    let hint = if is_point { " Use 'geo.distance' or 'geo.intersects'." } else { "" };
    ExpressionError::NotCompared { type_name: value.type_of().name(), hint }
}

fn is_not_finite(constant: &Literal) -> bool {
    constant.number().is_some_and(|value| !value.is_finite())
}

/// What a distance is compared with.
fn kilometres(operator: Comparison, constant: &Literal) -> Bound<f64> {
    if operator.is_equality() {
        return Err(ExpressionError::DistanceEquality { operator: operator.word() });
    }
    constant.number().ok_or(ExpressionError::OrderWithNull { operator: operator.word() })
}

/// `search.in(…) eq true`
fn compare_call<'a>(
    condition: Condition<'a>,
    operator: Comparison,
    constant: &Literal,
) -> Bound<Condition<'a>> {
    if !operator.is_equality() {
        let type_name = FieldType::Boolean.name();
        return Err(ExpressionError::NotOrdered { operator: operator.word(), type_name });
    }
    let is_equal = operator == Comparison::Equal;
    let Literal::Boolean(value) = constant else {
        // Null is all that the types let through besides; a call is never null.
        return Ok(Condition::Constant(!is_equal));
    };
    Ok(if *value == is_equal { condition } else { Condition::Not(Box::new(condition)) })
}
