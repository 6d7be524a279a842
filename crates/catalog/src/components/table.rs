//! Every type of analysis component: its options in the order of their echo, their defaults and what they may be.
//!
//! Defaults are those the service echoes for a minimal definition (`analysis.md` §2–§4), ranges and words are those of
//! `api.md` §3.3. Where it gives only an upper bound the lower one is the least that makes sense to Lucene.

use super::words;

/// One `@odata.type`.
#[derive(Debug)]
pub(super) struct ComponentType {
    /// Without `#Microsoft.Azure.Search.`.
    pub(super) name: &'static str,
    /// Its options.
    pub(super) options: &'static [ComponentOption],
}

/// One option of a type.
#[derive(Debug)]
pub(super) struct ComponentOption {
    pub(super) name: &'static str,
    pub(super) values: Values,
}

/// What an option may be, and what it is when it is not given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Values {
    /// `true` or `false`.
    Flag { default: bool },
    /// A whole number.
    Integer { default: i64, min: i64, max: i64 },
    /// A string, null by default when there is no default.
    Text { default: Option<&'static str> },
    /// A string that must be given.
    RequiredText,
    /// Strings, none by default.
    Texts,
    /// Strings that must be given.
    RequiredTexts,
    /// One of some words, in any casing; null by default when there is no default.
    Word { words: &'static [&'static str], default: Option<&'static str> },
    /// One of some words that must be given.
    RequiredWord { words: &'static [&'static str] },
    /// Some of some words, none by default.
    Words { words: &'static [&'static str] },
    /// Flags of a regular expression joined by `|`, null by default.
    RegexFlags,
}

use Values::{
    Flag, Integer, RegexFlags, RequiredText, RequiredTexts, RequiredWord, Text, Texts, Word, Words,
};

/// The ceiling of every length and gram option (`api.md` §3.3).
const LENGTH_MAX: i64 = lazuli_analysis::definition::LENGTH_MAX as i64;
/// Options that the service does not bound.
const UNBOUNDED: i64 = i32::MAX as i64;

const fn of(name: &'static str, options: &'static [ComponentOption]) -> ComponentType {
    ComponentType { name, options }
}

const fn option(name: &'static str, values: Values) -> ComponentOption {
    ComponentOption { name, values }
}

const fn flag(name: &'static str, default: bool) -> ComponentOption {
    option(name, Flag { default })
}

/// A number from 1 to 300.
const fn length(name: &'static str, default: i64) -> ComponentOption {
    option(name, Integer { default, min: 1, max: LENGTH_MAX })
}

/// A number from 1 without a bound.
const fn count(name: &'static str, default: i64) -> ComponentOption {
    option(name, Integer { default, min: 1, max: UNBOUNDED })
}

const fn text(name: &'static str, default: &'static str) -> ComponentOption {
    option(name, Text { default: Some(default) })
}

const PATTERN: ComponentOption = text("pattern", r"\W+");
const FLAGS: ComponentOption = option("flags", RegexFlags);
const TOKEN_CHARS: ComponentOption = option("tokenChars", Words { words: words::TOKEN_CHARACTERS });
const TOKEN_FILTERS: ComponentOption = option("tokenFilters", Texts);
const CHAR_FILTERS: ComponentOption = option("charFilters", Texts);
const REVERSE: ComponentOption = flag("reverse", false);
const SKIP: ComponentOption = option("skip", Integer { default: 0, min: 0, max: UNBOUNDED });
const SIDE: ComponentOption = option("side", Word { words: &["front", "back"], default: Some("front") });

pub(super) static ANALYZER_TYPES: &[ComponentType] = &[
    of("CustomAnalyzer", &[option("tokenizer", RequiredText), TOKEN_FILTERS, CHAR_FILTERS]),
    of("PatternAnalyzer", &[flag("lowercase", true), PATTERN, FLAGS, option("stopwords", Texts)]),
    of("StandardAnalyzer", &[length("maxTokenLength", 255), option("stopwords", Texts)]),
    of("StopAnalyzer", &[option("stopwords", Texts)]),
];

pub(super) static TOKENIZER_TYPES: &[ComponentType] = &[
    of("ClassicTokenizer", &[length("maxTokenLength", 255)]),
    of("EdgeNGramTokenizer", &[length("minGram", 1), length("maxGram", 2), TOKEN_CHARS]),
    of("KeywordTokenizer", &[count("bufferSize", 256)]),
    of("KeywordTokenizerV2", &[length("maxTokenLength", 256)]),
    of(
        "MicrosoftLanguageTokenizer",
        &[
            length("maxTokenLength", 255),
            flag("isSearchTokenizer", false),
            option("language", Word { words: words::MICROSOFT_LANGUAGES, default: Some("english") }),
        ],
    ),
    of(
        "MicrosoftLanguageStemmingTokenizer",
        &[
            length("maxTokenLength", 255),
            flag("isSearchTokenizer", false),
            option("language", Word { words: words::MICROSOFT_STEMMING_LANGUAGES, default: Some("english") }),
        ],
    ),
    of("NGramTokenizer", &[length("minGram", 1), length("maxGram", 2), TOKEN_CHARS]),
    // The delimiter's default as replacement is `/`, also beside another delimiter (echoed so).
    of(
        "PathHierarchyTokenizer",
        &[text("delimiter", "/"), text("replacement", "/"), count("bufferSize", 1024), REVERSE, SKIP],
    ),
    of(
        "PathHierarchyTokenizerV2",
        &[text("delimiter", "/"), text("replacement", "/"), length("maxTokenLength", 300), REVERSE, SKIP],
    ),
    of(
        "PatternTokenizer",
        &[PATTERN, FLAGS, option("group", Integer { default: -1, min: -1, max: UNBOUNDED })],
    ),
    of("StandardTokenizer", &[count("maxTokenLength", 255)]),
    of("StandardTokenizerV2", &[length("maxTokenLength", 255)]),
    of("UaxUrlEmailTokenizer", &[length("maxTokenLength", 255)]),
];

