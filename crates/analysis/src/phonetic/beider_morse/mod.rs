//! Beider-Morse Phonetic Matching (Alexander Beider and Stephen P. Morse, 2008): the ways in which a name may sound, as
//! Apache Commons Codec's `PhoneticEngine` spells them out for generic names, approximately and in one piece
//! (analysis.md §4.2).
//!
//! The spelling says which languages the name may be of; the rules of its language, or those for any, turn letters into
//! sounds, each with the languages in which it sounds so; two more sets of rules make sounds equal that are easily taken
//! for one another.

mod guesses;
mod languages;
mod letters;
mod memory;
mod pattern;
mod rules;
mod sounds;

pub(crate) use memory::Memory;

use languages::Languages;
use letters::Letter;
use rules::{Rules, Tables};
use sounds::{Eight, Sounds, Ways};

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

/// Encodes names. Keep one for many names: it uses its buffers again.
#[derive(Debug, Default)]
pub(super) struct Engine {
    letters: Vec<Letter>,
    ways: Ways,
    sounds: Sounds,
    /// What becomes of the sounds.
    next: Sounds,
}

impl Engine {
    /// Appends the codes of a name, a space behind each, in the order in which Lucene's `BeiderMorseFilter` makes tokens of
    /// them; none of a name that has no sound, or is too long.
    pub(super) fn encode(&mut self, name: &str, codes: &mut String) {
        let before = codes.len();
        if name.len() > LEN_MAX && name.encode_utf16().count() > LEN_MAX {
            return;
        }
        let mut readings = READINGS_MAX;
        if self.read(name, &mut readings, codes).is_none() {
            codes.truncate(before);
        }
    }

    /// Adds the codes of a name and of what it is without its prefix; None when there are too many readings.
    fn read(&mut self, name: &str, readings: &mut usize, codes: &mut String) -> Option<()> {
        *readings = readings.checked_sub(1)?;
        let tables = Tables::get();
        let lower = name.to_lowercase();
        self.letters.clear();
        self.letters.extend(tables.alphabet.numbers(&lower));
        let languages = tables.guesses.languages_of(&lower, &self.letters);
        // Most names are a single word, of which all that follows makes the same.
        if lower.bytes().any(|byte| byte <= b' ' || byte == b'-' || byte == b'\'') {
            let spaced = lower.replace('-', " ");
            let name = spaced.trim_matches(|c| c <= ' ');
            if let Some((prefix, rest)) = split_prefix(name) {
                self.read(rest, readings, codes)?;
                return self.read(&[prefix, rest].concat(), readings, codes);
            }
            let words = name.split([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']).filter(|word| !word.is_empty());
            self.letters.clear();
            self.letters.extend(tables.alphabet.numbers(&words.collect::<Vec<_>>().join(" ")));
        }
        self.speak(languages, tables);
        for (sound, _) in self.sounds.iter().filter(|(sound, _)| !sound.is_empty()) {
            codes.extend(sound.iter().filter_map(|letter| tables.alphabet.letter(*letter)));
            codes.push(' ');
        }
        Some(())
    }

    /// Finds the sounds of the letters.
    fn speak(&mut self, languages: Languages, tables: &Tables) {
        self.sounds.clear();
        apply(tables.letters(languages), &self.letters, languages, false, &mut self.ways);
        self.ways.spell(&mut self.sounds);
        self.make_alike(tables.common());
        self.make_alike(tables.alike(languages));
    }

    /// Applies rules to the sounds, which then are in order and different from each other.
    fn make_alike(&mut self, rules: &Rules) {
        if rules.is_empty() {
            return;
        }
        self.next.clear();
        for (sound, languages) in self.sounds.iter() {
            apply(rules, sound, languages, true, &mut self.ways);
            self.ways.spell(&mut self.next);
        }
        self.next.merge();
        std::mem::swap(&mut self.sounds, &mut self.next);
    }
}

/// The prefix that a name may have, without what divides them, and the rest.
fn split_prefix(name: &str) -> Option<(&'static str, &str)> {
    PREFIXES.iter().find_map(|prefix| {
        let rest = name.strip_prefix(prefix)?;
        Some((prefix.trim_end_matches([' ', '\'']), rest))
    })
}

/// The ways in which letters sound by the rules. A letter without a rule stays as it is or is silent.
fn apply(rules: &Rules, letters: &[Letter], languages: Languages, stays: bool, ways: &mut Ways) {
    ways.begin(languages);
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        at += match rules.find(letters, at) {
            Some(rule) => {
                ways.go_on(&rule.sounds);
                rule.len
            }
            None => {
                if stays {
                    ways.add(Eight::of([*letter].into_iter()));
                }
                1
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    fn encode(name: &str) -> String {
        let mut codes = String::new();
        Engine::default().encode(name, &mut codes);
        codes
    }

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
            assert_eq!(encode(name).trim_end(), sounds, "{name}");
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
