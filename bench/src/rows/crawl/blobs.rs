//! Ten thousand small blobs, beside a plain client that downloads and pushes the same ones over eight connections.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::service::Service;

use super::{Crawled, crawl, wait};
use crate::azurite::{Azurite, target};
use crate::corpus::Corpus;
use crate::figures::short;
use crate::report::Row;
use crate::rows::Run;
use crate::serving::{self, accepted};

const CONNECTIONS: usize = 8;

/// Documents that the plain client pushes at once.
const PUSHED: usize = 250;

/// The two take turns, so that whatever else the machine does takes its share of both.
const TURNS: usize = 2;

pub(in crate::rows) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let azurite = Azurite::start()?;
    let bytes = fill(&azurite, &run.corpus, run.blobs)?;
    let service = run.launch("blobs").start()?;
    let (mut plain, mut crawled) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        let (by_plain, by_crawl) = (format!("plain{turn}"), format!("crawled{turn}"));
        serving::create(&service, &by_plain)?;
        plain += download_and_push(&azurite, &service, &by_plain, run.blobs)?;
        serving::create(&service, &by_crawl)?;
        crawled += crawl_all(&azurite, &service, &by_crawl, run.blobs)?;
    }
    service.stop()?;
    let rate = |took: Duration| (run.blobs * TURNS as u64) as f64 / took.as_secs_f64();
    let ratio = rate(crawled) / rate(plain);
    rows.push(Row {
        what: format!("crawling {} JSON blobs of {} bytes each from Azurite", run.blobs, bytes / run.blobs),
        lazuli: format!("{:.0} blobs/s", rate(crawled)),
        reference: format!("download and push, {CONNECTIONS} connections: {:.0} blobs/s", rate(plain)),
        must: "≥ 0.7 ×",
        reached: format!("{} ×", short(ratio)),
        holds: ratio >= 0.7,
    });
    Ok(())
}

/// Writes the blobs; their bytes in all.
fn fill(azurite: &Azurite, corpus: &Corpus, count: u64) -> Result<u64> {
    let mut client = azurite.client()?;
    let answer = client.send("PUT", &target("docs", "restype=container&"), b"")?;
    ensure!(answer.status == 201, "creating a container: {} {}", answer.status, answer.text());
    let mut bytes = 0;
    for number in 0..count {
        let mut document = corpus.document(number);
        for (text, more) in document.texts.iter_mut().zip(corpus.document(count + number).texts) {
            text.push(' ');
            text.push_str(&more);
        }
        let mut body = String::new();
        document.write_json(&mut body);
        bytes += body.len() as u64;
        let answer = client.send("PUT", &target(&format!("docs/{number}.json"), ""), body.as_bytes())?;
        ensure!(answer.status == 201, "writing a blob: {} {}", answer.status, answer.text());
    }
    Ok(bytes)
}

/// What a script would do that knows the documents to be fit for the index as they are.
fn download_and_push(azurite: &Azurite, service: &Service, index: &str, count: u64) -> Result<Duration> {
    let since = Instant::now();
    let names = names(azurite)?;
    ensure!(names.len() as u64 == count, "{} blobs are listed of {count}", names.len());
    let push = serving::write_target(index);
    thread::scope(|scope| {
        let share = names.len().div_ceil(CONNECTIONS);
        let clients: Vec<_> = names
            .chunks(share)
            .map(|share| {
                let push = &push;
                scope.spawn(move || -> Result<()> {
                    let (mut storage, mut client) = (azurite.client()?, service.client()?);
                    for names in share.chunks(PUSHED) {
                        let mut body = b"{\"value\":[".to_vec();
                        for name in names {
                            let answer = storage.get(&target(&format!("docs/{name}"), ""))?;
                            ensure!(answer.status == 200, "reading a blob: {}", answer.status);
                            body.extend_from_slice(&answer.body);
                            body.push(b',');
                        }
                        body.pop();
                        body.extend_from_slice(b"]}");
                        accepted(client.post(push, &body))?;
                    }
                    Ok(())
                })
            })
            .collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
    })?;
    Ok(since.elapsed())
}

/// All names, by as few listings as possible.
fn names(azurite: &Azurite) -> Result<Vec<String>> {
    let mut client = azurite.client()?;
    let (mut names, mut marker) = (Vec::new(), String::new());
    loop {
        let query = format!("restype=container&comp=list&marker={marker}&");
        let listing = client.get(&target("docs", &query))?.text();
        let within = |text: &str, end: &str| text.split_once(end).map(|(before, _)| before.to_owned());
        names.extend(listing.split("<Name>").skip(1).filter_map(|rest| within(rest, "</Name>")));
        marker = listing.split("<NextMarker>").nth(1).and_then(|rest| within(rest, "</")).unwrap_or_default();
        if marker.is_empty() {
            return Ok(names);
        }
    }
}

fn crawl_all(azurite: &Azurite, service: &Service, index: &str, count: u64) -> Result<Duration> {
    let mut client = service.client()?;
    let crawled = Crawled { kind: "azureblob", connection: azurite.connection(), container: "docs" };
    let since = Instant::now();
    crawl(&mut client, index, &crawled, &json!({"parameters": {"configuration": {"parsingMode": "json"}}}))?;
    let processed = wait(&mut client, index)?;
    let took = since.elapsed();
    ensure!(processed == count, "{processed} of {count} blobs were processed");
    Ok(took)
}
