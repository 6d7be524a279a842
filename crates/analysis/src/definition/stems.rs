//! The languages of the filters that stem, and the encoders of `phonetic`.

use crate::filter::{self, Filter};
use crate::phonetic::Encoder;
use crate::pipeline::Link;
use crate::stem::Stemmer;

/// A language of `stemmer`, which stands for one of Lucene's stemmers (analysis.md §4.1): `light…` and `minimal…` are those
/// of Jacques Savoy and others, `english` is Porter's, `lightEnglish` KStem, most others Snowball's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StemmerLanguage(Stems);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stems {
    Stem(Stemmer),
    PossessiveEnglish,
}

const POSSESSIVE_ENGLISH: &str = "possessiveEnglish";

impl StemmerLanguage {
    /// The language of that name, e.g. `lightGerman`; None when there is none.
    pub fn named(name: &str) -> Option<Self> {
        if name == POSSESSIVE_ENGLISH {
            return Some(Self(Stems::PossessiveEnglish));
        }
        Stemmer::of_language(name).map(Stems::Stem).map(Self)
    }

    /// All 54 names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Stemmer::LANGUAGES.iter().map(|(name, _)| *name).chain([POSSESSIVE_ENGLISH])
    }

    pub(super) fn filter(self) -> Filter {
        match self.0 {
            Stems::Stem(stemmer) => Filter::Stem(stemmer),
            Stems::PossessiveEnglish => Filter::EnglishPossessive,
        }
    }
}

/// A language of `snowball`, which stands for the script of the Snowball project that Lucene 8 has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnowballLanguage(Stemmer);

impl SnowballLanguage {
    /// All 22 names.
    pub const NAMES: [&str; 22] = [
        "armenian",
        "basque",
        "catalan",
        "danish",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "german2",
        "hungarian",
        "italian",
        "kp",
        "lovins",
        "norwegian",
        "porter",
        "portuguese",
        "romanian",
        "russian",
        "spanish",
        "swedish",
        "turkish",
    ];

    /// The language of that name; None when there is none.
    pub fn named(name: &str) -> Option<Self> {
        Stemmer::of_snowball_language(name).map(Self)
    }

    pub(super) fn filter(self) -> Filter {
        Filter::Stem(self.0)
    }
}

/// Options of `phonetic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phonetic {
    /// Metaphone if not given.
    pub encoder: PhoneticEncoder,
    /// Whether codes take the place of tokens, or stand beside them; true if not given.
    pub replace: bool,
}

/// One of the 11 encoders of `phonetic` (api.md §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneticEncoder(Encoder);

impl Default for Phonetic {
    fn default() -> Self {
        Self { encoder: PhoneticEncoder(Encoder::Metaphone), replace: true }
    }
}

impl PhoneticEncoder {
    /// The encoder of that name; None when there is none.
    pub fn named(name: &str) -> Option<Self> {
        Encoder::NAMES.iter().find(|(known, _)| *known == name).map(|(_, encoder)| Self(*encoder))
    }
}

impl Phonetic {
    pub(super) fn build(&self) -> Link {
        Link::stage(filter::Phonetic::new(self.encoder.0, self.replace))
    }
}

#[cfg(test)]
mod tests {
    use super::{Phonetic, PhoneticEncoder, SnowballLanguage, StemmerLanguage};
    use crate::definition::{Chain, TokenFilter, Tokenizer};

    #[test]
    fn every_name_is_known() {
        assert_eq!(StemmerLanguage::names().count(), 54);
        assert!(StemmerLanguage::names().all(|name| StemmerLanguage::named(name).is_some()));
        assert!(SnowballLanguage::NAMES.iter().all(|name| SnowballLanguage::named(name).is_some()));
        for unknown in ["", "kp", "klingon", "porter"] {
            assert_eq!(StemmerLanguage::named(unknown), None, "{unknown}");
        }
        for unknown in ["", "irish", "lightGerman", "dutchKp"] {
            assert_eq!(SnowballLanguage::named(unknown), None, "{unknown}");
        }
    }

    /// As Lucene 8.8.1 has it.
    #[test]
    fn codes_stand_at_the_place_of_their_token() {
        for (encoder, replace, expected) in [
            ("metaphone", true, "SM0@0 123@1"),
            ("metaphone", false, "SM0@0 Smith@0 123@1"),
            ("doubleMetaphone", true, "SM0@0 XMT@0 123@1"),
            ("doubleMetaphone", false, "Smith@0 SM0@0 XMT@0 123@1"),
            ("beiderMorse", true, "zmit@0 123@1"),
            // Here Lucene would replace all the same.
            ("beiderMorse", false, "Smith@0 zmit@0 123@1"),
        ] {
            let options = Phonetic { encoder: PhoneticEncoder::named(encoder).unwrap(), replace };
            let chain = Chain {
                char_filters: Vec::new(),
                tokenizer: Tokenizer::Whitespace,
                token_filters: vec![TokenFilter::Phonetic(options)],
            };
            let tokens = chain.build("own").unwrap().tokens("Smith 123");
            let found: Vec<String> =
                tokens.iter().map(|token| format!("{}@{}", token.text, token.position)).collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}
