//! Opening a folder: what the manifest names is there, and nothing else is.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lazuli_platform::files::{Files, create_dir_synced};

use super::manifest::{self, Manifest};
use super::memory::{Account, MemoryUsage};
use super::meta::is_segment_file;
use super::stored::{DiskFile, Published, Stored};
use super::{CheckpointDirectory, DirectoryError, DirectoryLimits, Inner, MANAGED_JSON, META_JSON, State};

impl CheckpointDirectory {
    /// Opens the folder at its last checkpoint; a folder without one is an empty index. A missing folder is made;
    /// the one above it must exist.
    ///
    /// Segment files the checkpoint does not name are removed: opstamps are used again after a crash, so tantivy may
    /// write files of the same names. The lengths of the others are checked here, their checksums by
    /// [`verify`](Self::verify). `usage` counts the bytes in RAM of all directories that share it.
    ///
    /// # Errors
    /// [`DirectoryError::Corrupt`] if the manifest is damaged, or a file is missing or has another length; then
    /// nothing is removed.
    pub(crate) fn open(
        files: Arc<dyn Files>,
        root: &Path,
        limits: DirectoryLimits,
        usage: Arc<MemoryUsage>,
    ) -> Result<Self, DirectoryError> {
        let manifest = read_manifest(files.as_ref(), root)?;
        let published = match &manifest {
            Some(manifest) => published(files.as_ref(), root, manifest)?,
            None => Published::default(),
        };
        remove_leftovers(files.as_ref(), root, &published)?;
        Ok(Self {
            inner: Arc::new(Inner {
                files,
                root: root.to_owned(),
                limits,
                account: Account::new(usage),
                locks: Arc::default(),
                state: Mutex::new(state(manifest, published)),
                checkpointing: Mutex::default(),
            }),
        })
    }
}

/// The manifest in the folder, checked; `None` if there is none.
pub(super) fn read_manifest(files: &dyn Files, root: &Path) -> Result<Option<Manifest>, DirectoryError> {
    let path = root.join(manifest::FILE_NAME);
    let bytes = match files.read(&path) {
        Ok(bytes) => bytes,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(DirectoryError::Io { path, source }),
    };
    match manifest::parse(&bytes) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(what) => Err(DirectoryError::Corrupt { path, what }),
    }
}

fn published(files: &dyn Files, root: &Path, manifest: &Manifest) -> Result<Published, DirectoryError> {
    let mut published = Published { payload: manifest.meta.payload.clone(), ..Published::default() };
    for record in &manifest.files {
        let file = DiskFile::new(root, record.clone());
        let length = match files.len(&file.path) {
            Ok(length) => length,
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(DirectoryError::Corrupt { path: file.path, what: "it is missing".to_owned() });
            }
            Err(source) => return Err(DirectoryError::Io { path: file.path, source }),
        };
        if length != record.length {
            let what = format!("it is {length} bytes long instead of {}", record.length);
            return Err(DirectoryError::Corrupt { path: file.path, what });
        }
        published.files.insert(PathBuf::from(&record.name), Arc::new(file));
    }
    Ok(published)
}

/// Removes what no checkpoint names. Only names that tantivy or a checkpoint could have given are touched.
fn remove_leftovers(files: &dyn Files, root: &Path, published: &Published) -> Result<(), DirectoryError> {
    let failed = |path: &Path, source| DirectoryError::Io { path: path.to_owned(), source };
    if !files.exists(root).map_err(|source| failed(root, source))? {
        return create_dir_synced(files, root).map_err(|source| failed(root, source));
    }
    for name in files.list(root).map_err(|source| failed(root, source))? {
        let ours = is_segment_file(&name) || name == manifest::TEMPORARY_NAME;
        if ours && !published.files.contains_key(Path::new(&name)) {
            let path = root.join(&name);
            files.remove(&path).map_err(|source| failed(&path, source))?;
        }
    }
    Ok(())
}

/// What tantivy sees at first: the checkpoint, and a list of managed files that says the same.
fn state(manifest: Option<Manifest>, published: Published) -> State {
    let Some(manifest) = manifest else { return State::default() };
    let managed: Vec<&str> =
        manifest.files.iter().map(|file| file.name.as_str()).chain([META_JSON]).collect();
    let managed = serde_json::Value::from(managed).to_string();
    let visible: BTreeMap<_, _> = published.files.clone();
    State {
        visible: visible.into_iter().map(|(path, file)| (path, Stored::Disk(file))).collect(),
        small: [(META_JSON, manifest.meta_json), (MANAGED_JSON, managed)]
            .map(|(name, text)| (PathBuf::from(name), text.into_bytes().into()))
            .into(),
        published,
        ..State::default()
    }
}
