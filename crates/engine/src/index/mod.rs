//! One index: the face that requests see. It opens its files when it is touched and closes them when idle.

mod applier;
mod fingerprint;
#[cfg(test)]
mod liveness_tests;
mod opened;
mod page;
mod progress;
mod write;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use lazuli_catalog::Schema;
use lazuli_catalog::document::Action;
use lazuli_platform::cancel::Cancel;
use lazuli_platform::pool;
use lazuli_query::Search;
use lazuli_store::{DocumentStore, Row, StoreError};

use self::opened::{Opened, Opening};
use self::page::Ranked;
pub use self::page::{Hit, Page};
use self::progress::Group;
pub use self::write::{ActionResult, Outcome};
use crate::EngineError;
use crate::directory::MemoryUsage;
use crate::filter::cache::FilterCache;
use crate::open_indexes::OpenIndexes;
use crate::search::{self, Strategy, Synonyms};
use crate::segment::Packer;
use crate::settings::{Parts, Settings};
use crate::writers::Writers;

/// A document as the store keeps it; `catalog::document` renders it.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Position in the order of writes.
    pub seq: u64,
    /// The stored body.
    pub body: Vec<u8>,
    /// The stored vectors.
    pub vectors: Option<Vec<u8>>,
}

impl StoredDocument {
    /// The document of a row; none if the row is a deletion.
    fn of(row: Row) -> Option<Self> {
        Some(Self { seq: row.seq, body: row.body?, vectors: row.vectors })
    }
}

/// Sizes of an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Documents that are there.
    pub documents: u64,
    /// Bytes on disk and in memory: the store and what is derived from it.
    pub storage_bytes: u64,
    /// Bytes of vectors.
    pub vector_bytes: u64,
}

/// What an index is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexState {
    /// Nothing of it is open; the next request opens it.
    Closed,
    /// It answers.
    Ready,
    /// It is being filled again from its store.
    Rebuilding {
        /// Writes read so far.
        done: u64,
        /// Writes to read.
        total: u64,
    },
    /// It cannot be opened.
    Failed(String),
}

/// How long the last checkpoint of an index that is closed while the engine goes on may take.
pub(crate) const CLOSE_TIME_MAX: Duration = Duration::from_secs(60);

/// Called with the outcomes once the batch is on disk, in the order of its actions.
pub type Reply = Box<dyn FnOnce(Result<Vec<Outcome>, EngineError>) + Send>;

/// What all indexes of an engine share.
#[derive(Clone)]
pub(crate) struct Resources {
    pub(crate) memory: Arc<MemoryUsage>,
    pub(crate) filters: Arc<FilterCache>,
    pub(crate) writers: Writers,
    pub(crate) open: OpenIndexes,
}

/// See the module.
pub struct Index {
    folder: PathBuf,
    parts: Parts,
    settings: Arc<Settings>,
    resources: Resources,
    schema: Arc<ArcSwap<Schema>>,
    current: ArcSwapOption<Opened>,
    opening: Mutex<Option<EngineError>>,
    /// Deleted: nothing opens any more.
    removed: AtomicBool,
    /// When it was last used, milliseconds of the monotonic clock.
    used_at: AtomicU64,
    /// A search panicked: the files are compared with their checksums before the next idle moment ends.
    suspect: AtomicBool,
}

impl Index {
    /// An index whose folder exists; nothing is opened.
    pub(crate) fn new(
        folder: PathBuf,
        schema: Arc<Schema>,
        parts: Parts,
        settings: Arc<Settings>,
        resources: Resources,
    ) -> Self {
        Self {
            folder,
            parts,
            settings,
            resources,
            schema: Arc::new(ArcSwap::new(schema)),
            current: ArcSwapOption::empty(),
            opening: Mutex::default(),
            removed: AtomicBool::new(false),
            used_at: AtomicU64::new(0),
            suspect: AtomicBool::new(false),
        }
    }

    /// Makes the store of a new index; its folder exists.
    pub(crate) fn create_store(&self) -> Result<(), EngineError> {
        let options = opened::store_options(&self.parts);
        drop(DocumentStore::create(&opened::store_path(&self.folder), &options)?);
        Ok(())
    }

