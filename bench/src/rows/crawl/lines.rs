//! One blob of a million lines, each a document, beside an upload of the same documents; and the memory that it takes.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::blobs::{Blobs, CONTAINER};

use super::{Crawled, crawl, wait};
use crate::figures::short;
use crate::report::Row;
use crate::rows::Run;
use crate::serving::{self, BATCH};

/// Memory that a process may take for it at most, in MB of 2^20 bytes.
const MEGABYTES_MAX: u64 = 300;

pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let service = run.launch("lines-uploaded").start()?;
    serving::create(&service, "docs")?;
    let batches = serving::batches(&run.corpus, 0, run.large);
    let upload = serving::fill(&service, "docs", 0, &batches, 4)?;
    let upload_peak = service.memory()?.peak_bytes;
    drop(batches);
    service.stop()?;

    // Served from memory in this process: what costs is the crawling.
    let blobs = Blobs::start(1000)?;
    let mut text = String::new();
    for number in 0..run.large {
        run.corpus.document(number).write_json(&mut text);
        text.push('\n');
    }
    let megabytes = text.len() >> 20;
    blobs.put("lines.jsonl", text.into_bytes(), &[]);
    let service = run.launch("lines-crawled").start()?;
    serving::create(&service, "docs")?;
    let mut client = service.client()?;
    let connection = blobs.connection();
    let crawled = Crawled { kind: "azureblob", connection: &connection, container: CONTAINER };
    let indexer = json!({"parameters": {"batchSize": BATCH, "configuration": {"parsingMode": "jsonLines"}}});
    let since = Instant::now();
    crawl(&mut client, "docs", &crawled, &indexer)?;
    let mut own_peak = 0;
    let processed = wait(&mut client, "docs", || {
        own_peak = own_peak.max(service.memory()?.own_bytes);
        Ok(())
    })?;
    let took = since.elapsed();
    let memory = service.memory()?;
    service.stop()?;
    ensure!(processed == run.large, "{processed} of {} lines were processed", run.large);

    let ratio = upload.as_secs_f64() / took.as_secs_f64();
    rows.push(Row {
        what: format!("crawling one blob of {} JSON lines, {megabytes} MB", run.large),
        lazuli: format!("{:.0} docs/s", run.large as f64 / took.as_secs_f64()),
        reference: format!("upload, 4 connections: {:.0} docs/s", run.large as f64 / upload.as_secs_f64()),
        must: "≥ 0.5 ×",
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= 0.5,
    });
    let in_megabytes = |bytes: u64| bytes >> 20;
    let own = in_megabytes(own_peak);
    rows.push(Row {
        what: "memory of the process that crawled them, without mapped files of the index".to_owned(),
        lazuli: format!("{own} MB at most; with mapped files {} MB", in_megabytes(memory.peak_bytes)),
        reference: format!("upload, with mapped files: {} MB", in_megabytes(upload_peak)),
        must: "≤ 300 MB",
        reached: format!("{own} MB"),
        holds: own <= MEGABYTES_MAX,
    });
    Ok(())
}
