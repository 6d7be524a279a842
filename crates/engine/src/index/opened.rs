//! An index that is open: its store, its derived index, and what the applier and requests share.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use lazuli_catalog::Schema;
use lazuli_store::{DocumentStore, StoreError, StoreOptions};

use super::applier;
use super::fingerprint::{CommitRecord, Outdated};
use super::progress::{Group, Progress};
use super::{Resources, Statistics};
use crate::EngineError;
use crate::directory::{CheckpointDirectory, DirectoryError, DirectoryLimits};
use crate::open_indexes::OpenIndex;
use crate::segment::Packer;
use crate::segment::merge_policy::SegmentRanges;
use crate::segment::{format, plugin::ContainerPlugin};
use crate::settings::{Parts, Settings};
use crate::snapshot::{self, Snapshot};

/// File name of the store inside an index's folder.
pub(crate) const STORE_FILE: &str = "documents.db";

/// Name of the folder of the derived index.
const DERIVED: &str = "derived";

/// More writes than this to catch up with count as a rebuild: requests are told to come back.
const CATCH_UP_SILENT_MAX: u64 = 200_000;

/// How long an applier may take to notice that its index is abandoned.
const ABANDON_TIME_MAX: Duration = Duration::from_secs(60);

/// Superseded rows removed from the store in one statement.
const PURGE_ROWS: usize = 2000;

/// What opening an index takes.
pub(crate) struct Opening<'a> {
    pub(crate) name: &'a str,
    pub(crate) folder: &'a Path,
    pub(crate) schema: Arc<Schema>,
    pub(crate) parts: &'a Parts,
    pub(crate) settings: &'a Arc<Settings>,
    pub(crate) resources: &'a Resources,
    /// The store, when it is open already: the index failed and is opened again.
    pub(crate) store: Option<Arc<DocumentStore>>,
}

/// See the module.
pub(crate) struct Opened {
    name: String,
    pub(super) store: Arc<DocumentStore>,
    pub(super) directory: CheckpointDirectory,
    pub(super) tantivy: tantivy::Index,
    pub(super) ranges: Arc<SegmentRanges>,
    pub(super) progress: Progress,
    pub(super) parts: Parts,
    pub(super) settings: Arc<Settings>,
    pub(super) resources: Resources,
    packer: ArcSwap<Packer>,
    /// Snapshots that may still be read from: superseded rows they show must stay in the store.
    snapshots: Mutex<Vec<Weak<Snapshot>>>,
    catch_up: Option<u64>,
    rebuild_total: u64,
    rebuild_done: AtomicU64,
    rebuilding: AtomicBool,
    checkpointing: Mutex<bool>,
    checkpointed: Condvar,
    abandoned: AtomicBool,
    _counted: OpenIndex,
}

impl Opened {
    /// Opens the store and the derived index in the index's folder; a derived index that is damaged or does not stand
    /// for the store any more is emptied and filled again.
    pub(crate) fn open(opening: &Opening<'_>) -> Result<Arc<Self>, EngineError> {
        let Opening { name, folder, schema, parts, settings, resources, store } = opening;
        let counted = resources.open.enter();
        let store = match store {
            Some(store) => store.clone(),
            None => Arc::new(DocumentStore::open(&store_path(folder), &store_options(parts))?),
        };
        raise_schema_version(&store, schema)?;
        let derived_folder = folder.join(DERIVED);
        let derived = match Derived::open(&derived_folder, &store, opening) {
            Ok(derived) => derived,
            Err(NotUsable::Outdated(why)) => {
                tracing::info!(index = name, ?why, "the derived index is outdated and will be rebuilt");
                Derived::start_anew(&derived_folder, &store, opening)?
            }
            Err(NotUsable::Damaged(why)) => {
                tracing::warn!(index = name, %why, "the derived index is damaged and will be rebuilt");
                Derived::start_anew(&derived_folder, &store, opening)?
            }
            Err(NotUsable::Failed(error)) => return Err(error),
        };
        let (contained, acknowledged) = (derived.seq, store.last_seq());
        let behind = acknowledged - contained;
        let rebuilding = behind > 0 && (behind > CATCH_UP_SILENT_MAX || derived.anew);
        let opened = Arc::new(Self {
            name: (*name).to_owned(),
            progress: Progress::new(parts.clock.clone(), (*settings).clone(), contained, acknowledged),
            store,
            directory: derived.directory,
            tantivy: derived.tantivy,
            ranges: derived.ranges,
            parts: (*parts).clone(),
            settings: (*settings).clone(),
            resources: (*resources).clone(),
            packer: ArcSwap::from_pointee(Packer::new(schema.clone())),
            snapshots: Mutex::default(),
            catch_up: (behind > 0).then_some(acknowledged),
            rebuild_total: behind,
            rebuild_done: AtomicU64::new(0),
            rebuilding: AtomicBool::new(rebuilding),
            checkpointing: Mutex::new(false),
            checkpointed: Condvar::new(),
            abandoned: AtomicBool::new(false),
            _counted: counted,
        });
        opened.publish_snapshot(contained)?;
        opened.verify_rest_in_background();
        if behind > 0 && opened.progress.start() {
            opened.spawn_applier();
        }
        Ok(opened)
    }

