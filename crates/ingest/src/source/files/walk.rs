//! The files below a folder, one folder after the other, each in the order of names. The order is by the parts of a path, so that it
//! is the same however far a walk got, and a walk can begin after any name.

use std::cmp::Ordering;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// Folders in folders. Without links there can be no loop; this bounds what is open at a time.
const DEPTH_MAX: usize = 256;

/// A file, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// Below the folder, with `/` between its parts.
    pub(super) name: String,
    pub(super) size: u64,
    /// When its content was written.
    pub(super) modified: Timestamp,
    /// When its content was written or it came to this place, whichever is later.
    pub(super) changed: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    File(File),
    /// Its name is no Unicode, so that no field could hold it.
    Unnamable(PathBuf),
    /// A folder that cannot be listed, or something that cannot be looked at; and why.
    Closed(PathBuf, String),
}

/// A walk that can be interrupted.
pub(super) struct Walk {
    root: PathBuf,
    /// Names up to this one are done with.
    after: Option<String>,
    /// What is left of each folder that is open, from the outermost in; each the last name first.
    open: Option<Vec<Vec<PathBuf>>>,
}

impl Walk {
    pub(super) fn new(root: PathBuf, after: Option<String>) -> Self {
        Self { root, after, open: None }
    }

    /// The next files, at most `most`; none at the end. A folder that went away while walking is empty. Pipes, sockets, devices and
    /// links are passed by. An error is one of the whole: the root cannot be read, or the disk fails.
    pub(super) fn some(&mut self, most: usize) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut open = match self.open.take() {
            Some(open) => open,
            None => vec![self.entries(Path::new(""))?],
        };
        while found.len() < most {
            let Some(folder) = open.last_mut() else { break };
            let Some(path) = folder.pop() else {
                open.pop();
                continue;
            };
            let metadata = match fs_err::symlink_metadata(self.root.join(&path)) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    found.push(closed(path, error)?);
                    continue;
                }
            };
            if metadata.is_dir() {
                if open.len() >= DEPTH_MAX {
                    let why = format!("folders are nested deeper than {DEPTH_MAX}");
                    found.push(Found::Closed(path, why));
                    continue;
                }
                match self.entries(&path) {
                    Ok(entries) => open.push(entries),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => found.push(closed(path, error)?),
                }
            } else if metadata.is_file() {
                found.push(file(path, &metadata));
            }
        }
        self.open = Some(open);
        Ok(found)
    }

    /// What is in a folder and not done with, the last name first.
    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut entries = Vec::new();
        for entry in fs_err::read_dir(self.root.join(folder))? {
            let path = folder.join(entry?.file_name());
            if !self.is_done(&path) {
                entries.push(path);
            }
        }
        entries.sort_by(|one, other| other.cmp(one));
        Ok(entries)
    }

    /// A folder on the way to the last name is not done with.
    fn is_done(&self, path: &Path) -> bool {
        let Some(after) = self.after.as_deref().map(Path::new) else { return false };
        match path.cmp(after) {
            Ordering::Less => !after.starts_with(path),
            Ordering::Equal => true,
            Ordering::Greater => false,
        }
    }
}

/// What may fail for itself, while the disk is fine.
fn closed(path: PathBuf, error: io::Error) -> io::Result<Found> {
    let is_its_own = matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidFilename);
    if is_its_own { Ok(Found::Closed(path, error.to_string())) } else { Err(error) }
}

fn file(path: PathBuf, metadata: &std::fs::Metadata) -> Found {
    let Some(name) = path.to_str() else { return Found::Unnamable(path) };
    let instant = |seconds: i64, nanoseconds: i64| {
        let nanoseconds = i32::try_from(nanoseconds).unwrap_or(0);
        Timestamp::new(seconds, nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let modified = instant(metadata.mtime(), metadata.mtime_nsec());
    let entered = instant(metadata.ctime(), metadata.ctime_nsec());
    let changed = modified.max(entered);
    Found::File(File { name: name.to_owned(), size: metadata.len(), modified, changed })
}
