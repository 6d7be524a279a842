//! One process per data directory: an exclusive lock on the file `lock` in it.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

/// Held as long as this process works on the directory. The system releases it when the process ends, however it
/// ends, so a crash leaves nothing to clean up.
#[derive(Debug)]
pub struct DirectoryLock {
    _file: fs::File,
}

/// Why a directory could not be locked. The text is a sentence for the person who started the program.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process works on the directory.
    #[error("the data directory {} is in use by another process{}", directory.display(), with_pid(*pid))]
    Held {
        /// The directory asked for.
        directory: PathBuf,
        /// What the other process wrote into the lock file, if it could be read.
        pid: Option<u32>,
    },
    /// The lock file could not be made, locked or written.
    #[error("the data directory {} could not be locked: {source}", directory.display())]
    Io {
        /// The directory asked for.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl DirectoryLock {
    /// Locks `dir/lock`, making the file if need be, and writes this process's number into it.
    pub fn acquire(dir: &Path) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { directory: dir.to_path_buf(), source };
        let path = dir.join("lock");
        // Not truncated on opening: until the lock is ours the text in it belongs to another process.
        let mut options = fs::OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(LockError::Held { directory: dir.to_path_buf(), pid });
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn with_pid(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = DirectoryLock::acquire(dir.path()).unwrap();
        let refusal = DirectoryLock::acquire(dir.path()).unwrap_err().to_string();
        let pid = std::process::id();
        let expected = format!(
            "the data directory {} is in use by another process (process {pid})",
            dir.path().display()
        );
        assert_eq!(refusal, expected);
        drop(first);
        DirectoryLock::acquire(dir.path()).unwrap();
    }

    #[test]
    fn a_missing_directory_is_an_error_with_its_path() {
        let error = DirectoryLock::acquire(Path::new("/nonexistent/lazuli")).unwrap_err();
        assert!(error.to_string().contains("/nonexistent/lazuli"), "{error}");
    }
}
