//! KStem, Robert Krovetz' stemmer for English ("Viewing Morphology as an Inference Process", 1993), as Lucene's
//! `KStemmer` applies it.
//!
//! An ending goes only if a word of the lexicon is left, or one is after a small repair; a few endings go by default. Only
//! words of the letters `a` to `z` are stemmed.

mod lexicon;

use lexicon::Entry;

use super::unit;

/// Units of the longest word that is stemmed.
const LEN_MAX: usize = 49;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    let letter = |unit: &u16| u8::try_from(*unit).ok().filter(u8::is_ascii_lowercase);
    let Some(letters) = word.iter().map(letter).collect::<Option<Vec<u8>>>() else { return };
    if !(3..=LEN_MAX).contains(&letters.len()) {
        return;
    }
    let stem = match lexicon::entry(&letters) {
        Some(Entry { root: Some(root), .. }) => root.as_bytes().to_vec(),
        Some(Entry { root: None, .. }) => return,
        None => Stemming { word: letters, matched: None }.stem(),
    };
    word.clear();
    word.extend(stem.iter().map(|letter| unit(char::from(*letter))));
}

/// A word on its way.
struct Stemming {
    word: Vec<u8>,
    /// What the last look into the lexicon found.
    matched: Option<Entry>,
}

impl Stemming {
    fn stem(mut self) -> Vec<u8> {
        let first: [fn(&mut Self); 9] = [
            Self::plural,
            Self::past_tense,
            Self::aspect,
            Self::ity,
            Self::ness,
            Self::ion,
            Self::er_and_or,
            Self::ly,
            Self::al,
        ];
        let then: [fn(&mut Self); 8] =
            [Self::ive, Self::ize, Self::ment, Self::ble, Self::ism, Self::ic, Self::ncy, Self::nce];
        if !self.any(&first) {
            self.is_regular();
            self.any(&then);
        }
        match self.matched {
            Some(Entry { root: Some(root), .. }) => root.as_bytes().to_vec(),
            Some(Entry { root: None, .. }) | None => self.word,
        }
    }

    /// Runs the steps until a word of the lexicon is found.
    fn any(&mut self, steps: &[fn(&mut Self)]) -> bool {
        steps.iter().any(|step| {
            step(self);
            self.matched.is_some()
        })
    }

    /// How many letters stand before the ending, if the word has it and something stands before it.
    fn before(&self, ending: &str) -> Option<usize> {
        let stem = self.word.strip_suffix(ending.as_bytes())?;
        (!stem.is_empty()).then_some(stem.len())
    }

    /// The letter at a place; a space when there is none.
    fn letter(&self, place: usize) -> u8 {
        self.word.get(place).copied().unwrap_or(b' ')
    }

    /// The last letter of the first `len`.
    fn last(&self, len: usize) -> u8 {
        len.checked_sub(1).map_or(b' ', |place| self.letter(place))
    }

    fn has_before(&self, len: usize, ending: &str) -> bool {
        len >= ending.len() && self.word.get(..len).is_some_and(|stem| stem.ends_with(ending.as_bytes()))
    }

    /// The first `keep` letters and `ending`.
    fn with(&self, keep: usize, ending: &str) -> Vec<u8> {
        [self.word.get(..keep).unwrap_or(&self.word), ending.as_bytes()].concat()
    }

    fn set(&mut self, keep: usize, ending: &str) {
        self.word = self.with(keep, ending);
    }

    /// Makes the word this one if it is in the lexicon.
    fn found(&mut self, keep: usize, ending: &str) -> bool {
        let candidate = self.with(keep, ending);
        self.matched = lexicon::entry(&candidate);
        if self.matched.is_some() {
            self.word = candidate;
        }
        self.matched.is_some()
    }

    /// Makes the word this one, and looks it up.
    fn settle(&mut self, keep: usize, ending: &str) {
        self.set(keep, ending);
        self.matched = lexicon::entry(&self.word);
    }

    /// Whether the word is in the lexicon and no exception.
    fn is_regular(&mut self) -> bool {
        let entry = lexicon::entry(&self.word).filter(|entry| !entry.exception);
        self.matched = self.matched.or(entry);
        self.matched.is_some()
    }

