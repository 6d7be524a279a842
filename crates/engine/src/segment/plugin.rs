//! The tantivy plugin that writes and merges the container of a segment.
//!
//! It is registered for every index from the first release on (tantivy refuses a plugin added later), so what it writes
//! is extended by sections, never by a second plugin.

use std::any::Any;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use lazuli_catalog::FieldId;
use tantivy::columnar::{
    Column, ColumnarReader, DynamicColumn, MergeRowOrder, RowAddr, ShuffleMergeOrder, merge_columnar,
};
use tantivy::directory::{OwnedBytes, TerminatingWrite};
use tantivy::index::SegmentComponent;
use tantivy::indexer::DocIdMapping;
use tantivy::indexer::doc_id_mapping::MappingType;
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin, SegmentReader,
};

use super::columns::{self, ColumnsWriter};
use super::container::{Container, ContainerWriter};
use super::impacts::{self, Impacts};
use super::merge_policy::SegmentRanges;
use super::norms::{self, Norms, NormsWriter};
use super::pack::PackedDocument;

/// File extension of the container.
pub(crate) const EXTENSION: &str = "laz";

/// Name and version of the section of columns.
pub(crate) const COLUMNS: (&str, u16) = ("columns", 1);

/// Name and version of the section with the lowest and highest sequence number, two u64.
pub(crate) const RANGE: (&str, u16) = ("range", 1);

/// The component name of the container within a segment.
pub(crate) fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

/// See the module. Tells the merge policy which sequence numbers each segment spans.
pub(crate) struct ContainerPlugin {
    ranges: Arc<SegmentRanges>,
}

impl ContainerPlugin {
    pub(crate) fn new(ranges: Arc<SegmentRanges>) -> Self {
        Self { ranges }
    }
}

impl SegmentPlugin for ContainerPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(SegmentContainerWriter {
            ranges: self.ranges.clone(),
            documents: 0,
            range: None,
            columns: ColumnsWriter::default(),
            norms: NormsWriter::default(),
        }))
    }

    fn merge(&self, context: PluginMergeContext) -> tantivy::Result<()> {
        // This is tantivy's merge thread: nobody waits for it, and queries and batches share its cores.
        lazuli_platform::limits::step_back();
        // Without index sorting tantivy never shuffles; everything here relies on it.
        if context.doc_id_mapping.mapping_type() == MappingType::Shuffled {
            return Err(tantivy::TantivyError::InternalError("a merge shuffled documents".to_owned()));
        }
        let sources = context.readers.iter().map(Source::open).collect::<io::Result<Vec<_>>>()?;
        let documents: u32 = context.readers.iter().map(SegmentReader::num_docs).sum();
        let range = merged_range(&sources);
        let sections = Sections {
            documents,
            columns: merge_columns(context.readers, &sources)?,
            norms: OwnedBytes::new(merge_norms(context.readers, &sources)?.section(documents)),
            range,
        };
        sections.write(context.target_segment)?;
        if let Some(range) = range {
            self.ranges.insert(context.target_segment.id(), range);
        }
        Ok(())
    }
}

/// Sequence numbers of a segment, lowest and highest.
pub(crate) type SeqRange = (u64, u64);

struct Sections {
    documents: u32,
    columns: Vec<u8>,
    norms: OwnedBytes,
    range: Option<SeqRange>,
}

impl Sections {
    /// Writes the container. The postings of the segment have been written: tantivy runs its own plugins first.
    fn write(self, segment: &Segment) -> tantivy::Result<()> {
        let impacts = impacts::build(segment, self.documents, &Norms::open(self.norms.clone())?)?;
        let mut writer = ContainerWriter::new(segment.open_write(component())?);
        writer.add(COLUMNS.0, COLUMNS.1, &self.columns)?;
        writer.add(norms::SECTION.0, norms::SECTION.1, &self.norms)?;
        writer.add(impacts::SECTION.0, impacts::SECTION.1, &impacts)?;
        if let Some((low, high)) = self.range {
            writer.add(RANGE.0, RANGE.1, &[low.to_le_bytes(), high.to_le_bytes()].concat())?;
        }
        writer.finish()?.terminate()?;
        Ok(())
    }
}

struct SegmentContainerWriter {
    ranges: Arc<SegmentRanges>,
    documents: u32,
    range: Option<SeqRange>,
    columns: ColumnsWriter,
    norms: NormsWriter,
}

impl PluginWriter for SegmentContainerWriter {
    fn add_document(&mut self, id: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let Some(document) = document.as_any().downcast_ref::<PackedDocument>() else {
            return Err(tantivy::TantivyError::InternalError("not a packed document".to_owned()));
        };
        self.documents = id + 1;
        let low = self.range.map_or(document.seq, |(low, _)| low);
        self.range = Some((low, document.seq));
        self.columns.record_seq(id, document.seq);
        self.columns.record(id, &document.columns, &document.values, &document.strings);
        for (field, tokens) in &document.lengths {
            self.norms.record(id, *field, *tokens);
        }
        Ok(())
    }

