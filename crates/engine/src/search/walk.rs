//! Everything that is found in one segment, a window at a time.

use lazuli_platform::cancel::Cancel;
use tantivy::DocId;

use super::matcher::Matcher;
use super::window::{Spare, Window};
use crate::bits::WINDOW_DOCUMENTS;
use crate::error::EngineError;
use crate::filter::SegmentFilter;
use crate::snapshot::SegmentView;

/// The documents of a segment that match, pass the filter and are not deleted. Looks at the deadline once for each window.
pub(super) struct Walk<'a> {
    view: &'a SegmentView,
    /// `None`: every document matches, without a score.
    matcher: Option<Matcher<'a>>,
    /// The same matcher once more, to score what is left of a window.
    scorer: Option<Matcher<'a>>,
    filter: Option<SegmentFilter<'a>>,
    /// Whether the matcher is asked only of what passes the filter.
    filter_leads: bool,
    cancel: &'a Cancel,
    window: Window,
    spare: Spare,
    from: DocId,
}

/// To ask a matcher of one document takes as long as to read so many of its documents one after the other.
const READ_PER_ASKED: u64 = 32;

/// Whether a filter leaves so few documents that `cost` documents that match should not be read for them.
pub(super) fn leads(filter: Option<&SegmentFilter<'_>>, cost: u64) -> bool {
    filter.is_some_and(|filter| filter.cost().saturating_mul(READ_PER_ASKED) < cost)
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        view: &'a SegmentView,
        matcher: Option<Matcher<'a>>,
        filter: Option<SegmentFilter<'a>>,
        cancel: &'a Cancel,
    ) -> Self {
        let (window, spare) = (Window::new(), Spare::default());
        let filter_leads = leads(filter.as_ref(), matcher.as_ref().map_or(0, Matcher::cost));
        Self { view, matcher, scorer: None, filter, filter_leads, cancel, window, spare, from: 0 }
    }

    /// The walk of a matcher that tells no scores, and one that tells them when [`Walk::score`] is called.
    pub(super) fn scored_by(self, scorer: Option<Matcher<'a>>) -> Self {
        Self { scorer, ..self }
    }

    /// Scores the documents that were left in the window.
    pub(super) fn score(&mut self) -> &mut Window {
        if let Some(scorer) = &mut self.scorer {
            self.window.forget_scores();
            scorer.retain(&mut self.window, &mut self.spare);
        }
        &mut self.window
    }

    /// The next window, for the caller to empty.
    pub(super) fn next(&mut self) -> Result<Option<&mut Window>, EngineError> {
        let start = match &mut self.matcher {
            Some(matcher) if !self.filter_leads => matcher.next(self.from),
            Some(_) | None => self.from,
        };
        let start = self.filter.as_ref().map_or(start, |filter| filter.next(start));
        if start >= self.view.max_doc() {
            return Ok(None);
        }
        self.cancel.check()?;
        self.from = self.view.max_doc().min(start + WINDOW_DOCUMENTS);
        self.window.open(start, self.from);
        let filter = |window: &mut Window| match &self.filter {
            Some(filter) => window.keep(|start, bits| filter.retain(start, bits)),
            None => Ok(()),
        };
        match &mut self.matcher {
            Some(matcher) if self.filter_leads => {
                self.window.mark_all();
                filter(&mut self.window)?;
                matcher.retain(&mut self.window, &mut self.spare);
            }
            Some(matcher) => matcher.add_filtered(&mut self.window, &mut self.spare, filter)?,
            None => {
                self.window.mark_all();
                filter(&mut self.window)?;
            }
        }
        self.leave_out_deleted();
        Ok(Some(&mut self.window))
    }

    fn leave_out_deleted(&mut self) {
        if self.view.alive().is_none() {
            return;
        }
        let mut kept = self.window.bits().clone();
        self.view.retain_alive(self.window.start(), kept.words_mut());
        self.window.retain(&kept);
    }
}
