//! The ways in which the beginning of a name may sound, growing from rule to rule.

use super::languages::Languages;
use super::letters::Letter;

/// Ways beyond these are not followed (`DEFAULT_MAX_PHONEMES` of Commons Codec).
const WAYS_MAX: usize = 20;

/// Up to eight letters, the first in the lowest eight bits, zeroes behind fewer. Most sounds have no more, and to go on with
/// one is a shift then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Eight(u64);

impl Eight {
    pub(super) fn of(letters: impl Iterator<Item = Letter>) -> Self {
        let places = (0..u64::BITS).step_by(8);
        Self(letters.zip(places).fold(0, |eight, (letter, place)| eight | u64::from(letter) << place))
    }

    pub(super) fn len(self) -> usize {
        8 - self.0.leading_zeros() as usize / 8
    }

    /// The number by which texts that begin so are in order.
    fn order(self) -> u64 {
        self.0.swap_bytes()
    }
}

/// A sound that a rule has for its letters.
#[derive(Debug)]
pub(super) struct Phoneme {
    pub(super) letters: Eight,
    /// Those in which the letters sound so.
    pub(super) languages: Languages,
}

/// The ways so far. Long ones share their beginnings, so that going on costs the same however long the name is.
#[derive(Debug, Default)]
pub(super) struct Ways {
    ways: Vec<Way>,
    steps: Vec<Step>,
    /// Used again and again.
    parting: Vec<Way>,
    path: Vec<Eight>,
}

#[derive(Debug, Clone, Copy)]
struct Way {
    /// Its last letters.
    last: Eight,
    /// The step before these, or [`NO_STEP`].
    before: usize,
    languages: Languages,
}

const NO_STEP: usize = usize::MAX;

/// Eight letters of a way.
#[derive(Debug, Clone, Copy)]
struct Step {
    letters: Eight,
    before: usize,
}

impl Way {
    /// Adds letters; `steps` gets what there is no room for.
    #[inline]
    fn add(&mut self, letters: Eight, steps: &mut Vec<Step>) {
        let len = self.last.len();
        let last = self.last.0 | letters.0.unbounded_shl(8 * len as u32);
        if len + letters.len() > 8 {
            steps.push(Step { letters: Eight(last), before: self.before });
            self.before = steps.len() - 1;
            self.last = Eight(letters.0 >> (8 * (8 - len)));
        } else {
            self.last = Eight(last);
        }
    }
}

impl Ways {
    /// Nothing said yet, in any of the languages.
    pub(super) fn begin(&mut self, languages: Languages) {
        self.ways.clear();
        self.ways.push(Way { last: Eight::default(), before: NO_STEP, languages });
        self.steps.clear();
    }

    /// Each way goes on with each of the phonemes that has a language in common with it. There may be none left.
    pub(super) fn go_on(&mut self, phonemes: &[Phoneme]) {
        if let [Phoneme { letters, languages: Languages::ANY }] = phonemes {
            return self.add(*letters);
        }
        std::mem::swap(&mut self.ways, &mut self.parting);
        self.ways.clear();
        let pairs = self.parting.iter().flat_map(|way| phonemes.iter().map(move |phoneme| (way, phoneme)));
        for (way, phoneme) in pairs {
            let languages = way.languages.and(phoneme.languages);
            if languages.is_empty() {
                continue;
            }
            let mut way = Way { languages, ..*way };
            way.add(phoneme.letters, &mut self.steps);
            self.ways.push(way);
            if self.ways.len() >= WAYS_MAX {
                return;
            }
        }
    }

    /// Adds a sound to every way.
    pub(super) fn add(&mut self, letters: Eight) {
        for way in &mut self.ways {
            way.add(letters, &mut self.steps);
        }
    }

    /// Adds the ways to what was found before.
    pub(super) fn spell(&mut self, sounds: &mut Sounds) {
        for way in &self.ways {
            self.path.clear();
            self.path.push(way.last);
            let mut before = way.before;
            while let Some(step) = self.steps.get(before) {
                self.path.push(step.letters);
                before = step.before;
            }
            sounds.push(self.path.iter().rev(), way.languages);
        }
    }
}

/// Ways in which a name sounds, spelled out.
#[derive(Debug, Default)]
pub(super) struct Sounds {
    letters: Vec<Letter>,
    all: Vec<Sound>,
}

#[derive(Debug, Clone, Copy)]
struct Sound {
    /// The first of its letters, by which most are told apart.
    first: Eight,
    /// Where they lie.
    from: usize,
    to: usize,
    /// The languages in which it is one.
    languages: Languages,
}

impl Sounds {
    pub(super) fn clear(&mut self) {
        self.letters.clear();
        self.all.clear();
    }

    /// Adds a sound of letters, of which all eights but the last are full.
    fn push<'e>(&mut self, eights: impl Iterator<Item = &'e Eight> + Clone, languages: Languages) {
        let from = self.letters.len();
        let mut len = 0;
        for eight in eights.clone() {
            self.letters.extend(eight.0.to_le_bytes());
            len += eight.len();
        }
        self.letters.truncate(from + len);
        let first = eights.copied().next().unwrap_or_default();
        self.all.push(Sound { first, from, to: from + len, languages });
    }

    /// The sounds with their languages.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Letter], Languages)> {
        self.all.iter().map(|sound| (letters_of(&self.letters, sound), sound.languages))
    }

    /// Puts them in order, equal ones together.
    pub(super) fn merge(&mut self) {
        let letters = |sound: &Sound| letters_of(&self.letters, sound);
        // Equal ones stay in the order in which they came, which matters to their languages.
        self.all
            .sort_by(|a, b| a.first.order().cmp(&b.first.order()).then_with(|| letters(a).cmp(letters(b))));
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

#[cfg(test)]
mod tests {
    use super::{Eight, Languages, Letter, Phoneme, Sounds, Ways};

    /// Ways of 0 to 40 letters, added one, two or three at a time.
    #[test]
    fn ways_of_all_lengths_are_spelled() {
        for (parts, of) in (0..14).flat_map(|parts| (1..=3).map(move |of| (parts, of))) {
            let letters: Vec<Letter> = (1..=parts * of).collect();
            let (mut ways, mut sounds) = (Ways::default(), Sounds::default());
            ways.begin(Languages::ANY);
            for part in letters.chunks(usize::from(of)) {
                ways.go_on(&[Phoneme {
                    letters: Eight::of(part.iter().copied()),
                    languages: Languages::NAMED,
                }]);
            }
            ways.spell(&mut sounds);
            let spelled: Vec<&[Letter]> = sounds.iter().map(|(sound, _)| sound).collect();
            assert_eq!(spelled, [letters]);
        }
    }

    #[test]
    fn equal_sounds_become_one() {
        let (mut ways, mut sounds) = (Ways::default(), Sounds::default());
        let long = [[9; 7], [8; 7]].concat();
        for (letters, language) in
            [(&[2, 1][..], "polish"), (&[2], "dutch"), (&long, "czech"), (&[2, 1], "dutch"), (&[], "greek")]
        {
            ways.begin(Languages::named(language));
            letters.iter().for_each(|letter| ways.add(Eight::of([*letter].into_iter())));
            ways.spell(&mut sounds);
        }
        sounds.merge();
        let named = Languages::named;
        let expected = [
            (&[][..], named("greek")),
            (&[2], named("dutch")),
            (&[2, 1], named("polish+dutch")),
            (&long, named("czech")),
        ];
        assert_eq!(sounds.iter().collect::<Vec<_>>(), expected);
    }
}
