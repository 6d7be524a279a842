//! The documents of a segment that have one of some string values, from the postings of exact terms.
//!
//! What it will cost is known before it is done: [`Terms::find`] reads the dictionary only, and the caller decides by the
//! sum of document frequencies whether to go through the postings or through the column.

use std::io;
use std::ops::ControlFlow;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::DocId;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::TermDictionary;

use super::documents::{Documents, Gathered};
use crate::error::EngineError;
use crate::segment::terms;
use crate::snapshot::SegmentView;

/// Terms handled between two looks at the clock.
pub(super) const TERMS_PER_CHECK: usize = 64;

/// Blocks of postings, of 128 documents each, gone through between two looks at the clock.
const BLOCKS_PER_CHECK: usize = 64;

/// From so many values on it is worth knowing whether a dictionary has fewer terms than that.
const WALK_VALUES_MIN: usize = 16;

/// The values that a segment has, with the places of their postings.
pub(crate) struct Terms<'a> {
    index: &'a InvertedIndexReader,
    found: Vec<TermInfo>,
    documents: u64,
}

impl<'a> Terms<'a> {
    /// Looks for `values`, sorted and without duplicates, in a string field. Values that are longer than a term can be
    /// are not found, as `eq` does not match them.
    pub(crate) fn find(
        view: &'a SegmentView,
        field: FieldId,
        values: &[String],
        cancel: &Cancel,
    ) -> Result<Self, EngineError> {
        let index = view.exact();
        let names = Names { field, values };
        // A step through the dictionary takes as long as a look-up (both about 0.4 µs), so small segments are walked.
        let walk = values.len() >= WALK_VALUES_MIN && names.stretch(index.terms())? < values.len() as u64;
        let found = match walk {
            true => names.walk(index.terms(), cancel)?,
            false => names.look_up(index.terms(), cancel)?,
        };
        let documents = found.iter().map(|info| u64::from(info.doc_freq)).sum();
        Ok(Self { index, found, documents })
    }

    /// Postings to go through: the number of documents where each has one value at most, else no less than it.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// Goes through the postings.
    pub(crate) fn collect(&self, max_doc: u32, cancel: &Cancel) -> Result<Documents, EngineError> {
        if Documents::are_listed(self.documents, max_doc) {
            let mut list = Vec::with_capacity(self.documents as usize);
            self.for_each_list(cancel, |postings| {
                while !postings.docs().is_empty() {
                    list.extend_from_slice(postings.docs());
                    postings.advance();
                }
                Ok(())
            })?;
            if !list.is_sorted_by(|one, other| one < other) {
                list.sort_unstable();
                list.dedup();
            }
            return Ok(Documents::listed(list, max_doc));
        }
        let mut gathered = Gathered::none(max_doc);
        self.for_each_list(cancel, |postings| gathered.add_postings(postings))?;
        Ok(gathered.finish())
    }

    /// Calls `visit` with the documents in ascending order, until it breaks; those of one term, as far as it is called.
    pub(crate) fn visit(
        &self,
        cancel: &Cancel,
        mut visit: impl FnMut(DocId) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        debug_assert!(self.found.len() <= 1, "several terms have no order");
        let Some(info) = self.found.first() else { return Ok(()) };
        let mut postings = self.index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        for number in 0usize.. {
            if number.is_multiple_of(BLOCKS_PER_CHECK) {
                cancel.check()?;
            }
            let documents = postings.docs();
            if documents.is_empty() || documents.iter().copied().try_for_each(&mut visit).is_break() {
                break;
            }
            postings.advance();
        }
        Ok(())
    }

    /// Calls `visit` with the postings of each term.
    fn for_each_list(
        &self,
        cancel: &Cancel,
        mut visit: impl FnMut(&mut BlockSegmentPostings) -> io::Result<()>,
    ) -> Result<(), EngineError> {
        let mut postings = BlockSegmentPostings::empty();
        for (number, info) in self.found.iter().enumerate() {
            if number.is_multiple_of(TERMS_PER_CHECK) {
                cancel.check()?;
            }
            if number == 0 {
                postings = self.index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            } else {
                self.index.reset_block_postings_from_terminfo(info, &mut postings)?;
            }
            visit(&mut postings)?;
        }
        Ok(())
    }
}

