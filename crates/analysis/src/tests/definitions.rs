//! Chains as test data writes them: the names and options of an index definition, with `type` for the component's name.

use serde_json::Value;

use crate::definition::{
    AsciiFolding, Chain, CharFilter, CjkBigram, CjkScript, CommonGrams, DictionaryDecompounder, EdgeNGram,
    Elision, Keep, KeywordMarker, Length, Limit, NGram, NGrams, PathHierarchy, Pattern, PatternCapture,
    PatternReplace, Phonetic, PhoneticEncoder, Shingle, Side, SnowballLanguage, StemmerLanguage,
    StemmerOverride, Stopwords, StopwordsList, Synonym, TokenChars, TokenFilter, Tokenizer, Truncate, Unique,
    WordDelimiter,
};

/// The chain of a case, or the component that is not built yet.
pub(super) fn chain(case: &Value) -> Result<Chain, String> {
    let list = |key: &str| case[key].as_array().into_iter().flatten();
    let unknown = |component: &Value| name(component).to_owned();
    Ok(Chain {
        char_filters: list("charFilters")
            .map(|c| char_filter(c).ok_or_else(|| unknown(c)))
            .collect::<Result<_, _>>()?,
        tokenizer: tokenizer(&case["tokenizer"]).ok_or_else(|| unknown(&case["tokenizer"]))?,
        token_filters: list("tokenFilters")
            .map(|c| token_filter(c).ok_or_else(|| unknown(c)))
            .collect::<Result<_, _>>()?,
    })
}

pub(super) fn name(component: &Value) -> &str {
    component.as_str().or_else(|| component["type"].as_str()).unwrap()
}

pub(super) fn number(component: &Value, option: &str, default: u32) -> u32 {
    component.get(option).map_or(default, |value| value.as_u64().unwrap() as u32)
}

pub(super) fn flag(component: &Value, option: &str, default: bool) -> bool {
    component.get(option).map_or(default, |value| value.as_bool().unwrap())
}

pub(super) fn text(component: &Value, option: &str, default: &str) -> String {
    component.get(option).map_or(default, |value| value.as_str().unwrap()).to_owned()
}

