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

use super::guesses::Guesses;
use super::languages::{Languages, NAMES};
use super::letters::{Alphabet, Letter, Letters, UNKNOWN};
use super::pattern::Pattern;
use super::sounds::{Eight, Phoneme};

/// All rules.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) alphabet: Alphabet,
    pub(super) guesses: Guesses,
    /// From letters to sounds, by the place of the language in [`NAMES`].
    letters: Vec<Rules>,
    /// What sounds alike in all languages.
    common: Rules,
    /// What sounds alike, by language.
    alike: Vec<Rules>,
}

/// The rules of a section, the first that applies first.
///
/// Rules are asked for at every letter of every way in which a name may sound, so for each letter that rules begin with and
/// each letter that may stand beside it there is a set of the rules that may apply.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The rules by the first of their letters.
    rows: Vec<Vec<Rule>>,
    /// Where the rules of each letter are, and what it is to those of others.
    places: Vec<Place>,
    columns: usize,
    /// By row and column.
    neighbours: Vec<Neighbour>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// The letter's row, if it has rules.
    row: Option<u8>,
    /// Its column; letters that mean the same to all rules have one together.
    column: u8,
}

/// What a neighbour says of the rules of a row, of which each is a bit.
#[derive(Debug, Clone, Copy, Default)]
struct Neighbour {
    /// Those that may apply when it stands before the first letter.
    before: u64,
    /// Those that may apply when it stands behind the first letter.
    behind: u64,
}

/// The column of no letter at all, at either end of a text.
const EDGE: u8 = 0;
/// The column of the letters that no rule names.
const OTHERS: u8 = 1;

#[derive(Debug)]
pub(super) struct Rule {
    /// How many letters it takes.
    pub(super) len: usize,
    /// What stands before its letters, the nearest first,
    before: Vec<Letters>,
    from_start: bool,
    /// and what behind the first of them.
    behind: Vec<Letters>,
    to_end: bool,
    pub(super) sounds: Vec<Phoneme>,
}

impl Tables {
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| Self::read(include_str!("generic.txt")))
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
        let of_rules = sections.iter().filter(|(name, _)| name.starts_with("gen_"));
        let alphabet = Alphabet::of(of_rules.flat_map(|(_, lines)| lines.chars()));
        let rules = |name: &str| Rules::read(name, &sections, &alphabet);
        let by_language =
            |kind: &str| NAMES.iter().map(|name| rules(&format!("gen_{kind}_{name}"))).collect();
        Self {
            guesses: Guesses::read(sections.get("gen_lang").unwrap_or(&""), &alphabet),
            letters: by_language("rules"),
            common: rules("gen_approx_common"),
            alike: by_language("approx"),
            alphabet,
        }
    }
}

impl Rules {
    fn read(name: &str, sections: &HashMap<&str, &str>, alphabet: &Alphabet) -> Self {
        let mut rules = Self { places: vec![Place::default(); alphabet.len()], ..Self::default() };
        rules.add(name, sections, alphabet);
        rules.find_columns();
        let neighbours = rules.rows.iter().flat_map(|row| rules.neighbours_of(row));
        rules.neighbours = neighbours.collect();
        rules
    }

    /// Adds a section and those that it includes.
    fn add(&mut self, name: &str, sections: &HashMap<&str, &str>, alphabet: &Alphabet) {
        for line in sections.get(name).into_iter().flat_map(|lines| lines.lines()) {
            if let Some(other) = line.strip_prefix("#include ") {
                self.add(other, sections, alphabet);
            } else if let Some((first, rule)) = Rule::read(line, alphabet) {
                self.push(first, rule);
            }
        }
    }

    /// Adds a rule behind the others of its first letter.
    fn push(&mut self, first: Letter, rule: Rule) {
        let Some(place) = self.places.get_mut(usize::from(first)) else { return };
        let row = *place.row.get_or_insert_with(|| {
            self.rows.push(Vec::new());
            self.rows.len() as u8 - 1
        });
        if let Some(rules) = self.rows.get_mut(usize::from(row)) {
            rules.push(rule);
        }
    }

