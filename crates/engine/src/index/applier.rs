//! The applier: one thread per index that is written to. It feeds tantivy what the store has acknowledged, makes it
//! visible when somebody asks, publishes checkpoints by size and age, and ends when nothing has come for a while.

use std::sync::Arc;
use std::time::Duration;

use lazuli_analysis::Scratch;
use lazuli_catalog::document;
use lazuli_platform::pool;
use tantivy::IndexWriter;
use tantivy::indexer::IndexWriterOptions;

use super::opened::Opened;
use super::progress::{Group, Work, Write};
use crate::EngineError;
use crate::segment::deletion::DocumentOfKey;
use crate::segment::merge_policy::NeighbourMergePolicy;
use crate::segment::{PackedDocument, Packer, format};
use crate::writers::Permit;

/// The writer is closed after so many times [`Settings::idle_writer`](crate::Settings): merges get time to end.
const PERIODS_TO_CLOSE: u32 = 5;

/// How often an applier without work looks whether something is due.
const IDLE_SLICE: Duration = Duration::from_millis(100);

/// Rows read from the store at a time when an index catches up.
const CATCH_UP_ROWS: usize = 1000;
const CATCH_UP_BYTES: usize = 8 << 20;

/// Runs until the index is closed, fails or has been idle. Panics are caught: the index is opened again from its last
/// checkpoint.
pub(super) fn run(opened: &Arc<Opened>) {
    let result = pool::catch(|| Applier::new(opened).run());
    let failure = match result {
        Ok(Ok(Ended::Retired)) => return,
        Ok(Ok(Ended::Stopped)) => None,
        Ok(Err(error)) => Some(error),
        Err(panicked) => Some(panicked.into()),
    };
    if let Some(failure) = failure.filter(|_| !opened.abandoned()) {
        tracing::error!(index = opened.name(), error = %failure, "applying writes failed; the index will be reopened");
        opened.progress.fail(failure);
    }
    opened.progress.applier_ended();
}

enum Ended {
    /// Nothing to do; whoever brings work starts another applier.
    Retired,
    /// The index is being closed.
    Stopped,
}

struct Applier<'a> {
    opened: &'a Arc<Opened>,
    writer: Option<Writer>,
    scratch: Scratch,
    /// Sequence number of the newest tantivy commit.
    committed: u64,
    fed: u64,
    /// Deletions since that commit.
    deletions: usize,
    /// When the oldest write that no checkpoint has was fed.
    unpublished_since: Option<Duration>,
    idle_since: Option<Duration>,
}

/// A tantivy writer and the right to have it open.
struct Writer {
    tantivy: IndexWriter<PackedDocument>,
    opened_at: Duration,
    _permit: Permit,
}

impl<'a> Applier<'a> {
    fn new(opened: &'a Arc<Opened>) -> Self {
        let committed = opened.progress.snapshot().map_or(0, |snapshot| snapshot.seq());
        let fed = opened.progress.fed();
        Self {
            opened,
            writer: None,
            scratch: Scratch::default(),
            committed,
            fed,
            deletions: 0,
            unpublished_since: None,
            idle_since: None,
        }
    }

    fn run(&mut self) -> Result<Ended, EngineError> {
        self.catch_up()?;
        loop {
            match self.opened.progress.next(IDLE_SLICE) {
                Work::Apply(group) => {
                    self.apply(group)?;
                    self.after_work()?;
                }
                Work::Refresh => {
                    self.refresh()?;
                    self.after_work()?;
                }
                Work::Idle => {
                    if self.idle()? {
                        return Ok(Ended::Retired);
                    }
                }
                Work::Stop => {
                    self.settle()?;
                    return Ok(Ended::Stopped);
                }
            }
        }
    }

    fn after_work(&mut self) -> Result<(), EngineError> {
        self.idle_since = None;
        self.opened.ranges.set_busy(true);
        self.checkpoint_if_due()?;
        self.apply_deletions_if_many()?;
        self.take_turns()
    }

    fn apply_deletions_if_many(&mut self) -> Result<(), EngineError> {
        if self.deletions < self.opened.settings.deletions_max { Ok(()) } else { self.refresh() }
    }

