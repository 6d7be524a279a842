//! Definitions: create, update, get, list, delete, by one mechanism for all kinds.
//!
//! A definition is a row of the catalogue: kind, name, ETag, body, and what only we need. What is particular about a kind
//! is in its [`Kind`]. Changes happen one at a time over all kinds, so that what one definition says about another (an alias
//! about its index) is checked against what is true.
//!
//! An index is a row and a folder of the engine, named by a generation and not by the index. A new index gets its folder
//! first and then its row, a deleted one loses its row first and then its folder, so a crash leaves at most a folder
//! without a row, which is removed at the next start (design.md §4.4).

mod aliases;
mod data_sources;
mod indexers;
mod indexes;
mod kind;
mod rows;
mod secrets;
mod synonym_maps;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use lazuli_engine::{CacheFigures, Engine};
use lazuli_platform::clock::Clock;
use lazuli_platform::random::Random;
use lazuli_store::vault::{Secret, Vault, VaultError};
use lazuli_store::{CatalogStore, Definition as Row, StoreError};
use lazuli_wire::ApiVersion;
use serde_json::{Map, Value};

pub(crate) use self::aliases::Aliases;
pub(crate) use self::data_sources::DataSources;
pub(crate) use self::indexers::{IndexerWatch, Indexers};
pub(crate) use self::indexes::Indexes;
use self::kind::{Entries, Prepared};
pub(crate) use self::kind::{Entry, Kind, Nouns};
use self::rows::Rows;
use self::secrets::Secrets;
pub(crate) use self::synonym_maps::SynonymMaps;
use super::quotas::Quotas;
use crate::error::{self, Error};
use crate::http::preconditions::Preconditions;

/// Ticks of 100 ns between 0001-01-01 and 1970-01-01: ETags look like the service's, which count these.
const TICKS_TO_UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// Everything clients have defined.
pub(crate) struct Definitions {
    rows: Box<dyn Rows>,
    parts: Parts,
    synonym_maps: Entries<SynonymMaps>,
    indexes: Entries<Indexes>,
    aliases: Entries<Aliases>,
    data_sources: Entries<DataSources>,
    indexers: Entries<Indexers>,
    /// Who runs indexers, once there is somebody.
    indexer_watch: OnceLock<Arc<dyn IndexerWatch>>,
    /// Held while a definition changes: one change at a time, and the ticks of the last ETag.
    changes: Mutex<i64>,
}

/// What definitions need of the rest of the service.
pub(crate) struct Parts {
    pub(crate) engine: Engine,
    pub(crate) vault: Arc<Vault>,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The shortest interval of an indexer's schedule.
    pub(crate) shortest_interval: Duration,
    /// Folders that data sources may be in.
    pub(crate) folders: Vec<PathBuf>,
}

/// What a request that changes a definition says beside it.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The service's name, for sentences.
    pub(crate) service: String,
    /// The request's version.
    pub(crate) version: ApiVersion,
    /// `If-Match` and `If-None-Match`.
    pub(crate) preconditions: Preconditions,
    /// `allowIndexDowntime`.
    pub(crate) allow_downtime: bool,
}

/// What a PUT did.
pub(crate) enum Put<K: Kind> {
    Created(Arc<Entry<K>>),
    Updated(Arc<Entry<K>>),
}

/// Why the stored definitions cannot be opened.
pub(crate) type OpenError = Box<dyn std::error::Error + Send + Sync>;

impl Definitions {
    /// Reads the catalogue and removes folders it does not know.
    pub(crate) fn open(catalog: Arc<CatalogStore>, parts: Parts) -> Result<Definitions, OpenError> {
        Definitions::over(Box::new(catalog), parts)
    }

    fn over(rows: Box<dyn Rows>, parts: Parts) -> Result<Definitions, OpenError> {
        let definitions = Definitions {
            rows,
            parts,
            synonym_maps: Entries::new(),
            indexes: Entries::new(),
            aliases: Entries::new(),
            data_sources: Entries::new(),
            indexers: Entries::new(),
            indexer_watch: OnceLock::new(),
            changes: Mutex::new(0),
        };
        definitions.load::<SynonymMaps>()?;
        definitions.load::<Indexes>()?;
        definitions.load::<Aliases>()?;
        definitions.load::<DataSources>()?;
        definitions.load::<Indexers>()?;
        definitions.remove_orphans()?;
        Ok(definitions)
    }

