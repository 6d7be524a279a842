//! All documents of a segment that have a term with a given beginning.

use std::io;

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, TERMINATED};

use super::postings::Cursor;
use crate::error::EngineError;
use crate::segment::terms;
use crate::snapshot::SegmentView;

/// Terms read between two looks at the clock.
const TERMS_PER_CHECK: usize = 64;

/// Some documents of a segment, a bit for each, with a cursor. Each scores 1.
pub(crate) struct DocumentSet {
    words: Vec<u64>,
    count: u64,
    document: DocId,
}

/// Collects the documents with a term in `field` that begins with `prefix`. There is no limit to the number of terms, as
/// there is none for Lucene's constant-score rewrite; the deadline is looked at as they are read.
pub(crate) fn documents(
    view: &SegmentView,
    field: FieldId,
    prefix: &str,
    cancel: &Cancel,
) -> Result<DocumentSet, EngineError> {
    let index = view.text();
    let mut words = vec![0u64; (view.max_doc() as usize).div_ceil(64)];
    let mut postings = tantivy::postings::BlockSegmentPostings::empty();
    let mut start = String::new();
    terms::push_prefix(&mut start, field);
    start.push_str(prefix);
    let mut terms = index.terms().range().ge(&start).into_stream()?;
    for number in 0usize.. {
        if !terms.advance() || !terms.key().starts_with(start.as_bytes()) {
            break;
        }
        if number.is_multiple_of(TERMS_PER_CHECK) {
            cancel.check()?;
        }
        if number == 0 {
            postings = index.read_block_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
        } else {
            index.reset_block_postings_from_terminfo(terms.value(), &mut postings)?;
        }
        while !postings.docs().is_empty() {
            set_all(&mut words, postings.docs())?;
            postings.advance();
        }
    }
    Ok(DocumentSet::new(words))
}

fn set_all(words: &mut [u64], documents: &[DocId]) -> io::Result<()> {
    for document in documents {
        let word = words.get_mut(*document as usize / 64);
        *word.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "postings"))? |= 1 << (document % 64);
    }
    Ok(())
}

impl DocumentSet {
    fn new(words: Vec<u64>) -> Self {
        let count = words.iter().map(|word| u64::from(word.count_ones())).sum();
        let mut set = Self { words, count, document: 0 };
        set.document = set.next(0);
        set
    }

    /// The first document at or after `from`.
    fn next(&self, from: DocId) -> DocId {
        let first = from as usize / 64;
        let mut mask = u64::MAX << (from % 64);
        for (index, word) in self.words.iter().enumerate().skip(first) {
            let rest = word & mask;
            if rest != 0 {
                return index as u32 * 64 + rest.trailing_zeros();
            }
            mask = u64::MAX;
        }
        TERMINATED
    }
}

impl Cursor for DocumentSet {
    fn document(&self) -> DocId {
        self.document
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.document < target {
            self.document = self.next(target);
        }
        self.document
    }

    fn score(&self) -> f64 {
        1.0
    }

    fn cost(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_walked() {
        let mut words = vec![0u64; 4];
        set_all(&mut words, &[0, 63, 64, 200]).unwrap();
        assert!(set_all(&mut words, &[256]).is_err());
        let mut set = DocumentSet::new(words);
        assert_eq!((set.document(), set.cost()), (0, 4));
        assert_eq!([1, 63, 64, 65, 200].map(|target| set.seek(target)), [63, 63, 64, 200, 200]);
        assert_eq!(set.seek(201), TERMINATED);
        assert_eq!(DocumentSet::new(Vec::new()).seek(5), TERMINATED);
    }
}
