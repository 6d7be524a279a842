//! Token filters with their options (analysis.md §4).

use super::{
    BuildError, CjkBigram, CommonGrams, DictionaryDecompounder, EdgeNGram, Elision, Keep, KeywordMarker,
    Length, Limit, NGram, PatternCapture, PatternReplace, Phonetic, Shingle, SnowballLanguage,
    StemmerLanguage, StemmerOverride, Synonym, Truncate, Unique, WordDelimiter,
};
use crate::data::StopwordsList;
use crate::filter::{Filter, FoldedAndOriginal, KeywordRepeat, StopUnlessLast, WordSet};
use crate::pipeline::Link;
use crate::stem;

/// A token filter as a definition names it: what it does, and the class of Lucene 8 that it agrees with (analysis.md §4).
/// Tokens that a filter makes of one stand in its position with its offsets, unless the options say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFilter {
    /// `apostrophe`: drops an apostrophe and what follows, as Turkish sets off its endings (`ApostropheFilter`).
    Apostrophe,
    /// `arabic_normalization`: forms of alef and yeh made one, vowel signs and tatweel dropped (`ArabicNormalizationFilter`).
    ArabicNormalization,
    /// `asciifolding`: `é` → `e`, `⑽` → `(10)` (`ASCIIFoldingFilter`).
    AsciiFolding(AsciiFolding),
    /// `cjk_bigram`: pairs of neighbouring characters of Chinese, Japanese and Korean, which the standard tokenizer has
    /// to have cut (`CJKBigramFilter`).
    CjkBigram(CjkBigram),
    /// `cjk_width`: full-width ASCII made ASCII, half-width katakana full-width (`CJKWidthFilter`).
    CjkWidth,
    /// `classic`: no `'s` behind the words of the classic tokenizer, no dots in its acronyms (`ClassicFilter`).
    Classic,
    /// `common_grams`: common words also joined with their neighbours (`CommonGramsFilter`).
    CommonGrams(CommonGrams),
    /// `dictionary_decompounder`: beside a word the words of a list that it contains
    /// (`DictionaryCompoundWordTokenFilter`).
    DictionaryDecompounder(DictionaryDecompounder),
    /// `edgeNGram_v2`: the pieces at one end of a word, in its place (`EdgeNGramTokenFilter`).
    EdgeNGram(EdgeNGram),
    /// `elision`: `l'avion` → `avion` (`ElisionFilter`).
    Elision(Elision),
    /// `german_normalization`: `ß` → `ss`; `ä` and `ae` → `a`, and so on (`GermanNormalizationFilter`).
    GermanNormalization,
    /// `hindi_normalization`: spellings of Hindi made one (`HindiNormalizationFilter`).
    HindiNormalization,
    /// `indic_normalization`: ways to write one letter of the scripts of India made one (`IndicNormalizationFilter`).
    IndicNormalization,
    /// `keep`: only the words of a list stay (`KeepWordFilter`).
    Keep(Keep),
    /// `keyword_marker`: the words of a list are left alone by stemmers (`SetKeywordMarkerFilter`).
    KeywordMarker(KeywordMarker),
    /// `keyword_repeat`: each token twice, first as a keyword that stemmers leave alone (`KeywordRepeatFilter`).
    KeywordRepeat,
    /// `kstem`: Krovetz' stemmer of English (`KStemFilter`).
    KStem,
    /// `length`: words that are too short or too long are dropped (`LengthFilter`).
    Length(Length),
    /// `limit`: only the first tokens stay (`LimitTokenCountFilter`).
    Limit(Limit),
    /// `lowercase`: character by character, as Java's `Character.toLowerCase` (`LowerCaseFilter`).
    Lowercase,
    /// `nGram_v2`: all pieces of a word of certain lengths, in its place (`NGramTokenFilter`).
    NGram(NGram),
    /// `pattern_capture`: what the groups of patterns match in a word (`PatternCaptureGroupTokenFilter`).
    PatternCapture(PatternCapture),
    /// `pattern_replace`: what a pattern matches in a word replaced (`PatternReplaceFilter`).
    PatternReplace(PatternReplace),
    /// `persian_normalization`: letters that Persian and Arabic keyboards write differently made one
    /// (`PersianNormalizationFilter`).
    PersianNormalization,
    /// `phonetic`: words as they sound (`PhoneticFilter`, `DoubleMetaphoneFilter`, `BeiderMorseFilter`).
    Phonetic(Phonetic),
    /// `porter_stem`: Porter's first stemmer of English (`PorterStemFilter`).
    PorterStem,
    /// `reverse`: words from back to front (`ReverseStringFilter`).
    Reverse,
    /// `scandinavian_folding`: `å`, `ä`, `æ` → `a`; `ö`, `ø` → `o`; `aa`, `ae`, `oe` and their like → their first letter
    /// (`ScandinavianFoldingFilter`).
    ScandinavianFolding,
    /// `scandinavian_normalization`: `ä` and `ae` → `æ`, `ö` and `oe` → `ø`, `aa` → `å` (`ScandinavianNormalizationFilter`).
    ScandinavianNormalization,
    /// `shingle`: neighbouring words joined (`ShingleFilter`).
    Shingle(Shingle),
    /// `sorani_normalization`: spellings of Sorani Kurdish made one (`SoraniNormalizationFilter`).
    SoraniNormalization,
    /// `snowball`: a stemmer of the Snowball project, for words in lower case (`SnowballFilter`).
    Snowball(SnowballLanguage),
    /// `stemmer`: a stemmer of Lucene's, for words in lower case; [`StemmerLanguage`] says which there are.
    Stemmer(StemmerLanguage),
    /// `stemmer_override`: stems by a list, which stemmers then leave alone (`StemmerOverrideFilter`).
    StemmerOverride(StemmerOverride),
    /// `stopwords`: drops the words of a list; their positions stay counted (`StopFilter`, and `SuggestStopFilter` for the
    /// last word of a query that may not be complete).
    Stopwords(Stopwords),
    /// `synonym`: beside words those that mean the same, by rules in Solr's format (`SynonymFilter`).
    Synonym(Synonym),
    /// `trim`: no white space at either end of a word (`TrimFilter`).
    Trim,
    /// `truncate`: the beginning of a word (`TruncateTokenFilter`).
    Truncate(Truncate),
    /// `unique`: each word once (Elasticsearch's `UniqueTokenFilter`).
    Unique(Unique),
    /// `uppercase`: character by character, as Java's `Character.toUpperCase`; `ß` stays (`UpperCaseFilter`).
    Uppercase,
    /// `word_delimiter`: `Wi-Fi`, `PowerShot` and `j2se` in parts, which may be joined again (`WordDelimiterFilter`).
    WordDelimiter(WordDelimiter),
}

