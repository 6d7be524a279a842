//! Files and rows that fail at a chosen call.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lazuli_platform::files::{DiskFiles, Files};
use lazuli_store::{CatalogStore, Definition as Row, StoreError};

use crate::app::definitions::rows::Rows;

/// What goes wrong at the chosen call. Only calls that change something count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It does nothing and says so; the service goes on.
    Fails,
    /// It does its work and says that it failed; the service goes on.
    LosesAnswer,
    /// The power goes off before it, or in the middle of it where it has one.
    PowerOff,
    /// The power goes off after it.
    PowerOffAfter,
}

impl Fault {
    pub(super) const ALL: [Fault; 4] =
        [Fault::Fails, Fault::LosesAnswer, Fault::PowerOff, Fault::PowerOffAfter];

    /// Whether the service is still there to be asked.
    pub(super) fn goes_on(self) -> bool {
        matches!(self, Fault::Fails | Fault::LosesAnswer)
    }
}

/// Decides which call fails. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Fuse(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Calls until the fault, and the fault.
    armed: Option<(usize, Fault)>,
    burnt: bool,
    power_is_off: bool,
}

impl Fuse {
    /// Lets the call after `calls` others go wrong.
    pub(super) fn arm(&self, calls: usize, fault: Fault) {
        self.0.lock().unwrap().armed = Some((calls, fault));
    }

    /// Takes the fuse out; tells whether anything went wrong.
    pub(super) fn disarm(&self) -> bool {
        let mut state = self.0.lock().unwrap();
        state.armed = None;
        state.burnt
    }

    fn next(&self) -> Result<Option<Fault>, io::Error> {
        let mut state = self.0.lock().unwrap();
        if state.power_is_off {
            return Err(failure());
        }
        match state.armed {
            Some((0, fault)) => {
                state.armed = None;
                state.burnt = true;
                state.power_is_off = !fault.goes_on();
                Ok(Some(fault))
            }
            Some((calls, fault)) => {
                state.armed = Some((calls - 1, fault));
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Makes a call that changes something; `half` is what has happened of it when the power goes off.
    fn call<T, E: From<io::Error>>(
        &self,
        half: impl FnOnce(),
        whole: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        match self.next()? {
            None => whole(),
            Some(Fault::Fails) => Err(failure().into()),
            Some(Fault::PowerOff) => {
                half();
                Err(failure().into())
            }
            Some(Fault::LosesAnswer | Fault::PowerOffAfter) => {
                whole()?;
                Err(failure().into())
            }
        }
    }
}

fn failure() -> io::Error {
    io::Error::other("a fault of the test")
}

/// The catalogue, as long as the fuse holds.
pub(super) struct FaultyRows {
    catalog: Arc<CatalogStore>,
    fuse: Fuse,
}

impl FaultyRows {
    pub(super) fn new(catalog: CatalogStore, fuse: Fuse) -> FaultyRows {
        FaultyRows { catalog: Arc::new(catalog), fuse }
    }
}

impl Rows for FaultyRows {
    fn list(&self, kind: &str) -> Result<Vec<Row>, StoreError> {
        Rows::list(&self.catalog, kind)
    }

    fn put(&self, row: &Row) -> Result<(), StoreError> {
        self.fuse.call(|| (), || Rows::put(&self.catalog, row))
    }

    fn delete(&self, kind: &str, name: &str) -> Result<(), StoreError> {
        self.fuse.call(|| (), || Rows::delete(&self.catalog, kind, name))
    }
}

/// The disk, as long as the fuse holds.
#[derive(Debug)]
pub(super) struct FaultyFiles {
    fuse: Fuse,
}

impl FaultyFiles {
    pub(super) fn new(fuse: Fuse) -> FaultyFiles {
        FaultyFiles { fuse }
    }
}

impl Files for FaultyFiles {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.fuse.call(|| (), || DiskFiles.create_dir_all(path))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        DiskFiles.list(dir)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        DiskFiles.read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        self.fuse.call(|| (), || DiskFiles.create(path))
    }

    fn sync(&self, file: &Path) -> io::Result<()> {
        self.fuse.call(|| (), || DiskFiles.sync(file))
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.fuse.call(|| (), || DiskFiles.sync_dir(dir))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fuse.call(|| (), || DiskFiles.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.fuse.call(|| (), || DiskFiles.remove(path))
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        // Not atomic: some of the files are gone when the power goes off.
        let half = || {
            let names = DiskFiles.list(path).unwrap();
            let some = names.iter().find(|name| path.join(name).is_file()).unwrap();
            DiskFiles.remove(&path.join(some)).unwrap();
        };
        self.fuse.call(half, || DiskFiles.remove_dir_all(path))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        DiskFiles.exists(path)
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        DiskFiles.len(path)
    }

    fn mappable(&self, path: &Path) -> Option<PathBuf> {
        DiskFiles.mappable(path)
    }
}
