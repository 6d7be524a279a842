//! What is asked of the service about one source: its definitions, runs, and how they went.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::source::{Deletions, MARK, Place, Shape, Source};
use crate::blobs::CONTAINER;
use crate::http::Client;

const VERSION: &str = "?api-version=2026-04-01";

/// No run of so little takes longer, whatever else the machine does.
const RUN_LONGEST: Duration = Duration::from_secs(90);

/// Runs that may fail in a row until one succeeds: those in which something changed are over when the source rests.
const FAILURES_MAX: usize = 5;

/// Creates index, data source and indexer. The indexer's first run begins by itself.
pub(super) fn define(client: &mut Client<TcpStream>, source: &Source) -> Result<()> {
    let name = source.name;
    let index = json!({ "name": name, "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "name", "type": "Edm.String", "searchable": true, "analyzer": "keyword" },
        { "name": "text", "type": "Edm.String", "searchable": true },
        { "name": "number", "type": "Edm.Int64" },
        { "name": "even", "type": "Edm.Boolean" },
        { "name": "tags", "type": "Collection(Edm.String)" },
    ] });
    create(client, "indexes", &index)?;
    let (kind, connection, container) = match &source.place {
        Place::Folder(folder) => ("files", format!("Folder={}", folder.display()), "."),
        Place::Blobs(blobs) => ("azureblob", blobs.connection(), CONTAINER),
        Place::Rows(rows) => ("postgresql", rows.connection().to_owned(), rows.table()),
    };
    let mut data_source = json!({ "name": name, "type": kind, "container": { "name": container },
        "credentials": { "connectionString": connection } });
    match source.deletions {
        Deletions::Unseen => {}
        Deletions::Marked => {
            data_source["dataDeletionDetectionPolicy"] = json!({
                "@odata.type": "#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy",
                "softDeleteColumnName": MARK.0, "softDeleteMarkerValue": MARK.1 });
        }
        Deletions::Absent => {
            data_source["dataDeletionDetectionPolicy"] =
                json!({ "@odata.type": "#Lazuli.AbsenceDeletionDetectionPolicy" });
        }
    }
    let mut configuration = json!({});
    match (&source.place, source.shape) {
        (Place::Rows(rows), _) => {
            data_source["dataChangeDetectionPolicy"] = json!({
                "@odata.type": "#Microsoft.Azure.Search.HighWaterMarkChangeDetectionPolicy",
                "highWaterMarkColumnName": rows.high_water_mark() });
        }
        (Place::Folder(_) | Place::Blobs(_), Shape::Whole) => configuration["parsingMode"] = json!("json"),
        (Place::Folder(_) | Place::Blobs(_), Shape::Lines) => {
            configuration["parsingMode"] = json!("jsonLines")
        }
    }
    create(client, "datasources", &data_source)?;
    // What is torn or gone while it is read fails for itself; it is read again when it has changed.
    let indexer = json!({ "name": name, "dataSourceName": name, "targetIndexName": name,
        "parameters": { "batchSize": 7, "maxFailedItems": -1, "maxFailedItemsPerBatch": -1,
            "configuration": configuration } });
    create(client, "indexers", &indexer)
}

fn create(client: &mut Client<TcpStream>, collection: &str, definition: &Value) -> Result<()> {
    let answer = client.post(&format!("/{collection}{VERSION}"), definition.to_string().as_bytes())?;
    ensure!(answer.status == 201, "creating in {collection}: {} {}", answer.status, answer.text());
    Ok(())
}

/// Asks for a run, or a reset; false if one is running.
pub(super) fn ask(client: &mut Client<TcpStream>, name: &str, what: &str) -> Result<bool> {
    let answer = client.post(&format!("/indexers('{name}')/search.{what}{VERSION}"), b"")?;
    match answer.status {
        202 | 204 => Ok(true),
        409 => Ok(false),
        other => bail!("{what} of {name}: {other} {}", answer.text()),
    }
}

/// The status, if it makes sense.
pub(super) fn status(client: &mut Client<TcpStream>, name: &str) -> Result<Value> {
    let answer = client.get(&format!("/indexers('{name}')/search.status{VERSION}"))?;
    ensure!(answer.status == 200, "status of {name}: {} {}", answer.status, answer.text());
    let status = answer.json()?;
    check_status(&status).with_context(|| format!("the status of {name}: {status}"))?;
    Ok(status)
}

/// What must hold of a status at any moment.
fn check_status(status: &Value) -> Result<()> {
    let history = status["executionHistory"].as_array().context("no history")?;
    ensure!(status["status"] == "running", "an indexer that can run is called otherwise");
    ensure!(history.len() <= 50, "the history has {} runs", history.len());
    for run in history {
        let known = ["success", "transientFailure", "reset"].map(Value::from);
        ensure!(known.contains(&run["status"]), "the history has a run that is {}", run["status"]);
        // Times have as many digits as they need; without the `Z` their order is that of texts.
        let time = |name: &str| run[name].as_str().map(|time| time.trim_end_matches('Z').to_owned());
        ensure!(time("endTime") >= time("startTime"), "a run ends before it begins");
        let message = run["errorMessage"].is_string();
        ensure!(message == (run["status"] == "transientFailure"), "a message does not fit its run");
    }
    for run in history.iter().chain([&status["lastResult"]]).filter(|run| run.is_object()) {
        let (processed, failed) = (run["itemsProcessed"].as_u64(), run["itemsFailed"].as_u64());
        ensure!(processed >= failed, "more items failed than were processed");
        let errors = run["errors"].as_array().map_or(0, Vec::len) as u64;
        ensure!(failed >= Some(errors), "there are more errors than failures");
    }
    let last = &status["lastResult"];
    let goes_on = last["status"] == "inProgress";
    ensure!(goes_on == (last.is_object() && last["endTime"].is_null()), "a run that goes on has an end");
    ensure!(goes_on || history.first().is_none_or(|newest| newest == last), "the last result is another");
    Ok(())
}

/// Runs the indexer until a run that began now comes to its end, and yields that run.
pub(super) fn run_to_success(client: &mut Client<TcpStream>, name: &str) -> Result<Value> {
    let since = Instant::now();
    let mut failures = 0;
    loop {
        // Whoever finds it idle knows its newest run; whoever finds it running waits and asks again.
        let before = status(client, name)?["executionHistory"][0].clone();
        if ask(client, name, "run")? {
            let run = ended_after(client, name, &before, since)?;
            if run["status"] == "success" {
                return Ok(run);
            }
            failures += 1;
            ensure!(failures < FAILURES_MAX, "{name} fails though its source rests: {run}");
        } else {
            give_up_after(since, client, name)?;
        }
    }
}

/// The run that ended after `before`.
fn ended_after(client: &mut Client<TcpStream>, name: &str, before: &Value, since: Instant) -> Result<Value> {
    loop {
        let newest = status(client, name)?["executionHistory"][0].clone();
        if newest != *before && newest["status"] != "reset" {
            return Ok(newest);
        }
        give_up_after(since, client, name)?;
    }
}

/// A pause, or an error when there were enough.
fn give_up_after(since: Instant, client: &mut Client<TcpStream>, name: &str) -> Result<()> {
    if since.elapsed() > RUN_LONGEST {
        bail!("no run of {name} comes to its end: {}", status(client, name)?);
    }
    thread::sleep(Duration::from_millis(5));
    Ok(())
}
