//! A query with everything looked up that concerns the whole index: which terms exist where, how rare they are, what
//! they weigh. A plan is made once for each search; each segment then opens its postings by it ([`super::cursors`]).

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::bm25::{Grid, Lengths, Scorer, Similarity, idf};
use super::expand::{Clause, Slot};
use crate::error::EngineError;
use crate::segment::{TEXT, terms};
use crate::snapshot::{SegmentView, Snapshot};

/// See the module.
pub(super) struct Plan {
    pub(super) root: Part,
    /// Of terms and phrases, in the order of [`ScorerIndex`].
    pub(super) scorers: Vec<Scorer>,
}

/// Where in [`Plan::scorers`] a part has its scorer.
pub(super) type ScorerIndex = usize;

/// For each segment those of the terms that occur in it.
pub(super) type Found = Vec<Vec<TermInfo>>;

/// A [`Clause`], looked up.
pub(super) enum Part {
    All,
    Term {
        field: FieldId,
        scorer: ScorerIndex,
        found: Found,
    },
    /// Offset of each slot, and where its alternatives occur.
    Phrase {
        field: FieldId,
        scorer: ScorerIndex,
        slots: Vec<(u32, Found)>,
    },
    Prefix {
        field: FieldId,
        prefix: String,
    },
    Not(Box<Part>),
    Any(Vec<Part>),
    Every(Vec<Part>),
}

impl Part {
    /// Whether opening it in a segment means to read postings at once.
    fn is_dear_to_open(&self) -> bool {
        match self {
            Self::All | Self::Term { .. } | Self::Phrase { .. } => false,
            Self::Prefix { .. } => true,
            Self::Not(inner) => inner.is_dear_to_open(),
            Self::Any(parts) | Self::Every(parts) => parts.iter().any(Self::is_dear_to_open),
        }
    }
}

impl Plan {
    /// Whether it should not be opened twice in a segment.
    pub(super) fn is_dear_to_open(&self) -> bool {
        self.root.is_dear_to_open()
    }

    /// Looks the terms of `clause` up in every segment.
    pub(super) fn new(
        snapshot: &Snapshot,
        clause: &Clause,
        similarity: Similarity,
        cancel: &Cancel,
    ) -> Result<Self, EngineError> {
        let fields = HashMap::new();
        let mut planner = Planner { snapshot, similarity, cancel, fields, weights: Vec::new(), constants: 0 };
        let root = planner.part(clause)?;
        let grid = Grid::for_sums_up_to(planner.limit());
        let scorer = |(weight, lengths)| Scorer::new(weight, lengths, grid);
        Ok(Self { root, scorers: planner.weights.into_iter().map(scorer).collect() })
    }
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    similarity: Similarity,
    cancel: &'a Cancel,
    /// Documents that have the field, and its lengths.
    fields: HashMap<FieldId, (u64, Arc<Lengths>)>,
    /// Of every scorer to be.
    weights: Vec<(f32, Arc<Lengths>)>,
    /// Parts that score 1.
    constants: u32,
}

impl Planner<'_> {
    fn part(&mut self, clause: &Clause) -> Result<Part, EngineError> {
        self.cancel.check()?;
        Ok(match clause {
            Clause::Term { field, terms } => self.term(*field, terms)?,
            Clause::Phrase { field, slots } => self.phrase(*field, slots)?,
            Clause::Any(clauses) => Part::Any(self.parts(clauses)?),
            Clause::Every(clauses) => Part::Every(self.parts(clauses)?),
            Clause::All => self.constant(Part::All),
            Clause::Prefix { field, prefix } => {
                self.constant(Part::Prefix { field: *field, prefix: prefix.clone() })
            }
            Clause::Not(inner) => {
                let inner = Box::new(self.part(inner)?);
                self.constant(Part::Not(inner))
            }
        })
    }

    fn constant(&mut self, part: Part) -> Part {
        self.constants += 1;
        part
    }

    fn scorer(&mut self, idf: f32, lengths: Arc<Lengths>) -> ScorerIndex {
        self.weights.push((self.similarity.weight(idf), lengths));
        self.weights.len() - 1
    }

    /// More than the score of any document.
    fn limit(&self) -> f64 {
        let sum: f64 = self.weights.iter().map(|(weight, _)| f64::from(*weight)).sum();
        sum * 1.01 + f64::from(self.constants)
    }

    fn parts(&mut self, clauses: &[Clause]) -> Result<Vec<Part>, EngineError> {
        clauses.iter().map(|clause| self.part(clause)).collect()
    }

    fn term(&mut self, field: FieldId, terms: &[String]) -> Result<Part, EngineError> {
        let (documents, lengths) = self.field(field)?;
        let (found, frequencies) = self.find(field, terms)?;
        // Synonyms are as rare as the most frequent of them (Lucene's SynonymQuery).
        let frequency = frequencies.into_iter().max().unwrap_or(0);
        Ok(Part::Term { field, scorer: self.scorer(idf(documents, frequency), lengths), found })
    }

    fn phrase(&mut self, field: FieldId, slots: &[Slot]) -> Result<Part, EngineError> {
        let (documents, lengths) = self.field(field)?;
        let mut sum = 0.0;
        let mut parts = Vec::with_capacity(slots.len());
        for slot in slots {
            let (found, frequencies) = self.find(field, &slot.terms)?;
            sum += frequencies.into_iter().map(|frequency| f64::from(idf(documents, frequency))).sum::<f64>();
            parts.push((slot.offset, found));
        }
        Ok(Part::Phrase { field, scorer: self.scorer(sum as f32, lengths), slots: parts })
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
            if view.norms(field).is_none() {
                // No document has the field: of a thousand fields most, so the dictionary is not asked.
                found.push(here);
                continue;
            }
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
