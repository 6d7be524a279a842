//! What the components of a definition come to when they run. Each option is set to something that shows in the tokens; the
//! tokens are those that analysis.md §2–§4 says.

use super::*;
use crate::analysis::{Analyses, BuildProblem};

const OWN: &str = "#Microsoft.Azure.Search.";

/// A definition with a component of each kind whose type is given.
fn definition(kind: &str, type_name: &str, options: Value) -> indexes::Index {
    let component = with(json!({"@odata.type": format!("{OWN}{type_name}"), "name": "mine"}), options);
    let mut whole = json!({"name": "i1", "fields": [key()]});
    whole[kind] = json!([component]);
    bind_new(&whole).unwrap().definition
}

fn tokens(
    definition: &indexes::Index,
    tokenizer: &str,
    filters: &[&str],
    chars: &[&str],
    text: &str,
) -> String {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let analyzer = Analyses::of(definition).chain(tokenizer, &owned(filters), &owned(chars)).unwrap();
    let tokens: Vec<String> = analyzer.tokens(text).into_iter().map(|token| token.text).collect();
    tokens.join("|")
}

#[track_caller]
fn check_filter(type_name: &str, options: Value, text: &str, expected: &str) {
    let definition = definition("tokenFilters", type_name, options);
    assert_eq!(tokens(&definition, "whitespace", &["mine"], &[], text), expected, "{type_name}");
}

#[test]
fn options_of_token_filters_reach_the_analysis() {
    check_filter("AsciiFoldingTokenFilter", json!({"preserveOriginal": true}), "été", "ete|été");
    check_filter(
        "CommonGramTokenFilter",
        json!({"commonWords": ["OF"], "ignoreCase": true, "queryMode": true}),
        "cup of tea",
        "cup_of|of_tea",
    );
    let parts = json!({"wordList": ["boat", "house", "ho"], "minWordSize": 3, "minSubwordSize": 3, "maxSubwordSize": 4});
    check_filter("DictionaryDecompounderTokenFilter", parts, "houseboat", "houseboat|boat");
    check_filter(
        "EdgeNGramTokenFilterV2",
        json!({"minGram": 2, "maxGram": 3, "side": "back"}),
        "abcd",
        "cd|bcd",
    );
    check_filter("EdgeNGramTokenFilter", json!({"minGram": 2, "maxGram": 3}), "abcd", "ab|abc");
    // The older types have no ceiling, the newer ones 300.
    check_filter("EdgeNGramTokenFilter", json!({"minGram": 3, "maxGram": 500}), "abcd", "abc|abcd");
    check_filter("NGramTokenFilter", json!({"minGram": 2, "maxGram": i32::MAX}), "abc", "ab|abc|bc");
    check_filter("ElisionTokenFilter", json!({"articles": ["x"]}), "x'y l'eau", "y|l'eau");
    check_filter("KeepTokenFilter", json!({"keepWords": ["A"], "keepWordsCase": true}), "a b", "a");
    check_filter("LengthTokenFilter", json!({"min": 2, "max": 3}), "a ab abc abcd", "ab|abc");
    check_filter("LimitTokenFilter", json!({"maxTokenCount": 2}), "a b c", "a|b");
    check_filter("NGramTokenFilterV2", json!({"minGram": 2, "maxGram": 2}), "abc", "ab|bc");
    for (encoder, codes) in
        [("beiderMorse", "Otto|Yto|oto|uto"), ("koelnerPhonetik", "02|Otto"), ("haasePhonetik", "92|Otto")]
    {
        check_filter("PhoneticTokenFilter", json!({"encoder": encoder, "replace": false}), "Otto", codes);
    }
    check_filter(
        "ShingleTokenFilter",
        json!({"outputUnigrams": false, "tokenSeparator": "+", "maxShingleSize": 3, "minShingleSize": 3}),
        "a b c",
        "a+b+c",
    );
    check_filter("StopwordsTokenFilter", json!({"stopwords": ["A"], "ignoreCase": true}), "a b", "b");
    check_filter(
        "StopwordsTokenFilter",
        json!({"stopwordsList": "french", "removeTrailing": false}),
        "le chat est",
        "chat|est",
    );
    check_filter(
        "SynonymTokenFilter",
        json!({"synonyms": ["A, b"], "ignoreCase": true, "expand": false}),
        "b",
        "a",
    );
    check_filter("TruncateTokenFilter", json!({"length": 2}), "abcd", "ab");
    check_filter("UniqueTokenFilter", json!({}), "a b a", "a|b");
    let delimited = json!({"generateWordParts": false, "generateNumberParts": false, "catenateAll": true, "protectedWords": ["a-b"]});
    check_filter("WordDelimiterTokenFilter", delimited, "a-b c-d-1", "a-b|cd1");
}

