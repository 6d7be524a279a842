//! The body of an answer. The service sends successes chunked and errors with a length (`wire.md` §1), so the body has to
//! tell the HTTP layer which of the two it is.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use hyper::body::{Frame, SizeHint};

use super::space::Taken;

/// A body that is complete in memory.
#[derive(Debug)]
pub(crate) struct Body {
    /// Empty once it is handed over.
    bytes: Bytes,
    framing: Framing,
    /// What it counts in the budget for large bodies.
    _space: Taken,
}

/// How the client is told where the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// No body at all.
    None,
    /// Sent with `Content-Length`.
    Sized,
    /// Sent with `Transfer-Encoding: chunked`, even if it is empty.
    Chunked,
}

impl Body {
    fn new(bytes: impl Into<Bytes>, framing: Framing) -> Body {
        Body { bytes: bytes.into(), framing, _space: Taken::default() }
    }

    /// No body at all.
    pub(crate) fn none() -> Body {
        Body::new(Bytes::new(), Framing::None)
    }

    /// Sent with `Content-Length`.
    pub(crate) fn sized(bytes: impl Into<Bytes>) -> Body {
        Body::new(bytes, Framing::Sized)
    }

    /// Sent with `Transfer-Encoding: chunked`, even if it is empty.
    pub(crate) fn chunked(bytes: impl Into<Bytes>) -> Body {
        Body::new(bytes, Framing::Chunked)
    }

    /// The content, if it is sent chunked: successes of the service's operations.
    pub(crate) fn as_chunked(&self) -> Option<&Bytes> {
        (self.framing == Framing::Chunked).then_some(&self.bytes)
    }

    /// Bytes of memory.
    pub(crate) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The same, counted until it is sent.
    pub(crate) fn holding(self, space: Taken) -> Body {
        Body { _space: space, ..self }
    }
}

/// The answer to a HEAD: what the same GET is answered, without its content (RFC 9110 §9.3.2).
pub(crate) fn without_content(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    if body.framing == Framing::Sized {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.length()));
    }
    Response::from_parts(parts, Body::none())
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self.framing {
            Framing::None => true,
            Framing::Sized => self.bytes.is_empty(),
            // Claiming the end here would let the HTTP layer answer `Content-Length: 0`.
            Framing::Chunked => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self.framing {
            Framing::None | Framing::Sized => SizeHint::with_exact(self.bytes.len() as u64),
            Framing::Chunked => SizeHint::default(),
        }
    }
}
