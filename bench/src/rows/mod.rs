//! The rows of the table, in the order in which one run can measure them all.

mod acks;
mod analysis;
mod crawl;
mod filters;
mod large;
mod start;
mod watched;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use xtask::service::{Launch, Service};
use xtask::workspace;

use crate::corpus::Corpus;
use crate::figures::{Samples, short};
use crate::report::Row;
use crate::serving::{self, accepted};

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
    /// Blobs of a container.
    blobs: u64,
}

impl Run {
    /// A full run has a million documents, a quick one 100 000; `documents`: so many in the large
    /// index instead, a multiple of 1000.
    pub(crate) fn new(quick: bool, documents: Option<u64>) -> Result<Self> {
        let (large, small, watched, blobs) =
            if quick { (100_000, 20_000, 50_000, 2_000) } else { (1_000_000, 100_000, 300_000, 10_000) };
        let binary = workspace::target().join("release/lazuli");
        Ok(Self {
            corpus: Corpus::new(SEED),
            binary,
            folder: workspace::scratch("bench")?,
            large: documents.unwrap_or(large),
            small,
            watched,
            blobs,
        })
    }

    fn launch(&self, name: &str) -> Launch {
        Launch::new(&self.binary, &self.folder.join(name))
    }
}

type Group = (&'static str, fn(&Run, &mut Vec<Row>) -> Result<()>);

const GROUPS: [Group; 9] = [
    ("start", start::measure),
    ("acks", acks::measure),
    ("watched", watched::measure),
    ("large", large::measure),
    ("filters", filters::measure),
    ("analysis", analysis::measure),
    ("schedules", crawl::idle::measure),
    ("blobs", crawl::blobs::measure),
    ("lines", crawl::lines::measure),
];

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
