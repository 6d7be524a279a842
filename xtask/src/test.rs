//! `cargo xtask test`: everything that must hold, in one command; `.ci/run` calls it with `--ci`.
//!
//! A step that needs a tool which is not there (Python, Node, Java, strace, cargo-deny) is skipped with a message, so that
//! the command passes on a machine with nothing but Rust. Under `--ci` nothing may be skipped for that reason.
//! All steps run even if one fails; the table at the end says where the minutes went.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::flags::Flags;
use crate::servers::Servers;
use crate::{crash, crowd, openapi, python, sdk, syncs, tidy, workspace};

/// The version that CI installs; any other that is on the machine will do elsewhere.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A developer's machine.
    Here,
    /// Continuous integration: tools are installed, not done without.
    Ci,
}

/// How a step ended, if not by an error.
enum Outcome {
    Passed,
    /// With what is missing.
    Skipped(String),
}

type Step = (&'static str, fn(Place) -> Result<Outcome>);

const STEPS: [Step; 12] = [
    ("fmt", |_| passed(cargo(&["fmt", "--all", "--check"]))),
    ("tidy", |_| passed(tidy::run())),
    ("clippy", |_| {
        passed(cargo(&["clippy", "--workspace", "--all-targets", "--profile", "ci", "--", "-D", "warnings"]))
    }),
    ("deny", deny),
    ("tests", |_| passed(cargo(&["test", "--workspace", "--profile", "ci"]))),
    ("sources", sources),
    ("crash", |_| passed(crash::run(Flags::new(std::iter::empty())))),
    ("syncs", disk_syncs),
    ("crowd", |_| passed(crowd::with_indexes(crowd::INDEXES, crowd::OPEN_FILES))),
    ("sdk", sdk_journeys),
    ("openapi", generated_requests),
    ("size", size),
];

/// Runs the steps that `--only` and `--skip` leave over.
pub fn run(mut flags: Flags) -> Result<()> {
    let place = if flags.switch("--ci") { Place::Ci } else { Place::Here };
    let only = flags.values("--only")?;
    let skip = flags.values("--skip")?;
    flags.finish()?;
    let known = |name: &String| STEPS.iter().any(|(step, _)| step == name);
    let unknown: Vec<&String> = only.iter().chain(&skip).filter(|name| !known(name)).collect();
    ensure!(
        unknown.is_empty(),
        "no such step: {unknown:?}; there are {}",
        STEPS.map(|(name, _)| name).join(", ")
    );

    let wanted =
        |name: &str| (only.is_empty() || only.iter().any(|o| o == name)) && !skip.iter().any(|s| s == name);
    let mut rows = Vec::new();
    for (name, step) in STEPS.into_iter().filter(|(name, _)| wanted(name)) {
        println!("\n=== {name}");
        let since = Instant::now();
        let outcome = step(place);
        if let Err(error) = &outcome {
            println!("{name} failed: {error:#}");
        }
        rows.push((name, since.elapsed(), outcome));
    }
    table(&rows);
    let failed: Vec<&str> =
        rows.iter().filter(|(_, _, outcome)| outcome.is_err()).map(|(name, ..)| *name).collect();
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn table(rows: &[(&str, Duration, Result<Outcome>)]) {
    println!("\n{:<8} {:>7}  ", "step", "minutes");
    for (name, took, outcome) in rows {
        let ended = match outcome {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "FAILED".to_owned(),
        };
        println!("{name:<8} {:>7.1}  {ended}", took.as_secs_f64() / 60.0);
    }
    let total: Duration = rows.iter().map(|(_, took, _)| *took).sum();
    println!("{:<8} {:>7.1}", "all", total.as_secs_f64() / 60.0);
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    workspace::run(&mut workspace::cargo(arguments))
}

/// What the step before left out for want of a server: sources against real ones, and the journeys of indexers over them. The
/// programs are those that are built already.
fn sources(place: Place) -> Result<Outcome> {
    let mut servers = Servers::start(&[])?;
    let missing = servers.missing.join(", ");
    if place == Place::Ci {
        ensure!(missing.is_empty(), "not on this machine: {missing}");
    }
    if !servers.is_empty() {
        let programs = ["test", "--workspace", "--profile", "ci", "--lib", "--test", "scenarios", "--"];
        let mut tests = workspace::cargo(&programs);
        // Not by `workspace::run`, whose error would repeat all variables.
        let status = tests.args(["source::", "journeys::"]).envs(servers.variables()).status()?;
        servers.must_be_alive()?;
        ensure!(status.success(), "tests against real servers: {status}");
    }
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Skipped(format!("not on this machine: {missing}")))
}

/// Licences, banned crates and sources of dependencies; advisories where their database can be reached.
fn deny(place: Place) -> Result<Outcome> {
    let Some(program) = cargo_deny(place)? else {
        return Ok(Outcome::Skipped("cargo-deny is not installed (cargo install cargo-deny)".to_owned()));
    };
    let check = |what: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(workspace::root()).args(["--locked", "--all-features", "check"]).args(what);
        workspace::run(&mut command)
    };
    check(&["licenses", "bans", "sources"])?;
    if advisories_are_reachable() {
        check(&["advisories"])?;
    } else {
        println!("advisories: {ADVISORIES} cannot be reached, not checked");
    }
    Ok(Outcome::Passed)
}

