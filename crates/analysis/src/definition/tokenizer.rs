//! Tokenizers with their options (analysis.md §3).

use super::{BuildError, LENGTH_MAX, length, pattern};
use crate::filter::Filter;
use crate::java_regex::RegexFlags;
use crate::microsoft::{self, MicrosoftLanguage};
use crate::pipeline::Link;
use crate::tokenizer::{self, Grams, Paths, TokenChars};

/// A tokenizer as a definition names it. All agree with Lucene 8's classes named here, but for what their documentation
/// says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tokenizer {
    /// `standard_v2` and the older `StandardTokenizer`: words by Unicode's rules (UAX #29); longer ones are cut. Emoji are no
    /// words, as in Lucene 6, which the service's documentation speaks of.
    Standard {
        /// `maxTokenLength` in UTF-16 units, 1 to 300; 255 if not given.
        max_token_length: u32,
    },
    /// `classic`: words by the grammar that Lucene had before Unicode's rules: companies (`AT&T`), acronyms, host names and
    /// e-mail addresses in one; each Chinese or Japanese character on its own (`ClassicTokenizer`).
    Classic {
        /// `maxTokenLength` in UTF-16 units, 1 to 300; 255 if not given. Longer words are left out and leave a gap (as in
        /// Lucene; the docs speak of cutting).
        max_token_length: u32,
    },
    /// `uax_url_email`: words as `standard_v2` has them, URLs and e-mail addresses in one (`UAX29URLEmailTokenizer`).
    UaxUrlEmail {
        /// `maxTokenLength` in UTF-16 units, 1 to 300; 255 if not given. What is longer is cut.
        max_token_length: u32,
    },
    /// `keyword_v2` and the older `KeywordTokenizer`: the whole text is one token. A longer one is cut, as the docs say
    /// (analysis.md §3); Lucene's tokenizer knows no length, nor does the older one, nor the `keyword` analyzer.
    Keyword {
        /// `maxTokenLength` in UTF-16 units, 1 to 300; 256 if not given. None for the older one.
        max_token_length: Option<u32>,
    },
    /// `whitespace`: what stands between white space, cut at 255 units (`WhitespaceTokenizer`).
    Whitespace,
    /// `letter`: runs of letters, cut at 255 units (`LetterTokenizer`).
    Letter,
    /// `lowercase`: `letter` in lower case.
    Lowercase,
    /// `pattern`: what stands between the matches of a pattern, or one of its groups (`PatternTokenizer`).
    Pattern(Pattern),
    /// `nGram`: all pieces of certain lengths, each one position behind the one before (`NGramTokenizer`).
    NGram(NGrams),
    /// `edgeNGram`: only grams at the beginning of a run of token characters (Elasticsearch's, of `EdgeNGramTokenizer`).
    EdgeNGram(NGrams),
    /// `path_hierarchy_v2`: a path, and the paths above it, all in one position (`PathHierarchyTokenizer`,
    /// `ReversePathHierarchyTokenizer`).
    PathHierarchy(PathHierarchy),
    /// `microsoft_language_tokenizer`: an approximation (analysis.md §8).
    MicrosoftLanguage(MicrosoftWords),
    /// `microsoft_language_stemming_tokenizer`: an approximation, with base forms.
    MicrosoftLanguageStemming(MicrosoftWords),
}

/// Options of `microsoft_language_tokenizer` and `microsoft_language_stemming_tokenizer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MicrosoftWords {
    /// `maxTokenLength` in UTF-16 units, 1 to 300; 255 if not given. Longer words are cut.
    pub max_token_length: u32,
    /// Whether each word is wanted in one form (the base form; hyphenated words in parts, compounds whole), as searches need
    /// it; false if not given.
    pub is_search_tokenizer: bool,
    /// `language`; English if not given. Each tokenizer knows its own
    /// ([`of_words`](MicrosoftLanguage::of_words), [`of_stems`](MicrosoftLanguage::of_stems)).
    pub language: MicrosoftLanguage,
}

impl Default for MicrosoftWords {
    fn default() -> Self {
        Self { max_token_length: 255, is_search_tokenizer: false, language: MicrosoftLanguage::English }
    }
}

impl MicrosoftWords {
    /// What takes compounds apart, where parts are wanted.
    fn compounds(&self) -> Option<Link> {
        if self.is_search_tokenizer { None } else { microsoft::compounds(self.language) }
    }
}

/// Options of `pattern`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// A regular expression of Java; `\W+` if not given.
    pub pattern: String,
    /// Its flags.
    pub flags: RegexFlags,
    /// The group that is the token, or -1, which is so if not given, for what stands between matches.
    pub group: i32,
}

impl Default for Pattern {
    fn default() -> Self {
        Self { pattern: r"\W+".to_owned(), flags: RegexFlags::default(), group: -1 }
    }
}

/// Options of `nGram` and `edgeNGram`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NGrams {
    /// `minGram`, 1 to 300 characters; 1 if not given.
    pub min: u32,
    /// `maxGram`, 1 to 300 characters, not below `min`; 2 if not given.
    pub max: u32,
    /// `tokenChars`; all if not given.
    pub token_chars: TokenChars,
}

impl Default for NGrams {
    fn default() -> Self {
        Self { min: 1, max: 2, token_chars: TokenChars::default() }
    }
}

