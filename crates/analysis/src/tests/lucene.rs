//! Token for token, offset for offset what Lucene yields.
//!
//! `tests/data/lucene_cases.jsonl` holds texts and their tokens `[text, start, end, position]` by analyzer, as Apache Lucene
//! 8.8.1 gave them; it has no emoji, which that version takes for words and the service's does not. Chains of
//! components are compared in `cases.rs`.

use std::fs;

use crate::{OwnedToken, predefined};
use serde_json::Value;

pub(super) fn token(text: &str, start: u32, end: u32, position: u32) -> OwnedToken {
    OwnedToken { text: text.to_owned(), start, end, position, position_length: 1 }
}

pub(super) fn number(value: &Value) -> u32 {
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

/// The docs say that the default analyzer drops emoji (query-simple-syntax); Lucene keeps them since 7.7.
#[test]
fn emoji_are_no_words() {
    check("standard.lucene", "hotel ❤ heart", &[token("hotel", 0, 5, 0), token("heart", 8, 13, 1)]);
    check("en.lucene", "👨‍👩‍👧 dogs", &[token("dog", 9, 13, 0)]);
}
