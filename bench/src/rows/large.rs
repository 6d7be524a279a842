//! A large index: filling it, asking it, changing it.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::service::{Launch, Service};

use super::{REQUESTS, Run, at_most_ms, visibility};
use crate::corpus::{TEXT_FIELDS, definition};
use crate::figures::{Samples, short};
use crate::inside::Opened;
use crate::raw::{Raw, top_ten};
use crate::report::Row;
use crate::serving::{self, BATCH, good};

/// Everything about the large index.
pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
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
    service.stop()?;
    ranking(run, &raw, &launch, rows)
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

/// The ten best in this process: ours against tantivy's own, and against our own exhaustive answer.
fn ranking(run: &Run, raw: &Raw, launch: &Launch, rows: &mut Vec<Row>) -> Result<()> {
    let searcher = raw.searcher()?;
    let opened = Opened::open(&launch.data_dir, "docs")?;
    for fields in [&TEXT_FIELDS[2..3], &TEXT_FIELDS[..]] {
        for words in [1, 2, 5] {
            let queries = run.corpus.queries(REQUESTS, words);
            let prepared: Vec<_> = queries.iter().map(|words| raw.any_of(words, fields)).collect();
            let searches =
                queries.iter().map(|words| opened.any_of(words, fields)).collect::<Result<Vec<_>>>()?;
            for (search, words) in searches.iter().zip(&queries) {
                let same = opened.ten_best(search)? == opened.ten_best_exhaustively(search)?;
                ensure!(same, "the ten best of {words:?} are not those of the exhaustive search");
            }
            let raw_top = |number: usize| top_ten(&searcher, &*prepared[number]).map(drop);
            let own_top = |number: usize| opened.ten_best(&searches[number]).map(drop);
            Samples::of(REQUESTS, raw_top)?;
            let (theirs, ours) = (Samples::of(REQUESTS, raw_top)?, Samples::of(REQUESTS, own_top)?);
            let ratio = theirs.mean() / ours.mean();
            rows.push(Row {
                what: format!("top 10 in process: {words} words, {} fields", fields.len()),
                lazuli: format!("mean {} ms, {}", short(ours.mean()), ours.both()),
                reference: format!("tantivy mean {} ms, {}", short(theirs.mean()), theirs.both()),
                must: "≥ 1.0 × (hope 1.5)",
                reached: format!("{} ×, identical to exhaustive", short(ratio)),
                holds: ratio >= 1.0,
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
