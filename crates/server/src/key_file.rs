//! `keys.json` in the data directory: the keys that nobody gave, and the edits of `lazuli keys`.
//!
//! ```json
//! {
//!   "adminKeys": ["…52 letters and digits…", "…"],
//!   "queryKeys": [{ "name": null, "key": "…" }, { "name": "website", "key": "…" }]
//! }
//! ```
//!
//! The first admin key is the primary one, the second the secondary, as the service calls them (`api.md` §1.3). A query key may
//! also be a bare string. Edits replace the file as a whole and wait for each other, so they are safe while the service
//! runs; it takes them up within a second ([`crate::keyring`]).

use std::io;
use std::path::{Path, PathBuf};

use lazuli_platform::files::{Readers, write_whole};
use lazuli_platform::random::Random;
use serde::{Deserialize, Serialize};

use crate::settings::{ADMIN_KEYS_MAX, QUERY_KEYS_MAX, is_header_text};

/// Letters and digits in a generated key, as the service's (`api.md` §1.3).
const KEY_LENGTH: usize = 52;

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyFile {
    /// The primary one and the secondary one.
    pub admin_keys: Vec<String>,
    /// At most 50.
    pub query_keys: Vec<QueryKey>,
}

/// A query key and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "QueryKeyForm", deny_unknown_fields)]
pub struct QueryKey {
    /// The one that is generated first has none.
    pub name: Option<String>,
    /// The key itself.
    pub key: String,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum QueryKeyForm {
    Bare(String),
    Named { name: Option<String>, key: String },
}

impl From<QueryKeyForm> for QueryKey {
    fn from(form: QueryKeyForm) -> QueryKey {
        match form {
            QueryKeyForm::Bare(key) => QueryKey { name: None, key },
            QueryKeyForm::Named { name, key } => QueryKey { name, key },
        }
    }
}

/// One of the two admin keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminKey {
    /// The first.
    Primary,
    /// The second.
    Secondary,
}

/// Why the file cannot be read or changed; each a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written, or is no such file.
    #[error("The key file {} cannot be used: {source}.", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system or the parser said.
        source: io::Error,
    },
    /// What was asked for is not possible.
    #[error("{0}")]
    Refused(String),
}

impl KeyFile {
    /// Reads the file; `None` if there is none.
    pub fn load(path: &Path) -> Result<Option<KeyFile>, KeyFileError> {
        let failed = |source| KeyFileError::File { path: path.to_owned(), source };
        let text = match fs_err::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let invalid = |what| failed(io::Error::new(io::ErrorKind::InvalidData, what));
        // serde's own words quote what they found, which may be a key.
        let file: KeyFile = serde_json::from_slice(&text).map_err(|error| {
            invalid(format!("it is no such file (line {}, column {})", error.line(), error.column()))
        })?;
        file.check().map_err(invalid)?;
        Ok(Some(file))
    }

    /// Reads the file, or writes a new one that only its owner can read.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<KeyFile, KeyFileError> {
        match KeyFile::load(path)? {
            Some(file) => Ok(file),
            None => edit(path, random, |_| Ok(())).map(|(file, ())| file),
        }
    }

    fn generate(random: &dyn Random) -> KeyFile {
        let key = || random.alphanumeric(KEY_LENGTH);
        KeyFile { admin_keys: vec![key(), key()], query_keys: vec![QueryKey { name: None, key: key() }] }
    }

    /// Adds a query key; its name must be new, so that it can be removed by it.
    pub fn add_query(&mut self, name: &str, random: &dyn Random) -> Result<String, KeyFileError> {
        if self.query_keys.len() >= QUERY_KEYS_MAX {
            return refused(format!("There are {QUERY_KEYS_MAX} query keys already, which is the most."));
        }
        if name.chars().any(char::is_control) {
            return refused(
                "The name of a query key cannot have line ends or other control characters.".to_owned(),
            );
        }
        if name.is_empty() || self.query_keys.iter().any(|query| query.name.as_deref() == Some(name)) {
            return refused(format!("'{name}' cannot be the name of a new query key: it is empty or taken."));
        }
        let key = random.alphanumeric(KEY_LENGTH);
        self.query_keys.push(QueryKey { name: Some(name.to_owned()), key: key.clone() });
        Ok(key)
    }

    /// Removes the query key of this name, or this key.
    pub fn remove_query(&mut self, name_or_key: &str) -> Result<(), KeyFileError> {
        let before = self.query_keys.len();
        self.query_keys
            .retain(|query| query.name.as_deref() != Some(name_or_key) && query.key != name_or_key);
        if self.query_keys.len() == before {
            return refused(
                "There is no query key with this name, and none that reads like this.".to_owned(),
            );
        }
        Ok(())
    }

    /// Replaces an admin key and returns the new one.
    pub fn regenerate(&mut self, which: AdminKey, random: &dyn Random) -> String {
        let key = random.alphanumeric(KEY_LENGTH);
        let at = match which {
            AdminKey::Primary => 0,
            AdminKey::Secondary => 1,
        };
        match self.admin_keys.get_mut(at) {
            Some(old) => old.clone_from(&key),
            // A file that was written by hand may have one only.
            None => self.admin_keys.push(key.clone()),
        }
        key
    }

    /// Says what is wrong and never a key.
    fn check(&self) -> Result<(), String> {
        let (admin, query) = (self.admin_keys.len(), self.query_keys.len());
        if admin == 0 || admin > ADMIN_KEYS_MAX {
            return Err(format!("it has {admin} admin keys; there can be one or two"));
        }
        if query > QUERY_KEYS_MAX {
            return Err(format!("it has {query} query keys; there can be {QUERY_KEYS_MAX} at most"));
        }
        let mut keys = self.admin_keys.iter().chain(self.query_keys.iter().map(|query| &query.key));
        if keys.all(|key| is_header_text(key)) {
            Ok(())
        } else {
            Err("one of its keys is empty or has characters that no header can carry".to_owned())
        }
    }
}

