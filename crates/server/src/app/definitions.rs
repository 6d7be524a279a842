//! Definitions of indexes: create, update, get, list, delete, and what belongs to each while it lives.
//!
//! An index is a row of the catalogue and a folder of the engine, named by a generation and not by the index. A new index
//! gets its folder first and then its row, a deleted one loses its row first and then its folder, so a crash leaves at most
//! a folder without a row, which is removed at the next start (design.md §4.4).

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use lazuli_catalog::index::{self, Approximated, Bound, Existing, Rules};
use lazuli_catalog::{DefinitionError, Schema};
use lazuli_engine::{Engine, Index};
use lazuli_platform::clock::Clock;
use lazuli_platform::random::Random;
use lazuli_store::{CatalogStore, Definition, StoreError, StoreOptions};
use lazuli_wire::indexes;
use serde_json::Value;

use crate::error::{self, Error};
use crate::http::preconditions::Preconditions;

/// The kind of these definitions in the catalogue's store.
const KIND: &str = "indexes";
/// Ticks of 100 ns between 0001-01-01 and 1970-01-01: ETags look like the service's, which count these.
const TICKS_TO_UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// All indexes of the service.
pub(crate) struct Definitions {
    catalog: CatalogStore,
    engine: Engine,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    entries: RwLock<BTreeMap<String, Arc<Entry>>>,
    /// Held while a definition changes: one change at a time, and the ticks of the last ETag.
    changes: Mutex<i64>,
}

/// An index as it is defined now. A change makes a new entry.
pub(crate) struct Entry {
    /// The completed definition, newest shape.
    pub(crate) definition: indexes::Index,
    /// Without quotes.
    pub(crate) etag: String,
    /// Fields whose analyzer has a stand-in.
    pub(crate) approximated: Vec<Approximated>,
    /// The index at work.
    pub(crate) index: Arc<Index>,
    generation: String,
}

/// What a PUT did.
pub(crate) enum Put {
    Created(Arc<Entry>),
    Updated(Arc<Entry>),
}

type OpenError = Box<dyn std::error::Error + Send + Sync>;

