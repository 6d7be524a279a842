//! Tokenizers with their options (analysis.md §3).

use super::{BuildError, length};
use crate::tokenizer;

/// A tokenizer as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tokenizer {
    /// `standard_v2`: words by Unicode's rules; longer ones are cut.
    Standard {
        /// `maxTokenLength` in UTF-16 units, 1 to 300; 255 if not given.
        max_token_length: u32,
    },
    /// `keyword_v2`: the whole text is one token.
    Keyword,
    /// `whitespace`
    Whitespace,
    /// `letter`
    Letter,
}

impl Tokenizer {
    pub(super) fn build(&self) -> Result<tokenizer::Tokenizer, BuildError> {
        Ok(match self {
            Self::Standard { max_token_length } => {
                tokenizer::Tokenizer::Standard { length_max: length("maxTokenLength", *max_token_length)? }
            }
            Self::Keyword => tokenizer::Tokenizer::Keyword,
            Self::Whitespace => tokenizer::Tokenizer::Whitespace,
            Self::Letter => tokenizer::Tokenizer::Letter,
        })
    }
}