    /// Gives each letter that stands in some set alone a column of its own.
    fn find_columns(&mut self) {
        let rules = self.rows.iter().flatten();
        let sets: Vec<Letters> = rules
            .flat_map(|rule| rule.before.first().into_iter().chain(rule.behind.first()))
            .copied()
            .collect();
        let is_told_apart = |letter: Letter| sets.iter().any(|set| set.has(letter) != set.has(UNKNOWN));
        let mut last = OTHERS;
        for (letter, place) in (0..=Letter::MAX).zip(&mut self.places) {
            last += u8::from(is_told_apart(letter));
            place.column = if is_told_apart(letter) { last } else { OTHERS };
        }
        self.columns = usize::from(last) + 1;
    }

    /// The neighbours of a row, column by column.
    fn neighbours_of(&self, row: &[Rule]) -> Vec<Neighbour> {
        let mut letters = vec![None, Some(UNKNOWN)];
        let own = (0..=Letter::MAX).zip(&self.places).filter(|(_, place)| place.column != OTHERS);
        letters.extend(own.map(|(letter, _)| Some(letter)));
        let neighbour = |letter: Option<Letter>| {
            let mut neighbour = Neighbour::default();
            for (number, rule) in row.iter().enumerate() {
                neighbour.before |= u64::from(may_stand(letter, &rule.before, rule.from_start)) << number;
                neighbour.behind |= u64::from(may_stand(letter, &rule.behind, rule.to_end)) << number;
            }
            neighbour
        };
        letters.into_iter().map(neighbour).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first rule that applies to the letters at a place.
    #[inline]
    pub(super) fn find(&self, text: &[Letter], at: usize) -> Option<&Rule> {
        let row = usize::from(self.place(text.get(at)?)?.row?);
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let neighbour = |letter| self.neighbours.get(row * self.columns + self.column(letter));
        let mut candidates = neighbour(before)?.before & neighbour(text.get(at + 1))?.behind;
        while candidates != 0 {
            let rule = self.rows.get(row)?.get(candidates.trailing_zeros() as usize)?;
            if rule.applies(text, at) {
                return Some(rule);
            }
            candidates &= candidates - 1;
        }
        None
    }

    #[inline]
    fn place(&self, letter: &Letter) -> Option<&Place> {
        self.places.get(usize::from(*letter))
    }

    #[inline]
    fn column(&self, letter: Option<&Letter>) -> usize {
        let Some(letter) = letter else { return usize::from(EDGE) };
        self.place(letter).map_or(OTHERS, |place| place.column).into()
    }
}

/// Whether a letter, or the end of a text, may be the first of those that a rule wants on one side, where the text is to end
/// behind them or not.
fn may_stand(letter: Option<Letter>, wanted: &[Letters], then_ends: bool) -> bool {
    match (letter, wanted.first()) {
        (Some(letter), Some(set)) => set.has(letter),
        (Some(_), None) => !then_ends,
        (None, wanted) => wanted.is_none(),
    }
}

impl Rule {
    /// A rule and its first letter.
    fn read(line: &str, alphabet: &Alphabet) -> Option<(Letter, Self)> {
        let mut columns = line.split(' ').map(|column| column.trim_matches('"'));
        let letters: Vec<Letter> = alphabet.numbers(columns.next()?).collect();
        let before = Pattern::new(columns.next()?, alphabet);
        let behind = Pattern::new(columns.next()?, alphabet);
        let (first, others) = letters.split_first()?;
        let others = others.iter().map(|letter| Letters::of([*letter].into_iter()));
        let rule = Self {
            len: letters.len(),
            before: before.letters.into_iter().rev().collect(),
            from_start: before.from_start,
            behind: others.chain(behind.letters).collect(),
            to_end: behind.to_end,
            sounds: phonemes(columns.next()?, alphabet),
        };
        Some((*first, rule))
    }

    /// Whether it does, given that its first letter stands at this place.
    fn applies(&self, text: &[Letter], at: usize) -> bool {
        let (Some(before), Some(behind)) = (text.get(..at), text.get(at + 1..)) else { return false };
        are(&self.before, before.iter().rev(), self.from_start)
            && are(&self.behind, behind.iter(), self.to_end)
    }
}

/// Whether the first of the letters, or all, are of these sets.
fn are<'t>(wanted: &[Letters], mut letters: impl ExactSizeIterator<Item = &'t Letter>, all: bool) -> bool {
    let fits = if all { letters.len() == wanted.len() } else { letters.len() >= wanted.len() };
    fits && wanted.iter().all(|set| letters.next().is_some_and(|letter| set.has(*letter)))
}

