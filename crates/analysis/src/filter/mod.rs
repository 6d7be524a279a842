//! Token filters: what becomes of a token's text.

mod apostrophe;
mod arabic;
mod ascii_folding;
mod characters;
mod cjk_width;
mod classic;
mod elision;
mod german;
mod indic;
mod katakana;
mod possessive;
mod scandinavian;
mod shape;
mod stem_override;

mod beside;
mod cjk_bigram;
mod common_grams;
mod decompound;
mod keyword_repeat;
mod limit;
mod ngram;
mod pattern;
mod phonetic;
mod shingle;
mod stop;
mod unique;
mod word_delimiter;

mod word_set;

pub(crate) use ascii_folding::FoldedAndOriginal;
pub(crate) use beside::Beside;
pub(crate) use cjk_bigram::CjkBigrams;
pub(crate) use common_grams::{CommonGrams, CoveredWords};
pub(crate) use decompound::{Decompounder, Parts};
pub(crate) use elision::FRENCH_ARTICLES;
pub(crate) use keyword_repeat::KeywordRepeat;
pub(crate) use limit::Limit;
pub(crate) use ngram::{NGrams, Pieces};
pub(crate) use pattern::{CapturePatterns, ReplacePattern};
pub(crate) use phonetic::Phonetic;
pub(crate) use shingle::Shingles;
pub(crate) use stem_override::StemOverride;
pub(crate) use stop::StopUnlessLast;
pub(crate) use unique::Unique;
pub(crate) use word_delimiter::{SplitRules, WordDelimiter};
pub(crate) use word_set::WordSet;

use crate::growth::Growth;
use crate::pipeline::Stop;
use crate::stem::Stemmer;
use crate::term::Term;
use crate::unicode;

/// A plain filter: it rewrites or drops one token at a time. How to write one is told in [`crate::pipeline`].
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// `lowercase`
    Lowercase,
    /// `uppercase`
    Uppercase,
    /// Lower case as Greek has it, in `el.lucene`.
    GreekLowercase,
    /// Lower case as Turkish has it, in `tr.lucene`.
    TurkishLowercase,
    /// Lower case as Irish has it, in `ga.lucene`.
    IrishLowercase,
    /// Decimal digits of all scripts as `0` to `9`, in the analyzers for ar, fa, hi and th.
    DecimalDigits,
    /// `asciifolding` without `preserveOriginal`.
    AsciiFolding,
    /// `cjk_width`
    CjkWidth,
    /// `arabic_normalization`
    ArabicNormalization,
    /// `german_normalization`
    GermanNormalization,
    /// `hindi_normalization`
    HindiNormalization,
    /// `indic_normalization`
    IndicNormalization,
    /// The long vowel at the end of a word in katakana, in `ja.lucene`.
    KatakanaStem,
    /// `persian_normalization`
    PersianNormalization,
    /// `scandinavian_folding`
    ScandinavianFolding,
    /// `scandinavian_normalization`
    ScandinavianNormalization,
    /// `sorani_normalization`
    SoraniNormalization,
    /// `apostrophe`
    Apostrophe,
    /// `classic`
    Classic,
    /// `elision`: drops a leading article and its apostrophe.
    Elision(WordSet),
    /// The `'s` of English; `stemmer` with language `possessiveEnglish`.
    EnglishPossessive,
    /// `stopwords`
    Stop(WordSet),
    /// `keep`: drops all but these.
    Keep(WordSet),
    /// `length` in UTF-16 units.
    Length {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// `keyword_marker`: stemmers leave these alone.
    MarkKeywords(WordSet),
    /// `stemmer_override`
    StemOverride(StemOverride),
    /// `trim`
    Trim,
    /// `truncate` to this many UTF-16 units.
    Truncate(u32),
    /// `reverse`
    Reverse,
    /// `stemmer`, `porter_stem`; keywords stay as they are.
    Stem(Stemmer),
}

