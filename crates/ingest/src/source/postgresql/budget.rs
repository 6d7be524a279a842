//! How much a server may say to one statement. The driver keeps a message whole, however long the server says that it is, and
//! all rows of a fetch together: the limit stands before it, where the bytes come in.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::source::sql::stream::Stream;

/// Several of the longest rows that fill an index.
const BYTES_MAX: usize = 256 << 20;

/// Said when a server says more.
pub(super) const SPENT: &str = "The database's answer to one statement is longer than 256 MB.";

/// Bytes that may still come.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// Another statement begins.
    pub(super) fn refill(&self) {
        self.0.store(BYTES_MAX, Ordering::Relaxed);
    }

    /// The stream, as far as the budget goes.
    pub(super) fn limit(&self, stream: Stream) -> Limited {
        Limited { stream, budget: self.clone() }
    }
}

/// The error of a stream whose budget is spent.
#[derive(Debug, thiserror::Error)]
#[error("{SPENT}")]
struct Spent;

/// Whether that was what broke the connection.
pub(super) fn is_spent(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .is_some_and(|inner| inner.is::<Spent>())
        {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A stream that ends with an error when the budget is spent.
pub(super) struct Limited {
    stream: Stream,
    budget: Budget,
}

impl AsyncRead for Limited {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let count = buf.filled().len() - before;
        let spend = |left: usize| left.checked_sub(count);
        let spent = this.budget.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        Poll::Ready(spent.map(drop).map_err(|_| io::Error::other(Spent)))
    }
}

impl AsyncWrite for Limited {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_stream_ends_with_its_budget() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let budget = Budget::default();
        let mut limited = budget.limit(Box::new(ours));
        budget.0.store(3, Ordering::Relaxed);
        theirs.write_all(b"abc").await.unwrap();
        let mut read = [0; 3];
        limited.read_exact(&mut read).await.unwrap();
        theirs.write_all(b"d").await.unwrap();
        assert!(is_spent(&limited.read_u8().await.unwrap_err()));
        budget.refill();
        theirs.write_all(b"e").await.unwrap();
        assert_eq!(limited.read_u8().await.unwrap(), b'e');
        assert!(!is_spent(&io::Error::other("another")));
    }
}
