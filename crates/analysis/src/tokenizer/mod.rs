//! Tokenizers: where the words of a text begin and end.

mod chars;
mod chinese;
mod grams;
mod hyphens;
mod japanese;
mod path;
mod pattern;
mod runs;
mod sentence;

mod classic;
mod dfa;
mod internet;
mod place;
mod standard;
mod thai;
mod uax_url_email;

pub use chars::TokenChars;
pub(crate) use grams::Grams;
pub(crate) use hyphens::Hyphens;
pub(crate) use japanese::Japanese;
pub(crate) use path::Paths;
pub(crate) use pattern::Pattern;

use crate::budget::Budget;
use crate::char_filter::utf16_len;
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Kind, Lengths, Piece, Stop};
use crate::unicode;

/// The `letter` and `whitespace` tokenizers split what is longer, in UTF-16 units (Lucene's
/// `CharTokenizer.DEFAULT_MAX_WORD_LEN`).
const LENGTH_MAX: u32 = 255;

/// How a text is cut into pieces.
#[derive(Debug)]
pub(crate) enum Tokenizer {
    /// `standard_v2`: words by Unicode's word break rules.
    Standard { length_max: u32 },
    /// `classic`: words by Lucene's older grammar; longer ones are left out.
    Classic { length_max: u32 },
    /// `uax_url_email`: as [`Self::Standard`], URLs and e-mail addresses in one.
    UaxUrlEmail { length_max: u32 },
    /// Words of Chinese by a dictionary, as in `zh-Hans.lucene`.
    Chinese,
    /// Words of Japanese by a dictionary, as in `ja.lucene`.
    Japanese(Japanese),
    /// Words of Thai by a dictionary, as in `th.lucene`.
    Thai,
    /// Words of the standard tokenizer, and hyphenated ones as one: the tokenizers that stand in for Microsoft's.
    Hyphens(Hyphens),
    /// The whole text is one token, also when it is empty.
    Keyword,
    /// `keyword_v2`: the same, cut where it is too long.
    KeywordPieces { length_max: u32 },
    /// `whitespace`: what stands between white space.
    Whitespace,
    /// `letter`: runs of letters.
    Letter,
    /// `pattern` with its default `\W+`, which to Java is all but ASCII letters, digits and the underscore.
    AsciiWords,
    /// `pattern`
    Pattern(Pattern),
    /// `nGram`, `edgeNGram`
    Grams(Grams),
    /// `path_hierarchy_v2`
    Paths(Paths),
}

impl Tokenizer {
    /// Feeds the pieces of `text` to `emit` in order, until it has enough.
    pub(crate) fn tokenize(
        &self,
        text: &str,
        budget: &Budget,
        emit: &mut impl FnMut(Piece<'_>) -> Flow,
    ) -> Result<End, Stop> {
        let offset = match self {
            Self::Standard { length_max } => standard::tokenize(text, *length_max, emit)?,
            Self::Classic { length_max } => return classic::tokenize(text, *length_max, emit),
            Self::UaxUrlEmail { length_max } => uax_url_email::tokenize(text, *length_max, emit)?,
            Self::Chinese => chinese::tokenize(text, emit)?,
            Self::Thai => thai::tokenize(text, emit)?,
            Self::Japanese(wanted) => return japanese::tokenize(text, *wanted, emit),
            Self::Hyphens(hyphens) => hyphens::tokenize(text, *hyphens, emit)?,
            Self::Keyword => {
                let end = utf16_len(text);
                emit(Piece::new(text, 0, end, Kind::Plain))?;
                end
            }
            Self::KeywordPieces { length_max } => runs::pieces(text, *length_max, emit)?,
            Self::Whitespace => runs::tokenize(text, LENGTH_MAX, |c| !unicode::is_whitespace(c), emit)?,
            Self::Letter => runs::tokenize(text, LENGTH_MAX, unicode::is_letter, emit)?,
            Self::AsciiWords => {
                runs::tokenize(text, u32::MAX, |c| c.is_ascii_alphanumeric() || c == '_', emit)?
            }
            Self::Pattern(pattern) => pattern::tokenize(text, pattern, budget, emit)?,
            Self::Grams(grams) => grams::tokenize(text, *grams, emit)?,
            Self::Paths(paths) => path::tokenize(text, *paths, emit)?,
        };
        Ok(End { holes: 0, offset })
    }

    /// What it makes of a text, at most.
    pub(crate) fn growth(&self) -> Growth {
        // A UTF-16 unit is at most 3 bytes; the last character of a word may take a unit too many.
        let units = |length: u32| Growth::pieces(3 * (u64::from(length) + 1));
        match self {
            Self::Standard { length_max }
            | Self::Classic { length_max }
            | Self::UaxUrlEmail { length_max } => units(*length_max),
            Self::KeywordPieces { length_max } => units(*length_max),
            Self::Whitespace | Self::Letter => units(LENGTH_MAX),
            Self::Chinese | Self::Thai => units(sentence::BUFFER as u32),
            // Words and their parts; a base form is a few bytes longer than its word.
            Self::Japanese(_) => Growth { bytes: 64, ..units(2 * japanese::UNKNOWN_LEN_MAX as u32) },
            // Words, and words joined.
            Self::Hyphens(hyphens) => {
                let words = units(hyphens.length_max);
                Growth { bytes: 2 * words.bytes, ..words }
            }
            Self::Keyword | Self::AsciiWords => Growth::pieces(u64::MAX),
            Self::Pattern(_) => Growth::UNKNOWN,
            Self::Grams(grams) => Growth::grams(grams.max - grams.min + 1, 4 * grams.max),
            // A path for each delimiter.
            Self::Paths(paths) => {
                paths.length_max.map_or(Growth::UNKNOWN, |max| Growth::grams(1, 4 * max as usize))
            }
        }
    }

    /// What the position lengths of its tokens tell a query: a compound of Japanese is said instead of its parts.
    pub(crate) fn lengths(&self) -> Lengths {
        if matches!(self, Self::Japanese(_)) { Lengths::Alternatives } else { Lengths::AsBefore }
    }
}
