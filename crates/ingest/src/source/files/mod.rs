//! `files`: the files of a folder on the server, an extension of ours. They have the fields of blobs.
//!
//! Only what lies below a folder that the settings allow is read, and no symbolic link is followed, neither while listing nor
//! while reading: whoever may write into the folder decides about its content, not about the rest of the disk.
//! Changes are found as for blobs, by enumeration ([`Tracking`]); what counts is the later one of the times of the content and
//! of the entry, so that an old file that is moved into the folder is new. Files in a *folder* that is moved are as old as they
//! were: they are found where deletions by absence are, because nobody knows them.

mod content;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::connection::Files;

use self::content::FileContent;
use self::walk::{Found, Walk};
use super::blob::tracking::Tracking;
use super::stored::{Names, Stored, escaped};
use super::{
    BoxFuture, Change, Changes, Content, Item, ItemError, Note, Opening, READING_LINK, Source, SourceError,
};
use crate::run::Absence;
use crate::task::blocking;

/// Files looked at in one go, changed or not, before it is asked whether to go on.
const LOOKS: usize = 1_000;

/// By how much the times of files may lag behind the clock: the kernel takes them from one that ticks, every 10 ms at the least.
const TICK: Duration = Duration::from_millis(20);

/// The files of a folder, by name.
pub(super) struct FilesSource {
    /// Without symbolic links, as it was when it was opened.
    root: Arc<PathBuf>,
    names: Names,
    /// What errors of reading are called.
    reading: String,
    absence: Option<Arc<Absence>>,
    tracking: Tracking,
    look_back: Duration,
    /// `None` while it is at work elsewhere, or at the end.
    walk: Option<Walk>,
    finished: bool,
    only: Option<HashSet<String>>,
}

/// Opens the folder.
pub(super) async fn open(opening: Opening<'_>, files: &Files) -> Result<FilesSource, SourceError> {
    let container = &opening.source.container;
    let inner = [container.name.as_str(), container.query.as_deref().unwrap_or_default()];
    let asked = inner.iter().try_fold(files.folder.clone(), |folder, part| below(&folder, part))?;
    let allowed = opening.outside.settings().folders.clone();
    let root = blocking(move || checked(&asked, &allowed)).await??;
    let tracking = Tracking::resume(opening.since, opening.now);
    let tracking = tracking.watched(opening.absence, &root.to_string_lossy(), opening.now).await?;
    let after = tracking.name_high_water_mark.clone().filter(|_| opening.only.is_none());
    Ok(FilesSource {
        walk: Some(Walk::new(root.clone(), after)),
        root: Arc::new(root),
        names: Names::new(opening.parameters),
        reading: format!("DocumentExtraction.files.{}", opening.source.name),
        absence: opening.absence.map(Arc::clone),
        look_back: opening.outside.settings().look_back.max(TICK),
        tracking,
        finished: false,
        only: opening.only.map(|ids| ids.iter().cloned().collect()),
    })
}

/// A folder in a folder, `.` and nothing being the folder itself.
fn below(folder: &Path, part: &str) -> Result<PathBuf, SourceError> {
    let part = Path::new(part.trim_matches('/'));
    let mut inner = folder.to_owned();
    for component in part.components() {
        match component {
            Component::Normal(name) => inner.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(SourceError::Broken(
                    "The container and the query must name folders without '..'.".into(),
                ));
            }
        }
    }
    Ok(inner)
}

/// The folder that is meant, if it is there and lies below one that is allowed, whatever links lead to it.
fn checked(asked: &Path, allowed: &[PathBuf]) -> Result<PathBuf, SourceError> {
    let refused = || {
        let folder = asked.display();
        SourceError::Credentials(format!(
            "The folder '{folder}' is not below one that the settings of this service allow."
        ))
    };
    // A folder outside is refused before anything tells whether it is there.
    if !allowed.iter().any(|allowed| asked.starts_with(allowed)) {
        return Err(refused());
    }
    let root = fs_err::canonicalize(asked).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return SourceError::Missing(format!("There is no folder '{}'.", asked.display()));
        }
        SourceError::Broken(error.to_string())
    })?;
    let within =
        |allowed: &PathBuf| fs_err::canonicalize(allowed).is_ok_and(|allowed| root.starts_with(allowed));
    if !allowed.iter().any(within) {
        return Err(refused());
    }
    Ok(root)
}

