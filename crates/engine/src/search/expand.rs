//! Where the question meets the analyzers: every unit of the query becomes a clause for each searched field.
//!
//! The rules are those of Lucene's `SimpleQueryParser` (`query.md` §2.4): fields are alternatives whose scores add up; a unit
//! of which an analyzer leaves nothing is no clause for that field, and if that is so in every field it is not there at all;
//! what an analyzer makes of a unit is put together in [`super::graph`]. A prefix is lower-cased and not analysed otherwise,
//! nor expanded by synonyms. It scores 1 *per field* that matches: that is how Lucene builds it, and what the service does is
//! not recorded (`query.md` §12, question 2).

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lazuli_analysis::{Analyzer, OwnedToken, Scratch, SynonymRules, multi_term};
use lazuli_catalog::{Field, FieldId, Schema};
use lazuli_platform::cancel::Cancel;
use lazuli_query::limits::CLAUSES_MAX;
use lazuli_query::{Node, Operator, SearchMode};

use super::graph::{Graph, Unit};
use crate::error::EngineError;

/// What expands the text searched in fields that name a synonym map.
pub type Synonyms = HashMap<FieldId, Arc<SynonymRules>>;

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

/// A place in a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slot {
    /// Distance from the first slot, in positions.
    pub(crate) offset: u32,
    /// The alternatives, mostly one.
    pub(crate) terms: Vec<String>,
}

/// How many terms the query may still ask for. `query::bind` has counted the words of the text; an analyzer may cut one word
/// into thousands, and synonyms multiply them.
#[derive(Clone)]
pub(super) struct Budget(pub(super) usize);

impl Budget {
    pub(super) fn spend(&mut self, terms: usize) -> Result<(), EngineError> {
        self.0 = self.0.checked_sub(terms).ok_or(EngineError::TooManyClauses)?;
        Ok(())
    }
}

/// The clause for a query over these fields; `None` when nothing of it is left, which matches no document.
///
/// # Errors
///
/// More terms than a query may have, a text that an analyzer refuses, or nobody who waits any more.
pub(crate) fn expand(
    schema: &Schema,
    root: &Node,
    mode: SearchMode,
    fields: &[FieldId],
    synonyms: &Synonyms,
    cancel: &Cancel,
) -> Result<Option<Clause>, EngineError> {
    let ids: HashSet<FieldId> = fields.iter().copied().collect();
    let searched = |field: &&Field| ids.contains(&field.id);
    let operator = match mode {
        SearchMode::Any => Operator::Should,
        SearchMode::All => Operator::Must,
    };
    let fields = schema.text_fields().filter(searched).collect();
    let budget = Budget(CLAUSES_MAX);
    let is_stopped = {
        let cancel = cancel.clone();
        move || cancel.check().is_err()
    };
    let scratch = Scratch::for_query().until(is_stopped);
    Expander { fields, operator, synonyms, budget, scratch, cancel }.node(root)
}

struct Expander<'a> {
    fields: Vec<&'a Field>,
    /// Between the words that an analyzer makes of one.
    operator: Operator,
    synonyms: &'a Synonyms,
    budget: Budget,
    scratch: Scratch,
    cancel: &'a Cancel,
}

impl Expander<'_> {
    fn node(&mut self, node: &Node) -> Result<Option<Clause>, EngineError> {
        Ok(match node {
            Node::MatchNone => None,
            Node::MatchAll => Some(Clause::All),
            Node::Term(text) => self.in_each_field(text, Unit::Words(self.operator))?,
            Node::Phrase(text) => self.in_each_field(text, Unit::Quoted)?,
            Node::Prefix(text) => self.prefix(&multi_term::prefix(text))?,
            Node::Not(inner) => self.node(inner)?.map(|inner| Clause::Not(Box::new(inner))),
            Node::Bool { operator, children } => {
                let clauses = children.iter().map(|child| self.node(child)).collect::<Result<Vec<_>, _>>()?;
                combine(*operator, clauses.into_iter().flatten().collect())
            }
        })
    }

    fn prefix(&mut self, prefix: &str) -> Result<Option<Clause>, EngineError> {
        self.budget.spend(self.fields.len())?;
        let clause = |field: &&Field| Clause::Prefix { field: field.id, prefix: prefix.to_owned() };
        Ok(combine(Operator::Should, self.fields.iter().map(clause).collect()))
    }

    fn in_each_field(&mut self, text: &str, unit: Unit) -> Result<Option<Clause>, EngineError> {
        let mut clauses = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let Some(analyzer) = &field.search_analyzer else { continue };
            let found = tokens(analyzer, text, &mut self.scratch);
            // Why an analysis was stopped goes before that it was.
            self.cancel.check()?;
            let (tokens, matches) = match self.synonyms.get(&field.id) {
                Some(rules) => {
                    let expanded = rules.graph(&found?, CLAUSES_MAX).ok_or(EngineError::TooManyClauses)?;
                    (expanded.tokens, Some(expanded.matches))
                }
                None => (found?, None),
            };
            let graph = Graph { field: field.id, matches: matches.as_deref() };
            clauses.extend(graph.clause(tokens, unit, &mut self.budget)?);
        }
        Ok(combine(Operator::Should, clauses))
    }
}

/// What may come of one text; more than clauses, as a word that comes twice counts once. N-grams of a text as long as it may be
/// are millions.
const TOKENS_MAX: usize = 8 * CLAUSES_MAX;

/// The tokens of a text, in which only what is said instead of several words spans their positions.
fn tokens(analyzer: &Analyzer, text: &str, scratch: &mut Scratch) -> Result<Vec<OwnedToken>, EngineError> {
    let yields_paths = analyzer.yields_paths();
    let (mut tokens, enough) = (Vec::new(), Cell::new(false));
    let mut take = |token: &lazuli_analysis::Token<'_>| {
        let position_length = if yields_paths { token.position_length } else { 1 };
        tokens.push(OwnedToken { position_length, ..OwnedToken::from(token) });
        enough.set(tokens.len() > TOKENS_MAX);
    };
    analyzer.run_until(&enough, text, scratch, &mut take).map_err(EngineError::SearchText)?;
    if tokens.len() > TOKENS_MAX { Err(EngineError::TooManyClauses) } else { Ok(tokens) }
}

/// One clause of several, `None` of none. A clause of the same kind is dissolved into its parts: it matches and scores
/// the same.
pub(super) fn combine(operator: Operator, clauses: Vec<Clause>) -> Option<Clause> {
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
