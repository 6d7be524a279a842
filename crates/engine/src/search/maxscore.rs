//! The best documents of a disjunction of terms without looking at all of them.
//!
//! MaxScore (Turtle and Flood, 1995), window by window: the terms are ordered by the highest contribution each can make.
//! Those at the low end that together cannot lift a document over the threshold need not be walked; their contributions
//! are looked up for the documents the other terms bring, as long as these still have a chance. Sums are exact
//! ([`super::bm25::Grid`]) and bounds are never too low, so the answer is the exhaustive one, ties included.

use lazuli_platform::cancel::{Cancel, Stopped};
use tantivy::{DocId, TERMINATED};

use super::Found;
use super::postings::{Cursor, TermCursor};
use super::top::Top;
use super::window::{SIZE, Window};
use crate::snapshot::SegmentView;

/// Offers every document of the segment that may be among the best.
pub(crate) fn collect(
    cursors: Vec<TermCursor<'_>>,
    view: &SegmentView,
    segment: u32,
    top: &mut Top,
    cancel: &Cancel,
) -> Result<(), Stopped> {
    let mut race = Race::new(cursors);
    let mut window = Window::new();
    let mut candidates = Vec::new();
    let mut start = 0;
    loop {
        cancel.check()?;
        start = race.next(start, top.threshold());
        if start >= view.max_doc() {
            return Ok(());
        }
        window.open(start, view.max_doc().min(start + SIZE));
        race.fill(&mut window, &mut candidates, top.threshold());
        candidates.retain(|(document, _)| view.is_alive(*document));
        race.look_up(&mut candidates, top.threshold());
        for (document, score) in candidates.drain(..) {
            top.offer(Found { segment, document, score: score as f32 });
        }
        start = window.end();
    }
}

struct Race<'a> {
    /// The lowest limit first.
    cursors: Vec<TermCursor<'a>>,
    /// How high the cursors before each one lift a document at most; one longer than `cursors`.
    limits: Vec<f64>,
    /// The cursors from here on are walked.
    walked: usize,
}

impl<'a> Race<'a> {
    fn new(mut cursors: Vec<TermCursor<'a>>) -> Self {
        cursors.sort_by(|left, right| left.limit().total_cmp(&right.limit()));
        let sums = cursors.iter().scan(0.0, |sum, cursor| {
            *sum += cursor.limit();
            Some(*sum)
        });
        let limits = std::iter::once(0.0).chain(sums).collect();
        Self { cursors, limits, walked: 0 }
    }

    /// Decides which cursors are walked from `from` on; the first document of any of them.
    fn next(&mut self, from: DocId, threshold: f32) -> DocId {
        self.walked = self.limits.iter().skip(1).take_while(|limit| !exceeds(**limit, threshold)).count();
        let walked = self.cursors.iter_mut().skip(self.walked);
        walked.map(|cursor| cursor.seek(from)).min().unwrap_or(TERMINATED)
    }

    /// The documents of the walked cursors that still have a chance.
    fn fill(&mut self, window: &mut Window, candidates: &mut Vec<(DocId, f64)>, threshold: f32) {
        for cursor in self.cursors.iter_mut().skip(self.walked) {
            cursor.add(window);
        }
        let others = self.limits.get(self.walked).copied().unwrap_or(0.0);
        window.drain(|document, score| {
            if exceeds(score + others, threshold) {
                candidates.push((document, score));
            }
        });
    }

    /// Adds the contributions of the other cursors to those candidates that still have a chance.
    fn look_up(&mut self, candidates: &mut Vec<(DocId, f64)>, threshold: f32) {
        let others = self.cursors.iter_mut().zip(self.limits.iter().skip(1)).take(self.walked);
        for (cursor, limit) in others.rev() {
            candidates.retain_mut(|(document, score)| {
                if !exceeds(*score + limit, threshold) {
                    return false;
                }
                if cursor.seek(*document) == *document {
                    *score += cursor.score();
                }
                true
            });
        }
    }
}

/// Whether a score, once rounded, gets over the threshold.
#[inline]
fn exceeds(score: f64, threshold: f32) -> bool {
    score as f32 > threshold
}
