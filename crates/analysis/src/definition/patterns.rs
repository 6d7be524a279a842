//! Options of the filters that take regular expressions, which are Java's.

use super::{BuildError, PatternError, RegexFlags, not_a_pattern, pattern};
use crate::filter::{CapturePatterns, ReplacePattern};
use crate::java_regex::Replacement;
use crate::pipeline::Link;

/// Patterns of one `pattern_capture`; more would have too few of the steps that a text has for all.
const PATTERNS_MAX: u32 = 100;
/// The memory that they take together.
const BYTES_MAX: usize = 4 << 20;

/// Options of `pattern_capture`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternCapture {
    /// The patterns whose groups become tokens.
    pub patterns: Vec<String>,
    /// Whether the word itself comes first; true if not given.
    pub preserve_original: bool,
}

impl PatternCapture {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        if self.patterns.len() > PATTERNS_MAX as usize {
            return Err(BuildError::OutOfRange {
                option: "the number of patterns",
                min: 0,
                max: PATTERNS_MAX,
            });
        }
        let mut bytes = 0;
        let mut regexes = Vec::with_capacity(self.patterns.len());
        for text in &self.patterns {
            let regex = pattern(text, RegexFlags::default())?;
            bytes += regex.bytes();
            if bytes > BYTES_MAX {
                return Err(not_a_pattern(
                    text,
                    PatternError { what: "patterns are too large together", at: 0 },
                ));
            }
            regexes.push(regex);
        }
        Ok(Link::stage(CapturePatterns { regexes, preserve_original: self.preserve_original }))
    }
}

/// Options of `pattern_replace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternReplace {
    /// What is replaced, all over a word.
    pub pattern: String,
    /// What replaces it; `$1` is the first group.
    pub replacement: String,
}

impl PatternReplace {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        let regex = pattern(&self.pattern, RegexFlags::default())?;
        let replacement = Replacement::new(&self.replacement, &regex)
            .map_err(|source| BuildError::Replacement { replacement: self.replacement.clone(), source })?;
        Ok(Link::stage(ReplacePattern { regex, replacement }))
    }
}
