//! Stemmers: the words of one family made equal.
//!
//! They are Lucene's, of version 8.8.1 but for those of the analyzers that stand in for Microsoft's ([`Endings`], [`Inflected`],
//! [`Stemmer::Hebrew`], [`Stemmer::PolishLight`] and scripts that [`snowball`] tells of). They work on UTF-16 units, because that
//! is what the originals count lengths in. Each wants words in lower case.

mod arabic;
mod brazilian;
mod bulgarian;
mod czech;
mod endings;
mod english_minimal;
mod finnish_light;
mod french_light;
mod french_minimal;
mod german;
mod greek;
mod hebrew;
mod hindi;
mod hungarian_light;
mod indonesian;
mod inflected;
mod italian_light;
mod kstem;
mod latvian;
mod norwegian;
mod polish_light;
mod porter;
mod portuguese_light;
mod rslp;
mod rules;
mod russian_light;
mod snowball;
mod sorani;
mod spanish_light;
mod stempel;
mod swedish_light;

pub(crate) use endings::Endings;
pub(crate) use inflected::Inflected;
pub(crate) use norwegian::Norwegian;
pub(crate) use snowball::Snowball;

use crate::term::Term;

/// Words of more units than these stay as they are, as no index takes them (a term has at most 300 characters,
/// analysis.md §2.4) and some algorithms take time or stack that grows with the word.
const LEN_MAX: usize = 1000;

/// Which stemmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stemmer {
    Arabic,
    Brazilian,
    Bulgarian,
    Czech,
    /// Endings of a language for which there is no published stemmer.
    Endings(Endings),
    EnglishMinimal,
    FinnishLight,
    FrenchLight,
    FrenchMinimal,
    Galician,
    GalicianMinimal,
    GermanLight,
    GermanMinimal,
    Greek,
    /// By particles and endings; no stemmer is published.
    Hebrew,
    Hindi,
    HungarianLight,
    Indonesian,
    /// A published stemmer, and what it leaves undone.
    Inflected(Inflected),
    ItalianLight,
    /// Krovetz' stemmer for English (Lucene's `KStemFilter`).
    KStem,
    Latvian,
    NorwegianLight(Norwegian),
    NorwegianMinimal(Norwegian),
    /// Stempel.
    Polish,
    /// By endings.
    PolishLight,
    /// Porter's first algorithm for English (Lucene's `PorterStemFilter`).
    Porter,
    PortugueseLight,
    PortugueseMinimal,
    PortugueseRslp,
    RussianLight,
    /// A script of the Snowball project.
    Snowball(Snowball),
    Sorani,
    SpanishLight,
    SwedishLight,
}

