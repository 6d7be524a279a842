//! What an index definition may say of an analyzer, as plain values, and how an [`Analyzer`] is built from them.
//!
//! The structs bear the service's names and defaults (analysis.md §3, §4, Appendix A); they know nothing of the wire.
//!
//! A new token filter takes a variant and its options in [`token_filter`] and a line in [`TokenFilter`]'s `build`.

mod analyzer;
mod char_filter;
mod error;
mod grams;
mod parts;
mod patterns;
mod stems;
mod token_filter;
mod tokenizer;
mod words;

pub use analyzer::Configured;
pub use char_filter::CharFilter;
pub use error::BuildError;
pub use grams::{
    CjkBigram, CjkScript, CommonGrams, DictionaryDecompounder, EdgeNGram, NGram, Shingle, Side, WordDelimiter,
};
pub use parts::Parts;
pub use patterns::{PatternCapture, PatternReplace};
pub use stems::{Phonetic, PhoneticEncoder, SnowballLanguage, StemmerLanguage};
pub use token_filter::{AsciiFolding, Stopwords, TokenFilter};
pub use tokenizer::{MicrosoftWords, NGrams, PathHierarchy, Pattern, Tokenizer};
pub use words::{Elision, Keep, KeywordMarker, Length, Limit, StemmerOverride, Synonym, Truncate, Unique};

pub use crate::data::StopwordsList;
pub use crate::java_regex::{PatternError, RegexFlags};
pub use crate::microsoft::MicrosoftLanguage;
pub use crate::tokenizer::TokenChars;

use crate::analyzer::Analyzer;
use crate::java_regex::JavaRegex;
use crate::microsoft;
use crate::normalizer::Normalizer;

/// A custom analyzer: char filters, a tokenizer and token filters in the order in which they run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Change the text.
    pub char_filters: Vec<CharFilter>,
    /// Cuts it.
    pub tokenizer: Tokenizer,
    /// Change the tokens.
    pub token_filters: Vec<TokenFilter>,
}

impl Chain {
    /// An analyzer of this name and of components of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Self::build_of`].
    pub fn build(&self, name: impl Into<String>) -> Result<Analyzer, BuildError> {
        self.build_of(&mut Parts::default(), name)
    }

    /// An analyzer of this name, which has the revision of its components: raised when one of them changes its output. It
    /// shares them with others of the same parts.
    ///
    /// # Errors
    ///
    /// An option beyond its limits, or one that does not mean anything (a bad regular expression or rule).
    pub fn build_of(&self, parts: &mut Parts, name: impl Into<String>) -> Result<Analyzer, BuildError> {
        let char_filters = parts.char_filters(&self.char_filters)?;
        let tokenizer = parts.tokenizer(&self.tokenizer)?;
        let mut links = self.tokenizer.links();
        for filter in &self.token_filters {
            links.extend(parts.token_filter(filter)?);
        }
        Ok(Analyzer::new(name.into(), self.revision(), tokenizer, links).with_char_filters(char_filters))
    }

    /// That of all components, and what Microsoft's tokenizers add to it with every change of theirs.
    fn revision(&self) -> u32 {
        REVISION + if self.tokenizer.is_of_microsoft() { microsoft::REVISION } else { 0 }
    }
}

/// A custom normalizer: what becomes of a whole value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NormalizerChain {
    /// Change the value.
    pub char_filters: Vec<CharFilter>,
    /// Change it further; only those that make one token of one (analysis.md §4.5).
    pub token_filters: Vec<TokenFilter>,
}

impl NormalizerChain {
    /// A normalizer of this name, which shares its components with others of the same parts.
    ///
    /// # Errors
    ///
    /// Those of [`Chain::build_of`], and filters that a normalizer may not have.
    pub fn build_of(&self, parts: &mut Parts, name: impl Into<String>) -> Result<Normalizer, BuildError> {
        if !self.token_filters.iter().all(TokenFilter::normalizes) {
            return Err(BuildError::NotInNormalizer);
        }
        let chain = Chain {
            char_filters: self.char_filters.clone(),
            tokenizer: Tokenizer::Keyword { max_token_length: None },
            token_filters: self.token_filters.clone(),
        };
        Ok(Normalizer::new(chain.build_of(parts, name)?))
    }
}

/// The revision of all components together, but for what is Microsoft's. 2: `keyword_v2` cuts, Russian stemmers keep `ё`.
/// 3: patterns find what stands before an alternative, the older tokenizer of paths leaves none out. 4: groups of patterns are
/// Java's where they refer to themselves or look-arounds set them.
const REVISION: u32 = 4;

/// The service's ceiling for lengths and for sizes of n-grams (analysis.md §3). The older token filters of n-grams and the
/// older tokenizers of paths and of whole texts have none.
pub const LENGTH_MAX: u32 = 300;

/// Checks that an option is within `1..=LENGTH_MAX`.
fn length(option: &'static str, value: u32) -> Result<u32, BuildError> {
    within(option, value, 1, LENGTH_MAX)
}

/// Checks that an option is within `min..=max`.
fn within(option: &'static str, value: u32, min: u32, max: u32) -> Result<u32, BuildError> {
    if (min..=max).contains(&value) { Ok(value) } else { Err(BuildError::OutOfRange { option, min, max }) }
}

/// Checks that the one option is not greater than the other. (The documents say less; Lucene takes equal ones.)
fn in_order(less: &'static str, min: u32, greater: &'static str, max: u32) -> Result<(), BuildError> {
    if min <= max { Ok(()) } else { Err(BuildError::OutOfOrder { less, greater }) }
}

/// Compiles a regular expression.
fn pattern(pattern: &str, flags: RegexFlags) -> Result<JavaRegex, BuildError> {
    JavaRegex::new(pattern, flags).map_err(|source| not_a_pattern(pattern, source))
}

/// The error of a pattern, of which a few hundred characters are shown.
fn not_a_pattern(pattern: &str, source: PatternError) -> BuildError {
    BuildError::Pattern { pattern: pattern.chars().take(300).collect(), source }
}
