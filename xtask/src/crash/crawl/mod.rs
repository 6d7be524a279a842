//! Indexers under kills: sources change, indexers run, the service is killed in the middle, and when the sources rest and a
//! run has come to its end, each index must equal its source.
//!
//! Folders, blobs of a stand-in and tables of a real PostgreSQL are crawled, the latter where the machine has one.
//!
//! A run that begins when the source rests may only finish an enumeration that was begun before, so it is the second one
//! in a row that must have seen everything.

mod requests;
mod rows;
mod source;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use self::rows::{Rows, Written};
use self::source::{Deletions, Place, Shape, Source};
use super::check::{all_documents, ensure_equal, keys_found};
use super::load::{Broken, token_of, until_killed};
use super::model::{Documents, present};
use crate::blobs::Blobs;
use crate::http::Client;
use crate::random::Random;
use crate::servers::Servers;
use crate::service::{Launch, Service};
use crate::workspace;

/// Rounds when no number is given: what the test command runs.
pub(super) const ROUNDS: u64 = 30;

/// Blobs of a page: an enumeration has several.
const PAGE: usize = 50;

/// One answer of so many is broken off.
const BROKEN_ONE_OF: u64 = 400;

/// Documents of an index that are searched for in a round.
const SEARCHED: usize = 10;

/// How the message of such a run begins.
const INTERRUPTED: &str = "The run was interrupted";

/// Runs `rounds` rounds on one data directory.
pub(super) fn rounds_with_seed(rounds: u64, seed: u64) -> Result<()> {
    println!("crash of indexers: {rounds} rounds, seed {seed}");
    let folder = workspace::scratch("crash-crawl")?;
    let mut launch = Launch::new(&workspace::build_lazuli()?, &folder.join("data"));
    // Storage has whole seconds, and so has the look-back. A longer one would hide what this is about.
    let arguments = ["--indexer-look-back", "1", "--indexer-folder"].map(str::to_owned);
    launch.arguments = arguments.into_iter().chain([folder.display().to_string()]).collect();
    let database = Servers::start(&["postgresql"])?;
    if database.is_empty() {
        println!("crash of indexers: no tables, for this machine has no PostgreSQL");
    }
    let mut sources = sources(&folder, &database)?;
    for (number, source) in sources.iter_mut().enumerate() {
        source.fill(&mut Random::part(seed, &[1000 + number as u64]))?;
    }
    let service = launch.start()?;
    let mut client = service.client()?;
    sources.iter().try_for_each(|source| requests::define(&mut client, source))?;
    // Killed at once: the first runs have just begun.
    service.kill()?;
    let since = Instant::now();
    let mut interrupted = 0;
    for round in 0..rounds {
        interrupted += one_round(&launch, &mut sources, round, seed).with_context(|| {
            format!("round {round} of seed {seed}; everything is kept in {}", folder.display())
        })?;
    }
    let changes: u64 = sources.iter().map(|source| source.changes).sum();
    println!(
        "crash of indexers: {changes} changes of sources arrived through {rounds} rounds of kills, in which {interrupted} \
         runs were cut off, in {:.0?}",
        since.elapsed()
    );
    Ok(())
}

fn sources(folder: &Path, database: &Servers) -> Result<Vec<Source>> {
    let below = |name: &str| -> Result<Place> {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Place::Folder(folder))
    };
    let blobs = || -> Result<Place> { Ok(Place::Blobs(Blobs::start(PAGE)?)) };
    let mut sources = vec![
        Source::new("whole", below("whole")?, Shape::Whole, Deletions::Unseen, 400),
        Source::new("lines", below("lines")?, Shape::Lines, Deletions::Unseen, 60),
        Source::new("vanishing", below("vanishing")?, Shape::Lines, Deletions::Absent, 120),
        Source::new("marked", blobs()?, Shape::Whole, Deletions::Marked, 300),
        Source::new("blob-lines", blobs()?, Shape::Lines, Deletions::Unseen, 60),
    ];
    if let Some(url) = database.variable("LAZULI_POSTGRES") {
        // Of few rows most are written again within a second, between two runs, and their number is the same.
        for (name, written, rows_max) in
            [("rows", Written::InAnyOrder, 300), ("rows-by-second", Written::InOrder, 12)]
        {
            let rows = Place::Rows(Rows::create(url, name, written)?);
            sources.push(Source::new(name, rows, Shape::Whole, Deletions::Marked, rows_max));
        }
    }
    Ok(sources)
}

/// One kill; how many runs it interrupted.
fn one_round(launch: &Launch, sources: &mut [Source], round: u64, seed: u64) -> Result<u64> {
    let mut random = Random::part(seed, &[round]);
    let service = launch.start()?;
    break_answers(sources, BROKEN_ONE_OF);
    load_until_killed(service, sources, round, seed, random.below(700))?;
    while random.chance(25) {
        // What goes on after a start is interrupted, too.
        let service = launch.spawn()?;
        thread::sleep(Duration::from_millis(random.below(400)));
        service.kill()?;
    }
    break_answers(sources, 0);
    let service = launch.start()?;
    let mut client = service.client()?;
    let mut interrupted = 0;
    for source in sources.iter_mut() {
        let name = source.name;
        let about = || format!("{name} after the restart");
        source.rest()?;
        interrupted += check(&mut client, source, &mut random).with_context(about)?;
        source.purge()?;
    }
    service.kill()?;
    Ok(interrupted)
}

