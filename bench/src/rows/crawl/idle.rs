//! What fifty schedules cost a service in which nothing is due.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use xtask::service::Service;

use super::{Crawled, crawl, wait};
use crate::figures::short;
use crate::report::Row;
use crate::rows::Run;
use crate::serving;

const INDEXERS: usize = 50;

/// How long the services are watched.
const WATCHED: Duration = Duration::from_secs(10);

/// Time of a processor in that which counts as nothing: a thousandth of it.
const NOTHING_MS: f64 = 10.0;

pub(in crate::rows) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let folder = run.folder.join("empty-folder");
    fs::create_dir_all(&folder)?;
    let mut launch = run.launch("scheduled");
    launch.arguments = vec!["--indexer-folder".to_owned(), folder.display().to_string()];
    let scheduled = launch.start()?;
    let mut client = scheduled.client()?;
    serving::create(&scheduled, "indexer0")?;
    let connection = format!("Folder={}", folder.display());
    let crawled = Crawled { kind: "files", connection: &connection, container: "." };
    for number in 0..INDEXERS {
        let name = format!("indexer{number}");
        let indexer = json!({"targetIndexName": "indexer0", "schedule": {"interval": "PT12H"}});
        crawl(&mut client, &name, &crawled, &indexer)?;
        wait(&mut client, &name)?;
    }
    drop(client);
    let without = run.launch("unscheduled").start()?;
    serving::create(&without, "indexer0")?;
    // What follows a start and the first runs is over then.
    thread::sleep(Duration::from_secs(5));
    let (with, without) = used(&scheduled, &without)?;
    rows.push(Row {
        what: format!(
            "CPU time of a service with {INDEXERS} indexers that have a schedule, none due, in 10 s"
        ),
        lazuli: format!("{} ms", short(with)),
        reference: format!("without indexers {} ms", short(without)),
        must: "≤ without + 10 ms",
        reached: format!("{} ms more", short(with - without)),
        holds: with <= without + NOTHING_MS,
    });
    Ok(())
}

/// CPU time of two services in the same [`WATCHED`], in milliseconds.
fn used(one: &Service, other: &Service) -> Result<(f64, f64)> {
    let before = (one.cpu_time()?, other.cpu_time()?);
    thread::sleep(WATCHED);
    let after = (one.cpu_time()?, other.cpu_time()?);
    let milliseconds = |from: Duration, to: Duration| (to - from).as_secs_f64() * 1e3;
    Ok((milliseconds(before.0, after.0), milliseconds(before.1, after.1)))
}
