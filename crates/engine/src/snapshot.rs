//! A consistent view of an index: the segments of one tantivy commit, opened and kept alive.
//!
//! tantivy's own reader keeps plugin files neither open nor alive and reopens every segment at every reload. So a
//! snapshot is made here: under tantivy's meta lock the segments of the commit are listed (a listed segment is not
//! collected as garbage while its meta lives), those not known yet are opened, the others are taken over from the
//! snapshot before (design.md §4.4, "a snapshot keeps its files alive").

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use lazuli_catalog::FieldId;
use tantivy::columnar::Column;
use tantivy::directory::{META_LOCK, OwnedBytes};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{InvertedIndexReader, Segment, SegmentComponent, SegmentId};
use tantivy::{Directory, DocId, Index, SegmentReader};

use crate::bits;
use crate::directory::CheckpointDirectory;
use crate::filter::cache::{FilterCache, IndexCache, SegmentCache};
use crate::segment::container::Container;
use crate::segment::impacts::Impacts;
use crate::segment::norms::{FieldStatistics, Norms};
use crate::segment::opened::OpenedColumns;
use crate::segment::{EXACT, TEXT, columns, plugin};

/// Below so many documents, deleted ones included, statistics leave deleted documents out exactly, so that uploading a
/// small index again does not make its scores drift. Above, they count until a merge drops them, as in the service.
const EXACT_STATISTICS_MAX: u64 = 20_000;

/// What a segment holds whatever is deleted later; shared by all snapshots that contain it.
pub(crate) struct SegmentData {
    id: SegmentId,
    range: plugin::SeqRange,
    seq: Option<Column<u64>>,
    columns: OpenedColumns,
    norms: Norms,
    impacts: Impacts,
    exact: Arc<InvertedIndexReader>,
    text: Arc<InvertedIndexReader>,
    max_doc: u32,
    /// Answers of filters; those of the same segment wherever its files are.
    filters: Arc<SegmentCache>,
    /// Whether some of its files were in RAM only when it was opened: what is open keeps their bytes there.
    is_in_ram: bool,
    #[cfg(test)]
    container: Container,
}

/// A segment as one snapshot sees it.
pub(crate) struct SegmentView {
    data: Arc<SegmentData>,
    alive: Option<AliveBitSet>,
    /// The same for 64 documents at a time.
    alive_words: Option<Box<[u64]>>,
    /// Keeps the files from being collected.
    segment: Segment,
    live_statistics: Mutex<HashMap<FieldId, FieldStatistics>>,
}

impl SegmentView {
    /// Documents in the segment, deleted ones included; document ids are below it.
    pub(crate) fn max_doc(&self) -> DocId {
        self.data.max_doc
    }

    /// Documents that are not deleted.
    pub(crate) fn live_documents(&self) -> u32 {
        self.data.max_doc - self.deleted_documents()
    }

    /// Documents that are deleted.
    pub(crate) fn deleted_documents(&self) -> u32 {
        self.segment.meta().num_deleted_docs()
    }

    /// Which documents are alive; `None` = all.
    pub(crate) fn alive(&self) -> Option<&AliveBitSet> {
        self.alive.as_ref()
    }

    /// The same with a bit for each document; `None` = all.
    pub(crate) fn alive_words(&self) -> Option<&[u64]> {
        self.alive_words.as_deref()
    }

    /// Takes the documents that are deleted out of `bits`, of which the first stands for `start`.
    pub(crate) fn retain_alive(&self, start: DocId, bits: &mut [u64]) {
        if let Some(alive) = &self.alive_words {
            bits.iter_mut()
                .zip(bits::shifted(alive, start as usize))
                .for_each(|(word, alive)| *word &= alive);
        }
    }

    /// Whether a document is alive.
    #[cfg(test)]
    pub(crate) fn is_alive(&self, document: DocId) -> bool {
        self.alive.as_ref().is_none_or(|alive| alive.is_alive(document))
    }

    /// The sequence number of a document: what its row in the store is found by.
    pub(crate) fn seq(&self, document: DocId) -> Option<u64> {
        self.data.seq.as_ref()?.first(document)
    }

    /// Postings of [`crate::segment::terms::term`]s with frequencies and positions.
    pub(crate) fn text(&self) -> &InvertedIndexReader {
        &self.data.text
    }

