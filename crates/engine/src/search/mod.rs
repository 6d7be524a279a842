//! From a bound question to the hits of a page: which documents match in a snapshot, and how well.
//!
//! ```text
//! Node ─expand─▶ Clause ─plan─▶ Plan ─(each segment)─▶ Matcher ─windows─▶ Top ─────▶ Hits
//!      analyzers          terms, statistics            or maxscore       or Sorter
//! ```
//!
//! Scores are the service's ([`bm25`]); hits with equal scores keep upload order, which is the order of segments and of
//! documents in them. Evaluation goes through windows of documents ([`window`]) and looks at the deadline once for each,
//! and within it where a condition has much to do.

use lazuli_catalog::Schema;
use lazuli_platform::cancel::Cancel;
use lazuli_query::{Search, TextQuery};

use self::bm25::Similarity;
use self::cursors::OpenedPlan;
use self::expand::Clause;
use self::matcher::Matcher;
use self::order::{Sorter, Sorting};
use self::plan::Plan;
use self::postings::Cursor;
use self::top::Top;
use self::walk::Walk;
use self::window::Window;
use crate::error::EngineError;
use crate::filter::{Question, SegmentFilter};
use crate::snapshot::{SegmentView, Snapshot};

pub use self::expand::Synonyms;

mod expand;
mod graph;

mod plan;

mod cursors;

mod bounds;
mod listing;
mod matcher;
mod maxscore;
mod phrase;
mod postings;
mod prefix;
mod walk;
mod window;

mod bm25;
mod order;
mod top;

#[cfg(test)]
pub(crate) mod tests;

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// Index in [`Snapshot::segments`].
    pub(crate) segment: u32,
    /// Its id there.
    pub(crate) document: u32,
    /// `@search.score`
    pub(crate) score: f32,
}

/// The hits of a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hits {
    /// At most `top`, after leaving out `skip`.
    pub(crate) hits: Vec<Found>,
    /// How many documents match, exact, where that was asked for.
    pub(crate) total: Option<u64>,
    /// Whether more match than `skip + top`.
    pub(crate) more: bool,
}

/// How the best documents are found. The answer is the same, bit for bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// Leaving out what cannot be among the best, where the shape of the query allows it.
    Pruned,
    /// By scoring every document that matches; to compare with.
    Exhaustive,
}

/// Finds the page that `search` asks for.
pub(crate) fn search_by(
    strategy: Strategy,
    snapshot: &Snapshot,
    schema: &Schema,
    search: &Search,
    synonyms: &Synonyms,
    cancel: &Cancel,
) -> Result<Hits, EngineError> {
    let page = Page { skip: search.skip, top: search.top, count: search.count };
    let plan = match text(snapshot, schema, &search.text, synonyms, cancel)? {
        Text::Nothing => return Ok(page.cut(Vec::new(), 0)),
        Text::All => None,
        Text::Plan(plan) => Some(plan),
    };
    let sorting = Sorting::new(&search.order, schema, plan.is_some());
    let filter = search.filter.as_ref().map(|filter| Question::new(filter, snapshot.filters()));
    let (plan, filter) = (plan.as_ref(), filter.as_ref());
    Run { snapshot, plan, filter, sorting: &sorting, page, cancel }.hits(strategy)
}

/// What a text asks of the documents.
enum Text {
    Nothing,
    All,
    Plan(Plan),
}

fn text(
    snapshot: &Snapshot,
    schema: &Schema,
    text: &TextQuery,
    synonyms: &Synonyms,
    cancel: &Cancel,
) -> Result<Text, EngineError> {
    let TextQuery::Parsed { root, mode, fields } = text else { return Ok(Text::All) };
    let clause = match expand::expand(schema, root, *mode, fields, synonyms, cancel)? {
        None => return Ok(Text::Nothing),
        Some(Clause::All) => return Ok(Text::All),
        Some(clause) => clause,
    };
    Ok(Text::Plan(Plan::new(snapshot, &clause, Similarity::default(), cancel)?))
}

/// The part of the hits that is wanted, and whether all are counted.
#[derive(Debug, Clone, Copy)]
struct Page {
    skip: usize,
    top: usize,
    count: bool,
}

impl Page {
    /// `best` are the best documents, at least `skip + top` if so many match; `seen` how many match, or that there is
    /// one more.
    fn cut(self, best: Vec<Found>, seen: u64) -> Hits {
        Hits {
            hits: best.into_iter().skip(self.skip).take(self.top).collect(),
            total: self.count.then_some(seen),
            more: seen > self.end() as u64,
        }
    }

    /// The rank after the last hit.
    fn end(self) -> usize {
        self.skip.saturating_add(self.top)
    }
}

struct Run<'a> {
    snapshot: &'a Snapshot,
    /// `None`: every document matches, with the score 1.
    plan: Option<&'a Plan>,
    /// Which of them pass.
    filter: Option<&'a Question<'a>>,
    sorting: &'a Sorting,
    page: Page,
    cancel: &'a Cancel,
}

