//! The types of components and their options (`api.md` §3.3), in the order of the service's own clients. Answers were seen
//! of custom analyzers and normalizers, and of a tokenizer and filters with one option; they have that order.
//!
//! Defaults, ranges and what refers to what are the catalogue's.

use crate::ApiVersion::{V2016_09_01, V2021_04_30Preview, V2025_09_01};
use crate::since::Kind::{Flag, Integer, Text, Texts};
use crate::since::{Kind, Member, Owner, Shape, Since, Variants, stable};

/// The versions in which an index has analyzers of its own.
pub(super) const SINCE: Since = stable(V2016_09_01);

/// The versions in which it has normalizers.
pub(crate) const NORMALIZERS_SINCE: Since = stable(V2025_09_01).preview(V2021_04_30Preview);

/// All of them.
pub(super) static ALL: [&Variants; 5] =
    [&ANALYZERS, &NORMALIZERS, &TOKENIZERS, &TOKEN_FILTERS, &CHAR_FILTERS];

/// Rows of `Type: [option kind, …]`, each with the versions that have the type; some options are `required`.
macro_rules! components {
    ($($since:ident $name:literal: [$($option:literal $kind:ident $($required:ident)?),*],)+) => {
        Variants {
            shapes: &[$((
                $since,
                Shape {
                    owner: Owner::Component($name),
                    members: &[
                        Member::new("name", $since, Kind::Text),
                        $(Member::new($option, $since, $kind)$(.$required())?),*
                    ],
                },
            )),+],
        }
    };
}

/// `analyzers`.
pub(super) static ANALYZERS: Variants = components! {
    SINCE "CustomAnalyzer": ["tokenizer" Text, "tokenFilters" Texts, "charFilters" Texts],
    SINCE "PatternAnalyzer": ["lowercase" Flag, "pattern" Text, "flags" Text, "stopwords" Texts],
    SINCE "StandardAnalyzer": ["maxTokenLength" Integer, "stopwords" Texts],
    SINCE "StopAnalyzer": ["stopwords" Texts],
};

/// `normalizers`.
pub(super) static NORMALIZERS: Variants = components! {
    NORMALIZERS_SINCE "CustomNormalizer": ["tokenFilters" Texts, "charFilters" Texts],
};

/// `tokenizers`.
pub(super) static TOKENIZERS: Variants = components! {
    SINCE "ClassicTokenizer": ["maxTokenLength" Integer],
    SINCE "EdgeNGramTokenizer": ["minGram" Integer, "maxGram" Integer, "tokenChars" Texts],
    SINCE "KeywordTokenizer": ["bufferSize" Integer],
    SINCE "KeywordTokenizerV2": ["maxTokenLength" Integer],
    SINCE "MicrosoftLanguageTokenizer":
        ["maxTokenLength" Integer, "isSearchTokenizer" Flag, "language" Text],
    SINCE "MicrosoftLanguageStemmingTokenizer":
        ["maxTokenLength" Integer, "isSearchTokenizer" Flag, "language" Text],
    SINCE "NGramTokenizer": ["minGram" Integer, "maxGram" Integer, "tokenChars" Texts],
    // Not in today's SDKs, but indexes that have it are still shown and updated by them.
    SINCE "PathHierarchyTokenizer":
        ["delimiter" Text, "replacement" Text, "bufferSize" Integer, "reverse" Flag, "skip" Integer],
    SINCE "PathHierarchyTokenizerV2":
        ["delimiter" Text, "replacement" Text, "maxTokenLength" Integer, "reverse" Flag, "skip" Integer],
    SINCE "PatternTokenizer": ["pattern" Text, "flags" Text, "group" Integer],
    SINCE "StandardTokenizer": ["maxTokenLength" Integer],
    SINCE "StandardTokenizerV2": ["maxTokenLength" Integer],
    SINCE "UaxUrlEmailTokenizer": ["maxTokenLength" Integer],
};

/// `tokenFilters`.
pub(super) static TOKEN_FILTERS: Variants = components! {
    SINCE "AsciiFoldingTokenFilter": ["preserveOriginal" Flag],
    SINCE "CjkBigramTokenFilter": ["ignoreScripts" Texts, "outputUnigrams" Flag],
    SINCE "CommonGramTokenFilter": ["commonWords" Texts required, "ignoreCase" Flag, "queryMode" Flag],
    SINCE "DictionaryDecompounderTokenFilter": [
        "wordList" Texts required, "minWordSize" Integer, "minSubwordSize" Integer, "maxSubwordSize" Integer,
        "onlyLongestMatch" Flag
    ],
    SINCE "EdgeNGramTokenFilter": ["minGram" Integer, "maxGram" Integer, "side" Text],
    SINCE "EdgeNGramTokenFilterV2": ["minGram" Integer, "maxGram" Integer, "side" Text],
    SINCE "ElisionTokenFilter": ["articles" Texts],
    SINCE "KeepTokenFilter": ["keepWords" Texts required, "keepWordsCase" Flag],
    SINCE "KeywordMarkerTokenFilter": ["keywords" Texts required, "ignoreCase" Flag],
    SINCE "LengthTokenFilter": ["min" Integer, "max" Integer],
    SINCE "LimitTokenFilter": ["maxTokenCount" Integer, "consumeAllTokens" Flag],
    SINCE "NGramTokenFilter": ["minGram" Integer, "maxGram" Integer],
    SINCE "NGramTokenFilterV2": ["minGram" Integer, "maxGram" Integer],
    SINCE "PatternCaptureTokenFilter": ["patterns" Texts required, "preserveOriginal" Flag],
    SINCE "PatternReplaceTokenFilter": ["pattern" Text required, "replacement" Text required],
    SINCE "PhoneticTokenFilter": ["encoder" Text, "replace" Flag],
    SINCE "ShingleTokenFilter": [
        "maxShingleSize" Integer, "minShingleSize" Integer, "outputUnigrams" Flag,
        "outputUnigramsIfNoShingles" Flag, "tokenSeparator" Text, "filterToken" Text
    ],
    SINCE "SnowballTokenFilter": ["language" Text required],
    SINCE "StemmerTokenFilter": ["language" Text required],
    SINCE "StemmerOverrideTokenFilter": ["rules" Texts required],
    SINCE "StopwordsTokenFilter":
        ["stopwords" Texts, "stopwordsList" Text, "ignoreCase" Flag, "removeTrailing" Flag],
    SINCE "SynonymTokenFilter": ["synonyms" Texts required, "ignoreCase" Flag, "expand" Flag],
    SINCE "TruncateTokenFilter": ["length" Integer],
    SINCE "UniqueTokenFilter": ["onlyOnSamePosition" Flag],
    SINCE "WordDelimiterTokenFilter": [
        "generateWordParts" Flag, "generateNumberParts" Flag, "catenateWords" Flag, "catenateNumbers" Flag,
        "catenateAll" Flag, "splitOnCaseChange" Flag, "preserveOriginal" Flag, "splitOnNumerics" Flag,
        "stemEnglishPossessive" Flag, "protectedWords" Texts
    ],
};

/// `charFilters`.
pub(super) static CHAR_FILTERS: Variants = components! {
    SINCE "MappingCharFilter": ["mappings" Texts required],
    SINCE "PatternReplaceCharFilter": ["pattern" Text required, "replacement" Text required],
};
