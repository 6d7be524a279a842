//! What a process costs before anybody asks it anything.

use std::thread;
use std::time::Duration;

use anyhow::Result;
use xtask::service::{Launch, Service};

use super::{Run, at_most_ms, visibility};
use crate::figures::Samples;
use crate::report::Row;
use crate::serving;

/// Start, memory, and visibility at the smaller size.
pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let empty = run.launch("empty");
    empty.start()?.stop()?;
    let (ready, service) = median_start(&empty)?;
    rows.push(at_most_ms("process start to ready, empty", ready, "≤ 100 ms", 100.0));
    thread::sleep(Duration::from_secs(2));
    let megabytes = service.resident_bytes()? as f64 / f64::from(1 << 20);
    rows.push(Row {
        what: "idle memory, empty".to_owned(),
        lazuli: format!("{megabytes:.0} MB"),
        reference: String::new(),
        must: "≤ 60 MB (hope 30)",
        reached: format!("{megabytes:.0} MB"),
        holds: megabytes <= 60.0,
    });
    service.stop()?;

    let filled = run.launch("small");
    let service = filled.start()?;
    serving::create(&service, "docs")?;
    serving::fill(&service, "docs", 0, &serving::batches(&run.corpus, 0, run.small), 4)?;
    rows.push(visibility(run, &service, run.small)?);
    service.stop()?;
    let (ready, service) = median_start(&filled)?;
    let what = format!("process start to ready, {} documents", run.small);
    rows.push(at_most_ms(&what, ready, "≤ 500 ms", 500.0));
    service.stop().map(drop)
}

/// The median of five starts, and the last service.
fn median_start(launch: &Launch) -> Result<(f64, Service)> {
    let mut times = Vec::new();
    for _ in 0..4 {
        let mut service = launch.spawn()?;
        times.push(service.wait_until_ready(Duration::from_secs(60))?);
        service.stop()?;
    }
    let mut service = launch.spawn()?;
    times.push(service.wait_until_ready(Duration::from_secs(60))?);
    Ok((Samples::from(times).p50(), service))
}