/// cargo-deny from the path, or from the target folder; CI puts it there when it is missing.
fn cargo_deny(place: Place) -> Result<Option<PathBuf>> {
    if workspace::has("cargo-deny") {
        return Ok(Some(PathBuf::from("cargo-deny")));
    }
    let tools = workspace::target().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() && place == Place::Ci {
        // Unoptimised: it is compiled in half the time, and a check of ours takes it a second either way.
        let arguments =
            ["install", "--quiet", "--locked", "--debug", "--no-default-features", CARGO_DENY, "--root"];
        workspace::run(workspace::cargo(&arguments).arg(&tools).env("CARGO_PROFILE_DEV_DEBUG", "false"))
            .context("cannot install cargo-deny")?;
    }
    Ok(program.exists().then_some(program))
}

fn advisories_are_reachable() -> bool {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "http.lowSpeedLimit=1",
        "-c",
        "http.lowSpeedTime=10",
        "ls-remote",
        "--heads",
        ADVISORIES,
    ]);
    git.env("GIT_TERMINAL_PROMPT", "0").stdout(Stdio::null()).stderr(Stdio::null());
    git.status().is_ok_and(|status| status.success())
}

fn disk_syncs(place: Place) -> Result<Outcome> {
    if place == Place::Here && !syncs::possible() {
        return Ok(Outcome::Skipped("strace is not installed".to_owned()));
    }
    passed(syncs::run())
}

fn sdk_journeys(place: Place) -> Result<Outcome> {
    let lacking = sdk::missing();
    match place {
        Place::Ci => passed(sdk::run(sdk::Missing::Fails, &[])),
        Place::Here if lacking.is_empty() => passed(sdk::run(sdk::Missing::Fails, &[])),
        Place::Here => {
            sdk::run(sdk::Missing::IsSkipped, &[])?;
            Ok(Outcome::Skipped(format!("not on this machine: {}", lacking.join(", "))))
        }
    }
}

fn generated_requests(place: Place) -> Result<Outcome> {
    if place == Place::Here && !python::is_here() {
        return Ok(Outcome::Skipped("Python 3 with venv is not installed".to_owned()));
    }
    passed(openapi::usual())
}

/// Prints how big the program is; growth is seen here first.
fn size(_: Place) -> Result<Outcome> {
    let binary = workspace::build_lazuli()?;
    let bytes = std::fs::metadata(&binary)?.len();
    println!("size: {:.1} MB with the profile of CI", bytes as f64 / 1e6);
    Ok(Outcome::Passed)
}