/// Options of `path_hierarchy_v2` and of the older `PathHierarchyTokenizer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathHierarchy {
    /// One character; `/` if not given.
    pub delimiter: String,
    /// What tokens have in its place, one character; `/` if not given.
    pub replacement: String,
    /// `maxTokenLength` in UTF-16 units, 1 to 300; 300 if not given. Longer paths are left out. None for the older one.
    pub max_token_length: Option<u32>,
    /// Whether tokens end where the text ends; false if not given.
    pub reverse: bool,
    /// Names to leave out; 0 if not given.
    pub skip: u32,
}

impl Default for PathHierarchy {
    fn default() -> Self {
        Self {
            delimiter: "/".to_owned(),
            replacement: "/".to_owned(),
            max_token_length: Some(LENGTH_MAX),
            reverse: false,
            skip: 0,
        }
    }
}

impl Tokenizer {
    pub(super) fn build(&self) -> Result<tokenizer::Tokenizer, BuildError> {
        Ok(match self {
            Self::Standard { max_token_length } => {
                tokenizer::Tokenizer::Standard { length_max: length("maxTokenLength", *max_token_length)? }
            }
            Self::Classic { max_token_length } => {
                tokenizer::Tokenizer::Classic { length_max: length("maxTokenLength", *max_token_length)? }
            }
            Self::UaxUrlEmail { max_token_length } => {
                tokenizer::Tokenizer::UaxUrlEmail { length_max: length("maxTokenLength", *max_token_length)? }
            }
            Self::Keyword { max_token_length: None } => tokenizer::Tokenizer::Keyword,
            Self::Keyword { max_token_length: Some(max) } => {
                tokenizer::Tokenizer::KeywordPieces { length_max: length("maxTokenLength", *max)? }
            }
            Self::Whitespace => tokenizer::Tokenizer::Whitespace,
            Self::Letter | Self::Lowercase => tokenizer::Tokenizer::Letter,
            Self::Pattern(options) => options.build()?,
            Self::NGram(options) => options.build(false)?,
            Self::EdgeNGram(options) => options.build(true)?,
            Self::PathHierarchy(options) => options.build()?,
            Self::MicrosoftLanguage(options) | Self::MicrosoftLanguageStemming(options) => {
                let length_max = length("maxTokenLength", options.max_token_length)?;
                microsoft::tokenizer(options.language, length_max, options.is_search_tokenizer)
            }
        })
    }

    /// Whether it is one of those that stand in for Microsoft's.
    pub(super) fn is_of_microsoft(&self) -> bool {
        matches!(self, Self::MicrosoftLanguage(_) | Self::MicrosoftLanguageStemming(_))
    }

    /// The filters that belong to the tokenizer.
    pub(super) fn links(&self) -> Vec<Link> {
        match self {
            Self::Lowercase => vec![Filter::Lowercase.into()],
            Self::MicrosoftLanguage(options) => {
                let mut links = microsoft::pieces(options.language, options.max_token_length);
                links.extend(options.compounds());
                links
            }
            Self::MicrosoftLanguageStemming(options) => {
                let base_forms = microsoft::base_forms(options.language, options.is_search_tokenizer);
                options.compounds().into_iter().chain(base_forms).collect()
            }
            Self::Standard { .. }
            | Self::Classic { .. }
            | Self::UaxUrlEmail { .. }
            | Self::Keyword { .. }
            | Self::Whitespace
            | Self::Letter
            | Self::Pattern(_)
            | Self::NGram(_)
            | Self::EdgeNGram(_)
            | Self::PathHierarchy(_) => Vec::new(),
        }
    }
}

impl Pattern {
    fn build(&self) -> Result<tokenizer::Tokenizer, BuildError> {
        if *self == Self::default() {
            return Ok(tokenizer::Tokenizer::AsciiWords);
        }
        let regex = pattern(&self.pattern, self.flags)?;
        let group = if self.group < 0 { None } else { Some(self.group.unsigned_abs() as usize) };
        if group.is_some_and(|group| group > regex.groups()) {
            return Err(BuildError::NoGroup { group: self.group });
        }
        Ok(tokenizer::Tokenizer::Pattern(tokenizer::Pattern { regex, group }))
    }
}

impl NGrams {
    fn build(&self, edges_only: bool) -> Result<tokenizer::Tokenizer, BuildError> {
        let max = length("maxGram", self.max)?;
        let min = self.min;
        if min < 1 || min > max {
            return Err(BuildError::OutOfRange { option: "minGram", min: 1, max });
        }
        let (min, max, chars) = (min as usize, max as usize, self.token_chars);
        Ok(tokenizer::Tokenizer::Grams(Grams { min, max, chars, edges_only }))
    }
}

impl PathHierarchy {
    fn build(&self) -> Result<tokenizer::Tokenizer, BuildError> {
        Ok(tokenizer::Tokenizer::Paths(Paths {
            delimiter: character("delimiter", &self.delimiter)?,
            replacement: character("replacement", &self.replacement)?,
            length_max: self.max_token_length.map(|max| length("maxTokenLength", max)).transpose()?,
            reverse: self.reverse,
            skip: self.skip as usize,
        }))
    }
}

fn character(option: &'static str, text: &str) -> Result<char, BuildError> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        (None | Some(_), _) => Err(BuildError::NoCharacter { option }),
    }
}