#[test]
fn filters_that_steer_stemmers_do() {
    let marked = definition(
        "tokenFilters",
        "KeywordMarkerTokenFilter",
        json!({"keywords": ["CATS"], "ignoreCase": true}),
    );
    assert_eq!(tokens(&marked, "whitespace", &["mine", "porter_stem"], &[], "cats dogs"), "cats|dog");
    let ruled = definition("tokenFilters", "StemmerOverrideTokenFilter", json!({"rules": ["mice => mouse"]}));
    assert_eq!(tokens(&ruled, "whitespace", &["mine", "porter_stem"], &[], "mice cats"), "mouse|cat");
}

#[track_caller]
fn check_tokenizer(type_name: &str, options: Value, text: &str, expected: &str) {
    let definition = definition("tokenizers", type_name, options);
    assert_eq!(tokens(&definition, "mine", &[], &[], text), expected, "{type_name}");
}

#[test]
fn options_of_tokenizers_reach_the_analysis() {
    check_tokenizer(
        "EdgeNGramTokenizer",
        json!({"minGram": 2, "maxGram": 3, "tokenChars": ["letter"]}),
        "abcd1ef",
        "ab|abc|ef",
    );
    check_tokenizer(
        "NGramTokenizer",
        json!({"minGram": 2, "maxGram": 2, "tokenChars": ["digit"]}),
        "123a",
        "12|23",
    );
    check_tokenizer("KeywordTokenizerV2", json!({"maxTokenLength": 300}), "a b", "a b");
    check_tokenizer("KeywordTokenizerV2", json!({"maxTokenLength": 2}), "a b😀c", "a |b|😀|c");
    check_tokenizer("KeywordTokenizer", json!({}), "a b", "a b");
    check_tokenizer(
        "PathHierarchyTokenizerV2",
        json!({"delimiter": "-", "replacement": "/", "skip": 1}),
        "a-b-c",
        "/b|/b/c",
    );
    check_tokenizer(
        "PathHierarchyTokenizer",
        json!({"reverse": true, "delimiter": ".", "replacement": "."}),
        "a.b",
        "a.b|b",
    );
    let (long, longest) = ("a".repeat(299), format!("{}/b", "a".repeat(299)));
    check_tokenizer("PathHierarchyTokenizerV2", json!({}), &longest, &long);
    check_tokenizer("PathHierarchyTokenizer", json!({}), &longest, &format!("{long}|{longest}"));
    check_tokenizer(
        "PatternTokenizer",
        json!({"pattern": "x(.)", "flags": "CASE_INSENSITIVE", "group": 1}),
        "xaXb",
        "a|b",
    );
    check_tokenizer("StandardTokenizerV2", json!({"maxTokenLength": 2}), "abc", "ab|c");
    check_tokenizer("StandardTokenizer", json!({"maxTokenLength": 1000}), "abc", "abc");
    check_tokenizer("MicrosoftLanguageTokenizer", json!({"maxTokenLength": 3}), "abcd x-y", "abc|d|x-y|x|y");
    check_tokenizer("MicrosoftLanguageTokenizer", json!({"isSearchTokenizer": true}), "Wi-Fi", "Wi|Fi");
    check_tokenizer("MicrosoftLanguageTokenizer", json!({"language": "korean"}), "한국어", "한국|국어");
    let german = json!({"language": "german"});
    check_tokenizer("MicrosoftLanguageStemmingTokenizer", german, "Häuser", "Häuser|haus");
    let searching = json!({"language": "german", "isSearchTokenizer": true});
    check_tokenizer("MicrosoftLanguageStemmingTokenizer", searching, "Häuser", "haus");
}

