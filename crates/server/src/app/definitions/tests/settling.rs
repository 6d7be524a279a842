//! A change whose last step fails is taken back, also from the catalogue.

use std::sync::LazyLock;

use lazuli_catalog::tiers;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::*;

/// A kind whose last step fails when its definition says so.
enum Brittle {}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Definition {
    name: String,
    breaks: bool,
}

static ENTRIES: LazyLock<Entries<Brittle>> = LazyLock::new(Entries::new);

impl Kind for Brittle {
    type Definition = Definition;
    type Life = ();

    const COLLECTION: &'static str = "brittle";
    const NOUNS: Nouns = Nouns { article: "A", one: "glass", many: "glasses" };

    fn entries(_definitions: &Definitions) -> &Entries<Brittle> {
        &ENTRIES
    }

    fn name(definition: &mut Definition) -> &mut String {
        &mut definition.name
    }

    fn open(
        _definitions: &Definitions,
        _definition: &Definition,
        _internal: &Map<String, Value>,
    ) -> Result<(), OpenError> {
        Ok(())
    }

    fn quota(_quotas: &tiers::Quotas) -> Option<u64> {
        None
    }

    fn prepare(
        _definitions: &Definitions,
        new: &Definition,
        _existing: Option<&Entry<Brittle>>,
        _asked: &Asked,
    ) -> Result<Prepared<Brittle>, Error> {
        let breaks = new.breaks;
        let settle = move || if breaks { Err(error::internal("broken")) } else { Ok(()) };
        Ok(Prepared {
            definition: new.clone(),
            life: (),
            internal: Map::new(),
            settle: Some(Box::new(settle)),
        })
    }

    fn missing(_name: &str, _service: &str) -> Error {
        error::internal("missing")
    }

    fn missing_to_delete(_name: &str, _service: &str) -> Error {
        error::internal("missing")
    }

    fn exists(_name: &str, _service: &str) -> Error {
        error::internal("exists")
    }
}

#[test]
fn a_change_that_does_not_settle_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    let put = |name: &str, breaks| {
        let new = Definition { name: name.to_owned(), breaks };
        definitions.create_or_update::<Brittle>(name, new, &asked()).map(drop)
    };
    put("a", false).unwrap();
    let before = definitions.rows.list("brittle").unwrap();

    assert!(put("a", true).is_err() && put("b", true).is_err());
    assert_eq!(definitions.rows.list("brittle").unwrap(), before);
    let names: Vec<String> =
        definitions.list::<Brittle>().iter().map(|entry| entry.name().to_owned()).collect();
    assert_eq!(names, ["a"]);
    assert!(!definitions.get::<Brittle>("a").unwrap().definition.breaks);
}