impl Filter {
    /// What it makes of a term, at most.
    pub(crate) fn growth(&self) -> Growth {
        match self {
            // Of a character of two bytes there may come one of three, or three of one.
            Self::Lowercase
            | Self::Uppercase
            | Self::GreekLowercase
            | Self::TurkishLowercase
            | Self::IrishLowercase
            | Self::AsciiFolding
            | Self::CjkWidth
            | Self::ArabicNormalization
            | Self::GermanNormalization
            | Self::HindiNormalization
            | Self::IndicNormalization
            | Self::PersianNormalization
            | Self::ScandinavianFolding
            | Self::ScandinavianNormalization
            | Self::SoraniNormalization => Growth::longer(2),
            Self::DecimalDigits
            | Self::KatakanaStem
            | Self::Apostrophe
            | Self::Classic
            | Self::Elision(_)
            | Self::EnglishPossessive
            | Self::Stop(_)
            | Self::Keep(_)
            | Self::MarkKeywords(_)
            | Self::Trim
            | Self::Reverse => Growth::copies(1),
            Self::Length { max, .. } | Self::Truncate(max) => {
                Growth { longest: 3 * u64::from(*max), ..Growth::copies(1) }
            }
            Self::StemOverride(rules) => {
                let longest = rules.longest() as u64;
                Growth { bytes: 1 + longest, plus: longest, ..Growth::copies(1) }
            }
            // Stems have a few letters more than words at most.
            Self::Stem(_) => Growth { bytes: 2, plus: 64, ..Growth::copies(1) },
        }
    }

    /// Rewrites the term; false when the token is to be dropped (its position stays counted).
    #[inline]
    pub(crate) fn keeps(&self, term: &mut Term<'_>) -> Result<bool, Stop> {
        // Nearly every analyzer has it, and most words need nothing of it.
        if matches!(self, Self::Lowercase) && term.is_lower {
            return Ok(true);
        }
        self.applies(term)
    }

    fn applies(&self, term: &mut Term<'_>) -> Result<bool, Stop> {
        match self {
            Self::Lowercase => unicode::lowercase_term(term),
            Self::Uppercase => characters::uppercase(term),
            Self::GreekLowercase => characters::greek_lowercase(term),
            Self::TurkishLowercase => characters::turkish_lowercase(term),
            Self::IrishLowercase => characters::irish_lowercase(term),
            Self::DecimalDigits => characters::decimal_digits(term),
            Self::AsciiFolding => ascii_folding::apply(term),
            Self::CjkWidth => cjk_width::apply(term),
            Self::ArabicNormalization => arabic::arabic(term),
            Self::GermanNormalization => german::apply(term),
            Self::HindiNormalization => indic::hindi(term),
            Self::IndicNormalization => indic::indic(term),
            Self::KatakanaStem => katakana::stem(term),
            Self::PersianNormalization => arabic::persian(term),
            Self::ScandinavianFolding => scandinavian::fold(term),
            Self::ScandinavianNormalization => scandinavian::normalize(term),
            Self::SoraniNormalization => arabic::sorani(term),
            Self::Apostrophe => apostrophe::apply(term),
            Self::Classic => classic::apply(term),
            Self::Elision(articles) => elision::apply(articles, term),
            Self::EnglishPossessive => possessive::apply(term),
            Self::Stop(words) => return Ok(!words.contains(term.text())),
            Self::Keep(words) => return Ok(words.contains(term.text())),
            Self::Length { min, max } => return Ok(shape::is_within(term, *min, *max)),
            Self::MarkKeywords(words) => term.attributes.keyword |= words.contains(term.text()),
            Self::StemOverride(rules) => rules.apply(term),
            Self::Trim => shape::trim(term),
            Self::Truncate(units) => shape::truncate(term, *units),
            Self::Reverse => shape::reverse(term),
            Self::Stem(stemmer) => {
                if !term.attributes.keyword {
                    stemmer.apply(term);
                }
            }
        }
        Ok(true)
    }
}
