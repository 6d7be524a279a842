//! Changes of `vectorSearch`: what fields use stays as it is, the rest may come, change and go.

use lazuli_wire::indexes::{Compression, Index, VectorAlgorithm, VectorProfile, VectorSearch};

use crate::error::DefinitionError;
use crate::vectors::{ALGORITHM, COMPRESSION, PROFILE};

/// Checks that `new` may replace `old`; both are completed. Vectorizers may always change, and a profile may get another one:
/// they are asked only when a query comes.
pub(super) fn check(old: &Index, new: &Index) -> Result<(), DefinitionError> {
    let Some(old_search) = &old.vector_search else { return Ok(()) };
    let nothing = VectorSearch::default();
    let new_search = new.vector_search.as_ref().unwrap_or(&nothing);
    check_storage(old_search, new_search)?;
    // Vector fields stand at top level only.
    for field in &old.fields {
        let Some(profile) = field.vector_search_profile.as_deref() else { continue };
        let before = Parts::of(old_search, profile);
        let after = Parts::of(new_search, profile);
        let changed = |part, name: &str| {
            let (name, field) = (name.to_owned(), field.name.clone());
            Err(DefinitionError::VectorSearchChanged { part, name, field })
        };
        if after.profile.is_some() && before.algorithm_name() != after.algorithm_name() {
            return Err(DefinitionError::AlgorithmReplaced);
        }
        if after.profile.is_none() || before.compression_name() != after.compression_name() {
            return changed(PROFILE, profile);
        }
        if before.algorithm.map(of_graph) != after.algorithm.map(of_graph) {
            return changed(ALGORITHM, before.algorithm.map_or(profile, |algorithm| &algorithm.name));
        }
        if before.compression != after.compression {
            return changed(COMPRESSION, before.compression.map_or(profile, |compression| &compression.name));
        }
    }
    Ok(())
}

/// Whether originals are kept cannot be changed, not even while no field uses the compression (`api.md` §3.2).
fn check_storage(old: &VectorSearch, new: &VectorSearch) -> Result<(), DefinitionError> {
    let storage = |compression: &Compression| {
        compression.rescoring_options.as_ref().and_then(|options| options.rescore_storage_method.clone())
    };
    for before in &old.compressions {
        let after = new.compressions.iter().find(|after| after.name == before.name);
        if after.is_some_and(|after| storage(before) != storage(after)) {
            let (part, name) = (COMPRESSION, before.name.clone());
            return Err(DefinitionError::PartChanged { part, name });
        }
    }
    Ok(())
}

/// A profile and what it names.
struct Parts<'a> {
    profile: Option<&'a VectorProfile>,
    algorithm: Option<&'a VectorAlgorithm>,
    compression: Option<&'a Compression>,
}

impl<'a> Parts<'a> {
    fn of(search: &'a VectorSearch, profile: &str) -> Self {
        let profile = search.profiles.iter().find(|candidate| candidate.name == profile);
        let algorithm = profile.and_then(|profile| {
            search.algorithms.iter().find(|algorithm| algorithm.name == profile.algorithm)
        });
        let compression = profile.and_then(|profile| profile.compression.as_ref());
        let compression = compression
            .and_then(|name| search.compressions.iter().find(|compression| compression.name == *name));
        Self { profile, algorithm, compression }
    }

    fn algorithm_name(&self) -> Option<&str> {
        self.profile.map(|profile| profile.algorithm.as_str())
    }

    fn compression_name(&self) -> Option<&str> {
        self.profile.and_then(|profile| profile.compression.as_deref())
    }
}

/// What of an algorithm the graph depends on: everything but how many candidates a search keeps.
fn of_graph(algorithm: &VectorAlgorithm) -> VectorAlgorithm {
    let mut algorithm = algorithm.clone();
    if let Some(parameters) = &mut algorithm.hnsw_parameters {
        parameters.ef_search = None;
    }
    algorithm
}
