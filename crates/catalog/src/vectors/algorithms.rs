//! Algorithm configurations: which graph is built over vectors, or none.

use std::ops::RangeInclusive;

use lazuli_wire::indexes::{ExhaustiveKnnParameters, HnswParameters, VectorAlgorithm};

use super::{ALGORITHM, HAMMING};
use crate::error::VectorProblem;
use crate::limits::{HNSW_EF_CONSTRUCTION, HNSW_EF_SEARCH, HNSW_M};

/// Exactly the parameters of its kind are set, in their ranges.
pub(super) fn complete(algorithm: &VectorAlgorithm) -> Result<VectorAlgorithm, VectorProblem> {
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
        "exhaustiveKnn" => {
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
        _ => Err(VectorProblem::UnknownMetric { name: name.to_owned(), metric }),
    }
}
