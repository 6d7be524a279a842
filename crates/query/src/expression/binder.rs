//! Operators and lambdas of an expression, and which fields they may be about. Names, comparisons and functions are looked at
//! beside this file.

use std::collections::HashMap;

use lazuli_catalog::{Field, Schema};

use super::condition::{Comparison, Condition, Operand};
use super::error::ExpressionError;
use super::lambda;
use super::names::{Reference, Variable};
use super::types::Type;
use crate::odata::tree::{BinaryOperator, Expression, Lambda, Literal, Quantifier, UnaryOperator};

/// What an expression is for: it decides which fields it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `$filter`
    Filter,
    /// `$orderby`
    Order,
}

/// Looks up what an expression is about. `'a` is the life of schema and tree.
pub(crate) struct Binder<'a> {
    pub(super) schema: &'a Schema,
    pub(super) purpose: Purpose,
    /// Top-level fields that were looked up, since long filters name few fields.
    pub(super) known: HashMap<&'a str, &'a Field>,
    /// Range variables, the innermost last.
    pub(super) variables: Vec<Variable<'a>>,
    /// What a rule of the service has refused first; told when the library finds nothing wrong with the rest.
    refusal: Option<ExpressionError>,
}

type Bound<T> = Result<T, ExpressionError>;

impl<'a> Binder<'a> {
    pub(crate) fn new(schema: &'a Schema, purpose: Purpose) -> Self {
        Self { schema, purpose, known: HashMap::new(), variables: Vec::new(), refusal: None }
    }