    /// For logs.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How documents are taken apart now.
    pub(super) fn packer(&self) -> Arc<Packer> {
        self.packer.load_full()
    }

    /// Uses `schema` for documents from now on.
    pub(crate) fn set_schema(&self, schema: Arc<Schema>) -> Result<(), EngineError> {
        raise_schema_version(&self.store, &schema)?;
        self.packer.store(Arc::new(Packer::new(schema)));
        Ok(())
    }

    /// Waits until a batch may be acknowledged: the index has little to do, and unpublished files of all indexes together
    /// are not far above their budget. Checkpoints bring them down: the forced ones, or those of idle indexes.
    pub(super) fn admit(&self, weight: usize) -> Result<(), EngineError> {
        let budget = self.settings.memory_budget;
        self.progress.admit(weight, || self.resources.memory.bytes() > budget + budget / 2)
    }

    /// Takes over writes that are on disk now.
    pub(super) fn acknowledge(self: &Arc<Self>, group: Group) {
        if self.progress.acknowledge(group) {
            self.spawn_applier();
        }
    }

    fn spawn_applier(self: &Arc<Self>) {
        let opened = self.clone();
        let spawned =
            std::thread::Builder::new().name("applier".to_owned()).spawn(move || applier::run(&opened));
        if let Err(error) = spawned {
            self.progress.fail(EngineError::Io(format!("no thread could be started: {error}")));
        }
    }

    /// The payload of a tantivy commit that contains everything up to `seq`.
    pub(super) fn commit_record(&self, seq: u64) -> Result<String, EngineError> {
        let record = CommitRecord::new(self.packer().schema(), self.store.identity(), seq);
        serde_json::to_string(&record).map_err(|error| EngineError::Io(error.to_string()))
    }

    /// Opens the newest tantivy commit, which contains everything up to `seq`, for queries.
    pub(super) fn publish_snapshot(&self, seq: u64) -> Result<(), EngineError> {
        let previous = self.progress.snapshot();
        let (directory, filters) = (Some(&self.directory), &self.resources.filters);
        let snapshot = Snapshot::open(&self.tantivy, directory, previous.as_deref(), seq, filters)?;
        let snapshot = Arc::new(snapshot);
        self.ranges.retain_committed(&snapshot.segment_ids());
        {
            let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            snapshots.retain(|snapshot| snapshot.strong_count() > 0);
            snapshots.push(Arc::downgrade(&snapshot));
        }
        self.progress.publish(snapshot);
        Ok(())
    }

    /// Whether queries read files from RAM that a checkpoint has put on disk.
    pub(super) fn shows_moved_files(&self) -> bool {
        self.progress.snapshot().is_some_and(|snapshot| snapshot.holds_moved_files(&self.directory))
    }

    /// Up to where the applier has to read from the store first.
    pub(super) fn catch_up_target(&self) -> Option<u64> {
        self.catch_up.filter(|target| *target > self.progress.fed())
    }

    /// Progress of catching up.
    pub(super) fn note_catch_up(&self, seq: u64) {
        let rest = self.catch_up.unwrap_or(seq).saturating_sub(seq);
        self.rebuild_done.store(self.rebuild_total.saturating_sub(rest), Ordering::Relaxed);
    }

    /// The index has caught up with its store.
    pub(super) fn caught_up(&self) {
        self.rebuild_done.store(self.rebuild_total, Ordering::Relaxed);
        if self.rebuilding.swap(false, Ordering::AcqRel) {
            tracing::info!(index = self.name, writes = self.rebuild_total, "rebuilt");
        }
    }