    /// Postings of exact terms.
    pub(crate) fn exact(&self) -> &InvertedIndexReader {
        &self.data.exact
    }

    /// Length codes of a field, one byte for each document; `None` when the segment has none.
    pub(crate) fn norms(&self, field: FieldId) -> Option<&OwnedBytes> {
        self.data.norms.codes(field)
    }

    /// All columns.
    #[cfg(test)]
    pub(crate) fn columns(&self) -> &tantivy::columnar::ColumnarReader {
        self.data.columns.reader()
    }

    /// The columns as filters read them: opened when asked for, and kept.
    pub(crate) fn opened_columns(&self) -> &OpenedColumns {
        &self.data.columns
    }

    /// Reads every section of the container and compares its checksum.
    #[cfg(test)]
    pub(crate) fn verify(&self) -> io::Result<()> {
        self.data.container.verify()
    }

    /// Answers of filters.
    pub(crate) fn filters(&self) -> &SegmentCache {
        &self.data.filters
    }

    /// What blocks of text postings can contribute to a score.
    pub(crate) fn impacts(&self) -> &Impacts {
        &self.data.impacts
    }

    /// Statistics of a field over every document, deleted ones included.
    pub(crate) fn statistics(&self, field: FieldId) -> FieldStatistics {
        self.data.norms.statistics(field)
    }

    /// Statistics of a field over the documents that are alive.
    pub(crate) fn live_statistics(&self, field: FieldId) -> io::Result<FieldStatistics> {
        let all = self.statistics(field);
        let Some(alive) = &self.alive else { return Ok(all) };
        let mut cache = self.live_statistics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(&field) {
            return Ok(*known);
        }
        let mut live = FieldStatistics::default();
        if let Some(tokens) =
            plugin::unsigned_column(self.data.columns.reader(), &columns::tokens_name(field))?
        {
            for tokens in alive.iter_alive().filter_map(|document| tokens.first(document)) {
                live.documents += 1;
                live.tokens += tokens;
            }
        }
        cache.insert(field, live);
        Ok(live)
    }
}

/// See the module. Cheap to share; files stay as long as it lives.
pub(crate) struct Snapshot {
    segments: Vec<SegmentView>,
    /// Everything up to this sequence number is in, nothing beyond.
    seq: u64,
    documents: u64,
    deleted: u64,
    filters: IndexCache,
}

impl Snapshot {
    /// Opens the current commit. `previous` lends what it has opened already; `seq` is what the commit contains; answers
    /// of filters are kept in `filters`. What `directory` has moved from RAM to disk since it was opened is opened anew, from
    /// disk, so that RAM holds no more than what no checkpoint has.
    pub(crate) fn open(
        index: &Index,
        directory: Option<&CheckpointDirectory>,
        previous: Option<&Snapshot>,
        seq: u64,
        filters: &Arc<FilterCache>,
    ) -> tantivy::Result<Self> {
        let filters = previous.map_or_else(|| filters.index(), |snapshot| snapshot.filters.clone());
        let segments = {
            let _collected_later = index.directory().acquire_lock(&META_LOCK)?;
            index.searchable_segments()?
        };
        let in_ram = directory.map(CheckpointDirectory::segments_in_ram).unwrap_or_default();
        let mut views = segments
            .into_iter()
            .map(|segment| {
                let is_in_ram = in_ram.contains(&segment.id());
                open_view(segment, is_in_ram, previous, &filters)
            })
            .collect::<tantivy::Result<Vec<_>>>()?;
        views.sort_by_key(|view| view.data.range);
        let documents = views.iter().map(|view| u64::from(view.live_documents())).sum();
        let deleted = views.iter().map(|view| u64::from(view.deleted_documents())).sum();
        Ok(Self { segments: views, seq, documents, deleted, filters })
    }

    /// Segments in sequence order: document order over all of them is upload order.
    pub(crate) fn segments(&self) -> &[SegmentView] {
        &self.segments
    }

    /// The sequence number up to which writes are in.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Documents that are not deleted.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// Whether scores must leave out what is deleted exactly ([`EXACT_STATISTICS_MAX`]).
    pub(crate) fn exact_statistics(&self) -> bool {
        self.deleted > 0 && self.documents + self.deleted < EXACT_STATISTICS_MAX
    }