/// Whether this is the address, or one in the folder of it.
fn is_below(address: &str, of: &str) -> bool {
    address.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the address or that of a folder above it is among these.
fn is_below_any(address: &str, of: &HashSet<String>) -> bool {
    let folders = address.match_indices('/').filter_map(|(at, _)| address.get(..at));
    folders.chain([address]).any(|above| of.contains(above))
}

impl Source for FilesSource {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            while let Some(mut walk) = self.walk.take() {
                let looks = LOOKS.min(most.max(1));
                let (found, walk) = blocking(move || (walk.some(looks), walk)).await?;
                // A folder that cannot be read must not look like one that is empty, now or when asked again.
                let found = found.map_err(|error| {
                    self.finished = true;
                    SourceError::Broken(error.to_string())
                })?;
                if found.is_empty() {
                    break;
                }
                self.walk = Some(walk);
                let known = self.known(&found).await?;
                if let Some(changes) = self.take(found, &known) {
                    return Ok(Some(changes));
                }
            }
            if std::mem::replace(&mut self.finished, true) || self.only.is_some() {
                return Ok(None);
            }
            let mark = Some(self.tracking.finished(self.look_back));
            Ok(Some(Changes { changes: Vec::new(), mark, warnings: Vec::new() }))
        })
    }
}

impl FilesSource {
    /// Addresses of files that are not new and have been seen before.
    async fn known(&self, found: &[Found]) -> Result<HashSet<String>, SourceError> {
        let Some(absence) = self.absence.as_ref().filter(|_| self.only.is_none()) else {
            return Ok(HashSet::new());
        };
        let old = found.iter().filter_map(|found| match found {
            Found::File(file)
                if self.names.admit(&file.name) && !self.tracking.is_new(Some(file.changed)) =>
            {
                Some(self.address(&file.name))
            }
            Found::File(_) | Found::Unnamable(_) | Found::Closed(..) => None,
        });
        absence.known(old.collect()).await
    }

    fn take(&mut self, found: Vec<Found>, known: &HashSet<String>) -> Option<Changes> {
        let (mut changes, mut warnings, mut last) = (Vec::new(), Vec::new(), None);
        for found in found {
            match found {
                Found::File(file) => {
                    changes.extend(self.change(&file, known));
                    last = Some(file.name);
                }
                Found::Closed(path, why) => changes.extend(self.hidden(&path, &why)),
                Found::Unnamable(path) => warnings.push(Note {
                    id: None,
                    message: "Could not read document".into(),
                    details: Some(format!("The name of '{}' is not Unicode.", path.display())),
                    name: None,
                    link: None,
                }),
            }
        }
        if changes.is_empty() && warnings.is_empty() {
            return None;
        }
        let mark = last.filter(|_| self.only.is_none()).map(|name| self.tracking.reached(&name, None));
        Some(Changes { changes, mark, warnings })
    }

    fn address(&self, name: &str) -> String {
        format!("file://{}", escaped(&format!("{}/{name}", self.root.display())))
    }

    /// What lies behind this cannot be seen. It is looked at again in the next run: nothing inside tells that it was opened.
    fn hidden(&self, path: &Path, why: &str) -> Option<Change> {
        let id = self.address(&path.to_string_lossy());
        if let Some(only) = &self.only
            && !is_below_any(&id, only)
            && !only.iter().any(|asked| is_below(asked, &id))
        {
            return None;
        }
        Some(Change::Hidden(ItemError {
            id,
            status: 503,
            message: "Could not read document".into(),
            details: Some(format!("'{}' cannot be read: {why}.", self.root.join(path).display())),
            name: self.reading.clone(),
            link: Some(READING_LINK.into()),
        }))
    }

    fn change(&self, file: &walk::File, known: &HashSet<String>) -> Option<Change> {
        if !self.names.admit(&file.name) {
            return None;
        }
        let stored = Stored {
            path: self.address(&file.name),
            name: file.name.clone(),
            last_modified: Some(file.modified),
            size: file.size,
            ..Stored::default()
        };
        if known.contains(&stored.path) {
            return Some(Change::Unchanged(stored.path));
        }
        let wanted = match &self.only {
            Some(only) => is_below_any(&stored.path, only),
            None => self.absence.is_some() || self.tracking.is_new(Some(file.changed)),
        };
        if !wanted {
            return None;
        }
        let content = FileContent { root: Arc::clone(&self.root), name: file.name.clone(), size: file.size };
        Some(Change::Changed(Item {
            id: stored.path.clone(),
            fields: stored.fields(),
            content: Some(Box::new(content) as Box<dyn Content>),
        }))
    }
}
