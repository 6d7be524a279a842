//! The tokens that one field's analyzer makes of one unit of the query, put together as Lucene's `QueryBuilder` does
//! (`analysis.md` §7.1).
//!
//! Tokens at one position are synonyms and score as one term. Where tokens are ways of their own through several positions
//! (`usa` beside `united states`), the unit is cut where all ways meet; between two cuts stand either the terms of one position
//! or alternative paths. A quoted unit of several positions is a phrase, or one phrase for each of its paths. (For phrases
//! Lucene has span queries here, which match the same documents; what the service scores them is not recorded.)

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use lazuli_analysis::OwnedToken;
use lazuli_catalog::FieldId;
use lazuli_query::Operator;

use super::expand::{Budget, Clause, Slot, combine};
use crate::error::EngineError;

/// What the query has the tokens for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    /// A word; if it becomes several, they are joined by this.
    Words(Operator),
    /// What was in quotes.
    Quoted,
}

/// See the module.
pub(super) struct Graph<'t> {
    pub(super) field: FieldId,
    /// Where a synonym map has put its words, if the field has one ([`Expanded::matches`](lazuli_analysis::Expanded)). With it, a
    /// path of several words has to be found as a phrase; else its words may stand anywhere (Lucene's
    /// `autoGenerateMultiTermSynonymsPhraseQuery`).
    pub(super) matches: Option<&'t [Range<u32>]>,
}

impl Graph<'_> {
    /// The clause for tokens in order of position; `None` of none.
    pub(super) fn clause(
        &self,
        tokens: Vec<OwnedToken>,
        unit: Unit,
        budget: &mut Budget,
    ) -> Result<Option<Clause>, EngineError> {
        let in_a_row = |nodes: &Range<u32>| nodes.len() > 1;
        if tokens.iter().any(|token| token.position_length > 1)
            || self.matches.is_some_and(|matches| matches.iter().any(in_a_row))
        {
            return self.of_paths(&Arcs::new(tokens, budget.clone())?, unit, budget);
        }
        let slots = slots(tokens, budget)?;
        Ok(match unit {
            Unit::Quoted => self.phrase(slots),
            Unit::Words(operator) => self.words(operator, slots),
        })
    }

    fn of_paths(&self, arcs: &Arcs, unit: Unit, budget: &mut Budget) -> Result<Option<Clause>, EngineError> {
        let operator = match unit {
            Unit::Words(operator) => operator,
            Unit::Quoted => {
                let paths = arcs.paths(arcs.start(), END, budget)?;
                let phrases = paths.into_iter().filter_map(|slots| self.phrase(slots));
                return Ok(combine(Operator::Should, phrases.collect()));
            }
        };
        let mut clauses = Vec::new();
        for (from, to) in arcs.segments(self.matches.unwrap_or_default()) {
            let paths = arcs.paths(from, to, budget)?.into_iter();
            let alternatives = paths.filter_map(|slots| {
                if self.matches.is_some() { self.phrase(slots) } else { self.words(Operator::Must, slots) }
            });
            clauses.extend(combine(Operator::Should, alternatives.collect()));
        }
        Ok(combine(operator, clauses))
    }

    fn words(&self, operator: Operator, slots: Vec<Slot>) -> Option<Clause> {
        let term = |slot: Slot| Clause::Term { field: self.field, terms: slot.terms };
        combine(operator, slots.into_iter().map(term).collect())
    }

    fn phrase(&self, slots: Vec<Slot>) -> Option<Clause> {
        match slots.len() {
            0 | 1 => self.words(Operator::Must, slots),
            _ => Some(Clause::Phrase { field: self.field, slots }),
        }
    }
}

fn terms(slots: &[Slot]) -> usize {
    slots.iter().map(|slot| slot.terms.len()).sum()
}

/// Adds a term that is not there yet: the same word twice at one position is one.
fn push_new(terms: &mut Vec<String>, term: String, budget: &mut Budget) -> Result<(), EngineError> {
    if !terms.contains(&term) {
        budget.spend(1)?;
        terms.push(term);
    }
    Ok(())
}

