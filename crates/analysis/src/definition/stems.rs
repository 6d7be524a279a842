//! The languages of the filters that stem.

use crate::filter::Filter;
use crate::stem::Stemmer;

/// A language of `stemmer`.
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

/// A language of `snowball`.
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

#[cfg(test)]
mod tests {
    use super::{SnowballLanguage, StemmerLanguage};

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
}
