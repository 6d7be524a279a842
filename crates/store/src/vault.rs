//! Secrets at rest: what a definition needs to know and nobody may read again (`docs/decisions/0005-secrets.md`).
//!
//! A secret is sealed before it is stored and unsealed when it is used. The key lies in a file of its own; the first key of
//! the file seals, every key of it unseals, so a new key on top rotates. The context of a secret (kind, name and path of the
//! definition it belongs to) is authenticated with it: sealed text opens in its own place only.
//!
//! ```
//! use std::sync::Arc;
//! use lazuli_platform::random::OsRandom;
//! use lazuli_store::vault::{KeySource, Vault};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let vault = Vault::open(KeySource::in_data_dir(folder.path()), Arc::new(OsRandom))?;
//! let sealed = vault.seal("indexes/hotels/vectorizers/v/apiKey", "open sesame")?;
//! assert!(!sealed.contains("sesame"));
//! assert_eq!(vault.unseal("indexes/hotels/vectorizers/v/apiKey", &sealed)?.reveal(), "open sesame");
//! # Ok::<(), lazuli_store::vault::VaultError>(())
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lazuli_platform::files::{Readers, write_whole};
use lazuli_platform::random::Random;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{Context, SHA256};

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Hex digits of a key's id.
const ID_DIGITS: usize = 8;
/// First part of every sealed text.
const VERSION: &str = "v1";
/// What an id is the digest of, beside the key: no other digest of the key may ever be told.
const ID_PURPOSE: &[u8] = b"lazuli secrets key id\0";
/// What is authenticated before the context.
const CONTEXT_PURPOSE: &str = "lazuli secret v1\0";

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file of ours, made when the first secret is sealed.
    Ours(PathBuf),
    /// A file of the operator's, which has to be there and is never written.
    Given(PathBuf),
}

impl KeySource {
    /// `secrets.key` in the data directory.
    pub fn in_data_dir(data_dir: &Path) -> KeySource {
        KeySource::Ours(data_dir.join("secrets.key"))
    }

    fn path(&self) -> &Path {
        match self {
            KeySource::Ours(path) | KeySource::Given(path) => path,
        }
    }
}

/// Why a secret could not be sealed or unsealed; none of these sentences contains a secret or a key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or written.
    #[error("the key file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key file is not what it should be.
    #[error("the key file {} cannot be used: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the number of the line.
        reason: String,
    },
    /// The secret was sealed with a key that the file does not have (any more). Putting the key back helps, or storing the
    /// secret anew.
    #[error("it is sealed with the key {id}, which the key file {} does not have", path.display())]
    UnknownKey {
        /// The key's id.
        id: String,
        /// The file.
        path: PathBuf,
    },
    /// The sealed text was changed, or belongs to another context. Only storing the secret anew helps.
    #[error("it does not open: it was changed or moved from another place")]
    Damaged,
}

/// A secret in clear. It prints as `Secret(…)`: only [`reveal`](Secret::reveal) tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for whoever has to send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Seals and unseals; to be shared by everything in the process.
#[derive(Debug)]
pub struct Vault {
    source: KeySource,
    random: Arc<dyn Random>,
    /// Empty until the first secret is sealed in a new data directory.
    keys: Mutex<Arc<[Key]>>,
}

