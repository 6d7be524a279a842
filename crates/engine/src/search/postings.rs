//! Walking the documents of a term, or of several terms that count as one, with their scores.

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use super::bm25::Scorer;
use super::window::{Bits, Window};

/// Something that stands on one of its documents and moves forward.
pub(crate) trait Cursor {
    /// The document it stands on, [`TERMINATED`] after the last.
    fn document(&self) -> DocId;

    /// Moves to the first document at or after `target`, if it is not there already, and tells it.
    fn seek(&mut self, target: DocId) -> DocId;

    /// The contribution to the score of the current document.
    fn score(&self) -> f64;

    /// About how many documents there are.
    fn cost(&self) -> u64;

    /// Adds the documents of the window.
    fn add(&mut self, window: &mut Window) {
        let mut document = self.seek(window.start());
        while document < window.end() {
            window.add(document, self.score());
            document = self.seek(document + 1);
        }
    }

    /// Adds scores to those documents already in the window that match, and sets their bits.
    fn probe(&mut self, window: &mut Window, matched: &mut Bits) {
        window.probe(matched, |document| (self.seek(document) == document).then(|| self.score()));
    }
}

/// The documents of one term in one field.
pub(crate) struct TermCursor<'a> {
    postings: BlockSegmentPostings,
    /// Index within the current block; where the block has ended, tantivy pads with [`TERMINATED`].
    at: usize,
    /// The field's length code for each document.
    codes: &'a [u8],
    scorer: &'a Scorer,
    scored: bool,
}

impl<'a> TermCursor<'a> {
    /// A cursor on the first document. Without `scored`, `postings` need no frequencies and every score is 0.
    pub(crate) fn new(
        postings: BlockSegmentPostings,
        codes: &'a [u8],
        scorer: &'a Scorer,
        scored: bool,
    ) -> Self {
        Self { postings, at: 0, codes, scorer, scored }
    }

    /// The rest of the current block: documents and how often the term occurs in each.
    #[inline]
    fn block(&self) -> (&[DocId], &[u32]) {
        let documents = self.postings.docs().get(self.at..).unwrap_or(&[]);
        let frequencies = if self.scored { self.postings.freqs().get(self.at..).unwrap_or(&[]) } else { &[] };
        (documents, frequencies)
    }

    /// Goes on after `count` documents of the current block. False when the next one is still in the block.
    #[inline]
    fn next_block(&mut self, count: usize) -> bool {
        self.at += count;
        if self.at < self.postings.docs().len() || self.postings.docs().is_empty() {
            return false;
        }
        self.postings.advance();
        self.at = 0;
        !self.postings.docs().is_empty()
    }

    #[inline]
    fn code(codes: &[u8], document: DocId) -> u8 {
        codes.get(document as usize).copied().unwrap_or(0)
    }

    /// How often the term occurs in the current document.
    #[inline]
    fn frequency(&self) -> u32 {
        self.postings.freq(self.at)
    }

    /// What scores its documents.
    pub(crate) fn scorer(&self) -> &'a Scorer {
        self.scorer
    }

    /// The highest contribution of any document, if there is only one block of them. The cursor stands on the first.
    pub(crate) fn highest_of_only_block(&self) -> Option<f64> {
        let (documents, frequencies) = self.block();
        if documents.len() < self.postings.doc_freq() as usize {
            return None;
        }
        let scores = documents
            .iter()
            .zip(frequencies)
            .map(|(document, frequency)| self.scorer.score(*frequency, Self::code(self.codes, *document)));
        Some(scores.fold(0.0, f64::max))
    }

    /// Visits the documents of `start..end` with their scores.
    #[inline]
    pub(crate) fn for_each(&mut self, start: DocId, end: DocId, mut visit: impl FnMut(DocId, f64)) {
        self.seek(start);
        let (codes, scorer) = (self.codes, self.scorer);
        loop {
            let (documents, frequencies) = self.block();
            let mut count = 0;
            for (document, frequency) in documents.iter().zip(frequencies) {
                if *document >= end {
                    break;
                }
                visit(*document, scorer.score(*frequency, Self::code(codes, *document)));
                count += 1;
            }
            if !self.next_block(count) {
                return;
            }
        }
    }
}

/// Documents of a block looked at one after the other before the rest is searched.
const STEPS_MAX: usize = 8;

impl Cursor for TermCursor<'_> {
    #[inline]
    fn document(&self) -> DocId {
        self.postings.doc(self.at)
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        let near = self.postings.docs().get(self.at..).unwrap_or(&[]).iter().take(STEPS_MAX);
        match near.enumerate().find(|(_, document)| **document >= target) {
            Some((steps, _)) => self.at += steps,
            None => self.at = self.postings.seek(target),
        }
        self.document()
    }

    #[inline]
    fn score(&self) -> f64 {
        if !self.scored {
            return 0.0;
        }
        self.scorer.score(self.frequency(), Self::code(self.codes, self.document()))
    }

    fn cost(&self) -> u64 {
        u64::from(self.postings.doc_freq())
    }

    fn add(&mut self, window: &mut Window) {
        if self.scored {
            self.for_each(window.start(), window.end(), |document, score| window.add(document, score));
            return;
        }
        self.seek(window.start());
        loop {
            let (documents, _) = self.block();
            let end = window.end();
            let within = documents.iter().take_while(|document| **document < end);
            let count = within.map(|document| window.mark(*document)).count();
            if !self.next_block(count) {
                return;
            }
        }
    }
}

/// The documents of several terms of one field that count as one: frequencies add up.
pub(crate) struct SynonymCursor<'a> {
    terms: Vec<TermCursor<'a>>,
}

impl<'a> SynonymCursor<'a> {
    /// `terms` all have the same scorer.
    pub(crate) fn new(terms: Vec<TermCursor<'a>>) -> Self {
        Self { terms }
    }
}

impl Cursor for SynonymCursor<'_> {
    fn document(&self) -> DocId {
        self.terms.iter().map(TermCursor::document).min().unwrap_or(TERMINATED)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.terms.iter_mut().map(|term| term.seek(target)).min().unwrap_or(TERMINATED)
    }

    fn score(&self) -> f64 {
        let document = self.document();
        let here = || self.terms.iter().filter(|term| term.document() == document);
        let Some(first) = here().find(|term| term.scored) else { return 0.0 };
        first.scorer.score(here().map(TermCursor::frequency).sum(), TermCursor::code(first.codes, document))
    }

    fn cost(&self) -> u64 {
        self.terms.iter().map(TermCursor::cost).sum()
    }
}
