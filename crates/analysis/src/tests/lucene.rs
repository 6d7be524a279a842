//! Token for token, offset for offset what Lucene yields.
//!
//! `tests/data/lucene_cases.jsonl` holds texts and their tokens `[text, start, end, position]` by analyzer, as Apache Lucene
//! 8.8.1 gave them; it has no emoji, which that version takes for words and the service's does not. More cases are read
//! from the reference data when it lies beside the repository.

use std::fs;

use crate::{OwnedToken, predefined};
use serde_json::Value;

fn token(text: &str, start: u32, end: u32, position: u32) -> OwnedToken {
    OwnedToken { text: text.to_owned(), start, end, position, position_length: 1 }
}

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap() as u32
}

fn check(analyzer: &str, text: &str, expected: &[OwnedToken]) {
    let found = predefined(analyzer).unwrap();
    assert_eq!(found.approximation, None, "{analyzer}");
    assert_eq!(found.analyzer.tokens(text), expected, "{analyzer} of {text:?}");
}

#[test]
fn tokens_of_lucene() {
    let cases =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/lucene_cases.jsonl")).unwrap();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        for (analyzer, tokens) in case["tokens"].as_object().unwrap() {
            let expected = tokens
                .as_array()
                .unwrap()
                .iter()
                .map(|t| token(t[0].as_str().unwrap(), number(&t[1]), number(&t[2]), number(&t[3])));
            check(analyzer, case["text"].as_str().unwrap(), &expected.collect::<Vec<_>>());
        }
    }
}

/// The rows of the reference's cases that name an analyzer which is exact here.
#[test]
fn tokens_of_the_reference_cases() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/analysis-data/analyze_cases.json");
    let Ok(cases) = fs::read_to_string(path) else {
        println!("skipped: no reference data beside the repository");
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&cases).unwrap();
    let mut compared = 0;
    for case in &cases {
        let Some(analyzer) = case["analyzer"].as_str() else { continue };
        if predefined(analyzer).is_none_or(|found| found.approximation.is_some()) {
            continue;
        }
        // Where versions of Lucene differ, the case says which to expect; emoji are the only difference here.
        let tokens = match case.get("expected_profile_6_6_1").and_then(Value::as_str) {
            Some("tokens_lucene_4_10_4") => &case["tokens_lucene_4_10_4"],
            _ => &case["tokens"],
        };
        let expected = tokens.as_array().unwrap().iter().map(|t| {
            let (start, end) = (number(&t["startOffset"]), number(&t["endOffset"]));
            token(t["token"].as_str().unwrap(), start, end, number(&t["position"]))
        });
        check(analyzer, case["text"].as_str().unwrap(), &expected.collect::<Vec<_>>());
        compared += 1;
    }
    assert!(compared > 100, "{compared} cases");
}

/// The docs say that the default analyzer drops emoji (query-simple-syntax); Lucene keeps them since 7.7.
#[test]
fn emoji_are_no_words() {
    check("standard.lucene", "hotel ❤ heart", &[token("hotel", 0, 5, 0), token("heart", 8, 13, 1)]);
    check("en.lucene", "👨‍👩‍👧 dogs", &[token("dog", 9, 13, 0)]);
}
