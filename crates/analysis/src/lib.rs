//! Text analysis: text in, tokens out, as Apache Lucene does it.
//!
//! An [`Analyzer`] is a tokenizer followed by filters. [`predefined`] looks one up by the name an index definition uses:
//!
//! ```
//! let english = lazuli_analysis::predefined("en.lucene").unwrap().analyzer;
//! let tokens = english.tokens("The foxes' jumps");
//! let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
//! assert_eq!(texts, ["fox", "jump"]);
//! assert_eq!((tokens[0].start, tokens[0].end, tokens[0].position), (4, 9, 1)); // "The" leaves its gap
//! ```
//!
//! This crate knows text only: no index definitions, no storage, no IO. The facts come from the analysis reference
//! (`analysis.md`), which measured them on Lucene 8.8.1; what the service does differently is said where it happens.

#[cfg(test)]
mod tests;

pub use analyzer::{Analyzer, Scratch};
pub use error::{AnalysisError, TERM_BYTES_MAX};
pub use growth::Tally;
pub use normalizer::{Normalizer, predefined_normalizer};
pub use pipeline::End;
pub use predefined::{Predefined, is_language_analyzer, predefined, predefined_names};
pub use synonym::{Expanded, SynonymError, SynonymRules};
pub use token::{OwnedToken, Token};
pub use unicode::lowercase;

mod token;

mod error;

mod analyzer;
mod budget;
pub mod definition;
mod microsoft;
mod normalizer;
mod predefined;

mod char_filter;
mod corrections;

mod tokenizer;

mod java_regex;

mod growth;
mod pipeline;
mod term;

mod filter;
mod synonym;
mod trie;

pub mod multi_term;

mod phonetic;
mod stem;

mod data;
mod unicode;

#[cfg(test)]
mod reference_data;