    /// The definition documents and queries are checked against.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.load_full()
    }

    /// Replaces the definition by one that differs as an update may (fields added, attributes changed): immediate,
    /// whatever the index holds.
    pub fn set_schema(&self, schema: Arc<Schema>) -> Result<(), EngineError> {
        let _no_opening = self.lock_opening();
        if let Some(opened) = self.current.load_full() {
            opened.set_schema(schema.clone())?;
        }
        self.schema.store(schema);
        Ok(())
    }

    /// Writes a batch: checks, merges and stores its actions in order, then replies from another thread. The batch is
    /// on disk, and visible to every query that comes later, when `reply` is called with outcomes.
    ///
    /// `schema` is the one the actions were checked against; [`EngineError::SchemaChanged`] if it is not current any
    /// more. Blocks while the index has too much unapplied work.
    pub fn append(&self, schema: &Arc<Schema>, actions: Vec<Action>, reply: Reply) {
        match self.admit(schema, actions) {
            Ok((opened, packer, batch, weight)) => self.submit(&opened, packer, batch, weight, reply),
            Err(error) => reply(Err(error)),
        }
    }

    #[expect(
        clippy::type_complexity,
        reason = "an intermediate result of append, named by its destructuring"
    )]
    fn admit(
        &self,
        schema: &Arc<Schema>,
        actions: Vec<Action>,
    ) -> Result<(Arc<Opened>, Arc<Packer>, Vec<write::Prepared>, usize), EngineError> {
        let mut opened = self.opened()?;
        let packer = opened.packer();
        if !Arc::ptr_eq(packer.schema(), schema) {
            return Err(EngineError::SchemaChanged);
        }
        let batch: Vec<_> = actions.into_iter().map(|action| write::prepare(schema, action)).collect();
        let weight = batch.iter().map(write::Prepared::weight).sum();
        match opened.admit(weight) {
            Ok(()) => (),
            Err(_) if opened.progress.ended() => {
                // It was closed as idle between the two calls, or has failed; open it again.
                opened = self.opened()?;
                opened.admit(weight)?;
            }
            Err(error) => return Err(error),
        }
        Ok((opened, packer, batch, weight))
    }

    fn submit(
        &self,
        opened: &Arc<Opened>,
        packer: Arc<Packer>,
        batch: Vec<write::Prepared>,
        weight: usize,
        reply: Reply,
    ) {
        let applied = Arc::new(Mutex::new(None));
        let (current, checked, results) = (self.schema.clone(), packer.schema().clone(), applied.clone());
        let work = move |transaction: &mut lazuli_store::Transaction<'_>| {
            if !Arc::ptr_eq(&current.load(), &checked) {
                return Err(StoreError::WorkFailed(Box::new(EngineError::SchemaChanged)));
            }
            let result = write::apply(&checked, batch, transaction)?;
            *results.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            Ok(())
        };
        let opened_then = opened.clone();
        let done = move |result: Result<(), StoreError>| {
            let applied = applied.lock().unwrap_or_else(PoisonError::into_inner).take();
            let answer = match (result, applied) {
                (Ok(()), Some((outcomes, writes))) => {
                    if let Some(last) = writes.last() {
                        let acknowledged_at = opened_then.parts.clock.monotonic();
                        let (last_seq, weight) = (last.seq, writes.iter().map(|write| write.weight).sum());
                        opened_then.acknowledge(Group { packer, writes, weight, last_seq, acknowledged_at });
                    }
                    Ok(outcomes)
                }
                (Ok(()), None) => Err(EngineError::Closed),
                (Err(error), _) => Err(error.into()),
            };
            opened_then.progress.answered(weight);
            reply(answer);
        };
        opened.store.submit(weight, Box::new(work), Box::new(done));
    }

    /// The newest version of a document.
    pub fn get(&self, key: &str) -> Result<Option<StoredDocument>, EngineError> {
        Ok(self.opened()?.store.newest(key)?.and_then(StoredDocument::of))
    }

    /// Answers a search over everything acknowledged before the call. The hits of the page go to `take`, best first or in the
    /// order asked for, until there are no more or it breaks off.
    pub fn search(
        &self,
        search: &Search,
        synonyms: &Synonyms,
        cancel: &Cancel,
        mut take: impl FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<Page, EngineError> {
        let (opened, ranked) = self.ranked(search, synonyms, cancel, Strategy::Pruned)?;
        page::hand_out(&opened.store, ranked, cancel, &mut take)
    }

    /// The hits of a search as sequence number and score, without fetching documents, and how many match if that is asked
    /// for; `exhaustive` scores every match instead of pruning, which must not change the answer. For the benchmark.
    #[doc(hidden)]
    #[expect(clippy::type_complexity, reason = "hits and total, taken apart where it is called")]
    pub fn rank(
        &self,
        search: &Search,
        exhaustive: bool,
    ) -> Result<(Vec<(u64, f32)>, Option<u64>), EngineError> {
        let strategy = if exhaustive { Strategy::Exhaustive } else { Strategy::Pruned };
        let (_, ranked) = self.ranked(search, &Synonyms::new(), &Cancel::never(), strategy)?;
        Ok((ranked.hits, ranked.total))
    }

    fn ranked(
        &self,
        search: &Search,
        synonyms: &Synonyms,
        cancel: &Cancel,
        strategy: Strategy,
    ) -> Result<(Arc<Opened>, Ranked), EngineError> {
        let mut opened = self.opened()?;
        let snapshot = match opened.progress.visible(cancel) {
            Err(_) if opened.progress.ended() => {
                opened = self.opened()?;
                opened.progress.visible(cancel)?
            }
            result => result?,
        };
        let schema = self.schema();
        let ask = || search::search_by(strategy, &snapshot, &schema, search, synonyms, cancel);
        let found = pool::catch(ask).inspect_err(|panicked| {
            tracing::error!(
                index = opened.name(),
                id = panicked.id,
                "a search panicked; the index will be checked"
            );
            self.suspect.store(true, Ordering::Relaxed);
        })??;
        let mut hits = Vec::with_capacity(found.hits.len());
        for hit in &found.hits {
            let seq =
                snapshot.segments().get(hit.segment as usize).and_then(|segment| segment.seq(hit.document));
            let missing = || EngineError::Corrupt("a document without a sequence number".to_owned());
            hits.push((seq.ok_or_else(missing)?, hit.score));
        }
        Ok((opened, Ranked { snapshot, total: found.total, more: found.more, hits }))
    }

    /// How many documents there are.
    pub fn count(&self, cancel: &Cancel) -> Result<u64, EngineError> {
        cancel.check()?;
        Ok(self.opened()?.store.statistics().documents)
    }

    /// Sizes.
    pub fn statistics(&self) -> Result<Statistics, EngineError> {
        Ok(self.opened()?.statistics())
    }

    /// Sizes, if the index is open and answers; being asked does not keep it open.
    pub fn statistics_if_open(&self) -> Option<Statistics> {
        let opened = self.current.load_full()?;
        opened.rebuilding().is_none().then(|| opened.statistics())
    }

    /// What it is doing; opens nothing.
    pub fn state(&self) -> IndexState {
        match self.current.load().as_ref() {
            Some(opened) => match opened.rebuilding() {
                Some((done, total)) => IndexState::Rebuilding { done, total },
                None => IndexState::Ready,
            },
            None => match &*self.lock_opening() {
                Some(error) => IndexState::Failed(error.to_string()),
                None => IndexState::Closed,
            },
        }
    }

    /// Lets the applier end, without waiting: the index is about to be closed.
    pub(crate) fn stop(&self) {
        if let Some(opened) = self.current.load_full() {
            opened.progress.stop();
        }
    }

    /// Closes its files, after a last checkpoint if that takes no longer than `limit`.
    pub(crate) fn close(&self, limit: Duration) {
        let _no_opening = self.lock_opening();
        if let Some(opened) = self.current.swap(None) {
            opened.close(limit);
        }
    }

    /// Closes its files for good, without saving anything: the folder is about to be removed.
    pub(crate) fn abandon(&self) {
        self.removed.store(true, Ordering::Release);
        let _no_opening = self.lock_opening();
        if let Some(opened) = self.current.swap(None) {
            opened.abandon();
        }
    }

    /// When it was last used, if it is open: milliseconds of the monotonic clock.
    pub(crate) fn open_and_used_at(&self) -> Option<u64> {
        self.current.load().as_ref().map(|_| self.used_at.load(Ordering::Relaxed))
    }

    /// Called now and then: closes the index when it has not been used for long.
    pub(crate) fn housekeeping(&self) {
        if self.suspect.swap(false, Ordering::Relaxed)
            && let Some(opened) = self.current.load_full()
            && let Err(error) = opened.directory.verify(None, &|| opened.progress.stopping())
        {
            tracing::error!(index = opened.name(), %error, "the derived index is damaged and will be rebuilt");
            opened.progress.fail(error.into());
        }
        let used_at = Duration::from_millis(self.used_at.load(Ordering::Relaxed));
        let idle = self.parts.clock.monotonic().saturating_sub(used_at);
        if idle > self.settings.idle_index && self.current.load().is_some() {
            self.close(CLOSE_TIME_MAX);
        }
    }

    fn lock_opening(&self) -> MutexGuard<'_, Option<EngineError>> {
        self.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> Result<Arc<Opened>, EngineError> {
        let now = self.parts.clock.monotonic().as_millis() as u64;
        self.used_at.store(now, Ordering::Relaxed);
        let opened = match self.current.load_full().filter(|opened| !opened.progress.failed()) {
            Some(opened) => opened,
            None => self.open()?,
        };
        if opened.rebuilding().is_some() { Err(EngineError::Rebuilding) } else { Ok(opened) }
    }

    fn open(&self) -> Result<Arc<Opened>, EngineError> {
        let mut failure = self.lock_opening();
        if self.removed.load(Ordering::Acquire) {
            return Err(EngineError::Closed);
        }
        let mut store = None;
        if let Some(opened) = self.current.load_full() {
            if !opened.progress.failed() {
                return Ok(opened);
            }
            self.current.store(None);
            opened.abandon();
            store = Some(opened.store.clone());
        }
        let schema = self.schema();
        let opening = Opening {
            name: &schema.name,
            folder: &self.folder,
            schema: schema.clone(),
            parts: &self.parts,
            settings: &self.settings,
            resources: &self.resources,
            store,
        };
        match pool::catch(|| Opened::open(&opening)).map_err(EngineError::from).flatten() {
            Ok(opened) => {
                *failure = None;
                self.current.store(Some(opened.clone()));
                Ok(opened)
            }
            Err(error) => {
                *failure = Some(error.clone());
                Err(error)
            }
        }
    }
}
