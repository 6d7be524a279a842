//! A stretch of document ids with a bit and a score for each: what parts of a query are combined in.
//!
//! A query is evaluated window by window. Each part adds its documents and contributions, or says which of the documents
//! already there it matches too; so trees of any shape are put together from two operations ([`super::matcher`]).

use tantivy::DocId;

use crate::bits;
pub(crate) use crate::bits::{Bits, WINDOW_DOCUMENTS};

/// See the module. The score of a document whose bit is not set is 0.
pub(crate) struct Window {
    start: DocId,
    end: DocId,
    bits: Bits,
    scores: Box<[f64; WINDOW_DOCUMENTS as usize]>,
    /// Whether any score may differ from 0.
    is_scored: bool,
}

impl Window {
    /// A window of no documents.
    pub(crate) fn new() -> Self {
        Self {
            start: 0,
            end: 0,
            bits: Bits::none(),
            scores: Box::new([0.0; WINDOW_DOCUMENTS as usize]),
            is_scored: false,
        }
    }

    /// Moves the empty window to the documents `start..end`, at most [`WINDOW_DOCUMENTS`].
    pub(crate) fn open(&mut self, start: DocId, end: DocId) {
        debug_assert!(self.bits.is_empty() && start <= end && end - start <= WINDOW_DOCUMENTS);
        (self.start, self.end) = (start, end);
    }

    /// The first document.
    pub(crate) fn start(&self) -> DocId {
        self.start
    }

    /// The document after the last.
    pub(crate) fn end(&self) -> DocId {
        self.end
    }

    /// The documents that are in.
    pub(crate) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// Puts a document in, or raises its score.
    #[inline]
    pub(crate) fn add(&mut self, document: DocId, score: f64) {
        let offset = (document - self.start) as usize;
        self.bits.insert(offset);
        self.scores[offset % WINDOW_DOCUMENTS as usize] += score;
        self.is_scored = true;
    }

    /// Puts a document in without a score.
    #[inline]
    pub(crate) fn mark(&mut self, document: DocId) {
        self.bits.insert((document - self.start) as usize);
    }

    /// Puts every document of the stretch in.
    pub(crate) fn mark_all(&mut self) {
        bits::fill(self.bits.words_mut(), 0..(self.end - self.start) as usize);
    }

    /// Raises the score of every document that is in.
    pub(crate) fn add_to_all(&mut self, score: f64) {
        let scores = &mut self.scores;
        self.bits.for_each(|offset| scores[offset % WINDOW_DOCUMENTS as usize] += score);
        self.is_scored = true;
    }

    /// Asks for every document that is in whether it matches, and adds the score where it does. Sets the bits of those
    /// in `matched`.
    #[inline]
    pub(crate) fn probe(&mut self, matched: &mut Bits, mut ask: impl FnMut(DocId) -> Option<f64>) {
        self.is_scored = true;
        let (start, scores) = (self.start, &mut self.scores);
        self.bits.for_each(|offset| {
            if let Some(score) = ask(start + offset as u32) {
                matched.insert(offset);
                scores[offset % WINDOW_DOCUMENTS as usize] += score;
            }
        });
    }