    /// The same of another word, which then is the word.
    fn found_regular(&mut self, keep: usize, ending: &str) -> bool {
        let candidate = self.with(keep, ending);
        let before = std::mem::replace(&mut self.word, candidate);
        let regular = self.is_regular();
        if !regular {
            self.word = before;
        }
        regular
    }

    fn is_consonant(&self, place: usize) -> bool {
        match self.letter(place) {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => place.checked_sub(1).is_none_or(|before| !self.is_consonant(before)),
            _ => true,
        }
    }

    fn has_vowel(&self, len: usize) -> bool {
        (0..len).any(|place| !self.is_consonant(place))
    }

    /// Whether the first `len` letters end in a doubled consonant.
    fn is_doubled(&self, len: usize) -> bool {
        len >= 2 && self.last(len) == self.last(len - 1) && self.is_consonant(len - 1)
    }

    /// `calories` → `calorie`, `ponies` → `pony`, `foxes` → `fox`.
    fn plural(&mut self) {
        let len = self.word.len();
        if let Some(stem) = self.before("ies") {
            if !self.found(stem, "ie") {
                self.settle(stem, "y");
            }
        } else if let Some(stem) = self.before("es") {
            let after_ss = stem >= 2 && self.has_before(stem, "ss");
            let with_e = stem > 1 && !after_ss;
            if (with_e && self.found(stem, "e")) || self.found(stem, "") {
                return;
            }
            self.set(stem, "e");
            if !with_e {
                self.matched = lexicon::entry(&self.word);
            }
        } else if self.last(len) == b's'
            && len > 3
            && self.last(len - 1) != b's'
            && self.before("ous").is_none()
        {
            self.settle(len - 1, "");
        }
    }

    /// `-ed`
    fn past_tense(&mut self) {
        if self.word.len() <= 4 {
            return;
        }
        if let Some(stem) = self.before("ied") {
            if !self.found(stem, "ie") {
                self.settle(stem, "y");
            }
            return;
        }
        let Some(stem) = self.before("ed").filter(|stem| self.has_vowel(*stem)) else { return };
        if self.found_regular(stem, "e") || self.found(stem, "") {
            return;
        }
        if self.is_doubled(stem) {
            if !self.found(stem - 1, "") {
                self.settle(stem, "");
            }
        } else if !self.word.starts_with(b"un") {
            self.set(stem, "e");
        }
    }

    /// `-ing`
    fn aspect(&mut self) {
        if self.word.len() <= 5 {
            return;
        }
        let Some(stem) = self.before("ing").filter(|stem| self.has_vowel(*stem)) else { return };
        if self.found_regular(stem, "e") || self.found(stem, "") {
            return;
        }
        if self.is_doubled(stem) {
            if !self.found(stem - 1, "") {
                self.settle(stem, "");
            }
        } else if stem > 1 && self.is_consonant(stem - 1) && self.is_consonant(stem - 2) {
            self.set(stem, "");
        } else {
            self.set(stem, "e");
        }
    }

    /// `-ity`; `-ility` becomes `-le`, `-ivity` `-ive`, `-ality` `-al`.
    fn ity(&mut self) {
        let Some(stem) = self.before("ity") else { return };
        if self.found(stem, "") || self.found(stem, "e") {
            return;
        }
        if self.has_before(stem, "il") {
            self.settle(stem - 2, "le");
        } else if self.has_before(stem, "iv") {
            self.settle(stem, "e");
        } else if self.has_before(stem, "al") {
            self.settle(stem, "");
        } else if !self.found(self.word.len(), "") {
            self.set(stem, "");
        }
    }

    /// `-ness`
    fn ness(&mut self) {
        let Some(stem) = self.before("ness") else { return };
        if self.last(stem) == b'i' { self.settle(stem - 1, "y") } else { self.settle(stem, "") }
    }

    /// `-ization` becomes `-ize`; `-ition`, `-ation`, `-ication` and `-ion` go where a word is left.
    fn ion(&mut self) {
        let Some(stem) = self.before("ion") else { return };
        if let Some(stem) = self.before("ization") {
            return self.settle(stem, "ize");
        }
        let found = if let Some(stem) = self.before("ition") {
            self.found(stem, "e")
        } else if let Some(stem) = self.before("ation") {
            self.found(stem, "ate") || self.found(stem, "e") || self.found(stem, "")
        } else {
            false
        };
        let found = found || self.before("ication").is_some_and(|stem| self.found(stem, "y"));
        let _ = found || self.found(stem, "e") || self.found(stem, "");
    }

