//! One object: what it says of itself, and its bytes.
//!
//! The listing has no metadata, so each object that is read is asked for once: a small one for all its bytes, which come with the
//! metadata, others for their head only.

use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderMap, Method, StatusCode};
use jiff::fmt::rfc2822::DateTimeParser;

use super::bucket::{self, Ask, Bucket};
use super::words;
use crate::outside::Answer;
use crate::source::ranges::{RANGE_BYTES, Ranged, RangedContent, Whole, content_range, quoted};
use crate::source::stored::Stored;
use crate::source::{BoxFuture, Chunks, Content, SourceError};

/// Objects up to this size come whole with their metadata.
pub(super) const SMALL_BYTES_MAX: u64 = 64 * 1024;
/// What an object's owner wrote beside it.
const METADATA: &str = "x-amz-meta-";

/// How an object is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Its metadata.
    Head,
    /// Its metadata and its bytes, which are few.
    Whole,
}

impl Look {
    pub(super) fn at(size: u64, content_wanted: bool) -> Self {
        if content_wanted && (1..=SMALL_BYTES_MAX).contains(&size) { Self::Whole } else { Self::Head }
    }
}

/// An object as it is now.
pub(super) struct Looked {
    pub(super) stored: Stored,
    pub(super) content: Box<dyn Content>,
}

/// Why an object cannot be looked at.
pub(super) enum Unseen {
    /// It has gone since it was listed.
    Gone,
    /// It alone cannot be read.
    Object { status: StatusCode, why: String },
    /// The source as a whole.
    Source(SourceError),
}

/// Asks for an object.
pub(super) async fn look(bucket: &Arc<Bucket>, key: &str, look: Look) -> Result<Looked, Unseen> {
    let mut answer = match look {
        Look::Head => head(bucket, key).await,
        Look::Whole => beginning(bucket, key).await,
    }
    .map_err(Unseen::Source)?;
    if look == Look::Head && answer.status == StatusCode::FORBIDDEN {
        // It has no body, which would say why.
        answer = beginning(bucket, key).await.map_err(Unseen::Source)?;
    }
    match answer.status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(looked(bucket, key, answer)),
        StatusCode::NOT_FOUND => Err(Unseen::Gone),
        status => Err(unseen(status, failure(bucket, &answer))),
    }
}

/// What an answer about an object means. Who may list a bucket is no stranger to it: what is denied is denied for this object.
fn failure(bucket: &Bucket, answer: &Answer) -> SourceError {
    if bucket::is_denied(answer) {
        return SourceError::Broken("The storage service denies access to the object.".into());
    }
    bucket.failure(answer)
}

/// What is about one object and what is about all: credentials that are wrong, and a server that is too busy.
fn unseen(status: StatusCode, error: SourceError) -> Unseen {
    let busy = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    match error {
        // 503, whatever the server's number was: worth another try, as everywhere.
        SourceError::Transient(why) if !busy => {
            Unseen::Object { status: StatusCode::SERVICE_UNAVAILABLE, why }
        }
        SourceError::Broken(why) => Unseen::Object { status, why },
        other @ (SourceError::Transient(_)
        | SourceError::Changed(_)
        | SourceError::Credentials(_)
        | SourceError::Missing(_)
        | SourceError::Stopped) => Unseen::Source(other),
    }
}

async fn head(bucket: &Bucket, key: &str) -> Result<Answer, SourceError> {
    bucket.send(&Ask::object(Method::HEAD, key, 0)).await
}

/// The first bytes: all of an object that is as small as it was listed.
async fn beginning(bucket: &Bucket, key: &str) -> Result<Answer, SourceError> {
    let mut ask = Ask::object(Method::GET, key, usize::try_from(RANGE_BYTES).unwrap_or(usize::MAX));
    ask.headers.push(("range", format!("bytes=0-{}", SMALL_BYTES_MAX - 1)));
    let answer = bucket.send(&ask).await?;
    // It has become empty, and what is empty has no range.
    if answer.status == StatusCode::RANGE_NOT_SATISFIABLE { head(bucket, key).await } else { Ok(answer) }
}

fn looked(bucket: &Arc<Bucket>, key: &str, answer: Answer) -> Looked {
    let got = answer.body.len() as u64;
    let length = answer.header("content-length").and_then(|length| length.parse().ok());
    let size = match answer.status {
        StatusCode::PARTIAL_CONTENT => content_range(&answer).map_or(got, |(_, whole)| whole),
        _ => length.unwrap_or(got),
    };
    let etag = quoted(answer.header("etag").unwrap_or_default());
    let stored = Stored {
        path: bucket.url(key),
        name: key.to_owned(),
        content_type: answer.header("content-type").map(str::to_owned),
        last_modified: answer
            .header("last-modified")
            .and_then(|date| DateTimeParser::new().parse_timestamp(date).ok()),
        size,
        content_md5: None,
        metadata: metadata(&answer.headers),
    };
    let content: Box<dyn Content> = if got == size {
        Box::new(Few(answer.body))
    } else {
        let ranges = ObjectRanges { bucket: Arc::clone(bucket), key: key.to_owned() };
        Box::new(RangedContent { stored: Arc::new(ranges), etag, size })
    };
    Looked { stored, content }
}

/// The metadata by its names, which are in small letters as headers are.
fn metadata(headers: &HeaderMap) -> Vec<(String, String)> {
    let own = |(name, value): (&HeaderName, &http::HeaderValue)| {
        let name = name.as_str().strip_prefix(METADATA)?;
        Some((name.to_owned(), words::decoded(&String::from_utf8_lossy(value.as_bytes()))))
    };
    headers.iter().filter_map(own).collect()
}

/// The bytes of a small object, which came with its metadata.
struct Few(Bytes);

impl Content for Few {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        let bytes = Some(self.0.clone()).filter(|bytes| !bytes.is_empty());
        Box::pin(async { Ok(Box::new(Whole(bytes)) as Box<dyn Chunks>) })
    }
}

/// The bytes of an object in ranges.
struct ObjectRanges {
    bucket: Arc<Bucket>,
    key: String,
}

impl Ranged for ObjectRanges {
    fn range<'a>(
        &'a self,
        first: u64,
        last: u64,
        etag: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Answer, SourceError>> {
        Box::pin(async move {
            let bytes_max = usize::try_from(RANGE_BYTES).unwrap_or(usize::MAX);
            let mut ask = Ask::object(Method::GET, &self.key, bytes_max);
            ask.headers.push(("range", format!("bytes={first}-{last}")));
            if let Some(etag) = etag {
                ask.headers.push(("if-match", etag.to_owned()));
            }
            self.bucket.send(&ask).await
        })
    }

    fn failure(&self, answer: &Answer) -> SourceError {
        failure(&self.bucket, answer)
    }
}
