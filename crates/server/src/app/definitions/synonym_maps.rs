//! Synonym maps.
//!
//! One that fields of indexes name may be deleted all the same, as with the service: searches over such fields are refused
//! then, until there is a map of that name again (the service's documentation of "Delete Synonym Map").

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lazuli_analysis::{Analyzer, SynonymError, SynonymRules};
use lazuli_catalog::synonym_maps;
use lazuli_catalog::tiers::Quotas;
use lazuli_platform::cancel::{Cancel, Stopped};
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

    fn rules(&self, text: &str, analyzer: &Arc<Analyzer>, cancel: &Cancel) -> Result<Rules, Stopped> {
        self.of(analyzer).get(cancel, || SynonymRules::of_map(text, analyzer).map(Arc::new))
    }
}

impl Entry<SynonymMaps> {
    /// The map's rules in the words of this analyzer. Searches that need them while they are built wait for them, as long as
    /// somebody waits for these; those over fields of other analyzers do not.
    pub(crate) fn rules(&self, analyzer: &Arc<Analyzer>, cancel: &Cancel) -> Result<Rules, Stopped> {
        self.life.rules(self.definition.synonyms.as_deref().unwrap_or_default(), analyzer, cancel)
    }
}

/// What came of building rules, also where that fails: neither the map nor the analyzer change.
type Rules = Result<Arc<SynonymRules>, SynonymError>;

/// Rules that are built once, by who needs them first.
#[derive(Default)]
struct Built {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    NotYet,
    Building,
    Done(Rules),
}

/// How often who waits for rules looks whether somebody waits for him.
const WAIT_SLICE: Duration = Duration::from_millis(20);

impl Built {
    /// What was built, or is now. Once begun it is built to its end, for those who come later: a search whose time ends
    /// meanwhile is not the last that needs it.
    fn get(&self, cancel: &Cancel, build: impl FnOnce() -> Rules) -> Result<Rules, Stopped> {
        let mut state = self.lock();
        loop {
            match &*state {
                State::Done(rules) => return Ok(rules.clone()),
                State::Building => {
                    cancel.check()?;
                    let slice = cancel.remaining().map_or(WAIT_SLICE, |left| left.min(WAIT_SLICE));
                    let waited = self.changed.wait_timeout(state, slice);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                State::NotYet => {
                    cancel.check()?;
                    *state = State::Building;
                    break;
                }
            }
        }
        drop(state);
        let mut building = Building { built: self, becomes: State::NotYet };
        let rules = build();
        building.becomes = State::Done(rules.clone());
        Ok(rules)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells those who wait what came of the building; after a panic, that another has to build.
struct Building<'b> {
    built: &'b Built,
    becomes: State,
}

impl Drop for Building<'_> {
    fn drop(&mut self) {
        *self.built.lock() = std::mem::take(&mut self.becomes);
        self.built.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use lazuli_platform::clock::ManualClock;

    use super::*;

    fn analyzer(name: &str) -> Arc<Analyzer> {
        lazuli_analysis::predefined(name).unwrap().analyzer
    }

    #[test]
    fn no_analyzer_waits_for_the_rules_of_another() {
        let (one, other, cancel) = (analyzer("simple"), analyzer("whitespace"), Cancel::never());
        let built = BuiltRules::default();
        let rules = |analyzer| built.rules("a, b", analyzer, &cancel).unwrap();
        let failed = built.of(&one).get(&cancel, || {
            assert!(rules(&other).is_ok());
            Err(SynonymError::TooLarge)
        });
        assert_eq!(failed.unwrap().unwrap_err(), SynonymError::TooLarge);
        // What came of it stays.
        assert_eq!(rules(&one).unwrap_err(), SynonymError::TooLarge);
        assert!(Arc::ptr_eq(&rules(&other).unwrap(), &rules(&other).unwrap()));
    }

    #[test]
    fn nobody_waits_for_rules_longer_than_for_the_search() {
        let (simple, built) = (analyzer("simple"), BuiltRules::default());
        let (left, clock) = (Cancel::never(), Arc::new(ManualClock::default()));
        let late = Cancel::with_deadline(clock.clone(), Duration::from_secs(1));
        left.cancel();
        clock.advance(Duration::from_secs(1));
        let rules = built.of(&simple).get(&Cancel::never(), || {
            let waits = |cancel| built.rules("a, b", &simple, cancel).map(drop);
            assert_eq!(waits(&left), Err(Stopped::Cancelled));
            assert_eq!(waits(&late), Err(Stopped::DeadlineExceeded));
            SynonymRules::of_map("a, b", &simple).map(Arc::new)
        });
        assert!(rules.unwrap().is_ok());
        // What is there is not waited for.
        assert!(built.rules("a, b", &simple, &left).unwrap().is_ok());
    }

    #[test]
    fn who_waits_gets_what_was_built() {
        let built = Arc::new(Built::default());
        let mut waiting = None;
        let first = built.get(&Cancel::never(), || {
            let built = built.clone();
            waiting = Some(std::thread::spawn(move || built.get(&Cancel::never(), || Ok(Arc::default()))));
            Err(SynonymError::TooLarge)
        });
        assert!(first.unwrap().is_err());
        assert!(waiting.unwrap().join().unwrap().unwrap().is_err());
    }

    #[test]
    fn rules_are_built_again_after_a_panic() {
        let built = Built::default();
        let panics = || built.get(&Cancel::never(), || panic!("as a bug would"));
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert!(built.get(&Cancel::never(), || Ok(Arc::default())).unwrap().is_ok());
    }
}
