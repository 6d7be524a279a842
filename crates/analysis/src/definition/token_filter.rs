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

/// A token filter as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFilter {
    /// `apostrophe`: drops an apostrophe and what follows.
    Apostrophe,
    /// `arabic_normalization`
    ArabicNormalization,
    /// `asciifolding`
    AsciiFolding(AsciiFolding),
    /// `cjk_bigram`
    CjkBigram(CjkBigram),
    /// `cjk_width`
    CjkWidth,
    /// `classic`: what the classic tokenizer leaves in its words.
    Classic,
    /// `common_grams`
    CommonGrams(CommonGrams),
    /// `dictionary_decompounder`
    DictionaryDecompounder(DictionaryDecompounder),
    /// `edgeNGram_v2`
    EdgeNGram(EdgeNGram),
    /// `elision`
    Elision(Elision),
    /// `german_normalization`
    GermanNormalization,
    /// `hindi_normalization`
    HindiNormalization,
    /// `indic_normalization`
    IndicNormalization,
    /// `keep`
    Keep(Keep),
    /// `keyword_marker`
    KeywordMarker(KeywordMarker),
    /// `keyword_repeat`: each token twice, first as a keyword that stemmers leave alone.
    KeywordRepeat,
    /// `kstem`: Krovetz' stemmer of English.
    KStem,
    /// `length`
    Length(Length),
    /// `limit`
    Limit(Limit),
    /// `lowercase`
    Lowercase,
    /// `nGram_v2`
    NGram(NGram),
    /// `pattern_capture`
    PatternCapture(PatternCapture),
    /// `pattern_replace`
    PatternReplace(PatternReplace),
    /// `persian_normalization`
    PersianNormalization,
    /// `phonetic`
    Phonetic(Phonetic),
    /// `porter_stem`: Porter's first stemmer of English.
    PorterStem,
    /// `reverse`
    Reverse,
    /// `scandinavian_folding`
    ScandinavianFolding,
    /// `scandinavian_normalization`
    ScandinavianNormalization,
    /// `shingle`
    Shingle(Shingle),
    /// `sorani_normalization`
    SoraniNormalization,
    /// `snowball`
    Snowball(SnowballLanguage),
    /// `stemmer`
    Stemmer(StemmerLanguage),
    /// `stemmer_override`
    StemmerOverride(StemmerOverride),
    /// `stopwords`
    Stopwords(Stopwords),
    /// `synonym`
    Synonym(Synonym),
    /// `trim`
    Trim,
    /// `truncate`
    Truncate(Truncate),
    /// `unique`
    Unique(Unique),
    /// `uppercase`
    Uppercase,
    /// `word_delimiter`
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
