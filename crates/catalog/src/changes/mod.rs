//! Which changes of an index definition are allowed (`api.md` §3.2).
//!
//! Both definitions have their defaults filled in and are compared attribute by attribute, as the service does: leaving
//! out an attribute that was set to something other than its default is a change, and so is naming the default analyzer
//! where none was named. What is not looked at here may change freely: the description, scoring profiles, CORS options,
//! semantic configurations, and of a field its `retrievable`, `searchAnalyzer` and `synonymMaps`.

use lazuli_wire::indexes::{Field, Index, Similarity, Suggester};

use crate::components;
use crate::error::DefinitionError;
use crate::index::Rules;
use crate::paths::Paths;

mod vectors;

/// Checks that `new` may replace `old`; both are completed.
pub(crate) fn check(old: &Index, new: &Index, rules: &Rules<'_>) -> Result<(), DefinitionError> {
    check_fields(&old.fields, &new.fields, "")?;
    check_suggesters(old, new)?;
    vectors::check(old, new)?;
    let adds_components = check_components(old, new)?;
    let changes_similarity = check_similarity(old.similarity.as_ref(), new.similarity.as_ref())?;
    if (adds_components || changes_similarity) && !rules.allow_downtime {
        let (index, service) = (new.name.clone(), rules.service.to_owned());
        return Err(DefinitionError::Downtime { index, service });
    }
    Ok(())
}

/// Every old field is still there and the same; new ones may stand anywhere between them.
fn check_fields(old: &[Field], new: &[Field], prefix: &str) -> Result<(), DefinitionError> {
    for old in old {
        let path = format!("{prefix}{}", old.name);
        let Some(new) = new.iter().find(|new| new.name == old.name) else {
            return Err(DefinitionError::FieldDeleted { field: path });
        };
        if unchangeable(old) != unchangeable(new) {
            return Err(DefinitionError::FieldChanged { field: path });
        }
        check_fields(&old.fields, &new.fields, &format!("{path}/"))?;
    }
    Ok(())
}

/// The field without what an update may change; sub-fields are compared on their own.
fn unchangeable(field: &Field) -> Field {
    Field {
        retrievable: None,
        search_analyzer: None,
        synonym_maps: Vec::new(),
        fields: Vec::new(),
        ..field.clone()
    }
}

/// A suggester takes in only fields that come with the same update, since only those can still be indexed for it. Fields
/// and whole suggesters may go: the service lets a new suggester take the place of another (azure-sdk-for-java,
/// `IndexManagementTests`).
fn check_suggesters(old: &Index, new: &Index) -> Result<(), DefinitionError> {
    let old_paths = Paths::new(&old.fields);
    for suggester in &new.suggesters {
        let before = old.suggesters.iter().find(|before| before.name == suggester.name);
        let is_source = |field: &String| before.is_some_and(|before| names(before, field));
        let fields: Vec<String> = suggester
            .source_fields
            .iter()
            .filter(|field| !is_source(field) && old_paths.find(field).is_some())
            .cloned()
            .collect();
        if !fields.is_empty() {
            return Err(DefinitionError::SuggesterOverOldFields { fields });
        }
    }
    Ok(())
}

fn names(suggester: &Suggester, field: &str) -> bool {
    suggester.source_fields.iter().any(|source| source == field)
}

/// Analysis components stay as they are. Whether there are new ones is returned.
fn check_components(old: &Index, new: &Index) -> Result<bool, DefinitionError> {
    let mut adds = false;
    for ((part, old), (_, new)) in components::lists(old).into_iter().zip(components::lists(new)) {
        for component in old {
            let name = component.name.clone();
            match new.iter().find(|now| now.name == component.name) {
                None => return Err(DefinitionError::PartDeleted { part, name }),
                Some(now) if now != component => return Err(DefinitionError::PartChanged { part, name }),
                Some(_) => {}
            }
        }
        adds |= new.len() > old.len();
    }
    Ok(adds)
}

/// The formula stays, its parameters may change. Whether they do is returned.
fn check_similarity(old: Option<&Similarity>, new: Option<&Similarity>) -> Result<bool, DefinitionError> {
    let (Some(old), Some(new)) = (old, new) else { return Ok(false) };
    if old.odata_type != new.odata_type {
        let (part, name) = ("similarity", old.odata_type.clone());
        return Err(DefinitionError::PartChanged { part, name });
    }
    Ok(old != new)
}
