//! Porter's first stemmer for English (M. F. Porter, "An algorithm for suffix stripping", 1980).
//!
//! A word is read as `[C](VC)^m[V]`, C and V being runs of consonants and of vowels; its *measure* m decides which endings
//! may go. Lucene's version departs from the paper in `-bli` → `-ble` and `-logi` → `-log`, and leaves words of
//! one or two units alone.

use super::{character, ends_in, ends_with, replace_end, unit};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() <= 2 {
        return;
    }
    strip_plural(word);
    strip_past_and_gerund(word);
    if ends_in(word, 'y') && has_vowel(before(word, 1)) {
        replace_end(word, 1, "i");
    }
    simplify(word, double_endings(word));
    simplify(word, simple_endings(word));
    strip_last_ending(word);
    strip_final_e(word);
    if ends_with(word, "ll") && measure(word) > 1 {
        word.pop();
    }
}

/// `caresses` → `caress`, `ponies` → `poni`, `cats` → `cat`.
fn strip_plural(word: &mut Vec<u16>) {
    if ends_with(word, "sses") || ends_with(word, "ies") {
        replace_end(word, 2, "");
    } else if ends_in(word, 's') && !ends_with(word, "ss") {
        word.pop();
    }
}

/// `agreed` → `agree`, `matting` → `mat`, `mating` → `mate`, `meeting` → `meet`.
fn strip_past_and_gerund(word: &mut Vec<u16>) {
    if ends_with(word, "eed") {
        if measure(before(word, 3)) > 0 {
            word.pop();
        }
        return;
    }
    let Some(ending) = ["ed", "ing"].into_iter().find(|ending| ends_with(word, ending)) else { return };
    if !has_vowel(before(word, ending.len())) {
        return;
    }
    replace_end(word, ending.len(), "");
    if ["at", "bl", "iz"].iter().any(|ending| ends_with(word, ending)) {
        replace_end(word, 0, "e");
    } else if is_double_consonant(word) {
        if !['l', 's', 'z'].iter().any(|&c| ends_in(word, c)) {
            word.pop();
        }
    } else if measure(word) == 1 && ends_consonant_vowel_consonant(word) {
        replace_end(word, 0, "e");
    }
}

type Endings = &'static [(&'static str, &'static str)];

/// Two suffixes that become one: `-ization` (`-ize` and `-ation`) → `-ize`.
fn double_endings(word: &[u16]) -> Endings {
    match last_but_one(word) {
        'a' => &[("ational", "ate"), ("tional", "tion")],
        'c' => &[("enci", "ence"), ("anci", "ance")],
        'e' => &[("izer", "ize")],
        'l' => &[("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous")],
        'o' => &[("ization", "ize"), ("ation", "ate"), ("ator", "ate")],
        's' => &[("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous")],
        't' => &[("aliti", "al"), ("iviti", "ive"), ("biliti", "ble")],
        'g' => &[("logi", "log")],
        _ => &[],
    }
}

/// `-ic-`, `-full`, `-ness` and the like.
fn simple_endings(word: &[u16]) -> Endings {
    match word.last().map_or(' ', |&last| character(last)) {
        'e' => &[("icate", "ic"), ("ative", ""), ("alize", "al")],
        'i' => &[("iciti", "ic")],
        'l' => &[("ical", "ic"), ("ful", "")],
        's' => &[("ness", "")],
        _ => &[],
    }
}

/// Replaces the first of `endings` that the word has, if what stands before it has a measure above 0.
fn simplify(word: &mut Vec<u16>, endings: Endings) {
    let found = endings.iter().find(|(ending, _)| ends_with(word, ending));
    if let Some((ending, replacement)) = found
        && measure(before(word, ending.len())) > 0
    {
        replace_end(word, ending.len(), replacement);
    }
}

/// `-ant`, `-ence` and the like go when the measure before them is above 1.
fn strip_last_ending(word: &mut Vec<u16>) {
    let endings: &[&str] = match last_but_one(word) {
        'a' => &["al"],
        'c' => &["ance", "ence"],
        'e' => &["er"],
        'i' => &["ic"],
        'l' => &["able", "ible"],
        'n' => &["ant", "ement", "ment", "ent"],
        'o' => &["sion", "tion", "ou"],
        's' => &["ism"],
        't' => &["ate", "iti"],
        'u' => &["ous"],
        'v' => &["ive"],
        'z' => &["ize"],
        _ => &[],
    };
    let Some(ending) = endings.iter().find(|ending| ends_with(word, ending)) else { return };
    let len = if ending.ends_with("ion") { "ion".len() } else { ending.len() };
    if measure(before(word, len)) > 1 {
        replace_end(word, len, "");
    }
}

