//! Data sources. Their connection strings are secrets: sealed on disk, in no answer, opened for a run only
//! ([`Definitions::reveal`]).
//!
//! One that indexers name may be deleted all the same, as with the service; their runs fail until there is one of that name
//! again.

use std::collections::BTreeMap;

use lazuli_catalog::data_sources;
use lazuli_catalog::index::Secret;
use lazuli_catalog::tiers::Quotas;
use lazuli_wire::ApiVersion;
use lazuli_wire::data_sources::DataSource;
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Asked, Definitions, OpenError};
use crate::error::{self, Error};

/// See the module.
pub(crate) enum DataSources {}

impl Kind for DataSources {
    type Definition = DataSource;
    type Life = ();

    const COLLECTION: &'static str = "datasources";
    const NOUNS: Nouns = Nouns { article: "A", one: "data source", many: "data sources" };

    fn entries(definitions: &Definitions) -> &Entries<DataSources> {
        &definitions.data_sources
    }

    fn name(definition: &mut DataSource) -> &mut String {
        &mut definition.name
    }

    fn open(
        _definitions: &Definitions,
        _source: &DataSource,
        _internal: &Map<String, Value>,
    ) -> Result<(), OpenError> {
        Ok(())
    }

    fn quota(quotas: &Quotas) -> Option<u64> {
        quotas.data_sources
    }

    fn carry_over(new: &mut DataSource, existing: &Entry<DataSources>, version: ApiVersion) {
        new.carry_over(&existing.definition, version);
    }

    fn take_secrets(
        definitions: &Definitions,
        new: &mut DataSource,
        existing: Option<&Entry<DataSources>>,
    ) -> Result<BTreeMap<String, Secret>, Error> {
        let has = |entry: &Entry<DataSources>| entry.secrets.has(data_sources::CONNECTION_STRING);
        let stored = existing.map(|entry| (&entry.definition, has(entry)));
        let folders = &definitions.parts.folders;
        data_sources::take_secrets(new, stored, folders).map_err(|error| error::definition(&error))
    }

    fn prepare(
        _definitions: &Definitions,
        new: &DataSource,
        existing: Option<&Entry<DataSources>>,
        _asked: &Asked,
    ) -> Result<Prepared<DataSources>, Error> {
        let checked = data_sources::check(new, existing.map(|entry| &entry.definition));
        let definition = checked.map_err(|error| error::definition(&error))?;
        Ok(Prepared { definition, life: (), internal: Map::new(), settle: None })
    }

    fn missing(name: &str, service: &str) -> Error {
        error::no_data_source(name, service)
    }

    fn missing_to_delete(name: &str, service: &str) -> Error {
        error::no_data_source_to_delete(name, service)
    }

    fn exists(name: &str, _service: &str) -> Error {
        error::data_source_exists(name)
    }
}