/// A pattern that would have to match canonically equivalent text is none that we can run: the definition stands, nothing is
/// analysed by it.
#[test]
fn canonical_equivalence_is_refused_where_it_would_run() {
    let flags = json!({"flags": "CANON_EQ|DOTALL"});
    let own = definition("tokenizers", "PatternTokenizer", flags.clone());
    let problem = Analyses::of(&own).chain("mine", &[], &[]).unwrap_err();
    assert_eq!(problem.to_string(), "The flag 'CANON_EQ' of the tokenizer 'mine' is not supported yet.");
    let own = definition("analyzers", "PatternAnalyzer", flags);
    let problem = Analyses::of(&own).analyzer("mine").unwrap_err();
    assert_eq!(problem.to_string(), "The flag 'CANON_EQ' of the analyzer 'mine' is not supported yet.");
}

#[test]
fn options_of_char_filters_reach_the_analysis() {
    let mapped = definition("charFilters", "MappingCharFilter", json!({"mappings": ["ph=>f"]}));
    assert_eq!(tokens(&mapped, "whitespace", &[], &["mine"], "photo"), "foto");
    let replaced = definition(
        "charFilters",
        "PatternReplaceCharFilter",
        json!({"pattern": "(\\d)-(\\d)", "replacement": "$1$2"}),
    );
    assert_eq!(tokens(&replaced, "whitespace", &[], &["mine"], "1-2"), "12");
}

#[test]
fn every_predefined_component_has_its_type_s_defaults() {
    let none = bind_new(&json!({"name": "i1", "fields": [key()]})).unwrap().definition;
    for (filter, text, expected) in [
        ("lowercase", "ÀB", "àb"),
        ("uppercase", "aß", "Aß"),
        ("nGram_v2", "abc", "a|ab|b|bc|c"),
        ("edgeNGram_v2", "abc", "a|ab"),
        ("stopwords", "the cat", "cat"),
        ("shingle", "a b", "a|a b|b"),
        ("truncate", "abc", "abc"),
        ("limit", "a b", "a"),
        ("elision", "l'eau", "eau"),
        ("reverse", "abc", "cba"),
        ("stemmer", "running", "run"),
        ("snowball", "generously", "generous"),
        ("kstem", "bricks", "brick"),
        ("phonetic", "Thompson", "0MPS"),
        ("word_delimiter", "PowerShot", "Power|Shot"),
    ] {
        assert_eq!(tokens(&none, "whitespace", &[filter], &[], text), expected, "{filter}");
    }
    for (tokenizer, text, expected) in [
        ("nGram", "abc", "a|ab|b|bc|c"),
        ("edgeNGram", "abc", "a|ab"),
        ("path_hierarchy_v2", "/a/b", "/a|/a/b"),
        ("pattern", "a-b", "a|b"),
        ("lowercase", "A1b", "a|b"),
        ("letter", "A1b", "A|b"),
        ("keyword_v2", "a b", "a b"),
        ("microsoft_language_tokenizer", "two mice", "two|mice"),
        ("microsoft_language_stemming_tokenizer", "two mice", "two|mice|mous"),
    ] {
        assert_eq!(tokens(&none, tokenizer, &[], &[], text), expected, "{tokenizer}");
    }
    for normalizer in ["standard", "lowercase", "uppercase", "asciifolding", "elision"] {
        let built = Analyses::of(&none).normalizer(normalizer).unwrap();
        let expected = match normalizer {
            "standard" => "l'ete",
            "lowercase" => "l'été",
            "uppercase" => "L'ÉTÉ",
            "asciifolding" => "L'Ete",
            _ => "Été",
        };
        assert_eq!(built.normalize("L'Été").unwrap(), expected, "{normalizer}");
    }
}

#[test]
fn what_means_nothing_is_refused_when_it_is_defined() {
    for (kind, type_name, options) in [
        ("tokenizers", "PatternTokenizer", json!({"pattern": "("})),
        ("charFilters", "PatternReplaceCharFilter", json!({"pattern": "[a", "replacement": ""})),
        ("charFilters", "PatternReplaceCharFilter", json!({"pattern": "a", "replacement": "$7"})),
        // Lucene: "match "a" was already added".
        ("charFilters", "MappingCharFilter", json!({"mappings": ["a=>b", "a=>c"]})),
    ] {
        let component = with(json!({"@odata.type": format!("{OWN}{type_name}"), "name": "bad"}), options);
        let mut parts = json!({"tokenizer": "keyword_v2"});
        parts[if kind == "tokenizers" { "tokenizer" } else { kind }] =
            if kind == "tokenizers" { json!("bad") } else { json!(["bad"]) };
        let custom = with(json!({"@odata.type": format!("{OWN}CustomAnalyzer"), "name": "mine"}), parts);
        let mut whole = json!({"name": "i1", "fields": [key()], "analyzers": [custom]});
        whole[kind] = json!([component]);
        let refused = |whole: &Value, who: &str| {
            let message = bind_new(whole).unwrap_err().message();
            assert!(message.contains(&format!("The {who} cannot be used: ")), "{message}");
        };
        refused(&whole, "analyzer 'mine'");
        // The same if no analyzer names it.
        whole["analyzers"] = json!([]);
        refused(&whole, &format!("{} 'bad'", if kind == "tokenizers" { "tokenizer" } else { "char filter" }));
    }
}

