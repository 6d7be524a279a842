//! The ways in which the beginning of a name may sound, growing from rule to rule.

use super::languages::Languages;

/// Ways beyond these are not followed (`DEFAULT_MAX_PHONEMES` of Commons Codec).
const WAYS_MAX: usize = 20;

/// A sound that a rule has for its letters.
#[derive(Debug)]
pub(super) struct Phoneme {
    pub(super) text: &'static str,
    /// Those in which the letters sound so.
    pub(super) languages: Languages,
}

/// The ways so far. They share their beginnings, so that going on costs the same however long the name is.
#[derive(Debug)]
pub(super) struct Sounds<'t> {
    steps: Vec<Step<'t>>,
    ways: Vec<Way>,
}

#[derive(Debug)]
struct Step<'t> {
    before: Option<usize>,
    text: &'t str,
}

#[derive(Debug, Clone, Copy)]
struct Way {
    /// The last of its steps; None before the first.
    last: Option<usize>,
    languages: Languages,
}

impl<'t> Sounds<'t> {
    /// Nothing said yet, in any of the languages.
    pub(super) fn silent(languages: Languages) -> Self {
        Self { steps: Vec::new(), ways: vec![Way { last: None, languages }] }
    }

    /// Each way goes on with each of the phonemes that has a language in common with it. There may be none left.
    pub(super) fn go_on(&mut self, phonemes: &'t [Phoneme]) {
        let ways = std::mem::take(&mut self.ways);
        let pairs = ways.iter().flat_map(|way| phonemes.iter().map(move |phoneme| (way, phoneme)));
        for (way, phoneme) in pairs {
            let languages = way.languages.and(phoneme.languages);
            if languages.is_empty() {
                continue;
            }
            let last = self.step(way.last, phoneme.text);
            self.ways.push(Way { last, languages });
            if self.ways.len() >= WAYS_MAX {
                return;
            }
        }
    }

    /// Adds a sound to every way.
    pub(super) fn add(&mut self, text: &'t str) {
        let mut ways = std::mem::take(&mut self.ways);
        for way in &mut ways {
            way.last = self.step(way.last, text);
        }
        self.ways = ways;
    }

    /// The step behind another.
    fn step(&mut self, before: Option<usize>, text: &'t str) -> Option<usize> {
        if text.is_empty() {
            return before;
        }
        self.steps.push(Step { before, text });
        Some(self.steps.len() - 1)
    }

    /// The ways with their languages.
    pub(super) fn spelled(&self) -> Vec<(String, Languages)> {
        self.ways.iter().map(|way| (self.spell(way.last), way.languages)).collect()
    }

    fn spell(&self, last: Option<usize>) -> String {
        let mut texts = Vec::new();
        let mut at = last;
        while let Some(step) = at.and_then(|at| self.steps.get(at)) {
            texts.push(step.text);
            at = step.before;
        }
        texts.iter().rev().copied().collect()
    }
}