    /// Applies what the store has and the opened index has not: writes after the last checkpoint, or everything when it
    /// is rebuilt.
    fn catch_up(&mut self) -> Result<(), EngineError> {
        let Some(target) = self.opened.catch_up_target() else { return Ok(()) };
        let packer = self.opened.packer();
        while self.fed < target && !self.opened.progress.stopping() {
            let rows = self.opened.store.scan(self.fed, CATCH_UP_ROWS, CATCH_UP_BYTES)?;
            let Some(last) = rows.last().map(|row| row.seq.min(target)) else { break };
            let mut weight = 0;
            for row in rows.into_iter().filter(|row| row.seq <= target) {
                let document = match &row.body {
                    Some(body) => Some(
                        document::decode(packer.schema(), body, row.vectors.as_deref())
                            .map_err(|corrupt| EngineError::Corrupt(corrupt.to_string()))?,
                    ),
                    None => None,
                };
                let write_weight = row.body.as_ref().map_or(0, Vec::len);
                weight += write_weight;
                // Whether an older row of this key is in the index is not known here; deleting nothing does no harm.
                let write =
                    Write { seq: row.seq, key: row.key, replaces: true, document, weight: write_weight };
                self.feed(&packer, write)?;
            }
            self.fed = last;
            self.opened.progress.fed_to(last, 0);
            self.opened.note_catch_up(last);
            tracing::trace!(index = self.opened.name(), seq = last, weight, "caught up");
            self.checkpoint_if_due()?;
            self.apply_deletions_if_many()?;
        }
        if !self.opened.progress.stopping() {
            self.fed = self.fed.max(target);
            self.opened.progress.fed_to(self.fed, 0);
            self.refresh()?;
            self.opened.caught_up();
        }
        Ok(())
    }

    fn apply(&mut self, group: Group) -> Result<(), EngineError> {
        for write in group.writes {
            self.feed(&group.packer, write)?;
        }
        self.fed = group.last_seq;
        self.opened.progress.fed_to(group.last_seq, group.weight);
        Ok(())
    }

    fn feed(&mut self, packer: &Packer, write: Write) -> Result<(), EngineError> {
        let progress = &self.opened.progress;
        let packed = write.document.map(|document| {
            progress.in_flight().wait_for_room();
            let mut packed = packer.pack(write.seq, &document, &mut self.scratch);
            packed.flying = Some(progress.in_flight().enter(write.weight, packed.bytes()));
            packed
        });
        let now = self.opened.parts.clock.monotonic();
        self.unpublished_since.get_or_insert(now);
        let key_field = packer.schema().key_field().id;
        self.deletions += usize::from(write.replaces);
        let writer = self.writer()?;
        if write.replaces {
            writer.delete_query(Box::new(DocumentOfKey::new(key_field, &write.key)))?;
        }
        if let Some(packed) = packed {
            writer.add_document(packed)?;
        }
        Ok(())
    }

    fn writer(&mut self) -> Result<&mut IndexWriter<PackedDocument>, EngineError> {
        if self.writer.is_none() {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(1)
                .num_merge_threads(1)
                .memory_budget_per_thread(self.opened.settings.writer_bytes)
                .build();
            let permit = self.opened.resources.writers.acquire();
            let tantivy = format::writer(&self.opened.tantivy, options)?;
            tantivy.set_merge_policy(Box::new(NeighbourMergePolicy::new(self.opened.ranges.clone())));
            let opened_at = self.opened.parts.clock.monotonic();
            self.writer = Some(Writer { tantivy, opened_at, _permit: permit });
        }
        self.writer.as_mut().map(|writer| &mut writer.tantivy).ok_or(EngineError::Closed)
    }

