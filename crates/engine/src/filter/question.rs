//! The filter of one search, cut where answers may be shared with other searches: the whole, and each part of a
//! conjunction.

use lazuli_query::filter::Filter;

use super::areas::Areas;
use super::cache::IndexCache;
use super::key::Key;
use crate::snapshot::SegmentView;

/// How often an answer is asked for before it is kept, where it takes long to find and where it does not.
const USES_MIN_DEAR: usize = 2;
const USES_MIN: usize = 3;

/// From so many values on a list of strings takes long.
const MANY_VALUES: usize = 16;

/// Parts of a conjunction that are noted, those first that take longest: a filter of a thousand parts must not wash
/// everything else, and itself, out of the history.
const PARTS_NOTED_MAX: usize = 8;

/// A filter and what is known of its use.
pub(crate) struct Question<'a> {
    /// All of it.
    pub(super) whole: Clause<'a>,
    /// What it is the conjunction of, if it is one.
    pub(super) parts: Vec<Clause<'a>>,
    pub(super) areas: Areas,
}

/// A filter or a part of it.
pub(super) struct Clause<'a> {
    pub(super) filter: &'a Filter,
    pub(super) key: Key,
    /// How often it was asked lately, this time included; 0 for a part of a whole that is kept itself, and beyond
    /// [`PARTS_NOTED_MAX`].
    uses: usize,
}

impl<'a> Question<'a> {
    /// Notes in `cache` that `filter` is asked; once for each search.
    pub(crate) fn new(filter: &'a Filter, cache: &IndexCache) -> Self {
        let parts: &[Filter] = if let Filter::And(parts) = filter { parts } else { &[] };
        let keys: Vec<Key> = parts.iter().map(Key::of).collect();
        let key = if keys.is_empty() { Key::of(filter) } else { Key::of_all(keys.clone()) };
        let whole = Clause { filter, uses: cache.note(&key), key };
        let part = |(filter, key): (&'a Filter, Key)| Clause { filter, uses: 0, key };
        let mut parts: Vec<_> = parts.iter().zip(keys).map(part).collect();
        if whole.uses < uses_min(filter) {
            let (dear, cheap): (Vec<_>, Vec<_>) = parts.iter_mut().partition(|part| is_dear(part.filter));
            for part in dear.into_iter().chain(cheap).take(PARTS_NOTED_MAX) {
                part.uses = cache.note(&part.key);
            }
        }
        Self { whole, parts, areas: Areas::of(filter) }
    }
}

impl<'a> Clause<'a> {
    /// Whether to find the answer for a whole segment and keep it. `candidates` is about how many documents would be
    /// asked otherwise: where the text of a search leaves few, many searches must have come before it pays.
    pub(super) fn is_worth_keeping(&self, view: &SegmentView, candidates: u64) -> bool {
        self.uses >= uses_min(self.filter)
            && candidates.saturating_mul(self.uses as u64) >= u64::from(view.max_doc())
            && view.filters().takes()
    }
}

fn uses_min(filter: &Filter) -> usize {
    if is_dear(filter) { USES_MIN_DEAR } else { USES_MIN }
}

/// Whether more than one comparison is made for each document.
fn is_dear(filter: &Filter) -> bool {
    match filter {
        Filter::Not(inner) => is_dear(inner),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(is_dear),
        Filter::Text { values, .. } => values.len() >= MANY_VALUES,
        Filter::Within { .. } | Filter::Inside { .. } | Filter::Any { .. } => true,
        Filter::Always(_)
        | Filter::Null(_)
        | Filter::Boolean { .. }
        | Filter::Integers { .. }
        | Filter::Doubles { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::FieldId;
    use serde_json::json;

    use super::*;
    use crate::filter::cache::{FilterCache, Limits};
    use crate::tests::corpus::{Corpus, schema};

    const KEY: FieldId = FieldId(1);

    fn text(values: &[&str]) -> Filter {
        Filter::Text { field: KEY, values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn uses(question: &Question<'_>) -> (usize, Vec<usize>) {
        (question.whole.uses, question.parts.iter().map(|part| part.uses).collect())
    }

    #[test]
    fn parts_are_noted_until_the_whole_is_kept() {
        let cache = FilterCache::new(Limits { bytes_max: 1000, documents_min: 0 }).index();
        let (one, other) = (text(&["1"]), text(&["2"]));
        let both = Filter::And(vec![one.clone(), other]);
        let ask = |filter| uses(&Question::new(filter, &cache));
        assert_eq!(ask(&both), (1, vec![1, 1]));
        assert_eq!(ask(&one), (2, vec![]));
        assert_eq!(ask(&both), (2, vec![3, 2]));
        assert_eq!(ask(&both), (3, vec![0, 0]));
        assert_eq!(ask(&one), (4, vec![]));
    }

    #[test]
    fn of_many_parts_the_dearest_are_noted() {
        let cache = FilterCache::new(Limits { bytes_max: 1000, documents_min: 0 }).index();
        let mut parts: Vec<Filter> = (0..2000).map(|number| text(&[&number.to_string()])).collect();
        parts.push(Filter::Any { collection: FieldId(2), condition: Box::new(text(&["1"])) });
        let filter = Filter::And(parts);
        let noted = Question::new(&filter, &cache);
        let uses: Vec<usize> = noted.parts.iter().map(|part| part.uses).collect();
        assert_eq!((uses[..7].to_vec(), uses[7..2000].to_vec(), uses[2000]), (vec![1; 7], vec![0; 1993], 1));
        // The whole is not washed out by its own parts.
        assert_eq!(Question::new(&filter, &cache).whole.uses, 2);
    }

    /// Ten documents in one segment.
    fn corpus() -> Corpus {
        let key = json!({"name": "id", "type": "Edm.String", "key": true, "searchable": false});
        let mut corpus = Corpus::new(schema(&json!({"name": "corpus", "fields": [key]})));
        for number in 0..10 {
            corpus.upload_json(&json!({"@search.action": "upload", "id": number.to_string()}));
        }
        corpus.commit();
        corpus
    }

    /// How often a filter is asked until its answer is worth keeping.
    fn check_worth(filter: &Filter, candidates: u64, expected: usize) {
        let corpus = corpus();
        let view = &corpus.snapshot().segments()[0];
        let ask = |_: &usize| {
            let question = Question::new(filter, corpus.snapshot().filters());
            question.whole.is_worth_keeping(view, candidates)
        };
        assert_eq!((1..100).find(ask), Some(expected), "{filter:?}, {candidates} candidates");
    }

    #[test]
    fn what_is_asked_often_is_worth_keeping() {
        let many: Vec<String> = (10..26).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let any = Filter::Any { collection: FieldId(2), condition: Box::new(text(&["1"])) };
        check_worth(&text(&["1"]), 10, 3);
        check_worth(&text(&many), 10, 2);
        check_worth(&any, 10, 2);
        check_worth(&Filter::Not(Box::new(any.clone())), 10, 2);
        check_worth(&Filter::Or(vec![text(&["1"]), any]), 10, 2);
    }

    #[test]
    fn few_candidates_make_it_worth_less() {
        check_worth(&text(&["1"]), 4, 3);
        check_worth(&text(&["1"]), 3, 4);
        check_worth(&text(&["1"]), 1, 10);
    }
}
