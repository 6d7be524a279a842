//! Up to 2024-07-01 and 2024-09-01-preview a compression had the options of rescoring among its own members. Later
//! versions up to 2025-09-01 still take them, beside `rescoringOptions`, as the service's clients of these versions have
//! both; they no longer show them (`SearchServiceGetIndex.json` in Azure/azure-rest-api-specs, 2024-09-01-preview against
//! 2024-11-01-preview).

use serde::Deserialize;

use super::{Compression, RescoringOptions, ScalarQuantizationParameters};
use crate::json::or_default;

/// A compression as any version sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AnyCompression {
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "or_default")]
    kind: String,
    truncation_dimension: Option<i32>,
    scalar_quantization_parameters: Option<ScalarQuantizationParameters>,
    rescoring_options: Option<RescoringOptions>,
    /// Now `rescoringOptions/enableRescoring`.
    rerank_with_original_vectors: Option<bool>,
    /// Now `rescoringOptions/defaultOversampling`.
    default_oversampling: Option<f64>,
}

/// An old member and its successor that do not say the same.
#[derive(Debug, thiserror::Error)]
#[error(
    "The vector search compression '{name}' sets '{old}' and '{new}' to different values. Use only 'rescoringOptions'."
)]
pub(super) struct Contradiction {
    name: String,
    old: &'static str,
    new: &'static str,
}

impl TryFrom<AnyCompression> for Compression {
    type Error = Contradiction;

    fn try_from(any: AnyCompression) -> Result<Self, Contradiction> {
        let name = any.name;
        let contradiction = |old, new| Contradiction { name: name.clone(), old, new };
        let mut rescoring_options = any.rescoring_options;
        if any.rerank_with_original_vectors.is_some() || any.default_oversampling.is_some() {
            let options = rescoring_options.get_or_insert_default();
            options.enable_rescoring = either(any.rerank_with_original_vectors, options.enable_rescoring)
                .ok_or_else(|| {
                    contradiction("rerankWithOriginalVectors", "rescoringOptions/enableRescoring")
                })?;
            options.default_oversampling = either(any.default_oversampling, options.default_oversampling)
                .ok_or_else(|| {
                    contradiction("defaultOversampling", "rescoringOptions/defaultOversampling")
                })?;
        }
        Ok(Self {
            name,
            kind: any.kind,
            truncation_dimension: any.truncation_dimension,
            scalar_quantization_parameters: any.scalar_quantization_parameters,
            rescoring_options,
        })
    }
}

/// The one that is set; none when both are and differ.
fn either<T: PartialEq>(old: Option<T>, new: Option<T>) -> Option<Option<T>> {
    match (old, new) {
        (Some(old), Some(new)) if old != new => None,
        (old, new) => Some(old.or(new)),
    }
}
