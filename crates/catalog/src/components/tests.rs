//! Components in, completed components or sentences out. Echoes come from `analysis.md` §2–§4 (recorded), sentences from
//! `error/part.rs`.

use lazuli_wire::indexes::Index;
use serde_json::{Value, json};

use super::*;

fn with_parts(parts: &Value) -> Index {
    serde_json::from_value(parts.clone()).unwrap()
}

/// The completed components of a list of one.
fn echo(list: &str, odata_type: &str, options: Value) -> Value {
    let mut part = json!({"@odata.type": format!("{TYPE_PREFIX}{odata_type}"), "name": "x"});
    part.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let components = complete(&with_parts(&json!({list: [part]}))).unwrap();
    let completed = [
        components.analyzers,
        components.tokenizers,
        components.token_filters,
        components.char_filters,
        components.normalizers,
    ];
    let [component] = completed.concat().try_into().unwrap();
    Value::Object(component.options)
}

fn check_refused(parts: Value, expected: &str) {
    let error = complete(&with_parts(&parts)).expect_err(&parts.to_string());
    assert_eq!(
        error.message(),
        format!("The request is invalid. Details: definition : {expected}"),
        "{parts}"
    );
    assert_eq!((error.code(), error.detail_code()), ("", None));
}

/// A list of one component.
fn one(list: &str, odata_type: &str, options: Value) -> Value {
    let mut part = json!({"@odata.type": format!("{TYPE_PREFIX}{odata_type}"), "name": "x"});
    part.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    json!({list: [part]})
}

