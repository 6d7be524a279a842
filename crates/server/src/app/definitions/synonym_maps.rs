//! Synonym maps.
//!
//! One that fields of indexes name may be deleted all the same, as with the service: searches over such fields are refused
//! then, until there is a map of that name again (the service's documentation of "Delete Synonym Map").

use lazuli_catalog::synonym_maps;
use lazuli_catalog::tiers::Quotas;
use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::Field;
use lazuli_wire::synonym_maps::SynonymMap;
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Asked, Definitions, OpenError};
use crate::error::{self, Error};

/// See the module.
pub(crate) enum SynonymMaps {}

impl Kind for SynonymMaps {
    type Definition = SynonymMap;
    type Life = ();

    const COLLECTION: &'static str = "synonymmaps";
    const NOUNS: Nouns = Nouns { article: "A", one: "synonym map", many: "synonym maps" };

    fn entries(definitions: &Definitions) -> &Entries<SynonymMaps> {
        &definitions.synonym_maps
    }

    fn name(definition: &mut SynonymMap) -> &mut String {
        &mut definition.name
    }

    fn open(
        _definitions: &Definitions,
        _map: &SynonymMap,
        _internal: &Map<String, Value>,
    ) -> Result<(), OpenError> {
        Ok(())
    }

    fn quota(quotas: &Quotas) -> Option<u64> {
        quotas.synonym_maps
    }

    fn carry_over(new: &mut SynonymMap, existing: &Entry<SynonymMaps>, version: ApiVersion) {
        new.carry_over(&existing.definition, version);
    }

    fn prepare(
        definitions: &Definitions,
        new: &SynonymMap,
        _existing: Option<&Entry<SynonymMaps>>,
        _asked: &Asked,
    ) -> Result<Prepared<SynonymMaps>, Error> {
        let tier = definitions.parts.quotas.tier();
        let definition = synonym_maps::check(new, tier).map_err(|error| error::definition(&error))?;
        Ok(Prepared { definition, life: (), internal: Map::new(), settle: None })
    }

    fn missing(name: &str, service: &str) -> Error {
        error::no_synonym_map(name, service)
    }

    fn missing_to_delete(name: &str, service: &str) -> Error {
        error::no_synonym_map_to_delete(name, service)
    }

    fn exists(name: &str, _service: &str) -> Error {
        error::synonym_map_exists(name)
    }
}

impl Definitions {
    /// The first synonym map that a field names and that is not there, with the field's path; `asked` tells which fields
    /// count.
    pub(crate) fn deleted_synonym_map(
        &self,
        fields: &[Field],
        asked: &dyn Fn(&str) -> bool,
    ) -> Option<(String, String)> {
        self.deleted_synonym_map_below("", fields, asked)
    }

    fn deleted_synonym_map_below(
        &self,
        prefix: &str,
        fields: &[Field],
        asked: &dyn Fn(&str) -> bool,
    ) -> Option<(String, String)> {
        fields.iter().find_map(|field| {
            let path = format!("{prefix}{}", field.name);
            let deleted = field.synonym_maps.iter().find(|map| self.get::<SynonymMaps>(map).is_none());
            match deleted {
                Some(map) if asked(&path) => Some((map.clone(), path)),
                Some(_) | None => self.deleted_synonym_map_below(&format!("{path}/"), &field.fields, asked),
            }
        })
    }
}
