//! The synonym maps that a search needs.

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_catalog::Schema;
use lazuli_engine::Synonyms;
use lazuli_platform::cancel::Cancel;
use lazuli_query::Search;

use crate::app::definitions::{Definitions, Entry, SynonymMaps};
use crate::error::{self, Error};

/// The rules of each field that the text is searched in and that names a map. A map that several fields name is asked for
/// once, so that all of them are expanded by the same version of it.
pub(super) fn of_search(
    definitions: &Definitions,
    schema: &Schema,
    bound: &Search,
    cancel: &Cancel,
) -> Result<Synonyms, Error> {
    let mut synonyms = Synonyms::new();
    let mut maps: HashMap<&str, Arc<Entry<SynonymMaps>>> = HashMap::new();
    let searched = bound.text.fields();
    if searched.is_empty() {
        return Ok(synonyms);
    }
    for field in schema.walk() {
        let (Some(name), Some(analyzer)) = (&field.synonym_map, &field.search_analyzer) else { continue };
        if !searched.contains(&field.id) {
            continue;
        }
        let map = match maps.get(name.as_str()) {
            Some(map) => map.clone(),
            None => {
                let map = definitions.get::<SynonymMaps>(name);
                let map = map.ok_or_else(|| error::synonym_map_deleted(name, &field.path))?;
                maps.insert(name, map.clone());
                map
            }
        };
        let rules = map.rules(analyzer, cancel).map_err(|cause| error::stopped(&cause))?;
        let rules = rules.map_err(|error| error::synonym_map_unusable(name, &field.path, &error))?;
        synonyms.insert(field.id, rules);
    }
    Ok(synonyms)
}
