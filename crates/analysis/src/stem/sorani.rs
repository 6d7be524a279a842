//! The light stemmer for Sorani Kurdish, as Lucene's `SoraniStemmer` applies it: postpositions go, then possessives, then
//! one ending of definiteness and number.

use super::rules::{self, Rule};

/// Reduces the word, which is normalised already, to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::first(word, &[(5, &["دا"], ""), (4, &["نا"], "ن"), (6, &["ەوە"], "")]);
    rules::first(word, &[(6, &["مان", "یان", "تان"], "")]);
    rules::first(word, ENDINGS);
}

const ENDINGS: &[Rule] = &[
    (6, &["ێکی"], ""),
    (7, &["یەکی"], ""),
    (5, &["ێک"], ""),
    (6, &["یەک"], ""),
    (6, &["ەکە"], ""),
    (5, &["کە"], ""),
    (7, &["ەکان"], ""),
    (6, &["کان"], ""),
    (7, &["یانی"], ""),
    (6, &["انی"], ""),
    (6, &["یان"], ""),
    (5, &["ان"], ""),
    (7, &["یانە"], ""),
    (6, &["انە"], ""),
    (5, &["ایە"], "ا"),
    (5, &["ەیە"], "ە"),
    (4, &["ە"], ""),
    (4, &["ی"], ""),
];
