//! Packets of TDS, and the bytes of a message across them.
//!
//! ```text
//! packet  = kind:1 status:1 length:2 process:2 number:1 window:1 bytes      length is big-endian and counts these eight
//! message = packets of a kind, the last of which has the status LAST        all other numbers are little-endian
//! ```
//!
//! (MS-TDS 2.2.3.) A message is read as it arrives and never whole: that of a large table has no end that memory would hold.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};

use super::error::{broken, io};
use crate::source::SourceError;
use crate::source::sql::stream::Stream;

/// Kinds of packets.
pub(super) const BATCH: u8 = 0x01;
pub(super) const CALL: u8 = 0x03;
pub(super) const ANSWER: u8 = 0x04;
pub(super) const LOGIN: u8 = 0x10;
pub(super) const PRELOGIN: u8 = 0x12;

/// The status of a message's last packet.
const LAST: u8 = 1;
/// The bytes of a packet's head.
pub(super) const HEAD: usize = 8;
/// The size of packets before another one is agreed on, and the one that we ask for.
pub(super) const SIZE: u16 = 4096;
/// What else may be agreed on.
const SIZES: std::ops::RangeInclusive<usize> = 512..=32_767;

/// A head, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) is_last: bool,
    /// Bytes behind the head.
    pub(super) length: usize,
}

impl Head {
    /// Reads a head.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, SourceError> {
        let mut head = [0; HEAD];
        stream.read_exact(&mut head).await.map_err(io)?;
        let [kind, status, high, low, ..] = head;
        let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(HEAD).ok_or_else(broken)?;
        Ok(Self { kind, is_last: status & LAST != 0, length })
    }
}

/// A message in packets of at most `size` bytes.
pub(super) fn packets(kind: u8, message: &[u8], size: usize) -> Vec<u8> {
    let mut parts = message.chunks(size - HEAD).enumerate().peekable();
    let mut bytes = Vec::with_capacity(message.len() + HEAD);
    while let Some((number, part)) = parts.next() {
        let status = if parts.peek().is_none() { LAST } else { 0 };
        // No part is longer than the largest size, and the number counts on from zero again.
        let [high, low] = ((part.len() + HEAD) as u16).to_be_bytes();
        bytes.extend([kind, status, high, low, 0, 0, number as u8, 0]);
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A connection on which messages are exchanged in turns.
pub(super) struct Messages {
    stream: BufReader<Stream>,
    /// The size of the packets that are sent.
    size: usize,
    /// What is left of the packet that is being read, and whether it is its message's last.
    packet: Vec<u8>,
    at: usize,
    is_last: bool,
}

impl Messages {
    pub(super) fn over(stream: Stream) -> Self {
        Self {
            stream: BufReader::new(stream),
            size: usize::from(SIZE),
            packet: Vec::new(),
            at: 0,
            is_last: true,
        }
    }

    /// A conversation in which the answer to a message that others have sent is read first.
    pub(super) fn awaiting(stream: Stream) -> Self {
        Self { is_last: false, ..Self::over(stream) }
    }

    /// Agrees on another size of packets.
    pub(super) fn resize(&mut self, size: usize) -> Result<(), SourceError> {
        if !SIZES.contains(&size) {
            return Err(broken());
        }
        self.size = size;
        Ok(())
    }

    /// Sends a message; its answer is what is read from now on.
    pub(super) async fn send(&mut self, kind: u8, message: &[u8]) -> Result<(), SourceError> {
        self.packet.clear();
        self.at = 0;
        self.is_last = false;
        self.stream.write_all(&packets(kind, message, self.size)).await.map_err(io)?;
        self.stream.flush().await.map_err(io)
    }

    /// Whether the message has been read to its end.
    pub(super) async fn is_over(&mut self) -> Result<bool, SourceError> {
        while self.left().is_empty() {
            if self.is_last {
                return Ok(true);
            }
            self.next_packet().await?;
        }
        Ok(false)
    }

    /// The next `count` bytes of the message, behind what `into` holds.
    pub(super) async fn take(&mut self, mut count: usize, into: &mut Vec<u8>) -> Result<(), SourceError> {
        while count > 0 {
            if self.is_over().await? {
                return Err(broken());
            }
            let left = self.left();
            let part = left.get(..count).unwrap_or(left);
            into.extend_from_slice(part);
            count -= part.len();
            self.at += part.len();
        }
        Ok(())
    }

    /// The next number of `N` bytes, as its bytes.
    pub(super) async fn array<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let mut bytes = Vec::with_capacity(N);
        self.take(N, &mut bytes).await?;
        bytes.try_into().map_err(|_| broken())
    }

    pub(super) async fn u8(&mut self) -> Result<u8, SourceError> {
        self.array().await.map(u8::from_le_bytes)
    }

    pub(super) async fn u16(&mut self) -> Result<u16, SourceError> {
        self.array().await.map(u16::from_le_bytes)
    }

    /// Bytes behind their length of two bytes.
    pub(super) async fn short(&mut self) -> Result<Vec<u8>, SourceError> {
        let mut bytes = Vec::new();
        let length = self.u16().await?;
        self.take(usize::from(length), &mut bytes).await?;
        Ok(bytes)
    }

    fn left(&self) -> &[u8] {
        self.packet.get(self.at..).unwrap_or_default()
    }

    async fn next_packet(&mut self) -> Result<(), SourceError> {
        let head = Head::read(&mut self.stream).await?;
        if head.kind != ANSWER {
            return Err(broken());
        }
        self.is_last = head.is_last;
        self.at = 0;
        self.packet.resize(head.length, 0);
        self.stream.read_exact(&mut self.packet).await.map_err(io)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_into_packets() {
        assert_eq!(packets(BATCH, b"ab", 512), [1, 1, 0, 10, 0, 0, 0, 0, b'a', b'b']);
        let cut = packets(CALL, &[7; 505], 512);
        assert_eq!(
            (cut.len(), &cut[..8], &cut[512..]),
            (521, &[3, 0, 2, 0, 0, 0, 0, 0][..], &[3, 1, 0, 9, 0, 0, 1, 0, 7][..])
        );
    }

    #[tokio::test]
    async fn bytes_are_read_across_packets() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let mut messages = Messages::over(Box::new(ours));
        messages.send(BATCH, b"x").await.unwrap();
        theirs
            .write_all(&[4, 0, 0, 9, 0, 0, 0, 0, 1, 4, 0, 0, 8, 0, 0, 0, 0, 4, 1, 0, 10, 0, 0, 0, 0, 2, 3])
            .await
            .unwrap();
        assert_eq!(messages.u16().await, Ok(0x201));
        assert_eq!(messages.is_over().await, Ok(false));
        assert_eq!(messages.u8().await, Ok(3));
        assert_eq!(messages.is_over().await, Ok(true));
        assert_eq!(messages.u8().await, Err(broken()));
    }

    #[tokio::test]
    async fn a_head_shorter_than_itself_is_refused() {
        assert_eq!(Head::read(&mut &[4, 1, 0, 7, 0, 0, 0, 0][..]).await, Err(broken()));
    }
}
