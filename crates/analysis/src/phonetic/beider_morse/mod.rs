//! Beider-Morse Phonetic Matching (Alexander Beider and Stephen P. Morse, 2008): the ways in which a name may sound, as
//! Apache Commons Codec's `PhoneticEngine` spells them out for generic names, approximately and in one piece
//! (analysis.md §4.2).
//!
//! The spelling says which languages the name may be of; the rules of its language, or those for any, turn letters into
//! sounds, each with the languages in which it sounds so; two more sets of rules make sounds equal that are easily taken
//! for one another.

mod languages;
mod pattern;
mod rules;
mod sounds;

use std::collections::BTreeMap;

use languages::Languages;
use rules::{Rules, Tables};
use sounds::Sounds;

/// A name of more units stays as it is: its codes would be thousands, each as long as itself. (Lucene has no such bound;
/// its tokenizers cut at 255 units.)
const LEN_MAX: usize = 256;

/// How many names a name with prefixes may come to, each prefix being read in two ways. Prefixes with several spaces
/// behind them double them, which Lucene would do for ever.
const READINGS_MAX: usize = 64;

/// Prefixes that may belong to the name or not. (`de la` is never asked for, as `de` comes first.)
const PREFIXES: [&str; 14] = [
    "d'", "da ", "dal ", "de ", "del ", "dela ", "della ", "des ", "di ", "do ", "dos ", "du ", "van ",
    "von ",
];

/// The codes in the order in which Lucene's `BeiderMorseFilter` makes tokens of them; none of a name that has no sound,
/// or is too long.
pub(super) fn encode(name: &str) -> Vec<String> {
    if name.encode_utf16().count() > LEN_MAX {
        return Vec::new();
    }
    let mut codes = Vec::new();
    let mut readings = READINGS_MAX;
    match read(name, &mut readings, &mut codes) {
        Some(()) => codes,
        None => Vec::new(),
    }
}

/// Adds the codes of a name and of what it is without its prefix; None when there are too many readings.
fn read(name: &str, readings: &mut usize, codes: &mut Vec<String>) -> Option<()> {
    *readings = readings.checked_sub(1)?;
    let lower = name.to_lowercase();
    let tables = Tables::get();
    let languages = tables.languages_of(&lower.chars().collect::<Vec<_>>());
    let spaced = lower.replace('-', " ");
    let name = spaced.trim_matches(|c| c <= ' ');
    let prefixed = PREFIXES.iter().find_map(|prefix| {
        let rest = name.strip_prefix(prefix)?;
        Some((rest, [prefix.trim_end_matches([' ', '\'']), rest].concat()))
    });
    if let Some((rest, joined)) = prefixed {
        read(rest, readings, codes)?;
        return read(&joined, readings, codes);
    }
    let words = name.split([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join(" ");
    let sounds = sounds_of(&name, languages, tables.letters(languages));
    let sounds = alike(sounds, tables.common());
    let sounds = alike(sounds, tables.alike(languages));
    codes.extend(sounds.into_iter().map(|(sound, _)| sound).filter(|sound| !sound.is_empty()));
    Some(())
}

/// What is known of a way in which a name sounds: the sounds, and the languages in which it does.
type Sound = (String, Languages);

/// The sounds of the letters of a name. A letter without a rule is silent.
fn sounds_of(name: &str, languages: Languages, rules: &Rules) -> Vec<Sound> {
    let letters: Vec<char> = name.chars().collect();
    let mut sounds = Sounds::silent(languages);
    let mut at = 0;
    while at < letters.len() {
        at += match rules.find(&letters, at) {
            Some(rule) => {
                sounds.go_on(&rule.sounds);
                rule.len()
            }
            None => 1,
        };
    }
    sounds.spelled()
}

/// Applies rules to sounds, which then are in order and different from each other. A sound without a rule stays.
fn alike(sounds: Vec<Sound>, rules: &Rules) -> Vec<Sound> {
    if rules.is_empty() {
        return sounds;
    }
    let mut all: BTreeMap<String, Languages> = BTreeMap::new();
    for (text, languages) in sounds {
        for (sound, languages) in approximate(&text, languages, rules) {
            all.entry(sound).and_modify(|known| *known = known.merge(languages)).or_insert(languages);
        }
    }
    all.into_iter().collect()
}

fn approximate(text: &str, languages: Languages, rules: &Rules) -> Vec<Sound> {
    let places: Vec<(usize, char)> = text.char_indices().collect();
    let letters: Vec<char> = text.chars().collect();
    let mut sounds = Sounds::silent(languages);
    let mut at = 0;
    while let Some((byte, letter)) = places.get(at) {
        at += match rules.find(&letters, at) {
            Some(rule) => {
                sounds.go_on(&rule.sounds);
                rule.len()
            }
            None => {
                sounds.add(text.get(*byte..byte + letter.len_utf8()).unwrap_or_default());
                1
            }
        };
    }
    sounds.spelled()
}

#[cfg(test)]
mod tests {
    use super::encode;

    /// As Lucene 8.8.1 with Commons Codec 1.15 has them.
    #[test]
    fn names_have_the_sounds_of_lucene() {
        for (name, sounds) in [
            ("Schulz", "sQlts sQlz stsulz sults sulz"),
            ("O'Neill", "anDl anal aniil anil anl onDl onal oniil onil onl"),
            ("Müller", "mlYr mlir mulir"),
            ("Иванов", "Qvanof Qvonof ivanof ivonof"),
            (
                "de la Cruz",
                "lakru lakruS lakrus lakruts latzrus lazrus lokru lokruS lokrus lokruts lotzrus lozrus kru kruS krus \
                 kruts tzrus zrus dilakru dilakruS dilakrus dilakruts dilatzrus dilazrus dilokru dilokruS dilokrus \
                 dilokruts dilotzrus dilozrus",
            ),
            ("123", ""),
        ] {
            assert_eq!(encode(name).join(" "), sounds, "{name}");
        }
    }

    /// Two spaces behind a prefix leave the prefix with one space in one of the two readings.
    #[test]
    fn hostile_names_stay_as_they_are() {
        assert!(encode(&"da  ".repeat(60)).is_empty());
        assert!(encode(&"d'".repeat(120)).is_empty());
        assert!(encode(&"x".repeat(257)).is_empty());
        assert!(!encode(&"x".repeat(256)).is_empty());
    }
}
