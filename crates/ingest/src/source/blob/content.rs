//! The bytes of a blob, read in ranges that must all be of one version of it.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::Container;
use crate::outside::Answer;
use crate::source::azure_storage::{Ask, list};
use crate::source::stored::escaped;
use crate::source::{BoxFuture, Chunks, Content, SourceError};

/// Bytes of one request. A blob that is read beside others costs no more memory than this.
const RANGE_BYTES: u64 = 4 * 1024 * 1024;

/// A blob's bytes, not yet read.
pub(super) struct BlobContent {
    pub(super) container: Arc<Container>,
    pub(super) name: String,
    /// Of the version that was listed.
    pub(super) etag: String,
    pub(super) size: u64,
}

impl Content for BlobContent {
    fn size(&self) -> u64 {
        self.size
    }

    /// If the blob has changed since it was listed, its newest version is read: the next enumeration finds it once more.
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        Box::pin(async move {
            if self.size == 0 {
                return Ok(Box::new(Nothing) as Box<dyn Chunks>);
            }
            let mut reading = Reading {
                container: Arc::clone(&self.container),
                name: self.name.clone(),
                etag: self.etag.clone(),
                at: 0,
                end: self.size,
                first: None,
            };
            reading.first = match reading.range(Some(&self.etag)).await? {
                Some(bytes) => Some(bytes),
                None => reading.range(None).await?,
            };
            Ok(Box::new(reading) as Box<dyn Chunks>)
        })
    }
}

/// An empty blob has no range that could be asked for.
struct Nothing;

impl Chunks for Nothing {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        Box::pin(async { Ok(None) })
    }
}

struct Reading {
    container: Arc<Container>,
    name: String,
    etag: String,
    at: u64,
    end: u64,
    /// Read when it was opened.
    first: Option<Bytes>,
}

impl Chunks for Reading {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        Box::pin(async move {
            if let Some(first) = self.first.take() {
                return Ok(Some(first));
            }
            if self.at >= self.end {
                return Ok(None);
            }
            let etag = self.etag.clone();
            match self.range(Some(&etag)).await? {
                Some(bytes) => Ok(Some(bytes)),
                None => Err(SourceError::Transient("The blob was changed while it was read.".into())),
            }
        })
    }
}

impl Reading {
    /// The next range, or `None` if the blob is not the version of `etag` any more. Without an ETag, whatever it is now.
    async fn range(&mut self, etag: Option<&str>) -> Result<Option<Bytes>, SourceError> {
        let last = self.at + RANGE_BYTES - 1;
        let mut ask = Ask::get(format!("/{}/{}", self.container.name, escaped(&self.name)));
        ask.headers.push(("x-ms-range", format!("bytes={}-{last}", self.at)));
        if let Some(etag) = etag.filter(|etag| !etag.is_empty()) {
            ask.headers.push(("if-match", etag.to_owned()));
        }
        let answer =
            self.container.client.send(&ask, usize::try_from(RANGE_BYTES).unwrap_or(usize::MAX)).await?;
        match answer.status {
            StatusCode::PARTIAL_CONTENT => self.taken(answer, etag),
            StatusCode::PRECONDITION_FAILED => Ok(None),
            // A newest version that is empty has no range.
            StatusCode::RANGE_NOT_SATISFIABLE if etag.is_none() => {
                self.end = 0;
                Ok(Some(Bytes::new()))
            }
            _ => Err(self.container.failure(&answer)),
        }
    }

    fn taken(&mut self, answer: Answer, etag: Option<&str>) -> Result<Option<Bytes>, SourceError> {
        let found = list::quoted(answer.header("etag").unwrap_or_default());
        // A server that does not heed the condition is not believed.
        if etag.is_some_and(|etag| !etag.is_empty() && etag != found) {
            return Ok(None);
        }
        let length = answer.body.len() as u64;
        let (from, whole) = answer.header("content-range").and_then(content_range).ok_or_else(|| {
            SourceError::Broken("The storage service does not say which bytes it sends.".into())
        })?;
        if from != self.at || length == 0 || length != RANGE_BYTES.min(whole.saturating_sub(from)) {
            return Err(SourceError::Transient(
                "The storage service sent other bytes than were asked for.".into(),
            ));
        }
        self.etag = found;
        self.end = whole;
        self.at += length;
        Ok(Some(answer.body))
    }
}

/// Where a range begins and how large the whole is: `bytes 0-3/10`.
fn content_range(value: &str) -> Option<(u64, u64)> {
    let (range, whole) = value.strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.parse().ok()?, whole.parse().ok()?))
}
