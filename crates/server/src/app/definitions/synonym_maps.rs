//! Synonym maps.
//!
//! One that fields of indexes name may be deleted all the same, as with the service: searches over such fields are refused
//! then, until there is a map of that name again (the service's documentation of "Delete Synonym Map").

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use lazuli_analysis::{Analyzer, SynonymError, SynonymRules};
use lazuli_catalog::synonym_maps;
use lazuli_catalog::tiers::Quotas;
use lazuli_wire::ApiVersion;
use lazuli_wire::synonym_maps::SynonymMap;
use serde_json::{Map, Value};

use super::kind::{Entries, Entry, Kind, Nouns, Prepared};
use super::{Asked, Definitions, OpenError};
use crate::error::{self, Error};

/// See the module.
pub(crate) enum SynonymMaps {}

impl Kind for SynonymMaps {
    type Definition = SynonymMap;
    type Life = BuiltRules;

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
    ) -> Result<BuiltRules, OpenError> {
        Ok(BuiltRules::default())
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
        Ok(Prepared { definition, life: BuiltRules::default(), internal: Map::new(), settle: None })
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

/// The rules of a map as analyzers read them, each built when a search first needs it. They belong to one version of the map:
/// a change makes a new entry, and with it new rules, while searches that run keep those they began with.
#[derive(Default)]
pub(crate) struct BuiltRules {
    by_analyzer: Mutex<Vec<(Weak<Analyzer>, Arc<Built>)>>,
}

/// Built once, also where that fails: neither the rules nor the analyzer change.
type Built = OnceLock<Result<Arc<SynonymRules>, SynonymError>>;

impl BuiltRules {
    /// The place of an analyzer's rules, which may not be built yet.
    fn of(&self, analyzer: &Arc<Analyzer>) -> Arc<Built> {
        let mut by_analyzer = self.by_analyzer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, built)) =
            by_analyzer.iter().find(|(known, _)| known.as_ptr() == Arc::as_ptr(analyzer))
        {
            return built.clone();
        }
        // Analyzers that an index defines itself go with its definition.
        by_analyzer.retain(|(known, _)| known.strong_count() > 0);
        let built = Arc::<Built>::default();
        by_analyzer.push((Arc::downgrade(analyzer), built.clone()));
        built
    }

    fn rules(&self, text: &str, analyzer: &Arc<Analyzer>) -> Result<Arc<SynonymRules>, SynonymError> {
        let build = || SynonymRules::of_map(text, analyzer).map(Arc::new);
        self.of(analyzer).get_or_init(build).clone()
    }
}

impl Entry<SynonymMaps> {
    /// The map's rules in the words of this analyzer. Searches that need them while they are built wait for them; those over
    /// fields of other analyzers do not.
    pub(crate) fn rules(&self, analyzer: &Arc<Analyzer>) -> Result<Arc<SynonymRules>, SynonymError> {
        self.life.rules(self.definition.synonyms.as_deref().unwrap_or_default(), analyzer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_analyzer_waits_for_the_rules_of_another() {
        let analyzer = |name| lazuli_analysis::predefined(name).unwrap().analyzer;
        let (one, other) = (analyzer("simple"), analyzer("whitespace"));
        let built = BuiltRules::default();
        let _: &Result<_, _> = built.of(&one).get_or_init(|| {
            assert!(built.rules("a, b", &other).is_ok());
            Err(SynonymError::TooLarge)
        });
        // What came of it stays.
        assert_eq!(built.rules("a, b", &one).unwrap_err(), SynonymError::TooLarge);
        let again = built.rules("a, b", &other).unwrap();
        assert!(Arc::ptr_eq(&again, &built.rules("a, b", &other).unwrap()));
    }
}
