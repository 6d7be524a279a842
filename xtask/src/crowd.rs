//! `cargo xtask crowd`: many small indexes on one server. Nothing of an index is open until it is touched, so start and
//! idle memory do not grow with their number, and 1024 open files are enough for all of them.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::flags::Flags;
use crate::service::{Launch, Service};
use crate::workspace;

/// Indexes when no number is given.
pub const INDEXES: u64 = 500;

/// The promise is 2 s on a quiet machine; a busy one gets five times that before it is called a failure.
const START_LIMIT: Duration = Duration::from_secs(10);
const MEMORY_LIMIT_BYTES: u64 = 150 << 20;

/// Files a process may hold open on a machine that nobody has tuned.
pub const OPEN_FILES: u64 = 1024;

/// Runs with `--indexes N --open-files N`.
pub fn run(mut flags: Flags) -> Result<()> {
    let indexes = flags.value("--indexes")?.unwrap_or(INDEXES);
    let open_files = flags.value("--open-files")?.unwrap_or(OPEN_FILES);
    flags.finish()?;
    with_indexes(indexes, open_files)
}

/// Fills `indexes` small indexes, restarts, looks at what an idle server costs, then touches them all; never with more
/// than `open_files` files open.
pub fn with_indexes(indexes: u64, open_files: u64) -> Result<()> {
    let binary = workspace::build_lazuli()?;
    let mut launch = Launch::new(&binary, &workspace::scratch("crowd")?.join("data"));
    let limit = format!("ulimit -n {open_files} && exec \"$@\"");
    launch.before = vec!["sh".to_owned(), "-c".to_owned(), limit, "sh".to_owned()];
    let service = launch.start()?;
    fill(&service, indexes)?;
    service.stop()?;

    let mut service = launch.spawn()?;
    let ready = service.wait_until_ready(START_LIMIT)?;
    thread::sleep(Duration::from_secs(2));
    let idle_bytes = service.resident_bytes()?;
    let idle_files = service.open_files()?;
    let busy_files = touch(&service, indexes)?;
    let touched_bytes = service.resident_bytes()?;
    println!(
        "crowd: {indexes} indexes: ready after {} ms, idle {} MB and {idle_files} files; \
         all touched: {} MB and at most {busy_files} files",
        ready.as_millis(),
        idle_bytes >> 20,
        touched_bytes >> 20,
    );
    ensure!(idle_bytes < MEMORY_LIMIT_BYTES, "idle memory is over {} MB", MEMORY_LIMIT_BYTES >> 20);
    service.stop().map(drop)
}

fn fill(service: &Service, indexes: u64) -> Result<()> {
    let mut client = service.client()?;
    for number in 0..indexes {
        let definition = json!({"name": format!("crowd-{number}"), "fields": [
            {"name": "id", "type": "Edm.String", "key": true, "searchable": false},
            {"name": "text", "type": "Edm.String", "searchable": true},
        ]});
        let answer = client.post("/indexes?api-version=2026-04-01", definition.to_string().as_bytes())?;
        ensure!(answer.status == 201, "creating index {number}: {} {}", answer.status, answer.text());
        let documents =
            json!({"value": [{"id": "1", "text": format!("one of {number}")}, {"id": "2"}, {"id": "3"}]});
        let target = format!("/indexes('crowd-{number}')/docs/search.index?api-version=2026-04-01");
        let answer = client.post(&target, documents.to_string().as_bytes())?;
        ensure!(answer.status == 200, "filling index {number}: {} {}", answer.status, answer.text());
    }
    Ok(())
}

/// Searches every index; the most files that were open at once.
fn touch(service: &Service, indexes: u64) -> Result<usize> {
    let mut client = service.client()?;
    let mut most = 0;
    for number in 0..indexes {
        let answer =
            client.get(&format!("/indexes('crowd-{number}')/docs?api-version=2026-04-01&search={number}"))?;
        ensure!(answer.status == 200, "searching index {number}: {} {}", answer.status, answer.text());
        let hits = answer.json()?["value"].as_array().map_or(0, Vec::len);
        ensure!(hits == 1, "index {number} should have one hit, has {hits}");
        most = most.max(service.open_files()?);
    }
    Ok(most)
}
