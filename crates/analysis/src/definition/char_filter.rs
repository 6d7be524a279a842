//! Char filters with their options (analysis.md §4.4).

use super::{BuildError, pattern};
use crate::char_filter::{self, BadRule, Mapping};
use crate::java_regex::{RegexFlags, Replacement};

/// A char filter as a definition names it: what it does, and the class of Lucene 8 that it agrees with (analysis.md §4.4).
/// Offsets of tokens stay those of the original text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CharFilter {
    /// `html_strip`: takes tags, comments, scripts and styles out, and puts what entities stand for in their place
    /// (`HTMLStripCharFilter`). It has no options.
    HtmlStrip,
    /// `MappingCharFilter`: rules `a=>b`, the longest left side at each place (`MappingCharFilter`).
    Mapping {
        /// `mappings`; `\uXXXX` stands for a character.
        mappings: Vec<String>,
    },
    /// `PatternReplaceCharFilter`: every match of a pattern replaced (the class of the same name).
    PatternReplace {
        /// A regular expression of Java.
        pattern: String,
        /// With `$1` for groups and `\` before characters that mean themselves.
        replacement: String,
    },
}

impl CharFilter {
    pub(super) fn build(&self) -> Result<char_filter::CharFilter, BuildError> {
        Ok(match self {
            Self::HtmlStrip => char_filter::CharFilter::HtmlStrip,
            Self::Mapping { mappings } => char_filter::CharFilter::Mapping(mapping(mappings)?),
            Self::PatternReplace { pattern: source, replacement } => {
                let regex = pattern(source, RegexFlags::default())?;
                let replacement = Replacement::new(replacement, &regex)
                    .map_err(|source| BuildError::Replacement { replacement: replacement.clone(), source })?;
                char_filter::CharFilter::PatternReplace(char_filter::PatternReplace { regex, replacement })
            }
        })
    }
}

fn mapping(rules: &[String]) -> Result<Mapping, BuildError> {
    Mapping::new(rules).map_err(|(number, problem)| BuildError::Mapping {
        rule: rules.get(number).cloned().unwrap_or_default(),
        problem: match problem {
            BadRule::Syntax => "expected 'characters=>replacement'",
            BadRule::Empty => "nothing stands left of '=>'",
            BadRule::Twice => "its left side has a rule already",
        },
    })
}
