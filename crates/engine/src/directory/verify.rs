//! Comparing the checkpoint on disk with its checksums.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::open::read_manifest;
use super::stored::DiskFile;
use super::{CheckpointDirectory, DirectoryError};

/// Bytes read at once, between two looks at whether to go on.
const CHUNK_BYTES: usize = 1024 * 1024;

/// How far a verification came. All it looked at was sound.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Verification {
    /// Files compared.
    pub(crate) files: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Whether that was every file; if not, the limit was reached or it was cancelled.
    pub(crate) complete: bool,
}

impl CheckpointDirectory {
    /// Reads the files of the published checkpoint, small ones first, and compares length and CRC-32 with the
    /// manifest. Stops before the file that would take it beyond `bytes_max`, and when `cancelled` says so (asked
    /// once per MiB). Checkpoints may go on meanwhile: a file they unlink is passed over.
    ///
    /// The files are read, not mapped, so that a bad sector is an error and not a signal.
    ///
    /// # Errors
    /// [`DirectoryError::Corrupt`] names the first damaged file; [`DirectoryError::Io`] one that cannot be read.
    pub(crate) fn verify(
        &self,
        bytes_max: Option<u64>,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Verification, DirectoryError> {
        read_manifest(self.inner.files.as_ref(), &self.inner.root)?;
        let mut files: Vec<_> = {
            let state = self.state();
            state.published.files.iter().map(|(name, file)| (name.clone(), Arc::clone(file))).collect()
        };
        files.sort_by_key(|(_, file)| file.record.length);
        let mut verified = Verification::default();
        for (name, file) in &files {
            let bytes = verified.bytes.saturating_add(file.record.length);
            if bytes_max.is_some_and(|max| bytes > max) || !self.verify_file(name, file, cancelled)? {
                return Ok(verified);
            }
            verified.files += 1;
            verified.bytes = bytes;
        }
        verified.complete = true;
        Ok(verified)
    }

    /// Whether the file is sound; `false` if it was cancelled first.
    fn verify_file(
        &self,
        name: &PathBuf,
        file: &DiskFile,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, DirectoryError> {
        let corrupt = |what: String| Err(DirectoryError::Corrupt { path: file.path.clone(), what });
        let (length, crc32) = match self.checksum(&file.path, cancelled) {
            Ok(Some(checksum)) => checksum,
            Ok(None) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let published = self.state().published.files.contains_key(name);
                return if published { corrupt("it is missing".to_owned()) } else { Ok(true) };
            }
            Err(source) => return Err(DirectoryError::Io { path: file.path.clone(), source }),
        };
        if length != file.record.length {
            return corrupt(format!("it is {length} bytes long instead of {}", file.record.length));
        }
        if crc32 != file.record.crc32 {
            return corrupt("its checksum does not match".to_owned());
        }
        Ok(true)
    }

    /// Length and CRC-32 of a file; `None` if it was cancelled first.
    fn checksum(&self, path: &Path, cancelled: &dyn Fn() -> bool) -> io::Result<Option<(u64, u32)>> {
        let mut reader: Box<dyn Read> = match self.inner.files.mappable(path) {
            Some(path) => Box::new(fs_err::File::open(path)?),
            None => Box::new(io::Cursor::new(self.inner.files.read(path)?)),
        };
        let mut chunk = vec![0; CHUNK_BYTES];
        let (mut length, mut checksum) = (0, crc32fast::Hasher::new());
        while !cancelled() {
            let read = reader.read(&mut chunk)?;
            if read == 0 {
                return Ok(Some((length, checksum.finalize())));
            }
            checksum.update(&chunk[..read]);
            length += read as u64;
        }
        Ok(None)
    }
}
