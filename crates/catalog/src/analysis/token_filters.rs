//! Token filters: what their options mean to the analysis.

use lazuli_analysis::definition::{
    AsciiFolding, CjkBigram, CjkScript, CommonGrams, DictionaryDecompounder, EdgeNGram, Elision, Keep,
    KeywordMarker, Length, Limit, NGram, PatternCapture, PatternReplace, Phonetic, PhoneticEncoder, Shingle,
    Side, SnowballLanguage, StemmerLanguage, StemmerOverride, Stopwords, StopwordsList, Synonym, TokenFilter,
    Truncate, Unique, WordDelimiter,
};

use super::options::Options;
use super::{Analyses, BuildProblem, TOKEN_FILTER, type_name, unknown};

impl Analyses<'_> {
    /// The token filter of a name, of the index or predefined.
    pub(super) fn token_filter(&self, name: &str) -> Result<TokenFilter, BuildProblem> {
        let own = self.definition.token_filters.iter().find(|component| component.name == name);
        match own {
            Some(component) => {
                let type_name = type_name(component).unwrap_or_default();
                of_type(type_name, &Options::of(component)).ok_or_else(|| unknown(TOKEN_FILTER, name))
            }
            None => predefined(name),
        }
    }
}

/// What a name means that needs no definition: the defaults of its type.
fn predefined(name: &str) -> Result<TokenFilter, BuildProblem> {
    use TokenFilter as Filter;
    Ok(match name {
        "apostrophe" => Filter::Apostrophe,
        "arabic_normalization" => Filter::ArabicNormalization,
        "asciifolding" => Filter::AsciiFolding(AsciiFolding::default()),
        "cjk_bigram" => Filter::CjkBigram(CjkBigram::default()),
        "cjk_width" => Filter::CjkWidth,
        "classic" => Filter::Classic,
        "common_grams" => Filter::CommonGrams(CommonGrams::default()),
        "edgeNGram_v2" => Filter::EdgeNGram(EdgeNGram::default()),
        "elision" => Filter::Elision(Elision::default()),
        "german_normalization" => Filter::GermanNormalization,
        "hindi_normalization" => Filter::HindiNormalization,
        "indic_normalization" => Filter::IndicNormalization,
        "keyword_repeat" => Filter::KeywordRepeat,
        "length" => Filter::Length(Length::default()),
        "limit" => Filter::Limit(Limit::default()),
        "lowercase" => Filter::Lowercase,
        "nGram_v2" => Filter::NGram(NGram::default()),
        "persian_normalization" => Filter::PersianNormalization,
        "porter_stem" => Filter::PorterStem,
        "reverse" => Filter::Reverse,
        "scandinavian_folding" => Filter::ScandinavianFolding,
        "scandinavian_normalization" => Filter::ScandinavianNormalization,
        "shingle" => Filter::Shingle(Shingle::default()),
        "sorani_normalization" => Filter::SoraniNormalization,
        "stopwords" => Filter::Stopwords(Stopwords::default()),
        "trim" => Filter::Trim,
        "truncate" => Filter::Truncate(Truncate::default()),
        "unique" => Filter::Unique(Unique::default()),
        "uppercase" => Filter::Uppercase,
        "word_delimiter" => Filter::WordDelimiter(WordDelimiter::default()),
        "kstem" => Filter::KStem,
        "phonetic" => Filter::Phonetic(Phonetic::default()),
        // Without a definition both are English (analysis.md §4).
        "snowball" => SnowballLanguage::named("english")
            .map(Filter::Snowball)
            .ok_or_else(|| unknown(TOKEN_FILTER, name))?,
        "stemmer" => StemmerLanguage::named("english")
            .map(Filter::Stemmer)
            .ok_or_else(|| unknown(TOKEN_FILTER, name))?,
        _ => return Err(unknown(TOKEN_FILTER, name)),
    })
}

