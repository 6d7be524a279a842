//! Indexers: blobs from Azurite, a million lines from one blob, and what schedules cost that have nothing to do.

pub(super) mod blobs;
pub(super) mod idle;
pub(super) mod lines;

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use xtask::http::Client;

const VERSION: &str = "?api-version=2026-04-01";

/// A run that takes longer hangs.
const RUN_LONGEST: Duration = Duration::from_secs(1800);

/// A data source.
struct Crawled<'a> {
    kind: &'a str,
    connection: &'a str,
    container: &'a str,
}

/// Creates a data source and an indexer from it into the index of the same name, whose first run begins at once.
fn crawl(client: &mut Client<TcpStream>, name: &str, crawled: &Crawled<'_>, more: &Value) -> Result<()> {
    let source = json!({"name": name, "type": crawled.kind, "container": {"name": crawled.container},
        "credentials": {"connectionString": crawled.connection}});
    create(client, "datasources", &source)?;
    let mut indexer = json!({"name": name, "dataSourceName": name, "targetIndexName": name});
    if let (Some(indexer), Some(more)) = (indexer.as_object_mut(), more.as_object()) {
        indexer.extend(more.clone());
    }
    create(client, "indexers", &indexer)
}

fn create(client: &mut Client<TcpStream>, collection: &str, definition: &Value) -> Result<()> {
    let answer = client.post(&format!("/{collection}{VERSION}"), definition.to_string().as_bytes())?;
    ensure!(answer.status == 201, "creating in {collection}: {} {}", answer.status, answer.text());
    Ok(())
}

/// Waits until the indexer's newest run has ended well; the documents it processed.
fn wait(client: &mut Client<TcpStream>, name: &str) -> Result<u64> {
    let since = Instant::now();
    loop {
        let status = client.get(&format!("/indexers('{name}')/search.status{VERSION}"))?.json()?;
        let last = &status["lastResult"];
        if last["status"] == "success" {
            ensure!(last["itemsFailed"] == 0, "documents failed: {last}");
            return Ok(last["itemsProcessed"].as_u64().unwrap_or(0));
        }
        ensure!(last.is_null() || last["status"] == "inProgress", "the run failed: {last}");
        ensure!(since.elapsed() < RUN_LONGEST, "the run hangs: {last}");
        thread::sleep(Duration::from_millis(20));
    }
}
