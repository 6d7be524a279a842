//! Answers that are kept: when, for how long, and that they are the same.

use lazuli_platform::cancel::Cancel;
use lazuli_query::filter::Filter;
use serde_json::json;

use super::helper::{any, check, id, integers, known, not, text};
use crate::filter::cache::CacheFigures;
use crate::filter::{Question, SegmentFilter};
use crate::tests::corpus::{Corpus, schema};

/// Documents 1…300 with a floor of 0…9 and a tag of three, in one segment.
fn corpus() -> Corpus {
    let mut corpus = Corpus::new(schema(&json!({ "name": "cached", "fields": [
        { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
        { "name": "floor", "type": "Edm.Int32" },
        { "name": "tags", "type": "Collection(Edm.String)", "searchable": false },
    ]})));
    upload(&mut corpus, 1..301);
    corpus
}

fn upload(corpus: &mut Corpus, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let tag = ["bar", "pool", "view"][number as usize % 3];
        corpus.upload_json(&json!({
            "@search.action": "upload", "id": number.to_string(), "floor": number % 10,
            "tags": [tag],
        }));
    }
    corpus.commit();
}

/// Asks once, of all segments.
fn ask(corpus: &Corpus, filter: &Filter) {
    let question = Question::new(filter, corpus.snapshot().filters());
    for view in corpus.snapshot().segments() {
        SegmentFilter::open(&question, view, u64::from(view.max_doc()), &Cancel::never()).unwrap();
    }
}

fn figures(corpus: &Corpus) -> CacheFigures {
    corpus.snapshot().filters().figures()
}

#[test]
fn the_third_question_finds_the_answer_and_the_fourth_has_it() {
    let corpus = corpus();
    let filter = integers(id(&corpus, "floor"), 3, 4);
    let mut hits = Vec::new();
    let mut bytes = Vec::new();
    for _ in 0..5 {
        ask(&corpus, &filter);
        hits.push(figures(&corpus).hits);
        bytes.push(figures(&corpus).bytes > 0);
    }
    assert_eq!(hits, [0, 0, 0, 1, 2]);
    assert_eq!(bytes, [false, false, true, true, true]);
}

#[test]
fn a_part_is_shared_by_different_wholes() {
    let corpus = corpus();
    let pool = any(id(&corpus, "tags"), text(id(&corpus, "tags"), &["pool"]));
    let with_floor = |floor| Filter::And(vec![pool.clone(), integers(id(&corpus, "floor"), floor, floor)]);
    for floor in 0..5 {
        let expected: Vec<u64> = (1..301).filter(|at| at % 3 == 1 && at % 10 == floor as u64).collect();
        check(&corpus, &with_floor(floor), &expected);
    }
    let before = figures(&corpus).hits;
    ask(&corpus, &with_floor(7));
    assert_eq!(figures(&corpus).hits, before + 1);
}

#[test]
fn an_answer_holds_while_documents_are_deleted_and_ends_with_its_segment() {
    let mut corpus = corpus();
    let filter = not(integers(id(&corpus, "floor"), 1, 9));
    let every_tenth = |without: &[u64]| -> Vec<u64> {
        (1..301).filter(|at| at % 10 == 0 && !without.contains(at)).collect()
    };
    check(&corpus, &filter, &every_tenth(&[]));
    let (kept, hits) = (figures(&corpus).bytes, figures(&corpus).hits);
    assert!(kept > 0);
    corpus.delete("20");
    corpus.delete("21");
    corpus.commit();
    check(&corpus, &filter, &every_tenth(&[20]));
    assert_eq!(figures(&corpus).bytes, kept);
    assert!(figures(&corpus).hits >= hits + 4, "the answer was found again each time");
    corpus.merge();
    assert_eq!(figures(&corpus).bytes, 0, "its segment was merged away");
    check(&corpus, &filter, &every_tenth(&[20]));
}

#[test]
fn what_is_known_at_once_leaves_out_what_is_deleted() {
    let mut corpus = corpus();
    let tag = |tag| any(id(&corpus, "tags"), text(id(&corpus, "tags"), &[tag]));
    let (pool, rare) = (tag("pool"), text(id(&corpus, "id"), &["1", "4", "40"]));
    let (never, floor) = (tag("none"), integers(id(&corpus, "floor"), 3, 4));
    let check_known = |corpus: &Corpus, filter: &Filter, expected: Option<Vec<u32>>| {
        let snapshot = corpus.snapshot();
        assert_eq!(known(&snapshot.segments()[0], snapshot.filters(), filter), expected, "{filter:?}");
    };
    for deleted in ["none", "4", "100"] {
        corpus.delete(deleted);
        corpus.commit();
        let alive =
            |document: &u32| deleted == "none" || *document != 3 && (deleted == "4" || *document != 99);
        check_known(&corpus, &pool, Some((0..300).step_by(3).filter(alive).collect()));
        check_known(&corpus, &rare, Some([0, 3, 39].into_iter().filter(alive).collect()));
        check_known(&corpus, &never, Some(Vec::new()));
    }
    let asked: Vec<bool> = (0..4)
        .map(|_| {
            let snapshot = corpus.snapshot();
            known(&snapshot.segments()[0], snapshot.filters(), &floor).is_none()
        })
        .collect();
    assert_eq!(asked, [true, true, false, false], "kept when it is asked for the third time");
}

#[test]
fn each_segment_has_its_own_answer() {
    let mut corpus = corpus();
    upload(&mut corpus, 301..401);
    let view = any(id(&corpus, "tags"), text(id(&corpus, "tags"), &["view"]));
    check(&corpus, &view, &(1..401).filter(|at| at % 3 == 2).collect::<Vec<_>>());
    check(&corpus, &not(view), &(1..401).filter(|at| at % 3 != 2).collect::<Vec<_>>());
}

#[test]
fn deleted_documents_are_left_out_word_by_word() {
    let mut corpus = corpus();
    for number in [1, 64, 65, 66, 200, 300] {
        corpus.delete(&number.to_string());
    }
    corpus.commit();
    let view = &corpus.snapshot().segments()[0];
    for start in [0, 1, 63, 64, 130, 299] {
        let mut bits = [u64::MAX; 6];
        view.retain_alive(start, &mut bits);
        let mut alive = Vec::new();
        crate::bits::for_each(&bits, |offset| alive.push(start + offset as u32));
        assert_eq!(alive, (start..300).filter(|document| view.is_alive(*document)).collect::<Vec<_>>());
    }
}
