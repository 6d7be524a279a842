//! The constant tantivy schema and the way an index is opened with it.

use std::sync::Arc;

use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Directory, Index};

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
