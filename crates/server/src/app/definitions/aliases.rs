//! Aliases: second names of indexes.
//!
//! In api-versions that have aliases, one stands for its index wherever documents are read or written and wherever an index
//! is got, updated or measured, but not to delete or analyze it (`api.md` §2.1). In other versions it is a name that is not
//! there; users of SDKs of 2025-09-01 report that of the service. An index and an alias never have the same name.
//!
//! A request finds its index under one look at all aliases, and an index that an alias stands for cannot be deleted: so
//! whoever moves an alias and then deletes the index before it, never leaves a request without one.

use std::sync::Arc;

use lazuli_catalog::aliases;
use lazuli_catalog::tiers::Quotas;
use lazuli_wire::ApiVersion;
use lazuli_wire::aliases::Alias;
use lazuli_wire::indexes::CorsOptions;
use lazuli_wire::since::operations;
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Asked, Definitions, Indexes, OpenError};
use crate::error::{self, Error};

/// See the module.
pub(crate) enum Aliases {}

impl Kind for Aliases {
    type Definition = Alias;
    type Life = ();

    const COLLECTION: &'static str = "aliases";
    const NOUNS: Nouns = Nouns { article: "An", one: "alias", many: "aliases" };

    fn entries(definitions: &Definitions) -> &Entries<Aliases> {
        &definitions.aliases
    }

    fn name(definition: &mut Alias) -> &mut String {
        &mut definition.name
    }

    fn open(
        _definitions: &Definitions,
        _alias: &Alias,
        _internal: &Map<String, Value>,
    ) -> Result<(), OpenError> {
        Ok(())
    }

    fn quota(quotas: &Quotas) -> Option<u64> {
        quotas.aliases
    }

    fn prepare(
        definitions: &Definitions,
        new: &Alias,
        _existing: Option<&Entry<Aliases>>,
        asked: &Asked,
    ) -> Result<Prepared<Aliases>, Error> {
        let index_exists = |name: &str| definitions.get::<Indexes>(name).is_some();
        let checked = aliases::check(new, &index_exists, &asked.service);
        let definition = checked.map_err(|error| error::definition(&error))?;
        Ok(Prepared { definition, life: (), internal: Map::new(), settle: None })
    }

    fn missing(name: &str, service: &str) -> Error {
        error::no_alias(name, service)
    }

    fn missing_to_delete(name: &str, service: &str) -> Error {
        error::no_alias_to_delete(name, service)
    }

    fn exists(name: &str, service: &str) -> Error {
        error::alias_exists(name, service)
    }
}

impl Definitions {
    /// The index of this name or, if the version has aliases, the one that an alias of this name stands for.
    pub(crate) fn find(&self, name: &str, version: ApiVersion) -> Option<Arc<Entry<Indexes>>> {
        let index = self.get::<Indexes>(name);
        if index.is_some() || !operations::ALIASES.covers(version) {
            return index;
        }
        self.aliases.read(|aliases| {
            let alias = &aliases.get(name)?.definition;
            self.get::<Indexes>(alias.indexes.first()?)
        })
    }

    /// Which origins browsers may query an index from; none if there is no such index or it says nothing about them.
    pub(crate) fn cors(&self, index_or_alias: &str) -> Option<CorsOptions> {
        self.find(index_or_alias, ApiVersion::NEWEST)?.definition.cors_options.clone()
    }

    /// The names of the aliases that stand for an index, sorted.
    pub(super) fn aliases_of(&self, index: &str) -> Vec<String> {
        let aliases = self.list::<Aliases>();
        let stands_for =
            |alias: &&Arc<Entry<Aliases>>| alias.definition.indexes.iter().any(|name| name == index);
        aliases.iter().filter(stands_for).map(|alias| alias.name().to_owned()).collect()
    }
}