    /// Closes the writer when other indexes wait for theirs and this one had its turn.
    fn take_turns(&mut self) -> Result<(), EngineError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let had = self.opened.parts.clock.monotonic().saturating_sub(writer.opened_at);
        if had >= self.opened.settings.writer_turn && self.opened.resources.writers.wanted() {
            self.refresh()?;
            self.writer = None;
        }
        Ok(())
    }

    /// Commits what has been fed, if anything.
    fn commit(&mut self) -> Result<(), EngineError> {
        if self.fed == self.committed { Ok(()) } else { self.commit_anyway() }
    }

    fn commit_anyway(&mut self) -> Result<(), EngineError> {
        let payload = self.opened.commit_record(self.fed)?;
        let mut commit = self.writer()?.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        self.committed = self.fed;
        self.deletions = 0;
        Ok(())
    }

    /// Makes what has been fed visible.
    fn refresh(&mut self) -> Result<(), EngineError> {
        let clock = &self.opened.parts.clock;
        let began = clock.monotonic();
        self.commit()?;
        let committed = clock.monotonic();
        self.opened.publish_snapshot(self.committed)?;
        let (commit, open) = (committed - began, self.opened.parts.clock.monotonic() - committed);
        tracing::debug!(index = self.opened.name(), seq = self.committed, ?commit, ?open, "refreshed");
        Ok(())
    }

    fn checkpoint_if_due(&mut self) -> Result<(), EngineError> {
        let settings = &self.opened.settings;
        let age =
            self.unpublished_since.map(|since| self.opened.parts.clock.monotonic().saturating_sub(since));
        let due = self.opened.directory.ram_bytes() >= settings.checkpoint_bytes
            || age.is_some_and(|age| age >= settings.checkpoint_age)
            || self.opened.over_memory_budget();
        if due && self.opened.begin_checkpoint() {
            let committed = self.commit().and_then(|()| self.opened.publish_snapshot(self.committed));
            self.unpublished_since = None;
            match committed {
                Ok(()) => self.opened.checkpoint_in_background(),
                Err(error) => {
                    self.opened.end_checkpoint();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Nothing came for a moment: after a while publish a checkpoint, later close the writer. Returns whether the applier
    /// may end.
    fn idle(&mut self) -> Result<bool, EngineError> {
        let now = self.opened.parts.clock.monotonic();
        let idle = now.saturating_sub(*self.idle_since.get_or_insert(now));
        if self.writer.is_some() && self.opened.resources.writers.wanted() {
            self.refresh()?;
            self.writer = None;
        }
        if idle >= self.opened.settings.idle_writer && self.unpublished_since.is_some() {
            self.merge_leftovers()?;
            self.refresh()?;
            if self.opened.begin_checkpoint() {
                self.unpublished_since = None;
                self.opened.checkpoint_now();
            }
        }
        self.let_go_of_moved_files()?;
        if idle < self.opened.settings.idle_writer * PERIODS_TO_CLOSE {
            return Ok(false);
        }
        self.settle()?;
        self.opened.store.idle_close();
        Ok(self.opened.progress.retire())
    }

    /// Small segments were spared while writes came; commits once more, so that the merge policy looks at them again.
    fn merge_leftovers(&mut self) -> Result<(), EngineError> {
        if self.opened.ranges.set_busy(false) && self.writer.is_some() {
            self.commit_anyway()
        } else {
            Ok(())
        }
    }

    /// Lets merges end, closes the writer and publishes a checkpoint of everything.
    fn settle(&mut self) -> Result<(), EngineError> {
        let stopping = self.opened.progress.stopping();
        if stopping && self.opened.abandoned() {
            return Ok(());
        }
        self.commit()?;
        if let Some(writer) = self.writer.take()
            && !stopping
        {
            writer.tantivy.wait_merging_threads()?;
        }
        self.opened.publish_snapshot(self.committed)?;
        self.opened.wait_checkpoint();
        if self.opened.begin_checkpoint() {
            self.opened.checkpoint_now();
        }
        if stopping { Ok(()) } else { self.let_go_of_moved_files() }
    }

    /// Lets queries read from disk what a checkpoint has moved there. While writes come, the next refresh does it.
    fn let_go_of_moved_files(&self) -> Result<(), EngineError> {
        if self.opened.shows_moved_files() {
            self.opened.publish_snapshot(self.committed)?;
        }
        Ok(())
    }
}
