//! Random corpora and questions, answered by the index and by reading every document: hits, scores, ties and totals agree.

use std::collections::BTreeSet;

use lazuli_catalog::document::Projection;
use lazuli_platform::random::SeededRandom;
use lazuli_query::filter::Filter;
use lazuli_query::{Node, Operator, Search, SearchMode, TextQuery};

use super::naive::Naive;
use crate::tests::corpus::{Corpus, text_schema};

/// Words with stop words, stems, parts and different casing among them. The first ones are much more frequent.
const WORDS: [&str; 24] = [
    "hotel",
    "the",
    "room",
    "Hotels",
    "of",
    "pool",
    "wi-fi",
    "view",
    "air-condition",
    "quiet",
    "Harbour",
    "old",
    "garden",
    "rooms",
    "station",
    "walls",
    "mill",
    "Fancy",
    "roadside",
    "x",
    "cheapest",
    "luxurious",
    "10",
    "spa's",
];

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, bound: usize) -> usize {
        self.0.below(bound)
    }

    fn word(&self) -> &'static str {
        WORDS[self.below(WORDS.len()).min(self.below(WORDS.len()))]
    }

    fn words(&self, most: usize) -> String {
        let words: Vec<_> = (0..self.below(most + 1)).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// In half of all cases a few, which leave little for a text to match.
    fn some_of(&self, keys: &[usize]) -> Option<Vec<usize>> {
        (self.below(2) == 0).then(|| (0..1 + self.below(3)).map(|_| keys[self.below(keys.len())]).collect())
    }

    fn node(&self, depth: usize) -> Node {
        let word = self.word();
        match self.below(if depth == 0 { 9 } else { 14 }) {
            0..=5 => Node::Term(word.to_owned()),
            6 => Node::Phrase(format!("{word} {}", self.words(2))),
            7 => Node::Prefix(word[..1 + self.below(word.len())].to_owned()),
            8 => Node::Not(Box::new(self.node(depth.saturating_sub(1)))),
            _ => Node::Bool {
                operator: if self.below(2) == 0 { Operator::Must } else { Operator::Should },
                children: (0..2 + self.below(3)).map(|_| self.node(depth - 1)).collect(),
            },
        }
    }
}

/// A corpus of up to `documents`, some of them replaced or deleted, and the live texts in upload order.
fn corpus(dice: &Dice, documents: usize) -> (Corpus, Vec<(usize, Vec<String>)>) {
    let fields = [("title", "standard.lucene"), ("text", "en.lucene"), ("code", "whitespace")];
    let mut corpus = Corpus::new(text_schema(&fields));
    let mut live: Vec<(usize, Vec<String>)> = Vec::new();
    for _ in 0..documents {
        let key = dice.below(documents);
        live.retain(|(live, _)| *live != key);
        if dice.below(20) == 0 {
            corpus.delete(&key.to_string());
        } else {
            let texts = [3, 12, 2].map(|most| dice.words(most)).to_vec();
            corpus.upload(&key.to_string(), &texts.iter().map(String::as_str).collect::<Vec<_>>());
            live.push((key, texts));
        }
        if dice.below(documents / 3) == 0 {
            corpus.commit();
        }
    }
    corpus.commit();
    if dice.below(3) == 0 {
        corpus.merge();
    }
    (corpus, live)
}

/// Segment and document of every live document, in upload order.
fn addresses(corpus: &Corpus) -> Vec<(u32, u32)> {
    let segments = corpus.snapshot().segments().iter().enumerate();
    let live = segments.flat_map(|(segment, view)| {
        (0..view.max_doc())
            .filter(|document| view.is_alive(*document))
            .map(move |document| (segment as u32, document))
    });
    live.collect()
}

fn one_of(corpus: &Corpus, keys: &[usize]) -> Filter {
    let values: BTreeSet<String> = keys.iter().map(usize::to_string).collect();
    Filter::Text { field: corpus.field("id").id, values: values.into_iter().collect() }
}

fn check(seed: u64, documents: usize, questions: usize) {
    let dice = Dice(SeededRandom::new(seed));
    let (corpus, live) = corpus(&dice, documents);
    let (keys, texts): (Vec<_>, Vec<_>) = live.into_iter().unzip();
    let addresses = addresses(&corpus);
    assert_eq!(addresses.len(), texts.len());
    let mut naive = Naive::new(corpus.schema(), &texts);
    let fields: Vec<_> = corpus.schema().text_fields().map(|field| field.id).collect();
    for number in 0..questions {
        let root = dice.node(3);
        let mode = if dice.below(2) == 0 { SearchMode::Any } else { SearchMode::All };
        let (skip, top, count) =
            ([0, 0, 1, 30][dice.below(4)], [1, 3, 10, 1000][dice.below(4)], dice.below(2) == 0);
        let mut all = naive.search(&root, mode);
        let chosen = dice.some_of(&keys);
        if let Some(chosen) = &chosen {
            all.retain(|(document, _)| chosen.contains(&keys[*document]));
        }
        let filter = chosen.map(|chosen| one_of(&corpus, &chosen));
        let text = TextQuery::Parsed { root, mode, fields: fields.clone() };
        let projection = Projection::all(corpus.schema());
        let search = Search { text, filter, order: Vec::new(), projection, top, skip, count };
        let hits = corpus.search(&search);
        let found: Vec<_> = hits.hits.iter().map(|hit| ((hit.segment, hit.document), hit.score)).collect();
        let page = all.iter().skip(skip).take(top);
        let expected: Vec<_> = page.map(|(document, score)| (addresses[*document], *score)).collect();
        assert_eq!(found, expected, "seed {seed}, question {number}: {search:?}");
        assert_eq!(hits.total, count.then_some(all.len() as u64), "seed {seed}, question {number}");
        assert_eq!(hits.more, all.len() > skip + top, "seed {seed}, question {number}");
    }
}

#[test]
fn small_corpora_agree() {
    for seed in 0..40 {
        check(seed, 3 + 5 * seed as usize, 40);
    }
}

#[test]
fn a_corpus_of_several_windows_agrees() {
    check(1001, 12_000, 25);
}
