//! Indexes: the kind of definition that has a folder of the engine.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use lazuli_catalog::index::{self, Approximated, Existing, Rules, Secret, StoredSecrets};
use lazuli_catalog::tiers::Quotas;
use lazuli_catalog::{DefinitionError, Schema};
use lazuli_engine::Index;
use lazuli_wire::{ApiVersion, indexes};
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Aliases, Asked, Definitions, OpenError, SynonymMaps};
use crate::app::statistics::Remembered;
use crate::error::{self, Error};

/// See the module.
pub(crate) enum Indexes {}

/// What belongs to an index.
pub(crate) struct Life {
    /// The index at work.
    pub(crate) index: Arc<Index>,
    /// Fields whose analyzer has a stand-in.
    pub(crate) approximated: Vec<Approximated>,
    /// How large it was when it was last looked at.
    pub(crate) sizes: Arc<Remembered>,
    /// The name of its folder.
    generation: String,
}

impl Life {
    /// What no other index has ever had, also none of the same name.
    pub(crate) fn identity(&self) -> &str {
        &self.generation
    }
}

impl Kind for Indexes {
    type Definition = indexes::Index;
    type Life = Life;

    const COLLECTION: &'static str = "indexes";
    const NOUNS: Nouns = Nouns { article: "An", one: "index", many: "indexes" };

    fn entries(definitions: &Definitions) -> &Entries<Indexes> {
        &definitions.indexes
    }

    fn name(definition: &mut indexes::Index) -> &mut String {
        &mut definition.name
    }

    fn resolve(definitions: &Definitions, name: &str, asked: &Asked) -> String {
        let found = definitions.find(name, asked.version);
        found.map_or_else(|| name.to_owned(), |entry| entry.name().to_owned())
    }

    fn open(
        definitions: &Definitions,
        definition: &indexes::Index,
        internal: &Map<String, Value>,
    ) -> Result<Life, OpenError> {
        let generation = internal.get("generation").and_then(Value::as_str).ok_or_else(|| {
            DefinitionError::Corrupt { what: format!("index '{}' has no generation", definition.name) }
        })?;
        let schema = index::rebind(definition, &Value::Object(internal.clone()))?;
        let approximated = index::approximated(definition);
        warn_of(&approximated, &definition.name);
        let index = definitions.parts.engine.open(generation, Arc::new(schema));
        Ok(Life { index, approximated, sizes: Arc::default(), generation: generation.to_owned() })
    }

    fn quota(quotas: &Quotas) -> Option<u64> {
        quotas.indexes
    }

    fn carry_over(new: &mut indexes::Index, existing: &Entry<Indexes>, version: ApiVersion) {
        new.carry_over(&existing.definition, version);
    }

    fn take_secrets(
        _definitions: &Definitions,
        new: &mut indexes::Index,
        existing: Option<&Entry<Indexes>>,
    ) -> Result<BTreeMap<String, Secret>, Error> {
        let has = |path: &str| existing.is_some_and(|entry| entry.secrets.has(path));
        let stored = existing.map(|entry| StoredSecrets { definition: &entry.definition, has: &has });
        index::take_secrets(new, stored).map_err(|error| error::definition(&error))
    }

    fn prepare(
        definitions: &Definitions,
        new: &indexes::Index,
        existing: Option<&Entry<Indexes>>,
        asked: &Asked,
    ) -> Result<Prepared<Indexes>, Error> {
        let before = existing.map(|entry| (entry, entry.life.index.schema()));
        let replaced = before
            .as_ref()
            .map(|(entry, schema)| Existing { schema: schema.as_ref(), definition: &entry.definition });
        let rules = Rules {
            version: asked.version,
            service: &asked.service,
            allow_downtime: asked.allow_downtime,
            tier: definitions.parts.quotas.tier(),
            synonym_map_exists: &|name| definitions.get::<SynonymMaps>(name).is_some(),
        };
        let bound = index::bind(new, replaced, &rules).map_err(|error| error::definition(&error))?;
        if existing.is_none() && definitions.get::<Aliases>(&new.name).is_some() {
            return Err(error::alias_has_index_name(&new.name));
        }
        let schema = Arc::new(bound.schema);
        let failed = {
            let (name, service) = (bound.definition.name.clone(), asked.service.clone());
            move |error| error::engine(&error, &name, &service)
        };
        let (index, generation, settle) = match before {
            None => {
                let generation = format!("{:032x}", definitions.parts.random.u128());
                let made = definitions.parts.engine.create(&generation, schema.clone());
                let index = made.inspect_err(|_| remove_folder(definitions, &generation)).map_err(failed)?;
                (index, generation, None)
            }
            Some((entry, before)) => {
                let Life { index, generation, .. } = &entry.life;
                let (updated, schema) = (index.clone(), schema.clone());
                let changed = schema.version != before.version;
                let set = move || updated.set_schema(schema).map_err(failed);
                (index.clone(), generation.clone(), changed.then(|| Box::new(set) as _))
            }
        };
        warn_of(&bound.approximated, &bound.definition.name);
        let internal = internal(&schema, &generation);
        let sizes = existing.map_or_else(Arc::default, |entry| entry.life.sizes.clone());
        let life = Life { index, approximated: bound.approximated, sizes, generation };
        Ok(Prepared { definition: bound.definition, life, internal, settle })
    }

    fn check_delete(
        definitions: &Definitions,
        existing: &Entry<Indexes>,
        asked: &Asked,
    ) -> Result<(), Error> {
        let aliases = definitions.aliases_of(existing.name());
        if aliases.is_empty() {
            return Ok(());
        }
        Err(error::index_has_aliases(existing.name(), &asked.service, &aliases))
    }

    fn bury(definitions: &Definitions, life: &Life) {
        remove_folder(definitions, &life.generation);
    }

    fn missing(name: &str, service: &str) -> Error {
        error::no_index(name, service)
    }

    fn missing_to_delete(name: &str, service: &str) -> Error {
        error::no_index_to_delete(name, service)
    }

    fn exists(name: &str, _service: &str) -> Error {
        error::index_exists(name)
    }
}

impl Definitions {
    /// Removes the folders that no row knows: what a crash left over.
    pub(super) fn remove_orphans(&self) -> Result<(), OpenError> {
        let entries = self.list::<Indexes>();
        let known: HashSet<&str> = entries.iter().map(|entry| entry.life.generation.as_str()).collect();
        for generation in self.parts.engine.generations()? {
            if !known.contains(generation.as_str()) {
                tracing::info!(generation, "removing the folder of an index that does not exist");
                self.parts.engine.remove(&generation)?;
            }
        }
        Ok(())
    }
}

fn remove_folder(definitions: &Definitions, generation: &str) {
    if let Err(error) = definitions.parts.engine.remove(generation) {
        // The next start removes what is left of it.
        tracing::warn!(generation, %error, "the folder of an index that is gone could not be removed");
    }
}

/// What is stored beside an index definition: the ids of its fields and the name of its folder.
fn internal(schema: &Schema, generation: &str) -> Map<String, Value> {
    let mut internal = match index::field_ids(schema) {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    internal.insert("generation".to_owned(), generation.into());
    internal
}

fn warn_of(approximated: &[Approximated], index: &str) {
    for Approximated { field, analyzer, note } in approximated {
        tracing::warn!(index, field, analyzer, note, "an analyzer has a stand-in");
    }
}
