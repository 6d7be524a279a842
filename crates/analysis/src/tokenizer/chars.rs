//! Which characters `nGram` and `edgeNGram` make grams of.

use std::sync::LazyLock;

use crate::unicode;
use crate::unicode::CharSet;

/// A set of the kinds of characters that a definition may name; an empty one stands for all characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenChars {
    /// `letter`
    pub letter: bool,
    /// `digit`
    pub digit: bool,
    /// `whitespace`
    pub whitespace: bool,
    /// `punctuation`
    pub punctuation: bool,
    /// `symbol`
    pub symbol: bool,
}

impl TokenChars {
    pub(crate) fn contain(self, c: char) -> bool {
        static DIGIT: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"\p{Nd}"));
        static PUNCTUATION: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"\p{P}"));
        static SYMBOL: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"\p{S}"));
        self == Self::default()
            || self.letter && unicode::is_letter(c)
            || self.digit && DIGIT.contains(c)
            || self.whitespace && unicode::is_whitespace(c)
            || self.punctuation && PUNCTUATION.contains(c)
            || self.symbol && SYMBOL.contains(c)
    }
}
