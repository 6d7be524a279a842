//! TLS within TDS: its handshake travels in packets of PRELOGIN (MS-TDS 2.2.6.5), everything behind it as it is.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::packet::{HEAD, PRELOGIN, SIZE, packets};

/// A connection whose bytes travel in packets until TLS stands.
pub(in crate::source::azuresql) struct Framed {
    tcp: TcpStream,
    stands: bool,
    /// The part of a packet's head that is there, and how much of the packet behind it is still to come.
    head: [u8; HEAD],
    head_read: usize,
    left: usize,
    /// What is to be sent together, and what of the packets before is still to be sent.
    gathered: Vec<u8>,
    sending: Vec<u8>,
}

impl Framed {
    pub(in crate::source::azuresql) fn over(tcp: TcpStream) -> Self {
        let (gathered, sending) = (Vec::new(), Vec::new());
        Self { tcp, stands: false, head: [0; HEAD], head_read: 0, left: 0, gathered, sending }
    }

    /// Ends the packets.
    pub(in crate::source::azuresql) fn stands(&mut self) {
        self.stands = true;
    }

    pub(in crate::source::azuresql) fn into_inner(self) -> TcpStream {
        self.tcp
    }

    /// Reads a head until there are bytes behind it. Whether there are any: not at the end of the connection.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        while self.left == 0 {
            let mut part = ReadBuf::new(self.head.get_mut(self.head_read..).unwrap_or_default());
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut part))?;
            if part.filled().is_empty() {
                return Poll::Ready(Ok(false));
            }
            self.head_read += part.filled().len();
            if self.head_read == HEAD {
                let [_, _, high, low, ..] = self.head;
                self.left = usize::from(u16::from_be_bytes([high, low])).saturating_sub(HEAD);
                self.head_read = 0;
            }
        }
        Poll::Ready(Ok(true))
    }
}

impl AsyncRead for Framed {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.stands && this.left == 0 {
            return Pin::new(&mut this.tcp).poll_read(cx, buf);
        }
        if !ready!(this.poll_head(cx))? {
            return Poll::Ready(Ok(()));
        }
        let most = buf.remaining().min(this.left);
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        ready!(Pin::new(&mut this.tcp).poll_read(cx, &mut part))?;
        let count = part.filled().len();
        this.left -= count;
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Framed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.stands && this.gathered.is_empty() && this.sending.is_empty() {
            return Pin::new(&mut this.tcp).poll_write(cx, bytes);
        }
        this.gathered.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            while !this.sending.is_empty() {
                let count = ready!(Pin::new(&mut this.tcp).poll_write(cx, &this.sending))?;
                if count == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                this.sending.drain(..count);
            }
            if this.gathered.is_empty() {
                return Pin::new(&mut this.tcp).poll_flush(cx);
            }
            this.sending = packets(PRELOGIN, &std::mem::take(&mut this.gathered), usize::from(SIZE));
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}