fn strip_final_e(word: &mut Vec<u16>) {
    if !ends_in(word, 'e') {
        return;
    }
    let stem = before(word, 1);
    let measure = measure(stem);
    if measure > 1 || (measure == 1 && !ends_consonant_vowel_consonant(stem)) {
        word.pop();
    }
}

/// The word without its last `len` units.
fn before(word: &[u16], len: usize) -> &[u16] {
    word.get(..word.len().saturating_sub(len)).unwrap_or_default()
}

fn last_but_one(word: &[u16]) -> char {
    word.iter().rev().nth(1).map_or(' ', |&unit| character(unit))
}

/// Whether each unit is a consonant, in order. `y` is one at the beginning and after a vowel; whatever is no letter of
/// English is one too.
fn consonants(word: &[u16]) -> impl Iterator<Item = bool> {
    let mut before = false;
    word.iter().map(move |&letter| {
        before = match character(letter) {
            'a' | 'e' | 'i' | 'o' | 'u' => false,
            'y' => !before,
            _ => true,
        };
        before
    })
}

/// How often a run of vowels is followed by a run of consonants.
fn measure(word: &[u16]) -> usize {
    let mut vowel = false;
    let mut count = 0;
    for consonant in consonants(word) {
        count += usize::from(vowel && consonant);
        vowel = !consonant;
    }
    count
}

fn has_vowel(word: &[u16]) -> bool {
    consonants(word).any(|consonant| !consonant)
}

fn is_double_consonant(word: &[u16]) -> bool {
    matches!(word, [.., a, b] if a == b) && consonants(word).last() == Some(true)
}

/// Whether the word ends as `hop` and `lov` do, which want their `e` back; `snow`, `box` and `tray` do not.
fn ends_consonant_vowel_consonant(word: &[u16]) -> bool {
    let [.., last] = word else { return false };
    let mut shape = [false; 3];
    for consonant in consonants(word) {
        shape = [shape[1], shape[2], consonant];
    }
    word.len() >= 3 && shape == [true, false, true] && !['w', 'x', 'y'].map(unit).contains(last)
}

#[cfg(test)]
mod tests {
    use crate::stem::{Stemmer, stemmed};

    /// Words of the paper and of Lucene's own comments.
    #[test]
    fn endings_go_as_porter_has_it() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("ties", "ti"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("disabled", "disabl"),
            ("matting", "mat"),
            ("mating", "mate"),
            ("milling", "mill"),
            ("meetings", "meet"),
            ("happy", "happi"),
            ("sky", "sky"),
            ("relational", "relat"),
            ("generalizations", "gener"),
            ("oscillators", "oscil"),
            ("aed", "a"),
            ("ion", "ion"),
            ("is", "is"),
            ("", ""),
            ("𠮷s", "𠮷"),
            ("aééing", "aé"),
        ] {
            assert_eq!(stemmed(Stemmer::Porter, word), expected, "{word}");
        }
    }

    /// The Snowball project's vocabulary, stemmed by Snowball's version of the algorithm, which keeps to the paper where
    /// Lucene's departs from it.
    #[test]
    fn agrees_with_snowball_on_the_vocabulary() {
        let Some(lines) = crate::reference_data::lines("snowball_vectors.tsv.gz") else { return };
        let mut compared = 0;
        for line in lines {
            let columns: Vec<&str> = line.split('\t').collect();
            let ["porter", word, expected] = columns[..] else { continue };
            let departs = ["bly", "blies", "logy", "logies"].iter().any(|ending| word.ends_with(ending));
            if word.len() > 2 && !departs {
                assert_eq!(stemmed(Stemmer::Porter, word), expected, "{word}");
                compared += 1;
            }
        }
        assert!(compared > 30_000, "{compared} words");
    }

    /// The words of that vocabulary that Lucene stems otherwise, as it does.
    #[test]
    fn departs_from_the_paper_as_lucene_does() {
        for (word, expected) in [
            ("apologies", "apolog"),
            ("philology", "philolog"),
            ("possibly", "possibl"),
            ("inexpressibly", "inexpress"),
            ("infallibly", "infal"),
            ("assemblies", "assembl"),
            ("humbly", "humbl"),
            ("us", "us"),
            ("ey", "ey"),
            ("s", "s"),
        ] {
            assert_eq!(stemmed(Stemmer::Porter, word), expected, "{word}");
        }
    }
}
