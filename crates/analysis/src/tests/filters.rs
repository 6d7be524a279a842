//! Token filters, token for token what Lucene yields.
//!
//! `tests/data/filter_cases.jsonl` holds chains, texts and the tokens `[text, start, end, position, length]` that Apache Lucene
//! 8.8.1 gave for them. To compare more at once, put the path of such a file into `LAZULI_FILTER_CASES`.

use std::fs;

use serde_json::Value;

use super::definitions;
use crate::filter::Filter;
use crate::{AnalysisError, Analyzer, OwnedToken, Scratch, SynonymRules};
use proptest::prelude::*;

/// Compares all lines, and shows the first ones that differ.
fn check(path: &str) {
    let cases = fs::read_to_string(path).unwrap();
    let (mut compared, mut differing) = (0, Vec::new());
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let Some(tokens) = tokens(&case) else { continue };
        let tokens: Value = tokens.iter().map(shown).collect();
        compared += 1;
        if tokens != case["tokens"] {
            differing.push(format!("{line}\n  found {tokens}"));
        }
    }
    println!("{compared} compared");
    let first = differing.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differing.is_empty(), "{} of {compared} differ:\n{first}", differing.len());
    assert!(compared > 0);
}

/// What a case yields here; None when it uses something that is not built yet.
fn tokens(case: &Value) -> Option<Vec<OwnedToken>> {
    let text = case["text"].as_str()?;
    if let Some(filter) = case["tokenFilters"][0].as_str().and_then(filter_of_a_language) {
        return Some(Analyzer::new("own", 0, crate::tokenizer::Tokenizer::Whitespace, [filter]).tokens(text));
    }
    // A synonym map stands at the end of the filters as if it were one.
    let mut case = case.clone();
    let filters = case["tokenFilters"].as_array_mut()?;
    let map = filters.pop_if(|filter| filter["type"] == "graph");
    let tokens = definitions::chain(&case).ok()?.build("own").ok()?.tokens(text);
    let Some(map) = map else { return Some(tokens) };
    let rules: Vec<&str> = map["rules"].as_array()?.iter().filter_map(Value::as_str).collect();
    let words = crate::predefined("whitespace")?.analyzer;
    SynonymRules::of_map(&rules.join("\n"), &words).ok()?.graph(&tokens, 1000).map(|expanded| expanded.tokens)
}

/// Filters that only the analyzers of languages have.
fn filter_of_a_language(name: &str) -> Option<Filter> {
    Some(match name {
        "greek_lowercase" => Filter::GreekLowercase,
        "turkish_lowercase" => Filter::TurkishLowercase,
        "irish_lowercase" => Filter::IrishLowercase,
        "decimal_digits" => Filter::DecimalDigits,
        _ => return None,
    })
}

fn shown(token: &OwnedToken) -> Value {
    let OwnedToken { text, start, end, position, position_length } = token;
    serde_json::json!([text, start, end, position, position_length])
}

#[test]
fn tokens_of_lucene() {
    check(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/filter_cases.jsonl"));
    if let Ok(path) = std::env::var("LAZULI_FILTER_CASES") {
        check(&path);
    }
}

/// Filters with options that make the most of a text.
const FILTERS: &[&str] = &[
    r#""keyword_repeat""#,
    r#""reverse""#,
    r#""trim""#,
    r#""cjk_width""#,
    r#""indic_normalization""#,
    r#""hindi_normalization""#,
    r#""sorani_normalization""#,
    r#""german_normalization""#,
    r#""scandinavian_folding""#,
    r#"{"type":"asciifolding","preserveOriginal":true}"#,
    r#"{"type":"cjk_bigram","outputUnigrams":true}"#,
    r#"{"type":"common_grams","commonWords":["a","b"],"queryMode":true}"#,
    r#"{"type":"dictionary_decompounder","wordList":["a","ab","b"],"minWordSize":0,"minSubwordSize":0,"maxSubwordSize":300}"#,
    r#"{"type":"edgeNGram_v2","minGram":1,"maxGram":300,"side":"back"}"#,
    r#"{"type":"limit","maxTokenCount":2}"#,
    r#"{"type":"nGram_v2","minGram":1,"maxGram":3}"#,
    r#"{"type":"shingle","minShingleSize":2,"maxShingleSize":5,"filterToken":""}"#,
    r#"{"type":"shingle","minShingleSize":3,"maxShingleSize":4,"outputUnigrams":false,"outputUnigramsIfNoShingles":true}"#,
    r#"{"type":"stopwords","stopwords":["a"],"removeTrailing":false}"#,
    r#"{"type":"synonym","synonyms":["a b => c d e", "a, b c d, e f"]}"#,
    r#"{"type":"truncate","length":1}"#,
    r#"{"type":"unique","onlyOnSamePosition":true}"#,
    r#"{"type":"word_delimiter","catenateWords":true,"catenateNumbers":true,"catenateAll":true,"preserveOriginal":true}"#,
];

fn any_chain() -> impl Strategy<Value = Value> {
    let filters = prop::collection::vec(prop::sample::select(FILTERS), 1..6);
    let tokenizer = prop::sample::select(vec!["whitespace", "standard_v2", "keyword_v2"]);
    (tokenizer, filters).prop_map(|(tokenizer, filters)| {
        let filters: Vec<Value> =
            filters.iter().map(|filter| serde_json::from_str(filter).unwrap()).collect();
        serde_json::json!({"tokenizer": tokenizer, "tokenFilters": filters})
    })
}

fn any_text() -> impl Strategy<Value = String> {
    let special: Vec<char> = "aabbcd  '-1Bé😀漢字ｶﾞि\u{301}\u{200d}".chars().collect();
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(special), 0..30).prop_map(String::from_iter),
        1 => any::<String>(),
    ]
}

proptest! {
    /// Whatever stands behind what, positions do not go back, and offsets are places of the text.
    #[test]
    fn chains_of_filters_stay_within_the_text(chain in any_chain(), text in any_text()) {
        let analyzer = definitions::chain(&chain).unwrap().build("own").unwrap();
        let units = text.encode_utf16().count() as u32;
        let mut last = 0;
        let ran = analyzer.run(&text, &mut Scratch::default(), &mut |token| {
            assert!(last <= token.position, "{token:?}");
            assert!(token.start <= token.end && token.end <= units, "{token:?}");
            last = token.position;
        });
        prop_assert!(matches!(ran, Ok(_) | Err(AnalysisError::TooManyTokens)));
    }
}
