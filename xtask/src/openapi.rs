//! `cargo xtask openapi`: generated requests, valid and not, against the description in `docs/openapi`.
//!
//! Schemathesis makes them up from the description and checks that every answer is one of those described, in shape and
//! headers, and never a 5xx but the 501 that the description speaks of. The run is bounded in time; its seed is printed and
//! makes it repeatable.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::flags::Flags;
use crate::service::{ADMIN_KEY, Launch, Service};
use crate::{python, workspace};

/// How long requests are made up, unless `--seconds` says otherwise.
const SECONDS: u64 = 60;
/// The seed, unless `--seed` says otherwise: the same requests in every run.
const SEED: u64 = 20_260_401;

/// Runs it with the flags of the command line.
pub fn run(mut flags: Flags) -> Result<()> {
    let seconds = flags.value("--seconds")?.unwrap_or(SECONDS);
    let seed = flags.value("--seed")?.unwrap_or(SEED);
    flags.finish()?;
    with(seconds, seed)
}

/// What the test command does.
pub fn usual() -> Result<()> {
    with(SECONDS, SEED)
}

fn with(seconds: u64, seed: u64) -> Result<()> {
    let folder = workspace::root().join("tests/openapi");
    let interpreter = python::environment("schemathesis", &folder.join("requirements.txt"))?;
    let binary = workspace::build_lazuli()?;
    let scratch = workspace::scratch("openapi")?;
    let service = Launch::new(&binary, &scratch.join("data")).start()?;
    prepare(&service)?;
    println!("openapi: {seconds} s, --seed {seed}");
    let mut schemathesis = Command::new(interpreter.with_file_name("schemathesis"));
    schemathesis
        .current_dir(&scratch)
        .arg("--config-file")
        .arg(folder.join("schemathesis.toml"))
        .arg("run")
        .arg(workspace::root().join("docs/openapi/lazuli.yaml"))
        .args(["--url", &format!("http://{}", service.http), "--header", &format!("api-key: {ADMIN_KEY}")])
        .args(["--seed", &seed.to_string(), "--max-time", &seconds.to_string()])
        .args(["--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"]);
    workspace::run(&mut schemathesis)?;
    service.stop()?;
    Ok(())
}

/// The sample, an alias of it and a data source, so that generated requests find something.
fn prepare(service: &Service) -> Result<()> {
    let sample = workspace::root().join("crates/cli/sample");
    let definition = fs::read(sample.join("museums.index.json"))?;
    let documents = fs::read(sample.join("museums.documents.json"))?;
    let mut client = service.client()?;
    for (path, body) in [
        ("/indexes", definition.as_slice()),
        ("/indexes('museums')/docs/search.index", &documents),
        ("/aliases", br#"{"name":"current","indexes":["museums"]}"#),
        (
            "/datasources",
            br#"{"name":"nowhere","type":"azureblob","container":{"name":"none"},"credentials":{"connectionString":"BlobEndpoint=http://127.0.0.1:1/nobody;SharedAccessSignature=sv=1&sig=x"}}"#,
        ),
    ] {
        let answer = client.post(&format!("{path}?api-version=2026-04-01"), body)?;
        ensure!(matches!(answer.status, 200 | 201), "{path}: {} {}", answer.status, answer.text());
    }
    Ok(())
}