    /// Writes read and writes to read, while the index is being rebuilt.
    pub(crate) fn rebuilding(&self) -> Option<(u64, u64)> {
        let rebuilding = self.rebuilding.load(Ordering::Acquire);
        rebuilding.then(|| (self.rebuild_done.load(Ordering::Relaxed), self.rebuild_total))
    }

    /// Whether unpublished files of all indexes take more memory than allowed.
    pub(super) fn over_memory_budget(&self) -> bool {
        self.resources.memory.bytes() > self.settings.memory_budget && self.directory.ram_bytes() > 0
    }

    /// Claims the right to checkpoint; one at a time.
    pub(super) fn begin_checkpoint(&self) -> bool {
        !std::mem::replace(&mut *self.checkpointing.lock().unwrap_or_else(PoisonError::into_inner), true)
    }

    /// Gives the right back.
    pub(super) fn end_checkpoint(&self) {
        *self.checkpointing.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.checkpointed.notify_all();
    }

    /// Waits until no checkpoint is running.
    pub(super) fn wait_checkpoint(&self) {
        let mut running = self.checkpointing.lock().unwrap_or_else(PoisonError::into_inner);
        while *running {
            running = self.checkpointed.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Publishes a checkpoint on the pool. The caller has claimed the right.
    pub(super) fn checkpoint_in_background(self: &Arc<Self>) {
        let opened = self.clone();
        self.parts.pool.spawn(move || opened.checkpoint_now());
    }

    /// Publishes a checkpoint and purges what it made superfluous in the store. The caller has claimed the right.
    pub(super) fn checkpoint_now(&self) {
        let result = self.directory.checkpoint();
        self.end_checkpoint();
        match result {
            Ok(checkpoint) => {
                tracing::debug!(index = self.name, ?checkpoint, "checkpoint");
                self.purge(published_seq(checkpoint.payload.as_deref()));
            }
            // Nothing is lost: the store has everything, and writes are refused when there is no more memory either.
            Err(error @ (DirectoryError::Full { .. } | DirectoryError::Io { .. })) => {
                tracing::warn!(index = self.name, %error, "no checkpoint could be written; it is tried again later");
            }
            Err(error @ (DirectoryError::Poisoned { .. } | DirectoryError::Corrupt { .. })) => {
                if !self.abandoned() {
                    self.progress.fail(error.into());
                }
            }
        }
    }

    fn purge(&self, published: u64) {
        let shown = {
            let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            snapshots.iter().filter_map(Weak::upgrade).map(|snapshot| snapshot.seq()).min()
        };
        let horizon = shown.unwrap_or(published).min(published);
        loop {
            match self.store.purge(horizon, PURGE_ROWS) {
                Ok(PURGE_ROWS..) => (),
                Ok(_) | Err(StoreError::Closed) => return,
                Err(error) => {
                    return tracing::warn!(index = self.name, %error, "superseded rows could not be removed");
                }
            }
        }
    }

    /// Whether the index is being deleted: nothing needs to be saved.
    pub(super) fn abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Sizes.
    pub(super) fn statistics(&self) -> Statistics {
        let store = self.store.statistics();
        Statistics {
            documents: store.documents,
            storage_bytes: store.file_bytes + self.directory.disk_bytes() + self.directory.ram_bytes(),
            // Nothing of a vector is indexed yet: searching them comes with its issue.
            vector_bytes: 0,
        }
    }

    /// Ends the applier, which publishes a last checkpoint, and waits for it. What has not ended within `limit` is left
    /// alone: nothing is lost, the next opening applies it again.
    pub(crate) fn close(&self, limit: Duration) {
        self.progress.stop();
        if self.progress.wait_ended(limit) {
            self.wait_checkpoint();
        } else {
            tracing::warn!(
                index = self.name,
                "closing took too long; what is not in a checkpoint is applied again"
            );
        }
    }

    /// Ends the applier without saving anything: the index is deleted, or has failed and is opened again.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
        self.directory.retire();
        self.close(ABANDON_TIME_MAX);
    }

    fn verify_rest_in_background(self: &Arc<Self>) {
        if self.directory.disk_bytes() <= self.settings.verify_at_open_bytes {
            return;
        }
        let weak = Arc::downgrade(self);
        self.parts.pool.spawn(move || {
            let Some(opened) = weak.upgrade() else { return };
            let stop = || opened.progress.stopping();
            if let Err(error) = opened.directory.verify(None, &stop) {
                tracing::error!(index = opened.name, %error, "the derived index is damaged and will be rebuilt");
                opened.progress.fail(error.into());
            }
        });
    }
}

fn published_seq(payload: Option<&str>) -> u64 {
    let record = payload.and_then(|payload| serde_json::from_str::<CommitRecord>(payload).ok());
    record.map_or(0, |record| record.seq)
}

/// Options of every store of the engine.
pub(crate) fn store_options(parts: &Parts) -> StoreOptions {
    StoreOptions { random: parts.random.clone(), ..StoreOptions::default() }
}

/// The schema's version stands in the catalogue and here; on opening ours is raised to the catalogue's.
fn raise_schema_version(store: &DocumentStore, schema: &Schema) -> Result<(), EngineError> {
    const NAME: &str = "schemaVersion";
    let version = schema.version.to_string();
    if store.meta(NAME)?.as_ref() != Some(&version) {
        store.set_meta(NAME, &version)?;
    }
    Ok(())
}

/// The derived part of an index, opened.
struct Derived {
    directory: CheckpointDirectory,
    tantivy: tantivy::Index,
    ranges: Arc<SegmentRanges>,
    seq: u64,
    anew: bool,
}

enum NotUsable {
    Outdated(Outdated),
    Damaged(String),
    Failed(EngineError),
}

impl From<DirectoryError> for NotUsable {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Corrupt { .. } => Self::Damaged(error.to_string()),
            DirectoryError::Io { .. } | DirectoryError::Poisoned { .. } | DirectoryError::Full { .. } => {
                Self::Failed(error.into())
            }
        }
    }
}