/// The tokens of a plain sequence, those at one position together.
fn slots(tokens: Vec<OwnedToken>, budget: &mut Budget) -> Result<Vec<Slot>, EngineError> {
    let first = tokens.first().map_or(0, |token| token.position);
    let mut slots: Vec<Slot> = Vec::with_capacity(tokens.len());
    for OwnedToken { text, position, .. } in tokens {
        let offset = position.saturating_sub(first);
        if slots.last().is_none_or(|last| last.offset != offset) {
            slots.push(Slot { offset, terms: Vec::new() });
        }
        if let Some(last) = slots.last_mut() {
            push_new(&mut last.terms, text, budget)?;
        }
    }
    Ok(slots)
}

/// The node behind all tokens.
const END: u32 = u32::MAX;

/// The tokens as arcs: from each node to others, by which words.
struct Arcs(BTreeMap<u32, BTreeMap<u32, Vec<String>>>);

impl Arcs {
    /// What they cost is only looked at: each path pays for its words.
    fn new(tokens: Vec<OwnedToken>, mut budget: Budget) -> Result<Self, EngineError> {
        let mut arcs: BTreeMap<u32, BTreeMap<u32, Vec<String>>> = BTreeMap::new();
        for OwnedToken { text, position, position_length, .. } in tokens {
            let to = position.saturating_add(position_length.max(1));
            push_new(arcs.entry(position).or_default().entry(to).or_default(), text, &mut budget)?;
        }
        Ok(Self(arcs))
    }

    fn start(&self) -> u32 {
        self.0.keys().next().copied().unwrap_or(END)
    }

    /// The first node at or behind this one at which a token begins; removed words lie between.
    fn next(&self, node: u32) -> u32 {
        self.0.range(node..).next().map_or(END, |(next, _)| *next)
    }

    /// The stretches between nodes that every way passes, and that do not lie within a match.
    fn segments(&self, matches: &[Range<u32>]) -> Vec<(u32, u32)> {
        let mut segments = Vec::new();
        let (mut from, mut reached) = (self.start(), self.start());
        let mut on_the_way = BTreeSet::from([from]);
        while let Some(node) = on_the_way.pop_first() {
            let within = matches.iter().any(|nodes| nodes.start < node && node < nodes.end);
            if node == reached && node != from && !within {
                segments.push((from, node));
                from = node;
            }
            for to in self.0.get(&node).into_iter().flat_map(BTreeMap::keys) {
                let to = self.next(*to);
                reached = reached.max(to);
                on_the_way.insert(to);
            }
        }
        segments
    }

    /// All ways between two nodes; a way over parallel arcs has their words in one slot. Those of arcs are paid for as they are
    /// found, so that there are never more than a query may have.
    fn paths(&self, from: u32, to: u32, budget: &mut Budget) -> Result<Vec<Vec<Slot>>, EngineError> {
        let mut paths = Vec::new();
        let mut open: Vec<(u32, u32, Vec<Slot>)> = vec![(from, 0, Vec::new())];
        while let Some((node, offset, path)) = open.pop() {
            if node == to {
                paths.push(path);
                continue;
            }
            let Some(arcs) = self.0.get(&node) else { continue };
            let mut path = Some(path);
            // The last arc first, since the last way opened is gone first; it needs no copy of what lies before it.
            for (index, (target, terms)) in arcs.iter().enumerate().rev() {
                let before = if index == 0 { path.take() } else { path.clone() };
                let mut longer = before.unwrap_or_default();
                // A copied beginning is paid for again, with each way that it begins.
                budget.spend(terms.len() + if index == 0 { 0 } else { self::terms(&longer) })?;
                longer.push(Slot { offset, terms: terms.clone() });
                let next = self.next(*target);
                let gap = if next == END { 0 } else { next - *target };
                open.push((next, offset.saturating_add(1).saturating_add(gap), longer));
            }
        }
        Ok(paths)
    }
}

#[cfg(test)]
mod tests;
