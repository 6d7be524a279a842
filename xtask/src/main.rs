//! `cargo xtask <chore>`: one line per chore, the work is in the library.
#![expect(clippy::print_stderr, reason = "a chore that fails says why")]

use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::flags::Flags;
use xtask::{crash, crowd, nightly, openapi, sdk, servers, syncs, test, tidy, workspace};

const USAGE: &str = "cargo xtask <chore>

  test [--ci] [--only STEP]… [--skip STEP]…   everything that must hold; --ci: nothing may be skipped for want of a tool
  tidy                                        the rules of ARCHITECTURE.md that a program can check
  crash [--rounds N] [--seed S] [--only clients|indexers]
                                              kill the server under load, restart it, compare with what it acknowledged;
                                              and under indexers, until each index equals its source
  syncs                                       a sync of the disk between every write and its answer (needs strace)
  crowd [--indexes N] [--open-files N]        many small indexes: start, memory, open files
  sdk [--only python|js|java]…                the official SDKs' journeys over HTTPS (needs Python, Node, a JDK with Maven)
  servers [--only SERVER]… [-- COMMAND…]      Azurite, Cosmos DB, S3, MariaDB, PostgreSQL for as long as a command runs
  openapi [--seconds N] [--seed S]            generated requests against the description in docs/openapi (needs Python)
  nightly [--only CHECK]… [--seed S]          the random checks for hours: crash, model, liveness, filters; seeds are printed
  bench [--quick] [--documents N] [--only ROW]…
                                              the speed table; a full one is kept in bench/RESULTS.md
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next();
    let flags = Flags::new(arguments);
    match chore.as_deref() {
        Some("test") => test::run(flags),
        Some("tidy") => {
            flags.finish()?;
            tidy::run()
        }
        Some("crash") => crash::run(flags),
        Some("syncs") => {
            flags.finish()?;
            syncs::run()
        }
        Some("crowd") => crowd::run(flags),
        Some("sdk") => {
            let mut flags = flags;
            let only = flags.values("--only")?;
            flags.finish()?;
            sdk::run(sdk::Missing::Fails, &only)
        }
        Some("servers") => servers::run(flags),
        Some("openapi") => openapi::run(flags),
        Some("nightly") => nightly::run(flags),
        Some("bench") => workspace::run_bench(flags.rest()),
        Some(other) => bail!("there is no chore `{other}`\n\n{USAGE}"),
        None => bail!("which chore?\n\n{USAGE}"),
    }
}
