//! Rules about packages: rows, exclusive dependencies, crates without sockets, the number of test binaries.

use anyhow::{Context, Result};
use serde_json::Value;

/// Rows of the house, lowest first: a crate depends on earlier rows only.
const ROWS: [(&str, u8); 14] = [
    ("lazuli-platform", 0),
    ("lazuli-wire", 0),
    ("lazuli-vector", 0),
    ("lazuli-models", 0),
    ("lazuli-analysis", 0),
    ("lazuli-store", 1),
    ("lazuli-catalog", 1),
    ("lazuli-query", 2),
    ("lazuli-engine", 3),
    ("lazuli-ingest", 4),
    ("lazuli-server", 5),
    ("lazuli", 6),
    ("lazuli-testkit", 6),
    // Not part of the product: measures it, and compares it with tantivy.
    ("lazuli-bench", 7),
];

/// Chores stand outside the rows: they look at the program from outside and depend on none of its crates.
const CHORES: &str = "xtask";

/// A foreign crate, and the only packages that may name it.
const ONLY: [(&str, &[&str]); 6] = [
    ("tantivy", &["lazuli-engine", "lazuli-bench"]),
    ("rusqlite", &["lazuli-store"]),
    ("hyper", &["lazuli-server", "lazuli-ingest", "lazuli-testkit"]),
    ("getrandom", &["lazuli-platform"]),
    ("reqwest", &["lazuli-ingest"]),
    ("tokio-postgres", &["lazuli-ingest"]),
];

/// Crates that are synchronous and open no sockets.
pub(super) const SYNCHRONOUS: [&str; 5] = ["catalog", "analysis", "query", "vector", "engine"];

/// What a synchronous crate must not depend on.
const ASYNCHRONOUS: [&str; 7] =
    ["tokio", "hyper", "reqwest", "ureq", "futures", "async-trait", "tokio-rustls"];

/// Test programs of the whole workspace: each is linked with everything below it, and that takes CI's minutes.
const TEST_BINARIES_MAX: usize = 13;

/// What the rules need to know of a package.
#[derive(Debug, Default)]
pub(super) struct Package {
    name: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
    test_binaries: usize,
}

/// Packages from the answer of `cargo metadata --no-deps`.
pub(super) fn parse(metadata: &[u8]) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_slice(metadata)?;
    metadata["packages"].as_array().context("no packages")?.iter().map(package).collect()
}

fn package(json: &Value) -> Result<Package> {
    let mut package = Package {
        name: json["name"].as_str().context("a package without name")?.to_owned(),
        ..Package::default()
    };
    for dependency in json["dependencies"].as_array().into_iter().flatten() {
        let name = dependency["name"].as_str().context("a dependency without name")?.to_owned();
        match dependency["kind"].as_str() {
            Some("dev") => package.dev_dependencies.push(name),
            _ => package.dependencies.push(name),
        }
    }
    let targets = json["targets"].as_array().into_iter().flatten();
    package.test_binaries = targets.filter(|target| target["test"] == Value::Bool(true)).count();
    Ok(package)
}

/// Every breach, as a sentence.
pub(super) fn check(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages {
        breaches.extend(rows(package));
        breaches.extend(exclusive(package));
        breaches.extend(synchronous(package));
    }
    let binaries: usize = packages.iter().map(|package| package.test_binaries).sum();
    if binaries > TEST_BINARIES_MAX {
        breaches.push(format!(
            "{binaries} test binaries, at most {TEST_BINARIES_MAX}: give a target `test = false` or join two"
        ));
    }
    breaches
}

fn row(name: &str) -> Option<u8> {
    ROWS.iter().find(|(known, _)| *known == name).map(|(_, row)| *row)
}

fn rows(package: &Package) -> Vec<String> {
    let name = &package.name;
    if name == CHORES {
        let ours = package.dependencies.iter().filter(|dependency| row(dependency).is_some());
        return ours
            .map(|dependency| format!("{name} depends on {dependency}: chores stay outside the product"))
            .collect();
    }
    let Some(own) = row(name) else {
        return vec![format!(
            "{name} has no row: add it to ARCHITECTURE.md and to xtask/src/tidy/packages.rs"
        )];
    };
    let points_up = |dependency: &&String| row(dependency).is_some_and(|row| row >= own);
    let production = package.dependencies.iter();
    // Tests of an earlier row may use the testkit, and nothing else above them.
    let tests = package.dev_dependencies.iter().filter(|dependency| *dependency != "lazuli-testkit");
    production
        .chain(tests)
        .filter(points_up)
        .map(|dependency| {
            format!("{name} (row {own}) depends on {dependency}, which is not in an earlier row")
        })
        .collect()
}

