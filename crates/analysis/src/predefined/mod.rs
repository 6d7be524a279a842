//! The analyzers that a field may name without defining them.

mod languages;

pub(crate) use languages::ITALIAN_ARTICLES;

use std::sync::{Arc, OnceLock};

use crate::analyzer::Analyzer;
use crate::data::StopwordsList;
use crate::filter::Filter;
use crate::microsoft::{self, MicrosoftLanguage};
use crate::pipeline::Link;
use crate::tokenizer::Tokenizer;

/// What a predefined analyzer's name means here.
#[derive(Debug, Clone)]
pub struct Predefined {
    /// The analyzer that runs under the name.
    pub analyzer: Arc<Analyzer>,
    /// The one for the text of queries: the same, but that those of Microsoft's names add no parts of compounds then.
    pub search_analyzer: Arc<Analyzer>,
    /// None when tokens are what Lucene yields; else a phrase that tells people what stands in, e.g.
    /// `analysed with ICU's dictionary in place of the JDK's`.
    pub approximation: Option<&'static str>,
}

/// Every predefined name as the service spells it: 7 language-neutral, 35 of Lucene, 51 of Microsoft (analysis.md §2).
#[rustfmt::skip]
const NAMES: [&str; 93] = [
    "standard.lucene", "standardasciifolding.lucene", "keyword", "pattern", "simple", "stop", "whitespace",

    "ar.lucene", "bg.lucene", "ca.lucene", "cs.lucene", "da.lucene", "de.lucene", "el.lucene", "en.lucene",
    "es.lucene", "eu.lucene", "fa.lucene", "fi.lucene", "fr.lucene", "ga.lucene", "gl.lucene", "hi.lucene",
    "hu.lucene", "hy.lucene", "id.lucene", "it.lucene", "ja.lucene", "ko.lucene", "lv.lucene", "nl.lucene",
    "no.lucene", "pl.lucene", "pt-BR.lucene", "pt-PT.lucene", "ro.lucene", "ru.lucene", "sv.lucene", "th.lucene",
    "tr.lucene", "zh-Hans.lucene", "zh-Hant.lucene",

    "ar.microsoft", "bg.microsoft", "bn.microsoft", "ca.microsoft", "cs.microsoft", "da.microsoft", "de.microsoft",
    "el.microsoft", "en.microsoft", "es.microsoft", "et.microsoft", "fi.microsoft", "fr.microsoft", "gu.microsoft",
    "he.microsoft", "hi.microsoft", "hr.microsoft", "hu.microsoft", "id.microsoft", "is.microsoft", "it.microsoft",
    "ja.microsoft", "kn.microsoft", "ko.microsoft", "lt.microsoft", "lv.microsoft", "ml.microsoft", "mr.microsoft",
    "ms.microsoft", "nb.microsoft", "nl.microsoft", "pa.microsoft", "pl.microsoft", "pt-BR.microsoft",
    "pt-PT.microsoft", "ro.microsoft", "ru.microsoft", "sk.microsoft", "sl.microsoft", "sr-cyrillic.microsoft",
    "sr-latin.microsoft", "sv.microsoft", "ta.microsoft", "te.microsoft", "th.microsoft", "tr.microsoft",
    "uk.microsoft", "ur.microsoft", "vi.microsoft", "zh-Hans.microsoft", "zh-Hant.microsoft",
];

/// Looks a predefined analyzer up by the service's name; None when there is none of that name.
///
/// Names are matched as they are spelt, with two exceptions (analysis.md §2): `standard` is an alias of
/// `standard.lucene`, and the `pt-…` names come in any casing. Each analyzer is built once, when it is first asked for.
pub fn predefined(name: &str) -> Option<Predefined> {
    static BUILT: [OnceLock<Option<Predefined>>; NAMES.len()] = [const { OnceLock::new() }; NAMES.len()];
    let number = NAMES.iter().position(|known| is_same_name(known, name))?;
    let (name, built) = NAMES.get(number).zip(BUILT.get(number))?;
    built.get_or_init(|| build(name)).clone()
}

