//! Clauses put together by hand: what several terms at one position score, and trees of any shape.

use lazuli_platform::cancel::Cancel;

use crate::search::bm25::{Similarity, idf};
use crate::search::expand::{Clause, Slot};
use crate::search::order::Sorting;
use crate::search::plan::Plan;
use crate::search::{Page, Run, Strategy};
use crate::segment::norms::{FieldStatistics, encode_length};
use crate::tests::corpus::{Corpus, text_schema};

fn corpus() -> Corpus {
    let mut corpus = Corpus::new(text_schema(&[("text", "standard.lucene")]));
    for (key, text) in [
        ("a", "big car"),
        ("b", "small car auto"),
        ("c", "auto auto small"),
        ("d", "big bike"),
        ("e", "big auto"),
    ] {
        corpus.upload(key, &[text]);
    }
    corpus.commit();
    corpus
}

fn best(corpus: &Corpus, clause: &Clause) -> Vec<(String, f32)> {
    let cancel = Cancel::never();
    let plan = Plan::new(corpus.snapshot(), clause, Similarity::default(), &cancel).unwrap();
    let page = Page { skip: 0, top: 10, count: true };
    let sorting = Sorting::new(&[], corpus.schema(), true);
    let run = Run {
        snapshot: corpus.snapshot(),
        plan: Some(&plan),
        filter: None,
        sorting: &sorting,
        page,
        cancel: &cancel,
    };
    let hits = run.hits(Strategy::Pruned).unwrap();
    assert_eq!(hits, run.hits(Strategy::Exhaustive).unwrap());
    corpus.keys(&hits)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The score in this corpus: 5 documents, 12 tokens.
fn score(idf: f32, count: u32, length: u32) -> f32 {
    let similarity = Similarity::default();
    let lengths = similarity.lengths(FieldStatistics { documents: 5, tokens: 12 });
    lengths.score(similarity.weight(idf), count, encode_length(length))
}

#[test]
fn synonyms_score_as_one_term() {
    let corpus = corpus();
    let field = corpus.field("text").id;
    let found = best(&corpus, &Clause::Term { field, terms: words(&["car", "auto", "missing"]) });
    // As rare as the most frequent of them (auto: 3 documents), as frequent as all together.
    let idf = idf(5, 3);
    let expected =
        [("b", score(idf, 2, 3)), ("c", score(idf, 2, 3)), ("a", score(idf, 1, 2)), ("e", score(idf, 1, 2))];
    assert_eq!(found, expected.map(|(key, score)| (key.to_owned(), score)));
}

#[test]
fn phrases_take_any_term_of_a_slot() {
    let corpus = corpus();
    let field = corpus.field("text").id;
    let slot = |offset, terms: &[&str]| Slot { offset, terms: words(terms) };
    let slots = vec![slot(0, &["big", "small"]), slot(1, &["car", "auto"])];
    let found = best(&corpus, &Clause::Phrase { field, slots });
    let sum = [3, 2, 2, 3].map(|frequency| f64::from(idf(5, frequency))).iter().sum::<f64>() as f32;
    let expected = [("a", score(sum, 1, 2)), ("e", score(sum, 1, 2)), ("b", score(sum, 1, 3))];
    assert_eq!(found, expected.map(|(key, score)| (key.to_owned(), score)));
}

#[test]
fn trees_of_any_shape_are_evaluated() {
    let corpus = corpus();
    let field = corpus.field("text").id;
    let term = |word: &str| Clause::Term { field, terms: words(&[word]) };
    let not = |clause| Clause::Not(Box::new(clause));
    let keys = |clause: &Clause| {
        let mut keys: Vec<_> = best(&corpus, clause).into_iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.concat()
    };
    let any = Clause::Any;
    let every = Clause::Every;
    assert_eq!(keys(&every(vec![term("big"), not(term("auto"))])), "ad");
    assert_eq!(keys(&every(vec![not(term("auto")), not(term("car"))])), "d");
    assert_eq!(keys(&any(vec![not(term("auto")), term("small")])), "abcd");
    assert_eq!(keys(&not(any(vec![term("car"), every(vec![term("big"), term("auto")])]))), "cd");
    assert_eq!(
        keys(&every(vec![any(vec![term("car"), term("bike")]), any(vec![term("small"), term("bike")])])),
        "bd"
    );
    assert_eq!(
        keys(&any(vec![every(vec![term("big"), term("car")]), every(vec![term("small"), term("car")])])),
        "ab"
    );
    assert_eq!(keys(&every(vec![Clause::All, term("bike")])), "d");
    assert_eq!(keys(&not(Clause::All)), "");
    assert_eq!(keys(&not(not(term("bike")))), "d");
    assert_eq!(keys(&every(vec![term("big"), any(vec![term("missing")])])), "");
}
