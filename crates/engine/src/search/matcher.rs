//! The query in one segment: a tree that fills windows.
//!
//! Every node knows two things: to add its documents with their contributions to a window ([`Matcher::add`]), and to tell
//! which documents already in a window it matches too, raising their scores ([`Matcher::probe`]). A conjunction adds its
//! rarest part and probes the others; a disjunction adds all its parts. Deleted documents are not left out here.

use tantivy::{DocId, TERMINATED};

use super::phrase::PhraseCursor;
use super::postings::{Cursor, SynonymCursor, TermCursor};
use super::prefix::DocumentSet;
use super::window::{Bits, Spare, Window};

/// See the module.
pub(crate) enum Matcher<'a> {
    /// No document.
    Nothing,
    /// Every document, score 1.
    All,
    /// The documents of a term.
    Term(Box<TermCursor<'a>>),
    /// The documents of several terms that score as one.
    Synonyms(SynonymCursor<'a>),
    /// The documents of a phrase.
    Phrase(PhraseCursor<'a>),
    /// Some documents, score 1.
    Set(DocumentSet),
    /// The documents that do not match, score 1.
    Not(Box<Matcher<'a>>),
    /// Documents that match at least one part.
    Any(Vec<Matcher<'a>>),
    /// Documents that match all parts, rarest first.
    Every(Vec<Matcher<'a>>),
}

impl<'a> Matcher<'a> {
    /// Documents that match at least one part.
    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        parts.retain(|part| !matches!(part, Self::Nothing));
        match parts.len() {
            0 => Self::Nothing,
            _ => Self::Any(parts),
        }
    }

    /// Documents that match all parts.
    pub(crate) fn every(mut parts: Vec<Self>) -> Self {
        if parts.iter().any(|part| matches!(part, Self::Nothing)) {
            return Self::Nothing;
        }
        parts.sort_by_cached_key(Self::cost);
        Self::Every(parts)
    }

    /// About how many documents match.
    pub(crate) fn cost(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::All | Self::Not(_) => u64::from(TERMINATED),
            Self::Term(cursor) => cursor.cost(),
            Self::Synonyms(cursor) => cursor.cost(),
            Self::Phrase(cursor) => cursor.cost(),
            Self::Set(cursor) => cursor.cost(),
            Self::Any(parts) => parts.iter().map(Self::cost).fold(0, u64::saturating_add),
            Self::Every(parts) => parts.iter().map(Self::cost).min().unwrap_or(0),
        }
    }

    /// No document before this one, from `from` on, matches. May be less than the first that does.
    pub(crate) fn next(&mut self, from: DocId) -> DocId {
        match self {
            Self::Nothing => TERMINATED,
            Self::All | Self::Not(_) => from,
            Self::Term(cursor) => cursor.seek(from),
            Self::Synonyms(cursor) => cursor.seek(from),
            Self::Phrase(cursor) => cursor.seek(from),
            Self::Set(cursor) => cursor.seek(from),
            Self::Any(parts) => parts.iter_mut().map(|part| part.next(from)).min().unwrap_or(TERMINATED),
            Self::Every(parts) => parts.iter_mut().fold(from, |reached, part| part.next(reached)),
        }
    }

    /// Adds the documents of the window.
    pub(crate) fn add(&mut self, window: &mut Window, spare: &mut Spare) {
        match self {
            Self::Nothing => {}
            Self::Term(cursor) => cursor.add(window),
            Self::Synonyms(cursor) => cursor.add(window),
            Self::Phrase(cursor) => cursor.add(window),
            Self::Set(cursor) => cursor.add(window),
            Self::Any(parts) => parts.iter_mut().for_each(|part| part.add(window, spare)),
            Self::All | Self::Not(_) | Self::Every(_) => {
                let mut own = spare.take();
                own.open(window.start(), window.end());
                self.fill(&mut own, spare);
                window.take_all(&mut own);
                spare.give_back(own);
            }
        }
    }

    /// Adds the documents of the empty window that `filter` leaves in. Of a conjunction the rarest part is filtered before
    /// the others are asked.
    pub(crate) fn add_filtered<E>(
        &mut self,
        window: &mut Window,
        spare: &mut Spare,
        filter: impl FnOnce(&mut Window) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Self::Every(parts) = self
            && let Some((rarest, others)) = parts.split_first_mut()
        {
            rarest.add(window, spare);
            filter(window)?;
            retain_all(others, window, spare);
            return Ok(());
        }
        self.add(window, spare);
        filter(window)
    }

    /// [`Matcher::add`] to an empty window.
    fn fill(&mut self, window: &mut Window, spare: &mut Spare) {
        match self {
            Self::All => {
                window.mark_all();
                window.add_to_all(1.0);
            }
            Self::Not(_) => {
                window.mark_all();
                self.retain(window, spare);
            }
            Self::Every(parts) => {
                let Some((rarest, others)) = parts.split_first_mut() else { return };
                rarest.add(window, spare);
                retain_all(others, window, spare);
            }
            Self::Nothing
            | Self::Term(_)
            | Self::Synonyms(_)
            | Self::Phrase(_)
            | Self::Set(_)
            | Self::Any(_) => self.add(window, spare),
        }
    }

    /// Adds scores to those documents already in the window that match, and sets their bits.
    fn probe(&mut self, window: &mut Window, matched: &mut Bits, spare: &mut Spare) {
        match self {
            Self::Nothing => {}
            Self::All => window.probe(matched, |_| Some(1.0)),
            Self::Term(cursor) => cursor.probe(window, matched),
            Self::Synonyms(cursor) => cursor.probe(window, matched),
            Self::Phrase(cursor) => cursor.probe(window, matched),
            Self::Set(cursor) => cursor.probe(window, matched),
            Self::Any(parts) => parts.iter_mut().for_each(|part| part.probe(window, matched, spare)),
            Self::Not(_) | Self::Every(_) => {
                let mut own = spare.take();
                window.copy_documents(&mut own);
                self.retain(&mut own, spare);
                matched.insert_all(own.bits());
                window.take_all(&mut own);
                spare.give_back(own);
            }
        }
    }

    /// Takes the documents that do not match out of the window and adds scores to the others.
    pub(crate) fn retain(&mut self, window: &mut Window, spare: &mut Spare) {
        match self {
            Self::Every(parts) => parts.iter_mut().for_each(|part| part.retain(window, spare)),
            Self::Not(inner) => {
                let mut own = spare.take();
                window.copy_documents(&mut own);
                let mut matched = Bits::none();
                inner.probe(&mut own, &mut matched, spare);
                own.clear();
                spare.give_back(own);
                window.remove(&matched);
                window.add_to_all(1.0);
            }
            Self::Nothing
            | Self::All
            | Self::Term(_)
            | Self::Synonyms(_)
            | Self::Phrase(_)
            | Self::Set(_)
            | Self::Any(_) => {
                let mut matched = Bits::none();
                self.probe(window, &mut matched, spare);
                window.retain(&matched);
            }
        }
    }
}

/// Takes out what does not match all parts.
fn retain_all(parts: &mut [Matcher<'_>], window: &mut Window, spare: &mut Spare) {
    for part in parts {
        if window.bits().is_empty() {
            return;
        }
        part.retain(window, spare);
    }
}
