//! Token filters, token for token what Lucene yields.
//!
//! `tests/data/filter_cases.jsonl` holds chains, texts and the tokens `[text, start, end, position, length]` that Apache Lucene
//! 8.8.1 gave for them. To compare more at once, put the path of such a file into `LAZULI_FILTER_CASES`.

use std::fs;

use serde_json::Value;

use super::definitions;
use crate::OwnedToken;

/// Compares all lines, and shows the first ones that differ.
fn check(path: &str) {
    let cases = fs::read_to_string(path).unwrap();
    let (mut compared, mut differing) = (0, Vec::new());
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let Some(chain) = definitions::chain(&case) else { continue };
        let tokens = chain.build("own").unwrap().tokens(case["text"].as_str().unwrap());
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
