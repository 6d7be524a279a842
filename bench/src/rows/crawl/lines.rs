//! One blob of a million lines, each a document, beside an upload of the same documents; and the memory that it takes.
//!
//! What must not grow with the blob is the anonymous memory of the process. Mapped files come and go with what the machine
//! has to spare, so they are told and not judged (see `memory`). The memory is that of the crawling and that of the index
//! it fills, which an upload fills in the same way; so the same lines are crawled once more into an index that takes nothing
//! of them but the key.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use xtask::blobs::{Blobs, CONTAINER};

use super::{Crawled, crawl, wait};
use crate::corpus::definition;
use crate::figures::short;
use crate::memory::{Peak, Watch};
use crate::report::Row;
use crate::rows::Run;
use crate::serving::{self, BATCH};

/// Anonymous memory that a process may take for it at most, in MB of 2^20 bytes.
const MEGABYTES_MAX: u64 = 300;

pub(in crate::rows) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let (upload, uploading) = upload(run)?;
    // Served from memory in this process: what costs is the crawling.
    let blobs = Blobs::start(1000)?;
    let mut text = String::new();
    for number in 0..run.large {
        run.corpus.document(number).write_json(&mut text);
        text.push('\n');
    }
    let megabytes = text.len() >> 20;
    blobs.put("lines.jsonl", text.into_bytes(), &[]);

    let (took, crawling) = crawl_into(run, &blobs, "lines-crawled", &definition("docs"))?;
    let keys = json!({"name": "docs", "fields": [
        {"name": "id", "type": "Edm.String", "key": true, "searchable": false, "filterable": false,
            "sortable": false, "facetable": false},
    ]});
    let (_, crawling_keys) = crawl_into(run, &blobs, "lines-keys", &keys)?;

    let rate = |took: Duration| run.large as f64 / took.as_secs_f64();
    let ratio = rate(took) / rate(upload);
    rows.push(Row {
        what: format!("crawling one blob of {} JSON lines, {megabytes} MB", run.large),
        lazuli: format!("{:.0} docs/s", rate(took)),
        reference: format!("upload, 4 connections: {:.0} docs/s", rate(upload)),
        must: "≥ 0.5 ×",
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= 0.5,
    });
    rows.push(peak("the process that crawled them", crawling, format!("upload: {}", both(uploading))));
    rows.push(peak("the same into an index of keys alone", crawling_keys, String::new()));
    Ok(())
}

fn peak(what: &str, peak: Peak, reference: String) -> Row {
    Row {
        what: format!("most memory: {what}"),
        lazuli: both(peak),
        reference,
        must: "anonymous ≤ 300 MB",
        reached: format!("{} MB", peak.anonymous),
        holds: peak.anonymous <= MEGABYTES_MAX,
    }
}

fn both(peak: Peak) -> String {
    format!("{} MB anonymous, {} MB of mapped files", peak.anonymous, peak.mapped)
}

/// An upload of the documents: its time, and the most memory.
fn upload(run: &Run) -> Result<(Duration, Peak)> {
    let service = run.launch("lines-uploaded").start()?;
    let memory = Watch::start(&service);
    serving::create(&service, "docs")?;
    let batches = serving::batches(&run.corpus, 0, run.large);
    let took = serving::fill(&service, "docs", 0, &batches, 4)?;
    let peak = memory.stop()?;
    service.stop()?;
    Ok((took, peak))
}

/// Crawls the lines with a service of its own: its time, and the most memory.
fn crawl_into(run: &Run, blobs: &Blobs, name: &str, index: &Value) -> Result<(Duration, Peak)> {
    let service = run.launch(name).start()?;
    let memory = Watch::start(&service);
    serving::create_as(&service, index)?;
    let mut client = service.client()?;
    let connection = blobs.connection();
    let crawled = Crawled { kind: "azureblob", connection: &connection, container: CONTAINER };
    let indexer = json!({"parameters": {"batchSize": BATCH, "configuration": {"parsingMode": "jsonLines"}}});
    let since = Instant::now();
    crawl(&mut client, "docs", &crawled, &indexer)?;
    let processed = wait(&mut client, "docs")?;
    let took = since.elapsed();
    ensure!(processed == run.large, "{processed} of {} lines were processed", run.large);
    let peak = memory.stop()?;
    service.stop()?;
    Ok((took, peak))
}
