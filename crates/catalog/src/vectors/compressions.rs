//! Compressions: how the vectors that are searched are made smaller, and how hits are compared again in full.

use lazuli_wire::indexes::{Compression, RescoringOptions, ScalarQuantizationParameters};

use super::COMPRESSION;
use crate::error::VectorProblem;

const INT8: &str = "int8";
const PRESERVE: &str = "preserveOriginals";
const DISCARD: &str = "discardOriginals";

/// How many times more candidates are compared again when a definition does not say (echoed so, `wire.md` §7).
const OVERSAMPLING_DEFAULT: f64 = 4.0;
/// A vector of fewer components is none.
const TRUNCATION_MIN: i32 = 1;

/// Checks the kind and its parameters and fills in the defaults.
pub(super) fn complete(compression: &Compression) -> Result<Compression, VectorProblem> {
    let name = || compression.name.clone();
    let scalar_quantization_parameters = match compression.kind.as_str() {
        "scalarQuantization" => Some(complete_scalar(compression)?),
        "binaryQuantization" if compression.scalar_quantization_parameters.is_some() => {
            let (kind, property) = (compression.kind.clone(), "scalarQuantizationParameters");
            return Err(VectorProblem::OtherParameters { part: COMPRESSION, name: name(), kind, property });
        }
        "binaryQuantization" => None,
        _ => {
            let (kind, supported) =
                (compression.kind.clone(), "'scalarQuantization' and 'binaryQuantization'");
            return Err(VectorProblem::UnknownKind { part: COMPRESSION, name: name(), kind, supported });
        }
    };
    if let Some(value) = compression.truncation_dimension.filter(|value| *value < TRUNCATION_MIN) {
        return Err(VectorProblem::Truncation { name: name(), value, min: TRUNCATION_MIN });
    }
    let rescoring_options = Some(complete_rescoring(compression)?);
    Ok(Compression { scalar_quantization_parameters, rescoring_options, ..compression.clone() })
}

fn complete_scalar(compression: &Compression) -> Result<ScalarQuantizationParameters, VectorProblem> {
    let parameters = compression.scalar_quantization_parameters.clone().unwrap_or_default();
    let word = parameters.quantized_data_type.unwrap_or_else(|| INT8.to_owned());
    if word != INT8 {
        let (name, property) = (compression.name.clone(), "quantizedDataType");
        return Err(VectorProblem::UnknownWord { name, property, word, supported: "'int8'" });
    }
    Ok(ScalarQuantizationParameters { quantized_data_type: Some(word) })
}

/// Rescoring is on unless it is switched off. That originals are discarded although hits are to be compared again is
/// accepted (`wire.md` §7).
fn complete_rescoring(compression: &Compression) -> Result<RescoringOptions, VectorProblem> {
    let name = || compression.name.clone();
    let options = compression.rescoring_options.clone().unwrap_or_default();
    let enabled = options.enable_rescoring.unwrap_or(true);
    let default_oversampling = match options.default_oversampling {
        Some(_) if !enabled => return Err(VectorProblem::OversamplingWithoutRescoring { name: name() }),
        Some(value) if !value.is_finite() || value < 1.0 => {
            return Err(VectorProblem::Oversampling { name: name(), value: value.to_string() });
        }
        None if enabled => Some(OVERSAMPLING_DEFAULT),
        given => given,
    };
    let word = options.rescore_storage_method.unwrap_or_else(|| PRESERVE.to_owned());
    if !matches!(word.as_str(), PRESERVE | DISCARD) {
        let (property, supported) = ("rescoreStorageMethod", "'preserveOriginals' and 'discardOriginals'");
        return Err(VectorProblem::UnknownWord { name: name(), property, word, supported });
    }
    Ok(RescoringOptions {
        enable_rescoring: Some(enabled),
        default_oversampling,
        rescore_storage_method: Some(word),
    })
}
