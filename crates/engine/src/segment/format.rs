//! The constant tantivy schema and the way an index is opened with it.

use std::sync::Arc;

use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Directory, Index, IndexWriter};

use super::pack::PackedDocument;
use super::plugin::ContainerPlugin;
use super::tokens::PackedTokenizer;

/// Version of everything the derived index keeps on disk. Part of the fingerprint: raising it rebuilds every index
/// from its store.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// Terms without frequencies: keys and filterable strings.
pub(crate) const EXACT: Field = Field::from_field_id(0);

/// Analysed terms with frequencies and positions.
pub(crate) const TEXT: Field = Field::from_field_id(1);

const TOKENIZER: &str = "packed";

fn options(record: IndexRecordOption) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_fieldnorms(false).set_index_option(record),
    )
}

fn schema() -> Schema {
    let mut builder = Schema::builder();
    let exact = builder.add_text_field("exact", options(IndexRecordOption::Basic));
    let text = builder.add_text_field("text", options(IndexRecordOption::WithFreqsAndPositions));
    debug_assert_eq!((exact, text), (EXACT, TEXT));
    builder.build()
}

/// Opens the tantivy index in `directory`, or creates it where there is none.
pub(crate) fn open_or_create(
    directory: impl Directory,
    plugin: Arc<ContainerPlugin>,
) -> tantivy::Result<Index> {
    let index = Index::builder().schema(schema()).register_plugin(plugin).open_or_create(directory)?;
    index.tokenizers().register(TOKENIZER, PackedTokenizer::default());
    Ok(index)
}

/// Opens the writer of an index. Its operations are numbered from after the last commit.
///
/// tantivy 0.27 begins with the number of the last commit itself. A merge that then starts brings its segments up to that
/// commit: it applies a deletion of this number to those that had no deletions in that commit, passes over the others, which
/// it takes to be up to date, and lets the merged segment go on after the deletion. It would be lost.
pub(crate) fn writer(
    index: &Index,
    options: IndexWriterOptions,
) -> tantivy::Result<IndexWriter<PackedDocument>> {
    let writer = index.writer_with_options(options)?;
    // No operations take one number.
    writer.run([])?;
    Ok(writer)
}

#[cfg(test)]
mod tests {
    use crate::tests::corpus::{Corpus, text_schema};

    #[test]
    fn the_first_deletion_of_a_writer_survives_a_merge() {
        let mut corpus = Corpus::new(text_schema(&[("text", "simple")]));
        for segment in [["a", "b"], ["c", "d"]] {
            segment.iter().for_each(|key| corpus.upload(key, &["text"]));
            corpus.commit();
        }
        // The last commit has a deletion in the second segment and none in the first.
        corpus.delete("c");
        corpus.commit();
        corpus.open_writer_anew();
        corpus.delete("d");
        corpus.merge();
        corpus.commit();
        assert_eq!(corpus.snapshot().documents(), 2, "a and b");
    }
}
