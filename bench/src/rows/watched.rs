//! Indexing while somebody searches for what was just written.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use xtask::service::Service;

use super::Run;
use crate::figures::{Samples, short};
use crate::report::Row;
use crate::serving;

/// Batches on two connections, without and with a third that searches for the newest acknowledged batch.
pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let batches = serving::batches(&run.corpus, 0, run.watched);
    let rate_of = |took: Duration| run.watched as f64 / took.as_secs_f64();

    let service = run.launch("unwatched").start()?;
    serving::create(&service, "docs")?;
    let since = Instant::now();
    serving::send(&service, "docs", &batches, 2, &[])?;
    let alone = rate_of(since.elapsed());
    service.stop()?;

    let service = run.launch("watched").start()?;
    serving::create(&service, "docs")?;
    let acknowledged: Vec<AtomicUsize> = batches.iter().map(|_| AtomicUsize::new(0)).collect();
    let finished = AtomicBool::new(false);
    let (took, searches) = thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&service, &acknowledged, &finished));
        let since = Instant::now();
        let sent = serving::send(&service, "docs", &batches, 2, &acknowledged);
        let took = since.elapsed();
        finished.store(true, Ordering::SeqCst);
        let searches = watcher.join().map_err(|_| anyhow::anyhow!("the watcher panicked"))?;
        sent.and(searches).map(|searches| (took, searches))
    })?;
    let with_searches = rate_of(took);
    let ratio = with_searches / alone;
    rows.push(Row {
        what: "batches on 2 connections while 20 searches/s see the newest".to_owned(),
        lazuli: format!("{with_searches:.0} docs/s"),
        reference: format!("{alone:.0} docs/s without searches"),
        must: "≥ 0.5 ×",
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= 0.5,
    });
    rows.push(Row {
        what: "those searches".to_owned(),
        lazuli: searches.both(),
        reference: String::new(),
        must: "p50 ≤ 80 ms, p99 ≤ 400 ms",
        reached: searches.both(),
        holds: searches.p50() <= 80.0 && searches.p99() <= 400.0,
    });
    service.stop().map(drop)
}

/// Twenty times a second: the batch acknowledged last must be there.
fn watch(service: &Service, acknowledged: &[AtomicUsize], finished: &AtomicBool) -> Result<Samples> {
    let mut client = service.client()?;
    let mut samples = Vec::new();
    while !finished.load(Ordering::SeqCst) {
        let tick = Instant::now();
        if let Some(newest) = acknowledged.iter().rposition(|flag| flag.load(Ordering::SeqCst) == 1) {
            let since = Instant::now();
            let found = serving::found(&mut client, "docs", &serving::mark(0, newest))?;
            samples.push(since.elapsed());
            ensure!(found == 1, "batch {newest} was acknowledged and is not seen");
        }
        thread::sleep(Duration::from_millis(50).saturating_sub(tick.elapsed()));
    }
    Ok(Samples::from(samples))
}
