//! A connection that does not wait for ever: one on which no byte moves, in either direction, is given up.
//!
//! That covers what HTTP's own limits do not: a client that connects and says nothing, one that asks and never reads the
//! answer, one whose machine is gone (half-open), and HTTP/2 connections without streams.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream with an end to its patience.
pub(crate) struct Patient<S> {
    stream: S,
    idle_max: Duration,
    timer: Pin<Box<Sleep>>,
    /// A byte has moved since the timer was set.
    moved: bool,
}

impl<S> Patient<S> {
    /// Gives `stream` up when nothing has moved for `idle_max`, and at the latest for twice that.
    pub(crate) fn new(stream: S, idle_max: Duration) -> Patient<S> {
        Patient { stream, idle_max, timer: Box::pin(sleep(idle_max)), moved: false }
    }

    /// What the stream said; if it has nothing to say, whether to go on waiting. The timer is set anew only when it has
    /// run out: touching it with every packet would cost more than it tells.
    fn wait<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.moved = true;
            return polled;
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if !self.moved {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.moved = false;
            self.timer.set(sleep(self.idle_max));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.wait(context, polled)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.wait(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let moved = self.moved;
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        let waited = self.wait(context, polled);
        // A flush with nothing to do moves nothing.
        self.moved = moved && self.moved;
        waited
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(context);
        self.wait(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.wait(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const IDLE: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_stream_on_which_nothing_moves_is_given_up() {
        let (near, _far) = duplex(8);
        let error = Patient::new(near, IDLE).read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_reader_that_never_reads_is_given_up() {
        let (near, _far) = duplex(8);
        let error = Patient::new(near, IDLE).write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_stream_that_moves_now_and_then_is_kept() {
        let (near, mut far) = duplex(8);
        let mut near = Patient::new(near, Duration::from_secs(3600));
        let slow = async {
            for byte in 0..3 {
                sleep(IDLE).await;
                far.write_u8(byte).await.unwrap();
            }
        };
        let read = async {
            let mut read = [0; 3];
            near.read_exact(&mut read).await.unwrap();
            read
        };
        let (read, ()) = tokio::join!(read, slow);
        assert_eq!(read, [0, 1, 2]);
    }
}
