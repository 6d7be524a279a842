//! The rows of the table, in the order in which one run can measure them all.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::service::{Launch, Service};
use xtask::workspace;

use crate::corpus::{Corpus, TEXT_FIELDS, definition};
use crate::figures::{Samples, short};
use crate::machine;
use crate::raw::{Raw, top_ten};
use crate::report::Row;
use crate::serving::{self, BATCH, good};

/// The seed of the corpus; a run can be repeated.
const SEED: u64 = 20_261_120;

/// Requests per row.
const REQUESTS: usize = 1000;

/// What all rows share.
pub(crate) struct Run {
    corpus: Corpus,
    binary: PathBuf,
    folder: PathBuf,
    /// Documents of the large index.
    large: u64,
    /// Documents of the small one.
    small: u64,
    /// Documents written while another connection searches.
    watched: u64,
}

impl Run {
    /// A full run has a million documents, a quick one 100 000.
    pub(crate) fn new(quick: bool) -> Result<Self> {
        let (large, small, watched) =
            if quick { (100_000, 20_000, 50_000) } else { (1_000_000, 100_000, 300_000) };
        let binary = workspace::target().join("release/lazuli");
        Ok(Self {
            corpus: Corpus::new(SEED),
            binary,
            folder: workspace::scratch("bench")?,
            large,
            small,
            watched,
        })
    }

    fn launch(&self, name: &str) -> Launch {
        Launch::new(&self.binary, &self.folder.join(name))
    }
}

