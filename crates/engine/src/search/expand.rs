//! Where the question meets the analyzers: every unit of the query becomes a clause for each searched field.
//!
//! The rules are those of Lucene's `SimpleQueryParser` and `QueryBuilder` (`query.md` §2.4, `analysis.md` §7.1): fields are
//! alternatives whose scores add up; a unit of which an analyzer leaves nothing is no clause for that field, and if that
//! is so in every field it is not there at all; a word that is cut into several becomes a small Boolean query with the
//! search mode's operator. A prefix is lower-cased and not analysed otherwise. It scores 1 *per field* that matches: that
//! is how Lucene builds it, and what the service does is not recorded (`query.md` §12, question 2).

use std::collections::HashSet;

use lazuli_analysis::{OwnedToken, lowercase};
use lazuli_catalog::{Field, FieldId, Schema};
use lazuli_query::{Node, Operator, SearchMode};

/// A query in terms of the index: analysed, per field, nothing looked up yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Clause {
    /// Every document, score 1.
    All,
    /// Documents with any of `terms` in the field. Several are synonyms and score as one term.
    Term { field: FieldId, terms: Vec<String> },
    /// Documents with a term of each slot at the slot's distance from the first.
    Phrase { field: FieldId, slots: Vec<Slot> },
    /// Documents with a term in the field that begins with `prefix`, score 1.
    Prefix { field: FieldId, prefix: String },
    /// Documents that do not match, score 1.
    Not(Box<Clause>),
    /// Documents that match at least one; the scores of those that match add up. Not empty.
    Any(Vec<Clause>),
    /// Documents that match all; scores add up. Not empty.
    Every(Vec<Clause>),
}

impl Clause {
    /// How many terms and prefixes it asks for.
    pub(crate) fn terms(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Term { terms, .. } => terms.len(),
            Self::Phrase { slots, .. } => slots.iter().map(|slot| slot.terms.len()).sum(),
            Self::Prefix { .. } => 1,
            Self::Not(inner) => inner.terms(),
            Self::Any(clauses) | Self::Every(clauses) => clauses.iter().map(Self::terms).sum(),
        }
    }
}

/// A place in a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slot {
    /// Distance from the first slot, in positions.
    pub(crate) offset: u32,
    /// The alternatives, mostly one.
    pub(crate) terms: Vec<String>,
}

/// The clause for a query over these fields; `None` when nothing of it is left, which matches no document.
pub(crate) fn expand(schema: &Schema, root: &Node, mode: SearchMode, fields: &[FieldId]) -> Option<Clause> {
    let ids: HashSet<FieldId> = fields.iter().copied().collect();
    let searched = |field: &&Field| ids.contains(&field.id);
    Expander { fields: schema.text_fields().filter(searched).collect(), mode }.node(root)
}

struct Expander<'a> {
    fields: Vec<&'a Field>,
    mode: SearchMode,
}

impl Expander<'_> {
    fn node(&self, node: &Node) -> Option<Clause> {
        match node {
            Node::MatchNone => None,
            Node::MatchAll => Some(Clause::All),
            Node::Term(text) => self.in_each_field(|field| self.words(field, text)),
            Node::Phrase(text) => self.in_each_field(|field| phrase(field, text)),
            Node::Prefix(text) => {
                let prefix = lowercase(text);
                self.in_each_field(|field| Some(Clause::Prefix { field: field.id, prefix: prefix.clone() }))
            }
            Node::Not(inner) => Some(Clause::Not(Box::new(self.node(inner)?))),
            Node::Bool { operator, children } => {
                combine(*operator, children.iter().filter_map(|child| self.node(child)).collect())
            }
        }
    }

    fn in_each_field(&self, clause: impl Fn(&Field) -> Option<Clause>) -> Option<Clause> {
        combine(Operator::Should, self.fields.iter().filter_map(|field| clause(field)).collect())
    }

    /// One unit of the query outside quotes.
    fn words(&self, field: &Field, text: &str) -> Option<Clause> {
        let operator = match self.mode {
            SearchMode::Any => Operator::Should,
            SearchMode::All => Operator::Must,
        };
        let slots = slots(field, text);
        combine(
            operator,
            slots.into_iter().map(|slot| Clause::Term { field: field.id, terms: slot.terms }).collect(),
        )
    }
}

/// What was in quotes.
fn phrase(field: &Field, text: &str) -> Option<Clause> {
    let mut slots = slots(field, text);
    match slots.len() {
        0 | 1 => Some(Clause::Term { field: field.id, terms: slots.pop()?.terms }),
        _ => Some(Clause::Phrase { field: field.id, slots }),
    }
}

/// The analysed text, tokens at one position together.
fn slots(field: &Field, text: &str) -> Vec<Slot> {
    let Some(analyzer) = &field.search_analyzer else { return Vec::new() };
    let tokens = analyzer.tokens(text);
    let first = tokens.first().map_or(0, |token| token.position);
    let mut slots: Vec<Slot> = Vec::new();
    for OwnedToken { text, position, .. } in tokens {
        let offset = position.saturating_sub(first);
        match slots.last_mut() {
            Some(last) if last.offset == offset => last.terms.push(text),
            Some(_) | None => slots.push(Slot { offset, terms: vec![text] }),
        }
    }
    slots
}

/// One clause of several, `None` of none. A clause of the same kind is dissolved into its parts: it matches and scores
/// the same.
fn combine(operator: Operator, clauses: Vec<Clause>) -> Option<Clause> {
    let mut flat = Vec::with_capacity(clauses.len());
    for clause in clauses {
        match (operator, clause) {
            (Operator::Should, Clause::Any(parts)) | (Operator::Must, Clause::Every(parts)) => {
                flat.extend(parts)
            }
            (_, clause) => flat.push(clause),
        }
    }
    match (operator, flat.len()) {
        (_, 0 | 1) => flat.pop(),
        (Operator::Should, _) => Some(Clause::Any(flat)),
        (Operator::Must, _) => Some(Clause::Every(flat)),
    }
}
