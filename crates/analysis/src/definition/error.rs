//! Why no analyzer can be built from a definition.

use crate::synonym::SynonymError;

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A number beyond what the service allows.
    #[error("{option} must be between {min} and {max}")]
    OutOfRange {
        /// The option, as the service spells it.
        option: &'static str,
        /// The least value.
        min: u32,
        /// The greatest value.
        max: u32,
    },
    /// Two numbers the wrong way round.
    #[error("{less} must not be greater than {greater}")]
    OutOfOrder {
        /// The option that must be the less.
        less: &'static str,
        /// The option that must be the greater.
        greater: &'static str,
    },
    /// A rule that is not `word => stem`.
    #[error("invalid rule '{rule}': expected 'word => stem'")]
    Rule {
        /// The rule as it is written.
        rule: String,
    },
    /// Rules of synonyms that cannot be read.
    #[error(transparent)]
    Synonyms(#[from] SynonymError),
}
