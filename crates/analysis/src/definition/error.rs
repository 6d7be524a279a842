//! Why nothing can be built from a definition.

use crate::java_regex::PatternError;

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
    /// A regular expression that Java does not know, or that is not supported here.
    #[error("bad pattern '{pattern}': {source}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: PatternError,
    },
    /// A replacement that names a group which the pattern does not have, or ends in the middle.
    #[error("bad replacement '{replacement}': {source}")]
    Replacement {
        /// The replacement.
        replacement: String,
        /// What is wrong with it.
        source: PatternError,
    },
    /// The group that is to be the token is none of the pattern's.
    #[error("the pattern has no group {group}")]
    NoGroup {
        /// The group asked for.
        group: i32,
    },
    /// A mapping of characters that cannot be read.
    #[error("bad mapping '{rule}': {problem}")]
    Mapping {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An option that has to be one character.
    #[error("{option} must be a single character")]
    NoCharacter {
        /// The option, as the service spells it.
        option: &'static str,
    },
    /// A filter that a normalizer may not have, because it makes several tokens of one or none.
    #[error("the filter may not be used in a normalizer")]
    NotInNormalizer,
}
