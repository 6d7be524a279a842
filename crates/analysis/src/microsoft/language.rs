//! The languages of Microsoft's analyzers and tokenizers (analysis.md §2.3, Appendix A).

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MicrosoftLanguage {
    /// `arabic`
    Arabic,
    /// `bangla`
    Bangla,
    /// `bulgarian`
    Bulgarian,
    /// `catalan`
    Catalan,
    /// `chineseSimplified`
    ChineseSimplified,
    /// `chineseTraditional`
    ChineseTraditional,
    /// `croatian`
    Croatian,
    /// `czech`
    Czech,
    /// `danish`
    Danish,
    /// `dutch`
    Dutch,
    /// `english`
    English,
    /// `estonian`
    Estonian,
    /// `finnish`
    Finnish,
    /// `french`
    French,
    /// `german`
    German,
    /// `greek`
    Greek,
    /// `gujarati`
    Gujarati,
    /// `hebrew`
    Hebrew,
    /// `hindi`
    Hindi,
    /// `hungarian`
    Hungarian,
    /// `icelandic`
    Icelandic,
    /// `indonesian`
    Indonesian,
    /// `italian`
    Italian,
    /// `japanese`
    Japanese,
    /// `kannada`
    Kannada,
    /// `korean`
    Korean,
    /// `latvian`
    Latvian,
    /// `lithuanian`
    Lithuanian,
    /// `malay`
    Malay,
    /// `malayalam`
    Malayalam,
    /// `marathi`
    Marathi,
    /// `norwegianBokmaal`
    NorwegianBokmaal,
    /// `polish`
    Polish,
    /// `portuguese`
    Portuguese,
    /// `portugueseBrazilian`
    PortugueseBrazilian,
    /// `punjabi`
    Punjabi,
    /// `romanian`
    Romanian,
    /// `russian`
    Russian,
    /// `serbianCyrillic`
    SerbianCyrillic,
    /// `serbianLatin`
    SerbianLatin,
    /// `slovak`
    Slovak,
    /// `slovenian`
    Slovenian,
    /// `spanish`
    Spanish,
    /// `swedish`
    Swedish,
    /// `tamil`
    Tamil,
    /// `telugu`
    Telugu,
    /// `thai`
    Thai,
    /// `turkish`
    Turkish,
    /// `ukrainian`
    Ukrainian,
    /// `urdu`
    Urdu,
    /// `vietnamese`
    Vietnamese,
}

/// Which of the tokenizers know a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Both,
    /// `microsoft_language_tokenizer` alone.
    Words,
    /// `microsoft_language_stemming_tokenizer` alone.
    Stems,
}

use Known::{Both, Stems, Words};
use MicrosoftLanguage as L;

/// Each with its name in a tokenizer's definition and its code in an analyzer's name.
#[rustfmt::skip]
const LANGUAGES: [(MicrosoftLanguage, &str, &str, Known); 51] = [
    (L::Arabic, "arabic", "ar", Stems),
    (L::Bangla, "bangla", "bn", Both),
    (L::Bulgarian, "bulgarian", "bg", Both),
    (L::Catalan, "catalan", "ca", Both),
    (L::ChineseSimplified, "chineseSimplified", "zh-Hans", Words),
    (L::ChineseTraditional, "chineseTraditional", "zh-Hant", Words),
    (L::Croatian, "croatian", "hr", Both),
    (L::Czech, "czech", "cs", Both),
    (L::Danish, "danish", "da", Both),
    (L::Dutch, "dutch", "nl", Both),
    (L::English, "english", "en", Both),
    (L::Estonian, "estonian", "et", Stems),
    (L::Finnish, "finnish", "fi", Stems),
    (L::French, "french", "fr", Both),
    (L::German, "german", "de", Both),
    (L::Greek, "greek", "el", Both),
    (L::Gujarati, "gujarati", "gu", Both),
    (L::Hebrew, "hebrew", "he", Stems),
    (L::Hindi, "hindi", "hi", Both),
    (L::Hungarian, "hungarian", "hu", Stems),
    (L::Icelandic, "icelandic", "is", Both),
    (L::Indonesian, "indonesian", "id", Both),
    (L::Italian, "italian", "it", Both),
    (L::Japanese, "japanese", "ja", Words),
    (L::Kannada, "kannada", "kn", Both),
    (L::Korean, "korean", "ko", Words),
    (L::Latvian, "latvian", "lv", Stems),
    (L::Lithuanian, "lithuanian", "lt", Stems),
    (L::Malay, "malay", "ms", Both),
    (L::Malayalam, "malayalam", "ml", Both),
    (L::Marathi, "marathi", "mr", Both),
    (L::NorwegianBokmaal, "norwegianBokmaal", "nb", Both),
    (L::Polish, "polish", "pl", Both),
    (L::Portuguese, "portuguese", "pt-PT", Both),
    (L::PortugueseBrazilian, "portugueseBrazilian", "pt-BR", Both),
    (L::Punjabi, "punjabi", "pa", Both),
    (L::Romanian, "romanian", "ro", Both),
    (L::Russian, "russian", "ru", Both),
    (L::SerbianCyrillic, "serbianCyrillic", "sr-cyrillic", Both),
    (L::SerbianLatin, "serbianLatin", "sr-latin", Both),
    (L::Slovak, "slovak", "sk", Stems),
    (L::Slovenian, "slovenian", "sl", Both),
    (L::Spanish, "spanish", "es", Both),
    (L::Swedish, "swedish", "sv", Both),
    (L::Tamil, "tamil", "ta", Both),
    (L::Telugu, "telugu", "te", Both),
    (L::Thai, "thai", "th", Words),
    (L::Turkish, "turkish", "tr", Stems),
    (L::Ukrainian, "ukrainian", "uk", Both),
    (L::Urdu, "urdu", "ur", Both),
    (L::Vietnamese, "vietnamese", "vi", Words),
];

impl MicrosoftLanguage {
    /// The language that `microsoft_language_tokenizer` knows by a name.
    pub fn of_words(name: &str) -> Option<Self> {
        find(|(_, known, _, by)| *known == name && *by != Stems)
    }

    /// The language that `microsoft_language_stemming_tokenizer` knows by a name.
    pub fn of_stems(name: &str) -> Option<Self> {
        find(|(_, known, _, by)| *known == name && *by != Words)
    }

    /// The language of the analyzer `<code>.microsoft`.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        find(|(_, _, known, _)| *known == code)
    }

    /// The code in the analyzer's name.
    pub(crate) fn code(self) -> &'static str {
        LANGUAGES.iter().find(|(known, ..)| *known == self).map_or("", |(_, _, code, _)| *code)
    }
}

type Row = (MicrosoftLanguage, &'static str, &'static str, Known);

fn find(is_it: impl Fn(&Row) -> bool) -> Option<MicrosoftLanguage> {
    LANGUAGES.iter().find(|row| is_it(row)).map(|(language, ..)| *language)
}
