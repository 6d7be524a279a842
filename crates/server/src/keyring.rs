//! Which keys are in force, and how they change while the service runs.
//!
//! Admin keys, query keys and bearer tokens come each from the first place that has any: flags and environment, the settings file,
//! `keys.json` (which has no tokens). Flags stay as they are; the two files, and the key file of the secrets, are read again
//! [every so often](CHECK) and what changed in them is in force from then on. A file that cannot be used, or is gone, leaves in
//! force what was, and the log says so.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lazuli_platform::files::{Readers, write_whole};
use lazuli_platform::random::Random;
use lazuli_store::vault::Vault;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::key_file::{KeyFile, KeyFileError};
use crate::keys::{DEV_ADMIN_KEY, DEV_QUERY_KEY, Keys};
use crate::settings::{Credentials, Settings, SettingsError, read_file};

/// How often the files are looked at. They are small, so they are read: times of files tell less than one thinks.
pub(crate) const CHECK: Duration = Duration::from_millis(500);

/// Which keys a service accepts, for those who started it.
#[derive(Clone)]
pub struct KeysInForce {
    /// The admin keys in clear.
    pub admin: Vec<String>,
    /// The query keys in clear.
    pub query: Vec<String>,
    /// Bearer tokens that count as admin keys.
    pub bearer_tokens: Vec<String>,
    /// `keys.json`, if any of the keys come from it.
    pub file: Option<PathBuf>,
}

/// Where the keys of a running service come from: what `lazuli keys` has to know to say whether an edit of `keys.json` matters.
/// Lies beside it as `keys.source.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyOrigins {
    /// Of the admin keys.
    pub admin_keys: KeyOrigin,
    /// Of the query keys.
    pub query_keys: KeyOrigin,
}

/// One of the places that keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyOrigin {
    /// Flags or environment: fixed until the service is started anew.
    Given,
    /// The settings file.
    SettingsFile,
    /// `keys.json`.
    KeyFile,
}

/// `keys.json` of a data directory.
pub fn key_file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("keys.json")
}

impl KeyOrigins {
    /// What the service noted at its last start on this data directory, if it ever was started.
    pub fn noted_in(data_dir: &Path) -> Option<KeyOrigins> {
        serde_json::from_slice(&fs_err::read(KeyOrigins::path(data_dir)).ok()?).ok()
    }

    fn note_in(self, data_dir: &Path) -> std::io::Result<()> {
        write_whole(&KeyOrigins::path(data_dir), &serde_json::to_vec(&self)?, Readers::Owner)
    }

    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("keys.source.json")
    }
}

/// Why there are no keys; each a sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error("The key file {} is gone.", .0.display())]
    Gone(PathBuf),
}

/// Where keys come from, and what the files held when they were last looked at.
pub(crate) struct Keyring {
    given: Credentials,
    settings_file: Option<PathBuf>,
    data_dir: PathBuf,
    dev: bool,
    seen: Seen,
    /// What is noted for `lazuli keys`.
    noted: Option<KeyOrigins>,
}

/// Digests of the files; none for one that is not there or cannot be read.
#[derive(Clone, Copy, Default)]
struct Seen {
    settings_file: Option<Digest>,
    key_file: Option<Digest>,
    secrets_key: Option<Digest>,
}

/// SHA-256.
type Digest = [u8; 32];

impl Keyring {
    /// Reads the keys for the first time, generating what nobody gave.
    pub(crate) fn open(
        settings: &Settings,
        data_dir: &Path,
        vault: &Vault,
        random: &dyn Random,
    ) -> Result<(Keyring, KeysInForce), KeyringError> {
        let mut keyring = Keyring {
            given: settings.credentials.clone(),
            settings_file: settings.settings_file.clone(),
            data_dir: data_dir.to_owned(),
            dev: settings.dev,
            seen: Seen::default(),
            noted: None,
        };
        // Before reading: what changes meanwhile is a change.
        keyring.seen = keyring.look(vault);
        let (keys, origins) = keyring.load(|path| Ok(KeyFile::load_or_create(path, random)?))?;
        if keyring.seen.key_file.is_none() {
            // We may have made it just now.
            keyring.seen.key_file = digest_of(&key_file_in(data_dir));
        }
        keyring.note(origins);
        Ok((keyring, keys))
    }

