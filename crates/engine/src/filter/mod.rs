//! Which documents of a segment pass a filter.
//!
//! ```text
//! Filter ─open─▶ Node: And, Or, Not, Any over Leafs      literals become ordinals and numbers, decided parts constants
//!                 │
//!                 └─ retain: window by window, over a Space of documents or elements, only what is still a candidate
//! ```
//!
//! Each condition takes bits out of a set of candidates. Columns are decoded in stretches of 64 values where many
//! candidates are left, one by one where few are (design.md §4.6).

use lazuli_platform::cancel::Cancel;
use lazuli_query::filter::Filter;
use tantivy::{DocId, TERMINATED};

use self::node::Node;
use self::open::Opening;
use self::space::Space;
use crate::bits::{self, Bits, SIZE};
use crate::error::EngineError;
use crate::snapshot::SegmentView;

mod open;

mod node;
mod space;

mod leaf;
mod ordinals;

pub(crate) mod geo;

#[cfg(test)]
mod tests;

/// A filter opened in one segment.
pub(crate) struct SegmentFilter<'a> {
    root: Node,
    documents: DocId,
    cancel: &'a Cancel,
}

impl<'a> SegmentFilter<'a> {
    /// Opens the columns that `filter` asks for.
    pub(crate) fn open(filter: &Filter, view: &SegmentView, cancel: &'a Cancel) -> Result<Self, EngineError> {
        cancel.check()?;
        let mut opening = Opening { columns: view.opened_columns(), opened: Vec::new(), depth: 0 };
        Ok(Self { root: opening.node(filter)?, documents: view.max_doc(), cancel })
    }

    /// Takes out of `bits` (offsets from `start`, a window of at most [`SIZE`] documents) the documents that do not pass.
    /// Deleted documents may pass.
    pub(crate) fn retain(&self, start: DocId, bits: &mut Bits) -> Result<(), EngineError> {
        self.cancel.check()?;
        let end = self.documents.min(start.saturating_add(SIZE));
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

    /// No document before this one, from `from` on, passes. May be less than the first that does.
    pub(crate) fn next(&self, from: DocId) -> DocId {
        match self.root {
            Node::Always(false) => TERMINATED,
            Node::Always(true) | Node::Not(_) | Node::And(_) | Node::Or(_) | Node::Leaf(_) | Node::Any(_) => {
                if from < self.documents {
                    from
                } else {
                    TERMINATED
                }
            }
        }
    }
}
