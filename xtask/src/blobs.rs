//! A stand-in for the blob service of a storage account: one container, in memory, on loopback.
//!
//! It answers what an indexer asks, a listing in pages and ranges of blobs, and checks no signature. Beside Azurite it is
//! there for what Azurite cannot do: serve a blob of a gigabyte from memory at no cost worth measuring, send short pages, and
//! break off answers when told to.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::date;

/// Named in every connection string; any other would do as well.
pub const CONTAINER: &str = "docs";

/// What is stored under a name.
#[derive(Debug, Clone)]
struct Blob {
    bytes: Arc<Vec<u8>>,
    /// Seconds since 1970.
    written: u64,
    etag: u64,
    metadata: Vec<(String, String)>,
}

/// A running stand-in. Its threads end with the process.
#[derive(Clone)]
pub struct Blobs {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    blobs: Mutex<BTreeMap<String, Blob>>,
    /// Blobs of a page of a listing.
    page: usize,
    versions: AtomicU64,
    answers: AtomicU64,
    /// One of so many answers is broken off in the middle; none if it is 0.
    broken: AtomicU64,
}

impl Blobs {
    /// Serves an empty container, listed in pages of at most `page` blobs.
    pub fn start(page: usize) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            blobs: Mutex::default(),
            page,
            versions: AtomicU64::new(1),
            answers: AtomicU64::new(0),
            broken: AtomicU64::new(0),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&serving);
                // A client that hangs up is none of our business.
                thread::spawn(move || drop(shared.converse(&stream)));
            }
        });
        Ok(Self { address, shared })
    }

    /// The connection string of a data source.
    pub fn connection(&self) -> String {
        format!("BlobEndpoint=http://{};SharedAccessSignature=sv=2021-12-02&sig=none", self.address)
    }

    /// Where the stand-in listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Writes a blob. Names need no escaping: letters, digits, `.`, `-` and `/`.
    pub fn put(&self, name: &str, bytes: Vec<u8>, metadata: &[(&str, &str)]) {
        let blob = Blob {
            bytes: Arc::new(bytes),
            written: unix_seconds(),
            etag: self.shared.versions.fetch_add(1, Ordering::Relaxed),
            metadata: metadata.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        };
        self.shared.lock().insert(name.to_owned(), blob);
    }

    /// Removes a blob, if it is there.
    pub fn remove(&self, name: &str) {
        self.shared.lock().remove(name);
    }

    /// Breaks off one of `answers` answers from now on; 0 for none.
    pub fn break_one_of(&self, answers: u64) {
        self.shared.broken.store(answers, Ordering::Relaxed);
    }
}

/// What is sent for a request.
struct Answer {
    head: String,
    body: Arc<Vec<u8>>,
    /// The part of the body that is sent.
    from: usize,
    to: usize,
}

impl Answer {
    fn new(status: u16, headers: &str, body: Vec<u8>) -> Self {
        let to = body.len();
        Self::part(status, headers, Arc::new(body), 0, to)
    }

    fn part(status: u16, headers: &str, body: Arc<Vec<u8>>, from: usize, to: usize) -> Self {
        let date = date::http(unix_seconds());
        let length = to - from;
        let head =
            format!("HTTP/1.1 {status} -\r\ndate: {date}\r\ncontent-length: {length}\r\n{headers}\r\n");
        Self { head, body, from, to }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Blob>> {
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the requests of a connection until it closes.
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let (mut reader, mut writer) = (BufReader::new(stream), stream);
        loop {
            let Some((target, headers)) = request(&mut reader)? else { return Ok(()) };
            let Answer { head, body, from, to } = self.answer(&target, &headers);
            let body = body.get(from..to).unwrap_or_default();
            let number = self.answers.fetch_add(1, Ordering::Relaxed);
            let broken = self.broken.load(Ordering::Relaxed);
            writer.write_all(head.as_bytes())?;
            if broken > 0 && number.is_multiple_of(broken) {
                return writer.write_all(&body[..body.len() / 2]);
            }
            writer.write_all(body)?;
        }
    }

    fn answer(&self, target: &str, headers: &BTreeMap<String, String>) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let name = path.strip_prefix(&format!("/{CONTAINER}")).unwrap_or_default().trim_start_matches('/');
        if name.is_empty() {
            return self.list(query);
        }
        let Some(blob) = self.lock().get(name).cloned() else { return Answer::new(404, "", Vec::new()) };
        let etag = format!("\"0x{:X}\"", blob.etag);
        if headers.get("if-match").is_some_and(|wanted| *wanted != etag) {
            return Answer::new(412, "", Vec::new());
        }
        let whole = blob.bytes.len();
        let Some((from, to)) = headers.get("x-ms-range").and_then(|range| within(range, whole)) else {
            return Answer::new(416, "", Vec::new());
        };
        let headers = format!("etag: {etag}\r\ncontent-range: bytes {from}-{}/{whole}\r\n", to - 1);
        Answer::part(206, &headers, blob.bytes, from, to)
    }

