//! A query with everything looked up that concerns the whole index: which terms exist where, how rare they are, what
//! they weigh. A plan is made once for each search; each segment then builds its [`Matcher`] from it.

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::TERMINATED;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::bm25::{Grid, Lengths, Scorer, Similarity, idf};
use super::expand::{Clause, Slot};
use super::matcher::Matcher;
use super::phrase::PhraseCursor;
use super::postings::{SynonymCursor, TermCursor};
use super::prefix;
use crate::error::EngineError;
use crate::segment::{TEXT, terms};
use crate::snapshot::{SegmentView, Snapshot};

/// See the module.
pub(crate) struct Plan {
    root: Part,
    grid: Grid,
}

enum Part {
    All,
    Term(TermPart),
    Phrase(PhrasePart),
    Prefix { field: FieldId, prefix: String },
    Not(Box<Part>),
    Any(Vec<Part>),
    Every(Vec<Part>),
}

struct TermPart {
    field: FieldId,
    weight: Weight,
    found: Found,
}

struct PhrasePart {
    field: FieldId,
    weight: Weight,
    /// Offset of each slot, and where its alternatives occur.
    slots: Vec<(u32, Found)>,
}

struct Weight {
    value: f32,
    lengths: Arc<Lengths>,
}

/// For each segment those of the terms that occur in it.
type Found = Vec<Vec<TermInfo>>;

impl Plan {
    /// Looks the terms of `clause` up in every segment.
    pub(crate) fn new(
        snapshot: &Snapshot,
        clause: &Clause,
        similarity: Similarity,
        cancel: &Cancel,
    ) -> Result<Self, EngineError> {
        let mut planner = Planner { snapshot, similarity, cancel, fields: HashMap::new() };
        let root = planner.part(clause)?;
        Ok(Self { grid: Grid::for_sums_up_to(limit(&root)), root })
    }

    /// The cursors of one segment if the query is nothing but alternative terms, else `None`.
    pub(crate) fn alternatives<'a>(
        &self,
        view: &'a SegmentView,
        segment: usize,
    ) -> Result<Option<Vec<TermCursor<'a>>>, EngineError> {
        let parts = match &self.root {
            Part::Any(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut cursors = Vec::with_capacity(parts.len());
        for part in parts {
            let Part::Term(term) = part else { return Ok(None) };
            match term.found[segment].as_slice() {
                [] => {}
                [info] => cursors.push(self.cursor(view, term, info, true)?),
                [_, _, ..] => return Ok(None),
            }
        }
        Ok(Some(cursors))
    }

    /// The matcher of one segment. Without `scored` it tells documents only, no scores.
    pub(crate) fn matcher<'a>(
        &self,
        view: &'a SegmentView,
        segment: usize,
        scored: bool,
        cancel: &Cancel,
    ) -> Result<Matcher<'a>, EngineError> {
        Building { plan: self, view, segment, cancel }.matcher(&self.root, scored)
    }

    fn cursor<'a>(
        &self,
        view: &'a SegmentView,
        term: &TermPart,
        info: &TermInfo,
        scored: bool,
    ) -> Result<TermCursor<'a>, EngineError> {
        let option = if scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let postings = view.text().read_block_postings_from_terminfo(info, option)?;
        Ok(TermCursor::new(postings, codes(view, term.field), self.scorer(&term.weight), scored))
    }

    fn scorer(&self, weight: &Weight) -> Scorer {
        Scorer::new(weight.value, weight.lengths.clone(), self.grid)
    }
}

fn codes(view: &SegmentView, field: FieldId) -> &[u8] {
    view.norms(field).map_or(&[], |codes| codes.as_slice())
}

/// At least the score of any document.
fn limit(part: &Part) -> f64 {
    let weight = |weight: &Weight| f64::from(weight.value) * 1.01;
    match part {
        Part::All | Part::Prefix { .. } | Part::Not(_) => 1.0,
        Part::Term(term) => weight(&term.weight),
        Part::Phrase(phrase) => weight(&phrase.weight),
        Part::Any(parts) | Part::Every(parts) => parts.iter().map(limit).sum(),
    }
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    similarity: Similarity,
    cancel: &'a Cancel,
    /// Documents that have the field, and its lengths.
    fields: HashMap<FieldId, (u64, Arc<Lengths>)>,
}

