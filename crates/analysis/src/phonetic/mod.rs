//! Phonetic encoders: words that sound alike made equal, as Apache Commons Codec 1.15 does it (Apache License 2.0); two are
//! Elasticsearch's.

mod beider_morse;
mod caverphone;
mod cologne;
mod double_metaphone;
mod german_names;
mod metaphone;
mod nysiis;
mod soundex;

pub(crate) use beider_morse::Memory as BeiderMorseMemory;

use crate::unicode::is_letter;

/// Which encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoder {
    BeiderMorse,
    Caverphone1,
    Caverphone2,
    Cologne,
    DoubleMetaphone,
    HaasePhonetik,
    KoelnerPhonetik,
    Metaphone,
    Nysiis,
    RefinedSoundex,
    Soundex,
}

impl Encoder {
    /// The encoders by their names in a definition.
    pub(crate) const NAMES: [(&'static str, Self); 11] = [
        ("beiderMorse", Self::BeiderMorse),
        ("caverphone1", Self::Caverphone1),
        ("caverphone2", Self::Caverphone2),
        ("cologne", Self::Cologne),
        ("doubleMetaphone", Self::DoubleMetaphone),
        ("haasePhonetik", Self::HaasePhonetik),
        ("koelnerPhonetik", Self::KoelnerPhonetik),
        ("metaphone", Self::Metaphone),
        ("nysiis", Self::Nysiis),
        ("refinedSoundex", Self::RefinedSoundex),
        ("soundex", Self::Soundex),
    ];

    /// The word's codes; none for a word that the encoder cannot read, nor when the first code is the word itself, except
    /// that of Beider and Morse, which is one of many.
    pub(crate) fn codes(self, word: &str) -> Vec<String> {
        // Caverphone would have a code for nothing; Lucene's filters do not ask.
        if word.is_empty() {
            return Vec::new();
        }
        let one = |code: String| vec![code];
        let codes = match self {
            Self::BeiderMorse => {
                let mut codes = String::new();
                beider_morse::Engine::default().encode(word, &mut codes);
                return codes.split_terminator(' ').map(str::to_owned).collect();
            }
            Self::Caverphone1 => one(caverphone::first(word)),
            Self::Caverphone2 => one(caverphone::second(word)),
            Self::Cologne => one(cologne::encode(word)),
            Self::DoubleMetaphone => double_metaphone::encode(word),
            Self::HaasePhonetik => one(german_names::HAASE.encode(word)),
            Self::KoelnerPhonetik => one(german_names::KOELNER.encode(word)),
            Self::Metaphone => one(metaphone::encode(word)),
            Self::Nysiis => one(nysiis::encode(word)),
            Self::RefinedSoundex => soundex::refined(word).into_iter().collect(),
            Self::Soundex => soundex::soundex(word).into_iter().collect(),
        };
        // An alternative counts only beside a first code.
        if codes.first().is_none_or(|code| code.is_empty() || code == word) {
            return Vec::new();
        }
        codes
    }
}

/// The letters of the word in upper case.
fn letters(word: &str) -> Vec<char> {
    let letters: String = word.chars().filter(|c| u32::from(*c) < 0x1_0000 && is_letter(*c)).collect();
    letters.to_uppercase().chars().collect()
}

#[cfg(test)]
mod tests {
    use super::Encoder;
    use proptest::prelude::*;

    /// As Lucene's filters gave them: the codes, or the word where there is none.
    fn codes(encoder: Encoder, word: &str) -> String {
        let codes = encoder.codes(word);
        if codes.is_empty() { word.to_owned() } else { codes.join("|") }
    }

    /// Every 7th of the reference's words, or all of them with `LAZULI_ALL_VECTORS`.
    #[test]
    fn codes_of_lucene() {
        let Some(lines) = crate::reference_data::lines("phonetic_vectors.tsv.gz") else { return };
        let mut differing = Vec::new();
        for line in lines.step_by(crate::reference_data::step(7)) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, word, expected] = columns[..] else { continue };
            let Some((_, encoder)) = Encoder::NAMES.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            let found = codes(*encoder, word);
            if found != expected {
                differing.push(format!("{name} {word}: {found}, not {expected}"));
            }
        }
        assert!(differing.is_empty(), "{}: {:?}", differing.len(), differing.get(..20));
    }

    /// As Lucene 8.8.1 has them (analysis.md, Appendix B).
    #[test]
    fn names_sound_alike() {
        for (word, metaphone, double) in [
            ("Thompson", "0MPS", "TMPS"),
            ("Smith", "SM0", "SM0|XMT"),
            ("Schmidt", "SKMT", "XMT|SMT"),
            ("Kathryn", "K0RN", "K0RN|KTRN"),
            ("Meyer", "MYR", "MR"),
            ("a", "A", "A"),
            ("123", "123", "123"),
        ] {
            assert_eq!(codes(Encoder::Metaphone, word), metaphone, "{word}");
            assert_eq!(codes(Encoder::DoubleMetaphone, word), double, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_read(word in prop_oneof!["[a-zA-ZäßéÑç' -]{0,12}", any::<String>()]) {
            for (_, encoder) in Encoder::NAMES {
                encoder.codes(&word);
            }
        }
    }
}
