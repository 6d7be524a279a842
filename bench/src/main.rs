//! `cargo xtask bench`: Lazuli's speed as ratios against raw tantivy and the disk, in one run on one machine.
//!
//! Every row names what must be reached. A figure means something beside its reference from the same run only; the
//! latest full run is kept in `bench/RESULTS.md` with a description of the machine.
//!
//! The service is the real program in its own process; it, the clients here and the disk share the same cores. Rows
//! about ranking open the data directory in this process, after the service has stopped.
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, reason = "a bench talks to the person who runs it")]

mod azurite;
mod corpus;
mod figures;
mod inside;
mod machine;
mod memory;
mod raw;
mod report;
mod rows;
mod serving;

use anyhow::Result;
use mimalloc::MiMalloc;
use xtask::flags::Flags;

use rows::Run;

/// The program's, so that both sides of a ratio have the same.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<()> {
    let mut flags = Flags::new(std::env::args().skip(1));
    let quick = flags.switch("--quick");
    let only = flags.values("--only")?;
    let documents = flags.value("--documents")?;
    flags.finish()?;
    let run = Run::new(quick, documents)?;
    let rows = rows::all(&run, &only)?;
    let table = report::table(&rows);
    println!("\n{table}");
    if only.is_empty() && !quick && documents.is_none() {
        report::keep(&table)?;
    }
    Ok(())
}