    fn load<K: Kind>(&self) -> Result<(), OpenError> {
        let mut last_ticks = self.lock_changes();
        for row in self.rows.list(K::COLLECTION)? {
            let definition: K::Definition = serde_json::from_str(&row.body)?;
            let internal: Map<String, Value> = serde_json::from_str(&row.internal)?;
            let life = K::open(self, &definition, &internal)?;
            let (secrets, row) = self.resealed::<K>(internal, row)?;
            let Row { name, etag, internal, changed_millis, .. } = row;
            // Whatever the clock says now, a new ETag must not be one that clients have already.
            *last_ticks = ticks_of(&etag).max(*last_ticks);
            let entry = Entry { definition, etag, life, secrets, name, internal, changed_millis };
            K::entries(self).insert(Arc::new(entry));
        }
        Ok(())
    }

    /// The secrets of a stored definition, sealed with the key that is the first now. If that cannot be stored, they stay
    /// as they were until the next start.
    fn resealed<K: Kind>(
        &self,
        mut internal: Map<String, Value>,
        row: Row,
    ) -> Result<(Secrets, Row), OpenError> {
        let secrets = Secrets::of(&internal);
        let Some(anew) = secrets.resealed::<K>(&self.parts.vault, &row.name) else {
            return Ok((secrets, row));
        };
        anew.store(&mut internal);
        let changed = Row { internal: serde_json::to_string(&internal)?, ..row.clone() };
        match self.rows.put(&changed) {
            Ok(()) => Ok((anew, changed)),
            Err(error) => {
                let name = row.name.as_str();
                tracing::error!(kind = K::COLLECTION, name, %error, "secrets could not be sealed anew");
                Ok((secrets, row))
            }
        }
    }

    /// The definition of this name.
    pub(crate) fn get<K: Kind>(&self, name: &str) -> Option<Arc<Entry<K>>> {
        K::entries(self).get(name)
    }

    /// All definitions of a kind, sorted by name.
    pub(crate) fn list<K: Kind>(&self) -> Vec<Arc<Entry<K>>> {
        K::entries(self).list()
    }

    /// How many definitions of a kind there are.
    pub(crate) fn count<K: Kind>(&self) -> u64 {
        K::entries(self).count()
    }

    /// Opens a secret of a definition, for whoever has to send it; none if the definition has none of this path. This is the
    /// only place where one is opened.
    pub(crate) fn reveal<K: Kind>(&self, entry: &Entry<K>, path: &str) -> Result<Option<Secret>, VaultError> {
        entry.secrets.open::<K>(&self.parts.vault, entry.name(), path)
    }

    /// Creates a definition that is not there yet; blocks.
    pub(crate) fn create<K: Kind>(
        &self,
        mut new: K::Definition,
        asked: &Asked,
    ) -> Result<Arc<Entry<K>>, Error> {
        let mut last_ticks = self.lock_changes();
        let name = K::name(&mut new).clone();
        if self.get::<K>(&name).is_some() {
            return Err(K::exists(&name, &asked.service));
        }
        self.change(new, None, asked, &mut last_ticks)
    }

    /// Creates a definition or replaces the one of this name; blocks. The body may repeat the name or leave it out.
    pub(crate) fn create_or_update<K: Kind>(
        &self,
        name: &str,
        mut new: K::Definition,
        asked: &Asked,
    ) -> Result<Put<K>, Error> {
        let mut last_ticks = self.lock_changes();
        let resolved = K::resolve(self, name, asked);
        let in_body = K::name(&mut new);
        if in_body.is_empty() || in_body == name {
            in_body.clone_from(&resolved);
        } else if *in_body != resolved {
            return Err(error::names_differ(K::NOUNS.one, in_body, name));
        }
        let existing = self.get::<K>(&resolved);
        asked.preconditions.check(existing.as_ref().map(|entry| entry.etag.as_str()))?;
        let entry = self.change(new, existing.as_deref(), asked, &mut last_ticks)?;
        Ok(if existing.is_some() { Put::Updated(entry) } else { Put::Created(entry) })
    }

    /// Deletes a definition and everything that belongs to it; blocks.
    pub(crate) fn delete<K: Kind>(&self, name: &str, asked: &Asked) -> Result<(), Error> {
        let one_at_a_time = self.lock_changes();
        let existing = self.get::<K>(name);
        asked.preconditions.check(existing.as_ref().map(|entry| entry.etag.as_str()))?;
        let existing = existing.ok_or_else(|| K::missing_to_delete(name, &asked.service))?;
        K::check_delete(self, &existing, asked)?;
        if let Err(error) = self.rows.delete(K::COLLECTION, name) {
            if may_be_stored(&error) {
                self.take_back(Some(&existing), name);
            }
            return Err(error::store(&error));
        }
        K::entries(self).remove(name);
        K::deleted(self, name);
        drop(one_at_a_time);
        K::bury(self, &existing.life);
        tracing::info!(kind = K::COLLECTION, name, "definition deleted");
        Ok(())
    }