impl Derived {
    fn open(folder: &Path, store: &DocumentStore, opening: &Opening<'_>) -> Result<Self, NotUsable> {
        let directory = open_directory(folder, opening)?;
        directory.verify(Some(opening.settings.verify_at_open_bytes), &|| false)?;
        // What tantivy says of files that are as they were written is damage all the same: a bug, or a torn format.
        let damaged = |error: tantivy::TantivyError| NotUsable::Damaged(error.to_string());
        let ranges = Arc::new(SegmentRanges::default());
        let plugin = Arc::new(ContainerPlugin::new(ranges.clone()));
        let tantivy = format::open_or_create(directory.clone(), plugin).map_err(damaged)?;
        for (segment, range) in snapshot::segment_ranges(&tantivy).map_err(damaged)? {
            ranges.insert(segment, range);
        }
        let payload = tantivy.load_metas().map_err(damaged)?.payload;
        let seq = match payload.as_deref().map(serde_json::from_str::<CommitRecord>) {
            None => 0,
            Some(Err(error)) => return Err(NotUsable::Damaged(error.to_string())),
            Some(Ok(record)) => {
                let now = CommitRecord::new(&opening.schema, store.identity(), store.last_seq());
                record.check(&now, store.purge_floor()).map_err(NotUsable::Outdated)?;
                record.seq
            }
        };
        Ok(Self { directory, tantivy, ranges, seq, anew: false })
    }

    /// Empties the folder and opens it.
    fn start_anew(folder: &Path, store: &DocumentStore, opening: &Opening<'_>) -> Result<Self, EngineError> {
        opening.parts.files.remove_dir_all(folder)?;
        match Self::open(folder, store, opening) {
            Ok(derived) => Ok(Self { anew: true, ..derived }),
            Err(NotUsable::Failed(error)) => Err(error),
            Err(NotUsable::Damaged(why)) => Err(EngineError::Corrupt(why)),
            Err(NotUsable::Outdated(why)) => Err(EngineError::Corrupt(format!("{why:?}"))),
        }
    }
}

fn open_directory(folder: &Path, opening: &Opening<'_>) -> Result<CheckpointDirectory, DirectoryError> {
    let Opening { parts, settings, resources, .. } = opening;
    let limits = DirectoryLimits { ram_file_bytes_max: settings.ram_file_bytes_max };
    CheckpointDirectory::open(parts.files.clone(), folder, limits, resources.memory.clone())
}

/// Where the store of an index lies.
pub(crate) fn store_path(folder: &Path) -> PathBuf {
    folder.join(STORE_FILE)
}