struct Key {
    id: String,
    key: LessSafeKey,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Vault {
    /// Reads the keys. A file of ours that is not there yet is no error; one of the operator's is.
    pub fn open(source: KeySource, random: Arc<dyn Random>) -> Result<Vault, VaultError> {
        let keys = read(&source)?;
        Ok(Vault { source, random, keys: Mutex::new(keys.into()) })
    }

    /// Where the keys are.
    pub fn path(&self) -> &Path {
        self.source.path()
    }

    /// Reads the keys again, after the file was changed. After an error, and a file that is gone is one, the keys before
    /// stay in force.
    pub fn reload(&self) -> Result<(), VaultError> {
        let mut keys = self.lock();
        let read = self.read_again(&keys)?;
        *keys = read.into();
        Ok(())
    }

    /// Seals a secret for its context, such as `indexes/hotels/vectorizers/v/apiKey`. The answer is ASCII without quotes or
    /// blanks, different every time. Makes the key file if there never was one.
    ///
    /// Reads the file each time: what is sealed with a key that is in memory only is lost at the next start, so a file that
    /// is gone or cannot be used is an error. Blocks.
    pub fn seal(&self, context: &str, plain: &str) -> Result<String, VaultError> {
        let keys = self.keys_to_seal()?;
        let Some(first) = keys.first() else { return Err(no_key(self.path())) };
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce);
        let mut sealed = plain.as_bytes().to_vec();
        first
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound_to(context), &mut sealed)
            // Ring refuses plain text of 64 GB and more, and nothing else.
            .map_err(|_| VaultError::Damaged)?;
        Ok(format!("{VERSION}:{}:{}{}", first.id, hex(&nonce), hex(&sealed)))
    }

    /// Opens what was sealed for the same context.
    pub fn unseal(&self, context: &str, sealed: &str) -> Result<Secret, VaultError> {
        let (id, sealed) = parts(sealed).ok_or(VaultError::Damaged)?;
        let keys = self.lock().clone();
        let key = keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| VaultError::UnknownKey { id: id.to_owned(), path: self.path().to_owned() })?;
        let (nonce, cipher) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Damaged)?;
        let mut cipher = cipher.to_vec();
        let plain =
            key.key.open_in_place(nonce, bound_to(context), &mut cipher).map_err(|_| VaultError::Damaged)?;
        std::str::from_utf8(plain).map(|plain| Secret(plain.to_owned())).map_err(|_| VaultError::Damaged)
    }

    /// The same secret sealed with the first key, if it is sealed with another; `None` if nothing has to change. For the
    /// sweep at start that lets an old key go.
    pub fn reseal(&self, context: &str, sealed: &str) -> Result<Option<String>, VaultError> {
        let id = parts(sealed).ok_or(VaultError::Damaged)?.0;
        if self.lock().first().is_some_and(|first| first.id == id) {
            return Ok(None);
        }
        let secret = self.unseal(context, sealed)?;
        self.seal(context, secret.reveal()).map(Some)
    }

    fn keys_to_seal(&self) -> Result<Arc<[Key]>, VaultError> {
        let mut keys = self.lock();
        let read = self.read_again(&keys)?;
        *keys = if read.is_empty() { make(&self.source, &*self.random)?.into() } else { read.into() };
        Ok(keys.clone())
    }

    /// The keys of the file as it is now. One that is gone is an error if there were keys in it.
    fn read_again(&self, before: &[Key]) -> Result<Vec<Key>, VaultError> {
        let read = read(&self.source)?;
        if read.is_empty() && !before.is_empty() {
            let source = io::Error::new(io::ErrorKind::NotFound, "it is gone");
            return Err(VaultError::File { path: self.path().to_owned(), source });
        }
        Ok(read)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<[Key]>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key's id and the bytes after it.
fn parts(sealed: &str) -> Option<(&str, Vec<u8>)> {
    let (id, digits) = sealed.strip_prefix(VERSION)?.strip_prefix(':')?.split_once(':')?;
    Some((id, unhex(digits)?))
}

fn bound_to(context: &str) -> Aad<Vec<u8>> {
    Aad::from([CONTEXT_PURPOSE, context].concat().into_bytes())
}

fn read(source: &KeySource) -> Result<Vec<Key>, VaultError> {
    let path = source.path();
    let text = match (fs_err::read_to_string(path), source) {
        (Ok(text), _) => text,
        (Err(error), KeySource::Ours(_)) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        (Err(source), _) => return Err(VaultError::File { path: path.to_owned(), source }),
    };
    let keys = parse(&text).map_err(|reason| VaultError::Content { path: path.to_owned(), reason })?;
    if keys.is_empty() { Err(no_key(path)) } else { Ok(keys) }
}

/// One key a line; see the decision record.
fn parse(text: &str) -> Result<Vec<Key>, String> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    keys.map(|(number, line)| {
        let bytes = unhex(line).filter(|bytes| bytes.len() == KEY_BYTES);
        bytes
            .and_then(|bytes| Key::new(&bytes))
            .ok_or_else(|| format!("line {number} is not {} hex digits", 2 * KEY_BYTES))
    })
    .collect()
}

