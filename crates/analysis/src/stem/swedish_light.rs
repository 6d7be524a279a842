//! Jacques Savoy's light stemmer for Swedish, as Lucene's `SwedishLightStemmer` applies it: the genitive `-s` goes, then
//! the longest ending.

use super::rules::{self, Rule};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::first(word, &[(4, &["s"], "")]);
    rules::first(word, ENDINGS);
}

/// The longer first.
const ENDINGS: &[Rule] = &[
    (7, &["elser", "heten"], ""),
    (6, &["arne", "erna", "ande", "else", "aste", "orna", "aren"], ""),
    (5, &["are", "ast", "het"], ""),
    (4, &["ar", "er", "or", "en", "at", "te", "et"], ""),
    (3, &["t", "a", "e", "n"], ""),
];