impl Definitions {
    /// Reads the catalogue and removes folders it does not know.
    pub(crate) fn open(
        catalog: &Path,
        engine: Engine,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Definitions, OpenError> {
        let options = StoreOptions { random: random.clone(), ..StoreOptions::default() };
        let catalog = CatalogStore::open_or_create(catalog, &options)?;
        let mut entries = BTreeMap::new();
        for row in catalog.list(KIND)? {
            let (name, entry) = reopen(&engine, row)?;
            warn_of_approximations(&entry);
            entries.insert(name, Arc::new(entry));
        }
        remove_orphans(&engine, entries.values())?;
        Ok(Definitions {
            catalog,
            engine,
            clock,
            random,
            entries: RwLock::new(entries),
            changes: Mutex::new(0),
        })
    }

    /// The index of this name.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All indexes, sorted by name.
    pub(crate) fn list(&self) -> Vec<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Creates an index that is not there yet; blocks.
    pub(crate) fn create(&self, new: &indexes::Index) -> Result<Arc<Entry>, Error> {
        let mut last_ticks = self.lock_changes();
        if self.get(&new.name).is_some() {
            return Err(error::index_exists(&new.name));
        }
        self.create_locked(new, &mut last_ticks)
    }

    /// Creates an index or replaces its definition; blocks.
    pub(crate) fn create_or_update(
        &self,
        new: &indexes::Index,
        preconditions: &Preconditions,
    ) -> Result<Put, Error> {
        let mut last_ticks = self.lock_changes();
        let existing = self.get(&new.name);
        preconditions.check(existing.as_ref().map(|entry| entry.etag.as_str()))?;
        match existing {
            None => self.create_locked(new, &mut last_ticks).map(Put::Created),
            Some(existing) => self.update_locked(new, &existing, &mut last_ticks).map(Put::Updated),
        }
    }

    /// Deletes an index and everything in it; blocks.
    pub(crate) fn delete(
        &self,
        name: &str,
        service: &str,
        preconditions: &Preconditions,
    ) -> Result<(), Error> {
        let _one_at_a_time = self.lock_changes();
        let existing = self.get(name);
        preconditions.check(existing.as_ref().map(|entry| entry.etag.as_str()))?;
        let Some(existing) = existing else { return Err(error::no_index_to_delete(name, service)) };
        self.catalog.change(|catalog| catalog.delete(KIND, name)).map_err(|error| error::store(&error))?;
        self.write_entries().remove(name);
        if let Err(error) = self.engine.remove(&existing.generation) {
            // The index is gone all the same; the next start removes what is left of its folder.
            tracing::warn!(index = name, %error, "the folder of a deleted index could not be removed");
        }
        tracing::info!(index = name, "index deleted");
        Ok(())
    }

    /// Closes all indexes; blocks.
    pub(crate) fn shutdown(&self) {
        self.engine.shutdown();
    }

    fn create_locked(&self, new: &indexes::Index, last_ticks: &mut i64) -> Result<Arc<Entry>, Error> {
        let bound = bind(new, None)?;
        let generation = format!("{:032x}", self.random.u128());
        let schema = Arc::new(bound.schema);
        let name = bound.definition.name.clone();
        let failed = |error| error::engine(&error, &name, "");
        let index = self.engine.create(&generation, schema.clone()).map_err(failed)?;
        let etag = self.next_etag(last_ticks);
        let entry =
            Entry { definition: bound.definition, etag, approximated: bound.approximated, index, generation };
        if let Err(error) = self.store(&entry, &schema) {
            if let Err(error) = self.engine.remove(&entry.generation) {
                tracing::warn!(index = name, %error, "the folder of an index that was not created is left over");
            }
            return Err(error);
        }
        tracing::info!(index = name, "index created");
        Ok(self.publish(entry))
    }

    fn update_locked(
        &self,
        new: &indexes::Index,
        existing: &Entry,
        last_ticks: &mut i64,
    ) -> Result<Arc<Entry>, Error> {
        let schema = existing.index.schema();
        let before = Existing { schema: &schema, definition: &existing.definition };
        let bound = bind(new, Some(before))?;
        let changed = bound.schema.version != schema.version;
        let schema = Arc::new(bound.schema);
        let entry = Entry {
            definition: bound.definition,
            etag: self.next_etag(last_ticks),
            approximated: bound.approximated,
            index: existing.index.clone(),
            generation: existing.generation.clone(),
        };
        self.store(&entry, &schema)?;
        if changed {
            let failed = |error| error::engine(&error, &entry.definition.name, "");
            entry.index.set_schema(schema).map_err(failed)?;
        }
        tracing::info!(index = entry.definition.name, "index updated");
        Ok(self.publish(entry))
    }

    fn store(&self, entry: &Entry, schema: &Schema) -> Result<(), Error> {
        let row = entry.row(schema, self.clock.unix_millis()).map_err(error::internal)?;
        self.catalog.change(|catalog| catalog.put(&row)).map_err(|error: StoreError| error::store(&error))
    }

    fn publish(&self, entry: Entry) -> Arc<Entry> {
        warn_of_approximations(&entry);
        let entry = Arc::new(entry);
        self.write_entries().insert(entry.definition.name.clone(), entry.clone());
        entry
    }

    /// Like the service's: the moment in ticks, never the same twice.
    fn next_etag(&self, last_ticks: &mut i64) -> String {
        let ticks = self.clock.unix_millis().saturating_mul(10_000).saturating_add(TICKS_TO_UNIX_EPOCH);
        *last_ticks = ticks.max(last_ticks.saturating_add(1));
        format!("0x{last_ticks:X}")
    }

    fn lock_changes(&self) -> MutexGuard<'_, i64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_entries(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<String, Arc<Entry>>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// The row of the catalogue: the definition as clients see it, and beside it what only we need.
    fn row(&self, schema: &Schema, now_millis: i64) -> Result<Definition, serde_json::Error> {
        let mut internal = index::field_ids(schema);
        if let Value::Object(members) = &mut internal {
            members.insert("generation".to_owned(), Value::from(self.generation.as_str()));
        }
        Ok(Definition {
            kind: KIND.to_owned(),
            name: self.definition.name.clone(),
            etag: self.etag.clone(),
            body: serde_json::to_string(&self.definition)?,
            internal: serde_json::to_string(&internal)?,
            changed_millis: now_millis,
        })
    }
}

/// Binds a definition. Secrets have no place in the catalogue before they can be sealed, so there can be none.
fn bind(new: &indexes::Index, existing: Option<Existing<'_>>) -> Result<Bound, Error> {
    if !index::take_secrets(&mut new.clone()).is_empty() {
        return Err(error::not_yet("Vectorizers with keys are"));
    }
    index::bind(new, existing, &Rules::default()).map_err(|error| error::definition(&error))
}

fn reopen(engine: &Engine, row: Definition) -> Result<(String, Entry), OpenError> {
    let definition: indexes::Index = serde_json::from_str(&row.body)?;
    let internal: Value = serde_json::from_str(&row.internal)?;
    let generation =
        internal.get("generation").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
            DefinitionError::Corrupt { what: format!("index '{}' has no generation", row.name) }
        })?;
    let schema = index::rebind(&definition, &internal)?;
    let approximated = index::approximated(&definition);
    let index = engine.open(&generation, Arc::new(schema));
    Ok((row.name, Entry { definition, etag: row.etag, approximated, index, generation }))
}

fn remove_orphans<'a>(
    engine: &Engine,
    entries: impl Iterator<Item = &'a Arc<Entry>>,
) -> Result<(), OpenError> {
    let known: HashSet<&str> = entries.map(|entry| entry.generation.as_str()).collect();
    for generation in engine.generations()? {
        if !known.contains(generation.as_str()) {
            tracing::info!(generation, "removing the folder of an index that does not exist");
            engine.remove(&generation)?;
        }
    }
    Ok(())
}

fn warn_of_approximations(entry: &Entry) {
    for Approximated { field, analyzer, note } in &entry.approximated {
        let index = entry.definition.name.as_str();
        tracing::warn!(index, field, analyzer, note, "an analyzer has a stand-in");
    }
}