pub(super) fn texts(component: &Value, option: &str) -> Vec<String> {
    let texts = component.get(option).and_then(Value::as_array).into_iter().flatten();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn char_filter(c: &Value) -> Option<CharFilter> {
    Some(match name(c) {
        "html_strip" => CharFilter::HtmlStrip,
        "mapping" => CharFilter::Mapping { mappings: texts(c, "mappings") },
        "pattern_replace" => CharFilter::PatternReplace {
            pattern: text(c, "pattern", ""),
            replacement: text(c, "replacement", ""),
        },
        _ => return None,
    })
}

fn tokenizer(c: &Value) -> Option<Tokenizer> {
    let max_token_length = number(c, "maxTokenLength", 255);
    Some(match name(c) {
        "standard_v2" => Tokenizer::Standard { max_token_length },
        // Lucene's has no length.
        "keyword_v2" => {
            Tokenizer::Keyword { max_token_length: c.get("maxTokenLength").map(|_| max_token_length) }
        }
        "classic" => Tokenizer::Classic { max_token_length },
        "uax_url_email" => Tokenizer::UaxUrlEmail { max_token_length },
        "whitespace" => Tokenizer::Whitespace,
        "letter" => Tokenizer::Letter,
        "lowercase" => Tokenizer::Lowercase,
        "pattern" => Tokenizer::Pattern(Pattern {
            pattern: text(c, "pattern", r"\W+"),
            group: c.get("group").map_or(-1, |group| group.as_i64().unwrap() as i32),
            ..Pattern::default()
        }),
        "nGram" => Tokenizer::NGram(grams(c)),
        "edgeNGram" => Tokenizer::EdgeNGram(grams(c)),
        "path_hierarchy_v2" => {
            let delimiter = text(c, "delimiter", "/");
            Tokenizer::PathHierarchy(PathHierarchy {
                replacement: text(c, "replacement", &delimiter),
                delimiter,
                max_token_length: Some(number(c, "maxTokenLength", 300)),
                reverse: flag(c, "reverse", false),
                skip: number(c, "skip", 0),
            })
        }
        _ => return None,
    })
}

fn grams(c: &Value) -> NGrams {
    let chars = texts(c, "tokenChars");
    let named = |name: &str| chars.iter().any(|c| c == name);
    NGrams {
        min: number(c, "minGram", 1),
        max: number(c, "maxGram", 2),
        token_chars: TokenChars {
            letter: named("letter"),
            digit: named("digit"),
            whitespace: named("whitespace"),
            punctuation: named("punctuation"),
            symbol: named("symbol"),
        },
    }
}

fn token_filter(c: &Value) -> Option<TokenFilter> {
    Some(match name(c) {
        "apostrophe" => TokenFilter::Apostrophe,
        "arabic_normalization" => TokenFilter::ArabicNormalization,
        "asciifolding" => {
            TokenFilter::AsciiFolding(AsciiFolding { preserve_original: flag(c, "preserveOriginal", false) })
        }
        "cjk_bigram" => TokenFilter::CjkBigram(CjkBigram {
            ignore_scripts: texts(c, "ignoreScripts").iter().map(|script| cjk_script(script)).collect(),
            output_unigrams: flag(c, "outputUnigrams", false),
        }),
        "cjk_width" => TokenFilter::CjkWidth,
        "classic" => TokenFilter::Classic,
        "common_grams" => TokenFilter::CommonGrams(CommonGrams {
            common_words: texts(c, "commonWords"),
            ignore_case: flag(c, "ignoreCase", false),
            query_mode: flag(c, "queryMode", false),
        }),
        "dictionary_decompounder" => TokenFilter::DictionaryDecompounder(DictionaryDecompounder {
            word_list: texts(c, "wordList"),
            min_word_size: number(c, "minWordSize", 5),
            min_subword_size: number(c, "minSubwordSize", 2),
            max_subword_size: number(c, "maxSubwordSize", 15),
            only_longest_match: flag(c, "onlyLongestMatch", false),
        }),
        "edgeNGram_v2" => TokenFilter::EdgeNGram(EdgeNGram {
            min_gram: number(c, "minGram", 1),
            max_gram: number(c, "maxGram", 2),
            side: if text(c, "side", "front") == "back" { Side::Back } else { Side::Front },
        }),
        "elision" => TokenFilter::Elision(Elision { articles: texts(c, "articles") }),
        "german_normalization" => TokenFilter::GermanNormalization,
        "hindi_normalization" => TokenFilter::HindiNormalization,
        "indic_normalization" => TokenFilter::IndicNormalization,
        "keep" => TokenFilter::Keep(Keep {
            keep_words: texts(c, "keepWords"),
            keep_words_case: flag(c, "keepWordsCase", false),
        }),
        "keyword_marker" => TokenFilter::KeywordMarker(KeywordMarker {
            keywords: texts(c, "keywords"),
            ignore_case: flag(c, "ignoreCase", false),
        }),
        "keyword_repeat" => TokenFilter::KeywordRepeat,
        "kstem" => TokenFilter::KStem,
        "length" => TokenFilter::Length(Length { min: number(c, "min", 0), max: number(c, "max", 300) }),
        "limit" => TokenFilter::Limit(Limit {
            max_token_count: number(c, "maxTokenCount", 1),
            consume_all_tokens: flag(c, "consumeAllTokens", false),
        }),
        "lowercase" => TokenFilter::Lowercase,
        "nGram_v2" => {
            TokenFilter::NGram(NGram { min_gram: number(c, "minGram", 1), max_gram: number(c, "maxGram", 2) })
        }
        "pattern_capture" => TokenFilter::PatternCapture(PatternCapture {
            patterns: texts(c, "patterns"),
            preserve_original: flag(c, "preserveOriginal", true),
        }),
        "pattern_replace" => TokenFilter::PatternReplace(PatternReplace {
            pattern: text(c, "pattern", ""),
            replacement: text(c, "replacement", ""),
        }),
        "persian_normalization" => TokenFilter::PersianNormalization,
        "phonetic" => TokenFilter::Phonetic(Phonetic {
            encoder: match c.get("encoder").and_then(Value::as_str) {
                Some(encoder) => PhoneticEncoder::named(encoder)?,
                None => Phonetic::default().encoder,
            },
            replace: flag(c, "replace", true),
        }),
        "porter_stem" => TokenFilter::PorterStem,
        "reverse" => TokenFilter::Reverse,
        "scandinavian_folding" => TokenFilter::ScandinavianFolding,
        "scandinavian_normalization" => TokenFilter::ScandinavianNormalization,
        "shingle" => TokenFilter::Shingle(Shingle {
            min_shingle_size: number(c, "minShingleSize", 2),
            max_shingle_size: number(c, "maxShingleSize", 2),
            output_unigrams: flag(c, "outputUnigrams", true),
            output_unigrams_if_no_shingles: flag(c, "outputUnigramsIfNoShingles", false),
            token_separator: text(c, "tokenSeparator", " "),
            filter_token: text(c, "filterToken", "_"),
        }),
        "snowball" => TokenFilter::Snowball(SnowballLanguage::named(&text(c, "language", "english"))?),
        "sorani_normalization" => TokenFilter::SoraniNormalization,
        "stemmer" => TokenFilter::Stemmer(StemmerLanguage::named(&text(c, "language", "english"))?),
        "stemmer_override" => TokenFilter::StemmerOverride(StemmerOverride { rules: texts(c, "rules") }),
        "stopwords" => TokenFilter::Stopwords(Stopwords {
            stopwords: texts(c, "stopwords"),
            list: *StopwordsList::ALL
                .iter()
                .find(|list| list.name() == text(c, "stopwordsList", "english"))?,
            ignore_case: flag(c, "ignoreCase", false),
            remove_trailing: flag(c, "removeTrailing", true),
        }),
        "synonym" => TokenFilter::Synonym(Synonym {
            synonyms: texts(c, "synonyms"),
            ignore_case: flag(c, "ignoreCase", false),
            expand: flag(c, "expand", true),
        }),
        "trim" => TokenFilter::Trim,
        "truncate" => TokenFilter::Truncate(Truncate { length: number(c, "length", 300) }),
        "unique" => {
            TokenFilter::Unique(Unique { only_on_same_position: flag(c, "onlyOnSamePosition", false) })
        }
        "uppercase" => TokenFilter::Uppercase,
        "word_delimiter" => TokenFilter::WordDelimiter(WordDelimiter {
            generate_word_parts: flag(c, "generateWordParts", true),
            generate_number_parts: flag(c, "generateNumberParts", true),
            catenate_words: flag(c, "catenateWords", false),
            catenate_numbers: flag(c, "catenateNumbers", false),
            catenate_all: flag(c, "catenateAll", false),
            split_on_case_change: flag(c, "splitOnCaseChange", true),
            preserve_original: flag(c, "preserveOriginal", false),
            split_on_numerics: flag(c, "splitOnNumerics", true),
            stem_english_possessive: flag(c, "stemEnglishPossessive", true),
            protected_words: texts(c, "protectedWords"),
        }),
        _ => return None,
    })
}

fn cjk_script(name: &str) -> CjkScript {
    match name {
        "han" => CjkScript::Han,
        "hiragana" => CjkScript::Hiragana,
        "katakana" => CjkScript::Katakana,
        "hangul" => CjkScript::Hangul,
        _ => panic!("no script {name}"),
    }
}