impl Run<'_> {
    fn hits(&self, strategy: Strategy) -> Result<Hits, EngineError> {
        let page = self.page;
        if page.top == 0 || self.sorting.is_by_score() {
            match (self.plan, self.filter) {
                (None, None) => return Ok(listing::all(self.snapshot, page)),
                (None, Some(filter)) => {
                    return listing::all_that_pass(self.snapshot, filter, page, self.cancel);
                }
                (Some(_), _) => {}
            }
        }
        if page.top == 0 {
            let enough = if page.count { u64::MAX } else { page.end() as u64 + 1 };
            return Ok(page.cut(Vec::new(), self.count(enough)?));
        }
        let (best, seen) = match self.plan.filter(|_| self.sorting.is_by_score()) {
            None => self.first_of_all()?,
            Some(plan) => match self.best_alternatives(plan, strategy)? {
                Some(best) => {
                    let seen = if page.count { self.count(u64::MAX)? } else { best.len() as u64 };
                    (best, seen)
                }
                None => self.best_of_all()?,
            },
        };
        Ok(page.cut(best, seen))
    }

    fn segments(&self) -> impl Iterator<Item = (usize, &SegmentView)> {
        self.snapshot.segments().iter().enumerate()
    }

    fn walk<'a>(
        &'a self,
        segment: usize,
        view: &'a SegmentView,
        scored: bool,
    ) -> Result<Walk<'a>, EngineError> {
        let matcher = self.matcher(segment, view, scored)?;
        let candidates = matcher.as_ref().map_or(u64::MAX, Matcher::cost);
        Ok(Walk::new(view, matcher, self.open_filter(view, candidates)?, self.cancel))
    }

    fn matcher<'a>(
        &'a self,
        segment: usize,
        view: &'a SegmentView,
        scored: bool,
    ) -> Result<Option<Matcher<'a>>, EngineError> {
        let opened = |plan| OpenedPlan { plan, view, segment, cancel: self.cancel };
        self.plan.map(|plan| opened(plan).matcher(scored)).transpose()
    }

    /// `candidates` is about how many documents the text leaves.
    fn open_filter<'a>(
        &'a self,
        view: &'a SegmentView,
        candidates: u64,
    ) -> Result<Option<SegmentFilter<'a>>, EngineError> {
        let open = |question| SegmentFilter::open(question, view, candidates, self.cancel);
        self.filter.map(open).transpose()
    }

    /// The best and one more, if the query is nothing but alternative terms.
    fn best_alternatives(&self, plan: &Plan, strategy: Strategy) -> Result<Option<Vec<Found>>, EngineError> {
        if strategy == Strategy::Exhaustive {
            return Ok(None);
        }
        let mut top = Top::new(self.page.end().saturating_add(1));
        let mut window = Window::new();
        for (segment, view) in self.segments() {
            let opened = OpenedPlan { plan, view, segment, cancel: self.cancel };
            let Some(terms) = opened.alternatives()? else { return Ok(None) };
            let candidates = terms.iter().map(|(cursor, _)| cursor.cost()).sum();
            let filter = self.open_filter(view, candidates)?;
            if walk::leads(filter.as_ref(), candidates) {
                let terms = terms.into_iter().map(|(cursor, _)| Matcher::Term(cursor.into()));
                let matcher = Matcher::any(terms.collect());
                offer_all(segment, Walk::new(view, Some(matcher), filter, self.cancel), &mut top)?;
                continue;
            }
            maxscore::collect(terms, view, filter, segment as u32, &mut top, &mut window, self.cancel)?;
        }
        Ok(Some(top.into_sorted()))
    }

    /// The best, and how many match.
    fn best_of_all(&self) -> Result<(Vec<Found>, u64), EngineError> {
        let mut top = Top::new(self.page.end());
        let mut seen = 0;
        for (segment, view) in self.segments() {
            seen += offer_all(segment, self.walk(segment, view, true)?, &mut top)?;
        }
        Ok((top.into_sorted(), seen))
    }

    /// The first in the order asked for, and how many match.
    fn first_of_all(&self) -> Result<(Vec<Found>, u64), EngineError> {
        let mut sorter = Sorter::new(self.sorting, self.page.end(), self.cancel);
        let mut seen = 0;
        for (segment, view) in self.segments() {
            let keys = sorter.open(view)?;
            let mut walk = self.walk_to_sort(segment, view)?;
            while let Some(window) = walk.next()? {
                seen += u64::from(window.bits().count());
                sorter.choose(&keys, window);
                sorter.take(segment, &keys, walk.score());
            }
            sorter.close()?;
        }
        Ok((sorter.into_found(), seen))
    }

    /// A walk that scores only the documents that the first key leaves, unless that is the score, or it would mean to read
    /// the postings of all words of a prefix twice.
    fn walk_to_sort<'a>(&'a self, segment: usize, view: &'a SegmentView) -> Result<Walk<'a>, EngineError> {
        let at_once = self.sorting.starts_with_score() || self.plan.is_some_and(Plan::is_dear_to_open);
        let walk = self.walk(segment, view, at_once)?;
        Ok(walk.scored_by(if at_once { None } else { self.matcher(segment, view, true)? }))
    }

    /// How many documents match; stops counting at `enough`.
    fn count(&self, enough: u64) -> Result<u64, EngineError> {
        let mut seen = 0;
        for (segment, view) in self.segments() {
            let mut walk = self.walk(segment, view, false)?;
            while let Some(window) = walk.next()? {
                seen += u64::from(window.bits().count());
                window.clear();
                if seen >= enough {
                    return Ok(enough);
                }
            }
        }
        Ok(seen)
    }
}

/// Offers everything that is found in a segment, and tells how many that are.
fn offer_all(segment: usize, mut walk: Walk<'_>, top: &mut Top) -> Result<u64, EngineError> {
    let mut seen = 0;
    while let Some(window) = walk.next()? {
        window.drain(|document, score| {
            seen += 1;
            top.offer(Found { segment: segment as u32, document, score: score as f32 });
        });
    }
    Ok(seen)
}