/// `a`, `(a|b[polish+czech])`; an empty one at either end of the brackets is silence, and counts also last.
fn phonemes(text: &str, alphabet: &Alphabet) -> Vec<Phoneme> {
    let phoneme = |text| phoneme(text, alphabet);
    let Some(several) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else {
        return vec![phoneme(text)];
    };
    let mut phonemes: Vec<Phoneme> = several.trim_end_matches('|').split('|').map(phoneme).collect();
    if several.starts_with('|') || several.ends_with('|') {
        phonemes.push(phoneme(""));
    }
    phonemes
}

fn phoneme(text: &str, alphabet: &Alphabet) -> Phoneme {
    let (text, languages) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((text, languages)) => (text, Languages::named(languages)),
        None => (text, Languages::ANY),
    };
    Phoneme { letters: Eight::of(alphabet.numbers(text)), languages }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Rules, Tables};
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
        let rules = |rules: &Rules| rules.rows.iter().map(Vec::len).sum::<usize>();
        for (name, letters) in NAMES.iter().zip(&tables.letters) {
            assert_eq!(rules(letters), lines(&format!("gen_rules_{name}")), "{name}");
        }
        // One of them includes the other.
        let common = lines("gen_approx_common") - 1 + lines("gen_exact_approx_common");
        assert_eq!(rules(&tables.common), common);
    }

    /// Letters are numbered in a byte, the rules of a letter in 64 bits, and the letters of guesses in eight times as many; a
    /// sound has eight letters at most.
    #[test]
    fn numbers_suffice() {
        let rules = include_str!("generic.txt").lines().filter(|line| line.starts_with('"'));
        let sounds = rules.filter_map(|rule| rule.split(' ').nth(3)).flat_map(|sounds| sounds.split('|'));
        for sound in sounds.filter_map(|sound| sound.trim_matches(['"', '(', ')']).split('[').next()) {
            assert!(sound.chars().count() <= 8, "{sound}");
        }
        let tables = Tables::get();
        assert!(tables.alphabet.len() <= 256, "{} letters", tables.alphabet.len());
        assert!(tables.guesses.bits() <= 512, "{} letters", tables.guesses.bits());
        let all = [&tables.letters, &tables.alike].into_iter().flatten().chain([&tables.common]);
        for rules in all {
            assert!(rules.rows.iter().all(|row| row.len() <= 64));
        }
    }

    #[test]
    fn rules_apply_where_their_letters_stand() {
        for (rule, applies) in [
            (r#""b" "" "" "x""#, [true, true, true]),
            (r#""b" "^" "" "x""#, [true, false, false]),
            (r#""b" "" "$" "x""#, [false, false, true]),
            (r#""b" "a" "" "x""#, [false, true, false]),
            (r#""b" "^ba" "" "x""#, [false, true, false]),
            (r#""b" "[^a]" "" "x""#, [false, false, true]),
            (r#""ba" "" "[cd]" "x""#, [false, false, false]),
            (r#""ba" "" "[bc]" "x""#, [true, false, false]),
            (r#""bb" "a" "$" "x""#, [false, true, false]),
            (r#""b" "[^c]b" "" "x""#, [false, false, true]),
            (r#""b" "." "" "x""#, [false, false, false]),
        ] {
            let sections = [("rules", rule)].into_iter().collect();
            let alphabet = super::Alphabet::of("abcdx.".chars());
            let rules = Rules::read("rules", &sections, &alphabet);
            let text: Vec<u8> = alphabet.numbers("babb").collect();
            assert_eq!([0, 2, 3].map(|at| rules.find(&text, at).is_some()), applies, "{rule}");
            assert!(rules.find(&text, 1).is_none() && rules.find(&text, 4).is_none());
        }
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
            let Tables { guesses, alphabet, .. } = Tables::get();
            let found = guesses.languages_of(name, &alphabet.numbers(name).collect::<Vec<_>>());
            assert_eq!(found.only(), Languages::named(languages).only(), "{name}");
        }
    }
}
