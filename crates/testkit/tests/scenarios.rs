//! Tests of the whole service from outside: the scenarios under `tests/scenarios`, and what no single request can show.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may end where something is not as it should be"
)]

#[path = "scenarios/doors.rs"]
mod doors;
#[path = "scenarios/hostile.rs"]
mod hostile;
#[path = "scenarios/indexers.rs"]
mod indexers;
#[path = "scenarios/journeys/mod.rs"]
mod journeys;
#[path = "scenarios/lifecycle.rs"]
mod lifecycle;
#[path = "scenarios/matching.rs"]
mod matching;
#[path = "scenarios/robust.rs"]
mod robust;
#[path = "scenarios/slow.rs"]
mod slow;
#[path = "scenarios/synonyms.rs"]
mod synonyms;
#[path = "scenarios/upgrade.rs"]
mod upgrade;
#[path = "scenarios/walks.rs"]
mod walks;

use std::path::{Path, PathBuf};

use lazuli_testkit::fixtures::repository;
use lazuli_testkit::scenario::{self, Ending};

/// Runs every file; `LAZULI_SCENARIOS=documents/` runs those whose path has this in it.
#[test]
fn scenarios() {
    let filter = std::env::var("LAZULI_SCENARIOS").unwrap_or_default();
    let mut files = Vec::new();
    collect(&repository().join("tests/scenarios"), &mut files);
    files.retain(|path| path.to_string_lossy().contains(&filter));
    files.sort();
    assert!(!files.is_empty(), "there are no scenarios");
    let (mut failures, mut compared) = (0, 0);
    for path in &files {
        let name = path.display();
        match scenario::run(path) {
            Ok(Ending::Passed { requests }) => compared += requests,
            Ok(Ending::Skipped) => println!("skipped, its data is not here: {name}"),
            Err(error) => {
                failures += 1;
                println!("FAILED {name}\n  {error:#}");
            }
        }
    }
    println!("{compared} answers compared in {} scenarios", files.len() - failures);
    assert_eq!(failures, 0, "of {} scenarios", files.len());
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
}
