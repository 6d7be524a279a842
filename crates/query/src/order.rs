//! What an `$orderby` means for an index (`query.md` §2.2).

use lazuli_catalog::{Field, FieldId, FieldType, GeoPoint, Schema};

use crate::expression::{Binder, ExpressionError, Operand, Purpose, Reference};
use crate::limits::ORDERBY_CLAUSES_MAX;
use crate::odata;
use crate::odata::tree::OrderClause;

/// One key to sort by; the first decides, the next where it is equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// What is compared.
    pub by: OrderBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// See [`Order`]. Ascending, null comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OrderBy {
    /// `search.score()`
    Score,
    /// A sortable field: strings by their code points, `false` before `true`; of doubles -0.0 before 0.0 and NaN after all
    /// others, as Lucene compares them.
    Field(FieldId),
    /// The distance of a sortable point from another. Ascending, null comes last.
    Distance {
        /// The field.
        field: FieldId,
        /// Where the distance is measured from.
        from: GeoPoint,
    },
}

/// What an order means for an index. Blank texts are the caller's business.
pub(crate) fn bind(schema: &Schema, text: &str) -> Result<Vec<Order>, ExpressionError> {
    let clauses = odata::parse_orderby(text)?;
    if clauses.len() > ORDERBY_CLAUSES_MAX {
        return Err(ExpressionError::TooManyClauses);
    }
    let mut binder = Binder::new(schema, Purpose::Order);
    let mut operands = Vec::with_capacity(clauses.len());
    for clause in &clauses {
        operands.push(binder.operand(&clause.expression)?);
    }
    binder.finish()?;
    let order = |(operand, clause): (&Operand<'_>, &OrderClause)| {
        Ok(Order { by: key(operand)?, descending: clause.descending })
    };
    operands.iter().zip(&clauses).map(order).collect()
}

fn key(operand: &Operand<'_>) -> Result<OrderBy, ExpressionError> {
    match operand {
        Operand::Literal(_) | Operand::Geography(_) => Err(ExpressionError::SortLiteral),
        Operand::Reference(reference) => field(reference),
        Operand::Score => Ok(OrderBy::Score),
        Operand::Distance { value, from } => Ok(OrderBy::Distance { field: value.field.id, from: *from }),
        Operand::Condition(_) => Err(ExpressionError::SortUnsupported),
    }
}

fn field(Reference { field, .. }: &Reference<'_>) -> Result<OrderBy, ExpressionError> {
    if field.collection || matches!(field.field_type, FieldType::Complex | FieldType::Vector(_)) {
        return Err(ExpressionError::OrderbyNotPrimitive);
    }
    let Field { id, path, .. } = field;
    if !field.sortable {
        return Err(ExpressionError::NotSortable { path: path.clone() });
    }
    if field.field_type == FieldType::GeographyPoint {
        return Err(ExpressionError::SortPoint { path: path.clone() });
    }
    Ok(OrderBy::Field(*id))
}