    fn serialize(self: Box<Self>, segment: &Segment, shuffled: Option<&DocIdMapping>) -> tantivy::Result<()> {
        if shuffled.is_some() {
            return Err(tantivy::TantivyError::InternalError("a flush shuffled documents".to_owned()));
        }
        let sections = Sections {
            documents: self.documents,
            columns: self.columns.section(self.documents)?,
            norms: OwnedBytes::new(self.norms.section(self.documents)),
            range: self.range,
        };
        sections.write(segment)?;
        if let Some(range) = self.range {
            self.ranges.insert(segment.id(), range);
        }
        Ok(())
    }

    fn mem_usage(&self) -> usize {
        self.columns.mem_usage() + self.norms.mem_usage()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The opened container of a segment that is merged.
struct Source {
    columns: ColumnarReader,
    norms: Norms,
    range: Option<SeqRange>,
}

impl Source {
    fn open(reader: &SegmentReader) -> io::Result<Self> {
        let file = reader.open_read(component()).map_err(io::Error::other)?;
        let container = Container::open(file)?;
        Ok(Self {
            columns: open_columns(&container)?,
            norms: open_norms(&container)?,
            range: open_range(&container)?,
        })
    }
}

/// The columns of a container.
pub(crate) fn open_columns(container: &Container) -> io::Result<ColumnarReader> {
    // Every segment has at least the column of sequence numbers.
    let missing = || io::Error::new(io::ErrorKind::InvalidData, "a segment without columns");
    ColumnarReader::open(container.section(COLUMNS.0, COLUMNS.1).ok_or_else(missing)?)
}

/// The lengths of a container.
pub(crate) fn open_norms(container: &Container) -> io::Result<Norms> {
    Norms::open(container.bytes(norms::SECTION.0, norms::SECTION.1)?)
}

/// The impacts of a container.
pub(crate) fn open_impacts(container: &Container) -> io::Result<Impacts> {
    Impacts::open(container.bytes(impacts::SECTION.0, impacts::SECTION.1)?)
}

/// The lowest and highest sequence number of a container.
pub(crate) fn open_range(container: &Container) -> io::Result<Option<SeqRange>> {
    let bytes = container.bytes(RANGE.0, RANGE.1)?;
    let Some((low, high)) = bytes.split_at_checked(8) else { return Ok(None) };
    let word = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes);
    match (word(low), word(high)) {
        (Ok(low), Ok(high)) => Ok(Some((low, high))),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "range section")),
    }
}

/// The one column `name` of unsigned numbers, if any document has a value.
pub(crate) fn unsigned_column(columns: &ColumnarReader, name: &str) -> io::Result<Option<Column<u64>>> {
    for handle in columns.read_columns(name)? {
        if let DynamicColumn::U64(column) = handle.open()? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

fn merged_range(sources: &[Source]) -> Option<SeqRange> {
    let ranges = || sources.iter().filter_map(|source| source.range);
    Some((ranges().map(|(low, _)| low).min()?, ranges().map(|(_, high)| high).max()?))
}

fn merge_columns(readers: &[SegmentReader], sources: &[Source]) -> io::Result<Vec<u8>> {
    let rows = readers.iter().enumerate().flat_map(|(segment, reader)| {
        reader.doc_ids_alive().map(move |row_id| RowAddr { segment_ord: segment as u32, row_id })
    });
    let alive = readers.iter().map(|reader| reader.alive_bitset().map(|alive| alive.bitset().clone()));
    let order = MergeRowOrder::Shuffled(ShuffleMergeOrder {
        new_row_id_to_old_row_id: rows.collect(),
        alive_bitsets: alive.collect(),
    });
    let columns: Vec<&ColumnarReader> = sources.iter().map(|source| &source.columns).collect();
    let mut out = Vec::new();
    merge_columnar(&columns, &[], order, &mut out)?;
    Ok(out)
}

fn merge_norms(readers: &[SegmentReader], sources: &[Source]) -> io::Result<NormsWriter> {
    let fields: BTreeSet<FieldId> = sources.iter().flat_map(|source| source.norms.field_ids()).collect();
    let mut merged = NormsWriter::default();
    for field in fields {
        let mut base = 0;
        for (reader, source) in readers.iter().zip(sources) {
            append_norms(&mut merged, base, field, reader, source)?;
            base += reader.num_docs();
        }
    }
    Ok(merged)
}

fn append_norms(
    merged: &mut NormsWriter,
    base: DocId,
    field: FieldId,
    reader: &SegmentReader,
    source: &Source,
) -> io::Result<()> {
    if source.norms.codes(field).is_none() {
        return Ok(());
    }
    let name = columns::tokens_name(field);
    let Some(tokens) = unsigned_column(&source.columns, &name)? else { return Ok(()) };
    for (rank, document) in reader.doc_ids_alive().enumerate() {
        if let Some(tokens) = tokens.first(document) {
            merged.record(base + rank as u32, field, tokens as u32);
        }
    }
    Ok(())
}