fn refused<T>(message: String) -> Result<T, KeyFileError> {
    Err(KeyFileError::Refused(message))
}

/// Changes the file, making it first if there is none. Edits wait for each other; a reader sees the file before or after.
pub fn edit<T>(
    path: &Path,
    random: &dyn Random,
    change: impl FnOnce(&mut KeyFile) -> Result<T, KeyFileError>,
) -> Result<(KeyFile, T), KeyFileError> {
    let failed = |source| KeyFileError::File { path: path.to_owned(), source };
    // The folder is locked and not the file, which is replaced. The system lets go when this is dropped.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs_err::File::open(folder).map_err(failed)?;
    folder.lock().map_err(failed)?;
    let before = KeyFile::load(path)?;
    let mut file = before.clone().unwrap_or_else(|| KeyFile::generate(random));
    let outcome = change(&mut file)?;
    if before.as_ref() != Some(&file) {
        let text = serde_json::to_vec_pretty(&file).map_err(|error| failed(error.into()))?;
        write_whole(path, &[text, b"\n".to_vec()].concat(), Readers::Owner).map_err(failed)?;
    }
    Ok((file, outcome))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use lazuli_platform::random::SeededRandom;

    use super::*;

    fn path(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("keys.json")
    }

    #[test]
    fn generated_keys_are_kept_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(&folder);
        let first = KeyFile::load_or_create(&path, &SeededRandom::new(1)).unwrap();
        let second = KeyFile::load_or_create(&path, &SeededRandom::new(2)).unwrap();
        assert_eq!(first, second);
        assert_eq!((first.admin_keys.len(), first.query_keys.len()), (2, 1));
        assert!(first.admin_keys.iter().all(|key| key.len() == KEY_LENGTH));
        let mode = fs_err::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn edits_change_what_they_name_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (path, random) = (path(&folder), SeededRandom::new(3));
        let before = KeyFile::load_or_create(&path, &random).unwrap();
        let (_, added) = edit(&path, &random, |file| file.add_query("website", &random)).unwrap();
        let (after, renewed) =
            edit(&path, &random, |file| Ok(file.regenerate(AdminKey::Secondary, &random))).unwrap();
        assert_eq!(after.admin_keys, [before.admin_keys[0].clone(), renewed]);
        let website = QueryKey { name: Some("website".to_owned()), key: added.clone() };
        assert_eq!(after.query_keys, [before.query_keys[0].clone(), website]);
        assert!(edit(&path, &random, |file| file.add_query("website", &random)).is_err());
        assert!(edit(&path, &random, |file| file.add_query("a\nadmin  primary  k", &random)).is_err());
        assert!(edit(&path, &random, |file| file.remove_query("nobody")).is_err());
        edit(&path, &random, |file| file.remove_query("website")).unwrap();
        let (last, ()) = edit(&path, &random, |file| file.remove_query(&before.query_keys[0].key)).unwrap();
        assert_eq!(last.query_keys, []);
        assert_eq!(KeyFile::load(&path).unwrap(), Some(last));
    }

    #[test]
    fn the_service_has_fifty_query_keys_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let (path, random) = (path(&folder), SeededRandom::new(4));
        for number in 1..QUERY_KEYS_MAX {
            edit(&path, &random, |file| file.add_query(&number.to_string(), &random)).unwrap();
        }
        let error = edit(&path, &random, |file| file.add_query("one more", &random)).unwrap_err();
        assert!(error.to_string().contains("50 query keys already"), "{error}");
    }

    #[test]
    fn files_of_before_and_by_hand_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(&folder);
        fs_err::write(&path, r#"{"adminKeys":["a"],"queryKeys":["q",{"name":"n","key":"r"},{"key":"s"}]}"#)
            .unwrap();
        let file = KeyFile::load(&path).unwrap().unwrap();
        let read: Vec<_> =
            file.query_keys.iter().map(|query| (query.name.as_deref(), query.key.as_str())).collect();
        assert_eq!(read, [(None, "q"), (Some("n"), "r"), (None, "s")]);
        for (text, part) in [
            ("{", "it is no such file (line 1, column 1)"),
            (r#"{"adminKeys":"secret","queryKeys":[]}"#, "it is no such file (line 1, column 21)"),
            (r#"{"secret":1,"adminKeys":["a"],"queryKeys":[]}"#, "it is no such file (line 1, column 9)"),
            (r#"{"adminKeys":["a"],"queryKeys":[{"secret":1}]}"#, "it is no such file (line 1, column"),
            (r#"{"adminKeys":[],"queryKeys":[]}"#, "0 admin keys"),
            (r#"{"adminKeys":["a","b","c"],"queryKeys":[]}"#, "3 admin keys"),
            (r#"{"adminKeys":["secret with blank"],"queryKeys":[]}"#, "no header can carry"),
        ] {
            fs_err::write(&path, text).unwrap();
            let message = KeyFile::load(&path).unwrap_err().to_string();
            assert!(message.contains(part) && !message.contains("secret"), "{message}");
        }
    }
}
