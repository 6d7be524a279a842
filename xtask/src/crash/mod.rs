//! `cargo xtask crash`: kill the real server at random moments under load and compare what it holds with what it said.
//!
//! A round starts `lazuli serve` on the data directory that the round before left behind, lets several clients write,
//! merge, delete, search and add fields, kills it with SIGKILL somewhere in the middle (now and then during start-up or
//! while it stops, now and then it may stop in peace), starts it again and asks for everything: lookup of every key,
//! `$count`, all documents, every version by a word that only it has. What was acknowledged must be there. A batch
//! without an answer may have happened or not, but as a whole. Beside them others define, change and delete indexes and
//! an alias, for which the same holds.
//!
//! A second part kills the service under indexers ([`crawl`]): what they crawl changes meanwhile, and in the end each index
//! must equal its source.
//!
//! The load follows from the seed; the moment of the kill relative to it does not, so a failure replays in most cases
//! and not in all. The data directory of a failed round is kept.

mod check;
mod crawl;
mod definitions;
mod load;
mod model;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::flags::Flags;
use crate::random::Random;
use crate::service::{Launch, Service};
use crate::workspace;
use definitions::Definer;
use load::Worker;

/// Rounds under clients when no number is given: what the test command runs.
const ROUNDS: u64 = 50;

const INDEXES: u64 = 2;
const WORKERS_PER_INDEX: u64 = 3;
const DEFINERS: u64 = 2;

/// Everybody who uses the server, with what they know.
struct Clients {
    workers: Vec<Worker>,
    definers: Vec<Definer>,
}

/// Runs `--rounds N` with `--seed S`, of both parts or of the one that `--only` names.
pub fn run(mut flags: Flags) -> Result<()> {
    let rounds: Option<u64> = flags.value("--rounds")?;
    let seed = flags.value("--seed")?.unwrap_or_else(fresh_seed);
    let only: Option<String> = flags.value("--only")?;
    flags.finish()?;
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    ensure!(wanted("clients") || wanted("indexers"), "the parts are clients and indexers");
    if wanted("clients") {
        rounds_with_seed(rounds.unwrap_or(ROUNDS), seed)?;
    }
    if wanted("indexers") {
        crawl::rounds_with_seed(rounds.unwrap_or(crawl::ROUNDS), seed)?;
    }
    Ok(())
}

fn fresh_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_nanos()))
}

/// Runs `rounds` rounds under clients on one data directory.
fn rounds_with_seed(rounds: u64, seed: u64) -> Result<()> {
    println!("crash: {rounds} rounds, seed {seed}");
    let binary = workspace::build_lazuli()?;
    let launch = Launch::new(&binary, &workspace::scratch("crash")?.join("data"));
    let worker = |number| Worker::new(&format!("crash{}", number % INDEXES), number, number < INDEXES);
    let mut clients = Clients {
        workers: (0..INDEXES * WORKERS_PER_INDEX).map(worker).collect(),
        definers: (0..DEFINERS).map(Definer::new).collect(),
    };
    create_indexes(&launch)?;
    let since = Instant::now();
    for round in 0..rounds {
        one_round(&launch, &mut clients, round, seed).with_context(|| {
            format!(
                "round {round} of seed {seed}; the data directory is kept in {}",
                launch.data_dir.display()
            )
        })?;
    }
    let writes: u64 = clients.workers.iter().map(|worker| worker.writes).sum();
    let changes: u64 = clients.definers.iter().map(|definer| definer.changes).sum();
    println!(
        "crash: {writes} acknowledged actions and {changes} changes of definitions survived {rounds} rounds in {:.0?}",
        since.elapsed()
    );
    Ok(())
}

fn create_indexes(launch: &Launch) -> Result<()> {
    let service = launch.start()?;
    let mut client = service.client()?;
    for number in 0..INDEXES {
        let definition = model::definition(&format!("crash{number}"), &[]).to_string();
        let answer = client.post("/indexes?api-version=2026-04-01", definition.as_bytes())?;
        ensure!(answer.status == 201, "creating an index: {} {}", answer.status, answer.text());
    }
    // Killed at once: an index that was acknowledged is there as well.
    service.kill()
}

fn one_round(launch: &Launch, clients: &mut Clients, round: u64, seed: u64) -> Result<()> {
    let mut random = Random::part(seed, &[round]);
    let service = launch.start()?;
    let end = match random.below(10) {
        0 => End::Stop,
        1..4 => End::KillWhileStopping(Duration::from_millis(random.below(120))),
        _ => End::Kill,
    };
    load_until(service, clients, round, seed, random.below(1500), end)?;
    while random.chance(20) {
        // Recovery is interrupted, too.
        let service = launch.spawn()?;
        thread::sleep(Duration::from_millis(random.below(150)));
        service.kill()?;
    }
    let service = launch.start()?;
    let mut client = service.client()?;
    definitions::check(&mut client, &launch.data_dir, &mut clients.definers)
        .context("definitions after the restart")?;
    for number in 0..INDEXES {
        let index = format!("crash{number}");
        let mut own: Vec<&mut Worker> =
            clients.workers.iter_mut().filter(|worker| worker.index == index).collect();
        check::check_index(&mut client, &mut own)
            .with_context(|| format!("index {index} after the restart"))?;
    }
    if random.chance(50) { service.kill() } else { service.stop().map(drop) }
}

/// How the server ends under load.
#[derive(Clone, Copy)]
enum End {
    /// SIGKILL.
    Kill,
    /// SIGTERM, and SIGKILL so much later: in the middle of a checkpoint, or just before or after it.
    KillWhileStopping(Duration),
    /// SIGTERM, with time to finish.
    Stop,
}

/// Lets all clients work for `ms` milliseconds, then ends the server under them.
fn load_until(
    service: Service,
    clients: &mut Clients,
    round: u64,
    seed: u64,
    ms: u64,
    end: End,
) -> Result<()> {
    let killing = AtomicBool::new(false);
    let address = service.http;
    thread::scope(|scope| {
        let killing = &killing;
        let mut running = Vec::new();
        for worker in &mut clients.workers {
            let random = Random::part(seed, &[round, worker.number + 1]);
            running.push(scope.spawn(move || worker.run(address, random, killing)));
        }
        for (number, definer) in clients.definers.iter_mut().enumerate() {
            let random = Random::part(seed, &[round, 100 + number as u64]);
            running.push(scope.spawn(move || definer.run(address, random, killing)));
        }
        thread::sleep(Duration::from_millis(ms));
        killing.store(true, Ordering::SeqCst);
        match end {
            End::Kill => service.kill()?,
            End::KillWhileStopping(after) => {
                service.terminate()?;
                thread::sleep(after);
                service.kill()?;
            }
            End::Stop => drop(service.stop()?),
        }
        for client in running {
            client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
        }
        Ok(())
    })
}
