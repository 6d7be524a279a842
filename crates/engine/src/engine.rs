//! All indexes of a data directory: one folder each, named by a generation id and not by the index.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lazuli_catalog::Schema;
use lazuli_platform::files::create_dir_synced;

use crate::EngineError;
use crate::directory::MemoryUsage;
use crate::index::Index;
use crate::settings::{Parts, Settings};

/// Indexes are looked after this often.
const HOUSEKEEPING: Duration = Duration::from_secs(1);

/// Checkpoints at shutdown may take so long together; the service promises to stop within five seconds.
const SHUTDOWN_TIME_MAX: Duration = Duration::from_millis(3500);

/// See the module.
pub struct Engine {
    root: PathBuf,
    parts: Parts,
    settings: Arc<Settings>,
    memory: Arc<MemoryUsage>,
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
        let shared = Arc::<Shared>::default();
        let of_thread = shared.clone();
        let housekeeper = std::thread::Builder::new()
            .name("housekeeping".to_owned())
            .spawn(move || keep_house(&of_thread))
            .map_err(EngineError::from)?;
        Ok(Self {
            root,
            parts,
            settings: Arc::new(settings),
            memory: Arc::default(),
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
            let (parts, settings, memory) = (self.parts.clone(), self.settings.clone(), self.memory.clone());
            Arc::new(Index::new(folder, schema, parts, settings, memory))
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

fn keep_house(shared: &Shared) {
    loop {
        let stopped = shared.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let (stopped, _) =
            shared.stop.wait_timeout(stopped, HOUSEKEEPING).unwrap_or_else(PoisonError::into_inner);
        if *stopped {
            return;
        }
        drop(stopped);
        let indexes: Vec<Arc<Index>> = shared.indexes().values().cloned().collect();
        for index in indexes {
            index.housekeeping();
        }
    }
}
