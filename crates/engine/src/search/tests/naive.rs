//! The same searches over a plain list of documents, without an index: what matches is decided by reading each document.

use std::collections::HashMap;

use lazuli_catalog::{Field, Schema};
use lazuli_query::{Node, Operator, SearchMode};

use crate::search::bm25::{Similarity, idf};
use crate::segment::norms::{FieldStatistics, encode_length};

/// The tokens of one field: position and term.
type Tokens = Vec<(u32, String)>;

pub(super) struct Naive<'a> {
    fields: Vec<&'a Field>,
    /// For each document, in upload order, its fields.
    documents: Vec<Vec<Tokens>>,
    statistics: Vec<FieldStatistics>,
    mode: SearchMode,
    frequencies: HashMap<(usize, String), u64>,
}

impl<'a> Naive<'a> {
    /// `documents` are the texts of every live document, in the order of the schema's text fields.
    pub(super) fn new(schema: &'a Schema, documents: &[Vec<String>]) -> Self {
        let fields: Vec<&Field> = schema.text_fields().collect();
        let tokens = |(text, field): (&String, &&Field)| {
            let tokens = field.index_analyzer.as_ref().unwrap().tokens(text);
            tokens.into_iter().map(|token| (token.position, token.text)).collect()
        };
        let documents: Vec<Vec<Tokens>> =
            documents.iter().map(|texts| texts.iter().zip(&fields).map(tokens).collect()).collect();
        let statistics = |field: usize| {
            let lengths = documents.iter().map(|fields| fields[field].len() as u64);
            FieldStatistics {
                documents: lengths.clone().filter(|length| *length > 0).count() as u64,
                tokens: lengths.sum(),
            }
        };
        let statistics = (0..fields.len()).map(statistics).collect();
        Self { fields, documents, statistics, mode: SearchMode::Any, frequencies: HashMap::new() }
    }

    /// Index and score of every document that matches, best first.
    pub(super) fn search(&mut self, root: &Node, mode: SearchMode) -> Vec<(usize, f32)> {
        self.mode = mode;
        let mut found = Vec::new();
        for document in 0..self.documents.len() {
            if let Some(Some(score)) = self.score(root, document) {
                found.push((document, score as f32));
            }
        }
        found.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        found
    }

    /// `None`: nothing of the node is left. `Some(None)`: the document does not match.
    fn score(&mut self, node: &Node, document: usize) -> Option<Option<f64>> {
        match node {
            Node::MatchNone => None,
            Node::MatchAll => Some(Some(1.0)),
            Node::Term(text) => self.over_fields(|own, field| own.words(field, text, document)),
            Node::Phrase(text) => self.over_fields(|own, field| own.phrase(field, text, document)),
            Node::Prefix(prefix) => self.over_fields(|own, field| {
                let prefix = prefix.to_lowercase();
                let matches =
                    own.documents[document][field].iter().any(|(_, term)| term.starts_with(&prefix));
                Some(matches.then_some(1.0))
            }),
            Node::Not(inner) => match self.score(inner, document)? {
                Some(_) => Some(None),
                None => Some(Some(1.0)),
            },
            Node::Bool { operator, children } => {
                join(*operator, children.iter().map(|child| self.score(child, document)).collect())
            }
        }
    }

    fn over_fields(
        &mut self,
        score: impl Fn(&mut Self, usize) -> Option<Option<f64>>,
    ) -> Option<Option<f64>> {
        join(Operator::Should, (0..self.fields.len()).map(|field| score(self, field)).collect())
    }

    fn query_tokens(&self, field: usize, text: &str) -> Tokens {
        let tokens = self.fields[field].search_analyzer.as_ref().unwrap().tokens(text);
        tokens.into_iter().map(|token| (token.position, token.text)).collect()
    }

    fn words(&mut self, field: usize, text: &str, document: usize) -> Option<Option<f64>> {
        let operator = if self.mode == SearchMode::All { Operator::Must } else { Operator::Should };
        let words = self.query_tokens(field, text);
        let scores = words.iter().map(|(_, word)| {
            let count = self.documents[document][field].iter().filter(|(_, term)| term == word).count();
            let idf = self.idf(field, word);
            Some((count > 0).then(|| self.bm25(field, document, idf, count)))
        });
        join(operator, scores.collect())
    }

    fn phrase(&mut self, field: usize, text: &str, document: usize) -> Option<Option<f64>> {
        let words = self.query_tokens(field, text);
        let first = words.first()?.0;
        let tokens = &self.documents[document][field];
        let begins_at = |start: u32| {
            words
                .iter()
                .all(|(at, word)| tokens.iter().any(|(p, term)| *p == start + at - first && term == word))
        };
        let count = tokens.iter().map(|(position, _)| *position).filter(|start| begins_at(*start)).count();
        let sum: f64 = words.iter().map(|(_, word)| f64::from(self.idf(field, word))).sum();
        Some((count > 0).then(|| self.bm25(field, document, sum as f32, count)))
    }

    fn idf(&mut self, field: usize, word: &str) -> f32 {
        let documents = &self.documents;
        let frequency = *self.frequencies.entry((field, word.to_owned())).or_insert_with(|| {
            documents.iter().filter(|fields| fields[field].iter().any(|(_, term)| term == word)).count()
                as u64
        });
        idf(self.statistics[field].documents, frequency)
    }

    fn bm25(&self, field: usize, document: usize, idf: f32, count: usize) -> f64 {
        let similarity = Similarity::default();
        let code = encode_length(self.documents[document][field].len() as u32);
        f64::from(similarity.lengths(self.statistics[field]).score(
            similarity.weight(idf),
            count as u32,
            code,
        ))
    }
}

fn join(operator: Operator, parts: Vec<Option<Option<f64>>>) -> Option<Option<f64>> {
    let parts: Vec<Option<f64>> = parts.into_iter().flatten().collect();
    let sum = || Some(parts.iter().flatten().sum());
    if parts.is_empty() {
        return None;
    }
    Some(match operator {
        Operator::Must if parts.iter().all(Option::is_some) => sum(),
        Operator::Should if parts.iter().any(Option::is_some) => sum(),
        Operator::Must | Operator::Should => None,
    })
}
