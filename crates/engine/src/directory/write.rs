//! A file while tantivy writes it: in RAM, and on disk from the moment it is too large for that.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::{AntiCallToken, OwnedBytes, TerminatingWrite};

use super::CheckpointDirectory;
use super::manifest::FileRecord;
use super::memory::Charge;
use super::stored::{DiskFile, Stored};

/// Bytes gathered before a write to a file on disk.
const BUFFER_BYTES: usize = 256 * 1024;

/// Writes one file. It becomes visible when it is terminated; dropped before that, it leaves nothing behind.
pub(super) struct FileWriter {
    directory: CheckpointDirectory,
    path: PathBuf,
    target: Target,
    charge: Charge,
}

enum Target {
    Ram(Vec<u8>),
    Disk(Spilled),
    Terminated,
}

/// A file that is being written to disk, with what its record in a manifest will need.
struct Spilled {
    /// The mutex is never locked: it makes the writer `Sync`, as tantivy asks.
    file: Mutex<BufWriter<Box<dyn Write + Send>>>,
    length: u64,
    checksum: crc32fast::Hasher,
}

impl FileWriter {
    pub(super) fn new(directory: CheckpointDirectory, path: PathBuf) -> Self {
        let charge = directory.inner.account.open();
        Self { directory, path, target: Target::Ram(Vec::new()), charge }
    }

    /// Moves to disk what is in RAM.
    fn spill(&self, bytes: &[u8]) -> io::Result<Spilled> {
        if let Some(cause) = &self.directory.state().poisoned {
            return Err(io::Error::other(format!("no file is written to disk any more: {cause}")));
        }
        let file = self.directory.inner.files.create(&self.directory.full_path(&self.path))?;
        let file = Mutex::new(BufWriter::with_capacity(BUFFER_BYTES, file));
        let mut spilled = Spilled { file, length: 0, checksum: crc32fast::Hasher::new() };
        match spilled.write_all(bytes) {
            Ok(()) => Ok(spilled),
            Err(error) => {
                self.directory.unlink(&self.path);
                Err(error)
            }
        }
    }
}

impl Write for FileWriter {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Ram(bytes)
                if bytes.len() + data.len() <= self.directory.inner.limits.ram_file_bytes_max =>
            {
                bytes.extend_from_slice(data);
                self.charge.add(data.len());
            }
            Target::Ram(bytes) => {
                let bytes = std::mem::take(bytes);
                let mut spilled = self.spill(&bytes)?;
                self.charge.clear();
                let written = spilled.write_all(data);
                self.target = Target::Disk(spilled);
                written?;
            }
            Target::Disk(spilled) => spilled.write_all(data)?,
            Target::Terminated => return Err(io::Error::other("the file is terminated")),
        }
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Disk(spilled) => spilled.flush(),
            Target::Ram(_) | Target::Terminated => Ok(()),
        }
    }
}

impl TerminatingWrite for FileWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.flush()?;
        let stored = match std::mem::replace(&mut self.target, Target::Terminated) {
            Target::Ram(mut bytes) => {
                bytes.shrink_to_fit();
                let charge = std::mem::replace(&mut self.charge, self.directory.inner.account.open());
                Stored::Ram { bytes: OwnedBytes::new(bytes), _charge: charge }
            }
            Target::Disk(spilled) => {
                let name = self.path.to_string_lossy().into_owned();
                let record = FileRecord { name, length: spilled.length, crc32: spilled.checksum.finalize() };
                Stored::Disk(Arc::new(DiskFile::new(&self.directory.inner.root, record)))
            }
            Target::Terminated => return Ok(()),
        };
        let mut state = self.directory.state();
        state.writing.remove(&self.path);
        state.visible.insert(self.path.clone(), stored);
        Ok(())
    }
}

impl Drop for FileWriter {
    fn drop(&mut self) {
        match self.target {
            Target::Terminated => return,
            Target::Ram(_) => {}
            Target::Disk(_) => self.directory.unlink(&self.path),
        }
        self.directory.state().writing.remove(&self.path);
    }
}

impl Write for Spilled {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write(data)?;
        self.checksum.update(&data[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).flush()
    }
}
