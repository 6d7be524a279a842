//! Options of the filters that make pieces of words and groups of words: n-grams, shingles, compounds, delimiters.

use std::sync::Arc;

use super::{BuildError, LENGTH_MAX, in_order, within};
use crate::filter::{
    CjkBigrams, CommonGrams as CommonGramsFilter, CoveredWords, Decompounder, NGrams, Parts, Pieces,
    Shingles, SplitRules, WordDelimiter as WordDelimiterFilter, WordSet,
};
use crate::pipeline::{Kind, Link};

/// Options of `cjk_bigram`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CjkBigram {
    /// Scripts that are left as the tokenizer has them.
    pub ignore_scripts: Vec<CjkScript>,
    /// Whether single characters come too; false if not given.
    pub output_unigrams: bool,
}

/// A script of [`CjkBigram`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CjkScript {
    /// `han`
    Han,
    /// `hiragana`
    Hiragana,
    /// `katakana`
    Katakana,
    /// `hangul`
    Hangul,
}

impl CjkBigram {
    pub(super) fn build(&self) -> Link {
        let ignored: Vec<Kind> = self.ignore_scripts.iter().map(|script| script.kind()).collect();
        let kinds = CjkBigrams::KINDS.into_iter().filter(|kind| !ignored.contains(kind)).collect();
        Link::stage(CjkBigrams { kinds, unigrams: self.output_unigrams })
    }
}

impl CjkScript {
    fn kind(self) -> Kind {
        match self {
            Self::Han => Kind::Ideographic,
            Self::Hiragana => Kind::Hiragana,
            Self::Katakana => Kind::Katakana,
            Self::Hangul => Kind::Hangul,
        }
    }
}

/// Options of `common_grams`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommonGrams {
    /// The common words; none if it is used by name alone.
    pub common_words: Vec<String>,
    /// Whether case matters not; false if not given.
    pub ignore_case: bool,
    /// Whether words that a gram covers are left out; false if not given.
    pub query_mode: bool,
}

impl CommonGrams {
    pub(super) fn build(&self, links: &mut Vec<Link>) {
        let words = WordSet::new(self.common_words.iter().map(String::as_str), self.ignore_case);
        links.push(Link::stage(CommonGramsFilter { words }));
        if self.query_mode {
            links.push(Link::stage(CoveredWords));
        }
    }
}

/// Options of `dictionary_decompounder`. Lengths are UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryDecompounder {
    /// The parts to look for, as they are written in the text.
    pub word_list: Vec<String>,
    /// Shorter words are not taken apart; 5 if not given, at most 300.
    pub min_word_size: u32,
    /// Shorter parts are not looked for; 2 if not given, at most 300.
    pub min_subword_size: u32,
    /// Longer parts are not looked for; 15 if not given, at most 300.
    pub max_subword_size: u32,
    /// Of the parts that begin at one place only the longest; false if not given.
    pub only_longest_match: bool,
}

impl Default for DictionaryDecompounder {
    fn default() -> Self {
        Self {
            word_list: Vec::new(),
            min_word_size: 5,
            min_subword_size: 2,
            max_subword_size: 15,
            only_longest_match: false,
        }
    }
}

impl DictionaryDecompounder {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        Ok(Link::stage(Decompounder {
            parts: Arc::new(Parts::new(self.word_list.iter().map(String::as_str))),
            word_min: within("minWordSize", self.min_word_size, 0, LENGTH_MAX)?,
            part_min: within("minSubwordSize", self.min_subword_size, 0, LENGTH_MAX)?,
            part_max: within("maxSubwordSize", self.max_subword_size, 0, LENGTH_MAX)?,
            longest_only: self.only_longest_match,
        }))
    }
}

/// Options of `nGram_v2` and of the older `NGramTokenFilter`; sizes are characters. Those of the newer type end at 300
/// ([`LENGTH_MAX`]), which the table of types knows; what comes of larger ones is bounded as all is, by the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NGram {
    /// The shortest piece, at least 1; 1 if not given.
    pub min_gram: u32,
    /// The longest piece; 2 if not given.
    pub max_gram: u32,
}

impl Default for NGram {
    fn default() -> Self {
        Self { min_gram: 1, max_gram: 2 }
    }
}

impl NGram {
    pub(super) fn build(self) -> Result<Link, BuildError> {
        self.pieces(Pieces::All)
    }

    fn pieces(self, pieces: Pieces) -> Result<Link, BuildError> {
        let (min, max) = (within("minGram", self.min_gram, 1, u32::MAX)?, self.max_gram);
        in_order("minGram", min, "maxGram", max)?;
        Ok(Link::stage(NGrams { pieces, min, max }))
    }
}