#[test]
fn unset_options_are_filled_in_as_the_service_echoes_them() {
    for (list, odata_type, given, expected) in [
        (
            "analyzers",
            "CustomAnalyzer",
            json!({"tokenizer": "whitespace"}),
            r#"{"tokenizer":"whitespace","tokenFilters":[],"charFilters":[]}"#,
        ),
        (
            "analyzers",
            "PatternAnalyzer",
            json!({}),
            r#"{"lowercase":true,"pattern":"\\W+","flags":null,"stopwords":[]}"#,
        ),
        ("analyzers", "StandardAnalyzer", json!({}), r#"{"maxTokenLength":255,"stopwords":[]}"#),
        ("analyzers", "StopAnalyzer", json!({"stopwords": ["a"]}), r#"{"stopwords":["a"]}"#),
        ("tokenizers", "ClassicTokenizer", json!({"maxTokenLength": null}), r#"{"maxTokenLength":255}"#),
        ("tokenizers", "EdgeNGramTokenizer", json!({}), r#"{"minGram":1,"maxGram":2,"tokenChars":[]}"#),
        ("tokenizers", "KeywordTokenizerV2", json!({}), r#"{"maxTokenLength":256}"#),
        (
            "tokenizers",
            "MicrosoftLanguageTokenizer",
            json!({"language": "French"}),
            r#"{"maxTokenLength":255,"isSearchTokenizer":false,"language":"french"}"#,
        ),
        (
            "tokenizers",
            "PathHierarchyTokenizerV2",
            json!({}),
            r#"{"delimiter":"/","replacement":"/","maxTokenLength":300,"reverse":false,"skip":0}"#,
        ),
        (
            "tokenizers",
            "PatternTokenizer",
            json!({"flags": "case_insensitive|DOTALL"}),
            r#"{"pattern":"\\W+","flags":"CASE_INSENSITIVE|DOTALL","group":-1}"#,
        ),
        ("tokenFilters", "CjkBigramTokenFilter", json!({}), r#"{"ignoreScripts":[],"outputUnigrams":false}"#),
        (
            "tokenFilters",
            "DictionaryDecompounderTokenFilter",
            json!({"wordList": ["ab"]}),
            r#"{"wordList":["ab"],"minWordSize":5,"minSubwordSize":2,"maxSubwordSize":15,"onlyLongestMatch":false}"#,
        ),
        ("tokenFilters", "EdgeNGramTokenFilterV2", json!({}), r#"{"minGram":1,"maxGram":2,"side":"front"}"#),
        ("tokenFilters", "LengthTokenFilter", json!({}), r#"{"min":0,"max":300}"#),
        ("tokenFilters", "PhoneticTokenFilter", json!({}), r#"{"encoder":"metaphone","replace":true}"#),
        (
            "tokenFilters",
            "ShingleTokenFilter",
            json!({}),
            r#"{"maxShingleSize":2,"minShingleSize":2,"outputUnigrams":true,"outputUnigramsIfNoShingles":false,"tokenSeparator":" ","filterToken":"_"}"#,
        ),
        (
            "tokenFilters",
            "StemmerTokenFilter",
            json!({"language": "lightEnglish"}),
            r#"{"language":"lightEnglish"}"#,
        ),
        (
            "tokenFilters",
            "StopwordsTokenFilter",
            json!({}),
            r#"{"stopwords":[],"stopwordsList":"english","ignoreCase":false,"removeTrailing":true}"#,
        ),
        (
            "tokenFilters",
            "StopwordsTokenFilter",
            json!({"stopwords": ["a"]}),
            r#"{"stopwords":["a"],"stopwordsList":null,"ignoreCase":false,"removeTrailing":true}"#,
        ),
        (
            "tokenFilters",
            "WordDelimiterTokenFilter",
            json!({}),
            r#"{"generateWordParts":true,"generateNumberParts":true,"catenateWords":false,"catenateNumbers":false,"catenateAll":false,"splitOnCaseChange":true,"preserveOriginal":false,"splitOnNumerics":true,"stemEnglishPossessive":true,"protectedWords":[]}"#,
        ),
        (
            "charFilters",
            "MappingCharFilter",
            json!({"mappings": ["s => $", "\\u0020=>"]}),
            r#"{"mappings":["s => $","\\u0020=>"]}"#,
        ),
        ("normalizers", "CustomNormalizer", json!({}), r#"{"tokenFilters":[],"charFilters":[]}"#),
    ] {
        assert_eq!(echo(list, odata_type, given).to_string(), expected, "{odata_type}");
    }
}

/// Every type of the wire's table has its row here, with the same options in the same order.
#[test]
fn the_tables_of_types_agree_with_the_wire() {
    let lists = [
        table::ANALYZER_TYPES,
        table::TOKENIZER_TYPES,
        table::TOKEN_FILTER_TYPES,
        table::CHAR_FILTER_TYPES,
        table::NORMALIZER_TYPES,
    ];
    for component_type in lists.into_iter().flatten() {
        let odata_type = format!("{TYPE_PREFIX}{}", component_type.name);
        let component = Component { odata_type, ..Component::default() };
        let shape = component.shape().unwrap_or_else(|| panic!("no shape of {}", component_type.name));
        let in_wire: Vec<&str> =
            shape.members.iter().map(|member| member.name).filter(|name| *name != "name").collect();
        let here: Vec<&str> = component_type.options.iter().map(|option| option.name).collect();
        assert_eq!(here, in_wire, "{}", component_type.name);
    }
}

#[test]
fn options_out_of_their_range_are_refused() {
    let filter = |odata_type: &str, options: Value| one("tokenFilters", odata_type, options);
    for (parts, expected) in [
        (
            one("analyzers", "CustomAnalyzer", json!({"charFilters": []})),
            "The analyzer 'x' of type 'CustomAnalyzer' must specify a tokenizer.",
        ),
        (
            filter("KeepTokenFilter", json!({})),
            "The token filter 'x' of type 'KeepTokenFilter' must specify the option 'keepWords'.",
        ),
        (
            filter("SnowballTokenFilter", json!({"language": null})),
            "The token filter 'x' of type 'SnowballTokenFilter' must specify the option 'language'.",
        ),
        (
            one("tokenizers", "StandardTokenizerV2", json!({"maxTokenLength": 301})),
            "The tokenizer 'x' has the option 'maxTokenLength' set to 301. It must be between 1 and 300.",
        ),
        (
            filter("ShingleTokenFilter", json!({"maxShingleSize": 1})),
            "The token filter 'x' has the option 'maxShingleSize' set to 1. It must be between 2 and 2147483647.",
        ),
        (
            filter("NGramTokenFilterV2", json!({"minGram": 3})),
            "The token filter 'x' has the option 'minGram' set to a greater value than the option 'maxGram'. It must be less \
             than or equal to it.",
        ),
        (
            filter("StemmerTokenFilter", json!({"language": "klingon"})),
            "Requested value 'klingon' was not found.",
        ),
        (
            one("analyzers", "PatternAnalyzer", json!({"flags": "DOTALL|GLOBAL"})),
            "Values of property \"flags\" must belong to the set of allowed values.",
        ),
        (
            one("tokenizers", "PatternTokenizer", json!({"flags": ""})),
            "Values of property \"flags\" must belong to the set of allowed values.",
        ),
        (
            filter("StopwordsTokenFilter", json!({"stopwords": ["a"], "stopwordsList": "french"})),
            "The token filter 'x' cannot have both options 'stopwords' and 'stopwordsList' set.",
        ),
        (
            one("charFilters", "MappingCharFilter", json!({"mappings": ["a-b"]})),
            "The char filter 'x' has the rule 'a-b' which is not of the form 'a=>b'.",
        ),
        (
            filter("StemmerOverrideTokenFilter", json!({"rules": ["ran =>"]})),
            "The token filter 'x' has the rule 'ran =>' which is not of the form 'word => stem'.",
        ),
        (
            filter("SynonymTokenFilter", json!({"synonyms": ["a => b => c"]})),
            "The token filter 'x' has the rule 'a => b => c' which is not of the form 'a, b => c' or 'a, b, c'.",
        ),
        (
            filter("UnheardOfTokenFilter", json!({})),
            "The token filter 'x' has the type '#Microsoft.Azure.Search.UnheardOfTokenFilter' which is not a supported token \
             filter type.",
        ),
        (
            filter("CustomAnalyzer", json!({"tokenizer": "classic"})),
            "The token filter 'x' has the type '#Microsoft.Azure.Search.CustomAnalyzer' which is not a supported token filter \
             type.",
        ),
    ] {
        check_refused(parts, expected);
    }
}

#[test]
fn synonym_filters_take_comments_and_rules_of_any_length() {
    let long = (0..25).map(|number| format!("t{number}")).collect::<Vec<_>>().join(", ");
    let parts = json!({"tokenFilters": [{"@odata.type": "#Microsoft.Azure.Search.SynonymTokenFilter", "name": "x",
        "synonyms": ["# a => b => c", "", "a, b", long]}]});
    assert!(complete(&with_parts(&parts)).is_ok());
}

#[test]
fn names_are_unique_and_refer_to_something() {
    let length =
        |name: &str| json!({"@odata.type": "#Microsoft.Azure.Search.LengthTokenFilter", "name": name});
    let analyzer = |options: Value| one("analyzers", "CustomAnalyzer", options);
    let normalizer = |mut options: Value| {
        let normalizer = one("normalizers", "CustomNormalizer", options["of"].take());
        options.as_object_mut().unwrap().remove("of");
        options.as_object_mut().unwrap().extend(normalizer.as_object().unwrap().clone());
        options
    };
    for (parts, expected) in [
        (
            json!({"tokenFilters": (0..51).map(|number| length(&format!("f{number}"))).collect::<Value>()}),
            "Custom token filter count in index must be between 0 and 50. The index has 51.",
        ),
        (
            json!({"tokenFilters": [length("a"), length("a")]}),
            "The token filter name 'a' is used more than once.",
        ),
        (
            json!({"tokenFilters": [length("lowercase")]}),
            "The token filter name 'lowercase' is the name of a predefined token filter. Choose another name.",
        ),
        (
            json!({"analyzers": [{"@odata.type": "#Microsoft.Azure.Search.StopAnalyzer", "name": "standard"}]}),
            "The analyzer name 'standard' is the name of a predefined analyzer. Choose another name.",
        ),
        (
            analyzer(json!({"tokenizer": "keyword"})),
            "The analyzer 'x' uses a tokenizer 'keyword' which is not defined.",
        ),
        (
            analyzer(json!({"tokenizer": "keyword_v2", "tokenFilters": ["lowercase", "a"]})),
            "The analyzer 'x' uses a token filter 'a' which is not defined.",
        ),
        (
            analyzer(json!({"tokenizer": "keyword_v2", "charFilters": ["html"]})),
            "The analyzer 'x' uses a char filter 'html' which is not defined.",
        ),
        (
            normalizer(json!({"of": {"tokenFilters": ["a"]}})),
            "The normalizer 'x' uses a token filter 'a' which is not defined.",
        ),
        (
            normalizer(json!({"of": {"tokenFilters": ["a"]}, "tokenFilters": [length("a")]})),
            "The normalizer 'x' uses a token filter 'a' which is not supported in normalizers.",
        ),
        (
            normalizer(json!({"of": {"tokenFilters": ["porter_stem"]}})),
            "The normalizer 'x' uses a token filter 'porter_stem' which is not supported in normalizers.",
        ),
        (
            normalizer(json!({"of": {"charFilters": ["html_strip"]}})),
            "The normalizer 'x' uses a char filter 'html_strip' which is not supported in normalizers.",
        ),
    ] {
        check_refused(parts, expected);
    }
    let good = json!({
        "analyzers": [{"@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer", "name": "my analyzer", "tokenizer": "t",
            "tokenFilters": ["a", "lowercase"], "charFilters": ["c", "html_strip"]}],
        "tokenizers": [{"@odata.type": "#Microsoft.Azure.Search.NGramTokenizer", "name": "t"}],
        "tokenFilters": [length("a"), {"@odata.type": "#Microsoft.Azure.Search.ElisionTokenFilter", "name": "e"}],
        "charFilters": [{"@odata.type": "#Microsoft.Azure.Search.MappingCharFilter", "name": "c", "mappings": ["a=>b"]}],
        "normalizers": [{"@odata.type": "#Microsoft.Azure.Search.CustomNormalizer", "name": "n",
            "tokenFilters": ["e", "uppercase"], "charFilters": ["c"]}]
    });
    assert!(complete(&with_parts(&good)).is_ok());
    let error = complete(&with_parts(&json!({"tokenFilters": [length("a-")]}))).unwrap_err();
    assert_eq!(error.code(), "InvalidName");
}

/// Each tokenizer of Microsoft has languages of its own, and the analysis knows each of them.
#[test]
fn languages_of_microsoft_s_tokenizers_are_known_to_the_analysis() {
    let stems = "MicrosoftLanguageStemmingTokenizer";
    for (odata_type, languages, of_the_other) in [
        ("MicrosoftLanguageTokenizer", words::MICROSOFT_LANGUAGES, "arabic"),
        (stems, words::MICROSOFT_STEMMING_LANGUAGES, "japanese"),
    ] {
        for language in languages {
            let mut index = with_parts(&one("tokenizers", odata_type, json!({"language": language})));
            index.tokenizers = complete(&index).unwrap().tokenizers;
            let built = Analyses::of(&index).chain("x", &[], &[]);
            assert!(built.is_ok_and(|analyzer| !analyzer.tokens("Lazuli").is_empty()), "{language}");
        }
        let refused =
            complete(&with_parts(&one("tokenizers", odata_type, json!({"language": of_the_other}))));
        assert!(refused.is_err(), "{odata_type}");
    }
    assert_eq!((words::MICROSOFT_LANGUAGES.len(), words::MICROSOFT_STEMMING_LANGUAGES.len()), (42, 45));
}
