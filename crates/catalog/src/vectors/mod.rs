//! `vectorSearch`: algorithms, vectorizers and compressions, and the profiles through which vector fields use them, checked
//! and with defaults.

use std::collections::HashSet;

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::{Compression, VectorAlgorithm, VectorProfile, VectorSearch};

use crate::error::{DefinitionError, VectorProblem};
use crate::limits::VECTOR_PARTS_MAX;
use crate::names::check_part_name;

mod algorithms;
mod compressions;
mod vectorizers;

/// What errors call the parts.
pub(crate) const ALGORITHM: &str = "vector search algorithm configuration";
pub(crate) const PROFILE: &str = "vector search profile";
pub(crate) const VECTORIZER: &str = "vector search vectorizer";
pub(crate) const COMPRESSION: &str = "vector search compression";

/// What `Collection(Edm.Byte)` fields, and only those, are compared by.
pub(crate) const HAMMING: &str = "hamming";

/// Checks names, kinds, parameters and references, and fills in the defaults the service shows (`wire.md` §7).
///
/// `version` is the request's. What it does not know is refused, and what it requires must be there, except where `stored` is
/// the same: clients did not do that, and could not send back what they got.
pub(crate) fn complete(
    search: &VectorSearch,
    stored: Option<&VectorSearch>,
    version: ApiVersion,
) -> Result<VectorSearch, DefinitionError> {
    check_names(ALGORITHM, search.algorithms.iter().map(|algorithm| &algorithm.name))?;
    check_names(PROFILE, search.profiles.iter().map(|profile| &profile.name))?;
    check_names(VECTORIZER, search.vectorizers.iter().map(|vectorizer| &vectorizer.name))?;
    check_names(COMPRESSION, search.compressions.iter().map(|compression| &compression.name))?;
    let nothing = VectorSearch::default();
    let stored = stored.unwrap_or(&nothing);
    let algorithms = search.algorithms.iter().map(|algorithm| {
        let before = stored.algorithms.iter().find(|before| before.name == algorithm.name);
        algorithms::complete(algorithm, before, version)
    });
    let vectorizers = search.vectorizers.iter().map(|vectorizer| {
        let before = stored.vectorizers.iter().find(|before| before.name == vectorizer.name);
        vectorizers::complete(vectorizer, before, version)
    });
    let compressions = search.compressions.iter().map(compressions::complete);
    let completed = VectorSearch {
        algorithms: algorithms.collect::<Result<_, _>>()?,
        profiles: search.profiles.iter().map(complete_profile).collect(),
        vectorizers: vectorizers.collect::<Result<_, _>>()?,
        compressions: compressions.collect::<Result<_, _>>()?,
    };
    completed.profiles.iter().try_for_each(|profile| check_profile(profile, &completed))?;
    Ok(completed)
}

/// The metric of a profile; None when there is no such profile.
pub(crate) fn metric_of_profile<'a>(search: Option<&'a VectorSearch>, profile: &str) -> Option<&'a str> {
    let search = search?;
    let profile = search.profiles.iter().find(|candidate| candidate.name == profile)?;
    let algorithm = search.algorithms.iter().find(|candidate| candidate.name == profile.algorithm)?;
    metric_of(algorithm)
}

/// The metric of a completed algorithm.
fn metric_of(algorithm: &VectorAlgorithm) -> Option<&str> {
    let hnsw = algorithm.hnsw_parameters.as_ref().and_then(|parameters| parameters.metric.as_deref());
    let exhaustive =
        algorithm.exhaustive_knn_parameters.as_ref().and_then(|parameters| parameters.metric.as_deref());
    hnsw.or(exhaustive)
}

/// The compression of a profile, if it has one.
pub(crate) fn compression_of_profile<'a>(
    search: Option<&'a VectorSearch>,
    profile: &str,
) -> Option<&'a Compression> {
    let search = search?;
    let profile = search.profiles.iter().find(|candidate| candidate.name == profile)?;
    let name = profile.compression.as_ref()?;
    search.compressions.iter().find(|candidate| candidate.name == *name)
}

fn check_names<'a>(
    part: &'static str,
    names: impl ExactSizeIterator<Item = &'a String>,
) -> Result<(), DefinitionError> {
    if names.len() > VECTOR_PARTS_MAX {
        return Err(VectorProblem::TooMany { part, count: names.len(), max: VECTOR_PARTS_MAX }.into());
    }
    let mut seen = HashSet::new();
    for name in names {
        check_part_name(part, name)?;
        if !seen.insert(name) {
            return Err(VectorProblem::Duplicate { part, name: name.clone() }.into());
        }
    }
    Ok(())
}

/// An empty name of a vectorizer or compression is none, as it is where an index names its default profile.
fn complete_profile(profile: &VectorProfile) -> VectorProfile {
    let given = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
    VectorProfile {
        vectorizer: given(&profile.vectorizer),
        compression: given(&profile.compression),
        ..profile.clone()
    }
}

/// Whatever a profile names is there.
fn check_profile(profile: &VectorProfile, search: &VectorSearch) -> Result<(), VectorProblem> {
    if !search.algorithms.iter().any(|algorithm| algorithm.name == profile.algorithm) {
        let (profile, algorithm) = (profile.name.clone(), profile.algorithm.clone());
        return Err(VectorProblem::UnknownAlgorithm { profile, algorithm });
    }
    let unknown = |part, name: &String| {
        let (profile, name) = (profile.name.clone(), name.clone());
        Err(VectorProblem::UnknownPart { profile, part, name })
    };
    if let Some(name) = &profile.vectorizer
        && !search.vectorizers.iter().any(|vectorizer| vectorizer.name == *name)
    {
        return unknown(VECTORIZER, name);
    }
    if let Some(name) = &profile.compression
        && !search.compressions.iter().any(|compression| compression.name == *name)
    {
        return unknown(COMPRESSION, name);
    }
    Ok(())
}
