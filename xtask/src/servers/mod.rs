//! `cargo xtask servers -- COMMAND`: real servers to crawl, for as long as a command runs.
//!
//! Azurite, a Cosmos DB emulator and a stand-in for S3 come from npm, MariaDB and PostgreSQL are those of the machine. Each
//! listens on a free port of 127.0.0.1, keeps its data under the target folder, and ends with the process that started it,
//! however that one ends. Tests find them by `LAZULI_…` variables and are silent where those are missing:
//!
//! ```sh
//! cargo xtask servers --only postgresql -- cargo test -p lazuli-ingest postgresql
//! ```

mod certificate;
pub(crate) mod databases;
pub(crate) mod npm;
mod process;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::certificate::Certificate;
use self::process::Process;
use crate::flags::Flags;

/// A running server, and the variables by which tests find it.
struct Started {
    process: Process,
    variables: Vec<(&'static str, String)>,
}

/// A kind of server.
struct Kind {
    /// What `--only` calls it.
    name: &'static str,
    /// What has to be on the machine.
    needs: &'static str,
    is_here: fn() -> bool,
    /// Starts it with its data in a folder that is empty.
    start: fn(&Path, &Certificate) -> Result<Started>,
}

const NODE: &str = "Node with npm";

const KINDS: [Kind; 5] = [
    Kind { name: "azurite", needs: NODE, is_here: npm::is_here, start: npm::azurite },
    Kind { name: "cosmos", needs: NODE, is_here: npm::is_here, start: npm::cosmos },
    Kind { name: "s3", needs: NODE, is_here: npm::is_here, start: npm::s3 },
    Kind { name: "mariadb", needs: "MariaDB", is_here: databases::has_mariadb, start: databases::mariadb },
    Kind {
        name: "postgresql",
        needs: "PostgreSQL",
        is_here: databases::has_postgresql,
        start: databases::postgresql,
    },
];

/// Servers that end when this is dropped.
pub struct Servers {
    started: Vec<Started>,
    folder: PathBuf,
    certificate: Certificate,
    /// What this machine lacks for the rest.
    pub missing: Vec<&'static str>,
}

impl Servers {
    /// Starts those that this machine can start; of `only` these if any are named.
    pub fn start(only: &[&str]) -> Result<Servers> {
        if let Some(unknown) = only.iter().find(|name| KINDS.iter().all(|kind| kind.name != **name)) {
            bail!("there is no server `{unknown}`; there are {}", KINDS.map(|kind| kind.name).join(", "));
        }
        let folder = process::data_folder(only)?;
        let certificate = Certificate::make(&folder)?;
        let mut servers = Servers { started: Vec::new(), folder, certificate, missing: Vec::new() };
        if servers.certificate.is_missing() {
            servers.missing.push("openssl, for TLS");
        }
        for kind in KINDS.iter().filter(|kind| only.is_empty() || only.contains(&kind.name)) {
            if (kind.is_here)() {
                let data = process::owned_folder(&servers.folder.join(kind.name))?;
                let started = (kind.start)(&data, &servers.certificate);
                servers.started.push(started.with_context(|| format!("{} does not start", kind.name))?);
            } else if !servers.missing.contains(&kind.needs) {
                servers.missing.push(kind.needs);
            }
        }
        Ok(servers)
    }

    /// Whether none could be started.
    pub fn is_empty(&self) -> bool {
        self.started.is_empty()
    }

    /// What tests find them by.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let authority = self.certificate.authority().map(|path| ("LAZULI_TEST_CA", path));
        let all = self.started.iter().flat_map(|server| &server.variables);
        all.map(|(name, value)| (*name, value.as_str())).chain(authority)
    }

    /// The value of one of the variables.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Fails if one of them has ended by itself.
    pub fn must_be_alive(&mut self) -> Result<()> {
        self.started.iter_mut().try_for_each(|server| server.process.must_be_alive())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.started.clear();
        // What is left is removed before the next start.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Runs the command line after `--` beside the servers; without one, prints where they are until the input ends.
pub fn run(mut flags: Flags) -> Result<()> {
    let mut words = flags.command().into_iter();
    let only = flags.values("--only")?;
    flags.finish()?;
    let only: Vec<&str> = only.iter().map(String::as_str).collect();
    let mut servers = Servers::start(&only)?;
    if !servers.missing.is_empty() {
        println!("not on this machine: {}", servers.missing.join(", "));
    }
    match words.next() {
        Some(program) => {
            let mut command = Command::new(&program);
            let status = command.args(words).envs(servers.variables()).status();
            let status = status.with_context(|| format!("cannot start {program}"))?;
            servers.must_be_alive()?;
            if status.success() { Ok(()) } else { bail!("{program}: {status}") }
        }
        None => {
            for (name, value) in servers.variables() {
                println!("export {name}='{}'", value.replace('\'', r"'\''"));
            }
            println!("# until the end of the input (Ctrl-D)");
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
            Ok(())
        }
    }
}
