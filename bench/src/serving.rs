//! The service under load: batches made beforehand, clients that send them, searches that watch.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use xtask::http::Client;
use xtask::service::{ADMIN_KEY, Service};

use crate::corpus::{Corpus, Document, definition};

const VERSION: &str = "api-version=2026-04-01";

/// Documents in a batch.
pub(crate) const BATCH: u64 = 1000;

/// Bodies of upload batches with documents `first..first + count`. Each batch ends with a document whose first text
/// is a word of its own, [`mark`], so that a search can tell whether the batch is visible.
pub(crate) fn batches(corpus: &Corpus, first: u64, count: u64) -> Vec<Vec<u8>> {
    batches_of(|number| corpus.document(number), first, count)
}

/// The same with documents from elsewhere.
pub(crate) fn batches_of(document: impl Fn(u64) -> Document, first: u64, count: u64) -> Vec<Vec<u8>> {
    (0..count / BATCH)
        .map(|batch| {
            let mut body = String::with_capacity(1200 * BATCH as usize);
            body.push_str("{\"value\":[");
            for number in 0..BATCH {
                let mut document = document(first + batch * BATCH + number);
                if number + 1 == BATCH
                    && let Some(text) = document.texts.first_mut()
                {
                    text.push_str(&format!(" {}", mark(first, batch as usize)));
                }
                document.write_json(&mut body);
                body.push(if number + 1 == BATCH { ']' } else { ',' });
            }
            body.push('}');
            body.into_bytes()
        })
        .collect()
}

/// The word that only the last document of a batch has.
pub(crate) fn mark(first: u64, batch: usize) -> String {
    format!("mark{first}x{batch}")
}

/// Creates the index of the corpus.
pub(crate) fn create(service: &Service, index: &str) -> Result<()> {
    create_as(service, &definition(index))
}

/// Creates the index of a definition.
pub(crate) fn create_as(service: &Service, definition: &Value) -> Result<()> {
    let body = definition.to_string();
    let answer = service.client()?.post(&format!("/indexes?{VERSION}"), body.as_bytes())?;
    ensure!(answer.status == 201, "creating an index: {} {}", answer.status, answer.text());
    Ok(())
}

/// Sends all batches over `connections` connections at once, each in order. `acknowledged` counts those answered.
pub(crate) fn send(
    service: &Service,
    index: &str,
    batches: &[Vec<u8>],
    connections: usize,
    acknowledged: &[AtomicUsize],
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let target = format!("/indexes('{index}')/docs/search.index?{VERSION}");
    thread::scope(|scope| {
        let senders: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let mut client = service.client()?;
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(batch) = batches.get(number) else { return Ok(()) };
                        let answer = client.post(&target, batch)?;
                        ensure!(answer.status == 200, "a batch: {} {:.300}", answer.status, answer.text());
                        if let Some(flag) = acknowledged.get(number) {
                            flag.store(1, Ordering::SeqCst);
                        }
                    }
                })
            })
            .collect();
        senders
            .into_iter()
            .try_for_each(|sender| sender.join().map_err(|_| anyhow::anyhow!("a sender panicked"))?)
    })
}

/// Sends all batches and waits until a search has seen the last document of each; the time of both.
pub(crate) fn fill(
    service: &Service,
    index: &str,
    first: u64,
    batches: &[Vec<u8>],
    connections: usize,
) -> Result<Duration> {
    let since = Instant::now();
    send(service, index, batches, connections, &[])?;
    let mut client = service.client()?;
    for batch in (0..batches.len()).rev().take(connections) {
        ensure!(
            found(&mut client, index, &mark(first, batch))? == 1,
            "batch {batch} was acknowledged and is not seen"
        );
    }
    Ok(since.elapsed())
}

/// How many documents of a page a search finds.
pub(crate) fn found(client: &mut Client<TcpStream>, index: &str, text: &str) -> Result<usize> {
    let body = json!({"search": text, "select": "id"}).to_string();
    let answer = client.post(&search_target(index), body.as_bytes())?;
    ensure!(answer.status == 200, "search: {} {}", answer.status, answer.text());
    Ok(answer.json()?["value"].as_array().map_or(0, Vec::len))
}

/// Where searches are posted.
pub(crate) fn search_target(index: &str) -> String {
    format!("/indexes('{index}')/docs/search.post.search?{VERSION}")
}

/// Where documents are posted.
pub(crate) fn write_target(index: &str) -> String {
    format!("/indexes('{index}')/docs/search.index?{VERSION}")
}

/// A connection to the HTTPS door that trusts the service's own CA.
pub(crate) fn over_tls(
    address: SocketAddr,
    ca: &Path,
) -> Result<Client<StreamOwned<ClientConnection, TcpStream>>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).context("no CA")? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), "localhost".try_into()?)?;
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(Client::over(StreamOwned::new(session, stream), address, ADMIN_KEY))
}

/// Whether an answer is the 200 it must be.
pub(crate) fn good(answer: io::Result<xtask::http::Answer>) -> Result<()> {
    let answer = answer?;
    ensure!(answer.status == 200, "{} {:.300}", answer.status, answer.text());
    Ok(())
}

/// Whether a write was taken.
pub(crate) fn accepted(answer: io::Result<xtask::http::Answer>) -> Result<()> {
    let answer = answer?;
    ensure!(matches!(answer.status, 200 | 201), "{} {:.300}", answer.status, answer.text());
    Ok(())
}
