//! The stemmer for Brazilian Portuguese of Lucene's `BrazilianStemmer`, which follows an early Snowball stemmer.
//!
//! Words of 3 to 29 units are stemmed; accents go first, and marks of punctuation at either end. What holds a character
//! that is no letter is left at that. (Java's lower case asks a word breaker whether a capital sigma ends a word; here it is
//! Unicode's rule.)

use super::rules::{back, fold};
use super::{character, ends_with, replace_end};
use crate::unicode;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    let mut plain = String::from_utf16_lossy(word).to_lowercase().encode_utf16().collect();
    strip_accents_and_marks(&mut plain);
    if !(3..30).contains(&plain.len()) {
        return;
    }
    *word = plain;
    if word.iter().all(|unit| unicode::is_letter(character(*unit))) {
        stem_letters(word);
    }
}

fn strip_accents_and_marks(word: &mut Vec<u16>) {
    fold(word, &[("áâã", 'a'), ("éê", 'e'), ("í", 'i'), ("óôõ", 'o'), ("úü", 'u'), ("ç", 'c'), ("ñ", 'n')]);
    let is_mark = |unit: Option<&u16>| unit.is_some_and(|unit| "\"'-,;.?!".contains(character(*unit)));
    if word.len() >= 2 && is_mark(word.first()) {
        word.remove(0);
    }
    if word.len() >= 2 && is_mark(word.last()) {
        word.pop();
    }
}

fn stem_letters(word: &mut Vec<u16>) {
    let r1 = after_first_vowel_and_consonant(word);
    let r2 = r1.and_then(|from| Some(from + after_first_vowel_and_consonant(word.get(from..)?)?));
    let verb_region = verb_region(word);
    // Regions are those of the word before any ending goes.
    let whole = word.clone();
    let region = |from: Option<usize>| from.and_then(|from| whole.get(from..)).unwrap_or_default();
    let (r1, r2, rv) = (region(r1), region(r2), region(verb_region));
    let in_region = |(ending, region, _): &&(&str, Region, &str)| {
        let region = match region {
            Region::R1 => r1,
            Region::R2 => r2,
            Region::Rv => rv,
        };
        // `-eira` becomes `-eir`.
        let preceded = !ending.starts_with("ira") || back(&whole, ending.len() + 1) == 'e';
        ends_with(region, ending) && preceded
    };
    let noun = NOUNS.iter().find(in_region);
    if let Some((ending, _, becomes)) = noun {
        replace_end(word, ending.len(), becomes);
    }
    let verb = VERBS.iter().find(|ending| noun.is_none() && ends_with(rv, ending));
    if let Some(ending) = verb.filter(|ending| **ending != "ira") {
        strip(word, ending);
    }
    if noun.is_some() || verb.is_some() {
        if ends_with(rv, "ci") {
            strip(word, "i");
        }
    } else if let Some(ending) = ["os", "a", "i", "o"].into_iter().find(|ending| ends_with(rv, ending)) {
        strip(word, ending);
    }
    strip_last_e(word, rv);
}

fn strip_last_e(word: &mut Vec<u16>, rv: &[u16]) {
    if !ends_with(rv, "e") {
        return;
    }
    strip(word, "e");
    if ends_with(rv, "gue") {
        strip(word, "u");
    } else if ends_with(rv, "cie") {
        strip(word, "i");
    }
}

fn strip(word: &mut Vec<u16>, ending: &str) {
    if ends_with(word, ending) {
        replace_end(word, ending.len(), "");
    }
}

