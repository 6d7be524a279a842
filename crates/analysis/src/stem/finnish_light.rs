//! Jacques Savoy's light stemmer for Finnish, as Lucene's `FinnishLightStemmer` applies it.

use super::rules::{self, Rule};
use super::unit;

const PARTICLES: &[Rule] = &[(11, &["dellinen", "dellisuus"], "")];

const ADVERBS: &[Rule] = &[(5, &["lla", "tse", "sti"], ""), (5, &["ni"], ""), (5, &["aa"], "a")];

const LONG_CASES: &[Rule] = &[
    (8, &["nnen"], "s"),
    (8, &["ntena"], "s"),
    (8, &["tten"], ""),
    (8, &["eiden"], ""),
    (6, &["neen", "niin", "seen", "teen", "inen"], ""),
    (6, &["han", "hen", "hin", "hon", "hun", "hyn"], ""),
    (6, &["den"], "s"),
    (6, &["ksen"], "s"),
    (6, &["ssa", "sta", "lla", "lta", "tta", "ksi", "lle"], ""),
    (5, &["na", "ne"], ""),
    (5, &["nei"], ""),
    (4, &["ja", "ta"], ""),
    (4, &["a"], ""),
    (4, &["an", "en", "in", "on", "un", "yn"], ""),
    (4, &["n"], ""),
];

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 4 {
        return;
    }
    rules::fold(word, &[("äå", 'a'), ("ö", 'o')]);
    while rules::first(word, &[(8, &["kin"], ""), (8, &["ko"], "")]) {}
    rules::first(word, PARTICLES);
    rules::first(word, ADVERBS);
    rules::first(word, LONG_CASES);
    rules::first(word, &[(5, &["hde"], "ksi")]);
    if !rules::first(word, &[(4, &["ei", "at"], "")]) {
        rules::first(word, &[(3, &["t", "s", "j", "e", "a", "i"], "")]);
    }
    rules::first(word, &[(8, &["e", "o", "u"], "")]);
    rules::first(word, &[(4, &["i"], "")]);
    undouble(word);
}

/// `kk`, `pp` and `tt` become one, wherever they stand.
fn undouble(word: &mut Vec<u16>) {
    if word.len() > 4 {
        word.dedup_by(|a, b| a == b && ['k', 'p', 't'].map(unit).contains(a));
    }
}