/// A filter of a type, with all its options; `None` for one that definitions do not have.
fn of_type(type_name: &str, options: &Options<'_>) -> Option<TokenFilter> {
    use TokenFilter as Filter;
    Some(match type_name {
        "AsciiFoldingTokenFilter" => {
            Filter::AsciiFolding(AsciiFolding { preserve_original: options.flag("preserveOriginal") })
        }
        "CjkBigramTokenFilter" => Filter::CjkBigram(CjkBigram {
            ignore_scripts: options.texts("ignoreScripts").into_iter().filter_map(script).collect(),
            output_unigrams: options.flag("outputUnigrams"),
        }),
        "CommonGramTokenFilter" => Filter::CommonGrams(CommonGrams {
            common_words: options.all_owned("commonWords"),
            ignore_case: options.flag("ignoreCase"),
            query_mode: options.flag("queryMode"),
        }),
        "DictionaryDecompounderTokenFilter" => Filter::DictionaryDecompounder(DictionaryDecompounder {
            word_list: options.all_owned("wordList"),
            min_word_size: options.number("minWordSize"),
            min_subword_size: options.number("minSubwordSize"),
            max_subword_size: options.number("maxSubwordSize"),
            only_longest_match: options.flag("onlyLongestMatch"),
        }),
        "EdgeNGramTokenFilter" | "EdgeNGramTokenFilterV2" => Filter::EdgeNGram(EdgeNGram {
            min_gram: options.number("minGram"),
            max_gram: options.number("maxGram"),
            side: if options.text("side") == Some("back") { Side::Back } else { Side::Front },
        }),
        "ElisionTokenFilter" => Filter::Elision(Elision { articles: options.all_owned("articles") }),
        "KeepTokenFilter" => Filter::Keep(Keep {
            keep_words: options.all_owned("keepWords"),
            keep_words_case: options.flag("keepWordsCase"),
        }),
        "KeywordMarkerTokenFilter" => Filter::KeywordMarker(KeywordMarker {
            keywords: options.all_owned("keywords"),
            ignore_case: options.flag("ignoreCase"),
        }),
        "LengthTokenFilter" => {
            Filter::Length(Length { min: options.number("min"), max: options.number("max") })
        }
        "LimitTokenFilter" => Filter::Limit(Limit {
            max_token_count: options.number("maxTokenCount"),
            consume_all_tokens: options.flag("consumeAllTokens"),
        }),
        "NGramTokenFilter" | "NGramTokenFilterV2" => {
            Filter::NGram(NGram { min_gram: options.number("minGram"), max_gram: options.number("maxGram") })
        }
        "PatternCaptureTokenFilter" => Filter::PatternCapture(PatternCapture {
            patterns: options.all_owned("patterns"),
            preserve_original: options.flag("preserveOriginal"),
        }),
        "PatternReplaceTokenFilter" => Filter::PatternReplace(PatternReplace {
            pattern: options.owned("pattern"),
            replacement: options.owned("replacement"),
        }),
        "PhoneticTokenFilter" => Filter::Phonetic(Phonetic {
            encoder: PhoneticEncoder::named(options.text("encoder")?)?,
            replace: options.flag("replace"),
        }),
        "SnowballTokenFilter" => Filter::Snowball(SnowballLanguage::named(options.text("language")?)?),
        "StemmerTokenFilter" => Filter::Stemmer(StemmerLanguage::named(options.text("language")?)?),
        "ShingleTokenFilter" => Filter::Shingle(Shingle {
            min_shingle_size: options.number("minShingleSize"),
            max_shingle_size: options.number("maxShingleSize"),
            output_unigrams: options.flag("outputUnigrams"),
            output_unigrams_if_no_shingles: options.flag("outputUnigramsIfNoShingles"),
            token_separator: options.owned("tokenSeparator"),
            filter_token: options.owned("filterToken"),
        }),
        "StemmerOverrideTokenFilter" => {
            Filter::StemmerOverride(StemmerOverride { rules: options.all_owned("rules") })
        }
        "StopwordsTokenFilter" => Filter::Stopwords(Stopwords {
            stopwords: options.all_owned("stopwords"),
            list: options.text("stopwordsList").map_or(Some(StopwordsList::English), stopwords_list)?,
            ignore_case: options.flag("ignoreCase"),
            remove_trailing: options.flag("removeTrailing"),
        }),
        "SynonymTokenFilter" => Filter::Synonym(Synonym {
            synonyms: options.all_owned("synonyms"),
            ignore_case: options.flag("ignoreCase"),
            expand: options.flag("expand"),
        }),
        "TruncateTokenFilter" => Filter::Truncate(Truncate { length: options.number("length") }),
        "UniqueTokenFilter" => {
            Filter::Unique(Unique { only_on_same_position: options.flag("onlyOnSamePosition") })
        }
        "WordDelimiterTokenFilter" => Filter::WordDelimiter(WordDelimiter {
            generate_word_parts: options.flag("generateWordParts"),
            generate_number_parts: options.flag("generateNumberParts"),
            catenate_words: options.flag("catenateWords"),
            catenate_numbers: options.flag("catenateNumbers"),
            catenate_all: options.flag("catenateAll"),
            split_on_case_change: options.flag("splitOnCaseChange"),
            preserve_original: options.flag("preserveOriginal"),
            split_on_numerics: options.flag("splitOnNumerics"),
            stem_english_possessive: options.flag("stemEnglishPossessive"),
            protected_words: options.all_owned("protectedWords"),
        }),
        _ => return None,
    })
}

fn script(name: &str) -> Option<CjkScript> {
    Some(match name {
        "han" => CjkScript::Han,
        "hiragana" => CjkScript::Hiragana,
        "katakana" => CjkScript::Katakana,
        "hangul" => CjkScript::Hangul,
        _ => return None,
    })
}

fn stopwords_list(name: &str) -> Option<StopwordsList> {
    StopwordsList::ALL.into_iter().find(|list| list.name() == name)
}
