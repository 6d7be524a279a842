//! What is particular about a kind of definition ([`Kind`]), and a definition as it is in force ([`Entry`]).
//!
//! Adding a kind is one file beside this one: which collection it is, how a new one is checked, what its refusals say.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use lazuli_catalog::index::Secret;
use lazuli_catalog::tiers::Quotas;
use lazuli_store::Definition as Row;
use lazuli_wire::ApiVersion;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::secrets::Secrets;
use super::{Asked, Definitions, OpenError};
use crate::error::Error;

/// A kind of definition: indexes, synonym maps, …
pub(crate) trait Kind: Sized + 'static {
    /// The definition in the newest wire shape, completed: as it is stored and shown.
    type Definition: Serialize + DeserializeOwned + Send + Sync;
    /// What belongs to a definition while the service runs: an index at work, or nothing.
    type Life: Send + Sync;

    /// Its name in paths, in `@odata.context` and in the catalogue.
    const COLLECTION: &'static str;
    /// What sentences call it.
    const NOUNS: Nouns;

    /// Where the service keeps those in force.
    fn entries(definitions: &Definitions) -> &Entries<Self>;

    /// The definition's name.
    fn name(definition: &mut Self::Definition) -> &mut String;

    /// The name of what a `PUT` of `name` changes. Only indexes have other names.
    fn resolve(_definitions: &Definitions, name: &str, _asked: &Asked) -> String {
        name.to_owned()
    }

    /// Brings a stored definition to life when the service starts.
    fn open(
        definitions: &Definitions,
        definition: &Self::Definition,
        internal: &Map<String, Value>,
    ) -> Result<Self::Life, OpenError>;

    /// How many of its definitions the tier allows.
    fn quota(quotas: &Quotas) -> Option<u64>;

    /// Puts into an update what the request's version cannot say, as it is in `existing`.
    fn carry_over(_new: &mut Self::Definition, _existing: &Entry<Self>, _version: ApiVersion) {}

    /// Takes the secrets out of a new definition: what it says of each, by path.
    fn take_secrets(
        _definitions: &Definitions,
        _new: &mut Self::Definition,
        _existing: Option<&Entry<Self>>,
    ) -> Result<BTreeMap<String, Secret>, Error> {
        Ok(BTreeMap::new())
    }

    /// Checks a definition that is to be stored and makes ready what belongs to it. Nothing of this may be visible
    /// before the definition is stored, or hard to undo if it is not.
    fn prepare(
        definitions: &Definitions,
        new: &Self::Definition,
        existing: Option<&Entry<Self>>,
        asked: &Asked,
    ) -> Result<Prepared<Self>, Error>;

    /// Refuses a deletion that would leave something behind.
    fn check_delete(
        _definitions: &Definitions,
        _existing: &Entry<Self>,
        _asked: &Asked,
    ) -> Result<(), Error> {
        Ok(())
    }

    /// Tells whoever works with a definition that it is in force now.
    fn changed(_definitions: &Definitions, _entry: &Entry<Self>, _is_new: bool) {}

    /// Tells whoever worked with a definition that it is gone.
    fn deleted(_definitions: &Definitions, _name: &str) {}

    /// Removes what belonged to a definition that is gone, or that was never stored.
    fn bury(_definitions: &Definitions, _life: &Self::Life) {}

    /// `GET` of one that is not there.
    fn missing(name: &str, service: &str) -> Error;

    /// `DELETE` of one that is not there.
    fn missing_to_delete(name: &str, service: &str) -> Error;

    /// `POST` of one that is there.
    fn exists(name: &str, service: &str) -> Error;
}

/// What sentences call a kind.
#[derive(Debug)]
pub(crate) struct Nouns {
    /// `A` or `An`.
    pub(crate) article: &'static str,
    /// One of them.
    pub(crate) one: &'static str,
    /// Several of them.
    pub(crate) many: &'static str,
}

/// A definition that may be stored.
pub(crate) struct Prepared<K: Kind> {
    /// With its defaults filled in.
    pub(crate) definition: K::Definition,
    /// What belongs to it from now on.
    pub(crate) life: K::Life,
    /// What is stored beside it and shown to nobody.
    pub(crate) internal: Map<String, Value>,
    /// What remains to be done when it is on disk. An error takes the change back.
    pub(crate) settle: Option<Box<dyn FnOnce() -> Result<(), Error> + Send>>,
}

/// A definition in force. A change makes a new entry.
pub(crate) struct Entry<K: Kind> {
    /// The completed definition, newest shape.
    pub(crate) definition: K::Definition,
    /// Without quotes.
    pub(crate) etag: String,
    /// What belongs to it.
    pub(crate) life: K::Life,
    /// Its secrets, sealed.
    pub(crate) secrets: Secrets,
    pub(super) name: String,
    /// What is stored beside it and shown to nobody, as JSON.
    pub(super) internal: String,
    /// When it was last changed, in milliseconds since 1970-01-01T00:00:00Z.
    pub(super) changed_millis: i64,
}

/// The definitions of one kind that are in force, by name.
pub(crate) struct Entries<K: Kind>(RwLock<BTreeMap<String, Arc<Entry<K>>>>);

impl<K: Kind> Entries<K> {
    pub(super) fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    /// The one of this name.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Entry<K>>> {
        self.read(|entries| entries.get(name).cloned())
    }

    /// All, sorted by name.
    pub(crate) fn list(&self) -> Vec<Arc<Entry<K>>> {
        self.read(|entries| entries.values().cloned().collect())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.read(|entries| entries.len() as u64)
    }

    /// Looks at them while they cannot change.
    pub(super) fn read<T>(&self, look: impl FnOnce(&BTreeMap<String, Arc<Entry<K>>>) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn insert(&self, entry: Arc<Entry<K>>) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(entry.name.clone(), entry);
    }

    pub(super) fn remove(&self, name: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl<K: Kind> Entry<K> {
    /// The definition's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// As it is stored.
    pub(super) fn row(&self) -> Result<Row, serde_json::Error> {
        Ok(Row {
            kind: K::COLLECTION.to_owned(),
            name: self.name.clone(),
            etag: self.etag.clone(),
            body: serde_json::to_string(&self.definition)?,
            internal: self.internal.clone(),
            changed_millis: self.changed_millis,
        })
    }
}