impl Stemmer {
    /// The languages of `stemmer` and what it runs for them (analysis.md §4.1); `possessiveEnglish` is no stemmer but
    /// [`crate::filter::Filter::EnglishPossessive`].
    pub(crate) const LANGUAGES: &[(&'static str, Self)] = &[
        ("arabic", Self::Arabic),
        ("armenian", Self::Snowball(Snowball::Armenian)),
        ("basque", Self::Snowball(Snowball::Basque)),
        ("brazilian", Self::Brazilian),
        ("bulgarian", Self::Bulgarian),
        ("catalan", Self::Snowball(Snowball::Catalan)),
        ("czech", Self::Czech),
        ("danish", Self::Snowball(Snowball::Danish)),
        ("dutch", Self::Snowball(Snowball::Dutch)),
        ("dutchKp", Self::Snowball(Snowball::KraaijPohlmann)),
        ("english", Self::Porter),
        ("finnish", Self::Snowball(Snowball::Finnish)),
        ("french", Self::Snowball(Snowball::French)),
        ("galician", Self::Galician),
        ("german", Self::Snowball(Snowball::German)),
        ("german2", Self::Snowball(Snowball::German2)),
        ("greek", Self::Greek),
        ("hindi", Self::Hindi),
        ("hungarian", Self::Snowball(Snowball::Hungarian)),
        ("indonesian", Self::Indonesian),
        ("irish", Self::Snowball(Snowball::Irish)),
        ("italian", Self::Snowball(Snowball::Italian)),
        ("latvian", Self::Latvian),
        ("lightEnglish", Self::KStem),
        ("lightFinnish", Self::FinnishLight),
        ("lightFrench", Self::FrenchLight),
        ("lightGerman", Self::GermanLight),
        ("lightHungarian", Self::HungarianLight),
        ("lightItalian", Self::ItalianLight),
        ("lightNorwegian", Self::NorwegianLight(Norwegian::Bokmaal)),
        ("lightNynorsk", Self::NorwegianLight(Norwegian::Nynorsk)),
        ("lightPortuguese", Self::PortugueseLight),
        ("lightRussian", Self::RussianLight),
        ("lightSpanish", Self::SpanishLight),
        ("lightSwedish", Self::SwedishLight),
        ("lovins", Self::Snowball(Snowball::Lovins)),
        ("minimalEnglish", Self::EnglishMinimal),
        ("minimalFrench", Self::FrenchMinimal),
        ("minimalGalician", Self::GalicianMinimal),
        ("minimalGerman", Self::GermanMinimal),
        ("minimalNorwegian", Self::NorwegianMinimal(Norwegian::Bokmaal)),
        ("minimalNynorsk", Self::NorwegianMinimal(Norwegian::Nynorsk)),
        ("minimalPortuguese", Self::PortugueseMinimal),
        ("norwegian", Self::Snowball(Snowball::Norwegian)),
        ("porter2", Self::Snowball(Snowball::English)),
        ("portuguese", Self::Snowball(Snowball::Portuguese)),
        ("portugueseRslp", Self::PortugueseRslp),
        ("romanian", Self::Snowball(Snowball::Romanian)),
        ("russian", Self::Snowball(Snowball::Russian)),
        ("sorani", Self::Sorani),
        ("spanish", Self::Snowball(Snowball::Spanish)),
        ("swedish", Self::Snowball(Snowball::Swedish)),
        ("turkish", Self::Snowball(Snowball::Turkish)),
    ];

    /// The stemmer that `stemmer` runs for a language.
    pub(crate) fn of_language(language: &str) -> Option<Self> {
        Self::LANGUAGES.iter().find(|(known, _)| *known == language).map(|(_, stemmer)| *stemmer)
    }

    /// The stemmer that `snowball` runs for a language.
    pub(crate) fn of_snowball_language(language: &str) -> Option<Self> {
        Some(Self::Snowball(match language {
            "english" => Snowball::English,
            "kp" => Snowball::KraaijPohlmann,
            "porter" => Snowball::Porter,
            // Names of `stemmer` only.
            "dutchKp" | "irish" | "porter2" => return None,
            _ => return Self::of_language(language).filter(|found| matches!(found, Self::Snowball(_))),
        }))
    }

    /// Reduces the term, which is in lower case already, to its stem.
    pub(crate) fn apply(self, term: &mut Term<'_>) {
        term.edit_units(|word| self.stem(word));
    }

    /// Reduces the word, which is in lower case already, to its stem.
    pub(crate) fn stem(self, word: &mut Vec<u16>) {
        if word.len() > LEN_MAX {
            return;
        }
        match self {
            Self::Arabic => arabic::stem(word),
            Self::Brazilian => brazilian::stem(word),
            Self::Bulgarian => bulgarian::stem(word),
            Self::Czech => czech::stem(word),
            Self::Endings(language) => language.strip(word),
            Self::EnglishMinimal => english_minimal::stem(word),
            Self::FinnishLight => finnish_light::stem(word),
            Self::FrenchLight => french_light::stem(word),
            Self::FrenchMinimal => french_minimal::stem(word),
            Self::Galician => rslp::galician(word),
            Self::GalicianMinimal => rslp::galician_minimal(word),
            Self::GermanLight => german::light(word),
            Self::GermanMinimal => german::minimal(word),
            Self::Greek => greek::stem(word),
            Self::Hebrew => hebrew::stem(word),
            Self::Hindi => hindi::stem(word),
            Self::HungarianLight => hungarian_light::stem(word),
            Self::Indonesian => indonesian::stem(word),
            Self::Inflected(language) => language.stem(word),
            Self::ItalianLight => italian_light::stem(word),
            Self::KStem => kstem::stem(word),
            Self::Latvian => latvian::stem(word),
            Self::NorwegianLight(form) => norwegian::light(form, word),
            Self::NorwegianMinimal(form) => norwegian::minimal(form, word),
            Self::Polish => stempel::stem(word),
            Self::PolishLight => polish_light::stem(word),
            Self::Porter => porter::stem(word),
            Self::PortugueseLight => portuguese_light::stem(word),
            Self::PortugueseMinimal => rslp::portuguese_minimal(word),
            Self::PortugueseRslp => rslp::portuguese(word),
            Self::RussianLight => russian_light::stem(word),
            Self::Snowball(script) => script.stem(word),
            Self::Sorani => sorani::stem(word),
            Self::SpanishLight => spanish_light::stem(word),
            Self::SwedishLight => swedish_light::stem(word),
        }
    }
}

/// Whether the word ends so.
fn ends_with(word: &[u16], suffix: &str) -> bool {
    let mut units = word.iter().rev();
    suffix.chars().rev().all(|c| units.next() == Some(&unit(c)))
}

/// Whether the word's last unit is this character.
fn ends_in(word: &[u16], c: char) -> bool {
    word.last() == Some(&unit(c))
}

/// Puts `replacement` in the place of the last `len` units.
fn replace_end(word: &mut Vec<u16>, len: usize, replacement: &str) {
    word.truncate(word.len().saturating_sub(len));
    word.extend(replacement.encode_utf16());
}

/// A character of the Basic Multilingual Plane as a UTF-16 unit, as all characters that stemmers name are.
const fn unit(c: char) -> u16 {
    c as u16
}

/// The unit as a character to compare with letters; a space in the place of a surrogate.
fn character(unit: u16) -> char {
    char::from_u32(u32::from(unit)).unwrap_or(' ')
}

#[cfg(test)]
fn stemmed(stemmer: Stemmer, word: &str) -> String {
    let mut units = word.encode_utf16().collect();
    stemmer.stem(&mut units);
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests;
