//! Where the bytes of a file are, and what the checkpoint on disk consists of.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lazuli_platform::files::Files;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use super::manifest::FileRecord;
use super::memory::Charge;

/// A file tantivy sees.
#[derive(Debug)]
pub(super) enum Stored {
    /// In RAM only.
    Ram {
        /// All of it; readers share these bytes and keep them when the file is deleted or moved to disk.
        bytes: OwnedBytes,
        /// Its place in the memory budget.
        _charge: Charge,
    },
    /// On disk: durable if the last checkpoint names it, else written but not synced.
    Disk(Arc<DiskFile>),
}

impl Stored {
    /// Bytes it takes on disk.
    pub(super) fn disk_bytes(&self) -> u64 {
        match self {
            Self::Ram { .. } => 0,
            Self::Disk(file) => file.record.length,
        }
    }
}

/// The checkpoint that opening the folder now would find.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// The value of `State::commits` it stands for.
    pub(super) commits: u64,
    /// The payload of the tantivy commit.
    pub(super) payload: Option<String>,
    /// Its files, all of them pinned.
    pub(super) files: BTreeMap<PathBuf, Arc<DiskFile>>,
}

/// A file on disk, whose bytes never change.
#[derive(Debug)]
pub(super) struct DiskFile {
    pub(super) record: FileRecord,
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its bytes from the first reading on: tantivy opens all files of a segment again at every reload.
    bytes: OnceLock<OwnedBytes>,
}

impl DiskFile {
    pub(super) fn new(root: &Path, record: FileRecord) -> Self {
        Self { path: root.join(&record.name), record, bytes: OnceLock::new() }
    }

    /// Its bytes: mapped into memory where the file system has real paths, else read.
    pub(super) fn bytes(&self, files: &dyn Files) -> io::Result<OwnedBytes> {
        if let Some(bytes) = self.bytes.get() {
            return Ok(bytes.clone());
        }
        let bytes = match files.mappable(&self.path) {
            Some(path) => map(&path)?,
            None => OwnedBytes::new(files.read(&self.path)?),
        };
        if bytes.len() as u64 != self.record.length {
            let what = format!("{} bytes long instead of {}", bytes.len(), self.record.length);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(self.bytes.get_or_init(|| bytes).clone())
    }
}

/// Maps a whole file. tantivy's own directory does it, so that no `unsafe` is needed here.
fn map(path: &Path) -> io::Result<OwnedBytes> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let directory = MmapDirectory::open(folder).map_err(io::Error::other)?;
    let handle = directory.get_file_handle(Path::new(name)).map_err(io::Error::other)?;
    handle.read_bytes(0..handle.len())
}
