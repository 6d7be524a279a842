//! What a request may cost before it is looked at, with where the number comes from; how long a client may take is in
//! [`Patience`]. Limits of definitions, documents and queries stand with the code that checks them.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, Version, header};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};

use super::space::{Space, Taken};
use crate::error::{self, Error};
use crate::settings::Patience;

/// Largest request body (`api.md` §4.2); beyond it 413.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Longest request target (`api.md` §4.2); beyond it 414, and beyond [`HEADER_BYTES_MAX`] the HTTP layer's own 431.
pub(crate) const TARGET_BYTES_MAX: usize = 8 * 1024;
/// Most actions in one batch (`api.md` §4.2).
pub(crate) const BATCH_ACTIONS_MAX: usize = 1000;
/// Most header lines in a request, and most bytes of them. Ours: the service's are not documented.
pub(crate) const HEADERS_MAX: usize = 100;
/// See [`HEADERS_MAX`].
pub(crate) const HEADER_BYTES_MAX: usize = 64 * 1024;
/// How much of a refused body is read on over, how long it may pause, and how long that may take altogether. Ours.
const DRAIN_BYTES_MAX: usize = 128 * 1024 * 1024;
/// See [`DRAIN_BYTES_MAX`].
const DRAIN_PAUSE_MAX: Duration = Duration::from_secs(2);
/// See [`DRAIN_BYTES_MAX`].
const DRAIN_TIME_MAX: Duration = Duration::from_secs(30);
/// Most requests that one HTTP/2 connection may have open. Ours.
pub(crate) const STREAMS_MAX: u32 = 128;
/// Most streams of an HTTP/2 connection that were reset before we came to answer them; beyond it the connection is closed.
/// What hyper takes as well, named here because an attack is named after it (CVE-2023-44487).
pub(crate) const RESET_STREAMS_MAX: usize = 20;
/// Most connections; more wait to be accepted. Fewer where the system allows fewer open files: at most half of them.
pub(crate) const CONNECTIONS_MAX: usize = 4096;
/// How long requests in flight may take when the service stops; the rest of the 5 seconds of design.md §2 is for the
/// engine's last checkpoint.
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_secs(3);

/// Refuses a request target that is longer than the service takes.
pub(crate) fn check_target(uri: &http::Uri) -> Result<(), Error> {
    let length = uri.path_and_query().map_or(0, |target| target.as_str().len());
    if length > TARGET_BYTES_MAX { Err(error::target_too_long()) } else { Ok(()) }
}

/// Refuses an HTTP/1.1 request without a host, or with several (RFC 9112 §3.2): URLs in answers would be made up.
pub(crate) fn check_host(parts: &Parts) -> Result<(), Error> {
    let hosts = parts.headers.get_all(header::HOST).iter().count();
    if parts.version == Version::HTTP_11 && hosts != 1 { Err(error::no_host()) } else { Ok(()) }
}

/// Reads a request's body into one buffer; what is large counts in the budget as it arrives.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: &mut Incoming,
    patience: &Patience,
    space: &Space,
) -> Result<(Bytes, Taken), Error> {
    let announced = body.size_hint().lower();
    if announced > BODY_BYTES_MAX as u64 {
        return Err(error::body_too_large());
    }
    if body.is_end_stream() {
        return Ok((Bytes::new(), Taken::default()));
    }
    check_content_type(headers)?;
    check_content_encoding(headers)?;
    let mut taken = Taken::default();
    // Announced is not sent: the system gives memory for what is written to only.
    let buffer = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
    let read = read_frames(buffer, body, patience.body_pause, |length| taken.grow(space, length));
    let bytes = tokio::time::timeout(patience.body, read).await.map_err(|_| error::body_too_slow())??;
    Ok((bytes, taken))
}

async fn read_frames(
    mut buffer: BytesMut,
    body: &mut Incoming,
    pause: Duration,
    mut count: impl FnMut(usize) -> Result<(), Error>,
) -> Result<Bytes, Error> {
    loop {
        let frame = tokio::time::timeout(pause, body.frame()).await.map_err(|_| error::body_too_slow())?;
        let Some(frame) = frame else { return Ok(buffer.freeze()) };
        let frame = frame.map_err(|cause| error::body_broken(&cause))?;
        if let Ok(data) = frame.into_data() {
            if buffer.len() + data.len() > BODY_BYTES_MAX {
                return Err(error::body_too_large());
            }
            count(buffer.len() + data.len())?;
            buffer.extend_from_slice(&data);
        }
    }
}

/// Reads on over a body that was refused before its end, so that the client gets to read why: most read an answer only when
/// they have sent everything, and closing a connection with unread bytes resets it. SDKs need the 413 to halve their batch.
///
/// A client that asked whether to go on (`Expect: 100-continue`) reads first and is not kept sending.
pub(crate) async fn drain(headers: &HeaderMap, body: &mut Incoming) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    // What is left after this time is the client's trouble.
    let _ = tokio::time::timeout(DRAIN_TIME_MAX, drain_frames(body)).await;
}

async fn drain_frames(body: &mut Incoming) {
    let mut drained = 0;
    while drained < DRAIN_BYTES_MAX && !body.is_end_stream() {
        match tokio::time::timeout(DRAIN_PAUSE_MAX, body.frame()).await {
            Ok(Some(Ok(frame))) => drained += frame.data_ref().map_or(0, Bytes::len),
            Ok(Some(Err(_)) | None) | Err(_) => return,
        }
    }
}

/// A body has to be JSON in UTF-8; clients that say nothing about it are believed (`api.md` §1.4).
fn check_content_type(headers: &HeaderMap) -> Result<(), Error> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let given = given.to_str().unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let mut parameters = parts.filter_map(|part| part.split_once('='));
    let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let charset = charset.map_or("utf-8", |(_, charset)| charset.trim().trim_matches('"'));
    if is_json && ["utf-8", "utf8"].iter().any(|known| charset.eq_ignore_ascii_case(known)) {
        Ok(())
    } else {
        Err(error::wrong_content_type(given))
    }
}

/// Compressed bodies are not known to be taken by the service; read as they are they would only look like broken JSON.
fn check_content_encoding(headers: &HeaderMap) -> Result<(), Error> {
    match headers.get(header::CONTENT_ENCODING).map(|given| given.to_str().unwrap_or_default().trim()) {
        Some(given) if !given.eq_ignore_ascii_case("identity") => Err(error::wrong_content_encoding(given)),
        Some(_) | None => Ok(()),
    }
}
