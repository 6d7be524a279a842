//! The best documents of a disjunction of terms without looking at all of them.
//!
//! MaxScore (Turtle and Flood, 1995), a stretch of documents at a time: the terms are ordered by the highest contribution
//! each can make in the stretch. Those at the low end that together cannot lift a document over the threshold need not be
//! walked; their contributions are looked up for the documents the other terms bring, as long as these still have a
//! chance. Where no term needs to be walked, the stretch is skipped unread.
//!
//! Sums are exact ([`super::bm25::Grid`]) and bounds are never too low, so the answer is the exhaustive one, ties included.

use lazuli_platform::cancel::Cancel;
use tantivy::DocId;

use super::Found;
use super::bounds::Bounds;
use super::postings::{Cursor, TermCursor};
use super::top::Top;
use super::window::Window;
use crate::bits::{Bits, WINDOW_DOCUMENTS};
use crate::error::EngineError;
use crate::filter::SegmentFilter;
use crate::segment::impacts::TermImpacts;
use crate::snapshot::SegmentView;

/// Stretches of two terms are not made shorter than this to fit a block of one of them. With more terms whole windows are
/// faster: deciding anew for each short stretch costs more than the tighter bounds save.
const STRETCH_MIN: DocId = 512;

/// Offers every document of the segment that may be among the best. `window` is empty before and after.
pub(crate) fn collect(
    terms: Vec<(TermCursor<'_>, Option<TermImpacts<'_>>)>,
    view: &SegmentView,
    filter: Option<SegmentFilter<'_>>,
    segment: u32,
    top: &mut Top,
    window: &mut Window,
    cancel: &Cancel,
) -> Result<(), EngineError> {
    let mut race = Race::new(terms, view.max_doc());
    let mut candidates = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = race.stretch(from, top.threshold()) {
        cancel.check()?;
        if let Some(filter) = &filter {
            let next = filter.next(start);
            if next >= end {
                from = next;
                continue;
            }
        }
        from = end;
        if !race.choose(start, end, top.threshold()) {
            continue;
        }
        race.walk(start, end, window, &mut candidates, top.threshold());
        if let Some(alive) = view.alive() {
            candidates.retain(|(document, _)| alive.is_alive(*document));
        }
        if let Some(filter) = &filter {
            retain(filter, start, &mut candidates)?;
        }
        race.look_up(&mut candidates, top.threshold());
        for (document, score) in candidates.drain(..) {
            top.offer(Found { segment, document, score: score as f32 });
        }
    }
    Ok(())
}

/// Takes out the candidates of a stretch that do not pass the filter.
fn retain(
    filter: &SegmentFilter<'_>,
    start: DocId,
    candidates: &mut Vec<(DocId, f64)>,
) -> Result<(), EngineError> {
    if candidates.is_empty() {
        return Ok(());
    }
    let mut kept = Bits::none();
    candidates.iter().for_each(|(document, _)| kept.insert((document - start) as usize));
    filter.retain(start, &mut kept)?;
    candidates.retain(|(document, _)| kept.contains((document - start) as usize));
    Ok(())
}

struct Runner<'a> {
    cursor: TermCursor<'a>,
    bounds: Bounds<'a>,
    /// Its bound in the current stretch.
    bound: f64,
}

impl Runner<'_> {
    /// No document before this one, from `from` on; may be less than the first there is.
    fn next(&self, from: DocId) -> DocId {
        self.cursor.document().max(from)
    }
}

struct Race<'a> {
    /// The lowest limit first.
    runners: Vec<Runner<'a>>,
    /// How high each runner together with those before it lifts a document at most.
    limits: Vec<f64>,
    /// Indices of runners, the lowest bound in the current stretch first; those before `walked` are only looked up.
    order: Vec<usize>,
    /// How high the bound of each place in `order` together with those before it lifts a document.
    bounds: Vec<f64>,
    walked: usize,
    max_doc: DocId,
}

