//! Char filters: what becomes of a text before it is cut into tokens, and where its places were before.

mod html_strip;
mod mapping;
mod pattern_replace;

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use mapping::{BadRule, Mapping};
pub(crate) use pattern_replace::PatternReplace;

use crate::budget::Budget;
use crate::corrections::Corrections;
use crate::error::AnalysisError;

/// A char filter.
#[derive(Debug)]
pub(crate) enum CharFilter {
    /// `html_strip`
    HtmlStrip,
    /// `mapping`
    Mapping(Mapping),
    /// `pattern_replace`
    PatternReplace(PatternReplace),
}

/// The text as a char filter makes it, and where its places were before; None when nothing changes.
type Changed = Option<(String, Corrections)>;

impl CharFilter {
    fn apply(&self, text: &str, budget: &Budget) -> Result<Changed, AnalysisError> {
        match self {
            Self::HtmlStrip => html_strip::apply(text, budget),
            Self::Mapping(mapping) => mapping.apply(text, budget),
            Self::PatternReplace(replace) => replace.apply(text, budget),
        }
    }
}

/// How long what replacements make may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) bytes_max: usize,
    /// What is said of more.
    pub(crate) too_long: AnalysisError,
}

impl Room {
    /// Of a text: a document has at most 16 MB, and a rule of a few hundred characters makes gigabytes of that.
    pub(crate) const OF_TEXT: Self = Self { bytes_max: 64 << 20, too_long: AnalysisError::TextTooLong };

    /// Appends a piece of what replacements make.
    pub(crate) fn append(self, out: &mut String, piece: &str) -> Result<(), AnalysisError> {
        if out.len() + piece.len() > self.bytes_max {
            return Err(self.too_long);
        }
        out.push_str(piece);
        Ok(())
    }
}

/// Memory of the places of one text that its filters remember, in bytes. Filters behind each other multiply.
const CORRECTIONS_BYTES_MAX: usize = 256 << 20;

/// A text behind its char filters.
pub(crate) struct Filtered<'t> {
    pub(crate) text: Cow<'t, str>,
    /// Of each filter that changed anything, in order.
    corrections: Vec<Corrections>,
}

impl<'t> Filtered<'t> {
    pub(crate) fn new(
        text: &'t str,
        filters: &[Arc<CharFilter>],
        budget: &Budget,
    ) -> Result<Self, AnalysisError> {
        let mut filtered = Self { text: Cow::Borrowed(text), corrections: Vec::new() };
        let mut bytes = 0;
        for filter in filters {
            if let Some((text, corrections)) = filter.apply(&filtered.text, budget)? {
                bytes += corrections.bytes();
                if bytes > CORRECTIONS_BYTES_MAX {
                    return Err(AnalysisError::TextTooLong);
                }
                filtered.text = Cow::Owned(text);
                filtered.corrections.push(corrections);
            }
        }
        Ok(filtered)
    }

    /// Whether the filters changed nothing.
    pub(crate) fn is_original(&self) -> bool {
        self.corrections.is_empty()
    }

    /// Where a place in the filtered text was in the original; UTF-16 units.
    pub(crate) fn correct(&self, place: u32) -> u32 {
        self.corrections.iter().rev().fold(place, |place, corrections| corrections.correct(place))
    }
}

/// The length in UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.encode_utf16().count() as u32 }
}