/// A new key in a file of ours.
fn make(source: &KeySource, random: &dyn Random) -> Result<Vec<Key>, VaultError> {
    let KeySource::Ours(path) = source else { return Err(no_key(source.path())) };
    let mut bytes = [0; KEY_BYTES];
    random.fill(&mut bytes);
    let text = format!(
        "# Seals the secrets of definitions. The first key seals, all unseal; a new one goes on top.\n{}\n",
        hex(&bytes)
    );
    write_whole(path, text.as_bytes(), Readers::Owner)
        .map_err(|source| VaultError::File { path: path.clone(), source })?;
    tracing::info!(path = %path.display(), "made a key for the secrets of definitions");
    Ok(Key::new(&bytes).into_iter().collect())
}

fn no_key(path: &Path) -> VaultError {
    VaultError::Content { path: path.to_owned(), reason: "it has no key in it".to_owned() }
}

impl Key {
    /// `None` if the length is not that of a key.
    fn new(bytes: &[u8]) -> Option<Key> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?);
        let mut digest = Context::new(&SHA256);
        digest.update(ID_PURPOSE);
        digest.update(bytes);
        let id = hex(digest.finish().as_ref()).chars().take(ID_DIGITS).collect();
        Some(Key { id, key })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            [] | [_] | [_, _, ..] => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use lazuli_platform::random::SeededRandom;
    use tempfile::TempDir;

    use super::*;

    const CONTEXT: &str = "indexes/hotels/vectorizers/v/apiKey";
    const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";

    fn ours(folder: &TempDir) -> Vault {
        Vault::open(KeySource::in_data_dir(folder.path()), Arc::new(SeededRandom::new(7))).unwrap()
    }

    fn given(folder: &TempDir, text: &str) -> Result<Vault, VaultError> {
        let path = folder.path().join("given");
        fs_err::write(&path, text).unwrap();
        Vault::open(KeySource::Given(path), Arc::new(SeededRandom::new(8)))
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let folder = tempfile::tempdir().unwrap();
        let vault = ours(&folder);
        for plain in ["", "k", "Endpoint=https://é;Key=\"'\\"] {
            let sealed = vault.seal(CONTEXT, plain).unwrap();
            assert_eq!(vault.unseal(CONTEXT, &sealed).unwrap().reveal(), plain);
            assert!(sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b':'), "{sealed}");
            assert!(matches!(vault.unseal("indexes/other", &sealed), Err(VaultError::Damaged)));
        }
        assert_ne!(vault.seal(CONTEXT, "k").unwrap(), vault.seal(CONTEXT, "k").unwrap());
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let vault = ours(&folder);
        let sealed = vault.seal(CONTEXT, "secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(vault.unseal(CONTEXT, &changed).is_err(), "{at}: {changed}");
            assert!(vault.unseal(CONTEXT, &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_key_file_is_made_by_the_first_secret_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let vault = ours(&folder);
        assert!(!vault.path().exists());
        let sealed = vault.seal(CONTEXT, "secret").unwrap();
        assert_eq!(fs_err::metadata(vault.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(ours(&folder).unseal(CONTEXT, &sealed).unwrap().reveal(), "secret");
    }

    #[test]
    fn a_lost_key_is_named_and_can_be_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let vault = ours(&folder);
        let sealed = vault.seal(CONTEXT, "secret").unwrap();
        let kept = fs_err::read(vault.path()).unwrap();
        fs_err::remove_file(vault.path()).unwrap();
        let after = ours(&folder);
        let error = after.unseal(CONTEXT, &sealed).unwrap_err();
        let id = sealed.split(':').nth(1).unwrap();
        assert!(matches!(&error, VaultError::UnknownKey { id: named, .. } if named == id), "{error}");
        fs_err::write(after.path(), kept).unwrap();
        after.reload().unwrap();
        assert_eq!(after.unseal(CONTEXT, &sealed).unwrap().reveal(), "secret");
    }

    #[test]
    fn nothing_is_sealed_with_a_key_that_only_memory_has() {
        let folder = tempfile::tempdir().unwrap();
        let vault = ours(&folder);
        let sealed = vault.seal(CONTEXT, "secret").unwrap();
        let kept = fs_err::read(vault.path()).unwrap();
        fs_err::remove_file(vault.path()).unwrap();
        for error in [vault.seal(CONTEXT, "new").map(drop).unwrap_err(), vault.reload().unwrap_err()] {
            assert!(matches!(error, VaultError::File { .. }), "{error}");
            assert!(error.to_string().ends_with("it is gone"), "{error}");
        }
        assert!(!vault.path().exists(), "a new key is never made in silence");
        assert_eq!(vault.unseal(CONTEXT, &sealed).unwrap().reveal(), "secret");
        // Another key in the file is what seals, even before anybody reloads.
        fs_err::write(vault.path(), format!("{TWO}\n{}", String::from_utf8(kept).unwrap())).unwrap();
        let new = vault.seal(CONTEXT, "new").unwrap();
        assert_eq!(ours(&folder).unseal(CONTEXT, &new).unwrap().reveal(), "new");
        assert_ne!(new.split(':').nth(1), sealed.split(':').nth(1));
    }

    #[test]
    fn a_new_key_on_top_rotates() {
        let folder = tempfile::tempdir().unwrap();
        let vault = given(&folder, &format!("{ONE}\n")).unwrap();
        let old = vault.seal(CONTEXT, "secret").unwrap();
        assert_eq!(vault.reseal(CONTEXT, &old).unwrap(), None);
        fs_err::write(vault.path(), format!("# new\n{TWO}\n\n# old\n{ONE}\n")).unwrap();
        vault.reload().unwrap();
        let new = vault.reseal(CONTEXT, &old).unwrap().unwrap();
        assert_eq!(vault.reseal(CONTEXT, &new).unwrap(), None);
        fs_err::write(vault.path(), TWO).unwrap();
        vault.reload().unwrap();
        assert_eq!(vault.unseal(CONTEXT, &new).unwrap().reveal(), "secret");
        assert!(matches!(vault.unseal(CONTEXT, &old), Err(VaultError::UnknownKey { .. })));
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why_and_leaves_the_keys_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |text: &str| given(&folder, text).unwrap_err().to_string();
        assert!(refused("").contains("no key in it"));
        assert!(refused("# only a remark\n").contains("no key in it"));
        assert!(refused(&format!("{ONE}\nabc\n")).contains("line 2 is not 64 hex digits"));
        assert!(refused(&ONE[2..]).contains("line 1"));
        assert!(!refused(&format!("{ONE}0")).contains("111"), "a key is never repeated");
        let missing = KeySource::Given(folder.path().join("missing"));
        assert!(matches!(Vault::open(missing, Arc::new(SeededRandom::new(9))), Err(VaultError::File { .. })));

        let vault = given(&folder, ONE).unwrap();
        let sealed = vault.seal(CONTEXT, "secret").unwrap();
        fs_err::write(vault.path(), "nonsense").unwrap();
        assert!(vault.reload().is_err());
        assert_eq!(vault.unseal(CONTEXT, &sealed).unwrap().reveal(), "secret");
    }

    #[test]
    fn nothing_prints_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let vault = given(&folder, ONE).unwrap();
        let sealed = vault.seal(CONTEXT, "sesame").unwrap();
        let shown = format!("{vault:?} {:?}", vault.unseal(CONTEXT, &sealed).unwrap());
        assert!(!shown.contains("1111") && !shown.contains("sesame"), "{shown}");
    }
}