    /// `-er`, `-or`
    fn er_and_or(&mut self) {
        if let Some(stem) = self.before("izer") {
            return self.settle(stem, "ize");
        }
        let Some(stem) = self.before("er").or_else(|| self.before("or")) else { return };
        // Lucene puts an `e` there when it has looked for `-y` in the place of `-ior`.
        let vowel = if self.letter(stem) == b'e' || self.last(stem) == b'i' { "e" } else { "o" };
        let _ = (self.is_doubled(stem) && self.found(stem - 1, ""))
            || (self.last(stem) == b'i' && self.found(stem - 1, "y"))
            || (self.last(stem) == b'e' && self.found(stem - 1, ""))
            || self.found(stem, vowel)
            || self.found(stem, "")
            || self.found(stem, "e");
    }

    /// `-ly`, which goes by default.
    fn ly(&mut self) {
        let Some(stem) = self.before("ly") else { return };
        if self.found(stem, "le") || self.found(stem, "") {
            return;
        }
        if self.has_before(stem, "al") {
            self.set(stem, "");
        } else if self.has_before(stem, "ab") {
            self.set(stem, "le");
        } else if self.last(stem) != b'i' || !self.found(stem - 1, "y") {
            self.set(stem, "");
        }
    }

    /// `-al`; `-ical` becomes `-ic`.
    fn al(&mut self) {
        if self.word.len() < 4 {
            return;
        }
        let Some(stem) = self.before("al") else { return };
        if self.found(stem, "")
            || (self.is_doubled(stem) && self.found(stem - 1, ""))
            || self.found(stem, "e")
            || self.found(stem, "um")
        {
            return;
        }
        if self.has_before(stem, "ic") {
            if !self.found(stem - 2, "") && !self.found(stem - 2, "y") {
                self.settle(stem - 2, "ic");
            }
        } else if self.last(stem) == b'i' && !self.found(stem - 1, "") {
            self.settle(self.word.len(), "");
        }
    }

    /// `-ive`, `-ative`; `-ion` in their place.
    fn ive(&mut self) {
        let Some(stem) = self.before("ive") else { return };
        let _ = self.found(stem, "")
            || self.found(stem, "e")
            || (self.has_before(stem, "at") && (self.found(stem - 2, "e") || self.found(stem - 2, "")))
            || self.found(stem, "ion");
    }

    /// `-ize`
    fn ize(&mut self) {
        let Some(stem) = self.before("ize") else { return };
        let _ = self.found(stem, "")
            || (self.is_doubled(stem) && self.found(stem - 1, ""))
            || self.found(stem, "e");
    }

    /// `-ment`
    fn ment(&mut self) {
        let _ = self.before("ment").is_some_and(|stem| self.found(stem, ""));
    }

    /// `-able`, `-ible`
    fn ble(&mut self) {
        let Some(stem) = self.before("ble").filter(|stem| matches!(self.last(*stem), b'a' | b'i')) else {
            return;
        };
        let stem = stem - 1;
        let _ = self.found(stem, "")
            || (self.is_doubled(stem) && self.found(stem - 1, ""))
            || self.found(stem, "e")
            || self.found(stem, "ate");
    }

    /// `-ism`, which goes.
    fn ism(&mut self) {
        if let Some(stem) = self.before("ism") {
            self.settle(stem, "");
        }
    }

    /// `-ic`
    fn ic(&mut self) {
        let Some(stem) = self.before("ic") else { return };
        let _ = self.found(stem, "ical")
            || self.found(stem, "y")
            || self.found(stem, "e")
            || self.found(stem, "");
    }

    /// `-ency` and `-ancy`, which become `-ence` and `-ance`.
    fn ncy(&mut self) {
        let Some(stem) = self.before("ncy").filter(|stem| matches!(self.last(*stem), b'a' | b'e')) else {
            return;
        };
        if !self.found(stem, "nt") {
            self.settle(stem, "nce");
        }
    }

    /// `-ence`, `-ance`
    fn nce(&mut self) {
        let Some(stem) = self.before("nce").filter(|stem| matches!(self.last(*stem), b'a' | b'e')) else {
            return;
        };
        let _ = self.found(stem - 1, "e") || self.found(stem - 1, "");
    }
}
