//! Publishing the current commit durably, while commits, merges and garbage collection go on.
//!
//! Under the state's lock the plan is drawn up: the text of `meta.json` and the files it names, which exist and
//! cannot change. Everything slow happens without the lock; meanwhile the names of the plan are reserved, so that
//! what tantivy deletes stays on disk. Then, under the lock again, the new checkpoint takes the place of the old.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::OwnedBytes;

use super::manifest::{self, FileRecord};
use super::meta::Meta;
use super::stored::{DiskFile, Published, Stored};
use super::{CheckpointDirectory, DirectoryError, META_JSON, State, lock};

/// What a checkpoint wrote.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Checkpoint {
    /// Files made durable: written from RAM or, where they were on disk already, synced. The manifest is not counted.
    pub(crate) files: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// The payload of the tantivy commit that is now on disk.
    pub(crate) payload: Option<String>,
}

/// What a checkpoint is going to publish.
struct Plan {
    meta_json: String,
    payload: Option<String>,
    commits: u64,
    files: Vec<Planned>,
}

/// A file of the plan, and what has to happen before a manifest may name it.
enum Planned {
    /// Nothing: the last checkpoint has it too.
    Durable(Arc<DiskFile>),
    /// It is on disk and has to be synced.
    Unsynced(Arc<DiskFile>),
    /// It is in RAM and has to be written and synced.
    Ram { name: String, bytes: OwnedBytes },
}

impl Planned {
    fn name(&self) -> &str {
        match self {
            Self::Durable(file) | Self::Unsynced(file) => &file.record.name,
            Self::Ram { name, .. } => name,
        }
    }
}

impl CheckpointDirectory {
    /// Makes the newest commit the one that opening the folder finds. Does nothing if that is so already.
    ///
    /// # Errors
    /// [`DirectoryError::Full`] and [`DirectoryError::Io`] leave the last checkpoint and everything in RAM as they
    /// were. If a sync or the rename fails: [`DirectoryError::Poisoned`], now and ever after, and either the last
    /// checkpoint or this one is on disk, whole.
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint, DirectoryError> {
        let _one_at_a_time = lock(&self.inner.checkpointing);
        let Some(plan) = self.plan()? else {
            return Ok(Checkpoint {
                payload: self.state().published.payload.clone(),
                ..Checkpoint::default()
            });
        };
        let written = self.make_durable(&plan).and_then(|written| {
            self.publish_manifest(&plan, &written)?;
            Ok(written)
        });
        match written {
            Ok(written) => Ok(self.adopt(plan, written)),
            Err(error) => {
                self.abandon(&plan);
                Err(error)
            }
        }
    }

    /// The commit of this moment, its names reserved; `None` if it is published.
    fn plan(&self) -> Result<Option<Plan>, DirectoryError> {
        let mut state = self.state();
        if let Some(cause) = state.poisoned.clone() {
            return Err(DirectoryError::Poisoned { cause });
        }
        let unpublished = state.commits != state.published.commits;
        let Some(meta_json) = state.small.get(Path::new(META_JSON)).filter(|_| unpublished) else {
            return Ok(None);
        };
        let corrupt =
            |what: String| DirectoryError::Corrupt { path: self.full_path(Path::new(META_JSON)), what };
        let meta_json = String::from_utf8(meta_json.to_vec()).map_err(|error| corrupt(error.to_string()))?;
        let meta = Meta::parse(&meta_json).map_err(|error| corrupt(error.to_string()))?;
        let mut files = state.planned_files(&meta);
        files.sort_unstable_by(|a, b| a.name().cmp(b.name()));
        state.reserved = files.iter().map(|file| PathBuf::from(file.name())).collect();
        Ok(Some(Plan { meta_json, payload: meta.payload, commits: state.commits, files }))
    }

    /// Writes and syncs the files of the plan; returns them as they are on disk.
    fn make_durable(&self, plan: &Plan) -> Result<Vec<Arc<DiskFile>>, DirectoryError> {
        let files = plan.files.iter().map(|planned| match planned {
            Planned::Durable(file) => Ok(Arc::clone(file)),
            Planned::Unsynced(file) => {
                self.or_poison(&file.path, self.inner.files.sync(&file.path))?;
                Ok(Arc::clone(file))
            }
            Planned::Ram { name, bytes } => {
                self.write_synced(name, bytes)?;
                let record = FileRecord {
                    name: name.clone(),
                    length: bytes.len() as u64,
                    crc32: crc32fast::hash(bytes),
                };
                Ok(Arc::new(DiskFile::new(&self.inner.root, record)))
            }
        });
        let files = files.collect::<Result<_, _>>()?;
        self.or_poison(&self.inner.root, self.inner.files.sync_dir(&self.inner.root))?;
        Ok(files)
    }

