//! A plugin of one extension, so that checkpoints carry a file that is not tantivy's own.

use std::any::Any;
use std::io::Write;

use tantivy::index::SegmentComponent;
use tantivy::indexer::doc_id_mapping::DocIdMapping;
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin};

use tantivy::directory::TerminatingWrite;

/// Extension of the engine's own files.
pub(super) const EXTENSION: &str = "laz";

/// Writes the number of documents of a segment into a file of its own.
pub(super) struct Marker;

struct Counter(u32);

impl SegmentPlugin for Marker {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(Counter(0)))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        put(context.target_segment, context.readers.iter().map(|reader| reader.num_docs()).sum())
    }
}

impl PluginWriter for Counter {
    fn add_document(&mut self, _: DocId, _: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn serialize(self: Box<Self>, segment: &Segment, _: Option<&DocIdMapping>) -> tantivy::Result<()> {
        put(segment, self.0)
    }

    fn mem_usage(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn put(segment: &Segment, documents: u32) -> tantivy::Result<()> {
    let mut file = segment.clone().open_write(SegmentComponent::Custom(EXTENSION.to_owned()))?;
    file.write_all(&documents.to_le_bytes())?;
    Ok(file.terminate()?)
}
