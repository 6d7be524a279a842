//! Jacques Savoy's light stemmer for Hungarian, as Lucene's `HungarianLightStemmer` applies it: case, possessive, plural
//! and the last vowel go, one after another.

use super::replace_end;
use super::rules::{self, Rule, back, ends_with_any};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::fold(word, &[("á", 'a'), ("ëé", 'e'), ("í", 'i'), ("óőõö", 'o'), ("úűũûü", 'u')]);
    strip_case(word);
    strip_possessive(word);
    strip_plural(word);
    rules::first(word, &[(3, &["a", "e", "i", "o"], "")]);
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

const LONG_CASES: &[Rule] = &[
    (6, &["kent"], ""),
    (
        5,
        &["nak", "nek", "val", "vel", "ert", "rol", "ban", "ben", "bol", "nal", "nel", "hoz", "hez", "tol"],
        "",
    ),
];

fn strip_case(word: &mut Vec<u16>) {
    if rules::first(word, LONG_CASES) {
        return;
    }
    if word.len() > 5 && ends_with_any(word, &["al", "el"]) && is_doubled_consonant(word, 3) {
        return replace_end(word, 3, "");
    }
    if rules::first(word, &[(4, &["at", "et", "ot", "va", "ve", "ra", "re", "ba", "be", "ul", "ig"], "")]) {
        return;
    }
    if word.len() > 4 && ends_with_any(word, &["on", "en"]) && !is_vowel(back(word, 3)) {
        return replace_end(word, 2, "");
    }
    if rules::first(word, &[(4, &["t", "n"], "")]) {
        return;
    }
    if word.len() > 4 && ends_with_any(word, &["a", "e"]) && is_doubled_consonant(word, 2) {
        replace_end(word, 2, "");
    }
}

/// Whether the unit that many from the end is a consonant and equal to the one before it.
fn is_doubled_consonant(word: &[u16], from_end: usize) -> bool {
    let letter = back(word, from_end);
    !is_vowel(letter) && letter == back(word, from_end + 1)
}

/// Endings of words longer than so many units, and what has to stand before them.
struct Possessive(usize, Before, &'static [&'static str]);

enum Before {
    Vowel,
    Consonant,
    Anything,
}

const POSSESSIVES: &[Possessive] = &[
    Possessive(6, Before::Consonant, &["atok", "otok", "etek"]),
    Possessive(6, Before::Anything, &["itek", "itok"]),
    Possessive(5, Before::Consonant, &["unk", "tok", "tek"]),
    Possessive(5, Before::Vowel, &["juk"]),
    Possessive(5, Before::Anything, &["ink"]),
    Possessive(4, Before::Consonant, &["am", "em", "om", "ad", "ed", "od", "uk"]),
    Possessive(4, Before::Vowel, &["nk", "ja", "je"]),
    Possessive(4, Before::Anything, &["im", "id", "ik"]),
    Possessive(3, Before::Consonant, &["a", "e"]),
    Possessive(3, Before::Vowel, &["m", "d"]),
    Possessive(3, Before::Anything, &["i"]),
];

fn strip_possessive(word: &mut Vec<u16>) {
    for Possessive(longer_than, before, endings) in POSSESSIVES {
        let len = endings.first().map_or(0, |ending| ending.len());
        let fits = match before {
            Before::Vowel => is_vowel(back(word, len + 1)),
            Before::Consonant => !is_vowel(back(word, len + 1)),
            Before::Anything => true,
        };
        if word.len() > *longer_than && fits && ends_with_any(word, endings) {
            return replace_end(word, len, "");
        }
    }
}

fn strip_plural(word: &mut Vec<u16>) {
    rules::first(word, &[(4, &["ak", "ok", "ek"], ""), (3, &["k"], "")]);
}
