//! The keys of a service: given by the operator, or generated once and kept in `keys.json` (design.md §2).
//!
//! ```json
//! {"adminKeys":["…52 letters and digits…","…"],"queryKeys":["…"]}
//! ```
//!
//! In memory there are only SHA-256 digests, compared without an early end, so neither a dump of [`Keys`] nor the time an
//! answer takes tells a key.

use std::fmt;
use std::path::Path;

use lazuli_platform::files::{Readers, write_whole};
use lazuli_platform::random::Random;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use serde::{Deserialize, Serialize};

/// The fixed admin key of `--dev`.
pub const DEV_ADMIN_KEY: &str = "lazuli-dev-admin-key";
/// The fixed query key of `--dev`.
pub const DEV_QUERY_KEY: &str = "lazuli-dev-query-key";

/// Letters and digits in a generated key, as the service's (`api.md` §1.3).
const KEY_LENGTH: usize = 52;

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Everything.
    Admin,
    /// Reading documents.
    Query,
}

/// The keys that open a service, as digests.
pub(crate) struct Keys {
    digests: Vec<([u8; SHA256_OUTPUT_LEN], KeyKind)>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("count", &self.digests.len()).finish_non_exhaustive()
    }
}

impl Keys {
    /// Takes the keys in clear.
    pub(crate) fn new(admin: Vec<String>, query: Vec<String>) -> Keys {
        let admin = admin.into_iter().map(|key| (hash(key.as_bytes()), KeyKind::Admin));
        let query = query.into_iter().map(|key| (hash(key.as_bytes()), KeyKind::Query));
        Keys { digests: admin.chain(query).collect() }
    }

    /// What the given key opens, if anything. A key that is both admin and query key counts as admin key.
    pub(crate) fn kind(&self, given: &[u8]) -> Option<KeyKind> {
        let given = hash(given);
        let mut found = None;
        for (digest, kind) in &self.digests {
            let difference = digest.iter().zip(&given).fold(0, |sum, (a, b)| sum | (a ^ b));
            if difference == 0 {
                found = found.or(Some(*kind));
            }
        }
        found
    }
}

fn hash(key: &[u8]) -> [u8; SHA256_OUTPUT_LEN] {
    let mut out = [0; SHA256_OUTPUT_LEN];
    out.copy_from_slice(digest(&SHA256, key).as_ref());
    out
}

/// The generated keys as they lie in `keys.json`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyFile {
    /// Two, as the service has.
    pub(crate) admin_keys: Vec<String>,
    /// One to begin with; an operator may add more.
    pub(crate) query_keys: Vec<String>,
}

impl KeyFile {
    /// Reads `keys.json`, or writes a new one that only its owner can read.
    pub(crate) fn load_or_create(path: &Path, random: &dyn Random) -> std::io::Result<KeyFile> {
        match fs_err::read(path) {
            Ok(text) => Ok(serde_json::from_slice(&text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let keys = KeyFile {
                    admin_keys: vec![random.alphanumeric(KEY_LENGTH), random.alphanumeric(KEY_LENGTH)],
                    query_keys: vec![random.alphanumeric(KEY_LENGTH)],
                };
                let text = serde_json::to_vec_pretty(&keys)?;
                write_whole(path, &[text, b"\n".to_vec()].concat(), Readers::Owner)?;
                Ok(keys)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use lazuli_platform::random::SeededRandom;

    use super::*;

    #[test]
    fn generated_keys_are_kept_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let first = KeyFile::load_or_create(&path, &SeededRandom::new(1)).unwrap();
        let second = KeyFile::load_or_create(&path, &SeededRandom::new(2)).unwrap();
        assert_eq!(first.admin_keys, second.admin_keys);
        assert_eq!((first.admin_keys.len(), first.query_keys.len()), (2, 1));
        assert!(first.admin_keys.iter().all(|key| key.len() == KEY_LENGTH));
        let mode = fs_err::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_is_known_by_its_digest_only() {
        let keys = Keys::new(vec!["secret-a".into(), "both".into()], vec!["secret-q".into(), "both".into()]);
        assert_eq!(keys.kind(b"secret-a"), Some(KeyKind::Admin));
        assert_eq!(keys.kind(b"secret-q"), Some(KeyKind::Query));
        assert_eq!(keys.kind(b"both"), Some(KeyKind::Admin));
        assert_eq!(keys.kind(b""), None);
        assert!(!format!("{keys:?}").contains("secret"));
    }
}
