//! The analyzers that have options of their own (analysis.md §2.1), as the chains that they stand for.

use super::{BuildError, Chain, Parts, Pattern, RegexFlags, Stopwords, TokenFilter, Tokenizer};
use crate::analyzer::Analyzer;

/// An analyzer as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configured {
    /// `CustomAnalyzer`
    Custom(Chain),
    /// `StandardAnalyzer`
    Standard {
        /// `maxTokenLength`, 1 to 300; 255 if not given.
        max_token_length: u32,
        /// Words to drop; none if not given.
        stopwords: Vec<String>,
    },
    /// `PatternAnalyzer`
    Pattern {
        /// Whether tokens are lower-cased; true if not given.
        lowercase: bool,
        /// A regular expression that matches between tokens; `\W+` if not given.
        pattern: String,
        /// Its flags.
        flags: RegexFlags,
        /// Words to drop; none if not given.
        stopwords: Vec<String>,
    },
    /// `StopAnalyzer`
    Stop {
        /// Words to drop; none stand for the English ones.
        stopwords: Vec<String>,
    },
}

impl Configured {
    /// An analyzer of this name, which shares its components with others of the same parts.
    ///
    /// # Errors
    ///
    /// Those of [`Chain::build_of`].
    pub fn build_of(&self, parts: &mut Parts, name: impl Into<String>) -> Result<Analyzer, BuildError> {
        let stop = |words: &[String]| {
            TokenFilter::Stopwords(Stopwords { stopwords: words.to_vec(), ..Stopwords::default() })
        };
        let listed = |words: &[String]| (!words.is_empty()).then(|| stop(words));
        let (tokenizer, token_filters) = match self {
            Self::Custom(chain) => return chain.build_of(parts, name),
            Self::Standard { max_token_length, stopwords } => {
                let filters = [Some(TokenFilter::Lowercase), listed(stopwords)];
                (Tokenizer::Standard { max_token_length: *max_token_length }, filters)
            }
            Self::Pattern { lowercase, pattern, flags, stopwords } => {
                let pattern = Pattern { pattern: pattern.clone(), flags: *flags, group: -1 };
                let filters = [lowercase.then_some(TokenFilter::Lowercase), listed(stopwords)];
                (Tokenizer::Pattern(pattern), filters)
            }
            Self::Stop { stopwords } => (Tokenizer::Lowercase, [Some(stop(stopwords)), None]),
        };
        let token_filters = token_filters.into_iter().flatten().collect();
        Chain { char_filters: Vec::new(), tokenizer, token_filters }.build_of(parts, name)
    }
}
