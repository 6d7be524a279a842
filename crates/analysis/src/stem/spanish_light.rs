//! Jacques Savoy's light stemmer for Spanish, as Lucene's `SpanishLightStemmer` applies it: accents and the endings of
//! gender and number go.

use super::rules::{self, ROMANCE_VOWELS, Rule};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() >= 5 {
        rules::fold(word, ROMANCE_VOWELS);
        rules::first(word, ENDINGS);
    }
}

const ENDINGS: &[Rule] =
    &[(0, &["o", "a", "e"], ""), (0, &["eses"], "es"), (0, &["ces"], "z"), (0, &["os", "as", "es"], "")];