/// Options of `edgeNGram_v2` and of the older `EdgeNGramTokenFilter`; sizes are characters, see [`NGram`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeNGram {
    /// The shortest piece, at least 1; 1 if not given.
    pub min_gram: u32,
    /// The longest piece; 2 if not given.
    pub max_gram: u32,
    /// Which end of the word; the front if not given.
    pub side: Side,
}

/// An end of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `front`
    Front,
    /// `back`
    Back,
}

impl Default for EdgeNGram {
    fn default() -> Self {
        Self { min_gram: 1, max_gram: 2, side: Side::Front }
    }
}

impl EdgeNGram {
    pub(super) fn build(self) -> Result<Link, BuildError> {
        let Self { min_gram, max_gram, side } = self;
        NGram { min_gram, max_gram }.pieces(match side {
            Side::Front => Pieces::Front,
            Side::Back => Pieces::Back,
        })
    }
}

/// Options of `shingle`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shingle {
    /// Words of the shortest shingle; 2 if not given, and at least.
    pub min_shingle_size: u32,
    /// Words of the longest shingle; 2 if not given. The service names no ceiling; here it is 300.
    pub max_shingle_size: u32,
    /// Whether words come by themselves too; true if not given.
    pub output_unigrams: bool,
    /// Whether they do where the text is too short for a shingle; false if not given.
    pub output_unigrams_if_no_shingles: bool,
    /// What stands between words; a space if not given.
    pub token_separator: String,
    /// `filterToken`: what stands for a removed word; `_` if not given.
    pub filter_token: String,
}

impl Default for Shingle {
    fn default() -> Self {
        Self {
            min_shingle_size: 2,
            max_shingle_size: 2,
            output_unigrams: true,
            output_unigrams_if_no_shingles: false,
            token_separator: " ".to_owned(),
            filter_token: "_".to_owned(),
        }
    }
}

impl Shingle {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        let min = within("minShingleSize", self.min_shingle_size, 2, LENGTH_MAX)?;
        let max = within("maxShingleSize", self.max_shingle_size, 2, LENGTH_MAX)?;
        in_order("minShingleSize", min, "maxShingleSize", max)?;
        Ok(Link::stage(Shingles {
            min: min as usize,
            max: max as usize,
            unigrams: self.output_unigrams,
            unigrams_if_no_shingles: self.output_unigrams_if_no_shingles,
            separator: self.token_separator.as_str().into(),
            filler: self.filter_token.as_str().into(),
        }))
    }
}

/// Options of `word_delimiter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordDelimiter {
    /// Parts that are words; true if not given.
    pub generate_word_parts: bool,
    /// Parts that are numbers; true if not given.
    pub generate_number_parts: bool,
    /// Neighbouring words joined; false if not given.
    pub catenate_words: bool,
    /// Neighbouring numbers joined; false if not given.
    pub catenate_numbers: bool,
    /// All parts joined; false if not given.
    pub catenate_all: bool,
    /// `PowerShot` → `Power`, `Shot`; true if not given.
    pub split_on_case_change: bool,
    /// The word as it is, before its parts; false if not given.
    pub preserve_original: bool,
    /// `j2se` → `j`, `2`, `se`; true if not given.
    pub split_on_numerics: bool,
    /// No `'s` behind parts; true if not given.
    pub stem_english_possessive: bool,
    /// Words to leave alone.
    pub protected_words: Vec<String>,
}

impl Default for WordDelimiter {
    fn default() -> Self {
        Self {
            generate_word_parts: true,
            generate_number_parts: true,
            catenate_words: false,
            catenate_numbers: false,
            catenate_all: false,
            split_on_case_change: true,
            preserve_original: false,
            split_on_numerics: true,
            stem_english_possessive: true,
            protected_words: Vec::new(),
        }
    }
}

impl WordDelimiter {
    pub(super) fn build(&self) -> Link {
        Link::stage(WordDelimiterFilter {
            split: SplitRules {
                on_case_change: self.split_on_case_change,
                on_numerics: self.split_on_numerics,
                drop_possessive: self.stem_english_possessive,
            },
            word_parts: self.generate_word_parts,
            number_parts: self.generate_number_parts,
            catenate_words: self.catenate_words,
            catenate_numbers: self.catenate_numbers,
            catenate_all: self.catenate_all,
            preserve_original: self.preserve_original,
            protected: WordSet::new(self.protected_words.iter().map(String::as_str), false),
        })
    }
}
