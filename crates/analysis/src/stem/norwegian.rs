//! The light and minimal stemmers for Norwegian, Bokmål or Nynorsk, as Lucene's `NorwegianLightStemmer` and
//! `NorwegianMinimalStemmer` apply them.

use super::rules::{self, Rule};

/// Which of the two written forms of Norwegian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Norwegian {
    Bokmaal,
    Nynorsk,
}

/// Endings of adjectives, nouns and derivations go.
pub(super) fn light(form: Norwegian, word: &mut Vec<u16>) {
    rules::first(word, &[(4, &["s"], "")]);
    rules::first(
        word,
        match form {
            Norwegian::Bokmaal => LIGHT_BOKMAAL,
            Norwegian::Nynorsk => LIGHT_NYNORSK,
        },
    );
}

/// Endings of nouns go.
pub(super) fn minimal(form: Norwegian, word: &mut Vec<u16>) {
    rules::first(word, &[(4, &["s"], "")]);
    rules::first(
        word,
        match form {
            Norwegian::Bokmaal => MINIMAL_BOKMAAL,
            Norwegian::Nynorsk => MINIMAL_NYNORSK,
        },
    );
}

const LIGHT_BOKMAAL: &[Rule] = &[
    (7, &["heter", "heten"], ""),
    (5, &["dom", "het"], ""),
    (7, &["elser", "elsen"], ""),
    (6, &["ende", "else", "este", "eren"], ""),
    (5, &["ere", "est", "ene"], ""),
    (4, &["er", "en", "et", "st", "te"], ""),
    (3, &["a", "e", "n"], ""),
];

const LIGHT_NYNORSK: &[Rule] = &[
    (7, &["heita"], ""),
    (8, &["heiter", "leiken", "leikar"], ""),
    (5, &["dom"], ""),
    (6, &["heit", "semd", "leik"], ""),
    (7, &["elser", "elsen"], ""),
    (6, &["ande", "else", "aste", "aren"], ""),
    (5, &["are", "ast", "ene", "ane"], ""),
    (4, &["er", "en", "et", "ar", "te"], ""),
    (3, &["a", "e", "n"], ""),
];

const MINIMAL_BOKMAAL: &[Rule] = &[(5, &["ene"], ""), (4, &["er", "en", "et"], ""), (3, &["a", "e"], "")];

const MINIMAL_NYNORSK: &[Rule] =
    &[(5, &["ene", "ane"], ""), (4, &["er", "en", "et", "ar"], ""), (3, &["a", "e"], "")];
