//! Pages, totals, ties and what is matched where no score decides.

use lazuli_catalog::document::Projection;
use lazuli_platform::cancel::{Cancel, Stopped};
use lazuli_query::{Request, Search, SearchMode, TextQuery};

use crate::error::EngineError;
use crate::search::{Strategy, Synonyms, search_by};
use crate::tests::corpus::{Corpus, text_schema};

/// Ten documents in three segments, `d3` and `d7` deleted; even ones have `even`, all have `all`.
fn ten() -> Corpus {
    let mut corpus = Corpus::new(text_schema(&[("text", "en.lucene"), ("other", "standard.lucene")]));
    for number in 0..10 {
        let parity = if number % 2 == 0 { "even" } else { "odd" };
        corpus.upload(&format!("d{number}"), &[&format!("all {parity} documents"), "The other"]);
        if [3, 5, 9].contains(&number) {
            corpus.commit();
        }
    }
    corpus.delete("d3");
    corpus.delete("d7");
    corpus.commit();
    corpus
}

fn page(corpus: &Corpus, text: &str, skip: i64, top: i64, count: bool) -> (Vec<String>, Option<u64>, bool) {
    let request =
        Request { search: Some(text), skip: Some(skip), top: Some(top), count, ..Request::default() };
    let hits = corpus.search(&lazuli_query::bind(corpus.schema(), &request).unwrap());
    let keys = corpus.keys(&hits).into_iter().map(|(key, _)| key).collect();
    (keys, hits.total, hits.more)
}