    /// How the answers of filters that the engine keeps do.
    pub(crate) fn filter_cache(&self) -> CacheFigures {
        self.parts.engine.filter_cache()
    }

    /// Closes all indexes; blocks.
    pub(crate) fn shutdown(&self) {
        self.parts.engine.shutdown();
    }

    /// Checks, stores, settles, publishes: after each of these a crash leaves the old definition or the new one whole.
    fn change<K: Kind>(
        &self,
        mut new: K::Definition,
        existing: Option<&Entry<K>>,
        asked: &Asked,
        last_ticks: &mut i64,
    ) -> Result<Arc<Entry<K>>, Error> {
        let name = K::name(&mut new).clone();
        if existing.is_none() {
            self.parts.quotas.check_count::<K>(self.count::<K>(), &name, &asked.service)?;
        }
        if let Some(existing) = existing {
            K::carry_over(&mut new, existing, asked.version);
        }
        let secrets = self.take_secrets(&mut new, &name, existing)?;
        let Prepared { definition, life, mut internal, settle } = K::prepare(self, &new, existing, asked)?;
        secrets.store(&mut internal);
        let entry = Entry {
            definition,
            etag: self.next_etag(last_ticks),
            life,
            secrets,
            name,
            internal: serde_json::to_string(&internal).map_err(error::internal)?,
            changed_millis: self.parts.clock.unix_millis(),
        };
        let row = entry.row().map_err(error::internal)?;
        if let Err(error) = self.rows.put(&row) {
            let as_before = !may_be_stored(&error) || self.take_back(existing, &row.name);
            if existing.is_none() && as_before {
                K::bury(self, &entry.life);
            }
            return Err(error::store(&error));
        }
        if let Some(Err(error)) = settle.map(|settle| settle()) {
            self.take_back(existing, &row.name);
            return Err(error);
        }
        let what = if existing.is_some() { "definition updated" } else { "definition created" };
        tracing::info!(kind = K::COLLECTION, name = row.name, "{what}");
        let entry = Arc::new(entry);
        K::entries(self).insert(entry.clone());
        K::changed(self, &entry, existing.is_none());
        Ok(entry)
    }

    /// Takes the secrets out of a new definition and seals them.
    fn take_secrets<K: Kind>(
        &self,
        new: &mut K::Definition,
        name: &str,
        existing: Option<&Entry<K>>,
    ) -> Result<Secrets, Error> {
        let stored = existing.map_or_else(Secrets::default, |entry| entry.secrets.clone());
        let taken = K::take_secrets(self, new, existing)?;
        stored.replaced_by::<K>(taken, &self.parts.vault, name).map_err(error::internal)
    }

    /// Makes the catalogue again what it was before a change that failed; false if that fails too. Then the next start finds
    /// the definition as it was or as it should have become, whole in both cases.
    fn take_back<K: Kind>(&self, existing: Option<&Entry<K>>, name: &str) -> bool {
        let taken_back = match existing.map(Entry::row) {
            Some(Ok(before)) => self.rows.put(&before),
            Some(Err(error)) => Err(StoreError::WorkFailed(error.into())),
            None => self.rows.delete(K::COLLECTION, name),
        };
        if let Err(error) = &taken_back {
            tracing::error!(kind = K::COLLECTION, name, %error, "a change that failed could not be taken back");
        }
        taken_back.is_ok()
    }

    /// Like the service's: the moment in ticks, never the same twice. A change that changes nothing gets a new one too.
    fn next_etag(&self, last_ticks: &mut i64) -> String {
        let ticks = self.parts.clock.unix_millis().saturating_mul(10_000).saturating_add(TICKS_TO_UNIX_EPOCH);
        *last_ticks = ticks.max(last_ticks.saturating_add(1));
        format!("0x{last_ticks:X}")
    }

    fn lock_changes(&self) -> MutexGuard<'_, i64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number in an ETag of ours.
fn ticks_of(etag: &str) -> i64 {
    etag.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// Whether a change may be on disk although it failed: the store does not know (see [`StoreError::Io`]). What clients are
/// told, and write, from then on must not be undone by the next start.
fn may_be_stored(error: &StoreError) -> bool {
    match error {
        StoreError::Io(_) | StoreError::Corrupt { .. } => true,
        StoreError::Full | StoreError::Busy | StoreError::Closed | StoreError::WorkFailed(_) => false,
    }
}