    /// A page of the listing. A marker is the last name of the page before.
    fn list(&self, query: &str) -> Answer {
        let value = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let decoded = |text: String| text.replace("%2F", "/").replace("%2f", "/");
        let (after, prefix) =
            (value("marker").map(decoded), value("prefix").map(decoded).unwrap_or_default());
        let asked = value("maxresults").and_then(|text| text.parse().ok()).unwrap_or(self.page);
        let page = self.page.min(asked).max(1);
        let blobs = self.lock();
        let mut rest = blobs.iter().filter(|(name, _)| {
            name.starts_with(&prefix) && after.as_deref().is_none_or(|after| name.as_str() > after)
        });
        let (mut text, mut last) = (String::new(), "");
        for (name, blob) in rest.by_ref().take(page) {
            text.push_str(&entry(name, blob));
            last = name;
        }
        let next = if rest.next().is_some() { last } else { "" };
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{text}</Blobs>\
             <NextMarker>{next}</NextMarker></EnumerationResults>"
        );
        Answer::new(200, "content-type: application/xml\r\n", body.into_bytes())
    }
}

fn entry(name: &str, blob: &Blob) -> String {
    let metadata: String =
        blob.metadata.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!(
        "<Blob><Name>{name}</Name><Properties><Last-Modified>{}</Last-Modified><Etag>0x{:X}</Etag>\
         <Content-Length>{}</Content-Length><Content-Type>application/json</Content-Type></Properties>\
         <Metadata>{metadata}</Metadata></Blob>",
        date::http(blob.written),
        blob.etag,
        blob.bytes.len()
    )
}

/// The target of the next request, and its headers by name in small letters; nothing when the client has hung up.
fn request(reader: &mut impl BufRead) -> io::Result<Option<(String, BTreeMap<String, String>)>> {
    let mut lines = reader.lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(Some((first.split(' ').nth(1).unwrap_or_default().to_owned(), headers)))
}

/// `bytes=0-99` as far as it lies within `whole` bytes: the first, and the one after the last.
fn within(range: &str, whole: usize) -> Option<(usize, usize)> {
    let (from, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, last): (usize, usize) = (from.parse().ok()?, last.parse().ok()?);
    (from < whole).then_some((from, whole.min(last.saturating_add(1))))
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Client;

    #[test]
    fn a_container_is_listed_in_pages_and_read_in_ranges() {
        let blobs = Blobs::start(2).unwrap();
        for name in ["a", "b/x", "c"] {
            blobs.put(name, b"0123456789".to_vec(), &[("Author", "me")]);
        }
        let mut client = Client::connect(blobs.address(), "").unwrap();
        let first = client.get("/docs?restype=container&comp=list").unwrap().text();
        assert!(
            first.contains("<Name>b/x</Name>") && first.contains("<NextMarker>b/x</NextMarker>"),
            "{first}"
        );
        assert!(first.contains("<Author>me</Author>"), "{first}");
        let second = client.get("/docs?comp=list&marker=b%2Fx").unwrap().text();
        assert!(
            second.contains("<Name>c</Name>") && second.contains("<NextMarker></NextMarker>"),
            "{second}"
        );
        assert_eq!(client.get("/docs/none").unwrap().status, 404);
        client.header("x-ms-range", "bytes=8-99");
        let range = client.get("/docs/b/x").unwrap();
        assert_eq!((range.status, range.text().as_str()), (206, "89"));
        assert!(range.headers.contains("bytes 8-9/10"), "{}", range.headers);
    }
}
