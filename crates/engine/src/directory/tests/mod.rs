//! The directory under a plain tantivy index: kills, power loss, failing disks and damage.
//!
//! The harness is a small copy of what the engine does: a log of writes stands for the store, a commit carries the
//! newest sequence number as its payload, and after a restart what lies beyond the checkpoint is written again.
//! Random runs print their seed; `LAZULI_SEED=<number>` replays one.

mod basics;
mod damage;
mod faults;
mod kills;
mod marker;
mod power;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lazuli_platform::files::Files;
use lazuli_platform::random::SeededRandom;
use tantivy::index::SegmentComponent;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::postings::Postings;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TEXT, Value};
use tantivy::{
    DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TantivyDocument, Term, doc,
};

use super::checkpoint::Checkpoint;
use super::verify::Verification;
use super::*;

/// Small enough that most files of these tests, though not all, are moved to disk while they are written.
const SPILLING: DirectoryLimits = DirectoryLimits { ram_file_bytes_max: 300 };
const ROOMY: DirectoryLimits = DirectoryLimits { ram_file_bytes_max: 1 << 30 };

/// Key → sequence number of the write that made the document.
type Documents = BTreeMap<u64, u64>;

/// One write, as the store remembers it. Its sequence number is its position, counted from 1.
#[derive(Clone, Copy, Debug)]
struct Write {
    key: u64,
    delete: bool,
}

/// An index over a directory, and the log it follows.
struct Machine {
    directory: CheckpointDirectory,
    index: Index,
    writer: IndexWriter,
    log: Vec<Write>,
}

impl Machine {
    /// Opens the folder at its checkpoint, which holds the beginning of `log`, and writes nothing yet.
    fn open(files: impl Files + 'static, root: &Path, limits: DirectoryLimits, log: Vec<Write>) -> Self {
        let directory = CheckpointDirectory::open(Arc::new(files), root, limits, Arc::default()).unwrap();
        let index = Index::builder()
            .schema(schema())
            .register_plugin(Arc::new(marker::Marker))
            .open_or_create(directory.clone())
            .unwrap();
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(15_000_000)
            .build();
        let writer: IndexWriter = index.writer_with_options(options).unwrap();
        let mut merge_policy = LogMergePolicy::default();
        merge_policy.set_min_num_segments(3);
        writer.set_merge_policy(Box::new(merge_policy));
        Self { directory, index, writer, log }
    }

    /// The newest sequence number in the log.
    fn newest(&self) -> u64 {
        self.log.len() as u64
    }

    /// Adds a write to the log and to the index.
    fn write(&mut self, write: Write) -> tantivy::Result<()> {
        self.log.push(write);
        self.apply(self.newest())
    }

    fn write_some(&mut self, random: &SeededRandom) -> tantivy::Result<()> {
        (0..=random.below(12)).try_for_each(|_| {
            self.write(Write { key: random.below(60) as u64, delete: random.below(5) == 0 })
        })
    }

    fn apply(&self, seq: u64) -> tantivy::Result<()> {
        let write = self.log[seq as usize - 1];
        self.writer.delete_term(Term::from_field_text(KEY, &write.key.to_string()));
        if !write.delete {
            let text = format!("common t{seq} common w{} w{}", seq % 7, seq % 100);
            self.writer.add_document(doc!(KEY => write.key.to_string(), TEXTS => text, SEQ => seq))?;
        }
        Ok(())
    }

