//! Opening a filter in a segment: fields become columns, literals the numbers they are kept as.
//!
//! What the segment's columns already decide (a field without values here, a string that is not in the dictionary, a
//! range outside of all values) becomes a constant, so whole segments are often left out.

use std::io;
use std::sync::Arc;

use lazuli_catalog::FieldId;
use lazuli_query::filter::{Bound, Filter};
use tantivy::columnar::MonotonicallyMappableToU64;

use super::geo::{Area, Circle};
use super::leaf::{Leaf, Test};
use super::node::{Any, Node};
use super::ordinals::Ordinals;
use super::space::Lengths;
use crate::segment::opened::{OpenedColumn, OpenedColumns};

/// Where a condition is opened.
pub(super) struct Opening<'a> {
    pub(super) columns: &'a OpenedColumns,
    /// Columns opened so far within the outermost collection.
    pub(super) opened: Vec<Arc<OpenedColumn>>,
    /// Collections around the condition.
    pub(super) depth: usize,
}

impl Opening<'_> {
    /// The condition in this segment.
    pub(super) fn node(&mut self, filter: &Filter) -> io::Result<Node> {
        Ok(match filter {
            Filter::Always(answer) => Node::Always(*answer),
            Filter::Not(inner) => self.node(inner)?.negated(),
            Filter::And(parts) => Node::all(self.nodes(parts)?),
            Filter::Or(parts) => Node::any(self.nodes(parts)?),
            Filter::Null(field) => self.present(*field)?.negated(),
            Filter::Boolean { field, value } => self.between(*field, value.to_u64(), value.to_u64())?,
            Filter::Text { field, values } => self.text(*field, values)?,
            Filter::Integers { field, low, high } => self.between(*field, low.to_u64(), high.to_u64())?,
            Filter::Doubles { field, low, high } => self.between(*field, lowest(*low), highest(*high))?,
            Filter::Within { field, center, distance } => {
                let circle = Circle::new(*center, *distance);
                self.points(*field, |longitudes| Test::Within { circle, longitudes })?
            }
            Filter::Inside { field, polygon } => {
                let area = Area::new(polygon);
                self.points(*field, |longitudes| Test::Inside { area, longitudes })?
            }
            Filter::Any { collection, condition } => self.any(*collection, condition)?,
        })
    }

    fn nodes(&mut self, filters: &[Filter]) -> io::Result<Vec<Node>> {
        filters.iter().map(|filter| self.node(filter)).collect()
    }

    fn present(&mut self, field: FieldId) -> io::Result<Node> {
        let column = match self.columns.values(field)? {
            Some(column) => Some(column),
            None => self.columns.points(field)?.map(|[_, latitudes]| latitudes),
        };
        let Some(column) = column else { return Ok(Node::Always(false)) };
        self.leaf(field, column, Test::Present)
    }

    fn between(&mut self, field: FieldId, low: u64, high: u64) -> io::Result<Node> {
        let Some(column) = self.columns.values(field)? else { return Ok(Node::Always(false)) };
        let (lowest, highest) = column.bounds();
        if low > high || high < lowest || low > highest {
            return Ok(Node::Always(false));
        }
        let all = low <= lowest && high >= highest;
        self.leaf(field, column, if all { Test::Present } else { Test::Between { low, high } })
    }

    fn text(&mut self, field: FieldId, values: &[String]) -> io::Result<Node> {
        let Some(column) = self.columns.values(field)? else { return Ok(Node::Always(false)) };
        let Some(dictionary) = column.dictionary() else { return Ok(Node::Always(false)) };
        let mut ordinals = Vec::new();
        for value in values {
            ordinals.extend(dictionary.term_ord(value)?);
        }
        match (ordinals.first(), ordinals.last()) {
            (Some(first), Some(last)) if last - first + 1 == ordinals.len() as u64 => {
                self.between(field, *first, *last)
            }
            (Some(_), Some(_)) => self.leaf(field, column, Test::OneOf(Ordinals::new(ordinals))),
            (None, _) | (_, None) => Ok(Node::Always(false)),
        }
    }

    fn points(&mut self, field: FieldId, test: impl FnOnce(Arc<OpenedColumn>) -> Test) -> io::Result<Node> {
        let Some([longitudes, latitudes]) = self.columns.points(field)? else {
            return Ok(Node::Always(false));
        };
        self.leaf(field, latitudes, test(longitudes))
    }

    fn leaf(&mut self, field: FieldId, column: Arc<OpenedColumn>, test: Test) -> io::Result<Node> {
        let nulls = if self.depth > 0 { self.columns.nulls(field)? } else { None };
        if self.depth == 0 && matches!(test, Test::Present) && column.is_full() {
            return Ok(Node::Always(true));
        }
        self.opened.push(column.clone());
        Ok(Node::Leaf(Box::new(Leaf { column, nulls, test })))
    }

    fn any(&mut self, collection: FieldId, condition: &Filter) -> io::Result<Node> {
        let Some(lengths) = self.lengths(collection)? else { return Ok(Node::Always(false)) };
        let outer = self.opened.len();
        self.opened.push(lengths.column().clone());
        self.depth += 1;
        let condition = self.node(condition);
        self.depth -= 1;
        let columns = self.opened.get(outer..).unwrap_or_default().to_vec();
        match condition? {
            Node::Always(false) => Ok(Node::Always(false)),
            condition @ (Node::Always(true)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Leaf(_)
            | Node::Any(_)) => Ok(Node::Any(Box::new(Any { lengths, condition, columns }))),
        }
    }

    /// How many elements a collection has; `None` = no document has any.
    fn lengths(&self, collection: FieldId) -> io::Result<Option<Lengths>> {
        if let Some(column) = self.columns.lengths(collection)? {
            return Ok(Some(Lengths::Counted(column)));
        }
        if self.depth > 0 {
            return Ok(None);
        }
        // A collection of simple values that is not in another collection has no counts beside its values.
        let values = match self.columns.values(collection)? {
            Some(column) => Some(column),
            None => self.columns.points(collection)?.map(|[_, latitudes]| latitudes),
        };
        Ok(values.map(Lengths::Values))
    }
}

/// The lowest number above a bound. `-0.0` lies next to `0.0` and must be taken with it or left out with it; NaN lies
/// beyond the infinities on both sides.
fn lowest(bound: Bound) -> u64 {
    match (bound.at == 0.0, bound.inclusive) {
        (true, true) => (-0.0).to_u64(),
        (true, false) => 0.0.to_u64() + 1,
        (false, true) => bound.at.to_u64(),
        (false, false) => bound.at.to_u64() + 1,
    }
}

/// The highest number below a bound.
fn highest(bound: Bound) -> u64 {
    match (bound.at == 0.0, bound.inclusive) {
        (true, true) => 0.0.to_u64(),
        (true, false) => (-0.0).to_u64() - 1,
        (false, true) => bound.at.to_u64(),
        (false, false) => bound.at.to_u64() - 1,
    }
}