impl<'a> Race<'a> {
    fn new(terms: Vec<(TermCursor<'a>, Option<TermImpacts<'a>>)>, max_doc: DocId) -> Self {
        let runner = |(cursor, impacts)| {
            let bounds = Bounds::new(&cursor, impacts);
            Runner { bound: bounds.limit(), cursor, bounds }
        };
        let mut runners: Vec<Runner<'_>> = terms.into_iter().map(runner).collect();
        runners.sort_by(|left, right| left.bounds.limit().total_cmp(&right.bounds.limit()));
        let limits = sums(runners.iter().map(|runner| runner.bounds.limit()));
        Self {
            order: (0..runners.len()).collect(),
            bounds: limits.clone(),
            walked: 0,
            runners,
            limits,
            max_doc,
        }
    }

    /// The next stretch, from `from` on, in which a document may exceed the threshold as far as the limits tell.
    fn stretch(&mut self, from: DocId, threshold: f32) -> Option<(DocId, DocId)> {
        let helpless = self.limits.iter().take_while(|limit| !exceeds(**limit, threshold)).count();
        let start = self.runners.iter().skip(helpless).map(|runner| runner.next(from)).min()?;
        if start >= self.max_doc {
            return None;
        }
        let longest = self.max_doc.min(start + WINDOW_DOCUMENTS);
        if threshold == f32::NEG_INFINITY {
            return Some((start, longest));
        }
        let blocks = self.runners.iter_mut().skip(helpless);
        let block_end =
            blocks.map(|runner| runner.bounds.block_end(runner.cursor.scorer(), start) + 1).min()?;
        let shortest = match self.runners.len() {
            ..=1 => start + 1,
            2 => start + STRETCH_MIN,
            3.. => start + WINDOW_DOCUMENTS,
        };
        Some((start, block_end.max(shortest).min(longest)))
    }

    /// Decides which runners are walked from `start` to `end`; false if none.
    fn choose(&mut self, start: DocId, end: DocId, threshold: f32) -> bool {
        if threshold == f32::NEG_INFINITY {
            return true;
        }
        for runner in &mut self.runners {
            let is_beyond = runner.cursor.document() >= end;
            runner.bound =
                if is_beyond { 0.0 } else { runner.bounds.within(runner.cursor.scorer(), start, end) };
        }
        let runners = &self.runners;
        self.order.sort_by(|left, right| runners[*left].bound.total_cmp(&runners[*right].bound));
        self.bounds = sums(self.order.iter().map(|index| runners[*index].bound));
        self.walked = self.bounds.iter().take_while(|bound| !exceeds(**bound, threshold)).count();
        self.walked < self.order.len()
    }

    /// Collects the documents of the walked runners that still have a chance.
    fn walk(
        &mut self,
        start: DocId,
        end: DocId,
        window: &mut Window,
        candidates: &mut Vec<(DocId, f64)>,
        threshold: f32,
    ) {
        let others = self.walked.checked_sub(1).map_or(0.0, |last| self.bounds[last]);
        let keep = |document, score| {
            if exceeds(score + others, threshold) {
                candidates.push((document, score));
            }
        };
        if let [only] = self.order[self.walked..] {
            self.runners[only].cursor.for_each(start, end, keep);
            return;
        }
        window.open(start, end);
        for index in &self.order[self.walked..] {
            self.runners[*index].cursor.add(window);
        }
        window.drain(keep);
    }

    /// Adds the contributions of the other runners to those candidates that still have a chance.
    fn look_up(&mut self, candidates: &mut Vec<(DocId, f64)>, threshold: f32) {
        for (index, bound) in self.order.iter().zip(&self.bounds).take(self.walked).rev() {
            let cursor = &mut self.runners[*index].cursor;
            candidates.retain_mut(|(document, score)| {
                if !exceeds(*score + bound, threshold) {
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

/// Running sums.
fn sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let add = |sum: &mut f64, value| {
        *sum += value;
        Some(*sum)
    };
    values.scan(0.0, add).collect()
}

/// Whether a score, once rounded, gets over the threshold.
#[inline]
fn exceeds(score: f64, threshold: f32) -> bool {
    score as f32 > threshold
}
