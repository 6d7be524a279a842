//! A file system in memory that remembers what was synced, to pull the plug on.
//!
//! ```
//! use std::path::Path;
//! use lazuli_platform::files::{Files, PowerlossFiles, publish};
//!
//! let files = PowerlossFiles::new();
//! publish(&files, Path::new("meta"), b"old")?;
//! files.create(Path::new("meta"))?.write_all(b"new")?; // in place and not synced: a mistake
//! for seed in 0..100 {
//!     let found = files.crash(seed).read(Path::new("meta"))?; // "old", "new", "", "ne", "n\0\0", …
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Besides power loss it can fail a chosen call ([`PowerlossFiles::fail_next`]), run out of space
//! ([`PowerlossFiles::limit_space`]), lose power at a chosen moment ([`PowerlossFiles::power_off_after`]) and damage
//! a file ([`PowerlossFiles::damage`]).

mod crash;
mod tree;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Files;
use tree::{NodeId, Tree};

/// The file system; clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct PowerlossFiles {
    state: Arc<Mutex<State>>,
}

/// The calls that can be counted and made to fail. `Read` stands for `exists` and `len` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named for the methods of `Files`, and `Write` for that of a created handle")]
pub enum Call {
    CreateDirAll,
    List,
    Read,
    Create,
    Write,
    Sync,
    SyncDir,
    Rename,
    Remove,
    RemoveDirAll,
}

impl Call {
    fn changes_the_disk(self) -> bool {
        !matches!(self, Self::List | Self::Read)
    }
}

#[derive(Debug, Default)]
struct State {
    tree: Tree,
    /// Calls so far, oldest first.
    made: Vec<Call>,
    failing: Vec<(Call, io::ErrorKind)>,
    space_left: Option<u64>,
    /// Changing calls until the power goes off.
    power_left: Option<u64>,
}

impl PowerlossFiles {
    /// An empty file system: one durable root folder. Paths may be absolute or relative, which is the same here.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a machine would find after losing power now. Everything synced is there; of everything else `seed`
    /// decides: none of it, all of it, or any part, where files may also be torn, or have zeros for their newest
    /// bytes. This file system goes on as if nothing had happened, so that many seeds can be tried.
    pub fn crash(&self, seed: u64) -> Self {
        let tree = crash::after_power_loss(&self.state().tree, seed);
        Self { state: Arc::new(Mutex::new(State { tree, ..State::default() })) }
    }

    /// The next call of this kind fails without effect; said twice, the next two do.
    ///
    /// A failed [`Files::sync`] behaves as on Linux: the bytes written so far never reach the disk, although a later
    /// sync of the file reports success.
    pub fn fail_next(&self, call: Call, error: io::ErrorKind) {
        self.state().failing.push((call, error));
    }

    /// Room for this many more bytes; writes beyond it are cut short and then fail with
    /// [`io::ErrorKind::StorageFull`]. `None` lifts the limit.
    pub fn limit_space(&self, bytes: Option<u64>) {
        self.state().space_left = bytes;
    }

    /// After this many more calls that change the disk, every call fails: what remains is to [`crash`](Self::crash)
    /// it. Trying each number in turn visits every moment at which power can be lost.
    pub fn power_off_after(&self, calls: u64) {
        self.state().power_left = Some(calls);
    }

    /// How often a call was made so far, failed ones included.
    pub fn calls(&self, call: Call) -> usize {
        self.state().made.iter().filter(|made| **made == call).count()
    }

    /// All calls so far that change the disk, in order: to check that a sync comes before what depends on it.
    pub fn changes(&self) -> Vec<Call> {
        self.state().made.iter().copied().filter(|made| made.changes_the_disk()).collect()
    }

    /// Every file, sorted by path.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.state().tree.paths()
    }

    /// Changes the bytes of a file on the medium behind everyone's back.
    pub fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.state().tree.damage(path, change)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, call: Call) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        state.begin(call)?;
        Ok(state)
    }
}

impl State {
    fn begin(&mut self, call: Call) -> io::Result<()> {
        self.made.push(call);
        match &mut self.power_left {
            Some(0) => return Err(io::Error::other("the power is off")),
            Some(left) if call.changes_the_disk() => *left -= 1,
            Some(_) | None => {}
        }
        if let Some(position) = self.failing.iter().position(|(failing, _)| *failing == call) {
            let (_, error) = self.failing.remove(position);
            return Err(io::Error::new(error, format!("{call:?} was told to fail")));
        }
        Ok(())
    }

    fn give_back(&mut self, bytes: u64) {
        if let Some(left) = &mut self.space_left {
            *left += bytes;
        }
    }
}

impl Files for PowerlossFiles {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.begin(Call::CreateDirAll)?.tree.create_dir_all(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.begin(Call::List)?.tree.list(dir)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.begin(Call::Read)?.tree.read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let mut state = self.begin(Call::Create)?;
        let (node, freed) = state.tree.create(path)?;
        state.give_back(freed);
        Ok(Box::new(Handle { files: self.clone(), node, position: 0 }))
    }

    fn sync(&self, file: &Path) -> io::Result<()> {
        let mut state = self.state();
        match state.begin(Call::Sync) {
            Ok(()) => state.tree.sync(file),
            Err(error) => {
                // A path that does not exist is reported as the injected failure: the caller sees one error anyway.
                let _ = state.tree.fail_sync(file);
                Err(error)
            }
        }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.begin(Call::SyncDir)?.tree.sync_dir(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.begin(Call::Rename)?;
        let freed = state.tree.rename(from, to)?;
        state.give_back(freed);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin(Call::Remove)?;
        let freed = state.tree.remove(path)?;
        state.give_back(freed);
        Ok(())
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin(Call::RemoveDirAll)?;
        let freed = state.tree.remove_dir_all(path)?;
        state.give_back(freed);
        Ok(())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.begin(Call::Read)?.tree.exists(path)
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        Ok(self.begin(Call::Read)?.tree.read(path)?.len() as u64)
    }

    fn mappable(&self, _path: &Path) -> Option<PathBuf> {
        None
    }
}

/// What `create` returns: writes at its own position, as a file handle does.
#[derive(Debug)]
struct Handle {
    files: PowerlossFiles,
    node: NodeId,
    position: usize,
}

impl Write for Handle {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut state = self.files.begin(Call::Write)?;
        let room = state.space_left.map_or(buf.len(), |left| usize::try_from(left).unwrap_or(usize::MAX));
        let Some(fitting) = buf.get(..buf.len().min(room)) else { return Ok(0) };
        if fitting.is_empty() && !buf.is_empty() {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space is left"));
        }
        if let Some(left) = &mut state.space_left {
            *left -= fitting.len() as u64;
        }
        state.tree.write(self.node, self.position, fitting);
        self.position += fitting.len();
        Ok(fitting.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
