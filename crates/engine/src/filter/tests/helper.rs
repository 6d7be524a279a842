//! Asking filters of a [`Corpus`].

use std::ops::ControlFlow;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use lazuli_platform::random::SeededRandom;
use lazuli_query::filter::{Bound, Filter};

use crate::bits::{Bits, WINDOW_DOCUMENTS};
use crate::filter::cache::IndexCache;
use crate::filter::{Passing, Question, SegmentFilter};
use crate::snapshot::SegmentView;
use crate::tests::corpus::Corpus;

/// The sequence numbers of the documents that are alive and pass. Asks for all of them at once and for few, which must
/// be the same; from the second or third time on it is the cache that answers.
pub(super) fn passing(corpus: &Corpus, filter: &Filter) -> Vec<u64> {
    let random = SeededRandom::new(1);
    let mut passing = Vec::new();
    for view in corpus.snapshot().segments() {
        let cache = corpus.snapshot().filters();
        let all = ask(view, cache, filter, |_| true);
        for share in [2, 20, 300] {
            let candidates: Vec<bool> = (0..view.max_doc()).map(|_| random.below(share) == 0).collect();
            let expected: Vec<u32> =
                all.iter().copied().filter(|document| candidates[*document as usize]).collect();
            let few = ask(view, cache, filter, |document| candidates[document as usize]);
            assert_eq!(few, expected, "one of {share}: {filter:?}");
        }
        let alive: Vec<u32> = all.into_iter().filter(|document| view.is_alive(*document)).collect();
        assert!([None, Some(alive.clone())].contains(&known(view, cache, filter)), "{filter:?}");
        passing.extend(alive.into_iter().map(|document| view.seq(document).unwrap()));
    }
    passing
}

/// The documents of a segment that are alive and pass, where they are known all at once.
pub(super) fn known(view: &SegmentView, cache: &IndexCache, filter: &Filter) -> Option<Vec<u32>> {
    let (question, cancel) = (Question::new(filter, cache), Cancel::never());
    let Passing::Known(known) = Passing::open(&question, view, &cancel).unwrap() else { return None };
    let mut alive = Vec::new();
    let mut visit = |limit| {
        alive.clear();
        let taken = known.visit_alive(|document| {
            alive.push(document);
            if alive.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        taken.unwrap();
        alive.clone()
    };
    let (first, all) = (visit(1), visit(usize::MAX));
    assert_eq!(first, all.iter().copied().take(1).collect::<Vec<_>>());
    assert_eq!(known.count_alive().unwrap(), all.len() as u64);
    Some(all)
}

/// The candidates of a segment that pass.
fn ask(view: &SegmentView, cache: &IndexCache, filter: &Filter, candidate: impl Fn(u32) -> bool) -> Vec<u32> {
    let cancel = Cancel::never();
    let question = Question::new(filter, cache);
    let opened = SegmentFilter::open(&question, view, u64::from(view.max_doc()), &cancel).unwrap();
    let mut passing = Vec::new();
    let mut start = 0;
    while start < view.max_doc() {
        let end = view.max_doc().min(start + WINDOW_DOCUMENTS);
        let mut bits = Bits::none();
        (start..end)
            .filter(|document| candidate(*document))
            .for_each(|document| bits.insert((document - start) as usize));
        let next = opened.next(start);
        opened.retain(start, &mut bits).unwrap();
        bits.for_each(|offset| passing.push(start + offset as u32));
        assert!(passing.iter().all(|document| *document < start || next <= *document));
        start = end;
    }
    passing
}

/// Checks which of the documents 1, 2, 3… pass.
pub(super) fn check(corpus: &Corpus, filter: &Filter, expected: &[u64]) {
    assert_eq!(passing(corpus, filter), expected, "{filter:?}");
}

/// The field at a path.
pub(super) fn id(corpus: &Corpus, path: &str) -> FieldId {
    corpus.field(path).id
}

pub(super) fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

pub(super) fn any(collection: FieldId, condition: Filter) -> Filter {
    Filter::Any { collection, condition: Box::new(condition) }
}

pub(super) fn text(field: FieldId, values: &[&str]) -> Filter {
    Filter::Text { field, values: values.iter().map(|value| (*value).to_owned()).collect() }
}

pub(super) fn integers(field: FieldId, low: i64, high: i64) -> Filter {
    Filter::Integers { field, low, high }
}

/// `inclusive` of the lower and the upper bound.
pub(super) fn doubles(field: FieldId, low: f64, high: f64, inclusive: [bool; 2]) -> Filter {
    let bound = |at, inclusive| Bound { at, inclusive };
    Filter::Doubles { field, low: bound(low, inclusive[0]), high: bound(high, inclusive[1]) }
}