fn is_same_name(known: &str, name: &str) -> bool {
    let name = if name == "standard" { "standard.lucene" } else { name };
    known == name || (known.starts_with("pt-") && known.eq_ignore_ascii_case(name))
}

/// All predefined names (language-neutral, 35 `*.lucene`, 51 `*.microsoft`), for docs and tests.
pub fn predefined_names() -> &'static [&'static str] {
    &NAMES
}

/// True for language analyzers (both families), which may only be used in a field's `analyzer`, never in its
/// `indexAnalyzer` or `searchAnalyzer`.
pub fn is_language_analyzer(name: &str) -> bool {
    let neutral = ["standard.lucene", "standardasciifolding.lucene"];
    NAMES.iter().any(|known| is_same_name(known, name) && known.contains('.') && !neutral.contains(known))
}

/// The analyzer of a name as the service spells it.
fn build(name: &'static str) -> Option<Predefined> {
    if let Some(language) = name.strip_suffix(".microsoft").and_then(MicrosoftLanguage::of_code) {
        return Some(for_microsoft(name, language));
    }
    let (revision, (tokenizer, filters), approximation) = match name {
        "standard.lucene" => (1, standard(), None),
        "standardasciifolding.lucene" => (1, standard_folding(), None),
        "pattern" => (1, (Tokenizer::AsciiWords, vec![Filter::Lowercase.into()]), None),
        "keyword" => (1, (Tokenizer::Keyword, Vec::new()), None),
        "whitespace" => (1, (Tokenizer::Whitespace, Vec::new()), None),
        "simple" => (1, (Tokenizer::Letter, vec![Filter::Lowercase.into()]), None),
        "stop" => (1, letters_and_stop(), None),
        _ => language(name)?,
    };
    let analyzer = Analyzer::new(name, revision, tokenizer, filters);
    let analyzer = match name {
        "fa.lucene" => analyzer.with_char_filters(vec![languages::joiners_as_spaces().into()]),
        _ => analyzer,
    };
    let analyzer = Arc::new(analyzer);
    Some(Predefined { search_analyzer: Arc::clone(&analyzer), analyzer, approximation })
}

/// What stands in for one of Microsoft's.
fn for_microsoft(name: &'static str, language: MicrosoftLanguage) -> Predefined {
    let analyzer = |searching| {
        let tokenizer = microsoft::tokenizer(language, 255, searching);
        let filters = microsoft::filters(language, searching);
        Arc::new(Analyzer::new(name, microsoft::REVISION, tokenizer, filters))
    };
    Predefined {
        analyzer: analyzer(false),
        search_analyzer: analyzer(true),
        approximation: Some(microsoft::description(language)),
    }
}

/// The analyzer of a language, with its revision and what there is to know of it.
fn language(name: &str) -> Option<(u32, Chain, Option<&'static str>)> {
    let approximation =
        (name == "th.lucene").then_some("analysed with ICU's dictionary in place of the JDK's");
    let chain = name.strip_suffix(".lucene").and_then(languages::chain)?;
    let revision = match name {
        // `ё` is no longer taken for `е`.
        "ru.lucene" => 2,
        // Vowel signs and all numbers are part of words in other scripts than Thai.
        "th.lucene" => 2,
        _ => 1,
    };
    Some((revision, chain, approximation))
}

type Chain = (Tokenizer, Vec<Link>);

/// `StandardAnalyzer` without stop words, as the service has it.
fn standard() -> Chain {
    (words(), vec![Filter::Lowercase.into()])
}

/// The same, accents removed.
fn standard_folding() -> Chain {
    (words(), vec![Filter::Lowercase.into(), Filter::AsciiFolding.into()])
}

/// `StopAnalyzer`.
fn letters_and_stop() -> Chain {
    (
        Tokenizer::Letter,
        vec![Filter::Lowercase.into(), languages::stop(StopwordsList::English.words()).into()],
    )
}

/// The standard tokenizer with the service's default `maxTokenLength`.
fn words() -> Tokenizer {
    Tokenizer::Standard { length_max: 255 }
}
