//! Options of the filters that go by single words: lists of words, their lengths, synonyms.

use std::sync::Arc;

use super::{BuildError, LENGTH_MAX, in_order, length, within};
use crate::Scratch;
use crate::filter::{self, FRENCH_ARTICLES, Filter, StemOverride, WordSet};
use crate::pipeline::Link;
use crate::synonym::{self, Reading, SynonymRules, Synonyms, split};

/// Options of `elision`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elision {
    /// What is cut off before an apostrophe, whatever its case; none for the French articles.
    pub articles: Vec<String>,
}

impl Elision {
    pub(super) fn build(&self) -> Link {
        let articles = if self.articles.is_empty() {
            WordSet::new(FRENCH_ARTICLES.iter().copied(), true)
        } else {
            words(&self.articles, true)
        };
        Filter::Elision(articles).into()
    }
}

/// Options of `keep`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keep {
    /// The words that stay.
    pub keep_words: Vec<String>,
    /// Whether they are compared in lower case (so it means the contrary of what it says); false if not given.
    pub keep_words_case: bool,
}

impl Keep {
    pub(super) fn build(&self) -> Link {
        Filter::Keep(words(&self.keep_words, self.keep_words_case)).into()
    }
}

/// Options of `keyword_marker`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeywordMarker {
    /// The words that stemmers leave alone.
    pub keywords: Vec<String>,
    /// Whether case matters not; false if not given.
    pub ignore_case: bool,
}

impl KeywordMarker {
    pub(super) fn build(&self) -> Link {
        Filter::MarkKeywords(words(&self.keywords, self.ignore_case)).into()
    }
}

/// Options of `length`; UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Shorter words are dropped; 0 if not given, at most 300.
    pub min: u32,
    /// Longer words are dropped; 300 if not given, and at most.
    pub max: u32,
}

impl Default for Length {
    fn default() -> Self {
        Self { min: 0, max: LENGTH_MAX }
    }
}

impl Length {
    pub(super) fn build(self) -> Result<Link, BuildError> {
        let (min, max) = (within("min", self.min, 0, LENGTH_MAX)?, within("max", self.max, 0, LENGTH_MAX)?);
        in_order("min", min, "max", max)?;
        Ok(Filter::Length { min, max }.into())
    }
}

/// Options of `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many tokens stay; 1 if not given, and at least.
    pub max_token_count: u32,
    /// Whether the rest is read all the same; false if not given.
    pub consume_all_tokens: bool,
}

impl Default for Limit {
    fn default() -> Self {
        Self { max_token_count: 1, consume_all_tokens: false }
    }
}

impl Limit {
    pub(super) fn build(self) -> Result<Link, BuildError> {
        let tokens_max = within("maxTokenCount", self.max_token_count, 1, u32::MAX)?;
        Ok(Link::stage(filter::Limit { tokens_max, consumes_all: self.consume_all_tokens }))
    }
}

/// Options of `stemmer_override`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StemmerOverride {
    /// `word => stem` each.
    pub rules: Vec<String>,
}

impl StemmerOverride {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        let rules = self.rules.iter().map(|rule| {
            let sides = sides(rule).filter(|(word, stem)| !word.is_empty() && !stem.is_empty());
            sides.ok_or_else(|| BuildError::Rule { rule: rule.clone() })
        });
        let rules = rules.collect::<Result<Vec<_>, _>>()?;
        Ok(Filter::StemOverride(StemOverride::new(rules)).into())
    }
}

/// What stands on both sides of the one arrow. As Elasticsearch reads it, an arrow may be escaped, but the escape stays.
fn sides(rule: &str) -> Option<(String, String)> {
    let [word, stem] = <[String; 2]>::try_from(split(rule, "=>")).ok()?;
    let trim = |side: &str| side.trim_matches(|c| c <= ' ').to_owned();
    Some((trim(&word), trim(&stem)))
}

/// Options of `synonym`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// Rules in Solr's format.
    pub synonyms: Vec<String>,
    /// Whether case matters not; false if not given.
    pub ignore_case: bool,
    /// Whether equals all stand for each other; else they all become the first. True if not given.
    pub expand: bool,
}

impl Default for Synonym {
    fn default() -> Self {
        Self { synonyms: Vec::new(), ignore_case: false, expand: true }
    }
}

impl Synonym {
    pub(super) fn build(&self) -> Result<Link, BuildError> {
        Ok(Link::stage(Synonyms { rules: Arc::new(self.rules()?) }))
    }

    /// Items are cut at white space, and with `ignoreCase` lowered, as Elasticsearch does unless told otherwise.
    fn rules(&self) -> Result<SynonymRules, BuildError> {
        let filters = self.ignore_case.then_some(Filter::Lowercase);
        let analyzer = crate::Analyzer::new("", 0, crate::tokenizer::Tokenizer::Whitespace, filters);
        let mut scratch = Scratch::default();
        let reading = Reading {
            expand: self.expand,
            ignore_case: self.ignore_case,
            is_map: false,
            words: &mut |item| synonym::words(&analyzer, item, &mut scratch),
        };
        Ok(reading.read(self.synonyms.iter().map(String::as_str))?)
    }
}

/// Options of `truncate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncate {
    /// UTF-16 units that stay; 300 if not given, and at most.
    pub length: u32,
}

impl Default for Truncate {
    fn default() -> Self {
        Self { length: LENGTH_MAX }
    }
}

impl Truncate {
    pub(super) fn build(self) -> Result<Link, BuildError> {
        Ok(Filter::Truncate(length("length", self.length)?).into())
    }
}

/// Options of `unique`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unique {
    /// Whether only words in the same position count as the same; false if not given.
    pub only_on_same_position: bool,
}

impl Unique {
    pub(super) fn build(self) -> Link {
        Link::stage(filter::Unique { same_position: self.only_on_same_position })
    }
}

fn words(words: &[String], ignore_case: bool) -> WordSet {
    WordSet::new(words.iter().map(String::as_str), ignore_case)
}
