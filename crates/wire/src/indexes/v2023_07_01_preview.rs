//! 2023-07-01-preview, the first version with vectors, had no profiles: fields named an algorithm configuration.
//!
//! The members that only have other names, `vectorSearchConfiguration` and `algorithmConfigurations`, are matters of the
//! tables.

use super::{Field, Index, VectorProfile};

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
