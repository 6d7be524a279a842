//! Indexers as definitions. Whoever runs them is told of every change ([`IndexerWatch`]).

use std::sync::Arc;

use lazuli_catalog::error::IndexerProblem;
use lazuli_catalog::tiers::Quotas;
use lazuli_catalog::{data_sources, indexers};
use lazuli_ingest::map::Mapping;
use lazuli_ingest::parse::Parsing;
use lazuli_wire::ApiVersion;
use lazuli_wire::indexers::Indexer;
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Asked, DataSources, Definitions, Indexes, OpenError};
use crate::error::{self, Error};

/// See the module.
pub(crate) enum Indexers {}

/// Whoever runs indexers. It is told after a change is stored and in force, in the order of the changes and before the next
/// one, so it should only take note.
pub(crate) trait IndexerWatch: Send + Sync {
    /// An indexer that was not there is.
    fn indexer_created(&self, indexer: &Indexer);

    /// An indexer is another one than before.
    fn indexer_updated(&self, indexer: &Indexer);

    /// An indexer is gone.
    fn indexer_deleted(&self, name: &str);
}

impl Kind for Indexers {
    type Definition = Indexer;
    type Life = ();

    const COLLECTION: &'static str = "indexers";
    const NOUNS: Nouns = Nouns { article: "An", one: "indexer", many: "indexers" };

    fn entries(definitions: &Definitions) -> &Entries<Indexers> {
        &definitions.indexers
    }

    fn name(definition: &mut Indexer) -> &mut String {
        &mut definition.name
    }

    fn open(
        _definitions: &Definitions,
        _indexer: &Indexer,
        _internal: &Map<String, Value>,
    ) -> Result<(), OpenError> {
        Ok(())
    }

    fn quota(quotas: &Quotas) -> Option<u64> {
        quotas.indexers
    }

    fn carry_over(new: &mut Indexer, existing: &Entry<Indexers>, version: ApiVersion) {
        new.carry_over(&existing.definition, version);
    }

    fn prepare(
        definitions: &Definitions,
        new: &Indexer,
        _existing: Option<&Entry<Indexers>>,
        _asked: &Asked,
    ) -> Result<Prepared<Indexers>, Error> {
        let rules = indexers::Rules {
            source_type: &|name| {
                let entry = definitions.get::<DataSources>(name)?;
                data_sources::type_of(&entry.definition).ok()
            },
            schema: &|name| definitions.get::<Indexes>(name).map(|entry| entry.life.index.schema()),
            shortest_interval: definitions.parts.shortest_interval,
            now_millis: definitions.parts.clock.unix_millis(),
        };
        let definition = indexers::check(new, &rules).map_err(|error| error::definition(&error))?;
        check_run(&definition, &rules).map_err(|problem| error::definition(&problem.into()))?;
        warn_of_unknown_keys(&definition);
        Ok(Prepared { definition, life: (), internal: Map::new(), settle: None })
    }

    fn changed(definitions: &Definitions, entry: &Entry<Indexers>, is_new: bool) {
        let Some(watch) = definitions.indexer_watch.get() else { return };
        if is_new {
            watch.indexer_created(&entry.definition);
        } else {
            watch.indexer_updated(&entry.definition);
        }
    }

    fn deleted(definitions: &Definitions, name: &str) {
        if let Some(watch) = definitions.indexer_watch.get() {
            watch.indexer_deleted(name);
        }
    }

    fn missing(name: &str, service: &str) -> Error {
        error::no_indexer(name, service)
    }

    fn missing_to_delete(name: &str, service: &str) -> Error {
        error::no_indexer(name, service)
    }

    fn exists(name: &str, _service: &str) -> Error {
        error::indexer_exists(name)
    }
}

impl Definitions {
    /// Lets somebody know of every change of an indexer from now on; only the first who asks is told.
    pub(crate) fn watch_indexers(&self, watch: Arc<dyn IndexerWatch>) {
        if self.indexer_watch.set(watch).is_err() {
            tracing::warn!("indexers are watched already");
        }
    }
}

/// Binds what a run binds, so that what would end every run is refused now: an encoding that is not known, a delimiter of
/// several characters.
fn check_run(indexer: &Indexer, rules: &indexers::Rules<'_>) -> Result<(), IndexerProblem> {
    let source_type = (rules.source_type)(&indexer.data_source_name);
    let schema = (rules.schema)(&indexer.target_index_name);
    if let (Some(source_type), Some(schema)) = (source_type, schema) {
        Parsing::bind(indexer, source_type)?;
        Mapping::bind(indexer, source_type, &schema)?;
    }
    Ok(())
}

fn warn_of_unknown_keys(indexer: &Indexer) {
    for key in indexer.parameters.iter().flat_map(indexers::unknown_keys) {
        let indexer = indexer.name.as_str();
        tracing::warn!(indexer, key, "a configuration key is not known and has no effect");
    }
}