    /// Puts the new manifest in the place of the old.
    fn publish_manifest(&self, plan: &Plan, files: &[Arc<DiskFile>]) -> Result<(), DirectoryError> {
        let root = &self.inner.root;
        let (temporary, path) = (root.join(manifest::TEMPORARY_NAME), root.join(manifest::FILE_NAME));
        let records = files.iter().map(|file| file.record.clone()).collect();
        let text = manifest::render(&plan.meta_json, records).map_err(|error| DirectoryError::Corrupt {
            path: root.join(META_JSON),
            what: error.to_string(),
        })?;
        self.write_synced(manifest::TEMPORARY_NAME, text.as_bytes())?;
        self.or_poison(&path, self.inner.files.rename(&temporary, &path))?;
        self.or_poison(root, self.inner.files.sync_dir(root))
    }

    /// Writes a file that nothing on disk names yet.
    fn write_synced(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let path = self.full_path(Path::new(name));
        let written = self.inner.files.create(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.flush()
        });
        written.map_err(|source| {
            let path = path.clone();
            match matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                true => DirectoryError::Full { path },
                false => DirectoryError::Io { path, source },
            }
        })?;
        self.or_poison(&path, self.inner.files.sync(&path))
    }

    /// Passes on success. A failed sync may have dropped the written pages, and a later one would succeed all the
    /// same; a failed rename leaves open which name is there. So neither is tried again.
    fn or_poison(&self, path: &Path, result: io::Result<()>) -> Result<(), DirectoryError> {
        result.map_err(|error| {
            let cause = format!("{}: {error}", path.display());
            tracing::error!(path = %path.display(), %error, "a checkpoint could not be made durable");
            self.poison(cause.clone());
            DirectoryError::Poisoned { cause }
        })
    }

    /// The checkpoint is durable: files in RAM give way to those on disk, and files only the last checkpoint needed
    /// are removed.
    fn adopt(&self, plan: Plan, files: Vec<Arc<DiskFile>>) -> Checkpoint {
        let mut done = Checkpoint { payload: plan.payload.clone(), ..Checkpoint::default() };
        let mut published =
            Published { commits: plan.commits, payload: plan.payload, ..Published::default() };
        for (planned, file) in plan.files.iter().zip(files) {
            if !matches!(planned, Planned::Durable(_)) {
                done.files += 1;
                done.bytes += file.record.length;
            }
            published.files.insert(PathBuf::from(planned.name()), file);
        }
        let unneeded = self.state().take_over(published);
        unneeded.iter().for_each(|path| self.unlink(path));
        self.state().reserved.clear();
        done
    }

    /// The checkpoint failed: removes what it wrote, unless nothing is known about the disk any more.
    fn abandon(&self, plan: &Plan) {
        let mut unneeded = vec![PathBuf::from(manifest::TEMPORARY_NAME)];
        let state = self.state();
        if state.poisoned.is_some() {
            return;
        }
        for file in &plan.files {
            let path = PathBuf::from(file.name());
            match file {
                Planned::Durable(_) => {}
                Planned::Unsynced(_) if state.visible.contains_key(&path) => {}
                Planned::Unsynced(_) | Planned::Ram { .. } => unneeded.push(path),
            }
        }
        drop(state);
        for path in &unneeded {
            // Most of them may never have been made; what cannot be removed now is removed at the next opening.
            let _ = self.inner.files.remove(&self.full_path(path));
        }
        self.state().reserved.clear();
    }
}

impl State {
    fn planned_files(&self, meta: &Meta) -> Vec<Planned> {
        let mut files = Vec::new();
        for (path, stored) in &self.visible {
            let Some(name) = path.to_str().filter(|name| meta.names(name)) else { continue };
            files.push(match stored {
                Stored::Ram { bytes, .. } => Planned::Ram { name: name.to_owned(), bytes: bytes.clone() },
                Stored::Disk(file) if self.published.files.contains_key(path) => {
                    Planned::Durable(Arc::clone(file))
                }
                Stored::Disk(file) => Planned::Unsynced(Arc::clone(file)),
            });
        }
        files
    }

    /// Replaces the published checkpoint. Returns the names on disk that nobody needs now; they stay reserved.
    fn take_over(&mut self, published: Published) -> Vec<PathBuf> {
        for (path, file) in &published.files {
            if let Some(stored @ Stored::Ram { .. }) = self.visible.get_mut(path) {
                *stored = Stored::Disk(Arc::clone(file));
            }
        }
        let last = std::mem::replace(&mut self.published, published);
        let unneeded = last
            .files
            .into_keys()
            .filter(|path| !self.published.files.contains_key(path) && !self.visible.contains_key(path));
        let unneeded: Vec<_> = unneeded.collect();
        self.reserved = unneeded.iter().cloned().collect();
        unneeded
    }
}