/// Options of `asciifolding`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AsciiFolding {
    /// Whether the original follows at the same position where it differs; false if not given.
    pub preserve_original: bool,
}

/// Options of `stopwords`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopwords {
    /// The words; none for those of `list`.
    pub stopwords: Vec<String>,
    /// `stopwordsList`; English if not given.
    pub list: StopwordsList,
    /// Whether case matters not; false if not given.
    pub ignore_case: bool,
    /// Whether a last word that nothing follows is removed too; true if not given.
    pub remove_trailing: bool,
}

impl Default for Stopwords {
    fn default() -> Self {
        Self {
            stopwords: Vec::new(),
            list: StopwordsList::English,
            ignore_case: false,
            remove_trailing: true,
        }
    }
}

impl TokenFilter {
    /// Appends what runs for it.
    pub(super) fn build(&self, links: &mut Vec<Link>) -> Result<(), BuildError> {
        links.push(match self {
            Self::Apostrophe => Filter::Apostrophe.into(),
            Self::ArabicNormalization => Filter::ArabicNormalization.into(),
            Self::AsciiFolding(AsciiFolding { preserve_original: false }) => Filter::AsciiFolding.into(),
            Self::AsciiFolding(AsciiFolding { preserve_original: true }) => Link::stage(FoldedAndOriginal),
            Self::CjkBigram(options) => options.build(),
            Self::CjkWidth => Filter::CjkWidth.into(),
            Self::Classic => Filter::Classic.into(),
            Self::CommonGrams(options) => {
                options.build(links);
                return Ok(());
            }
            Self::DictionaryDecompounder(options) => options.build()?,
            Self::EdgeNGram(options) => options.build()?,
            Self::Elision(options) => options.build(),
            Self::GermanNormalization => Filter::GermanNormalization.into(),
            Self::HindiNormalization => Filter::HindiNormalization.into(),
            Self::IndicNormalization => Filter::IndicNormalization.into(),
            Self::Keep(options) => options.build(),
            Self::KeywordMarker(options) => options.build(),
            Self::KeywordRepeat => Link::stage(KeywordRepeat),
            Self::KStem => Filter::Stem(stem::Stemmer::KStem).into(),
            Self::Length(options) => options.build()?,
            Self::Limit(options) => options.build()?,
            Self::Lowercase => Filter::Lowercase.into(),
            Self::NGram(options) => options.build()?,
            Self::PatternCapture(options) => options.build()?,
            Self::PatternReplace(options) => options.build()?,
            Self::PersianNormalization => Filter::PersianNormalization.into(),
            Self::Phonetic(options) => options.build(),
            Self::PorterStem => Filter::Stem(stem::Stemmer::Porter).into(),
            Self::Reverse => Filter::Reverse.into(),
            Self::ScandinavianFolding => Filter::ScandinavianFolding.into(),
            Self::ScandinavianNormalization => Filter::ScandinavianNormalization.into(),
            Self::Shingle(options) => options.build()?,
            Self::SoraniNormalization => Filter::SoraniNormalization.into(),
            Self::Snowball(language) => language.filter().into(),
            Self::Stemmer(language) => language.filter().into(),
            Self::StemmerOverride(options) => options.build()?,
            Self::Stopwords(options) => options.build(),
            Self::Synonym(options) => options.build()?,
            Self::Trim => Filter::Trim.into(),
            Self::Truncate(options) => options.build()?,
            Self::Unique(options) => options.build(),
            Self::Uppercase => Filter::Uppercase.into(),
            Self::WordDelimiter(options) => options.build(),
        });
        Ok(())
    }
}

