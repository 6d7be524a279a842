//! The file layer beneath the derived index.
//!
//! What must survive a power loss goes through [`Files`], so that a test can run the same code over
//! [`PowerlossFiles`], pull the plug anywhere, and look at what a machine would find afterwards. The rules are those
//! of POSIX and no better:
//!
//! - the bytes of a file are durable after [`Files::sync`] of the file;
//! - its *name* (creation, renaming, removal) is durable after [`Files::sync_dir`] of the folder that holds it;
//! - a rename is atomic: afterwards the name holds the old file or the new one, never nothing.

mod disk;
mod powerloss;
mod whole;

use std::fmt::Debug;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use disk::DiskFiles;
pub use powerloss::{Call, PowerlossFiles};
pub use whole::{Readers, write_whole};

/// Files and folders, with durability spelled out.
pub trait Files: Send + Sync + Debug {
    /// Makes the folder and those above it that are missing. Durable after a sync of each parent:
    /// [`create_dir_synced`] does both for one folder.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;

    /// Names of the files and folders in `dir`, sorted.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// All bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes the file, or empties it if it exists. Writes are not buffered: wrap it where they are small. Nothing is
    /// durable until [`sync`](Files::sync) and [`sync_dir`](Files::sync_dir).
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>>;

    /// Makes the bytes of a file durable. After an error nothing is known about them, and trying again proves
    /// nothing: the file must be written anew.
    fn sync(&self, file: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Gives the file another name; a file of that name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder and everything in it; not atomic.
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;

    /// Whether there is a file or folder of that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Length of a file in bytes.
    fn len(&self, path: &Path) -> io::Result<u64>;

    /// A real path that may be memory-mapped; `None` where there is none, as in memory.
    fn mappable(&self, path: &Path) -> Option<PathBuf>;
}

/// Replaces the file as a whole, durably: temporary file beside it, sync, rename, sync of the folder. Whatever
/// happens, `path` holds its old bytes or the new ones. Not to be called for the same path by two threads at once.
pub fn publish(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} names no file", path.display())));
    };
    let temporary = parent.join(format!("{}.tmp", name.to_string_lossy()));
    let written = write_synced(files, &temporary, bytes).and_then(|()| files.rename(&temporary, path));
    if let Err(error) = written {
        // Only tidiness: a leftover is overwritten by the next attempt. The first error is the one to report.
        let _ = files.remove(&temporary);
        return Err(error);
    }
    files.sync_dir(parent)
}

fn write_synced(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = files.create(path)?;
    file.write_all(bytes)?;
    file.flush()?;
    drop(file);
    files.sync(path)
}

/// Makes a folder (its parent must exist) and syncs the parent, so that the folder survives a power loss.
pub fn create_dir_synced(files: &dyn Files, path: &Path) -> io::Result<()> {
    files.create_dir_all(path)?;
    match path.parent() {
        Some(parent) => files.sync_dir(parent),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
