//! The reference's cases: any chain, token for token what Lucene yields (analysis.md §0).
//!
//! A case whose components are not built yet is pending; the most that may be is asserted, so that the number only goes down. A
//! deviation is one of [`DEVIATIONS`], with its reason.

mod parse;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use self::parse::{Runs, runs};
use super::lucene::{number, token};
use crate::{OwnedToken, Scratch};

/// Cases of the reference that wait for a component: that of `en.microsoft`, which is only approximated.
const PENDING: usize = 1;

/// Cases that are answered differently: what was asked, what we say, and why.
const DEVIATIONS: &[(&str, &str, &str)] = &[(
    r#"{"tokenizer":"whitespace","tokenFilters":[{"type":"truncate","length":3}],"text":"abcdef ab 😀😀"}"#,
    "abc[0,6]@0/1 ab[7,9]@1/1 😀😀[10,14]@2/1",
    "Lucene truncates in the middle of a surrogate pair, which no Rust string can hold",
)];

/// What the case expects, with the length of positions.
fn expected(case: &Value) -> Vec<OwnedToken> {
    // Where versions of Lucene differ, the case says which to expect.
    let tokens = match case.get("expected_profile_6_6_1").and_then(Value::as_str) {
        Some("tokens_lucene_4_10_4") => &case["tokens_lucene_4_10_4"],
        _ => &case["tokens"],
    };
    let tokens = tokens.as_array().unwrap().iter().map(|t| {
        let (start, end) = (number(&t["startOffset"]), number(&t["endOffset"]));
        let mut token = token(t["token"].as_str().unwrap(), start, end, number(&t["position"]));
        token.position_length = t.get("positionLength").map_or(1, number);
        token
    });
    tokens.collect()
}

#[derive(Default)]
struct Outcome {
    agree: usize,
    pending: BTreeMap<String, usize>,
    differ: Vec<String>,
}

fn run(cases: &[Value]) -> Outcome {
    let mut outcome = Outcome::default();
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let runs = runs(case);
        let analyzer = match &runs {
            Runs::With(analyzer) => analyzer,
            Runs::Normalizing(normalizer) => normalizer.analyzer(),
            Runs::Not(component) => {
                *outcome.pending.entry(component.clone()).or_default() += 1;
                continue;
            }
        };
        let mut found = Vec::new();
        let end = analyzer.run(text, &mut Scratch::default(), &mut |t| found.push(OwnedToken::from(t)));
        assert!(end.is_ok(), "{case}");
        let expected = expected(case);
        if found == expected {
            outcome.agree += 1;
            continue;
        }
        let mut asked = case.clone();
        for answer in ["tokens", "source", "tokens_lucene_4_10_4", "note", "azure"] {
            asked.as_object_mut().unwrap().remove(answer);
        }
        let show = |tokens: &[OwnedToken]| {
            let shown = tokens
                .iter()
                .map(|t| format!("{}[{},{}]@{}/{}", t.text, t.start, t.end, t.position, t.position_length));
            shown.collect::<Vec<_>>().join(" ")
        };
        let deviates = |(case, ours, _): &(&str, &str, &str)| {
            serde_json::from_str::<Value>(case).unwrap() == asked && *ours == show(&found)
        };
        if DEVIATIONS.iter().any(deviates) {
            outcome.agree += 1;
            continue;
        }
        outcome.differ.push(format!("{asked}\n  found    {}\n  expected {}", show(&found), show(&expected)));
    }
    outcome
}

fn check(cases: &[Value], pending: usize) {
    let outcome = run(cases);
    let waiting: usize = outcome.pending.values().sum();
    println!("{} agree, {waiting} pending: {:?}", outcome.agree, outcome.pending);
    assert!(outcome.differ.is_empty(), "{} differ:\n{}", outcome.differ.len(), outcome.differ.join("\n"));
    assert!(waiting <= pending, "{waiting}: {:?}", outcome.pending);
}

/// Texts of our own, run through Lucene 8.8.1 (`lucene-oracle`).
#[test]
fn chains_agree_with_lucene() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/component_cases.jsonl");
    let cases: Vec<Value> =
        fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    check(&cases, 0);
}

#[test]
fn chains_agree_with_the_reference_cases() {
    let path = "../../../shared/reference/analysis-data/analyze_cases.json";
    let Ok(cases) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        println!("skipped: no reference data beside the repository");
        return;
    };
    check(&serde_json::from_str::<Vec<Value>>(&cases).unwrap(), PENDING);
    assert!(DEVIATIONS.len() <= 10);
}

/// A bulk comparison: `LAZULI_ANALYSIS_CASES` names a file of such cases, one to a line.
#[test]
#[ignore = "a tool"]
fn chains_agree_with_cases_from_a_file() {
    let path = std::env::var("LAZULI_ANALYSIS_CASES").unwrap();
    let cases: Vec<Value> =
        fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    check(&cases, 0);
}
