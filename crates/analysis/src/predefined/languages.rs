//! Lucene's analyzers for languages, as chains (analysis.md §2.2; the analyzers' own sources of version 8.8.1).
//!
//! Most are the standard tokenizer, lower case, a stop list and a stemmer; the others are spelt out.

use super::{Chain, words};
use crate::char_filter::{CharFilter, Mapping};
use crate::data::{CJK_STOP_WORDS, JAPANESE_STOP_WORDS, POLISH_STOP_WORDS, StopwordsList};
use crate::filter::{CjkBigrams, FRENCH_ARTICLES, Filter, StemOverride, WordSet};
use crate::pipeline::Link;
use crate::stem::{Snowball, Stemmer};
use crate::tokenizer::{Japanese, Tokenizer};

/// The chain of `<language>.lucene`; None when there is none of that name.
pub(super) fn chain(language: &str) -> Option<Chain> {
    use Stemmer as S;
    use StopwordsList as List;
    Some(match language {
        "ar" => arabic(),
        "bg" => plain(List::Bulgarian, S::Bulgarian),
        "ca" => catalan(),
        "cs" => plain(List::Czech, S::Czech),
        "da" => plain(List::Danish, S::Snowball(Snowball::Danish)),
        "de" => german(),
        "el" => greek(),
        "en" => english(),
        "es" => plain(List::Spanish, S::SpanishLight),
        "eu" => plain(List::Basque, S::Snowball(Snowball::Basque)),
        "fa" => persian(),
        "fi" => plain(List::Finnish, S::Snowball(Snowball::Finnish)),
        "fr" => french(),
        "ga" => irish(),
        "gl" => plain(List::Galician, S::Galician),
        "hi" => hindi(),
        "hu" => plain(List::Hungarian, S::Snowball(Snowball::Hungarian)),
        "hy" => plain(List::Armenian, S::Snowball(Snowball::Armenian)),
        "id" => plain(List::Indonesian, S::Indonesian),
        "it" => italian(),
        "ja" => japanese(),
        "ko" | "zh-Hant" => pairs_of_characters(),
        "lv" => plain(List::Latvian, S::Latvian),
        "nl" => dutch(),
        "no" => plain(List::Norwegian, S::Snowball(Snowball::Norwegian)),
        "pl" => polish(),
        "pt-BR" => plain(List::Brazilian, S::Brazilian),
        "pt-PT" => plain(List::Portuguese, S::PortugueseLight),
        "ro" => plain(List::Romanian, S::Snowball(Snowball::Romanian)),
        "ru" => plain(List::Russian, S::Snowball(Snowball::Russian)),
        "sv" => plain(List::Swedish, S::Snowball(Snowball::Swedish)),
        "th" => thai(),
        "tr" => turkish(),
        "zh-Hans" => simplified_chinese(),
        _ => return None,
    })
}

/// Removes the words of a list.
pub(super) fn stop(words: &'static str) -> Filter {
    Filter::Stop(WordSet::new(words.split_whitespace(), false))
}

fn elision(articles: &[&str]) -> Filter {
    Filter::Elision(WordSet::new(articles.iter().copied(), true))
}

/// Behind the standard tokenizer.
fn filters(filters: impl IntoIterator<Item = Filter>) -> Chain {
    (words(), filters.into_iter().map(Link::from).collect())
}

fn plain(list: StopwordsList, stemmer: Stemmer) -> Chain {
    filters([Filter::Lowercase, stop(list.words()), Filter::Stem(stemmer)])
}

/// `ArabicAnalyzer`
fn arabic() -> Chain {
    filters([
        Filter::Lowercase,
        Filter::DecimalDigits,
        stop(StopwordsList::Arabic.words()),
        Filter::ArabicNormalization,
        Filter::Stem(Stemmer::Arabic),
    ])
}

/// `CatalanAnalyzer`
fn catalan() -> Chain {
    filters([
        elision(&["d", "l", "m", "n", "s", "t"]),
        Filter::Lowercase,
        stop(StopwordsList::Catalan.words()),
        Filter::Stem(Stemmer::Snowball(Snowball::Catalan)),
    ])
}

/// `DutchAnalyzer`, which knows a few stems that the algorithm gets wrong.
fn dutch() -> Chain {
    let known = [("fiets", "fiets"), ("bromfiets", "bromfiets"), ("ei", "eier"), ("kind", "kinder")];
    filters([
        Filter::Lowercase,
        stop(StopwordsList::Dutch.words()),
        Filter::StemOverride(StemOverride::new(known.map(|(word, stem)| (word.to_owned(), stem.to_owned())))),
        Filter::Stem(Stemmer::Snowball(Snowball::Dutch)),
    ])
}

