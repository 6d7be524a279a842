//! The body of an answer. The service sends successes chunked and errors with a length (`wire.md` §1), so the body has to
//! tell the HTTP layer which of the two it is.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// A body that is complete in memory.
#[derive(Debug)]
pub(crate) enum Body {
    /// No body at all.
    None,
    /// Sent with `Content-Length`.
    Sized(Option<Bytes>),
    /// Sent with `Transfer-Encoding: chunked`, even if it is empty.
    Chunked(Option<Bytes>),
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match self.get_mut() {
            Body::None => None,
            Body::Sized(bytes) | Body::Chunked(bytes) => bytes.take().filter(|bytes| !bytes.is_empty()),
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::None => true,
            Body::Sized(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            // Claiming the end here would let the HTTP layer answer `Content-Length: 0`.
            Body::Chunked(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::None => SizeHint::with_exact(0),
            Body::Sized(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Body::Chunked(_) => SizeHint::default(),
        }
    }
}