    /// Calls `visit` with the offset and score of each document that is in, in ascending order.
    #[inline]
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize, f64)) {
        self.bits.for_each(|offset| visit(offset, self.scores[offset % WINDOW_DOCUMENTS as usize]));
    }

    /// Takes out what `ask` takes out of the documents, which are offsets from the start it is given.
    pub(crate) fn keep<E>(&mut self, ask: impl FnOnce(DocId, &mut Bits) -> Result<(), E>) -> Result<(), E> {
        if self.bits.is_empty() {
            return Ok(());
        }
        let mut kept = self.bits.clone();
        ask(self.start, &mut kept)?;
        self.retain(&kept);
        Ok(())
    }

    /// Takes out every document that is not in `kept`.
    pub(crate) fn retain(&mut self, kept: &Bits) {
        if !self.is_scored {
            self.bits.words_mut().iter_mut().zip(kept.words()).for_each(|(word, kept)| *word &= kept);
            return;
        }
        let (bits, scores) = (&mut self.bits, &mut self.scores);
        for (index, (word, kept)) in bits.words_mut().iter_mut().zip(kept.words()).enumerate() {
            let mut dropped = *word & !kept;
            *word &= kept;
            while dropped != 0 {
                scores[(index * 64 + dropped.trailing_zeros() as usize) % WINDOW_DOCUMENTS as usize] = 0.0;
                dropped &= dropped - 1;
            }
        }
    }

    /// Takes out every document that is in `dropped`.
    pub(crate) fn remove(&mut self, dropped: &Bits) {
        let mut kept = dropped.clone();
        kept.words_mut().iter_mut().for_each(|word| *word = !*word);
        self.retain(&kept);
    }

    /// A copy of the stretch and its documents, without scores. `to` must be empty.
    pub(crate) fn copy_documents(&self, to: &mut Window) {
        to.open(self.start, self.end);
        to.bits = self.bits.clone();
    }

    /// Empties `from`, a window of the same stretch, into this one.
    pub(crate) fn take_all(&mut self, from: &mut Window) {
        debug_assert_eq!((self.start, self.end), (from.start, from.end));
        if from.is_scored {
            from.drain(|document, score| self.add(document, score));
        } else {
            self.bits.insert_all(&from.bits);
            from.clear();
        }
    }

    /// Empties the window, handing each document with its score to `visit` in ascending order.
    #[inline]
    pub(crate) fn drain(&mut self, mut visit: impl FnMut(DocId, f64)) {
        let bits = std::mem::replace(&mut self.bits, Bits::none());
        let (start, scores) = (self.start, &mut self.scores);
        if !std::mem::take(&mut self.is_scored) {
            bits.for_each(|offset| visit(start + offset as u32, 0.0));
            return;
        }
        bits.for_each(|offset| {
            let score = std::mem::replace(&mut scores[offset % WINDOW_DOCUMENTS as usize], 0.0);
            visit(start + offset as u32, score);
        });
    }

    /// Empties the window.
    pub(crate) fn clear(&mut self) {
        self.forget_scores();
        self.bits = Bits::none();
    }

    /// Sets every score to 0.
    pub(crate) fn forget_scores(&mut self) {
        if std::mem::take(&mut self.is_scored) {
            let scores = &mut self.scores;
            self.bits.for_each(|offset| scores[offset % WINDOW_DOCUMENTS as usize] = 0.0);
        }
    }
}

/// Empty windows that the inner nodes of a tree borrow.
#[derive(Default)]
pub(crate) struct Spare(Vec<Window>);

impl Spare {
    /// An empty window, to be given back empty.
    pub(crate) fn take(&mut self) -> Window {
        self.0.pop().unwrap_or_else(Window::new)
    }

    /// Takes an empty window back.
    pub(crate) fn give_back(&mut self, window: Window) {
        debug_assert!(window.bits.is_empty());
        self.0.push(window);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(window: &mut Window) -> Vec<(DocId, f64)> {
        let mut contents = Vec::new();
        window.drain(|document, score| contents.push((document, score)));
        contents
    }

    #[test]
    fn documents_are_added_dropped_and_drained() {
        let mut window = Window::new();
        window.open(1000, 1000 + WINDOW_DOCUMENTS);
        for document in [1000, 1063, 1064, 5095, 1064] {
            window.add(document, 0.5);
        }
        let mut kept = Bits::none();
        window.probe(&mut kept, |document| (document != 1063).then_some(1.0));
        window.retain(&kept);
        assert_eq!(window.bits().count(), 3);
        assert_eq!(contents(&mut window), [(1000, 1.5), (1064, 2.0), (5095, 1.5)]);
        // What was dropped left no score behind.
        window.open(1000, 2000);
        window.mark(1063);
        assert_eq!(contents(&mut window), [(1063, 0.0)]);
    }

    #[test]
    fn a_stretch_is_filled_exactly() {
        let mut window = Window::new();
        for length in [0, 1, 63, 64, 65, WINDOW_DOCUMENTS] {
            window.open(7, 7 + length);
            window.mark_all();
            window.add_to_all(1.0);
            assert_eq!(
                contents(&mut window),
                (7..7 + length).map(|document| (document, 1.0)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn windows_are_merged() {
        let (mut left, mut right) = (Window::new(), Window::new());
        left.open(0, 100);
        right.open(0, 100);
        left.add(3, 1.0);
        left.add(4, 1.0);
        right.add(4, 0.25);
        right.add(99, 0.25);
        left.take_all(&mut right);
        assert!(right.bits().is_empty());
        assert_eq!(contents(&mut left), [(3, 1.0), (4, 1.25), (99, 0.25)]);
    }
}
