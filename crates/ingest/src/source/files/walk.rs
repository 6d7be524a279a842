//! The files below a folder, one folder after the other, each in the order of names. The order is by the parts of a path, so that it
//! is the same however far a walk got, and a walk can begin after any name.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, openat, statat};
use rustix::io::Errno;

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
    /// The folders on the way to where it is, from the outermost in.
    open: Option<Vec<Folder>>,
}

/// A folder that is open. What is in it is looked at from here, and not by its path: that might lead elsewhere by now.
struct Folder {
    handle: OwnedFd,
    /// Below the root.
    path: PathBuf,
    /// What is left of it, the last name first.
    names: Vec<OsString>,
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
            None => vec![self.root().map_err(|error| about(&self.root, error))?],
        };
        while found.len() < most {
            let Some(folder) = open.last_mut() else { break };
            let Some(name) = folder.names.pop() else {
                open.pop();
                continue;
            };
            let path = folder.path.join(&name);
            match self.look(folder, &name, &path) {
                Ok(Seen::Folder(_)) if open.len() >= DEPTH_MAX => {
                    let why = format!("folders are nested deeper than {DEPTH_MAX}");
                    found.push(Found::Closed(path, why));
                }
                Ok(Seen::Folder(inner)) => open.push(inner),
                Ok(Seen::File(stat)) => found.push(file(path, &stat)),
                Ok(Seen::Other) => {}
                // It is gone, or has become something else: that is for the next run.
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
                Err(error) => found.push(closed(&self.root, path, error)?),
            }
        }
        self.open = Some(open);
        Ok(found)
    }

    fn look(&self, folder: &Folder, name: &OsStr, path: &Path) -> Result<Seen, Errno> {
        let stat = statat(&folder.handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let handle = openat(&folder.handle, name, FOLDER, Mode::empty())?;
                Seen::Folder(self.folder(handle, path.to_owned())?)
            }
            FileType::RegularFile => Seen::File(Box::new(stat)),
            FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown => Seen::Other,
        })
    }

    fn root(&self) -> Result<Folder, Errno> {
        let handle = rustix::fs::open(&self.root, FOLDER, Mode::empty())?;
        self.folder(handle, PathBuf::new())
    }

    /// What is in a folder and not done with.
    fn folder(&self, handle: OwnedFd, path: PathBuf) -> Result<Folder, Errno> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&handle)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." && !self.is_done(&path.join(name)) {
                names.push(name.to_owned());
            }
        }
        names.sort_by(|one, other| other.cmp(one));
        Ok(Folder { handle, path, names })
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

/// How folders are opened: never by a link.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

enum Seen {
    Folder(Folder),
    File(Box<Stat>),
    Other,
}

/// What may fail for itself, while the disk is fine.
fn closed(root: &Path, path: PathBuf, error: Errno) -> io::Result<Found> {
    match error {
        Errno::ACCESS | Errno::PERM | Errno::NAMETOOLONG => Ok(Found::Closed(path, error.to_string())),
        error => Err(about(&root.join(path), error)),
    }
}

fn about(path: &Path, error: Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(error.kind(), format!("'{}' cannot be read: {error}", path.display()))
}

fn file(path: PathBuf, stat: &Stat) -> Found {
    let Some(name) = path.to_str() else { return Found::Unnamable(path) };
    let modified = instant(stat.st_mtime, stat.st_mtime_nsec);
    let changed = modified.max(instant(stat.st_ctime, stat.st_ctime_nsec));
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    Found::File(File { name: name.to_owned(), size, modified, changed })
}

/// Systems have different types for these.
fn instant(seconds: impl TryInto<i64>, nanoseconds: impl TryInto<i32>) -> Timestamp {
    let seconds = seconds.try_into().unwrap_or(0);
    Timestamp::new(seconds, nanoseconds.try_into().unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH)
}