    /// The condition that a whole filter is.
    pub(crate) fn filter(&mut self, expression: &'a Expression) -> Bound<Condition<'a>> {
        let condition = self.condition(expression, ExpressionError::FilterNotBoolean)?;
        self.finish()?;
        Ok(condition)
    }

    /// What the rules of the service refuse of all that was looked up.
    pub(crate) fn finish(&mut self) -> Bound<()> {
        self.refusal.take().map_or(Ok(()), Err)
    }

    /// Keeps what a rule of the service refuses for [`Binder::finish`].
    pub(super) fn note(&mut self, checked: Bound<()>) {
        if let Err(refusal) = checked {
            self.refusal.get_or_insert(refusal);
        }
    }

    /// Any expression. Recursion here goes as deep as the parser's did, which has the limit.
    pub(crate) fn operand(&mut self, expression: &'a Expression) -> Bound<Operand<'a>> {
        match expression {
            Expression::Literal(Literal::Geography(place)) => Ok(Operand::Geography(place)),
            Expression::Literal(literal) => Ok(Operand::Literal(literal)),
            Expression::Path(segments) => self.path(segments).map(Operand::Reference),
            Expression::Call { function, arguments } => self.call(function, arguments),
            Expression::Unary { operator, operand } => self.unary(*operator, operand),
            Expression::And(operands) => {
                self.join("And", operands).map(|all| Operand::Condition(Condition::And(all)))
            }
            Expression::Or(operands) => {
                self.join("Or", operands).map(|all| Operand::Condition(Condition::Or(all)))
            }
            Expression::Binary { operator, left, right } => self.binary(*operator, left, right),
            Expression::Lambda(lambda) => self.lambda(lambda).map(Operand::Condition),
            Expression::Refused(sentence) => Err(ExpressionError::Refused { sentence: sentence.clone() }),
        }
    }

    /// An expression where a condition is needed; `otherwise` if it is something else.
    fn condition(&mut self, expression: &'a Expression, otherwise: ExpressionError) -> Bound<Condition<'a>> {
        let operand = self.operand(expression)?;
        if !matches!(operand.type_of(), Type::Boolean) {
            return Err(otherwise);
        }
        self.logical(operand)
    }

    /// An operand of type Boolean as a condition.
    fn logical(&mut self, operand: Operand<'a>) -> Bound<Condition<'a>> {
        match operand {
            Operand::Condition(condition) => Ok(condition),
            Operand::Literal(Literal::Boolean(value)) => Ok(Condition::Constant(*value)),
            Operand::Reference(reference) => {
                self.note(self.check_use(reference));
                Ok(Condition::Flag(reference))
            }
            Operand::Literal(_) | Operand::Geography(_) | Operand::Score | Operand::Distance { .. } => {
                Err(ExpressionError::FilterNotBoolean)
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &'a Expression) -> Bound<Operand<'a>> {
        let name = match operator {
            UnaryOperator::Not => "Not",
            UnaryOperator::Negate => "Negate",
        };
        let operand = self.operand(operand)?;
        let operand_type = operand.type_of();
        if let Type::Collection(_) = operand_type {
            return Err(ExpressionError::UnaryNotSingle { operator: name });
        }
        let fits = match operator {
            UnaryOperator::Not => operand_type.is_logical(),
            UnaryOperator::Negate => operand_type.is_number() || matches!(operand_type, Type::Null),
        };
        if !fits {
            return Err(ExpressionError::IncompatibleOperand {
                operand: operand_type.name(),
                operator: name,
            });
        }
        match operator {
            UnaryOperator::Not => Ok(Operand::Condition(Condition::Not(Box::new(self.logical(operand)?)))),
            UnaryOperator::Negate => Err(ExpressionError::UnsupportedOperator { operator: "-" }),
        }
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &'a Expression,
        right: &'a Expression,
    ) -> Bound<Operand<'a>> {
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        let types = (left.type_of(), right.type_of());
        check_single(operator.kind(), types.0)?;
        check_single(operator.kind(), types.1)?;
        let Some(comparison) = Comparison::of(operator) else {
            return Err(refuse_operator(operator, types));
        };
        if !types.0.is_comparable(types.1, comparison.is_equality()) {
            return Err(incompatible(operator.kind(), types));
        }
        let condition = match (left, right) {
            (Operand::Literal(_) | Operand::Geography(_), Operand::Literal(_) | Operand::Geography(_)) => {
                Err(ExpressionError::ComparisonOperands)
            }
            (value, Operand::Literal(constant)) => self.comparison(value, comparison, constant),
            (Operand::Literal(constant), value) => self.comparison(value, comparison.mirrored(), constant),
            _ => Err(ExpressionError::ComparisonOperands),
        };
        Ok(Operand::Condition(condition.unwrap_or_else(|refusal| {
            self.note(Err(refusal));
            Condition::Constant(true)
        })))
    }

    /// The operands of `and` or `or`. For the library this is a tree that leans to the left, looked at from the left: from the
    /// third operand on, what stands before is Boolean.
    fn join(&mut self, operator: &'static str, operands: &'a [Expression]) -> Bound<Vec<Condition<'a>>> {
        let mut bound = Vec::with_capacity(operands.len());
        let mut before: Option<Type<'a>> = None;
        for operand in operands {
            let operand = self.operand(operand)?;
            let right = operand.type_of();
            if let Some(left) = before {
                check_single(operator, left)?;
                check_single(operator, right)?;
                if !(left.is_logical() && right.is_logical()) {
                    return Err(incompatible(operator, (left, right)));
                }
            }
            before = Some(if before.is_none() { right } else { Type::Boolean });
            bound.push(operand);
        }
        bound.into_iter().map(|operand| self.logical(operand)).collect()
    }

    fn lambda(&mut self, lambda: &'a Lambda) -> Bound<Condition<'a>> {
        let collection = self.path(&lambda.collection)?;
        if !matches!(collection.type_of(), Type::Collection(_)) {
            return Err(ExpressionError::NotACollection);
        }
        let body = match &lambda.body {
            None if lambda.quantifier == Quantifier::All => return Err(ExpressionError::AllWithoutBody),
            None => None,
            Some((variable, body)) => Some(Box::new(self.body(collection, variable, body)?)),
        };
        self.note(self.check_bound(collection));
        if !collection.field.is_complex() {
            self.note(self.check_allowed(collection));
            if let Some(body) = &body {
                self.note(lambda::check(collection.field, lambda.quantifier, body));
            }
        }
        Ok(Condition::Lambda { collection, quantifier: lambda.quantifier, body })
    }

    fn body(
        &mut self,
        collection: Reference<'a>,
        variable: &'a str,
        body: &'a Expression,
    ) -> Bound<Condition<'a>> {
        self.variables.push(Variable { name: variable, collection: collection.field });
        let body = self.condition(body, ExpressionError::LambdaNotBoolean);
        self.variables.pop();
        body
    }

    /// Whether a value may be used where we are: see [`Binder::check_bound`], [`Binder::check_allowed`].
    pub(super) fn check_use(&self, value: Reference<'a>) -> Bound<()> {
        self.check_bound(value)?;
        if value.field.is_complex() { Ok(()) } else { self.check_allowed(value) }
    }

    /// Inside a lambda only what hangs on its own variable may be used (`query.md` §2.1.3).
    fn check_bound(&self, value: Reference<'a>) -> Bound<()> {
        if value.scope == self.variables.len() {
            return Ok(());
        }
        Err(ExpressionError::FieldNotBound { path: value.field.path.clone(), variable: self.innermost() })
    }

    /// The field has the attribute that the expression needs.
    fn check_allowed(&self, value: Reference<'a>) -> Bound<()> {
        let field = value.field;
        match self.purpose {
            Purpose::Filter if !field.filterable => {
                Err(ExpressionError::NotFilterable { path: field.path.clone() })
            }
            Purpose::Order if !field.sortable => {
                Err(ExpressionError::NotSortable { path: field.path.clone() })
            }
            Purpose::Filter | Purpose::Order => Ok(()),
        }
    }

    /// The name of the innermost range variable.
    pub(super) fn innermost(&self) -> String {
        self.variables.last().map(|variable| variable.name.to_owned()).unwrap_or_default()
    }
}

fn check_single(operator: &'static str, operand: Type<'_>) -> Bound<()> {
    if let Type::Collection(_) = operand {
        return Err(ExpressionError::BinaryNotSingle { operator });
    }
    Ok(())
}

fn incompatible(operator: &'static str, (left, right): (Type<'_>, Type<'_>)) -> ExpressionError {
    ExpressionError::IncompatibleOperands { left: left.name(), right: right.name(), operator }
}

/// The library refuses arithmetic where the operands are no numbers, and `has` because there are no enumerations; what it
/// takes the service refuses.
fn refuse_operator(operator: BinaryOperator, types: (Type<'_>, Type<'_>)) -> ExpressionError {
    let is_number = |operand: Type<'_>| operand.is_number() || matches!(operand, Type::Null);
    let takes = operator != BinaryOperator::Has && is_number(types.0) && is_number(types.1);
    if !takes {
        return incompatible(operator.kind(), types);
    }
    ExpressionError::UnsupportedOperator { operator: operator.word() }
}
