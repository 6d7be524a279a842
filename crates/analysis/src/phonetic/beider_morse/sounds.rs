//! The ways in which the beginning of a name may sound, growing from rule to rule.

use super::languages::Languages;
use super::letters::Letter;

/// Ways beyond these are not followed (`DEFAULT_MAX_PHONEMES` of Commons Codec).
const WAYS_MAX: usize = 20;

/// A sound that a rule has for its letters.
#[derive(Debug)]
pub(super) struct Phoneme {
    pub(super) letters: Vec<Letter>,
    /// Those in which the letters sound so.
    pub(super) languages: Languages,
}

/// The ways so far. They share their beginnings, so that going on costs the same however long the name is, and what all of
/// them have in common is there once.
#[derive(Debug, Default)]
pub(super) struct Ways<'t> {
    ways: Vec<Way>,
    steps: Vec<Step<'t>>,
    /// What stands in all ways, between the places where they part,
    shared: Vec<Letter>,
    /// and where it begins behind the last of these.
    unparted: usize,
    /// Used again and again.
    parting: Vec<Way>,
    path: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Way {
    /// The last of its steps, or [`NO_STEP`].
    last: usize,
    languages: Languages,
}

const NO_STEP: usize = usize::MAX;

/// What a way has that others may not have.
#[derive(Debug, Clone, Copy)]
struct Step<'t> {
    before: usize,
    /// Where the letters lie that all ways have before this step's own.
    shared: (usize, usize),
    own: &'t [Letter],
}

impl<'t> Ways<'t> {
    /// Nothing said yet, in any of the languages.
    pub(super) fn begin(&mut self, languages: Languages) {
        self.ways.clear();
        self.ways.push(Way { last: NO_STEP, languages });
        self.steps.clear();
        self.shared.clear();
        self.unparted = 0;
    }

    /// Each way goes on with each of the phonemes that has a language in common with it. There may be none left.
    pub(super) fn go_on(&mut self, phonemes: &'t [Phoneme]) {
        if let [Phoneme { letters, languages: Languages::ANY }] = phonemes {
            return self.add(letters);
        }
        let shared = (self.unparted, self.shared.len());
        self.unparted = self.shared.len();
        std::mem::swap(&mut self.ways, &mut self.parting);
        self.ways.clear();
        let pairs = self.parting.iter().flat_map(|way| phonemes.iter().map(move |phoneme| (way, phoneme)));
        for (way, phoneme) in pairs {
            let languages = way.languages.and(phoneme.languages);
            if languages.is_empty() {
                continue;
            }
            self.ways.push(Way { last: self.steps.len(), languages });
            self.steps.push(Step { before: way.last, shared, own: &phoneme.letters });
            if self.ways.len() >= WAYS_MAX {
                return;
            }
        }
    }

    /// Adds a sound to every way.
    pub(super) fn add(&mut self, letters: &[Letter]) {
        append(&mut self.shared, letters);
    }

    /// Adds the ways to what was found before.
    pub(super) fn spell(&mut self, sounds: &mut Sounds) {
        for way in &self.ways {
            self.path.clear();
            let mut at = way.last;
            while let Some(step) = self.steps.get(at) {
                self.path.push(at);
                at = step.before;
            }
            let from = sounds.letters.len();
            for step in self.path.iter().rev().filter_map(|at| self.steps.get(*at)) {
                append(
                    &mut sounds.letters,
                    self.shared.get(step.shared.0..step.shared.1).unwrap_or_default(),
                );
                append(&mut sounds.letters, step.own);
            }
            append(&mut sounds.letters, self.shared.get(self.unparted..).unwrap_or_default());
            sounds.end(from, way.languages);
        }
    }
}

/// Appends a few letters. (For one or two, the function that copies memory takes longer than this.)
#[inline]
fn append(letters: &mut Vec<Letter>, few: &[Letter]) {
    few.iter().for_each(|letter| letters.push(*letter));
}

/// Ways in which a name sounds, spelled out.
#[derive(Debug, Default)]
pub(super) struct Sounds {
    letters: Vec<Letter>,
    all: Vec<Sound>,
}

#[derive(Debug, Clone, Copy)]
struct Sound {
    /// The first eight letters in order, zeroes behind fewer: most sounds are told apart by these.
    first: u64,
    /// Where its letters lie.
    from: usize,
    to: usize,
    /// The languages in which it is one.
    languages: Languages,
}

impl Sounds {
    pub(super) fn clear(&mut self) {
        self.letters.clear();
        // So that there are eight letters to look at where the first sound ends.
        self.letters.extend([0; 8]);
        self.all.clear();
    }

    /// The sound whose letters begin here is complete.
    fn end(&mut self, from: usize, languages: Languages) {
        let letters = self.letters.get(from..).unwrap_or_default();
        let first = match (letters.first_chunk(), self.letters.last_chunk()) {
            (Some(first), _) => u64::from_be_bytes(*first),
            // What stands before them is shifted out.
            (None, Some(last)) => u64::from_be_bytes(*last).unbounded_shl(64 - 8 * letters.len() as u32),
            (None, None) => 0,
        };
        self.all.push(Sound { first, from, to: self.letters.len(), languages });
    }

    /// The sounds with their languages.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Letter], Languages)> {
        self.all.iter().map(|sound| (letters_of(&self.letters, sound), sound.languages))
    }

    /// Puts them in order, equal ones together.
    pub(super) fn merge(&mut self) {
        let letters = |sound: &Sound| letters_of(&self.letters, sound);
        // Equal ones stay in the order in which they came, which matters to their languages.
        self.all.sort_by(|a, b| a.first.cmp(&b.first).then_with(|| letters(a).cmp(letters(b))));
        self.all.dedup_by(|next, kept| {
            let is_same = next.first == kept.first && letters(next) == letters(kept);
            if is_same {
                kept.languages = kept.languages.merge(next.languages);
            }
            is_same
        });
    }
}

fn letters_of<'s>(letters: &'s [Letter], sound: &Sound) -> &'s [Letter] {
    letters.get(sound.from..sound.to).unwrap_or_default()
}
