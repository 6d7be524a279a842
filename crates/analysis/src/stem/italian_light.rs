//! Jacques Savoy's light stemmer for Italian, as Lucene's `ItalianLightStemmer` applies it: accents and the last vowels go.

use super::rules::{self, ROMANCE_VOWELS, Rule};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() >= 6 {
        rules::fold(word, ROMANCE_VOWELS);
        rules::first(word, ENDINGS);
    }
}

const ENDINGS: &[Rule] = &[(0, &["ie", "he", "hi", "ii", "ia", "io"], ""), (0, &["e", "i", "a", "o"], "")];