fn break_answers(sources: &[Source], one_of: u64) {
    for source in sources {
        match &source.place {
            Place::Blobs(blobs) => blobs.break_one_of(one_of),
            Place::Folder(_) | Place::Rows(_) => {}
        }
    }
}

/// Lets sources change and indexers run for `ms` milliseconds, then kills the service under them.
fn load_until_killed(service: Service, sources: &mut [Source], round: u64, seed: u64, ms: u64) -> Result<()> {
    let killing = AtomicBool::new(false);
    let address = service.http;
    let names: Vec<&'static str> = sources.iter().map(|source| source.name).collect();
    thread::scope(|scope| {
        let killing = &killing;
        let mut running = Vec::new();
        for (number, source) in (0..).zip(sources) {
            let random = Random::part(seed, &[round, 1 + number]);
            running.push(scope.spawn(move || keep_changing(source, random, killing)));
        }
        for (number, name) in (0..).zip(names) {
            let random = Random::part(seed, &[round, 100 + number]);
            running.push(scope.spawn(move || keep_running(address, name, random, killing)));
        }
        thread::sleep(Duration::from_millis(ms));
        killing.store(true, Ordering::SeqCst);
        service.kill()?;
        for one in running {
            one.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        Ok(())
    })
}

/// Changes something every few milliseconds, and a few things more after the kill.
fn keep_changing(source: &mut Source, mut random: Random, killing: &AtomicBool) -> Result<()> {
    while !killing.load(Ordering::SeqCst) {
        source.change(&mut random)?;
        thread::sleep(Duration::from_micros(random.below(6_000)));
    }
    (0..random.below(5)).try_for_each(|_| source.change(&mut random))
}

/// Runs an indexer again and again, and now and then from the beginning.
fn keep_running(address: SocketAddr, name: &str, mut random: Random, killing: &AtomicBool) -> Result<()> {
    until_killed(address, killing, name, |client| {
        thread::sleep(Duration::from_millis(random.below(30)));
        let step = match random.below(10) {
            0 => requests::ask(client, name, "reset").map(drop),
            1..4 => requests::status(client, name).map(drop),
            _ => requests::ask(client, name, "run").map(drop),
        };
        step.map_err(|error| match error.downcast::<std::io::Error>() {
            Ok(broken) => Broken::Connection(broken),
            Err(other) => Broken::Answer(other),
        })
    })
}

/// The index equals the source that rests; 1 if a run had been interrupted.
fn check(client: &mut Client<TcpStream>, source: &Source, random: &mut Random) -> Result<u64> {
    let interrupted = was_interrupted(&requests::status(client, source.name)?);
    requests::run_to_success(client, source.name)?;
    let run = requests::run_to_success(client, source.name)?;
    ensure!(run["itemsFailed"] == 0, "something failed though the source rests: {run}");
    let (count, by_key) = all_documents(client, source.name)?;
    ensure!(count == by_key.len() as u64, "$count is {count}, {} are listed", by_key.len());
    let (mut there, mut keys) = (Documents::new(), BTreeMap::new());
    for (key, document) in by_key {
        let name = document.get("name").and_then(Value::as_str);
        let name = name.with_context(|| format!("document {key} has no name"))?.to_owned();
        keys.insert(name.clone(), key.clone());
        ensure!(there.insert(name.clone(), document).is_none(), "{name} is there twice, once as {key}");
    }
    let documents = source.documents().into_iter();
    let expected: Documents = documents.map(|(name, document)| (name, present(document))).collect();
    match source.deletions {
        Deletions::Unseen => {
            there.retain(|name, _| expected.contains_key(name) || !source.once.contains(name));
        }
        Deletions::Marked | Deletions::Absent => {}
    }
    ensure_equal(&expected, &there, source.name)?;
    check_search(client, source, &expected, &keys, random)?;
    Ok(u64::from(interrupted))
}

/// Some documents are found by the word that only their version has.
fn check_search(
    client: &mut Client<TcpStream>,
    source: &Source,
    expected: &Documents,
    keys: &BTreeMap<String, String>,
    random: &mut Random,
) -> Result<()> {
    let documents: Vec<_> = expected.iter().collect();
    for _ in 0..SEARCHED.min(documents.len()) {
        let (name, document) = random.pick(&documents);
        let token = document.get("text").and_then(Value::as_str).and_then(token_of).unwrap_or_default();
        let found = keys_found(client, source.name, &token)?;
        ensure!(found.iter().eq(keys.get(*name)), "`{token}` should find {name} only, found {found:?}");
    }
    Ok(())
}

/// Whether one of the newest two runs was cut off: the last round ended with two that were not.
fn was_interrupted(status: &Value) -> bool {
    let newest = status["executionHistory"].as_array().into_iter().flatten().take(2);
    newest.filter_map(|run| run["errorMessage"].as_str()).any(|text| text.starts_with(INTERRUPTED))
}
