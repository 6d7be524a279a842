//! The deletion of a document by its key, as tantivy keeps it until the next commit.
//!
//! tantivy's own holds a kilobyte of scores that nobody asks for: some hundred thousand documents that were uploaded again
//! between two commits took hundreds of megabytes.

use lazuli_catalog::FieldId;
use tantivy::index::SegmentReader;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, TantivyError, Term};

use super::EXACT;
use super::terms;

/// Finds, in a segment, the document of one key, if it has it.
#[derive(Debug, Clone)]
pub(crate) struct DocumentOfKey(Term);

impl DocumentOfKey {
    /// The document with this `key` in the key field `field`.
    pub(crate) fn new(field: FieldId, key: &str) -> Self {
        Self(terms::term(EXACT, field, key))
    }
}

impl Query for DocumentOfKey {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for DocumentOfKey {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let inverted = segment.inverted_index(EXACT)?;
        Ok(match inverted.read_postings(&self.0, IndexRecordOption::Basic)? {
            Some(documents) => Box::new(ConstScorer::new(documents, boost)),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a deletion has no score".to_owned()))
    }
}
