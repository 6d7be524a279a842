//! A folder of the server, an extension of ours: `Folder=/srv/documents`.
//!
//! The container's name is a folder below it, `.` for the whole. Which folders a server lets be read is a setting of its own,
//! which the run asks.

use std::path::{Component, Path, PathBuf};

use super::ConnectionProblem;
use super::pairs::Pairs;

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// An absolute path without `..`.
    pub folder: PathBuf,
}

impl Files {
    /// Reads a connection string.
    pub fn parse(text: &str) -> Result<Files, ConnectionProblem> {
        let name = "Folder";
        let mut pairs = Pairs::quoted(text)?;
        let folder = PathBuf::from(pairs.required(&[name])?);
        pairs.finish(&[], "'Folder'")?;
        if !folder.is_absolute() || goes_up(&folder) {
            return Err(ConnectionProblem::Wrong {
                name,
                allowed: "It must be an absolute path without '..'.",
            });
        }
        Ok(Files { folder })
    }
}

/// Whether a path has a part that leads out of the folders before it.
pub(in crate::data_sources) fn goes_up(path: &Path) -> bool {
    path.components().any(|part| matches!(part, Component::ParentDir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_absolute() {
        assert_eq!(Files::parse("Folder=/srv/my docs;"), Ok(Files { folder: "/srv/my docs".into() }));
        assert_eq!(Files::parse("folder='/srv/a;b'"), Ok(Files { folder: "/srv/a;b".into() }));
        for text in ["", "Folder=", "Folder=docs", "Folder=/srv/../etc", "/srv", "Folder=/srv;Depth=1"] {
            assert!(Files::parse(text).is_err(), "{text}");
        }
    }
}