impl TokenFilter {
    /// Whether a normalizer may have the filter (analysis.md §4.5).
    pub(super) fn normalizes(&self) -> bool {
        match self {
            Self::ArabicNormalization
            | Self::AsciiFolding(_)
            | Self::CjkWidth
            | Self::Elision(_)
            | Self::GermanNormalization
            | Self::HindiNormalization
            | Self::IndicNormalization
            | Self::Lowercase
            | Self::PersianNormalization
            | Self::ScandinavianFolding
            | Self::ScandinavianNormalization
            | Self::SoraniNormalization
            | Self::Uppercase => true,
            Self::Apostrophe
            | Self::CjkBigram(_)
            | Self::Classic
            | Self::CommonGrams(_)
            | Self::DictionaryDecompounder(_)
            | Self::EdgeNGram(_)
            | Self::Keep(_)
            | Self::KeywordMarker(_)
            | Self::KeywordRepeat
            | Self::Length(_)
            | Self::Limit(_)
            | Self::NGram(_)
            | Self::KStem
            | Self::Phonetic(_)
            | Self::Snowball(_)
            | Self::Stemmer(_)
            | Self::PatternCapture(_)
            | Self::PatternReplace(_)
            | Self::PorterStem
            | Self::Reverse
            | Self::Shingle(_)
            | Self::StemmerOverride(_)
            | Self::Stopwords(_)
            | Self::Synonym(_)
            | Self::Trim
            | Self::Truncate(_)
            | Self::Unique(_)
            | Self::WordDelimiter(_) => false,
        }
    }
}

impl Stopwords {
    fn build(&self) -> Link {
        let words = if self.stopwords.is_empty() {
            WordSet::new(self.list.words().split_whitespace(), self.ignore_case)
        } else {
            WordSet::new(self.stopwords.iter().map(String::as_str), self.ignore_case)
        };
        if self.remove_trailing { Filter::Stop(words).into() } else { Link::stage(StopUnlessLast(words)) }
    }
}
