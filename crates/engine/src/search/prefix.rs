//! All documents of a segment that have a term with a given beginning.

use lazuli_catalog::FieldId;
use lazuli_platform::cancel::Cancel;
use tantivy::DocId;
use tantivy::schema::IndexRecordOption;

use super::postings::Cursor;
use crate::error::EngineError;
use crate::filter::documents::{Documents, Gathered};
use crate::segment::terms;
use crate::snapshot::SegmentView;

/// Terms read between two looks at the clock.
const TERMS_PER_CHECK: usize = 64;

/// Some documents of a segment, with a cursor. Each scores 1.
pub(crate) struct DocumentSet {
    documents: Documents,
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
    let mut gathered = Gathered::none(view.max_doc());
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
        gathered.add_postings(&mut postings)?;
    }
    Ok(DocumentSet::new(gathered.finish()))
}

impl DocumentSet {
    fn new(documents: Documents) -> Self {
        Self { document: documents.next(0), documents }
    }
}

impl Cursor for DocumentSet {
    fn document(&self) -> DocId {
        self.document
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.document < target {
            self.document = self.documents.next(target);
        }
        self.document
    }

    fn score(&self) -> f64 {
        1.0
    }

    fn cost(&self) -> u64 {
        u64::from(self.documents.count())
    }
}

#[cfg(test)]
mod tests {
    use tantivy::TERMINATED;

    use super::*;
    use crate::bits::Bits;

    #[test]
    fn a_set_is_walked() {
        // So few that they are a list, and so many that there is a bit for each document.
        for step in [100, 3] {
            let mut bits = Bits::none();
            (0..256)
                .filter(|at| [0, 63, 64, 200].contains(at) || *at > 200 && at % step == 0)
                .for_each(|at| bits.insert(at));
            let mut gathered = Gathered::none(256);
            gathered.add_window(0, &bits);
            let mut set = DocumentSet::new(gathered.finish());
            assert_eq!((set.document(), set.cost()), (0, u64::from(bits.count())));
            assert_eq!([1, 63, 64, 65, 200].map(|target| set.seek(target)), [63, 63, 64, 200, 200]);
            assert_eq!(set.seek(256), TERMINATED);
        }
        assert_eq!(DocumentSet::new(Gathered::none(0).finish()).seek(5), TERMINATED);
    }
}
