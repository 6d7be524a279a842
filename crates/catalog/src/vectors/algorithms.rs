//! Algorithm configurations: which graph is built over vectors, or none.

use std::ops::RangeInclusive;

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::{ExhaustiveKnnParameters, HnswParameters, VectorAlgorithm};

use super::{ALGORITHM, HAMMING, metric_of};
use crate::error::VectorProblem;
use crate::limits::{HNSW_EF_CONSTRUCTION, HNSW_EF_SEARCH, HNSW_M};
use lazuli_wire::since::{Since, stable};

const EXHAUSTIVE: &str = "exhaustiveKnn";

/// The versions with an exhaustive scan: those with profiles.
const EXHAUSTIVE_SINCE: Since = stable(ApiVersion::V2023_11_01).preview(ApiVersion::V2023_10_01Preview);

/// The versions with vectors of bits, which [`HAMMING`] compares.
const HAMMING_SINCE: Since = stable(ApiVersion::V2024_07_01).preview(ApiVersion::V2024_05_01Preview);

/// Exactly the parameters of its kind are set, in their ranges. Kind and metric are those of the `version`, or those that the
/// algorithm of this name has had `before`.
pub(super) fn complete(
    algorithm: &VectorAlgorithm,
    before: Option<&VectorAlgorithm>,
    version: ApiVersion,
) -> Result<VectorAlgorithm, VectorProblem> {
    let completed = complete_in_newest(algorithm)?;
    let had = |value: fn(&VectorAlgorithm) -> Option<&str>| {
        before.is_some_and(|before| value(before) == value(&completed))
    };
    let name = || completed.name.clone();
    if completed.kind == EXHAUSTIVE && !EXHAUSTIVE_SINCE.covers(version) && !had(|it| Some(&it.kind)) {
        let (kind, supported) = (completed.kind.clone(), "'hnsw'");
        return Err(VectorProblem::UnknownKind { part: ALGORITHM, name: name(), kind, supported });
    }
    if metric_of(&completed) == Some(HAMMING) && !HAMMING_SINCE.covers(version) && !had(metric_of) {
        let supported = "'cosine', 'euclidean' and 'dotProduct'";
        return Err(VectorProblem::UnknownMetric { name: name(), metric: HAMMING.to_owned(), supported });
    }
    Ok(completed)
}

fn complete_in_newest(algorithm: &VectorAlgorithm) -> Result<VectorAlgorithm, VectorProblem> {
    let (name, kind) = (algorithm.name.clone(), algorithm.kind.clone());
    let other = |property| VectorProblem::OtherParameters {
        part: ALGORITHM,
        name: name.clone(),
        kind: kind.clone(),
        property,
    };
    match kind.as_str() {
        "hnsw" => {
            if algorithm.exhaustive_knn_parameters.is_some() {
                return Err(other("exhaustiveKnnParameters"));
            }
            let parameters = algorithm.hnsw_parameters.clone().unwrap_or_default();
            let hnsw_parameters = Some(complete_hnsw(&name, &parameters)?);
            Ok(VectorAlgorithm { hnsw_parameters, ..algorithm.clone() })
        }
        EXHAUSTIVE => {
            if algorithm.hnsw_parameters.is_some() {
                return Err(other("hnswParameters"));
            }
            let parameters = algorithm.exhaustive_knn_parameters.clone().unwrap_or_default();
            let metric = Some(complete_metric(&name, parameters.metric)?);
            let exhaustive_knn_parameters = Some(ExhaustiveKnnParameters { metric });
            Ok(VectorAlgorithm { exhaustive_knn_parameters, ..algorithm.clone() })
        }
        _ => {
            let supported = "'hnsw' and 'exhaustiveKnn'";
            Err(VectorProblem::UnknownKind { part: ALGORITHM, name, kind, supported })
        }
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
        _ => {
            let supported = "'cosine', 'euclidean', 'dotProduct' and 'hamming'";
            Err(VectorProblem::UnknownMetric { name: name.to_owned(), metric, supported })
        }
    }
}
