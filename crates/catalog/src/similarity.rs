//! The similarity of an index: which formula scores text, and its parameters.

use lazuli_wire::indexes::{BM25, CLASSIC, Similarity};

use crate::error::SimilarityProblem;

/// What k1 is when it is not given (`api.md` §3.1).
const K1_DEFAULT: f64 = 1.2;
/// What b is when it is not given.
const B_DEFAULT: f64 = 0.75;

/// Checks type and parameters; without any it is BM25, whose unset parameters are shown as null (`wire.md` §10).
pub(crate) fn complete(similarity: Option<&Similarity>) -> Result<Similarity, SimilarityProblem> {
    let Some(similarity) = similarity else {
        return Ok(Similarity { odata_type: BM25.to_owned(), k1: None, b: None });
    };
    let Similarity { odata_type, k1, b } = similarity;
    match odata_type.as_str() {
        BM25 => {
            in_range("k1", *k1, |k1| k1 >= 0.0, "a number that is not negative")?;
            in_range("b", *b, |b| (0.0..=1.0).contains(&b), "between 0 and 1")?;
        }
        CLASSIC => {
            for (parameter, value) in [("k1", k1), ("b", b)] {
                if value.is_some() {
                    return Err(SimilarityProblem::NoParameter { parameter });
                }
            }
        }
        _ => return Err(SimilarityProblem::UnknownType { odata_type: odata_type.clone() }),
    }
    Ok(similarity.clone())
}

fn in_range(
    parameter: &'static str,
    value: Option<f64>,
    is_allowed: impl Fn(f64) -> bool,
    allowed: &'static str,
) -> Result<(), SimilarityProblem> {
    match value {
        Some(value) if !(value.is_finite() && is_allowed(value)) => {
            Err(SimilarityProblem::OutOfRange { parameter, value: value.to_string(), allowed })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether it scores as an index that says nothing does.
pub(crate) fn is_default(similarity: Option<&Similarity>) -> bool {
    similarity.is_none_or(|Similarity { odata_type, k1, b }| {
        odata_type == BM25 && k1.is_none_or(|k1| k1 == K1_DEFAULT) && b.is_none_or(|b| b == B_DEFAULT)
    })
}
