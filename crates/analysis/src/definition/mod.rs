//! What an index definition may say of an analyzer, as plain values, and how an [`Analyzer`] is built from them.
//!
//! The structs bear the service's names and defaults (analysis.md §3, §4, Appendix A); they know nothing of the wire. What
//! is not built yet has no variant, so that nobody can name it and get something else.
//!
//! A new token filter takes a variant and its options in [`token_filter`] and a line in [`TokenFilter`]'s `build`.

mod error;
mod grams;
mod stems;
mod token_filter;
mod tokenizer;
mod words;

pub use error::BuildError;
pub use grams::{
    CjkBigram, CjkScript, CommonGrams, DictionaryDecompounder, EdgeNGram, NGram, Shingle, Side, WordDelimiter,
};
pub use stems::{Phonetic, PhoneticEncoder, SnowballLanguage, StemmerLanguage};
pub use token_filter::{AsciiFolding, Stopwords, TokenFilter};
pub use tokenizer::Tokenizer;
pub use words::{Elision, Keep, KeywordMarker, Length, Limit, StemmerOverride, Synonym, Truncate, Unique};

pub use crate::data::StopwordsList;

use crate::analyzer::Analyzer;
use crate::pipeline::Link;

/// A custom analyzer: a tokenizer and filters in the order in which they run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Cuts the text.
    pub tokenizer: Tokenizer,
    /// Change the tokens.
    pub token_filters: Vec<TokenFilter>,
}

impl Chain {
    /// An analyzer of this name, which has the revision of the components: raised when one of them changes its output.
    ///
    /// # Errors
    ///
    /// An option beyond its limits, or one that does not mean anything (a bad regular expression or rule).
    pub fn build(&self, name: impl Into<String>) -> Result<Analyzer, BuildError> {
        let tokenizer = self.tokenizer.build()?;
        let mut links: Vec<Link> = Vec::new();
        for filter in &self.token_filters {
            filter.build(&mut links)?;
        }
        Ok(Analyzer::new(name.into(), REVISION, tokenizer, links))
    }
}

/// The revision of all components together.
const REVISION: u32 = 1;

/// The service's ceiling for every length and every size of n-grams (analysis.md §3).
const LENGTH_MAX: u32 = 300;

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
