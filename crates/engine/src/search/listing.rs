//! Searches without text: every document that passes the filter, score 1, in upload order. Only the page is looked at,
//! and where it is known at once which documents pass, the others are not even counted one by one.

use std::ops::ControlFlow;

use lazuli_platform::cancel::Cancel;
use tantivy::DocId;

use super::walk::Walk;
use super::{Found, Hits, Page};
use crate::error::EngineError;
use crate::filter::{Known, Passing, Question};
use crate::snapshot::Snapshot;

/// Every document.
pub(super) fn all(snapshot: &Snapshot, page: Page) -> Hits {
    let mut hits = Vec::new();
    let mut skip = page.skip;
    for (segment, view) in snapshot.segments().iter().enumerate() {
        let live = view.live_documents() as usize;
        if live <= skip {
            skip -= live;
            continue;
        }
        let found = |document| Found { segment: segment as u32, document, score: 1.0 };
        let wanted = page.top - hits.len();
        match view.alive() {
            Some(alive) => hits.extend(alive.iter_alive().skip(skip).take(wanted).map(found)),
            None => hits.extend((0..view.max_doc()).skip(skip).take(wanted).map(found)),
        }
        skip = 0;
    }
    let total = snapshot.documents();
    Hits { hits, total: page.count.then_some(total), more: total > page.end() as u64 }
}

/// Every document that passes `filter`. Ends with the page if nothing is counted.
pub(super) fn all_that_pass(
    snapshot: &Snapshot,
    filter: &Question<'_>,
    page: Page,
    cancel: &Cancel,
) -> Result<Hits, EngineError> {
    let mut listing = Listing { page, hits: Vec::new(), seen: 0 };
    for (segment, view) in snapshot.segments().iter().enumerate() {
        if listing.is_done() {
            break;
        }
        match Passing::open(filter, view, cancel)? {
            Passing::Known(known) => listing.add_known(segment, &known)?,
            Passing::Asked(filter) => {
                listing.add_walk(segment, Walk::new(view, None, Some(filter), cancel))?;
            }
        }
    }
    let Listing { hits, seen, .. } = listing;
    Ok(Hits { hits, total: page.count.then_some(seen), more: seen > page.end() as u64 })
}

/// A page on its way.
struct Listing {
    page: Page,
    hits: Vec<Found>,
    seen: u64,
}

impl Listing {
    /// Whether nothing is asked of documents that come later.
    fn is_done(&self) -> bool {
        !self.page.count && self.seen > self.page.end() as u64
    }

    /// Whether any of the next `found` documents are on the page.
    fn wants(&self, found: u64) -> bool {
        self.seen < self.page.end() as u64 && self.seen + found > self.page.skip as u64
    }

    /// The document of a rank, if that is on the page.
    fn place(&mut self, rank: usize, segment: usize, document: DocId) {
        if (self.page.skip..self.page.end()).contains(&rank) {
            self.hits.push(Found { segment: segment as u32, document, score: 1.0 });
        }
    }

    fn add_known(&mut self, segment: usize, known: &Known<'_>) -> Result<(), EngineError> {
        let found = known.count_alive()?;
        if self.wants(found) {
            let mut rank = self.seen as usize;
            known.visit_alive(|document| {
                self.place(rank, segment, document);
                rank += 1;
                if rank < self.page.end() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
        }
        self.seen += found;
        Ok(())
    }

    fn add_walk(&mut self, segment: usize, mut walk: Walk<'_>) -> Result<(), EngineError> {
        while !self.is_done()
            && let Some(window) = walk.next()?
        {
            let found = u64::from(window.bits().count());
            if self.wants(found) {
                let mut rank = self.seen as usize;
                window.bits().for_each(|offset| {
                    self.place(rank, segment, window.start() + offset as DocId);
                    rank += 1;
                });
            }
            window.clear();
            self.seen += found;
        }
        Ok(())
    }
}
