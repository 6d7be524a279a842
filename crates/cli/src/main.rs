//! The program: `lazuli serve` runs the service, `lazuli demo` shows it, `lazuli keys` changes its keys, `lazuli indexer` runs its
//! indexers.

mod demo;
mod indexer;
mod keys;
mod logs;
mod serve;
mod serve_indexers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// Buffers and arenas of some MB are taken on one thread and given back on another. glibc keeps what it gets back for the
/// thread that took it: an index that was filled with a million documents left half a gigabyte behind.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Azure AI Search that runs anywhere.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service until it is stopped.
    Serve(Box<serve::ServeArguments>),
    /// Start a service on sample data, show a few searches, and keep it running.
    Demo(demo::DemoArguments),
    /// Show and change the keys of a service, also while it runs.
    Keys(keys::KeysArguments),
    /// Run the indexers of a service.
    Indexer(indexer::IndexerArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(*arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Indexer(arguments) => indexer::run(arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logs::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
