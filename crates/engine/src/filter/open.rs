//! Opening a filter in a segment: fields become columns, literals the numbers they are kept as.
//!
//! What the segment's columns already decide (a field without values here, a string that is not in the dictionary, a
//! range outside of all values) becomes a constant, so whole segments are often left out.

use std::sync::Arc;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use lazuli_query::filter::{Bound, Filter};
use tantivy::columnar::MonotonicallyMappableToU64;

use super::areas::Areas;
use super::geo::Circle;
use super::leaf::{Leaf, Test};
use super::node::{Any, Node, check_in_long_list};
use super::ordinals::Ordinals;
use super::sets::Sets;
use super::space::Lengths;
use super::terms::{TERMS_PER_CHECK, Terms};
use crate::error::EngineError;
use crate::segment::opened::{OpenedColumn, OpenedColumns};
use crate::snapshot::SegmentView;

/// Postings are gone through where they are fewer than one for so many documents of the segment; else the column is.
const DOCUMENTS_PER_POSTING: u64 = 6;

/// Where a condition is opened.
pub(super) struct Opening<'a> {
    view: &'a SegmentView,
    columns: &'a OpenedColumns,
    areas: &'a Areas,
    cancel: &'a Cancel,
    sets: Sets<'a>,
    /// Columns opened so far within the outermost collection.
    opened: Vec<Arc<OpenedColumn>>,
    /// Collections around the condition.
    depth: usize,
}

impl<'a> Opening<'a> {
    pub(super) fn new(view: &'a SegmentView, areas: &'a Areas, cancel: &'a Cancel) -> Self {
        Self {
            view,
            columns: view.opened_columns(),
            areas,
            cancel,
            sets: Sets::new(),
            opened: Vec::new(),
            depth: 0,
        }
    }

