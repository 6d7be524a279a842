//! 2023-07-01-preview, the first version with vectors, had no profiles: fields named an algorithm configuration.
//!
//! The members that only have other names, `vectorSearchConfiguration` and `algorithmConfigurations`, are matters of the
//! tables.

use std::collections::BTreeSet;

use super::{Field, Index, VectorProfile, VectorSearch};

/// Gives each algorithm configuration a profile of the same name, which is what fields then name.
pub(super) fn to_newest(index: &mut Index) {
    let Some(search) = &mut index.vector_search else { return };
    search.profiles = search
        .algorithms
        .iter()
        .map(|algorithm| VectorProfile {
            name: algorithm.name.clone(),
            algorithm: algorithm.name.clone(),
            ..VectorProfile::default()
        })
        .collect();
}

/// Lets fields name the algorithm configuration of their profile. What else the profile says, its vectorizer and
/// compression, the version cannot express; it is not shown.
pub(super) fn from_newest(index: &Index) -> Index {
    let mut index = index.clone();
    if let Some(search) = &index.vector_search {
        name_algorithms(&mut index.fields, &search.profiles);
    }
    index
}

/// Completes an update that has the stored index's profiles and beside them those that [`to_newest`] `made`.
///
/// A field that still names the algorithm configuration of its profile keeps its profile. A profile of the name of an
/// algorithm configuration comes in only for a new configuration and for a field that has no such profile; a profile whose
/// configuration goes, goes too.
pub(super) fn keep_profiles(new: &mut Index, made: Vec<VectorProfile>, stored: &Index) {
    let (Some(search), Some(before)) = (&mut new.vector_search, &stored.vector_search) else { return };
    let VectorSearch { algorithms, profiles, .. } = search;
    profiles.retain(|profile| algorithms.iter().any(|algorithm| algorithm.name == profile.algorithm));
    let mut needed = BTreeSet::new();
    // Vector fields stand at top level only.
    for field in &mut new.fields {
        let Some(algorithm) = field.vector_search_profile.clone() else { continue };
        let old = stored.fields.iter().find(|old| old.name == field.name);
        let profile = old.and_then(|old| old.vector_search_profile.as_ref());
        match profiles.iter().find(|known| Some(&known.name) == profile && known.algorithm == algorithm) {
            Some(profile) => field.vector_search_profile = Some(profile.name.clone()),
            None => drop(needed.insert(algorithm)),
        }
    }
    for profile in made {
        let is_new = !before.algorithms.iter().any(|algorithm| algorithm.name == profile.algorithm);
        let is_there = profiles
            .iter()
            .any(|known| (&known.name, &known.algorithm) == (&profile.name, &profile.algorithm));
        if !is_there && (is_new || needed.contains(&profile.algorithm)) {
            profiles.push(profile);
        }
    }
}

fn name_algorithms(fields: &mut [Field], profiles: &[VectorProfile]) {
    for field in fields {
        let named =
            profiles.iter().find(|profile| Some(&profile.name) == field.vector_search_profile.as_ref());
        if let Some(profile) = named {
            field.vector_search_profile = Some(profile.algorithm.clone());
        }
        name_algorithms(&mut field.fields, profiles);
    }
}