    /// Takes up what changed in the files; blocks.
    pub(crate) fn refresh(&mut self, keys: &Keys, vault: &Vault) {
        let now = self.look(vault);
        let before = std::mem::replace(&mut self.seen, now);
        if (before.settings_file, before.key_file) != (now.settings_file, now.key_file) {
            let loaded =
                self.load(|path| KeyFile::load(path)?.ok_or_else(|| KeyringError::Gone(path.to_owned())));
            match loaded {
                Ok((changed, origins)) => {
                    keys.replace(&changed);
                    self.note(origins);
                    let (admin, query) = (changed.admin.len(), changed.query.len());
                    tracing::info!(admin, query, "the keys in force were read again");
                }
                Err(error) => tracing::error!(%error, "the keys were not changed"),
            }
        }
        if before.secrets_key != now.secrets_key {
            match vault.reload() {
                Ok(()) => tracing::info!("the keys of the secrets were read again"),
                Err(error) => tracing::error!(%error, "the keys of the secrets were not changed"),
            }
        }
    }

    fn look(&self, vault: &Vault) -> Seen {
        Seen {
            settings_file: self.settings_file.as_deref().and_then(digest_of),
            key_file: digest_of(&key_file_in(&self.data_dir)),
            secrets_key: digest_of(vault.path()),
        }
    }

    /// Notes for `lazuli keys` where the keys come from, if that is not what was noted before.
    fn note(&mut self, origins: KeyOrigins) {
        if self.noted == Some(origins) {
            return;
        }
        match origins.note_in(&self.data_dir) {
            Ok(()) => self.noted = Some(origins),
            Err(error) => {
                tracing::warn!(%error, "where the keys come from could not be noted for `lazuli keys`");
            }
        }
    }

    fn load(
        &self,
        key_file: impl FnOnce(&Path) -> Result<KeyFile, KeyringError>,
    ) -> Result<(KeysInForce, KeyOrigins), KeyringError> {
        let from_settings = match &self.settings_file {
            Some(path) => read_file(path)?.credentials()?,
            None => Credentials::default(),
        };
        let (admin, admin_origin) = first(&self.given.admin_keys, from_settings.admin_keys);
        let (query, query_origin) = first(&self.given.query_keys, from_settings.query_keys);
        let (bearer_tokens, _) = first(&self.given.bearer_tokens, from_settings.bearer_tokens);
        let mut keys = KeysInForce { admin, query, bearer_tokens, file: None };
        let origins = KeyOrigins { admin_keys: admin_origin, query_keys: query_origin };
        if [admin_origin, query_origin].contains(&KeyOrigin::KeyFile) {
            let path = key_file_in(&self.data_dir);
            let file = key_file(&path)?;
            if admin_origin == KeyOrigin::KeyFile {
                keys.admin = file.admin_keys;
            }
            if query_origin == KeyOrigin::KeyFile {
                keys.query = file.query_keys.into_iter().map(|query| query.key).collect();
            }
            keys.file = Some(path);
        }
        if self.dev {
            keys.admin.push(DEV_ADMIN_KEY.to_owned());
            keys.query.push(DEV_QUERY_KEY.to_owned());
        }
        Ok((keys, origins))
    }
}

/// The keys of the first place that has some.
fn first(given: &[String], from_settings: Vec<String>) -> (Vec<String>, KeyOrigin) {
    if !given.is_empty() {
        (given.to_owned(), KeyOrigin::Given)
    } else if !from_settings.is_empty() {
        (from_settings, KeyOrigin::SettingsFile)
    } else {
        (Vec::new(), KeyOrigin::KeyFile)
    }
}

