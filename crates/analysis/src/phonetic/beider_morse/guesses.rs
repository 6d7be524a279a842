//! Which languages a spelling speaks for.
//!
//! All patterns are looked for at once: each of their letters is a bit, set when the pattern matches up to that letter where
//! the name has been read (the "shift-and" method of Baeza-Yates and Gonnet).

use std::array::from_fn;

use super::languages::Languages;
use super::letters::{Alphabet, Letter};
use super::pattern::Pattern;

/// A bit for each letter of each pattern. No pattern lies across two words.
type Bits = [u64; 8];

/// What spellings say of languages.
#[derive(Debug)]
pub(super) struct Guesses {
    /// By letter: the places of patterns that it may stand at.
    letters: Vec<Bits>,
    /// The first letters of all patterns,
    first: Bits,
    /// and of those that may begin within a name.
    first_anywhere: Bits,
    /// The last letters of patterns that may end within a name,
    last_anywhere: Bits,
    /// and of those that only end where it ends.
    last_at_end: Bits,
    /// By bit: the languages that are left when the pattern is there.
    left: Vec<Languages>,
}

impl Guesses {
    /// Reads lines of a pattern, languages, and `true` if a name with the pattern is of these, else `false`.
    pub(super) fn read(lines: &str, alphabet: &Alphabet) -> Self {
        let none = [0; 8];
        let mut guesses = Self {
            letters: vec![none; alphabet.len()],
            first: none,
            first_anywhere: none,
            last_anywhere: none,
            last_at_end: none,
            left: Vec::new(),
        };
        for line in lines.lines() {
            let columns: Vec<&str> = line.split(' ').collect();
            if let [pattern, languages, accepts] = columns[..] {
                let languages = Languages::named(languages);
                let left = if accepts == "true" { languages } else { Languages::ANY.without(languages) };
                guesses.add(&Pattern::new(pattern, alphabet), left);
            }
        }
        guesses
    }

    fn add(&mut self, pattern: &Pattern, left: Languages) {
        let len = pattern.letters.len();
        if self.left.len() % 64 + len > 64 {
            self.left.resize(self.left.len().next_multiple_of(64), Languages::ANY);
        }
        let first = self.left.len();
        self.left.resize(first + len, left);
        for (bit, set) in (first..).zip(&pattern.letters) {
            for (number, bits) in self.letters.iter_mut().enumerate() {
                if Letter::try_from(number).is_ok_and(|letter| set.has(letter)) {
                    add_bit(bits, bit);
                }
            }
        }
        add_bit(&mut self.first, first);
        if !pattern.from_start {
            add_bit(&mut self.first_anywhere, first);
        }
        let last = if pattern.to_end { &mut self.last_at_end } else { &mut self.last_anywhere };
        add_bit(last, first + len.saturating_sub(1));
    }

    /// The languages that a name in lower case may be of.
    pub(super) fn languages_of(&self, name: &str, letters: &[Letter]) -> Languages {
        let end = letters.len();
        let end_before_break = end.saturating_sub(line_break(name));
        let (mut reached, mut found) = ([0; 8], [0; 8]);
        for (at, letter) in letters.iter().enumerate() {
            let Some(here) = self.letters.get(usize::from(*letter)) else { continue };
            let first = if at == 0 { &self.first } else { &self.first_anywhere };
            let at_end = at + 1 == end || at + 1 == end_before_break;
            let at_end = if at_end { self.last_at_end } else { [0; 8] };
            reached = from_fn(|word| (reached[word] << 1 & !self.first[word] | first[word]) & here[word]);
            found = from_fn(|word| found[word] | reached[word] & (self.last_anywhere[word] | at_end[word]));
        }
        self.left_of(found)
    }

    /// The languages that are left when all these patterns are there.
    fn left_of(&self, found: Bits) -> Languages {
        let mut languages = Languages::NAMED;
        for (word, mut bits) in found.into_iter().enumerate() {
            while bits != 0 {
                let bit = 64 * word + bits.trailing_zeros() as usize;
                languages = languages.and(self.left.get(bit).copied().unwrap_or(Languages::ANY));
                bits &= bits - 1;
            }
        }
        if languages.is_empty() { Languages::ANY } else { languages }
    }

    #[cfg(test)]
    pub(super) fn bits(&self) -> usize {
        self.left.len()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.first.iter().map(|bits| bits.count_ones() as usize).sum()
    }
}

fn add_bit(bits: &mut Bits, bit: usize) {
    if let Some(word) = bits.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

/// How many characters the line break has that a name ends with, before which, as in Java, a pattern may end too.
fn line_break(name: &str) -> usize {
    if name.ends_with("\r\n") {
        2
    } else {
        usize::from(name.ends_with(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}']))
    }
}

#[cfg(test)]
mod tests {
    use super::{Alphabet, Guesses, Languages};

    #[test]
    fn patterns_are_found_where_they_say() {
        for (pattern, name, is_there) in [
            ("a", "ba", true),
            ("ab", "aab", true),
            ("ab", "acb", false),
            ("[^a]", "aab", true),
            ("[^a]", "aa", false),
            ("[^a]", "ж", true),
            ("[ab]x$", "ax", true),
            ("[ab]x$", "axa", false),
            ("^[ab]x", "cax", false),
            ("^[ab]x", "axc", true),
            ("x$", "x\n", true),
            ("x$", "x\r\n", true),
            ("x$", "x\n\n", false),
            ("[^x]$", "\r\n", true),
            ("(a|b)", "a", false),
        ] {
            let alphabet = Alphabet::of("(|)abcx".chars());
            // Another pattern stands before it and one behind.
            let lines = format!("^xa german false\n{pattern} polish true\nbx$ german false");
            let guesses = Guesses::read(&lines, &alphabet);
            let letters: Vec<u8> = alphabet.numbers(name).collect();
            let expected = if is_there { Languages::named("polish") } else { Languages::NAMED };
            assert_eq!(guesses.languages_of(name, &letters), expected, "{pattern} {name:?}");
        }
    }
}
