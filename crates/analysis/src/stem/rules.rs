//! What light stemmers have in common: lists of endings, and letters without their accents.

use super::{character, ends_with, replace_end, unit};

/// Endings of words of more than so many units, and what the first one that fits becomes.
pub(super) type Rule = (usize, &'static [&'static str], &'static str);

/// Applies the first rule that fits; true when one did.
pub(super) fn first(word: &mut Vec<u16>, rules: &[Rule]) -> bool {
    for (longer_than, endings, becomes) in rules {
        if word.len() > *longer_than
            && let Some(ending) = endings.iter().find(|ending| ends_with(word, ending))
        {
            replace_end(word, ending.chars().count(), becomes);
            return true;
        }
    }
    false
}

/// Whether the word ends in one of these.
pub(super) fn ends_with_any(word: &[u16], endings: &[&str]) -> bool {
    endings.iter().any(|ending| ends_with(word, ending))
}

/// The unit that many from the end (1 is the last) as a character; a space when there is none.
pub(super) fn back(word: &[u16], from_end: usize) -> char {
    word.len().checked_sub(from_end).and_then(|at| word.get(at)).map_or(' ', |&unit| character(unit))
}

/// The unit at a place as a character; a space when there is none.
pub(super) fn at(word: &[u16], place: usize) -> char {
    word.get(place).map_or(' ', |&unit| character(unit))
}

/// Puts a letter in the place of the unit that many from the end.
pub(super) fn replace_back(word: &mut [u16], from_end: usize, letter: char) {
    if let Some(slot) = word.len().checked_sub(from_end).and_then(|place| word.get_mut(place)) {
        *slot = unit(letter);
    }
}

/// Replaces each letter of a left side by its right side.
pub(super) fn fold(word: &mut [u16], letters: &[(&str, char)]) {
    for letter in word.iter_mut().filter(|letter| **letter >= 0x80) {
        let accented = character(*letter);
        if let Some((_, plain)) = letters.iter().find(|(these, _)| these.contains(accented)) {
            *letter = unit(*plain);
        }
    }
}

/// The vowels of the Latin script with the accents of Romance languages, and the letters without.
pub(super) const ROMANCE_VOWELS: &[(&str, char)] =
    &[("àáâä", 'a'), ("òóôö", 'o'), ("èéêë", 'e'), ("ùúûü", 'u'), ("ìíîï", 'i')];