pub(super) static TOKEN_FILTER_TYPES: &[ComponentType] = &[
    of("AsciiFoldingTokenFilter", &[flag("preserveOriginal", false)]),
    of(
        "CjkBigramTokenFilter",
        &[option("ignoreScripts", Words { words: words::CJK_SCRIPTS }), flag("outputUnigrams", false)],
    ),
    of(
        "CommonGramTokenFilter",
        &[option("commonWords", RequiredTexts), flag("ignoreCase", false), flag("queryMode", false)],
    ),
    of(
        "DictionaryDecompounderTokenFilter",
        &[
            option("wordList", RequiredTexts),
            length("minWordSize", 5),
            length("minSubwordSize", 2),
            length("maxSubwordSize", 15),
            flag("onlyLongestMatch", false),
        ],
    ),
    of("EdgeNGramTokenFilter", &[count("minGram", 1), count("maxGram", 2), SIDE]),
    of("EdgeNGramTokenFilterV2", &[length("minGram", 1), length("maxGram", 2), SIDE]),
    of("ElisionTokenFilter", &[option("articles", Texts)]),
    of("KeepTokenFilter", &[option("keepWords", RequiredTexts), flag("keepWordsCase", false)]),
    of("KeywordMarkerTokenFilter", &[option("keywords", RequiredTexts), flag("ignoreCase", false)]),
    of(
        "LengthTokenFilter",
        &[option("min", Integer { default: 0, min: 0, max: LENGTH_MAX }), length("max", 300)],
    ),
    of("LimitTokenFilter", &[count("maxTokenCount", 1), flag("consumeAllTokens", false)]),
    of("NGramTokenFilter", &[count("minGram", 1), count("maxGram", 2)]),
    of("NGramTokenFilterV2", &[length("minGram", 1), length("maxGram", 2)]),
    of("PatternCaptureTokenFilter", &[option("patterns", RequiredTexts), flag("preserveOriginal", true)]),
    of("PatternReplaceTokenFilter", PATTERN_REPLACE),
    of(
        "PhoneticTokenFilter",
        &[
            option("encoder", Word { words: words::PHONETIC_ENCODERS, default: Some("metaphone") }),
            flag("replace", true),
        ],
    ),
    of(
        "ShingleTokenFilter",
        &[
            option("maxShingleSize", Integer { default: 2, min: 2, max: UNBOUNDED }),
            option("minShingleSize", Integer { default: 2, min: 2, max: UNBOUNDED }),
            flag("outputUnigrams", true),
            flag("outputUnigramsIfNoShingles", false),
            text("tokenSeparator", " "),
            text("filterToken", "_"),
        ],
    ),
    of("SnowballTokenFilter", &[option("language", RequiredWord { words: words::SNOWBALL_LANGUAGES })]),
    of("StemmerTokenFilter", &[option("language", RequiredWord { words: words::STEMMER_LANGUAGES })]),
    of("StemmerOverrideTokenFilter", &[option("rules", RequiredTexts)]),
    of(
        "StopwordsTokenFilter",
        &[
            option("stopwords", Texts),
            // English when there are no stop words either; see the parent's rule.
            option("stopwordsList", Word { words: words::STOPWORDS_LISTS, default: None }),
            flag("ignoreCase", false),
            flag("removeTrailing", true),
        ],
    ),
    of(
        "SynonymTokenFilter",
        &[option("synonyms", RequiredTexts), flag("ignoreCase", false), flag("expand", true)],
    ),
    of("TruncateTokenFilter", &[length("length", 300)]),
    of("UniqueTokenFilter", &[flag("onlyOnSamePosition", false)]),
    of(
        "WordDelimiterTokenFilter",
        &[
            flag("generateWordParts", true),
            flag("generateNumberParts", true),
            flag("catenateWords", false),
            flag("catenateNumbers", false),
            flag("catenateAll", false),
            flag("splitOnCaseChange", true),
            flag("preserveOriginal", false),
            flag("splitOnNumerics", true),
            flag("stemEnglishPossessive", true),
            option("protectedWords", Texts),
        ],
    ),
];

const PATTERN_REPLACE: &[ComponentOption] =
    &[option("pattern", RequiredText), option("replacement", RequiredText)];

pub(super) static CHAR_FILTER_TYPES: &[ComponentType] = &[
    of("MappingCharFilter", &[option("mappings", RequiredTexts)]),
    of("PatternReplaceCharFilter", PATTERN_REPLACE),
];

pub(super) static NORMALIZER_TYPES: &[ComponentType] =
    &[of("CustomNormalizer", &[TOKEN_FILTERS, CHAR_FILTERS])];

/// Pairs of options of which the first may not be above the second. `api.md` §3.3 says that it must be below; both alike, as
/// for n-grams of one length, are accepted here: they mean something, and no refusal by the service is known.
pub(super) const ORDERED: &[(&str, &str)] = &[
    ("minGram", "maxGram"),
    ("min", "max"),
    ("minShingleSize", "maxShingleSize"),
    ("minSubwordSize", "maxSubwordSize"),
];
