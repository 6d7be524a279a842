//! The folder of a tantivy index: in RAM first, on disk by checkpoints.
//!
//! tantivy has one kind of commit, and its garbage collection removes files as soon as the newest commit does not
//! need them. Ours has two: a *refresh* makes writes visible and costs no disk; a *checkpoint* makes them durable
//! and may lag, because the store holds the truth and replays what comes after it. So tantivy commits into RAM
//! (files above a size go to disk at once, unsynced), and a checkpoint is a method of the directory:
//!
//! ```text
//! tantivy ── open_write, atomic_write ──▶ visible: RAM │ disk, unsynced │ disk, published
//!                                            │ checkpoint(): write, sync, rename the manifest
//!                                            ▼
//!                                         published: files the disk's checkpoint.json names, pinned
//! ```
//!
//! Three rules keep the last checkpoint whole at every instant:
//! - a name on disk is written once; the only file ever replaced is the manifest, by rename;
//! - a published file is *pinned*: deleting hides it, and it is unlinked after the next manifest is durable;
//! - after a failed sync nothing is known about the disk, so the directory is *poisoned*: it never touches the disk
//!   again, and the index is opened anew from the last checkpoint.
//!
//! In reading order: [`open`], [`stored`], [`write`], [`checkpoint`], [`verify`]; then the small ones.

mod open;
mod stored;
mod write;

mod checkpoint;
mod verify;

mod locks;
mod manifest;
mod memory;
mod meta;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lazuli_platform::files::Files;
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};
use tantivy::index::SegmentId;

pub(crate) use memory::MemoryUsage;

use locks::Locks;
use memory::Account;
use stored::{Published, Stored};
use write::FileWriter;

/// tantivy's name for the description of its newest commit.
const META_JSON: &str = "meta.json";
/// tantivy's name for its list of files that garbage collection looks at.
const MANAGED_JSON: &str = ".managed.json";

/// A tantivy directory whose commits are in RAM and whose checkpoints are on disk. Clones are the same directory.
#[derive(Clone)]
pub(crate) struct CheckpointDirectory {
    inner: Arc<Inner>,
}

/// Bounds of one directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DirectoryLimits {
    /// A file that grows beyond this many bytes is moved to disk, unsynced, while it is being written.
    pub(crate) ram_file_bytes_max: usize,
}

/// What can go wrong with the folder. The kinds differ in what the caller can do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// The file system refused; nothing has changed and another attempt may succeed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder in question.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The checkpoint on disk is not what was written: the index must be rebuilt from the store.
    #[error("{} is damaged: {what}", path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The directory has stopped touching the disk: the index must be opened again, from its last checkpoint.
    #[error("this directory no longer writes to disk: {cause}")]
    Poisoned {
        /// The failed sync or rename, or that the directory was retired.
        cause: String,
    },
    /// No space left. Nothing is lost and the last checkpoint stands; try again when there is space.
    #[error("no space is left on the disk of {}", path.display())]
    Full {
        /// The file that did not fit.
        path: PathBuf,
    },
}

struct Inner {
    files: Arc<dyn Files>,
    root: PathBuf,
    limits: DirectoryLimits,
    account: Account,
    locks: Arc<Locks>,
    state: Mutex<State>,
    /// Held for the whole of a checkpoint; `state` only for moments. Taken before `state`.
    checkpointing: Mutex<()>,
}

/// What the directory knows about its files.
#[derive(Default)]
struct State {
    /// The files tantivy sees, each written to its end.
    visible: HashMap<PathBuf, Stored>,
    /// Names of files being written.
    writing: HashSet<PathBuf>,
    /// `meta.json` and `.managed.json`, which tantivy replaces as a whole.
    small: HashMap<PathBuf, Arc<[u8]>>,
    /// How often `meta.json` was replaced.
    commits: u64,
    /// The checkpoint on disk.
    published: Published,
    /// Names on disk that a running checkpoint is writing, publishing or unlinking: hands off.
    reserved: HashSet<PathBuf>,
    /// Why the disk is not touched any more, if so.
    poisoned: Option<String>,
}

