//! Filters, lambdas, order and paging against a naive evaluator, on random indexes, documents and expressions.
//!
//! The evaluator ([`evaluate`], [`order`], [`geography`]) and the rules of what may be asked ([`generate`], [`illegal`]) are
//! written from `query.md` §2.1–2.3, not from the engine. A *world* is one index: a random definition, to which fields are
//! added, and batches of uploads, merges and deletes, with searches in between (so that there are segments, deletions and
//! merges), checkpoints and reopenings. A *case* is one search in a world, sent as text through `lazuli_query::bind`.
//!
//! `LAZULI_FILTER_CASES=<n>` asks for more cases, `LAZULI_SEED=<n>` for the worlds from that seed on: a failure prints the
//! seed of its world, so that with `LAZULI_FILTER_CASES=1` it is the only one.

mod schema;

mod documents;

mod values;

mod geography;

mod expression;

mod generate;

mod evaluate;

mod order;

mod illegal;

mod world;

mod ask;

mod shrink;

mod chance;

use lazuli_platform::random::{OsRandom, Random};
use lazuli_query::Request;

use super::helper;
use ask::Tally;
use world::World;

fn number_from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_filters_match_a_naive_evaluator() {
    let first = number_from_env("LAZULI_SEED").unwrap_or_else(|| OsRandom.u64() >> 16);
    let cases = number_from_env("LAZULI_FILTER_CASES").unwrap_or(3_000);
    println!("LAZULI_SEED={first}");
    let mut all = Tally::default();
    for seed in first.. {
        let Tally { cases: done, undecided, kept } = World::live(seed);
        all = Tally { cases: all.cases + done, undecided: all.undecided + undecided, kept: all.kept + kept };
        if all.cases >= cases {
            break;
        }
    }
    let Tally { cases: done, undecided, kept } = all;
    println!(
        "{done} cases, {undecided} more that rounding could decide either way; {kept} kept answers used"
    );
    assert!(kept > 0 || done < 1_000, "the cache of filters takes part");
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let schema = helper::bind(&illegal::definition(), None);
    let mut accepted = Vec::new();
    for (text, rule) in illegal::filters() {
        let request = Request { filter: Some(&text), ..Request::default() };
        if lazuli_query::bind(&schema, &request).is_ok() {
            accepted.push(format!("filter {text}   ({rule})"));
        }
    }
    for (text, rule) in illegal::orders() {
        let request = Request { orderby: Some(&text), ..Request::default() };
        if lazuli_query::bind(&schema, &request).is_ok() {
            accepted.push(format!("orderby {text}   ({rule})"));
        }
    }
    assert!(accepted.is_empty(), "accepted:\n{}", accepted.join("\n"));
}
