//! How much a term can contribute at most: in the whole segment, and in a stretch of documents.

use tantivy::{DocId, TERMINATED};

use super::bm25::Scorer;
use super::postings::TermCursor;
use crate::segment::impacts::{FREQUENCY_MAX, Pairs, TermImpacts};

/// Blocks looked at one after the other before the rest is searched by halves.
const STEPS_MAX: usize = 8;

/// Bounds of one term's contributions. Asked for stretches in ascending order.
pub(crate) struct Bounds<'a> {
    limit: f64,
    /// What the segment knows of blocks of the term; terms of few documents have no such blocks.
    impacts: Option<TermImpacts<'a>>,
    /// The block the last stretch began in, and its bound.
    block: usize,
    bound: f64,
}

impl<'a> Bounds<'a> {
    /// The bounds for the documents of `cursor`, which stands on the first.
    pub(crate) fn new(cursor: &TermCursor<'_>, impacts: Option<TermImpacts<'a>>) -> Self {
        let limit = match &impacts {
            Some(impacts) => highest(cursor.scorer(), impacts.whole()),
            None => cursor.highest_of_only_block().unwrap_or_else(|| cursor.scorer().limit()),
        };
        let first = impacts.map_or(limit, |impacts| highest(cursor.scorer(), impacts.pairs(0)));
        Self { limit, impacts, block: 0, bound: first }
    }

    /// No document's contribution is above this.
    pub(crate) fn limit(&self) -> f64 {
        self.limit
    }

    /// The last document of the block that `document` would be in.
    pub(crate) fn block_end(&mut self, scorer: &Scorer, document: DocId) -> DocId {
        self.advance(scorer, document);
        let impacts = self.impacts.as_ref();
        impacts.and_then(|impacts| impacts.last_document(self.block)).unwrap_or(TERMINATED)
    }

    /// No contribution of a document in `start..end` is above this.
    pub(crate) fn within(&mut self, scorer: &Scorer, start: DocId, end: DocId) -> f64 {
        self.advance(scorer, start);
        let Some(impacts) = &self.impacts else { return self.limit };
        let mut bound = self.bound;
        let mut block = self.block;
        while impacts.last_document(block).is_some_and(|last| last + 1 < end) && bound < self.limit {
            block += 1;
            bound = bound.max(highest(scorer, impacts.pairs(block)));
        }
        bound
    }

    /// Goes to the first block that ends at or after `document`.
    fn advance(&mut self, scorer: &Scorer, document: DocId) {
        let Some(impacts) = &self.impacts else { return };
        let ends_before = |block: usize| impacts.last_document(block).is_some_and(|last| last < document);
        if !ends_before(self.block) {
            return;
        }
        let near = (self.block + 1..self.block + STEPS_MAX).find(|block| !ends_before(*block));
        self.block = near.unwrap_or_else(|| impacts.first_ending_at(self.block + STEPS_MAX, document));
        self.bound = highest(scorer, impacts.pairs(self.block));
    }
}

/// The highest contribution that one of the pairs allows.
fn highest(scorer: &Scorer, pairs: Pairs) -> f64 {
    let used = pairs.into_iter().take_while(|(frequency, _)| *frequency > 0);
    let bound = |(frequency, code)| match frequency {
        FREQUENCY_MAX => scorer.limit(),
        1.. => scorer.bound(u32::from(frequency), code),
        0 => 0.0,
    };
    used.map(bound).fold(0.0, f64::max)
}