impl Planner<'_> {
    fn part(&mut self, clause: &Clause) -> Result<Part, EngineError> {
        self.cancel.check()?;
        Ok(match clause {
            Clause::All => Part::All,
            Clause::Term { field, terms } => Part::Term(self.term(*field, terms)?),
            Clause::Phrase { field, slots } => Part::Phrase(self.phrase(*field, slots)?),
            Clause::Prefix { field, prefix } => Part::Prefix { field: *field, prefix: prefix.clone() },
            Clause::Not(inner) => Part::Not(Box::new(self.part(inner)?)),
            Clause::Any(clauses) => Part::Any(self.parts(clauses)?),
            Clause::Every(clauses) => Part::Every(self.parts(clauses)?),
        })
    }

    fn parts(&mut self, clauses: &[Clause]) -> Result<Vec<Part>, EngineError> {
        clauses.iter().map(|clause| self.part(clause)).collect()
    }

    fn term(&mut self, field: FieldId, terms: &[String]) -> Result<TermPart, EngineError> {
        let (documents, lengths) = self.field(field)?;
        let (found, frequencies) = self.find(field, terms)?;
        // Synonyms are as rare as the most frequent of them (Lucene's SynonymQuery).
        let frequency = frequencies.into_iter().max().unwrap_or(0);
        let weight = Weight { value: self.similarity.weight(idf(documents, frequency)), lengths };
        Ok(TermPart { field, weight, found })
    }

    fn phrase(&mut self, field: FieldId, slots: &[Slot]) -> Result<PhrasePart, EngineError> {
        let (documents, lengths) = self.field(field)?;
        let mut sum = 0.0;
        let mut parts = Vec::with_capacity(slots.len());
        for slot in slots {
            let (found, frequencies) = self.find(field, &slot.terms)?;
            sum += frequencies.into_iter().map(|frequency| f64::from(idf(documents, frequency))).sum::<f64>();
            parts.push((slot.offset, found));
        }
        let weight = Weight { value: self.similarity.weight(sum as f32), lengths };
        Ok(PhrasePart { field, weight, slots: parts })
    }

    fn field(&mut self, field: FieldId) -> Result<(u64, Arc<Lengths>), EngineError> {
        if let Some(known) = self.fields.get(&field) {
            return Ok(known.clone());
        }
        let statistics = self.snapshot.statistics(field)?;
        let of_field = (statistics.documents, Arc::new(self.similarity.lengths(statistics)));
        self.fields.insert(field, of_field.clone());
        Ok(of_field)
    }

    /// Where the terms occur, and in how many documents each of them.
    fn find(&self, field: FieldId, words: &[String]) -> Result<(Found, Vec<u64>), EngineError> {
        let words: Vec<_> = words.iter().map(|word| terms::term(TEXT, field, word)).collect();
        let mut frequencies = vec![0; words.len()];
        let mut found = Vec::with_capacity(self.snapshot.segments().len());
        for view in self.snapshot.segments() {
            let mut here = Vec::new();
            for (word, frequency) in words.iter().zip(&mut frequencies) {
                if let Some(info) = view.text().get_term_info(word)? {
                    *frequency += self.frequency(view, &info)?;
                    here.push(info);
                }
            }
            found.push(here);
        }
        Ok((found, frequencies))
    }

    /// How many documents of a segment count as having the term.
    fn frequency(&self, view: &SegmentView, info: &TermInfo) -> Result<u64, EngineError> {
        let Some(alive) = view.alive().filter(|_| self.snapshot.exact_statistics()) else {
            return Ok(u64::from(info.doc_freq));
        };
        let mut postings = view.text().read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        let mut frequency = 0;
        while !postings.docs().is_empty() {
            frequency += postings.docs().iter().filter(|document| alive.is_alive(**document)).count() as u64;
            postings.advance();
        }
        Ok(frequency)
    }
}

struct Building<'a, 'p> {
    plan: &'p Plan,
    view: &'a SegmentView,
    segment: usize,
    cancel: &'p Cancel,
}

impl<'a> Building<'a, '_> {
    fn matcher(&self, part: &Part, scored: bool) -> Result<Matcher<'a>, EngineError> {
        Ok(match part {
            Part::All => Matcher::All,
            Part::Term(term) => self.term(term, scored)?,
            Part::Phrase(phrase) => self.phrase(phrase)?,
            Part::Prefix { field, prefix } => {
                Matcher::Set(prefix::documents(self.view, *field, prefix, self.cancel)?)
            }
            Part::Not(inner) => Matcher::Not(Box::new(self.matcher(inner, false)?)),
            Part::Any(parts) => Matcher::any(self.matchers(parts, scored)?),
            Part::Every(parts) => Matcher::every(self.matchers(parts, scored)?),
        })
    }

    fn matchers(&self, parts: &[Part], scored: bool) -> Result<Vec<Matcher<'a>>, EngineError> {
        parts.iter().map(|part| self.matcher(part, scored)).collect()
    }

    fn term(&self, term: &TermPart, scored: bool) -> Result<Matcher<'a>, EngineError> {
        let mut cursors = term.found[self.segment]
            .iter()
            .map(|info| self.plan.cursor(self.view, term, info, scored))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(match (cursors.pop(), cursors.is_empty()) {
            (None, _) => Matcher::Nothing,
            (Some(single), true) => Matcher::Term(single),
            (Some(last), false) => {
                cursors.push(last);
                Matcher::Synonyms(SynonymCursor::new(cursors))
            }
        })
    }

    fn phrase(&self, phrase: &PhrasePart) -> Result<Matcher<'a>, EngineError> {
        let mut slots = Vec::with_capacity(phrase.slots.len());
        for (offset, found) in &phrase.slots {
            let mut postings = Vec::new();
            for info in &found[self.segment] {
                let option = IndexRecordOption::WithFreqsAndPositions;
                postings.push(self.view.text().read_postings_from_terminfo(info, option)?);
            }
            if postings.is_empty() {
                return Ok(Matcher::Nothing);
            }
            slots.push((*offset, postings));
        }
        let scorer = self.plan.scorer(&phrase.weight);
        Ok(Matcher::Phrase(PhraseCursor::new(slots, codes(self.view, phrase.field), scorer)))
    }
}

const _: () = assert!(TERMINATED < u32::MAX, "a document id can be advanced by one");