fn exclusive(package: &Package) -> Vec<String> {
    let all = package.dependencies.iter().chain(&package.dev_dependencies);
    all.filter_map(|dependency| ONLY.iter().find(|(name, _)| name == dependency))
        .filter(|(_, allowed)| !allowed.contains(&package.name.as_str()))
        .map(|(name, allowed)| {
            format!("{} depends on {name}; only {} may", package.name, allowed.join(" and "))
        })
        .collect()
}

fn synchronous(package: &Package) -> Vec<String> {
    let is_synchronous = SYNCHRONOUS.iter().any(|folder| package.name == format!("lazuli-{folder}"));
    package
        .dependencies
        .iter()
        .filter(|dependency| is_synchronous && ASYNCHRONOUS.contains(&dependency.as_str()))
        .map(|dependency| {
            format!("{} depends on {dependency}, but is synchronous and opens no sockets", package.name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str], dev_dependencies: &[&str]) -> Package {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Package {
            name: name.to_owned(),
            dependencies: owned(dependencies),
            dev_dependencies: owned(dev_dependencies),
            test_binaries: 1,
        }
    }

    #[track_caller]
    fn check_one(package: Package, expected: &[&str]) {
        let breaches = check(&[package]);
        assert_eq!(breaches.len(), expected.len(), "{breaches:?}");
        for (breach, part) in breaches.iter().zip(expected) {
            assert!(breach.contains(part), "{breach}");
        }
    }

    #[test]
    fn dependencies_point_to_an_earlier_row() {
        check_one(
            package("lazuli-engine", &["lazuli-query", "lazuli-store", "tantivy"], &["lazuli-testkit"]),
            &[],
        );
        check_one(
            package("lazuli-query", &["lazuli-engine"], &[]),
            &["lazuli-query (row 2) depends on lazuli-engine"],
        );
        check_one(package("lazuli-store", &["lazuli-catalog"], &[]), &["not in an earlier row"]);
        check_one(package("lazuli-store", &[], &["lazuli-server"]), &["not in an earlier row"]);
        check_one(package("lazuli-new", &[], &[]), &["has no row"]);
        check_one(package("xtask", &["lazuli-wire"], &[]), &["chores stay outside"]);
    }

    #[test]
    fn some_crates_are_named_in_one_place_only() {
        check_one(
            package("lazuli-query", &["tantivy"], &[]),
            &["lazuli-query depends on tantivy; only lazuli-engine"],
        );
        check_one(package("lazuli-engine", &[], &["rusqlite"]), &["only lazuli-store may"]);
        check_one(package("lazuli", &["hyper"], &[]), &["only lazuli-server"]);
    }

    #[test]
    fn the_engine_and_below_are_synchronous() {
        check_one(package("lazuli-engine", &["tokio"], &[]), &["lazuli-engine depends on tokio"]);
        check_one(package("lazuli-engine", &[], &["tokio"]), &[]);
        check_one(package("lazuli-server", &["tokio", "hyper"], &[]), &[]);
    }

    #[test]
    fn test_binaries_are_counted() {
        let mut many = package("lazuli-wire", &[], &[]);
        many.test_binaries = 14;
        check_one(many, &["14 test binaries"]);
    }

    #[test]
    fn cargo_metadata_is_read() {
        let metadata = br#"{"packages":[{"name":"lazuli-x","dependencies":[
            {"name":"serde","kind":null},{"name":"proptest","kind":"dev"},{"name":"cc","kind":"build"}],
            "targets":[{"kind":["lib"],"test":true},{"kind":["bin"],"test":false},{"kind":["test"],"test":true}]}]}"#;
        let packages = parse(metadata).unwrap();
        assert_eq!(packages[0].dependencies, ["serde", "cc"]);
        assert_eq!(packages[0].dev_dependencies, ["proptest"]);
        assert_eq!(packages[0].test_binaries, 2);
    }
}
