//! Stemmers: the words of one family made equal.
//!
//! They work on UTF-16 units, because that is what the originals count lengths in.

mod french_light;
mod porter;

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
            Self::Porter => term.edit_units(porter::stem),
            Self::FrenchLight => term.edit_units(french_light::stem),
        }
    }
}

/// Whether the word ends so.
fn ends_with(word: &[u16], suffix: &str) -> bool {
    let mut units = word.iter().rev();
    suffix.chars().rev().all(|c| units.next() == Some(&unit(c)))
}

/// Whether the word's last unit is this character.
fn ends_in(word: &[u16], c: char) -> bool {
    word.last() == Some(&unit(c))
}

/// Puts `replacement` in the place of the last `len` units.
fn replace_end(word: &mut Vec<u16>, len: usize, replacement: &str) {
    word.truncate(word.len().saturating_sub(len));
    word.extend(replacement.encode_utf16());
}

/// A character of the Basic Multilingual Plane as a UTF-16 unit, as all characters that stemmers name are.
const fn unit(c: char) -> u16 {
    c as u16
}

#[cfg(test)]
use crate::pipeline::{Kind, Piece};

#[cfg(test)]
fn stemmed(stemmer: Stemmer, word: &str) -> String {
    let mut buffers = crate::term::Buffers::default();
    let mut term = Term::new(Piece::new(word, 0, 0, Kind::Plain), &mut buffers);
    stemmer.apply(&mut term);
    term.text().to_owned()
}
