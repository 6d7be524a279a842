//! `cargo xtask nightly`: the random checks of the test command, at lengths that nobody waits for.
//!
//! Filters, model and crash print the seeds they go by; `--seed` gives them one, to repeat a night. When a process is
//! killed does not follow from a seed, so a failure of `crash` replays in most cases and not in all; `liveness` is about
//! threads, which no seed repeats.

use anyhow::{Result, bail, ensure};

use crate::flags::Flags;
use crate::{crash, workspace};

/// Rounds of kills.
const CRASH_ROUNDS: u64 = 500;

/// A random test that an environment variable makes longer.
struct LongTest {
    name: &'static str,
    /// Its path in the tests of `lazuli-engine`.
    test: &'static str,
    variable: &'static str,
    length: &'static str,
}

const TESTS: [LongTest; 3] = [
    LongTest {
        name: "filters",
        test: "tests::filters::random_filters_match_a_naive_evaluator",
        variable: "LAZULI_FILTER_CASES",
        length: "100000",
    },
    LongTest {
        name: "model",
        test: "tests::model::random_work_matches_a_plain_map",
        variable: "LAZULI_MODEL_STEPS",
        length: "20000",
    },
    LongTest {
        name: "liveness",
        test: "index::liveness_tests::",
        variable: "LAZULI_LIVENESS_SECONDS",
        length: "600",
    },
];

/// Runs all of them, or those that `--only` names, and fails at the end if one did.
pub fn run(mut flags: Flags) -> Result<()> {
    let only = flags.values("--only")?;
    let seed: Option<u64> = flags.value("--seed")?;
    flags.finish()?;
    let names: Vec<&str> = TESTS.iter().map(|test| test.name).chain(["crash"]).collect();
    let unknown: Vec<&String> = only.iter().filter(|name| !names.contains(&name.as_str())).collect();
    ensure!(unknown.is_empty(), "no such check: {unknown:?}; there are {}", names.join(", "));

    let mut failed = Vec::new();
    for name in names {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n=== {name}");
        let result = match TESTS.iter().find(|test| test.name == name) {
            Some(test) => long_test(test, seed),
            None => kills(seed),
        };
        if let Err(error) = result {
            println!("{name} failed: {error:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn long_test(test: &LongTest, seed: Option<u64>) -> Result<()> {
    println!("{}={}", test.variable, test.length);
    let arguments = ["test", "--package", "lazuli-engine", "--lib", "--profile", "ci", test.test];
    let mut command = workspace::cargo(&arguments);
    command.args(["--", "--nocapture"]).env(test.variable, test.length);
    if let Some(seed) = seed {
        command.env("LAZULI_SEED", seed.to_string());
    }
    workspace::run(&mut command)
}

fn kills(seed: Option<u64>) -> Result<()> {
    let mut words = vec!["--rounds".to_owned(), CRASH_ROUNDS.to_string()];
    words.extend(seed.into_iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    crash::run(Flags::new(words.into_iter()))
}
