//! All indexes of a data directory: one folder each, named by a generation id and not by the index.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lazuli_catalog::Schema;
use lazuli_platform::files::create_dir_synced;
use lazuli_platform::limits::raise_open_files;

use crate::EngineError;
use crate::filter::cache::{CacheFigures, FilterCache, Limits};
use crate::index::{CLOSE_TIME_MAX, Index, Resources};
use crate::open_indexes::OpenIndexes;
use crate::settings::{Parts, Settings};
use crate::writers::Writers;

/// Indexes are looked after this often.
const HOUSEKEEPING: Duration = Duration::from_secs(1);

/// Whether too many are open is looked at this often.
const CROWD_CONTROL: Duration = Duration::from_millis(25);

/// Open files allowed where the system does not say: what most give.
const FILES_MAX_ASSUMED: u64 = 1024;

/// Checkpoints at shutdown may take so long together; the service promises to stop within five seconds.
const SHUTDOWN_TIME_MAX: Duration = Duration::from_millis(3500);

/// See the module.
pub struct Engine {
    root: PathBuf,
    parts: Parts,
    settings: Arc<Settings>,
    resources: Resources,
    shared: Arc<Shared>,
    housekeeper: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    indexes: Mutex<HashMap<String, Arc<Index>>>,
    stopped: Mutex<bool>,
    stop: Condvar,
}

impl Shared {
    fn indexes(&self) -> MutexGuard<'_, HashMap<String, Arc<Index>>> {
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Uses the folder `root`, which is made if it is missing. Opens no index.
    pub fn new(root: PathBuf, parts: Parts, settings: Settings) -> Result<Self, EngineError> {
        create_dir_synced(parts.files.as_ref(), &root)?;
        let files_max = raise_open_files().unwrap_or(FILES_MAX_ASSUMED);
        let kept = Limits {
            bytes_max: settings.filter_cache_bytes,
            documents_min: settings.filter_cache_documents_min,
        };
        let resources = Resources {
            memory: Arc::default(),
            filters: FilterCache::new(kept),
            writers: Writers::new(settings.writers_max),
            open: OpenIndexes::new(settings.open_indexes_max, files_max),
        };
        let shared = Arc::<Shared>::default();
        let (of_thread, open) = (shared.clone(), resources.open.clone());
        let housekeeper = std::thread::Builder::new()
            .name("housekeeping".to_owned())
            .spawn(move || keep_house(&of_thread, &open))
            .map_err(EngineError::from)?;
        Ok(Self {
            root,
            parts,
            resources,
            settings: Arc::new(settings),
            shared,
            housekeeper: Mutex::new(Some(housekeeper)),
        })
    }

    /// Makes a new, empty index. It is on disk when this returns; whether it exists is the catalogue's to say.
    pub fn create(&self, generation: &str, schema: Arc<Schema>) -> Result<Arc<Index>, EngineError> {
        let folder = self.root.join(generation);
        create_dir_synced(self.parts.files.as_ref(), &folder)?;
        let index = self.open(generation, schema);
        index.create_store().inspect_err(|_| drop(self.shared.indexes().remove(generation)))?;
        Ok(index)
    }

    /// The index in the folder `generation`. Files are opened when it is touched.
    pub fn open(&self, generation: &str, schema: Arc<Schema>) -> Arc<Index> {
        let mut indexes = self.shared.indexes();
        let make = || {
            let folder = self.root.join(generation);
            let (parts, settings) = (self.parts.clone(), self.settings.clone());
            Arc::new(Index::new(folder, schema, parts, settings, self.resources.clone()))
        };
        indexes.entry(generation.to_owned()).or_insert_with(make).clone()
    }

    /// Closes an index and removes its folder. To be called after the catalogue has forgotten it.
    pub fn remove(&self, generation: &str) -> Result<(), EngineError> {
        let index = self.shared.indexes().remove(generation);
        if let Some(index) = index {
            index.abandon();
        }
        self.parts.files.remove_dir_all(&self.root.join(generation))?;
        self.parts.files.sync_dir(&self.root)?;
        Ok(())
    }

    /// Every folder there is; those the catalogue does not know are orphans of a crash and to be removed.
    pub fn generations(&self) -> Result<Vec<String>, EngineError> {
        Ok(self.parts.files.list(&self.root)?)
    }

    /// How the answers of filters that are kept between searches do.
    pub fn filter_cache(&self) -> CacheFigures {
        self.resources.filters.figures()
    }

    /// Closes all indexes, each with a last checkpoint as far as [`SHUTDOWN_TIME_MAX`] allows.
    pub fn shutdown(&self) {
        *self.shared.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.stop.notify_all();
        if let Some(housekeeper) = self.housekeeper.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(housekeeper.join());
        }
        let indexes: Vec<Arc<Index>> = self.shared.indexes().drain().map(|(_, index)| index).collect();
        for index in &indexes {
            index.stop();
        }
        let until = self.parts.clock.monotonic() + SHUTDOWN_TIME_MAX;
        for index in indexes {
            index.close(until.saturating_sub(self.parts.clock.monotonic()));
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shutdown();
    }
}

fn keep_house(shared: &Shared, open: &OpenIndexes) {
    let rounds = HOUSEKEEPING.as_millis() / CROWD_CONTROL.as_millis();
    for round in 1u128.. {
        let stopped = shared.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = shared.stop.wait_timeout(stopped, CROWD_CONTROL);
        if *waited.unwrap_or_else(PoisonError::into_inner).0 {
            return;
        }
        let surplus = open.surplus();
        if surplus > 0 {
            close_least_used(shared, surplus);
        }
        if round % rounds == 0 {
            let indexes: Vec<Arc<Index>> = shared.indexes().values().cloned().collect();
            for index in indexes {
                index.housekeeping();
            }
        }
    }
}

fn close_least_used(shared: &Shared, count: usize) {
    let mut open: Vec<(u64, Arc<Index>)> = shared
        .indexes()
        .values()
        .filter_map(|index| Some((index.open_and_used_at()?, index.clone())))
        .collect();
    open.sort_by_key(|(used_at, _)| *used_at);
    open.truncate(count);
    for (_, index) in &open {
        index.stop();
    }
    for (_, index) in open {
        index.close(CLOSE_TIME_MAX);
    }
}