type Group = (&'static str, fn(&Run, &mut Vec<Row>) -> Result<()>);

const GROUPS: [Group; 4] = [("start", start), ("acks", acks), ("watched", watched), ("large", large)];

/// Measures every group, or those named.
pub(crate) fn all(run: &Run, only: &[String]) -> Result<Vec<Row>> {
    let names = GROUPS.map(|(name, _)| name);
    ensure!(only.iter().all(|name| names.contains(&name.as_str())), "groups are {}", names.join(", "));
    let mut rows = Vec::new();
    for (name, measure) in
        GROUPS.into_iter().filter(|(name, _)| only.is_empty() || only.iter().any(|o| o == name))
    {
        println!("measuring: {name}");
        let before = rows.len();
        measure(run, &mut rows)?;
        for row in rows.iter().skip(before) {
            println!("  {}: {} ({})", row.what, row.lazuli, row.reached);
        }
    }
    Ok(rows)
}

/// Start, memory, and visibility at the smaller size.
fn start(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
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

/// Single documents, each durable before its answer.
fn acks(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let floor = machine::fdatasync(&run.folder)?;
    let launch = run.launch("acks");
    let service = launch.start()?;
    serving::create(&service, "docs")?;
    let body = |number: u64| {
        let mut body = String::from("{\"value\":[");
        run.corpus.document(number).write_json(&mut body);
        body.push_str("]}");
        body.into_bytes()
    };
    let bodies: Vec<Vec<u8>> = (0..20_000).map(body).collect();
    let target = serving::write_target("docs");
    let mut client = service.client()?;
    for body in bodies.iter().take(200) {
        client.post(&target, body)?;
    }
    let one = Samples::of(REQUESTS, |number| accepted(client.post(&target, &bodies[number])))?;
    let bound = 4.0 * floor.p50() + 0.5;
    rows.push(Row {
        what: "single-document durable ack, 1 connection".to_owned(),
        lazuli: one.both(),
        reference: format!("fdatasync {}", floor.both()),
        must: "p50 ≤ 4 × fsync + 0.5 ms",
        reached: format!("{} of {} ms", short(one.p50()), short(bound)),
        holds: one.p50() <= bound,
    });

    let connections = 16;
    let share = bodies.len() / connections;
    let since = Instant::now();
    let samples = thread::scope(|scope| {
        let clients: Vec<_> = bodies
            .chunks(share)
            .map(|share| {
                let (service, target) = (&service, &target);
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut client = service.client()?;
                    let timed = share.iter().map(|body| {
                        let since = Instant::now();
                        accepted(client.post(target, body))?;
                        Ok(since.elapsed())
                    });
                    timed.collect()
                })
            })
            .collect();
        let mut all = Vec::new();
        for client in clients {
            all.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok::<_, anyhow::Error>(Samples::from(all))
    })?;
    let rate = bodies.len() as f64 / since.elapsed().as_secs_f64();
    rows.push(Row {
        what: "single-document durable ack, 16 connections".to_owned(),
        lazuli: format!("{rate:.0}/s, {}", samples.both()),
        reference: format!("fdatasync {}", floor.both()),
        must: "≥ 5 000/s (hope 13 000)",
        reached: format!("{rate:.0}/s"),
        holds: rate >= 5000.0,
    });
    service.stop().map(drop)
}

fn accepted(answer: std::io::Result<xtask::http::Answer>) -> Result<()> {
    let answer = answer?;
    ensure!(matches!(answer.status, 200 | 201), "{} {:.300}", answer.status, answer.text());
    Ok(())
}

/// Batches on two connections, without and with a third that searches for the newest acknowledged batch.
fn watched(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
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

/// Everything about the large index.
fn large(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let raw_folder = run.folder.join("raw");
    std::fs::create_dir_all(&raw_folder)?;
    let (raw, raw_took) = Raw::fill(&raw_folder, &run.corpus, run.large)?;
    let raw_rate = run.large as f64 / raw_took.as_secs_f64();

    let launch = run.launch("large");
    let service = launch.start()?;
    serving::create(&service, "docs")?;
    let batches = serving::batches(&run.corpus, 0, run.large);
    let took = serving::fill(&service, "docs", 0, &batches, 4)?;
    drop(batches);
    let rate = run.large as f64 / took.as_secs_f64();
    let ratio = rate / raw_rate;
    rows.push(Row {
        what: format!(
            "indexing through HTTP, {BATCH}-document batches, 4 connections, {} documents",
            run.large
        ),
        lazuli: format!("{rate:.0} docs/s"),
        reference: format!("tantivy {raw_rate:.0} docs/s"),
        must: "≥ 0.5 × (hope 0.8)",
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= 0.5,
    });
    rows.push(visibility(run, &service, run.large)?);
    searches_over_http(run, &raw, &service, &launch, rows)?;
    rows.push(added_field(&service)?);
    service.stop().map(drop)
}

/// One document, and a search that must see it.
fn visibility(run: &Run, service: &Service, documents: u64) -> Result<Row> {
    let mut client = service.client()?;
    let target = serving::write_target("docs");
    let first = 10_000_000;
    let samples = Samples::of(REQUESTS, |number| {
        let mut document = run.corpus.document(first + number as u64);
        let word = format!("seen{documents}x{number}");
        if let Some(text) = document.texts.first_mut() {
            text.push_str(&format!(" {word}"));
        }
        let mut body = String::from("{\"value\":[");
        document.write_json(&mut body);
        body.push_str("]}");
        accepted(client.post(&target, body.as_bytes()))?;
        let found = serving::found(&mut client, "docs", &word)?;
        ensure!(found == 1, "a write was acknowledged and is not seen");
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(Row {
        what: format!("write-to-visible, one document, at {documents} documents"),
        lazuli: samples.both(),
        reference: String::new(),
        must: "p50 ≤ 15 ms, p99 ≤ 60 ms",
        reached: samples.both(),
        holds: samples.p50() <= 15.0 && samples.p99() <= 60.0,
    })
}

/// Pages of ten whole documents over HTTP and HTTPS, beside tantivy's own ten best in this process.
fn searches_over_http(
    run: &Run,
    raw: &Raw,
    service: &Service,
    launch: &Launch,
    rows: &mut Vec<Row>,
) -> Result<()> {
    let searcher = raw.searcher()?;
    let target = serving::search_target("docs");
    let mut plain = service.client()?;
    let mut tls = serving::over_tls(service.https, &launch.data_dir.join("tls/ca.pem"))?;
    for fields in [&TEXT_FIELDS[2..3], &TEXT_FIELDS[..]] {
        for words in [1, 2, 5] {
            let queries = run.corpus.queries(REQUESTS, words);
            let prepared: Vec<_> = queries.iter().map(|words| raw.any_of(words, fields)).collect();
            let bodies: Vec<String> = queries
                .iter()
                .map(|words| {
                    json!({"search": words.join(" "), "searchFields": fields.join(","), "top": 10})
                        .to_string()
                })
                .collect();
            let raw_top = |number: usize| top_ten(&searcher, &*prepared[number]).map(drop);
            Samples::of(REQUESTS, raw_top)?;
            let raw_samples = Samples::of(REQUESTS, raw_top)?;
            let mut over_http = |number: usize| good(plain.post(&target, bodies[number].as_bytes()));
            Samples::of(REQUESTS, &mut over_http)?;
            let samples = Samples::of(REQUESTS, over_http)?;
            let tls_samples =
                Samples::of(REQUESTS, |number| good(tls.post(&target, bodies[number].as_bytes())))?;
            let (p50, p99) = (raw_samples.p50() + 0.4, 2.0 * raw_samples.p99() + 1.0);
            rows.push(Row {
                what: format!("top 10 over HTTP, whole documents: {words} words, {} fields", fields.len()),
                lazuli: format!("{}; TLS {}", samples.both(), tls_samples.both()),
                reference: format!("tantivy in process {}", raw_samples.both()),
                must: "p50 ≤ raw + 0.4 ms, p99 ≤ 2 × raw + 1 ms",
                reached: format!(
                    "{} of {} / {} of {}",
                    short(samples.p50()),
                    short(p50),
                    short(samples.p99()),
                    short(p99)
                ),
                holds: samples.p50() <= p50 && samples.p99() <= p99,
            });
        }
    }
    Ok(())
}

/// A field more in the definition of a filled index.
fn added_field(service: &Service) -> Result<Row> {
    let mut client = service.client()?;
    let mut definition = definition("docs");
    let mut times = Vec::new();
    for number in 0..11 {
        if let Some(fields) = definition["fields"].as_array_mut() {
            fields.push(json!({"name": format!("later{number}"), "type": "Edm.String"}));
        }
        let since = Instant::now();
        let answer = client.send(
            "PUT",
            "/indexes('docs')?api-version=2026-04-01",
            definition.to_string().as_bytes(),
        )?;
        times.push(since.elapsed());
        ensure!(answer.status < 300, "adding a field: {} {}", answer.status, answer.text());
    }
    let worst = Samples::from(times).percentile_ms(100);
    Ok(at_most_ms("adding a field to the large index, worst of 11", worst, "≤ 100 ms", 100.0))
}

fn at_most_ms(what: &str, ms: f64, must: &'static str, bound: f64) -> Row {
    let shown = format!("{} ms", short(ms));
    Row {
        what: what.to_owned(),
        lazuli: shown.clone(),
        reference: String::new(),
        must,
        reached: shown,
        holds: ms <= bound,
    }
}
