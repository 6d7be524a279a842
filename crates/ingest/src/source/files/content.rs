//! The bytes of a file. It is opened part by part of its path, none of which may be a symbolic link, and what was read counts only if the
//! file did not change meanwhile.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rustix::fs::{Mode, OFlags, open, openat};

use crate::source::{BoxFuture, Chunks, Content, SourceError};
use crate::task::blocking;

/// Bytes of a chunk.
const CHUNK_BYTES: usize = 1024 * 1024;

/// A file's bytes, not yet read.
pub(super) struct FileContent {
    pub(super) root: Arc<PathBuf>,
    pub(super) name: String,
    pub(super) size: u64,
}

impl Content for FileContent {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        Box::pin(async move {
            let (root, name) = (Arc::clone(&self.root), self.name.clone());
            let opened = blocking(move || opened(&root, &name)).await?;
            let (file, version) = opened.map_err(|error| {
                if error.kind() == io::ErrorKind::NotFound {
                    return SourceError::Missing(format!("The file '{}' is gone.", self.name));
                }
                SourceError::Broken(format!("The file '{}' cannot be read: {error}.", self.name))
            })?;
            Ok(Box::new(Reading { file: Some(file), version }) as Box<dyn Chunks>)
        })
    }
}

/// What changes when a file does: time in nanoseconds, and size.
type Version = (i64, i64, u64);

fn opened(root: &Path, name: &str) -> io::Result<(File, Version)> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut folder = open(root, flags | OFlags::DIRECTORY, Mode::empty())?;
    let (folders, last) = name.rsplit_once('/').map_or(("", name), |(folders, last)| (folders, last));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder = openat(&folder, part, flags | OFlags::DIRECTORY, Mode::empty())?;
    }
    // A pipe that took the file's place would otherwise wait for a writer for ever.
    let file = File::from(openat(&folder, last, flags | OFlags::NONBLOCK, Mode::empty())?);
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file any more"));
    }
    let version = version(&file)?;
    Ok((file, version))
}

fn version(file: &File) -> io::Result<Version> {
    let metadata = file.metadata()?;
    Ok((metadata.mtime(), metadata.mtime_nsec(), metadata.len()))
}

struct Reading {
    /// `None` at the end.
    file: Option<File>,
    version: Version,
}

impl Chunks for Reading {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        Box::pin(async move {
            let Some(file) = self.file.take() else { return Ok(None) };
            let before = self.version;
            let read =
                blocking(move || chunk(&file).and_then(|bytes| Ok((bytes, version(&file)? == before, file))))
                    .await?;
            let (bytes, unchanged, file) = read.map_err(|error| SourceError::Broken(error.to_string()))?;
            if !unchanged {
                return Err(SourceError::Changed("The file was changed while it was read.".into()));
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            self.file = Some(file);
            Ok(Some(bytes))
        })
    }
}

fn chunk(file: &File) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    file.take(CHUNK_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
