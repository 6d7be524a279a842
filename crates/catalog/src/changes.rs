//! Which changes of an index definition are allowed (`api.md` §3.2).
//!
//! Both definitions have their defaults filled in and are compared attribute by attribute, as the service does: leaving
//! out an attribute that was set to something other than its default is a change, and so is naming the default analyzer
//! where none was named.

use lazuli_wire::indexes::{Field, Index, VectorAlgorithm, VectorProfile, VectorSearch};

use crate::error::DefinitionError;

/// Checks that `new` may replace `old`; both are completed.
pub(crate) fn check(old: &Index, new: &Index) -> Result<(), DefinitionError> {
    check_fields(&old.fields, &new.fields, "")?;
    check_vector_search(old, new)
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

/// Profiles and algorithms that fields use stay as they are; others may come, change and go.
fn check_vector_search(old: &Index, new: &Index) -> Result<(), DefinitionError> {
    let Some(old_search) = &old.vector_search else { return Ok(()) };
    // Vector fields stand at top level only.
    for field in &old.fields {
        let Some(profile) = field.vector_search_profile.as_deref() else { continue };
        let before = parts_of_profile(old_search, profile);
        let after =
            new.vector_search.as_ref().map_or((None, None), |search| parts_of_profile(search, profile));
        let changed = |kind, name: &str| {
            let (name, field) = (name.to_owned(), field.name.clone());
            Err(DefinitionError::VectorSearchChanged { kind, name, field })
        };
        if before.0 != after.0 {
            return changed("profile", profile);
        }
        if before.1 != after.1 {
            return changed("algorithm configuration", before.1.map_or(profile, |algorithm| &algorithm.name));
        }
    }
    Ok(())
}

type Parts<'a> = (Option<&'a VectorProfile>, Option<&'a VectorAlgorithm>);

/// A profile and the algorithm it names.
fn parts_of_profile<'a>(search: &'a VectorSearch, profile: &str) -> Parts<'a> {
    let profile = search.profiles.iter().find(|candidate| candidate.name == profile);
    let algorithm = profile
        .and_then(|profile| search.algorithms.iter().find(|algorithm| algorithm.name == profile.algorithm));
    (profile, algorithm)
}
