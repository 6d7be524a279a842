//! `vectorSearch`: algorithms and the profiles through which vector fields use them, checked and with defaults.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use lazuli_wire::indexes::{
    ExhaustiveKnnParameters, HnswParameters, VectorAlgorithm, VectorProfile, VectorSearch,
};

use crate::error::{DefinitionError, VectorProblem};
use crate::limits::{HNSW_EF_CONSTRUCTION, HNSW_EF_SEARCH, HNSW_M};
use crate::names::check_component_name;

const ALGORITHM: &str = "algorithm configuration";
const PROFILE: &str = "profile";

/// What `Collection(Edm.Byte)` fields, and only those, are compared by.
pub(crate) const HAMMING: &str = "hamming";

/// Checks names, kinds, parameters and references, and fills in the defaults the service shows (`wire.md` §7).
pub(crate) fn complete(search: &VectorSearch) -> Result<VectorSearch, DefinitionError> {
    if !search.vectorizers.is_empty() {
        return Err(DefinitionError::NotYet { what: "Vectorizers" });
    }
    if !search.compressions.is_empty() {
        return Err(DefinitionError::NotYet { what: "Vector compressions" });
    }
    check_names(ALGORITHM, search.algorithms.iter().map(|algorithm| &algorithm.name))?;
    check_names(PROFILE, search.profiles.iter().map(|profile| &profile.name))?;
    let algorithms = search.algorithms.iter().map(complete_algorithm).collect::<Result<Vec<_>, _>>();
    let algorithms = algorithms.map_err(DefinitionError::VectorSearch)?;
    for profile in &search.profiles {
        check_profile(profile, &algorithms).map_err(DefinitionError::VectorSearch)?;
    }
    Ok(VectorSearch { algorithms, ..search.clone() })
}

/// The metric of a profile; None when there is no such profile.
pub(crate) fn metric_of_profile<'a>(search: Option<&'a VectorSearch>, profile: &str) -> Option<&'a str> {
    let search = search?;
    let profile = search.profiles.iter().find(|candidate| candidate.name == profile)?;
    let algorithm = search.algorithms.iter().find(|candidate| candidate.name == profile.algorithm)?;
    let hnsw = algorithm.hnsw_parameters.as_ref().and_then(|parameters| parameters.metric.as_deref());
    let exhaustive =
        algorithm.exhaustive_knn_parameters.as_ref().and_then(|parameters| parameters.metric.as_deref());
    hnsw.or(exhaustive)
}

fn check_names<'a>(
    kind: &'static str,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), DefinitionError> {
    let mut seen = HashSet::new();
    for name in names {
        check_component_name(kind, name)?;
        if !seen.insert(name) {
            return Err(DefinitionError::VectorSearch(VectorProblem::Duplicate { kind, name: name.clone() }));
        }
    }
    Ok(())
}

fn check_profile(profile: &VectorProfile, algorithms: &[VectorAlgorithm]) -> Result<(), VectorProblem> {
    if !algorithms.iter().any(|algorithm| algorithm.name == profile.algorithm) {
        let (profile, algorithm) = (profile.name.clone(), profile.algorithm.clone());
        return Err(VectorProblem::UnknownAlgorithm { profile, algorithm });
    }
    // There can be no vectorizers and compressions yet, so every reference to one dangles.
    for (kind, name) in [("vectorizer", &profile.vectorizer), ("compression", &profile.compression)] {
        if let Some(name) = name {
            let profile = profile.name.clone();
            return Err(VectorProblem::UnknownPart { profile, kind, name: name.clone() });
        }
    }
    Ok(())
}

fn complete_algorithm(algorithm: &VectorAlgorithm) -> Result<VectorAlgorithm, VectorProblem> {
    let (name, kind) = (algorithm.name.clone(), algorithm.kind.clone());
    let other =
        |property| VectorProblem::OtherParameters { name: name.clone(), kind: kind.clone(), property };
    match kind.as_str() {
        "hnsw" => {
            if algorithm.exhaustive_knn_parameters.is_some() {
                return Err(other("exhaustiveKnnParameters"));
            }
            let parameters = algorithm.hnsw_parameters.clone().unwrap_or_default();
            let hnsw_parameters = Some(complete_hnsw(&name, &parameters)?);
            Ok(VectorAlgorithm { hnsw_parameters, ..algorithm.clone() })
        }
        "exhaustiveKnn" => {
            if algorithm.hnsw_parameters.is_some() {
                return Err(other("hnswParameters"));
            }
            let parameters = algorithm.exhaustive_knn_parameters.clone().unwrap_or_default();
            let metric = Some(complete_metric(&name, parameters.metric)?);
            let exhaustive_knn_parameters = Some(ExhaustiveKnnParameters { metric });
            Ok(VectorAlgorithm { exhaustive_knn_parameters, ..algorithm.clone() })
        }
        _ => Err(VectorProblem::UnknownKind { name, kind }),
    }
}

fn complete_hnsw(name: &str, parameters: &HnswParameters) -> Result<HnswParameters, VectorProblem> {
    let in_range = |parameter, value: Option<i32>, default, range: RangeInclusive<i32>| {
        let value = value.unwrap_or(default);
        if range.contains(&value) {
            return Ok(Some(value));
        }
        let (min, max) = range.into_inner();
        Err(VectorProblem::OutOfRange { name: name.to_owned(), parameter, value, min, max })
    };
    Ok(HnswParameters {
        metric: Some(complete_metric(name, parameters.metric.clone())?),
        m: in_range("m", parameters.m, 4, HNSW_M)?,
        ef_construction: in_range("efConstruction", parameters.ef_construction, 400, HNSW_EF_CONSTRUCTION)?,
        ef_search: in_range("efSearch", parameters.ef_search, 500, HNSW_EF_SEARCH)?,
    })
}

fn complete_metric(name: &str, metric: Option<String>) -> Result<String, VectorProblem> {
    let metric = metric.unwrap_or_else(|| "cosine".to_owned());
    match metric.as_str() {
        "cosine" | "euclidean" | "dotProduct" | HAMMING => Ok(metric),
        _ => Err(VectorProblem::UnknownMetric { name: name.to_owned(), metric }),
    }
}
