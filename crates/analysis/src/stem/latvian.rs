//! The light stemmer for Latvian (Kreslins, "A stemming algorithm for Latvian", 1996), as Lucene's `LatvianStemmer`
//! applies it: one ending goes if a vowel is left, and the consonants that the ending had softened are hardened.

use super::rules::{self, Rule};
use super::{character, ends_with, replace_end};

/// An ending, how many vowels it has at least, and whether it softens what stands before it.
struct Ending(&'static str, usize, bool);

#[rustfmt::skip]
const ENDINGS: &[Ending] = &[
    Ending("ajiem", 3, false), Ending("ajai", 3, false), Ending("ajam", 2, false), Ending("ajām", 2, false),
    Ending("ajos", 2, false), Ending("ajās", 2, false), Ending("iem", 2, true), Ending("ajā", 2, false),
    Ending("ais", 2, false), Ending("ai", 2, false), Ending("ei", 2, false), Ending("ām", 1, false),
    Ending("am", 1, false), Ending("ēm", 1, false), Ending("īm", 1, false), Ending("im", 1, false),
    Ending("um", 1, false), Ending("us", 1, true), Ending("as", 1, false), Ending("ās", 1, false),
    Ending("es", 1, false), Ending("os", 1, true), Ending("ij", 1, false), Ending("īs", 1, false),
    Ending("ēs", 1, false), Ending("is", 1, false), Ending("ie", 1, false), Ending("u", 1, true),
    Ending("a", 1, true), Ending("i", 1, true), Ending("e", 1, false), Ending("ā", 1, false),
    Ending("ē", 1, false), Ending("ī", 1, false), Ending("ū", 1, false), Ending("o", 1, false),
    Ending("s", 0, false), Ending("š", 0, false),
];

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    let vowels = word.iter().filter(|unit| "aeiouāīēū".contains(character(**unit))).count();
    let fits = |Ending(ending, its_vowels, _): &&Ending| {
        vowels > *its_vowels && word.len() >= ending.chars().count() + 3 && ends_with(word, ending)
    };
    let Some(Ending(ending, _, softens)) = ENDINGS.iter().find(fits) else { return };
    replace_end(word, ending.chars().count(), "");
    if *softens
        && !(ending.starts_with('u') && rules::first(word, &[(1, &["kš"], "kst"), (1, &["ņņ"], "nn")]))
    {
        rules::first(word, HARD);
    }
}

const HARD: &[Rule] = &[
    (1, &["pj"], "p"),
    (1, &["bj"], "b"),
    (1, &["mj"], "m"),
    (1, &["vj"], "v"),
    (1, &["šņ"], "sn"),
    (1, &["žņ"], "zn"),
    (1, &["šļ"], "sl"),
    (1, &["žļ"], "zl"),
    (1, &["ļņ"], "ln"),
    (1, &["ļļ"], "ll"),
    (0, &["č"], "c"),
    (0, &["ļ"], "l"),
    (0, &["ņ"], "n"),
];