    /// Answers of filters, and what was asked of the index lately.
    pub(crate) fn filters(&self) -> &IndexCache {
        &self.filters
    }

    /// Statistics of a field over the whole index.
    pub(crate) fn statistics(&self, field: FieldId) -> io::Result<FieldStatistics> {
        let mut total = FieldStatistics::default();
        for segment in &self.segments {
            let of = if self.exact_statistics() {
                segment.live_statistics(field)?
            } else {
                segment.statistics(field)
            };
            total.documents += of.documents;
            total.tokens += of.tokens;
        }
        Ok(total)
    }

    /// Whether it holds files in RAM that `directory` has on disk by now.
    pub(crate) fn holds_moved_files(&self, directory: &CheckpointDirectory) -> bool {
        let mut held = self.segments.iter().filter(|view| view.data.is_in_ram).peekable();
        held.peek().is_some() && {
            let in_ram = directory.segments_in_ram();
            held.any(|view| !in_ram.contains(&view.data.id))
        }
    }

    /// How many segments it reads from RAM.
    #[cfg(test)]
    pub(crate) fn segments_in_ram(&self) -> usize {
        self.segments.iter().filter(|view| view.data.is_in_ram).count()
    }

    /// Ids of the segments.
    pub(crate) fn segment_ids(&self) -> Vec<SegmentId> {
        self.segments.iter().map(|view| view.data.id).collect()
    }
}

fn open_view(
    segment: Segment,
    is_in_ram: bool,
    previous: Option<&Snapshot>,
    filters: &IndexCache,
) -> tantivy::Result<SegmentView> {
    let known =
        previous.and_then(|snapshot| snapshot.segments.iter().find(|view| view.data.id == segment.id()));
    let data = match known {
        Some(view) if view.data.is_in_ram == is_in_ram => view.data.clone(),
        Some(view) => Arc::new(open_data(&segment, is_in_ram, view.data.filters.clone())?),
        None => {
            let filters = Arc::new(filters.segment(segment.meta().max_doc()));
            Arc::new(open_data(&segment, is_in_ram, filters)?)
        }
    };
    let deleted = segment.meta().has_deletes();
    let alive = deleted
        .then(|| tantivy::Result::Ok(segment.open_read(SegmentComponent::Delete)?.read_bytes()?))
        .transpose()?;
    Ok(SegmentView {
        data,
        alive_words: alive.as_deref().map(alive_words),
        alive: alive.map(AliveBitSet::open),
        segment,
        live_statistics: Mutex::default(),
    })
}

/// The words of tantivy's `BitSet` as it is written: the number of documents, then 64 of them in each word.
fn alive_words(bytes: &[u8]) -> Box<[u64]> {
    let (words, _) = bytes.get(size_of::<u32>()..).unwrap_or_default().as_chunks();
    words.iter().map(|word| u64::from_le_bytes(*word)).collect()
}

fn open_data(segment: &Segment, is_in_ram: bool, filters: Arc<SegmentCache>) -> tantivy::Result<SegmentData> {
    let reader = SegmentReader::open(segment)?;
    let container = Container::open(segment.open_read(plugin::component())?)?;
    let columns = plugin::open_columns(&container)?;
    Ok(SegmentData {
        id: segment.id(),
        range: plugin::open_range(&container)?.unwrap_or_default(),
        seq: plugin::unsigned_column(&columns, columns::SEQ)?,
        norms: plugin::open_norms(&container)?,
        impacts: plugin::open_impacts(&container)?,
        exact: reader.inverted_index(EXACT)?,
        text: reader.inverted_index(TEXT)?,
        max_doc: segment.meta().max_doc(),
        columns: OpenedColumns::new(columns),
        filters,
        is_in_ram,
        #[cfg(test)]
        container,
    })
}

/// The sequence numbers every segment of the current commit spans; read when an index is opened.
pub(crate) fn segment_ranges(index: &Index) -> tantivy::Result<Vec<(SegmentId, plugin::SeqRange)>> {
    let mut ranges = Vec::new();
    for segment in index.searchable_segments()? {
        let container = Container::open(segment.open_read(plugin::component())?)?;
        if let Some(range) = plugin::open_range(&container)? {
            ranges.push((segment.id(), range));
        }
    }
    Ok(ranges)
}
