//! Fadillah Tala's stemmer for Indonesian ("A Study of Stemming Effects on Information Retrieval in Bahasa Indonesia",
//! 2003), as Lucene's `IndonesianStemmer` applies it, derivations included.
//!
//! Particle, possessive pronoun, prefixes and suffix go as long as more than two syllables are left; which suffixes may
//! go depends on the prefix that went.

use super::rules::at;
use super::{character, ends_with, replace_end, unit};

/// The prefix that went, as far as suffixes ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Ke,
    Peng,
    Di,
    Meng,
    Ter,
    Ber,
    Pe,
    Other,
}

/// A word and how many syllables it still has.
struct Stemming<'a> {
    word: &'a mut Vec<u16>,
    syllables: usize,
    removed: Vec<Prefix>,
}

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    let syllables = word.iter().filter(|unit| is_vowel(character(**unit))).count();
    let mut stemming = Stemming { word, syllables, removed: Vec::new() };
    stemming.strip_end(&["kah", "lah", "pun"]);
    stemming.strip_end(&["ku", "mu", "nya"]);
    if stemming.strip_first_prefix() {
        if stemming.strip_suffix() {
            stemming.strip_second_prefix();
        }
    } else {
        stemming.strip_second_prefix();
        stemming.strip_suffix();
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// A prefix, whether a vowel must follow it, what takes its place and how it counts.
struct Rule(&'static str, bool, &'static str, Prefix);

const FIRST: &[Rule] = &[
    Rule("meng", false, "", Prefix::Meng),
    Rule("meny", true, "s", Prefix::Meng),
    Rule("men", false, "", Prefix::Meng),
    Rule("mem", false, "", Prefix::Meng),
    Rule("me", false, "", Prefix::Meng),
    Rule("peng", false, "", Prefix::Peng),
    Rule("peny", true, "s", Prefix::Peng),
    Rule("peny", false, "", Prefix::Peng),
    Rule("pen", true, "t", Prefix::Peng),
    Rule("pen", false, "", Prefix::Peng),
    Rule("pem", false, "", Prefix::Peng),
    Rule("di", false, "", Prefix::Di),
    Rule("ter", false, "", Prefix::Ter),
    Rule("ke", false, "", Prefix::Ke),
];

impl Stemming<'_> {
    fn strip_end(&mut self, endings: &[&str]) {
        let found = endings.iter().find(|ending| ends_with(self.word, ending));
        if let Some(ending) = found.filter(|_| self.syllables > 2) {
            self.cut_end(ending.len());
        }
    }

    fn cut_end(&mut self, len: usize) {
        replace_end(self.word, len, "");
        self.syllables = self.syllables.saturating_sub(1);
    }

    fn starts_with(&self, prefix: &str) -> bool {
        prefix.encode_utf16().eq(self.word.iter().copied().take(prefix.len()))
    }

    fn cut_front(&mut self, len: usize, becomes: &str, prefix: Prefix) -> bool {
        self.word.splice(..len.min(self.word.len()), becomes.encode_utf16());
        self.syllables = self.syllables.saturating_sub(1);
        self.removed.push(prefix);
        true
    }

    fn strip_first_prefix(&mut self) -> bool {
        if self.syllables <= 2 {
            return false;
        }
        let fits = |Rule(prefix, vowel_follows, ..): &&Rule| {
            self.starts_with(prefix) && (!vowel_follows || is_vowel(at(self.word, prefix.len())))
        };
        match FIRST.iter().find(fits) {
            Some(Rule(prefix, _, becomes, kind)) => self.cut_front(prefix.len(), becomes, *kind),
            None => false,
        }
    }

    fn strip_second_prefix(&mut self) -> bool {
        if self.syllables <= 2 {
            return false;
        }
        let is = |whole: &str| self.word.len() == whole.len() && self.starts_with(whole);
        if self.starts_with("ber") || is("belajar") {
            self.cut_front(3, "", Prefix::Ber)
        } else if self.starts_with("be")
            && !is_vowel(at(self.word, 2))
            && self.word.get(3..5) == Some(&[unit('e'), unit('r')])
        {
            self.cut_front(2, "", Prefix::Ber)
        } else if self.starts_with("per") || is("pelajar") {
            self.cut_front(3, "", Prefix::Other)
        } else if self.starts_with("pe") {
            self.cut_front(2, "", Prefix::Pe)
        } else {
            false
        }
    }

    fn strip_suffix(&mut self) -> bool {
        if self.syllables <= 2 {
            return false;
        }
        let none_of = |prefixes: &[Prefix]| !self.removed.iter().any(|prefix| prefixes.contains(prefix));
        let len = if ends_with(self.word, "kan") && none_of(&[Prefix::Ke, Prefix::Peng, Prefix::Pe]) {
            3
        } else if ends_with(self.word, "an") && none_of(&[Prefix::Di, Prefix::Meng, Prefix::Ter]) {
            2
        } else if ends_with(self.word, "i")
            && !ends_with(self.word, "si")
            && none_of(&[Prefix::Ber, Prefix::Ke, Prefix::Peng])
        {
            1
        } else {
            return false;
        };
        self.cut_end(len);
        true
    }
}
