//! Options of the filters that take regular expressions, which are Java's.

use super::{BuildError, RegexFlags, pattern};
use crate::filter::{CapturePatterns, ReplacePattern};
use crate::java_regex::Replacement;
use crate::pipeline::Link;

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
        let regexes = self.patterns.iter().map(|text| pattern(text, RegexFlags::default()));
        let regexes = regexes.collect::<Result<_, _>>()?;
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
