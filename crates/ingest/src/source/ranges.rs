//! Stored bytes that are read in ranges, which must all be of one version. A connection that breaks costs one range, not all that was
//! read before; what is read beside others costs no more memory than one range.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::{BoxFuture, Chunks, Content, SourceError};
use crate::outside::Answer;

/// Bytes of one request.
pub(crate) const RANGE_BYTES: u64 = 4 * 1024 * 1024;

/// Something stored whose ranges can be asked for.
pub(crate) trait Ranged: Send + Sync {
    /// Asks for the bytes from `first` to `last`, of the version of `etag` or of whatever version is there. The answer's body has at
    /// most [`RANGE_BYTES`].
    fn range<'a>(
        &'a self,
        first: u64,
        last: u64,
        etag: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Answer, SourceError>>;

    /// What an answer means that is none of those that ranges have.
    fn failure(&self, answer: &Answer) -> SourceError;
}

/// The bytes of something stored, not yet read.
pub(crate) struct RangedContent {
    pub(crate) stored: Arc<dyn Ranged>,
    /// Of the version that was listed, with its quotes; empty if it is not known.
    pub(crate) etag: String,
    pub(crate) size: u64,
}

impl Content for RangedContent {
    fn size(&self) -> u64 {
        self.size
    }

    /// If it has changed since it was listed, its newest version is read: the next enumeration finds it once more.
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        Box::pin(async move {
            if self.size == 0 {
                // What is empty has no range that could be asked for.
                return Ok(Box::new(Whole(None)) as Box<dyn Chunks>);
            }
            let mut reading = Reading {
                stored: Arc::clone(&self.stored),
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

/// All bytes at once, or none.
pub(crate) struct Whole(pub(crate) Option<Bytes>);

impl Chunks for Whole {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        Box::pin(async { Ok(self.0.take()) })
    }
}

struct Reading {
    stored: Arc<dyn Ranged>,
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
                None => Err(SourceError::Changed("It was changed while it was read.".into())),
            }
        })
    }
}

impl Reading {
    /// The next range, or `None` if it is not the version of `etag` any more. Without an ETag, whatever it is now.
    async fn range(&mut self, etag: Option<&str>) -> Result<Option<Bytes>, SourceError> {
        let last = self.at + RANGE_BYTES - 1;
        let etag = etag.filter(|etag| !etag.is_empty());
        let answer = self.stored.range(self.at, last, etag).await?;
        match answer.status {
            StatusCode::PARTIAL_CONTENT => self.taken(answer, etag),
            StatusCode::PRECONDITION_FAILED => Ok(None),
            // A newest version that is empty has no range.
            StatusCode::RANGE_NOT_SATISFIABLE if etag.is_none() => {
                self.end = 0;
                Ok(Some(Bytes::new()))
            }
            _ => Err(self.stored.failure(&answer)),
        }
    }

    fn taken(&mut self, answer: Answer, etag: Option<&str>) -> Result<Option<Bytes>, SourceError> {
        let found = quoted(answer.header("etag").unwrap_or_default());
        // A server that does not heed the condition is not believed.
        if etag.is_some_and(|etag| etag != found) {
            return Ok(None);
        }
        let length = answer.body.len() as u64;
        let (from, whole) = content_range(&answer).ok_or_else(|| {
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

/// Where the range of an answer begins and how large the whole is: `bytes 0-3/10`.
pub(crate) fn content_range(answer: &Answer) -> Option<(u64, u64)> {
    let (range, whole) = answer.header("content-range")?.strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.parse().ok()?, whole.parse().ok()?))
}

/// An ETag with its quotes, which listings may leave off and conditions want.
pub(crate) fn quoted(etag: &str) -> String {
    if etag.is_empty() || etag.contains('"') { etag.to_owned() } else { format!("\"{etag}\"") }
}