#[test]
fn equal_scores_keep_upload_order_on_every_page() {
    let corpus = ten();
    let live = ["d0", "d1", "d2", "d4", "d5", "d6", "d8", "d9"];
    for text in ["*", "all", "doc*", "all documents", "+all +documents", "\"all ? documents\"", "-missing"] {
        for skip in 0..10usize {
            for top in 0..10usize {
                for count in [false, true] {
                    let expected: Vec<_> = live.iter().skip(skip).take(top).copied().collect();
                    // A phrase of words with another between them matches nothing.
                    let expected = if text.starts_with('"') { Vec::new() } else { expected };
                    let matching = if text.starts_with('"') { 0 } else { live.len() };
                    let found = page(&corpus, text, skip as i64, top as i64, count);
                    let total = count.then_some(matching as u64);
                    let expected = (expected, total, matching > skip + top);
                    assert_eq!(
                        (found.0.iter().map(String::as_str).collect(), found.1, found.2),
                        expected,
                        "{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_scores_nothing_of_its_own_scores_one() {
    let corpus = ten();
    let score =
        |text: &str| corpus.best(text, SearchMode::Any).first().map(|(key, score)| (key.clone(), *score));
    let first = |score: f32| Some(("d0".to_owned(), score));
    assert_eq!(score("*"), first(1.0));
    assert_eq!(score("-odd"), first(1.0));
    assert_eq!(score("evE*"), first(1.0));
    assert_eq!(score("document*"), first(1.0), "the field holds the stem");
    assert_eq!(score("th*"), first(1.0), "in `other` only: `text` has no stop words");
    assert_eq!(score("o*"), Some(("d1".to_owned(), 2.0)), "one for each field: odd, other");
    assert_eq!(score("--odd"), corpus.best("odd", SearchMode::Any).first().cloned());
    let even = corpus.best("even", SearchMode::Any)[0].1;
    assert_eq!(score("even + ev*"), first((f64::from(even) + 1.0) as f32));
}

#[test]
fn stop_words_disappear_where_the_analyzer_drops_them() {
    let corpus = ten();
    let count = |text, mode, fields: &[&str]| corpus.best_in(text, mode, fields).len();
    assert_eq!(count("the", SearchMode::Any, &["text"]), 0);
    assert_eq!(count("-the", SearchMode::Any, &["text"]), 0);
    assert_eq!(count("\"the\" the -(the)", SearchMode::All, &["text"]), 0);
    assert_eq!(count("the even", SearchMode::All, &["text"]), 4 + 1 - 1 + 1);
    assert_eq!(count("the even", SearchMode::All, &[]), 5, "required in `other`, where it stands");
    assert_eq!(count("missing even", SearchMode::All, &["text"]), 0);
    assert_eq!(count("missing even", SearchMode::Any, &["text"]), 5);
}

#[test]
fn words_that_are_cut_follow_the_search_mode() {
    let mut corpus = Corpus::new(text_schema(&[("text", "standard.lucene")]));
    corpus.upload("both", &["wi fi"]);
    corpus.upload("wi", &["wi wi"]);
    corpus.upload("fi", &["fi fo fi"]);
    corpus.commit();
    let keys = |text, mode| corpus.best(text, mode).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys("wi-fi", SearchMode::All), ["both"]);
    assert_eq!(keys("wi-fi", SearchMode::Any).len(), 3);
    assert_eq!(keys("\"wi-fi\"", SearchMode::Any), ["both"]);
}

#[test]
fn phrases_keep_distances() {
    let mut corpus = Corpus::new(text_schema(&[("text", "en.lucene")]));
    corpus.upload("gap", &["king of the hill"]);
    corpus.upload("near", &["king hill"]);
    corpus.upload("twice", &["king hill, old king hill"]);
    corpus.upload("turned", &["hill king"]);
    corpus.commit();
    let found = |text| corpus.best(text, SearchMode::Any).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(found("\"king of the hill\""), ["gap"]);
    assert_eq!(found("\"king of a hill\""), ["gap"], "which words the gap was is not known");
    assert_eq!(found("\"king hill\""), ["twice", "near"]);
    assert_eq!(found("\"hill king\""), ["turned"]);
    assert_eq!(found("\"the king\"").len(), 4, "a single word is left");
    assert_eq!(found("\"king hill old king\""), ["twice"]);
    assert_eq!(found("\"hill station\""), Vec::<String>::new());
}

#[test]
fn values_of_a_collection_are_apart() {
    let definition = serde_json::json!({ "name": "tags", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "tags", "type": "Collection(Edm.String)", "searchable": true },
    ]});
    let mut corpus = Corpus::new(crate::tests::corpus::schema(&definition));
    corpus.upload_json(&serde_json::json!({ "id": "1", "tags": ["free wifi", "pool bar"] }));
    corpus.upload_json(&serde_json::json!({ "id": "2", "tags": ["wifi pool"] }));
    corpus.commit();
    let keys = |text| corpus.best(text, SearchMode::Any).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys("\"wifi pool\""), ["2"]);
    assert_eq!(keys("\"pool bar\""), ["1"]);
}

#[test]
fn small_indexes_forget_deleted_documents_at_once() {
    let mut corpus = ten();
    let before = corpus.best("even OR all", SearchMode::Any);
    for _ in 0..3 {
        for number in [0, 1, 2, 4, 5, 6, 8, 9] {
            let parity = if number % 2 == 0 { "even" } else { "odd" };
            corpus.upload(&format!("d{number}"), &[&format!("all {parity} documents"), "The other"]);
        }
        corpus.commit();
        assert_eq!(corpus.best("even OR all", SearchMode::Any), before);
    }
}

#[test]
fn an_empty_index_answers() {
    let corpus = Corpus::new(text_schema(&[("text", "standard.lucene")]));
    for text in ["*", "word", "-word", "wo*", "\"two words\""] {
        assert_eq!(page(&corpus, text, 0, 10, true), (Vec::new(), Some(0), false));
        assert_eq!(page(&corpus, text, 5, 0, false), (Vec::new(), None, false));
    }
}

#[test]
fn a_search_stops_when_nobody_waits() {
    let corpus = ten();
    let cancel = Cancel::never();
    cancel.cancel();
    // Of the last one the analyzer leaves nothing to look for.
    for text in ["all", "all -odd", "doc*", "\"...\""] {
        let request = Request { search: Some(text), ..Request::default() };
        let question = lazuli_query::bind(corpus.schema(), &request).unwrap();
        let answer = search_by(
            Strategy::Pruned,
            corpus.snapshot(),
            corpus.schema(),
            &question,
            &Synonyms::new(),
            &cancel,
        );
        assert!(matches!(answer, Err(EngineError::Stopped(Stopped::Cancelled))), "{text}");
    }
}

#[test]
fn a_search_bound_to_no_field_finds_nothing() {
    let corpus = ten();
    let text = TextQuery::Parsed {
        root: lazuli_query::Node::Term("all".to_owned()),
        mode: SearchMode::Any,
        fields: Vec::new(),
    };
    let projection = Projection::all(corpus.schema());
    let question = Search { text, filter: None, order: Vec::new(), projection, top: 5, skip: 0, count: true };
    let hits = corpus.search(&question);
    assert_eq!((hits.hits.len(), hits.total, hits.more), (0, Some(0), false));
}
