//! `cargo xtask sdk`: the official SDKs, unmodified, against the real server over HTTPS.
//!
//! Each client goes its journey twice: `fill` creates, writes, reads and searches; then the server is restarted and
//! `again` finds everything as it was. The journeys are programs of their own in `tests/sdk`; what they need to know
//! comes in `LAZULI_…` variables. Packages are installed under the target folder and kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::service::{ADMIN_KEY, Launch, Service};
use crate::workspace::{self, run as run_command};

/// Versions of `azure-search-documents` for Python.
const PYTHON_VERSIONS: [&str; 2] = ["12.0.0", "11.6.0"];

/// What to do when a language is not on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is an error.
    Fails,
    /// Its journeys are left out, with a message.
    IsSkipped,
}

/// A client that is ready to go.
struct Traveller {
    name: String,
    /// The command up to the journey's `fill` or `again`.
    command: Vec<PathBuf>,
}

/// Which languages this machine lacks.
pub fn missing() -> Vec<&'static str> {
    let has_venv = workspace::has("python3") && python(&["-c", "import ensurepip, venv"]).is_ok();
    let has_node = workspace::has("node") && workspace::has("npm");
    [("Python 3 with venv", has_venv), ("Node with npm", has_node)]
        .into_iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| name)
        .collect()
}

/// Every journey this machine can make.
pub fn run(missing: Missing) -> Result<()> {
    let travellers = travellers(missing)?;
    if travellers.is_empty() {
        return Ok(());
    }
    let binary = workspace::build_lazuli()?;
    let launch = Launch::new(&binary, &workspace::scratch("sdk")?.join("data"));
    for phase in ["fill", "again"] {
        let service = launch.start()?;
        for traveller in &travellers {
            travel(traveller, &service, &launch.data_dir, phase)?;
        }
        service.stop()?;
    }
    Ok(())
}

fn travellers(missing: Missing) -> Result<Vec<Traveller>> {
    let lacking = self::missing();
    if missing == Missing::Fails && !lacking.is_empty() {
        bail!("not on this machine: {}", lacking.join(", "));
    }
    let mut travellers = Vec::new();
    if !lacking.iter().any(|name| name.starts_with("Python")) {
        for version in PYTHON_VERSIONS {
            travellers.push(python_traveller(version)?);
        }
    }
    if !lacking.iter().any(|name| name.starts_with("Node")) {
        travellers.push(js_traveller()?);
    }
    Ok(travellers)
}

fn python_traveller(version: &str) -> Result<Traveller> {
    let folder = workspace::target().join(format!("sdk/python-{version}"));
    let interpreter = folder.join("bin/python");
    let installed = folder.join("installed");
    if !installed.exists() {
        run_command(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let package = format!("azure-search-documents=={version}");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
        run_command(Command::new(&interpreter).args(pip))?;
        fs::write(&installed, version)?;
    }
    let journey = workspace::root().join("tests/sdk/python/journey.py");
    Ok(Traveller { name: format!("python-{version}"), command: vec![interpreter, journey] })
}

fn js_traveller() -> Result<Traveller> {
    let folder = workspace::target().join("sdk/js");
    let source = workspace::root().join("tests/sdk/js");
    fs::create_dir_all(&folder)?;
    // The journey runs from where its packages are: that is how Node finds them.
    for file in ["package.json", "package-lock.json", "journey.mjs"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("tests/sdk/js/{file}"))?;
    }
    let wanted = fs::read(source.join("package-lock.json"))?;
    let installed = folder.join("installed.json");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
        run_command(Command::new("npm").args(npm).current_dir(&folder))?;
        fs::write(&installed, &wanted)?;
    }
    Ok(Traveller {
        name: "js-13".to_owned(),
        command: vec![PathBuf::from("node"), folder.join("journey.mjs")],
    })
}

fn travel(traveller: &Traveller, service: &Service, data_dir: &Path, phase: &str) -> Result<()> {
    let mut words = traveller.command.iter();
    let mut command = Command::new(words.next().context("an empty command")?);
    let ca = data_dir.join("tls/ca.pem");
    command
        .args(words)
        .arg(phase)
        .env("LAZULI_URL", format!("https://localhost:{}", service.https.port()))
        .env("LAZULI_ADMIN_KEY", ADMIN_KEY)
        .env("LAZULI_QUERY_KEY", "lazuli-dev-query-key")
        .env("LAZULI_CA", &ca)
        .env("NODE_EXTRA_CA_CERTS", &ca)
        .env("LAZULI_PREFIX", traveller.name.replace('.', "-"))
        .env("LAZULI_SAMPLE", workspace::root().join("crates/cli/sample"));
    if let Some(shared) = workspace::shared_data() {
        command.env("LAZULI_SHARED_DATA", shared);
    }
    println!("sdk: {} {phase}", traveller.name);
    let status = command.status().with_context(|| format!("cannot start {}", traveller.name))?;
    if status.success() { Ok(()) } else { bail!("the journey of {} broke off ({phase})", traveller.name) }
}

fn python(arguments: &[&str]) -> Result<()> {
    let output = Command::new("python3").args(arguments).output()?;
    if output.status.success() { Ok(()) } else { bail!("python3 {arguments:?}: {}", output.status) }
}
