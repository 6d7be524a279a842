//! Hebrew by its particles and endings, for the analyzer that stands in for Microsoft's: `ובבתי`.
//!
//! Without a dictionary nobody knows whether a first letter is a particle. One goes if enough letters are left of the word without
//! its ending: three behind `ו` (and), `ה` (the), `ב` (in), `ל` (to), four behind `מ` (from) and `כ` (as), which begin many nouns
//! (`מלון`, `כלב`); `ש` (that) where the article follows. What is left may have a particle again, so that a word that begins with
//! one of these letters meets itself behind a particle.

use super::{character, replace_end, unit};

/// Endings of plurals and feminines, of owners and of persons, and how many letters must be left; the longest first.
const ENDINGS: &[(&str, usize)] = &[
    ("יים", 3),
    ("יות", 3),
    ("ים", 2),
    ("ות", 2),
    ("ית", 3),
    ("הם", 3),
    ("הן", 3),
    ("כם", 3),
    ("כן", 3),
    ("נו", 3),
    ("ה", 2),
    ("ת", 4),
    ("ך", 3),
    ("ו", 3),
    ("י", 3),
];

/// Short words and plurals with the words that they are of, which keep all their letters.
const IRREGULAR: &[(&str, &str)] = &[
    ("אחיות", "אחות"),
    ("אישה", "אישה"),
    ("אנשים", "איש"),
    ("בית", "בית"),
    ("בנות", "בת"),
    ("בתי", "בית"),
    ("בתים", "בית"),
    ("דעה", "דעה"),
    ("דעות", "דעה"),
    ("הודעה", "הודעה"),
    ("הודעות", "הודעה"),
    ("חנויות", "חנות"),
    ("ימים", "יום"),
    ("מים", "מים"),
    ("נשים", "אישה"),
    ("ערים", "עיר"),
    ("שנה", "שנה"),
    ("שנים", "שנה"),
    ("שנות", "שנה"),
    ("שעה", "שעה"),
    ("שעות", "שעה"),
    ("שפה", "שפה"),
    ("שפות", "שפה"),
];

/// Particles that may stand before an irregular word.
const PARTICLES_MAX: usize = 3;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if let Some(singular) = irregular(word) {
        word.clear();
        word.extend(singular.encode_utf16());
        write_inside(word);
        return;
    }
    let mut rest = word.as_slice();
    while let Some((first, behind)) = rest.split_first()
        && takes_off(character(*first), rest)
    {
        rest = behind;
    }
    let particles = word.len() - rest.len();
    word.drain(..particles);
    let ending = ending(word);
    replace_end(word, ending, "");
    write_inside(word);
}

/// The singular of an irregular word, behind particles or not.
fn irregular(word: &[u16]) -> Option<&'static str> {
    let mut rest = word;
    for _ in 0..=PARTICLES_MAX {
        let found = IRREGULAR.iter().find(|(plural, _)| plural.encode_utf16().eq(rest.iter().copied()));
        if let Some((_, singular)) = found {
            return Some(singular);
        }
        rest = rest.split_first().filter(|(first, _)| "ובכלמהש".contains(character(**first)))?.1;
    }
    None
}

/// Whether the word is longer without its first letter than a particle must leave it.
fn takes_off(particle: char, word: &[u16]) -> bool {
    let left = match particle {
        'ו' | 'ה' | 'ב' | 'ל' => 3,
        'מ' | 'כ' => 4,
        'ש' if word.get(1) == Some(&unit('ה')) => 4,
        _ => return false,
    };
    word.len() - ending(word) > left
}

/// Units of the longest ending that leaves enough.
fn ending(word: &[u16]) -> usize {
    let fits = |(ending, left): &&(&str, usize)| {
        let len = ending.chars().count();
        word.len() >= left + len && super::ends_with(word, ending)
    };
    ENDINGS.iter().find(fits).map_or(0, |(ending, _)| ending.chars().count())
}

/// Writes the last letter as it is written inside of words: `חלון`, because of `חלונות`.
fn write_inside(word: &mut [u16]) {
    if let Some(last) = word.last_mut() {
        *last = match character(*last) {
            'ך' => unit('כ'),
            'ם' => unit('מ'),
            'ן' => unit('נ'),
            'ף' => unit('פ'),
            'ץ' => unit('צ'),
            _ => *last,
        };
    }
}
