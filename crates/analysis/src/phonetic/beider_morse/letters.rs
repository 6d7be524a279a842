//! The letters that the rules know, as small numbers, and sets of them.

use std::collections::BTreeSet;

/// The number of a letter; those of the rules are in the order of the letters themselves.
pub(super) type Letter = u8;

/// The number of all letters that no rule knows.
pub(super) const UNKNOWN: Letter = 0;

/// The letters of all rules.
#[derive(Debug)]
pub(super) struct Alphabet {
    /// In order; the first has the number 1.
    letters: Vec<char>,
    /// The numbers of ASCII.
    ascii: Vec<Letter>,
}

impl Alphabet {
    /// Of letters, of which there may be 255 different ones.
    pub(super) fn of(letters: impl Iterator<Item = char>) -> Self {
        let letters: BTreeSet<char> = letters.collect();
        let mut alphabet = Self { letters: letters.into_iter().collect(), ascii: Vec::new() };
        alphabet.ascii = (0..128_u8).map(|c| alphabet.search(char::from(c))).collect();
        alphabet
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.letters.len() + 1
    }

    pub(super) fn number(&self, letter: char) -> Letter {
        match self.ascii.get(letter as usize) {
            Some(number) => *number,
            None => self.search(letter),
        }
    }

    fn search(&self, letter: char) -> Letter {
        let found = self.letters.binary_search(&letter);
        found.ok().and_then(|at| Letter::try_from(at + 1).ok()).unwrap_or(UNKNOWN)
    }

    /// The letter of a number that is not [`UNKNOWN`].
    pub(super) fn letter(&self, number: Letter) -> Option<char> {
        self.letters.get(usize::from(number).checked_sub(1)?).copied()
    }

    pub(super) fn numbers<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Letter> + 't {
        text.chars().map(|letter| self.number(letter))
    }
}

/// A set of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letters([u64; 4]);

impl Letters {
    pub(super) fn of(letters: impl Iterator<Item = Letter>) -> Self {
        let mut set = Self([0; 4]);
        for letter in letters {
            if let Some(bits) = set.0.get_mut(usize::from(letter / 64)) {
                *bits |= 1 << (letter % 64);
            }
        }
        set
    }

    /// All but these.
    pub(super) fn others(self) -> Self {
        Self(self.0.map(|bits| !bits))
    }

    #[inline]
    pub(super) fn has(&self, letter: Letter) -> bool {
        self.0.get(usize::from(letter / 64)).is_some_and(|bits| bits >> (letter % 64) & 1 == 1)
    }
}