    /// The condition in this segment.
    pub(super) fn node(&mut self, filter: &'a Filter) -> Result<Node, EngineError> {
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
                let area = self.areas.get(polygon);
                self.points(*field, |longitudes| Test::Inside { area, longitudes })?
            }
            Filter::Any { collection, condition } => self.any(*collection, condition)?,
        })
    }

    fn nodes(&mut self, filters: &'a [Filter]) -> Result<Vec<Node>, EngineError> {
        let mut nodes = Vec::with_capacity(filters.len());
        for (at, filter) in filters.iter().enumerate() {
            check_in_long_list(at, self.cancel)?;
            nodes.push(self.node(filter)?);
        }
        Ok(nodes)
    }

    fn present(&mut self, field: FieldId) -> Result<Node, EngineError> {
        let column = match self.columns.values(field)? {
            Some(column) => Some(column),
            None => self.columns.points(field)?.map(|[_, latitudes]| latitudes),
        };
        let Some(column) = column else { return Ok(Node::Always(false)) };
        self.leaf(field, column, Test::Present)
    }

    fn between(&mut self, field: FieldId, low: u64, high: u64) -> Result<Node, EngineError> {
        let Some(column) = self.columns.values(field)? else { return Ok(Node::Always(false)) };
        let (lowest, highest) = column.bounds();
        if low > high || high < lowest || low > highest {
            return Ok(Node::Always(false));
        }
        let all = low <= lowest && high >= highest;
        self.leaf(field, column, if all { Test::Present } else { Test::Between { low, high } })
    }

    fn text(&mut self, field: FieldId, values: &'a [String]) -> Result<Node, EngineError> {
        if self.depth == 0
            && let Some(found) = self.postings(field, values)?
        {
            return Ok(found);
        }
        let Some(column) = self.columns.values(field)? else { return Ok(Node::Always(false)) };
        let Some(dictionary) = column.dictionary() else { return Ok(Node::Always(false)) };
        let mut ordinals = Vec::new();
        for (number, value) in values.iter().enumerate() {
            if number.is_multiple_of(TERMS_PER_CHECK) {
                self.cancel.check()?;
            }
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

    fn points(
        &mut self,
        field: FieldId,
        test: impl FnOnce(Arc<OpenedColumn>) -> Test,
    ) -> Result<Node, EngineError> {
        let Some([longitudes, latitudes]) = self.columns.points(field)? else {
            return Ok(Node::Always(false));
        };
        self.leaf(field, latitudes, test(longitudes))
    }

    fn leaf(&mut self, field: FieldId, column: Arc<OpenedColumn>, test: Test) -> Result<Node, EngineError> {
        let nulls = if self.depth > 0 { self.columns.nulls(field)? } else { None };
        if self.depth == 0 && matches!(test, Test::Present) && column.is_full() {
            return Ok(Node::Always(true));
        }
        if self.depth > 0 {
            self.opened.push(column.clone());
        }
        Ok(Node::Leaf(Box::new(Leaf { column, nulls, test })))
    }

    /// The documents that have one of some values anywhere in a field, where going through the postings pays.
    fn postings(&mut self, field: FieldId, values: &'a [String]) -> Result<Option<Node>, EngineError> {
        if let Some(known) = self.sets.get(field, values) {
            return Ok(Some(Node::Set(known)));
        }
        let terms = Terms::find(self.view, field, values, self.cancel)?;
        if terms.documents() == 0 {
            return Ok(Some(Node::Always(false)));
        }
        let max_doc = self.view.max_doc();
        if terms.documents() * DOCUMENTS_PER_POSTING > u64::from(max_doc)
            || !self.sets.has_room(terms.documents(), max_doc)
        {
            return Ok(None);
        }
        let found = terms.collect(max_doc, self.cancel)?;
        Ok(Some(Node::Set(self.sets.add(field, values, found))))
    }

    fn any(&mut self, collection: FieldId, condition: &'a Filter) -> Result<Node, EngineError> {
        if self.depth > 0 {
            return self.any_element(collection, condition);
        }
        // Elements are looked at only of documents that have the strings somewhere.
        let mut parts = Vec::new();
        for (field, values) in necessary_texts(condition) {
            parts.extend(self.postings(field, values)?);
        }
        let decided = only_text(condition).is_some() && !parts.is_empty();
        if !decided && !parts.iter().any(|part| matches!(part, Node::Always(false))) {
            parts.push(self.any_element(collection, condition)?);
        }
        Ok(Node::all(parts))
    }

    fn any_element(&mut self, collection: FieldId, condition: &'a Filter) -> Result<Node, EngineError> {
        let Some(lengths) = self.lengths(collection)? else { return Ok(Node::Always(false)) };
        let outer = self.opened.len();
        self.opened.push(lengths.column().clone());
        self.depth += 1;
        let condition = self.node(condition)?;
        self.depth -= 1;
        let columns = self.opened.get(outer..).unwrap_or_default().to_vec();
        if self.depth == 0 {
            self.opened.clear();
        }
        match condition {
            Node::Always(false) => Ok(Node::Always(false)),
            condition @ (Node::Always(true)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Leaf(_)
            | Node::Set(_)
            | Node::Any(_)) => Ok(Node::Any(Box::new(Any { lengths, condition, columns }))),
        }
    }

    /// How many elements a collection has; `None` = no document has any.
    fn lengths(&self, collection: FieldId) -> Result<Option<Lengths>, EngineError> {
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

/// The strings of which a document must have one each, anywhere in the field, if one of its elements meets `condition`.
fn necessary_texts(condition: &Filter) -> Vec<(FieldId, &[String])> {
    match condition {
        Filter::Text { field, values } => vec![(*field, values)],
        Filter::Any { condition, .. } => necessary_texts(condition),
        Filter::And(parts) => parts.iter().flat_map(necessary_texts).collect(),
        Filter::Always(_)
        | Filter::Not(_)
        | Filter::Or(_)
        | Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Integers { .. }
        | Filter::Doubles { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. } => Vec::new(),
    }
}

/// The strings that a condition asks for, if for nothing else, so that having one anywhere is enough.
pub(super) fn only_text(condition: &Filter) -> Option<(FieldId, &[String])> {
    match condition {
        Filter::Text { field, values } => Some((*field, values)),
        Filter::Any { condition, .. } => only_text(condition),
        Filter::Always(_)
        | Filter::Not(_)
        | Filter::And(_)
        | Filter::Or(_)
        | Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Integers { .. }
        | Filter::Doubles { .. }
        | Filter::Within { .. }
        | Filter::Inside { .. } => None,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::corpus::{Corpus, schema};

    /// Documents with one of ten names, in one segment.
    fn corpus() -> Corpus {
        let mut corpus = Corpus::new(schema(&json!({ "name": "opened", "fields": [
            { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
            { "name": "name", "type": "Edm.String", "searchable": false },
            { "name": "floors", "type": "Collection(Edm.Int32)" },
        ]})));
        for number in 0..200 {
            let name = format!("n{}", number % 10);
            corpus.upload_json(&json!({
                "@search.action": "upload", "id": number.to_string(), "name": name, "floors": [number, 7],
            }));
        }
        corpus.commit();
        corpus
    }

    #[test]
    fn answers_of_postings_are_shared_and_their_memory_is_limited() {
        let corpus = corpus();
        let name =
            |name: &str| Filter::Text { field: corpus.field("name").id, values: vec![name.to_owned()] };
        let view = &corpus.snapshot().segments()[0];
        let (areas, cancel) = (Areas::default(), Cancel::never());
        let (one, same, other) = (name("n1"), name("n1"), name("n2"));
        let mut opening = Opening::new(view, &areas, &cancel);
        // Words for 200 documents are less than a list of 20.
        opening.sets = Sets::with_room(32 + 31);
        let (Node::Set(first), Node::Set(second)) =
            (opening.node(&one).unwrap(), opening.node(&same).unwrap())
        else {
            panic!("found in postings");
        };
        assert!(Arc::ptr_eq(&first, &second));
        assert!(matches!(opening.node(&other).unwrap(), Node::Leaf(_)));
        assert!(matches!(opening.node(&same).unwrap(), Node::Set(_)));
    }
    #[test]
    fn a_collection_knows_its_own_columns_only() {
        let corpus = corpus();
        let floors = corpus.field("floors").id;
        let floor = |floor| Filter::Any {
            collection: floors,
            condition: Box::new(Filter::Integers { field: floors, low: floor, high: floor }),
        };
        let (areas, cancel) = (Areas::default(), Cancel::never());
        let mut opening = Opening::new(&corpus.snapshot().segments()[0], &areas, &cancel);
        let name = Filter::Null(corpus.field("name").id);
        let filter = Filter::And(vec![name, floor(1), floor(2)]);
        let columns = |node: &Node| if let Node::Any(any) = node { any.columns.len() } else { 0 };
        opening.node(&filter).unwrap();
        assert!(opening.opened.is_empty());
        // How many elements there are, and what they are.
        let Filter::And(parts) = &filter else { unreachable!() };
        assert_eq!(columns(&opening.node(&parts[1]).unwrap()), 2);
    }
}