/// `GermanAnalyzer`
fn german() -> Chain {
    filters([
        Filter::Lowercase,
        stop(StopwordsList::German.words()),
        Filter::GermanNormalization,
        Filter::Stem(Stemmer::GermanLight),
    ])
}

/// `GreekAnalyzer`
fn greek() -> Chain {
    filters([Filter::GreekLowercase, stop(StopwordsList::Greek.words()), Filter::Stem(Stemmer::Greek)])
}

/// `EnglishAnalyzer`
fn english() -> Chain {
    filters([
        Filter::EnglishPossessive,
        Filter::Lowercase,
        stop(StopwordsList::English.words()),
        Filter::Stem(Stemmer::Porter),
    ])
}

/// `FrenchAnalyzer`
fn french() -> Chain {
    filters([
        elision(FRENCH_ARTICLES),
        Filter::Lowercase,
        stop(StopwordsList::French.words()),
        Filter::Stem(Stemmer::FrenchLight),
    ])
}

/// `IrishAnalyzer`; the first list has what the tokenizer cuts off before a hyphen, as in `t-athair`.
fn irish() -> Chain {
    filters([
        Filter::Stop(WordSet::new(["h", "n", "t"], true)),
        elision(&["d", "m", "b"]),
        Filter::IrishLowercase,
        stop(StopwordsList::Irish.words()),
        Filter::Stem(Stemmer::Snowball(Snowball::Irish)),
    ])
}

/// `HindiAnalyzer`
fn hindi() -> Chain {
    filters([
        Filter::Lowercase,
        Filter::DecimalDigits,
        Filter::IndicNormalization,
        Filter::HindiNormalization,
        stop(StopwordsList::Hindi.words()),
        Filter::Stem(Stemmer::Hindi),
    ])
}

/// `ItalianAnalyzer.DEFAULT_ARTICLES`
pub(crate) const ITALIAN_ARTICLES: &[&str] = &[
    "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl", "negl",
    "sugl", "un", "m", "t", "s", "v", "d",
];

/// `ItalianAnalyzer`
fn italian() -> Chain {
    filters([
        elision(ITALIAN_ARTICLES),
        Filter::Lowercase,
        stop(StopwordsList::Italian.words()),
        Filter::Stem(Stemmer::ItalianLight),
    ])
}

/// `CJKAnalyzer`
fn pairs_of_characters() -> Chain {
    let bigrams = CjkBigrams { kinds: CjkBigrams::KINDS.to_vec(), unigrams: false };
    let chain = [
        Filter::CjkWidth.into(),
        Filter::Lowercase.into(),
        Link::stage(bigrams),
        stop(CJK_STOP_WORDS).into(),
    ];
    (words(), chain.into())
}

/// `JapaneseAnalyzer`; the tokenizer answers for base forms and parts of speech.
fn japanese() -> Chain {
    let filters = [Filter::CjkWidth, stop(JAPANESE_STOP_WORDS), Filter::KatakanaStem, Filter::Lowercase];
    (
        Tokenizer::Japanese(Japanese { particles: false, compounds: true }),
        filters.into_iter().map(Link::from).collect(),
    )
}

/// `PersianAnalyzer`; before it stands [`joiners_as_spaces`].
fn persian() -> Chain {
    filters([
        Filter::Lowercase,
        Filter::DecimalDigits,
        Filter::ArabicNormalization,
        Filter::PersianNormalization,
        stop(StopwordsList::Persian.words()),
    ])
}

/// `PersianCharFilter`: the joiner that keeps letters apart within a Persian word parts words.
pub(super) fn joiners_as_spaces() -> CharFilter {
    let rule = r"\u200c=>\u0020".to_owned();
    CharFilter::Mapping(Mapping::new(&[rule]).unwrap_or_else(|_| unreachable!("the rule is well-formed")))
}

/// `PolishAnalyzer`
fn polish() -> Chain {
    filters([Filter::Lowercase, stop(POLISH_STOP_WORDS), Filter::Stem(Stemmer::Polish)])
}

/// `SmartChineseAnalyzer`; of what it removes only the comma is a token, which stands for every sign.
fn simplified_chinese() -> Chain {
    (Tokenizer::Chinese, vec![Filter::Stem(Stemmer::Porter).into(), stop(",").into()])
}

/// `ThaiAnalyzer`
fn thai() -> Chain {
    let filters = [Filter::Lowercase, Filter::DecimalDigits, stop(StopwordsList::Thai.words())];
    (Tokenizer::Thai, filters.into_iter().map(Link::from).collect())
}

/// `TurkishAnalyzer`
fn turkish() -> Chain {
    filters([
        Filter::Apostrophe,
        Filter::TurkishLowercase,
        stop(StopwordsList::Turkish.words()),
        Filter::Stem(Stemmer::Snowball(Snowball::Turkish)),
    ])
}
