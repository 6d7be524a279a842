//! The rules, as Commons Codec ships them (`generic.txt`).
//!
//! ```text
//! == gen_lang                    a section: where the rules below come from
//! ceau french+romanian true      a name with this is of one of these languages; false: of none of them
//!
//! == gen_rules_any
//! "m" "[aeiouy]" "" "(m|n[french+portuguese])"
//! ```
//!
//! A rule has its letters, what stands before them, what behind, and their sounds: one, or several in brackets, each with
//! its languages, which are any if not given. `#include` stands for the rules of another section.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::languages::{Languages, NAMES};
use super::pattern::Pattern;
use super::sounds::Phoneme;

/// All rules.
#[derive(Debug)]
pub(super) struct Tables {
    guesses: Vec<Guess>,
    /// From letters to sounds, by the place of the language in [`NAMES`].
    letters: Vec<Rules>,
    /// What sounds alike in all languages.
    common: Rules,
    /// What sounds alike, by language.
    alike: Vec<Rules>,
}

/// What a spelling says of languages.
#[derive(Debug)]
struct Guess {
    pattern: Pattern,
    languages: Languages,
    accepts: bool,
}

/// The rules of a section by the first of their letters, the first that applies first.
#[derive(Debug, Default)]
pub(super) struct Rules(HashMap<char, Vec<Rule>>);

#[derive(Debug)]
pub(super) struct Rule {
    letters: Vec<char>,
    before: Pattern,
    behind: Pattern,
    pub(super) sounds: Vec<Phoneme>,
}

impl Tables {
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| Self::read(include_str!("generic.txt")))
    }

    /// The languages that a name in lower case may be of.
    pub(super) fn languages_of(&self, name: &[char]) -> Languages {
        let speaking = self.guesses.iter().filter(|guess| guess.pattern.is_in(name));
        let languages = speaking.fold(Languages::NAMED, |languages, guess| {
            if guess.accepts { languages.and(guess.languages) } else { languages.without(guess.languages) }
        });
        if languages.is_empty() { Languages::ANY } else { languages }
    }

    /// From letters to sounds.
    pub(super) fn letters(&self, languages: Languages) -> &Rules {
        self.letters.get(languages.only()).unwrap_or(&self.common)
    }

    /// What sounds alike in all languages.
    pub(super) fn common(&self) -> &Rules {
        &self.common
    }

    /// What sounds alike in these.
    pub(super) fn alike(&self, languages: Languages) -> &Rules {
        self.alike.get(languages.only()).unwrap_or(&self.common)
    }

    fn read(text: &'static str) -> Self {
        let sections: HashMap<&str, &'static str> =
            text.split("\n== ").filter_map(|section| section.split_once('\n')).collect();
        let rules = |name: &str| {
            let mut rules = Rules::default();
            rules.read(name, &sections);
            rules
        };
        let by_language =
            |kind: &str| NAMES.iter().map(|name| rules(&format!("gen_{kind}_{name}"))).collect();
        let guesses = sections.get("gen_lang").into_iter().flat_map(|lines| lines.lines());
        Self {
            guesses: guesses.filter_map(Guess::read).collect(),
            letters: by_language("rules"),
            common: rules("gen_approx_common"),
            alike: by_language("approx"),
        }
    }
}

impl Guess {
    fn read(line: &'static str) -> Option<Self> {
        let mut columns = line.split(' ');
        Some(Self {
            pattern: Pattern::new(columns.next()?),
            languages: Languages::named(columns.next()?),
            accepts: columns.next()? == "true",
        })
    }
}

impl Rules {
    /// Reads a section and those that it includes.
    fn read(&mut self, name: &str, sections: &HashMap<&str, &'static str>) {
        for line in sections.get(name).into_iter().flat_map(|lines| lines.lines()) {
            if let Some(other) = line.strip_prefix("#include ") {
                self.read(other, sections);
            } else if let Some((first, rule)) = Rule::read(line) {
                self.0.entry(first).or_default().push(rule);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first rule that applies to the letters at a place.
    pub(super) fn find(&self, text: &[char], at: usize) -> Option<&Rule> {
        let (before, rest) = text.split_at_checked(at)?;
        self.0.get(rest.first()?)?.iter().find(|rule| rule.applies(before, rest))
    }
}

impl Rule {
    /// A rule and its first letter.
    fn read(line: &'static str) -> Option<(char, Self)> {
        let mut columns = line.split(' ').map(|column| column.trim_matches('"'));
        let letters: Vec<char> = columns.next()?.chars().collect();
        let rule = Self {
            before: Pattern::new(columns.next()?),
            behind: Pattern::new(columns.next()?),
            sounds: phonemes(columns.next()?),
            letters,
        };
        Some((*rule.letters.first()?, rule))
    }

    /// How many letters it takes.
    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    fn applies(&self, before: &[char], rest: &[char]) -> bool {
        let behind = rest.strip_prefix(self.letters.as_slice());
        behind.is_some_and(|behind| self.behind.begins(behind)) && self.before.ends(before)
    }
}

/// `a`, `(a|b[polish+czech])`; an empty one at either end of the brackets is silence, and counts also last.
fn phonemes(text: &'static str) -> Vec<Phoneme> {
    let Some(several) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else {
        return vec![phoneme(text)];
    };
    let mut phonemes: Vec<Phoneme> = several.trim_end_matches('|').split('|').map(phoneme).collect();
    if several.starts_with('|') || several.ends_with('|') {
        phonemes.push(phoneme(""));
    }
    phonemes
}

fn phoneme(text: &'static str) -> Phoneme {
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((text, languages)) => Phoneme { text, languages: Languages::named(languages) },
        None => Phoneme { text, languages: Languages::ANY },
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Tables};
    use crate::phonetic::beider_morse::languages::Languages;

    /// A line that could not be read would be missing.
    #[test]
    fn every_line_is_read() {
        let lines = |section: &str| {
            let text = include_str!("generic.txt");
            let (_, text) = text.split_once(&format!("\n== {section}\n")).unwrap();
            text.split("\n== ").next().unwrap().lines().filter(|line| !line.is_empty()).count()
        };
        let tables = Tables::get();
        assert_eq!(tables.guesses.len(), lines("gen_lang"));
        let rules = |rules: &super::Rules| rules.0.values().map(Vec::len).sum::<usize>();
        for (name, letters) in NAMES.iter().zip(&tables.letters) {
            assert_eq!(rules(letters), lines(&format!("gen_rules_{name}")), "{name}");
        }
        // One of them includes the other.
        let common = lines("gen_approx_common") - 1 + lines("gen_exact_approx_common");
        assert_eq!(rules(&tables.common), common);
    }

    #[test]
    fn a_spelling_says_which_languages() {
        for (name, languages) in [
            ("hoffmann", "german"),
            ("o'neill", "english"),
            ("иванов", "cyrillic"),
            ("nuñez", "spanish"),
            ("straße", "german"),
        ] {
            let found = Tables::get().languages_of(&name.chars().collect::<Vec<_>>());
            assert_eq!(found.only(), Languages::named(languages).only(), "{name}");
        }
    }
}