/// The terms that are looked for.
struct Names<'a> {
    field: FieldId,
    values: &'a [String],
}

impl Names<'_> {
    fn write(&self, value: &str, term: &mut String) {
        term.clear();
        terms::push_prefix(term, self.field);
        term.push_str(value);
    }

    /// How many terms of the dictionary lie between the first value and the last.
    fn stretch(&self, dictionary: &TermDictionary) -> Result<u64, EngineError> {
        let (Some(first), Some(last)) = (self.values.first(), self.values.last()) else { return Ok(0) };
        let mut term = String::new();
        self.write(first, &mut term);
        let mut from_first = dictionary.range().ge(&term).into_stream()?;
        self.write(last, &mut term);
        let mut after_last = dictionary.range().gt(&term).into_stream()?;
        let end = dictionary.num_terms() as u64;
        let begins = if from_first.advance() { from_first.term_ord() } else { end };
        let ends = if after_last.advance() { after_last.term_ord() } else { end };
        Ok(ends.saturating_sub(begins))
    }

    fn look_up(&self, dictionary: &TermDictionary, cancel: &Cancel) -> Result<Vec<TermInfo>, EngineError> {
        let (mut found, mut term) = (Vec::new(), String::new());
        for (number, value) in self.values.iter().enumerate() {
            if number.is_multiple_of(TERMS_PER_CHECK) {
                cancel.check()?;
            }
            self.write(value, &mut term);
            found.extend(dictionary.get(&term)?);
        }
        Ok(found)
    }

    /// Goes through dictionary and values side by side; both are in the order of their bytes.
    fn walk(&self, dictionary: &TermDictionary, cancel: &Cancel) -> Result<Vec<TermInfo>, EngineError> {
        let Some(first) = self.values.first() else { return Ok(Vec::new()) };
        let (mut found, mut term) = (Vec::new(), String::new());
        self.write(first, &mut term);
        let mut stream = dictionary.range().ge(&term).into_stream()?;
        let mut values = self.values.iter().peekable();
        for number in 0usize.. {
            if number.is_multiple_of(TERMS_PER_CHECK) {
                cancel.check()?;
            }
            if !stream.advance() {
                break;
            }
            let Some(text) = stream.key().strip_prefix(terms::prefix(self.field).as_slice()) else { break };
            while values.next_if(|value| value.as_bytes() < text).is_some() {}
            match values.peek() {
                Some(value) if value.as_bytes() == text => found.push(stream.value().clone()),
                Some(_) => {}
                None => break,
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use lazuli_platform::random::SeededRandom;
    use serde_json::json;

    use super::*;
    use crate::tests::corpus::{Corpus, schema};

    /// Documents `0..count` in one segment: a number as a word of five characters, and tags.
    fn corpus(words: &[String], tags: &[Vec<&str>]) -> Corpus {
        let filterable = |name: &str, of: &str| json!({"name": name, "type": of, "searchable": false});
        let mut corpus = Corpus::new(schema(&json!({"name": "corpus", "fields": [
            {"name": "id", "type": "Edm.String", "key": true, "searchable": false},
            filterable("before", "Edm.String"),
            filterable("word", "Edm.String"),
            filterable("tags", "Collection(Edm.String)"),
        ]})));
        for (number, word) in words.iter().enumerate() {
            let tags = tags.get(number).cloned().unwrap_or_default();
            corpus.upload_json(&json!({
                "@search.action": "upload", "id": number.to_string(), "before": word, "word": word, "tags": tags,
            }));
        }
        corpus.commit();
        corpus
    }

    fn find<'a>(corpus: &'a Corpus, field: &str, values: &[String]) -> Terms<'a> {
        let view = &corpus.snapshot().segments()[0];
        Terms::find(view, corpus.field(field).id, values, &Cancel::never()).unwrap()
    }

    fn collected(corpus: &Corpus, field: &str, values: &[String]) -> Vec<u32> {
        let view = &corpus.snapshot().segments()[0];
        let documents = find(corpus, field, values).collect(view.max_doc(), &Cancel::never()).unwrap();
        let mut list = vec![documents.next(0)];
        while let Some(last @ 0..tantivy::TERMINATED) = list.last() {
            list.push(documents.next(last + 1));
        }
        list.pop();
        assert_eq!(documents.count() as usize, list.len());
        list
    }

    fn sorted(mut values: Vec<String>) -> Vec<String> {
        values.sort();
        values.dedup();
        values
    }

    #[test]
    fn walking_and_looking_up_find_the_same() {
        let random = SeededRandom::new(20);
        let word = || format!("w{:03}", random.below(400));
        let words: Vec<String> = (0..1000).map(|_| word()).collect();
        let corpus = corpus(&words, &[]);
        let dictionary = corpus.snapshot().segments()[0].exact().terms();
        for count in [1, 2, 3, 10, 50, 400] {
            let mut values: Vec<String> = (0..count).map(|_| word()).collect();
            values.extend(["".to_owned(), "w".to_owned(), "w9999".to_owned()].into_iter().take(count / 3));
            let values = sorted(values);
            let expected: Vec<u32> =
                (0..1000u32).filter(|at| values.binary_search(&words[*at as usize]).is_ok()).collect();
            assert_eq!(collected(&corpus, "word", &values), expected);
            assert_eq!(find(&corpus, "word", &values).documents(), expected.len() as u64);
            let names = Names { field: corpus.field("word").id, values: &values };
            let never = Cancel::never();
            assert_eq!(names.walk(dictionary, &never).unwrap(), names.look_up(dictionary, &never).unwrap());
        }
    }

    #[test]
    fn the_stretch_is_counted_within_the_field() {
        let words = ["a", "b", "b", "d", "e"].map(str::to_owned);
        let corpus = corpus(&words, &[]);
        let dictionary = corpus.snapshot().segments()[0].exact().terms();
        let stretch = |values: &[&str]| {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            Names { field: corpus.field("word").id, values: &values }.stretch(dictionary).unwrap()
        };
        assert_eq!(stretch(&["a", "e"]), 4);
        assert_eq!(stretch(&["b", "c", "d"]), 2);
        assert_eq!(stretch(&["", "zzz"]), 4);
        assert_eq!(stretch(&["c"]), 0);
        assert_eq!(stretch(&[]), 0);
    }

    #[test]
    fn a_document_with_several_values_is_one() {
        let tags = [vec!["pool", "view"], vec![], vec!["view"], vec!["view", "view", "bar"]];
        let corpus = corpus(&["1", "2", "3", "4"].map(str::to_owned), &tags);
        let values = |values: &[&str]| sorted(values.iter().map(|value| (*value).to_owned()).collect());
        assert_eq!(collected(&corpus, "tags", &values(&["pool", "view"])), [0, 2, 3]);
        assert_eq!(find(&corpus, "tags", &values(&["pool", "view"])).documents(), 4);
        assert_eq!(collected(&corpus, "tags", &values(&["bar", "none"])), [3]);
        assert!(collected(&corpus, "tags", &values(&["View", "1"])).is_empty());
        assert!(collected(&corpus, "tags", &[]).is_empty());
    }

    #[test]
    fn values_longer_than_a_term_are_not_found() {
        let (longest, longer) = ("x".repeat(32_766), "x".repeat(32_767));
        let corpus = corpus(&[longest.clone(), String::new()], &[]);
        assert_eq!(collected(&corpus, "word", &[longest]), [0]);
        assert!(collected(&corpus, "word", &[longer]).is_empty());
        assert_eq!(collected(&corpus, "word", &[String::new()]), [1]);
    }

    #[test]
    fn a_cancelled_search_stops() {
        let corpus = corpus(&["1".to_owned()], &[]);
        let view = &corpus.snapshot().segments()[0];
        let cancel = Cancel::never();
        let terms = Terms::find(view, corpus.field("word").id, &["1".to_owned()], &cancel).unwrap();
        cancel.cancel();
        assert!(matches!(terms.collect(view.max_doc(), &cancel), Err(EngineError::Stopped(_))));
        let names = Names { field: corpus.field("word").id, values: &["1".to_owned()] };
        assert!(names.look_up(view.exact().terms(), &cancel).is_err());
        assert!(names.walk(view.exact().terms(), &cancel).is_err());
    }
}