#[test]
fn names_that_mean_nothing_are_told() {
    let none = bind_new(&json!({"name": "i1", "fields": [key()]})).unwrap().definition;
    let unknown = |kind, name: &str| BuildProblem::Unknown { kind, name: name.to_owned() };
    assert_eq!(Analyses::of(&none).analyzer("nobody").unwrap_err(), unknown("analyzer", "nobody"));
    assert_eq!(Analyses::of(&none).normalizer("nobody").unwrap_err(), unknown("normalizer", "nobody"));
    let chain =
        |tokenizer: &str, filter: &str| Analyses::of(&none).chain(tokenizer, &[filter.to_owned()], &[]);
    assert_eq!(chain("nobody", "trim").unwrap_err(), unknown("tokenizer", "nobody"));
    assert_eq!(chain("letter", "nobody").unwrap_err(), unknown("token filter", "nobody"));
}

/// The names of analysis.md §2, a family a line; each is analysed by something that yields tokens.
#[test]
fn every_predefined_analyzer_may_be_named() {
    let lucene = "ar bg ca cs da de el en es eu fa fi fr ga gl hi hu hy id it ja ko lv nl no pl pt-BR pt-PT ro ru sv th tr \
        zh-Hans zh-Hant";
    let microsoft = "ar bn bg ca zh-Hans zh-Hant hr cs da nl en et fi fr de el gu he hi hu is id it ja kn ko lv lt ml ms mr \
        nb pl pt-BR pt-PT pa ro ru sr-cyrillic sr-latin sk sl es sv ta te th tr uk ur vi";
    let of = |family: &'static str, codes: &'static str| {
        codes.split_whitespace().map(move |code| format!("{code}.{family}"))
    };
    let neutral =
        "standard standard.lucene standardasciifolding.lucene keyword pattern simple stop whitespace";
    let mut asked = 0;
    let languages = of("lucene", lucene).chain(of("microsoft", microsoft)).map(|name| (name, true));
    for (name, is_language) in languages.chain(neutral.split(' ').map(|name| (name.to_owned(), false))) {
        let named = |members: Value| {
            let field = with(json!({"name": "t", "type": "Edm.String"}), members);
            bind_new(&json!({"name": "i1", "fields": [key(), field]}))
        };
        let bound = named(json!({"analyzer": name})).unwrap();
        let analyzer = bound.schema.field("t").unwrap().index_analyzer.clone().unwrap();
        assert!(!analyzer.tokens("Lazuli 1234").is_empty(), "{name}");
        assert_eq!(bound.schema.not_yet_for_upload(), None, "{name}");
        let pair = named(json!({"indexAnalyzer": name, "searchAnalyzer": name}));
        assert_eq!(pair.is_err(), is_language, "{name}");
        asked += 1;
    }
    assert_eq!(asked, 35 + 51 + 8);
}

/// Parts of compounds are for the index alone, or a search for one would find all that shares a part.
#[test]
fn analyzers_of_microsoft_s_names_have_another_one_for_queries() {
    let field = json!({"name": "t", "type": "Edm.String", "analyzer": "de.microsoft"});
    let bound = bind_new(&json!({"name": "i1", "fields": [key(), field]})).unwrap();
    let field = bound.schema.field("t").unwrap();
    let yields_bett = |analyzer: &Option<std::sync::Arc<lazuli_analysis::Analyzer>>| {
        analyzer.as_ref().unwrap().tokens("Kinderbett").iter().any(|token| token.text == "bett")
    };
    assert!(yields_bett(&field.index_analyzer) && !yields_bett(&field.search_analyzer));
}