fn is_vowel(unit: &u16) -> bool {
    matches!(character(*unit), 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Where the region begins that follows the first consonant after a vowel; the last unit is not looked at.
fn after_first_vowel_and_consonant(word: &[u16]) -> Option<usize> {
    let looked_at = word.get(..word.len().checked_sub(1)?)?;
    let vowel = looked_at.iter().position(is_vowel)?;
    let consonant = looked_at.get(vowel..)?.iter().position(|unit| !is_vowel(unit))?;
    Some(vowel + consonant + 1)
}

/// Where the region of verb endings begins.
fn verb_region(word: &[u16]) -> Option<usize> {
    let last = word.len().checked_sub(1)?;
    let vowel_at = |place: usize| word.get(place).is_some_and(is_vowel);
    let from_third = |vowel: bool| (2..last).find(|place| vowel_at(*place) == vowel).map(|place| place + 1);
    let consonant_second = if last > 0 && !vowel_at(1) { from_third(true) } else { None };
    let two_vowels = || if last > 1 && vowel_at(0) && vowel_at(1) { from_third(false) } else { None };
    consonant_second.or_else(two_vowels).or(if last > 2 { Some(3) } else { None })
}

/// The part of the word that an ending must lie in.
#[derive(Debug, Clone, Copy)]
enum Region {
    R1,
    R2,
    Rv,
}

/// Endings of nouns and adjectives, and what they become.
const NOUNS: &[(&str, Region, &str)] = &[
    ("uciones", Region::R2, "u"),
    ("imentos", Region::R2, ""),
    ("amentos", Region::R2, ""),
    ("adores", Region::R2, ""),
    ("adoras", Region::R2, ""),
    ("logias", Region::R2, "logias"),
    ("encias", Region::R2, "ente"),
    ("amente", Region::R1, ""),
    ("idades", Region::R2, ""),
    ("acoes", Region::R2, ""),
    ("imento", Region::R2, ""),
    ("amento", Region::R2, ""),
    ("adora", Region::R2, ""),
    ("ismos", Region::R2, ""),
    ("istas", Region::R2, ""),
    ("logia", Region::R2, "log"),
    ("ucion", Region::R2, "u"),
    ("encia", Region::R2, "ente"),
    ("mente", Region::R2, ""),
    ("idade", Region::R2, ""),
    ("acao", Region::R2, ""),
    ("ezas", Region::R2, ""),
    ("icos", Region::R2, ""),
    ("icas", Region::R2, ""),
    ("ismo", Region::R2, ""),
    ("avel", Region::R2, ""),
    ("ivel", Region::R2, ""),
    ("ista", Region::R2, ""),
    ("osos", Region::R2, ""),
    ("osas", Region::R2, ""),
    ("ador", Region::R2, ""),
    ("ivas", Region::R2, ""),
    ("ivos", Region::R2, ""),
    ("iras", Region::Rv, "ir"),
    ("eza", Region::R2, ""),
    ("ico", Region::R2, ""),
    ("ica", Region::R2, ""),
    ("oso", Region::R2, ""),
    ("osa", Region::R2, ""),
    ("iva", Region::R2, ""),
    ("ivo", Region::R2, ""),
    ("ira", Region::Rv, "ir"),
];

/// Endings of verbs. `-ira` counts as one that went, and stays.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "issemos", "essemos", "assemos", "ariamos", "eriamos", "iriamos", "iremos", "eremos", "aremos",
    "avamos", "iramos", "eramos", "aramos", "asseis", "esseis", "isseis", "arieis", "erieis", "irieis",
    "irmos", "iamos", "armos", "ermos", "areis", "ereis", "ireis", "asses", "esses", "isses", "astes",
    "assem", "essem", "issem", "ardes", "erdes", "irdes", "ariam", "eriam", "iriam", "arias", "erias",
    "irias", "estes", "istes", "aveis", "aria", "eria", "iria", "asse", "esse", "isse", "aste", "este",
    "iste", "arei", "erei", "irei", "aram", "eram", "iram", "avam", "arem", "erem", "irem", "ando", "endo",
    "indo", "arao", "erao", "irao", "adas", "idas", "aras", "eras", "iras", "avas", "ares", "eres", "ires",
    "ados", "idos", "amos", "emos", "imos", "ieis", "ada", "ida", "ara", "era", "ira", "iam", "ado", "ido",
    "ias", "ais", "eis", "ear", "ia", "ei", "am", "em", "ar", "er", "ir", "as", "es", "is", "eu", "iu",
    "ou",
];