    fn commit(&mut self) -> tantivy::Result<()> {
        let newest = self.newest();
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&newest.to_string());
        commit.commit()?;
        Ok(())
    }

    /// Applies what the opened checkpoint lacks, as the engine does from the store.
    fn catch_up(&mut self) {
        let newest = self.newest();
        for seq in seq_of(self.payload()) + 1..=newest {
            self.apply(seq).unwrap();
        }
        self.commit().unwrap();
    }

    /// Payload of the newest commit.
    fn payload(&self) -> Option<String> {
        self.index.load_metas().unwrap().payload
    }

    /// What the log up to `seq` amounts to.
    fn expected(&self, seq: u64) -> Documents {
        let mut documents = Documents::new();
        for (write, seq) in self.log.iter().zip(1..=seq) {
            match write.delete {
                true => documents.remove(&write.key),
                false => documents.insert(write.key, seq),
            };
        }
        documents
    }

    /// Every document of the newest commit, through each kind of file it is in.
    fn documents(&self) -> Documents {
        // Held while plugin files are read: tantivy's readers do not keep those alive.
        let (_alive, searcher) = loop {
            let alive = self.index.searchable_segment_metas().unwrap();
            let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual);
            let reader: IndexReader = reader.try_into().unwrap();
            let searcher = reader.searcher();
            let mut segments = searcher.segment_readers().iter();
            if segments.all(|segment| alive.iter().any(|meta| meta.id() == segment.segment_id())) {
                break (alive, searcher);
            }
        };
        let mut documents = Documents::new();
        searcher.segment_readers().iter().for_each(|segment| read_segment(segment, &mut documents));
        documents
    }

    /// Checks that the index is at `seq`, in every kind of file.
    fn check_at(&self, seq: u64, context: &str) {
        assert_eq!(seq_of(self.payload()), seq, "{context}");
        assert_eq!(self.documents(), self.expected(seq), "{context}");
    }

    /// Stops as a kill does: nothing of this machine reaches the disk from now on. Returns the log.
    fn kill(self) -> Vec<Write> {
        self.directory.retire();
        self.log
    }
}

impl CheckpointDirectory {
    fn has_unpublished(&self) -> bool {
        let state = self.state();
        state.commits != state.published.commits
    }

    fn is_poisoned(&self) -> bool {
        self.state().poisoned.is_some()
    }
}

fn seq_of(payload: Option<String>) -> u64 {
    payload.map_or(0, |payload| payload.parse().unwrap())
}

const KEY: Field = Field::from_field_id(0);
const TEXTS: Field = Field::from_field_id(1);
const SEQ: Field = Field::from_field_id(2);

fn schema() -> Schema {
    let mut builder = Schema::builder();
    assert_eq!(builder.add_text_field("key", STRING | STORED), KEY);
    assert_eq!(builder.add_text_field("text", TEXT), TEXTS);
    assert_eq!(builder.add_u64_field("seq", FAST), SEQ);
    builder.build()
}

fn read_segment(segment: &SegmentReader, documents: &mut Documents) {
    let store = segment.get_store_reader(0).unwrap();
    let seqs = segment.fast_fields().u64("seq").unwrap();
    let texts = segment.inverted_index(TEXTS).unwrap();
    let norms = segment.get_fieldnorms_reader(TEXTS).unwrap();
    for id in segment.doc_ids_alive() {
        let stored: TantivyDocument = store.get(id).unwrap();
        let key = stored.get_first(KEY).and_then(|value| value.as_str()).unwrap().parse().unwrap();
        let seq = seqs.first(id).unwrap();
        let term = Term::from_field_text(TEXTS, &format!("t{seq}"));
        let postings = texts.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
        let mut postings = postings.unwrap().unwrap();
        let mut positions = Vec::new();
        postings.positions(&mut positions);
        assert_eq!((postings.doc(), positions, norms.fieldnorm(id)), (id, vec![1], 5));
        assert_eq!(documents.insert(key, seq), None, "key {key} twice");
    }
    let marker = segment.open_read(SegmentComponent::Custom(marker::EXTENSION.to_owned())).unwrap();
    assert_eq!(marker.read_bytes().unwrap().as_slice(), segment.max_doc().to_le_bytes());
}

/// The names in the folder.
fn names(files: &dyn Files, root: &Path) -> Vec<String> {
    files.list(root).unwrap()
}

/// The files the manifest on disk names.
fn manifest_names(files: &dyn Files, root: &Path) -> Vec<String> {
    let manifest = open::read_manifest(files, root).unwrap();
    manifest.map(|manifest| manifest.files).unwrap_or_default().into_iter().map(|file| file.name).collect()
}

/// Runs `check` with each seed, or with the one in `LAZULI_SEED`. A failure prints the seed.
fn for_seeds(count: u64, check: fn(&SeededRandom)) {
    let chosen: Option<u64> = std::env::var("LAZULI_SEED").ok().map(|seed| seed.parse().unwrap());
    for seed in chosen.map_or(0..count, |seed| seed..seed + 1) {
        let outcome = std::panic::catch_unwind(|| check(&SeededRandom::new(seed)));
        if let Err(panic) = outcome {
            println!("failed with LAZULI_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// A folder for tests on the double, which has no folders of its own.
fn root() -> PathBuf {
    PathBuf::from("/index")
}
