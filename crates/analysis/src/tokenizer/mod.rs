//! Tokenizers: where the words of a text begin and end.

mod runs;
mod standard;

use crate::unicode;

/// The `letter` and `whitespace` tokenizers split what is longer, in UTF-16 units (Lucene's
/// `CharTokenizer.DEFAULT_MAX_WORD_LEN`).
const LENGTH_MAX: u32 = 255;

/// How a text is cut into pieces.
#[derive(Debug, Clone)]
pub(crate) enum Tokenizer {
    /// `standard_v2`: words by Unicode's word break rules.
    Standard { length_max: u32 },
    /// `keyword_v2`: the whole text is one token, also when it is empty.
    Keyword,
    /// `whitespace`: what stands between white space.
    Whitespace,
    /// `letter`: runs of letters.
    Letter,
    /// `pattern` with its default `\W+`, which to Java is all but ASCII letters, digits and the underscore.
    AsciiWords,
}

/// A word as the tokenizer cut it out of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    /// UTF-16 units into the text.
    pub(crate) start: u32,
    /// UTF-16 units into the text, exclusive.
    pub(crate) end: u32,
    pub(crate) kind: Kind,
}

/// What sort of word a piece is (Lucene's token type), for the filters that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `<ALPHANUM>`, and all that the simpler tokenizers yield.
    Word,
    /// `<NUM>`
    Number,
    /// `<HANGUL>`
    Hangul,
    /// `<KATAKANA>`
    Katakana,
    /// `<SOUTHEAST_ASIAN>`
    SoutheastAsian,
    /// `<IDEOGRAPHIC>`
    Ideographic,
    /// `<HIRAGANA>`
    Hiragana,
}

impl Tokenizer {
    /// Feeds the pieces of `text` to `emit` in order; each stands one position after the one before.
    pub(crate) fn tokenize<'a>(&self, text: &'a str, emit: &mut impl FnMut(Piece<'a>)) {
        match self {
            Self::Standard { length_max } => standard::tokenize(text, *length_max, emit),
            Self::Keyword => {
                emit(Piece { text, start: 0, end: text.encode_utf16().count() as u32, kind: Kind::Word });
            }
            Self::Whitespace => runs::tokenize(text, LENGTH_MAX, |c| !unicode::is_whitespace(c), emit),
            Self::Letter => runs::tokenize(text, LENGTH_MAX, unicode::is_letter, emit),
            Self::AsciiWords => {
                runs::tokenize(text, u32::MAX, |c| c.is_ascii_alphanumeric() || c == '_', emit)
            }
        }
    }
}
