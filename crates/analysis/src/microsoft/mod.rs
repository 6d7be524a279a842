//! What stands in for Microsoft's analyzers and tokenizers, which nobody outside of Microsoft has (analysis.md §8).
//!
//! Words are those of the standard tokenizer, hyphenated ones also as one; the published stop words go; and beside each
//! word stands its base form, in the same position. The aim is that words of one family meet, not equal tokens:
//!
//! * where a stemmer of Lucene or of the Snowball project exists, it makes the base forms, in some languages with help
//!   ([`Inflected`]); for English one that takes off inflections only;
//! * for the others (and Polish) a list of endings does ([`Endings`]), which is coarser;
//! * some languages have a list of irregular forms beside;
//! * Japanese and Thai come by the words of the dictionaries for `ja.lucene` and `th.lucene`, Chinese and Korean by pairs of
//!   characters, Vietnamese by syllables;
//! * compounds of Danish, Dutch, Estonian, Finnish, German, Hungarian, Norwegian and Swedish are followed by their parts
//!   ([`Compounds`]), those of Slovak are not;
//! * URLs, dates and numbers are what the standard tokenizer makes of them.
//!
//! Queries are not taken apart, neither compounds nor hyphenated words as one: a compound finds itself, not all that shares a
//! part.

mod compounds;
mod irregular;
mod language;

pub use language::MicrosoftLanguage;

use self::compounds::Compounds;
use crate::data::microsoft_stop_words;
use crate::filter::{Beside, CjkBigrams, FRENCH_ARTICLES, Filter, StemOverride, WordSet};
use crate::pipeline::Link;
use crate::stem::{Endings, Inflected, Snowball, Stemmer};
use crate::tokenizer::{Hyphens, Japanese, Tokenizer};
use MicrosoftLanguage as L;

/// Raised whenever the output of one of them changes.
pub(crate) const REVISION: u32 = 5;

/// The tokenizer. `searching` says that each word is wanted in one form.
pub(crate) fn tokenizer(language: MicrosoftLanguage, length_max: u32, searching: bool) -> Tokenizer {
    if language == L::Japanese {
        Tokenizer::Japanese(Japanese { particles: true, compounds: !searching })
    } else if language == L::Thai {
        Tokenizer::Thai
    } else {
        Tokenizer::Hyphens(Hyphens { length_max, whole: !searching })
    }
}

/// What makes words of the pieces of languages that are written without spaces; words of a dictionary are cut to
/// `length_max` UTF-16 units.
pub(crate) fn pieces(language: MicrosoftLanguage, length_max: u32) -> Vec<Link> {
    if comes_by_pairs(language) {
        let bigrams = CjkBigrams { kinds: CjkBigrams::KINDS.to_vec(), unigrams: false };
        vec![Filter::CjkWidth.into(), Link::stage(bigrams)]
    } else if language == L::Japanese {
        vec![Filter::Truncate(length_max).into(), Filter::CjkWidth.into(), Filter::KatakanaStem.into()]
    } else if language == L::Thai {
        vec![Filter::Truncate(length_max).into()]
    } else {
        Vec::new()
    }
}

fn comes_by_pairs(language: MicrosoftLanguage) -> bool {
    [L::ChineseSimplified, L::ChineseTraditional, L::Korean].contains(&language)
}

/// What puts the base form beside a word, or with `instead` in its place; None for languages without inflection.
pub(crate) fn base_forms(language: MicrosoftLanguage, instead: bool) -> Option<Link> {
    let mut filters = vec![lowercase(language)];
    filters.extend(base(language)?);
    Some(Link::stage(Beside { filters, instead }))
}

/// What puts the parts of compounds behind them; None where they are not taken apart.
pub(crate) fn compounds(language: MicrosoftLanguage) -> Option<Link> {
    Compounds::of(language).map(Link::stage)
}

/// What follows the tokenizer in the analyzer of a language; parts of compounds are not wanted when `searching`.
pub(crate) fn filters(language: MicrosoftLanguage, searching: bool) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    if let Some(articles) = articles(language) {
        links.push(Filter::Elision(WordSet::new(articles.iter().copied(), true)).into());
    }
    links.push(lowercase(language).into());
    links.extend(pieces(language, 255));
    let stop = microsoft_stop_words(language.code());
    if !stop.is_empty() {
        links.push(Filter::Stop(WordSet::new(stop.split_whitespace(), false)).into());
    }
    if !searching {
        links.extend(compounds(language));
    }
    links.extend(base_forms(language, false));
    links
}

/// Says what the analyzer of a language is.
pub(crate) fn description(language: MicrosoftLanguage) -> &'static str {
    if comes_by_pairs(language) {
        "analysed as pairs of characters in place of a dictionary's words"
    } else if [L::Japanese, L::Thai].contains(&language) {
        "analysed as words of an open dictionary"
    } else if language == L::Vietnamese {
        "analysed as syllables in place of a dictionary's words"
    } else if matches!(
        base(language).as_deref(),
        Some([.., Filter::Stem(Stemmer::Endings(_) | Stemmer::Hebrew | Stemmer::PolishLight)])
    ) {
        "analysed as words beside base forms by a list of endings, in place of a dictionary's lemmas"
    } else {
        "analysed as words beside base forms by an open stemmer, in place of a dictionary's lemmas"
    }
}

