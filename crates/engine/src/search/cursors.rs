//! A plan opened in one segment: its postings, put together into a [`Matcher`].

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::matcher::Matcher;
use super::phrase::PhraseCursor;
use super::plan::{Found, Part, Plan, ScorerIndex};
use super::postings::{SynonymCursor, TermCursor};
use super::prefix;
use crate::error::EngineError;
use crate::segment::impacts::TermImpacts;
use crate::snapshot::SegmentView;

/// Terms of which a document needs one, and what the segment knows of their blocks.
pub(super) type Alternatives<'a> = Vec<(TermCursor<'a>, Option<TermImpacts<'a>>)>;

/// A plan in one segment.
#[derive(Clone, Copy)]
pub(super) struct OpenedPlan<'a> {
    pub(super) plan: &'a Plan,
    pub(super) view: &'a SegmentView,
    /// The segment's index in the snapshot.
    pub(super) segment: usize,
    pub(super) cancel: &'a Cancel,
}

impl<'a> OpenedPlan<'a> {
    /// The cursors of a query that is nothing but alternative terms; of any other query `None`.
    pub(super) fn alternatives(&self) -> Result<Option<Alternatives<'a>>, EngineError> {
        let root = &self.plan.root;
        let parts = if let Part::Any(parts) = root { parts.as_slice() } else { std::slice::from_ref(root) };
        let mut cursors = Vec::with_capacity(parts.len());
        for part in parts {
            let Part::Term { field, scorer, found } = part else { return Ok(None) };
            match found[self.segment].as_slice() {
                [] => {}
                [info] => {
                    let cursor = self.cursor(*field, *scorer, info, true)?;
                    cursors.push((cursor, self.view.impacts().term(info.postings_range.start)));
                }
                [_, _, ..] => return Ok(None),
            }
        }
        Ok(Some(cursors))
    }

    /// The matcher of the whole query. Without `scored` it tells documents only, no scores.
    pub(super) fn matcher(&self, scored: bool) -> Result<Matcher<'a>, EngineError> {
        self.part(&self.plan.root, scored)
    }

    fn part(&self, part: &Part, scored: bool) -> Result<Matcher<'a>, EngineError> {
        Ok(match part {
            Part::All => Matcher::All,
            Part::Term { field, scorer, found } => self.term(*field, *scorer, found, scored)?,
            Part::Phrase { field, scorer, slots } => self.phrase(*field, *scorer, slots)?,
            Part::Prefix { field, prefix } => {
                Matcher::Set(prefix::documents(self.view, *field, prefix, self.cancel)?)
            }
            Part::Not(inner) => Matcher::Not(Box::new(self.part(inner, false)?)),
            Part::Any(parts) => Matcher::any(self.parts(parts, scored)?),
            Part::Every(parts) => Matcher::every(self.parts(parts, scored)?),
        })
    }

    fn parts(&self, parts: &[Part], scored: bool) -> Result<Vec<Matcher<'a>>, EngineError> {
        parts.iter().map(|part| self.part(part, scored)).collect()
    }

    fn term(
        &self,
        field: FieldId,
        scorer: ScorerIndex,
        found: &Found,
        scored: bool,
    ) -> Result<Matcher<'a>, EngineError> {
        let infos = found[self.segment].iter();
        let mut cursors =
            infos.map(|info| self.cursor(field, scorer, info, scored)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (cursors.pop(), cursors.is_empty()) {
            (None, _) => Matcher::Nothing,
            (Some(single), true) => Matcher::Term(Box::new(single)),
            (Some(last), false) => {
                cursors.push(last);
                Matcher::Synonyms(SynonymCursor::new(cursors))
            }
        })
    }

    fn cursor(
        &self,
        field: FieldId,
        scorer: ScorerIndex,
        info: &TermInfo,
        scored: bool,
    ) -> Result<TermCursor<'a>, EngineError> {
        let option = if scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let postings = self.view.text().read_block_postings_from_terminfo(info, option)?;
        Ok(TermCursor::new(postings, self.codes(field), &self.plan.scorers[scorer], scored))
    }

    fn phrase(
        &self,
        field: FieldId,
        scorer: ScorerIndex,
        slots: &[(u32, Found)],
    ) -> Result<Matcher<'a>, EngineError> {
        let mut cursors = Vec::with_capacity(slots.len());
        for (offset, found) in slots {
            let mut postings = Vec::new();
            for info in &found[self.segment] {
                let option = IndexRecordOption::WithFreqsAndPositions;
                postings.push(self.view.text().read_postings_from_terminfo(info, option)?);
            }
            if postings.is_empty() {
                return Ok(Matcher::Nothing);
            }
            cursors.push((*offset, postings));
        }
        Ok(Matcher::Phrase(PhraseCursor::new(cursors, self.codes(field), &self.plan.scorers[scorer])))
    }

    /// The field's length code for each document.
    fn codes(&self, field: FieldId) -> &'a [u8] {
        self.view.norms(field).map_or(&[], |codes| codes.as_slice())
    }
}
