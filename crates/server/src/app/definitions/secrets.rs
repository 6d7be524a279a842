//! Secrets of definitions: sealed and stored beside the definition, which never holds them
//! (`docs/decisions/0005-secrets.md`).
//!
//! Only [`Definitions::reveal`](super::Definitions::reveal) opens one. A secret that cannot be opened any more, because the
//! key is lost, stays where it is and is named in the log; its definition works as far as it does not need it.

use std::collections::BTreeMap;

use lazuli_catalog::index::Secret;
use lazuli_store::vault::{self, Vault, VaultError};
use serde_json::{Map, Value};

use super::kind::Kind;

/// The member of a row's internal part that holds them.
const MEMBER: &str = "secrets";

/// The secrets of one definition, sealed, by the path they were taken from.
#[derive(Clone, Default)]
pub(crate) struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Those of a stored definition.
    pub(super) fn of(internal: &Map<String, Value>) -> Secrets {
        let stored = internal.get(MEMBER).and_then(Value::as_object).into_iter().flatten();
        Secrets(
            stored.filter_map(|(path, sealed)| Some((path.clone(), sealed.as_str()?.to_owned()))).collect(),
        )
    }

    /// Puts them into a row's internal part.
    pub(super) fn store(&self, internal: &mut Map<String, Value>) {
        if !self.0.is_empty() {
            let members = self.0.iter().map(|(path, sealed)| (path.clone(), sealed.as_str().into()));
            internal.insert(MEMBER.to_owned(), Value::Object(members.collect()));
        }
    }

    /// Whether there is one of this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The one of this path, in clear.
    pub(super) fn open<K: Kind>(
        &self,
        vault: &Vault,
        name: &str,
        path: &str,
    ) -> Result<Option<vault::Secret>, VaultError> {
        self.0.get(path).map(|sealed| vault.unseal(&context::<K>(name, path), sealed)).transpose()
    }

    /// Those of a definition that replaces the one of `self`: new ones are sealed, kept ones stay as they are.
    pub(super) fn replaced_by<K: Kind>(
        &self,
        taken: BTreeMap<String, Secret>,
        vault: &Vault,
        name: &str,
    ) -> Result<Secrets, VaultError> {
        let mut sealed = BTreeMap::new();
        for (path, secret) in taken {
            let text = match secret {
                Secret::New(plain) => Some(vault.seal(&context::<K>(name, &path), &plain)?),
                Secret::Kept => self.0.get(&path).cloned(),
            };
            sealed.extend(text.map(|text| (path, text)));
        }
        Ok(Secrets(sealed))
    }

    /// Seals anew what is sealed with a key that is not the first any more; `None` if nothing has to change. What cannot be
    /// opened stays and is logged.
    pub(super) fn resealed<K: Kind>(&self, vault: &Vault, name: &str) -> Option<Secrets> {
        let mut changed = None;
        for (path, sealed) in &self.0 {
            match vault.reseal(&context::<K>(name, path), sealed) {
                Ok(None) => {}
                Ok(Some(anew)) => {
                    changed.get_or_insert_with(|| self.clone()).0.insert(path.clone(), anew);
                }
                Err(error) => {
                    tracing::error!(kind = K::COLLECTION, name, path, %error, "a secret cannot be opened");
                }
            }
        }
        changed
    }
}

/// Where a secret belongs; sealed text opens nowhere else.
fn context<K: Kind>(name: &str, path: &str) -> String {
    format!("{}/{name}/{path}", K::COLLECTION)
}