/// Articles that are written as one with the next word.
fn articles(language: MicrosoftLanguage) -> Option<&'static [&'static str]> {
    let known: [(MicrosoftLanguage, &'static [&'static str]); 3] = [
        (L::French, FRENCH_ARTICLES),
        (L::Catalan, &["d", "l", "m", "n", "s", "t"]),
        (L::Italian, crate::predefined::ITALIAN_ARTICLES),
    ];
    known.into_iter().find(|(of, _)| *of == language).map(|(_, articles)| articles)
}

fn lowercase(language: MicrosoftLanguage) -> Filter {
    if language == L::Turkish { Filter::TurkishLowercase } else { Filter::Lowercase }
}

/// What makes the base form of a word in lower case.
fn base(language: MicrosoftLanguage) -> Option<Vec<Filter>> {
    let stem = |stemmer| vec![Filter::Stem(stemmer)];
    let snowball = |script| stem(Stemmer::Snowball(script));
    let endings = |endings| stem(Stemmer::Endings(endings));
    let inflected = |stemmer| with_irregular(language, Stemmer::Inflected(stemmer));
    let indic = |table| vec![Filter::IndicNormalization, Filter::Stem(Stemmer::Endings(table))];
    Some(match language {
        L::Arabic => vec![Filter::ArabicNormalization, Filter::Stem(Stemmer::Arabic)],
        L::Bangla => indic(Endings::Bengali),
        L::Bulgarian => inflected(Inflected::Bulgarian),
        L::Catalan => snowball(Snowball::Catalan),
        L::Croatian | L::SerbianLatin => endings(Endings::Croatian),
        L::Czech => stem(Stemmer::Czech),
        L::Danish => snowball(Snowball::Danish),
        L::Dutch => {
            let plurals = DUTCH_PLURALS.map(|(form, word)| (form.to_owned(), word.to_owned()));
            vec![
                Filter::StemOverride(StemOverride::new(plurals)),
                Filter::Stem(Stemmer::Snowball(Snowball::KraaijPohlmann)),
            ]
        }
        L::English => {
            let stemmed = with_irregular(language, Stemmer::Snowball(Snowball::EnglishInflection));
            [vec![Filter::EnglishPossessive], stemmed].concat()
        }
        L::Estonian => endings(Endings::Estonian),
        L::Finnish => inflected(Inflected::Finnish),
        L::French => snowball(Snowball::French),
        L::German => snowball(Snowball::German),
        L::Greek => vec![Filter::GreekLowercase, Filter::Stem(Stemmer::Inflected(Inflected::Greek))],
        L::Gujarati => indic(Endings::Gujarati),
        L::Hebrew => stem(Stemmer::Hebrew),
        L::Hindi => {
            vec![Filter::IndicNormalization, Filter::HindiNormalization, Filter::Stem(Stemmer::Hindi)]
        }
        L::Hungarian => stem(Stemmer::HungarianLight),
        L::Icelandic => endings(Endings::Icelandic),
        L::Indonesian | L::Malay => stem(Stemmer::Indonesian),
        L::Italian => snowball(Snowball::Italian),
        L::Kannada => indic(Endings::Kannada),
        L::Latvian => stem(Stemmer::Latvian),
        L::Lithuanian => snowball(Snowball::Lithuanian),
        L::Malayalam => indic(Endings::Malayalam),
        L::Marathi => indic(Endings::Marathi),
        L::NorwegianBokmaal => snowball(Snowball::Norwegian),
        L::Polish => with_irregular(language, Stemmer::PolishLight),
        L::Portuguese | L::PortugueseBrazilian => inflected(Inflected::Portuguese),
        L::Punjabi => indic(Endings::Punjabi),
        L::Romanian => inflected(Inflected::Romanian),
        L::Russian => snowball(Snowball::Russian),
        L::SerbianCyrillic => endings(Endings::Serbian),
        L::Slovak => endings(Endings::Slovak),
        L::Slovenian => endings(Endings::Slovenian),
        L::Spanish => snowball(Snowball::Spanish),
        L::Swedish => inflected(Inflected::Swedish),
        L::Tamil => indic(Endings::Tamil),
        L::Telugu => indic(Endings::Telugu),
        L::Turkish => vec![Filter::Apostrophe, Filter::Stem(Stemmer::Snowball(Snowball::Turkish))],
        L::Ukrainian => endings(Endings::Ukrainian),
        L::Urdu => endings(Endings::Urdu),
        L::ChineseSimplified | L::ChineseTraditional | L::Japanese | L::Korean | L::Thai | L::Vietnamese => {
            return None;
        }
    })
}

/// Irregular forms by the language's list, all others by a stemmer.
fn with_irregular(language: MicrosoftLanguage, stemmer: Stemmer) -> Vec<Filter> {
    let listed = irregular::forms(language).map(|forms| Filter::StemOverride(forms.clone()));
    listed.into_iter().chain([Filter::Stem(stemmer)]).collect()
}

/// Words, most of them plurals, whose `-aard` the stemmer takes for an ending.
const DUTCH_PLURALS: [(&str, &str); 7] = [
    ("baarden", "baard"),
    ("haarden", "haard"),
    ("paarden", "paard"),
    ("standaarden", "standaard"),
    ("waarde", "waarde"),
    ("waarden", "waarde"),
    ("zwaarden", "zwaard"),
];

#[cfg(test)]
mod tests;
