//! Small files that people and programs read while they are replaced: keys, certificates.

use std::io::{self, Write};
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt;
use fs_err::{File, OpenOptions};

/// Who may read a file beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Nobody: secrets.
    Owner,
    /// Everybody.
    All,
}

/// Writes a file beside `path` and renames it, so that a reader sees the old content or the new and never a part. On disk
/// when it returns.
///
/// Unlike [`publish`](super::publish) it says who may read the file, and it always works on the machine's own disk. Not to
/// be called for the same path by two threads or processes at once.
pub fn write_whole(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o644,
    };
    // One left over by a crash would keep its mode.
    match fs_err::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) | Ok(()) => {}
    }
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs_err::rename(&temporary, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        // A bare file name: its folder is the one we stand in.
        Some(_) => File::open(".")?.sync_all(),
        None => Ok(()),
    }
}