impl State {
    /// Whether the file of that name on disk has to stay although tantivy deleted it.
    fn is_pinned(&self, path: &Path) -> bool {
        self.published.files.contains_key(path) || self.reserved.contains(path) || self.poisoned.is_some()
    }

    fn is_taken(&self, path: &Path) -> bool {
        self.visible.contains_key(path)
            || self.writing.contains(path)
            || self.published.files.contains_key(path)
            || self.reserved.contains(path)
    }
}

impl CheckpointDirectory {
    /// Bytes of this directory that are in RAM only: files no checkpoint has on disk, and files being written.
    pub(crate) fn ram_bytes(&self) -> u64 {
        self.inner.account.own_bytes()
    }

    /// The segments of which a file is in RAM only. Lists of deleted documents do not count: they are small, and read anew
    /// with every commit.
    pub(crate) fn segments_in_ram(&self) -> HashSet<SegmentId> {
        let state = self.state();
        let in_ram = state.visible.iter().filter(|(_, stored)| matches!(stored, Stored::Ram { .. }));
        in_ram.filter_map(|(path, _)| meta::segment_of(path.to_str()?)).collect()
    }

    /// Bytes of the files on disk, those included that only the last checkpoint still needs.
    pub(crate) fn disk_bytes(&self) -> u64 {
        let state = self.state();
        let published = state.published.files.values().map(|file| file.record.length);
        let spilled = state.visible.iter().filter(|(path, _)| !state.published.files.contains_key(*path));
        published.sum::<u64>() + spilled.map(|(_, stored)| stored.disk_bytes()).sum::<u64>()
    }

    /// Stops touching the disk, for good: for opening the folder again while threads of the old index (merges, above
    /// all) may still hold this directory. Waits for a running checkpoint.
    pub(crate) fn retire(&self) {
        let _no_checkpoint_runs = lock(&self.inner.checkpointing);
        self.poison("it was retired".to_owned());
    }

    fn poison(&self, cause: String) {
        self.state().poisoned.get_or_insert(cause);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }

    fn full_path(&self, path: &Path) -> PathBuf {
        self.inner.root.join(path)
    }

    /// Removes a file that nothing names any more. If that fails it is removed at the next opening.
    fn unlink(&self, path: &Path) {
        let path = self.full_path(path);
        if let Err(error) = self.inner.files.remove(&path) {
            tracing::warn!(path = %path.display(), %error, "a file of no more use could not be removed");
        }
    }
}

impl Directory for CheckpointDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = match self.state().visible.get(path) {
            Some(Stored::Ram { bytes, .. }) => return Ok(Arc::new(bytes.clone())),
            Some(Stored::Disk(file)) => Arc::clone(file),
            None => return Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        };
        match file.bytes(self.inner.files.as_ref()) {
            Ok(bytes) => Ok(Arc::new(bytes)),
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let mut state = self.state();
        let Some(stored) = state.visible.remove(path) else {
            return match state.small.remove(path) {
                Some(_) => Ok(()),
                None => Err(DeleteError::FileDoesNotExist(path.to_owned())),
            };
        };
        let unlink = matches!(stored, Stored::Disk(_)) && !state.is_pinned(path);
        drop(state);
        if unlink {
            self.unlink(path);
        }
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let state = self.state();
        Ok(state.visible.contains_key(path) || state.small.contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let mut state = self.state();
        if state.is_taken(path) {
            return Err(OpenWriteError::FileAlreadyExists(path.to_owned()));
        }
        state.writing.insert(path.to_owned());
        Ok(io::BufWriter::new(Box::new(FileWriter::new(self.clone(), path.to_owned()))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match self.state().small.get(path) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.small.insert(path.to_owned(), data.into());
        if path == Path::new(META_JSON) {
            state.commits += 1;
        }
        Ok(())
    }

    /// Nothing: tantivy syncs per commit, we per checkpoint.
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, wanted: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.locks.acquire(wanted)
    }

    /// Never calls back: readers are reloaded by whoever commits.
    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

impl std::fmt::Debug for CheckpointDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckpointDirectory").field("root", &self.inner.root).finish_non_exhaustive()
    }
}

/// Locks, also after a panic elsewhere: each critical section leaves its data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
