//! Everything that is found in one segment, a window at a time.

use lazuli_platform::cancel::Cancel;
use tantivy::DocId;

use super::matcher::Matcher;
use super::window::{Spare, Window};
use crate::bits::SIZE;
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
    cancel: &'a Cancel,
    window: Window,
    spare: Spare,
    from: DocId,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        view: &'a SegmentView,
        matcher: Option<Matcher<'a>>,
        filter: Option<SegmentFilter<'a>>,
        cancel: &'a Cancel,
    ) -> Self {
        let (window, spare) = (Window::new(), Spare::default());
        Self { view, matcher, scorer: None, filter, cancel, window, spare, from: 0 }
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
        let start = self.matcher.as_mut().map_or(self.from, |matcher| matcher.next(self.from));
        let start = self.filter.as_ref().map_or(start, |filter| filter.next(start));
        if start >= self.view.max_doc() {
            return Ok(None);
        }
        self.cancel.check()?;
        self.from = self.view.max_doc().min(start + SIZE);
        self.window.open(start, self.from);
        let filter = |window: &mut Window| match &self.filter {
            Some(filter) => window.keep(|start, bits| filter.retain(start, bits)),
            None => Ok(()),
        };
        match &mut self.matcher {
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
