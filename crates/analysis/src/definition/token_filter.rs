//! Token filters with their options (analysis.md §4).

use super::BuildError;
use crate::data::{ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS};
use crate::filter::{Filter, FoldedAndOriginal, KeywordRepeat, StopUnlessLast, StopWords};
use crate::pipeline::Link;
use crate::stem;

/// A token filter as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFilter {
    /// `asciifolding`
    AsciiFolding(AsciiFolding),
    /// `keyword_repeat`: each token twice, first as a keyword that stemmers leave alone.
    KeywordRepeat,
    /// `lowercase`
    Lowercase,
    /// `porter_stem`: Porter's first stemmer of English.
    PorterStem,
    /// `stopwords`
    Stopwords(Stopwords),
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

/// The lists of stop words that a definition can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopwordsList {
    /// `english`
    English,
    /// `french`
    French,
}

impl TokenFilter {
    /// Appends what runs for it.
    pub(super) fn build(&self, links: &mut Vec<Link>) -> Result<(), BuildError> {
        links.push(match self {
            Self::AsciiFolding(AsciiFolding { preserve_original: false }) => Filter::AsciiFolding.into(),
            Self::AsciiFolding(AsciiFolding { preserve_original: true }) => Link::stage(FoldedAndOriginal),
            Self::KeywordRepeat => Link::stage(KeywordRepeat),
            Self::Lowercase => Filter::Lowercase.into(),
            Self::PorterStem => Filter::Stem(stem::Stemmer::Porter).into(),
            Self::Stopwords(options) => options.build(),
        });
        Ok(())
    }
}

impl Stopwords {
    fn build(&self) -> Link {
        let words = if self.stopwords.is_empty() {
            StopWords::new(self.list.words().split_whitespace(), self.ignore_case)
        } else {
            StopWords::new(self.stopwords.iter().map(String::as_str), self.ignore_case)
        };
        if self.remove_trailing { Filter::Stop(words).into() } else { Link::stage(StopUnlessLast(words)) }
    }
}

impl StopwordsList {
    fn words(self) -> &'static str {
        match self {
            Self::English => ENGLISH_STOP_WORDS,
            Self::French => FRENCH_STOP_WORDS,
        }
    }
}
