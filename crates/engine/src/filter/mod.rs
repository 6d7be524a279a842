//! Which documents of a segment pass a filter.
//!
//! ```text
//! Filter ─open─▶ Node: And, Or, Not, Any over Leafs      literals become ordinals and numbers, decided parts constants
//!                 │
//!                 ├─ retain: window by window, over a Space of documents or elements, only what is still a candidate
//!                 └─ Known: all at once, where the answer is kept or in the postings of strings
//! ```
//!
//! Each condition takes bits out of a set of candidates. Columns are decoded in stretches of 64 values where many
//! candidates are left, one by one where few are (design.md §4.6).

use std::sync::Arc;

use lazuli_platform::cancel::Cancel;
use tantivy::{DocId, TERMINATED};

use self::documents::{Documents, Gathered};
use self::key::Key;
pub(crate) use self::known::{Known, Passing};
use self::node::Node;
use self::open::Opening;
use self::question::Clause;
pub(crate) use self::question::Question;
use self::space::Space;
use crate::bits::{self, Bits, WINDOW_DOCUMENTS};
use crate::error::EngineError;
use crate::snapshot::SegmentView;

mod open;
mod question;

mod node;
mod space;

mod leaf;
mod ordinals;

mod areas;
pub(crate) mod geo;

pub(crate) mod documents;
mod known;
mod sets;
mod terms;

pub(crate) mod cache;
mod key;

#[cfg(test)]
mod tests;

/// A filter opened in one segment.
pub(crate) struct SegmentFilter<'a> {
    root: Node,
    documents: DocId,
    cancel: &'a Cancel,
}

impl<'a> SegmentFilter<'a> {
    /// Opens the filter, as far as it is not answered already; keeps the answer if it is asked again and again.
    /// `candidates` is about how many documents of the segment will be asked.
    pub(crate) fn open(
        question: &Question<'_>,
        view: &SegmentView,
        candidates: u64,
        cancel: &'a Cancel,
    ) -> Result<Self, EngineError> {
        cancel.check()?;
        let open = |root| Self { root, documents: view.max_doc(), cancel };
        let kept = |clause: &Clause<'_>, root: Node| match clause.is_worth_keeping(view, candidates) {
            true => open(root).keep(view, &clause.key),
            false => Ok(root),
        };
        if let Some(answer) = view.filters().get(&question.whole.key) {
            return Ok(open(Node::Set(answer)));
        }
        let mut opening = Opening::new(view, &question.areas, cancel);
        if question.parts.is_empty() {
            let root = opening.node(question.whole.filter)?;
            return Ok(open(kept(&question.whole, root)?));
        }
        let mut roots = Vec::with_capacity(question.parts.len());
        for part in &question.parts {
            roots.push(match view.filters().get(&part.key) {
                Some(answer) => Node::Set(answer),
                None => kept(part, opening.node(part.filter)?)?,
            });
        }
        Ok(open(kept(&question.whole, Node::all(roots))?))
    }

    /// Finds the answer for the whole segment and keeps it under `key`.
    fn keep(self, view: &SegmentView, key: &Key) -> Result<Node, EngineError> {
        let answer = match self.root {
            // A segment without any such value answers as fast as the cache.
            Node::Always(_) => return Ok(self.root),
            Node::Set(answer) => answer,
            Node::Not(_) | Node::And(_) | Node::Or(_) | Node::Leaf(_) | Node::Any(_) => {
                Arc::new(self.collect()?)
            }
        };
        view.filters().insert(key, answer.clone());
        Ok(Node::Set(answer))
    }

    fn collect(&self) -> Result<Documents, EngineError> {
        let mut gathered = Gathered::none(self.documents);
        let mut start = self.next(0) / 64 * 64;
        while start < self.documents {
            let mut bits = Bits::all();
            self.retain(start, &mut bits)?;
            gathered.add_window(start, &bits);
            start = self.next(start + WINDOW_DOCUMENTS) / 64 * 64;
        }
        Ok(gathered.finish())
    }

    /// Takes out of `bits` (offsets from `start`, a window of at most [`WINDOW_DOCUMENTS`] documents) the documents that do not pass.
    /// Deleted documents may pass.
    pub(crate) fn retain(&self, start: DocId, bits: &mut Bits) -> Result<(), EngineError> {
        self.cancel.check()?;
        let end = self.documents.min(start.saturating_add(WINDOW_DOCUMENTS));
        let length = end.saturating_sub(start) as usize;
        for (index, word) in bits.words_mut().iter_mut().enumerate() {
            *word &= bits::filled(index, length);
        }
        if bits.is_empty() {
            return Ok(());
        }
        let words = &mut bits.words_mut()[..length.div_ceil(64)];
        self.root.retain(&Space::documents(start..end), words, self.cancel)
    }

    /// How many documents pass at most, deleted ones included.
    pub(crate) fn cost(&self) -> u64 {
        u64::from(self.root.passing_max().unwrap_or(self.documents))
    }

    /// No document before this one, from `from` on, passes. May be less than the first that does.
    pub(crate) fn next(&self, from: DocId) -> DocId {
        if from < self.documents { self.root.next(from) } else { TERMINATED }
    }
}