/// `None` for a file that is not there or cannot be read.
fn digest_of(path: &Path) -> Option<Digest> {
    let content = fs_err::read(path).ok()?;
    digest(&SHA256, &content).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lazuli_platform::random::SeededRandom;
    use lazuli_store::vault::KeySource;
    use tempfile::TempDir;

    use super::*;
    use crate::key_file::{AdminKey, edit};
    use crate::keys::KeyKind;
    use crate::settings::Given;

    struct Fixture {
        folder: TempDir,
        vault: Vault,
        random: SeededRandom,
    }

    impl Fixture {
        fn new() -> Fixture {
            let folder = tempfile::tempdir().unwrap();
            let source = KeySource::in_data_dir(folder.path());
            let vault = Vault::open(source, Arc::new(SeededRandom::new(1))).unwrap();
            Fixture { folder, vault, random: SeededRandom::new(2) }
        }

        fn open(&self, given: Given) -> (Keyring, KeysInForce, Keys) {
            let settings = given.resolve().unwrap();
            let (keyring, in_force) =
                Keyring::open(&settings, self.folder.path(), &self.vault, &self.random).unwrap();
            let keys = Keys::new(&in_force);
            (keyring, in_force, keys)
        }

        fn key_file(&self) -> PathBuf {
            key_file_in(self.folder.path())
        }
    }

    #[test]
    fn an_edit_of_the_key_file_is_taken_up() {
        let fixture = Fixture::new();
        let (mut keyring, before, keys) = fixture.open(Given::default());
        let (after, added) = edit(&fixture.key_file(), &fixture.random, |file| {
            file.regenerate(AdminKey::Primary, &fixture.random);
            file.add_query("website", &fixture.random)
        })
        .unwrap();
        assert_eq!(keys.kind(added.as_bytes()), None);
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!(keys.kind(added.as_bytes()), Some(KeyKind::Query));
        assert_eq!(keys.kind(after.admin_keys[0].as_bytes()), Some(KeyKind::Admin));
        assert_eq!(keys.kind(before.admin[0].as_bytes()), None, "the old primary key is gone");
        assert_eq!(keys.kind(before.admin[1].as_bytes()), Some(KeyKind::Admin));
    }

    #[test]
    fn a_file_that_cannot_be_used_changes_nothing_until_it_can() {
        let fixture = Fixture::new();
        let (mut keyring, before, keys) = fixture.open(Given::default());
        let good = fs_err::read(fixture.key_file()).unwrap();
        fs_err::write(fixture.key_file(), "{").unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!(keys.kind(before.admin[0].as_bytes()), Some(KeyKind::Admin));
        fs_err::remove_file(fixture.key_file()).unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!(keys.kind(before.admin[0].as_bytes()), Some(KeyKind::Admin));
        assert!(!fixture.key_file().exists(), "only a start makes keys");
        fs_err::write(fixture.key_file(), String::from_utf8(good).unwrap().replace(&before.admin[0], "new"))
            .unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!(keys.kind(before.admin[0].as_bytes()), None);
        assert_eq!(keys.kind(b"new"), Some(KeyKind::Admin));
    }

    #[test]
    fn each_kind_comes_from_the_first_place_that_has_some() {
        let fixture = Fixture::new();
        let settings_file = fixture.folder.path().join("lazuli.toml");
        fs_err::write(&settings_file, "admin-keys = ['of-file']\nquery-keys = ['q-of-file']\n").unwrap();
        let flags = Given { admin_keys: vec!["flag".to_owned()], ..Given::default() };
        let (mut keyring, in_force, keys) = fixture.open(flags.with_file(settings_file.clone()).unwrap());
        assert_eq!((in_force.admin, in_force.query), (vec!["flag".to_owned()], vec!["q-of-file".to_owned()]));
        assert_eq!(in_force.file, None);
        let origins = KeyOrigins { admin_keys: KeyOrigin::Given, query_keys: KeyOrigin::SettingsFile };
        assert_eq!(KeyOrigins::noted_in(fixture.folder.path()), Some(origins));
        fs_err::write(&settings_file, "admin-keys = ['x']\nquery-keys = ['q2']\nbearer-tokens = ['t']\n")
            .unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!((keys.kind(b"x"), keys.kind(b"flag")), (None, Some(KeyKind::Admin)));
        assert_eq!((keys.kind(b"q-of-file"), keys.kind(b"q2")), (None, Some(KeyKind::Query)));
        assert!(keys.is_bearer_token(b"t"));
    }

    #[test]
    fn where_keys_come_from_is_noted_anew_when_it_changes() {
        let fixture = Fixture::new();
        let settings_file = fixture.folder.path().join("lazuli.toml");
        fs_err::write(&settings_file, "").unwrap();
        let (mut keyring, _, keys) = fixture.open(Given::default().with_file(settings_file.clone()).unwrap());
        let noted = || KeyOrigins::noted_in(fixture.folder.path()).map(|origins| origins.admin_keys);
        assert_eq!(noted(), Some(KeyOrigin::KeyFile));
        fs_err::write(&settings_file, "admin-keys = ['x']").unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert_eq!(noted(), Some(KeyOrigin::SettingsFile));
    }

    #[test]
    fn the_keys_of_the_secrets_are_watched_as_well() {
        let fixture = Fixture::new();
        let (mut keyring, _, keys) = fixture.open(Given::default());
        let old = fixture.vault.seal("c", "secret").unwrap();
        keyring.refresh(&keys, &fixture.vault);
        let text = fs_err::read_to_string(fixture.vault.path()).unwrap();
        fs_err::write(fixture.vault.path(), format!("{}\n{text}", "3".repeat(64))).unwrap();
        keyring.refresh(&keys, &fixture.vault);
        assert!(fixture.vault.reseal("c", &old).unwrap().is_some());
    }
}
