//! Packets of the protocol of MySQL and MariaDB, and the values in them.
//!
//! ```text
//! packet  = length:3 sequence:1 payload       all numbers are little-endian; 2^24-1 bytes mean that more follows
//! integer = 0..=250 | 252 u16 | 253 u24 | 254 u64
//! string  = integer bytes                     "length-encoded"
//! ```

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};

use super::error::{broken, io};
use crate::source::SourceError;
use crate::source::sql::stream::Stream;

/// The longest payload of one packet.
const PART_MAX: usize = 0xff_ffff;

/// The longest payload that is read, however many packets it comes in: a row of the largest document that fits an index
/// batch, several times.
const PAYLOAD_BYTES_MAX: usize = 128 << 20;

/// A stream of packets.
pub(super) struct Packets {
    stream: BufReader<Stream>,
    sequence: u8,
}

impl Packets {
    /// A conversation that others have begun: `sequence` is the number of the next packet.
    pub(super) fn over(stream: Stream, sequence: u8) -> Self {
        Self { stream: BufReader::new(stream), sequence }
    }

    /// Begins a new command: numbers start again.
    pub(super) fn restart(&mut self) {
        self.sequence = 0;
    }

    /// The next payload.
    pub(super) async fn read(&mut self) -> Result<Vec<u8>, SourceError> {
        let mut payload = Vec::new();
        loop {
            let mut head = [0; 4];
            self.stream.read_exact(&mut head).await.map_err(io)?;
            let [a, b, c, sequence] = head;
            let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
            if sequence != self.sequence || payload.len() + length > PAYLOAD_BYTES_MAX {
                return Err(broken());
            }
            self.sequence = sequence.wrapping_add(1);
            let start = payload.len();
            payload.resize(start + length, 0);
            let part = payload.get_mut(start..).unwrap_or_default();
            self.stream.read_exact(part).await.map_err(io)?;
            if length < PART_MAX {
                return Ok(payload);
            }
        }
    }

    /// Sends a payload. Ours are short: statements and logins.
    pub(super) async fn write(&mut self, payload: &[u8]) -> Result<(), SourceError> {
        let length = u32::try_from(payload.len())
            .ok()
            .filter(|length| *length < PART_MAX as u32)
            .ok_or_else(broken)?;
        let [a, b, c, _] = length.to_le_bytes();
        let mut packet = vec![a, b, c, self.sequence];
        packet.extend_from_slice(payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.stream.write_all(&packet).await.map_err(io)?;
        self.stream.flush().await.map_err(io)
    }
}

/// What is left of a payload.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], SourceError> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or_else(broken)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8, SourceError> {
        self.number(1).map(|number| number as u8)
    }

    pub(super) fn u16(&mut self) -> Result<u16, SourceError> {
        self.number(2).map(|number| number as u16)
    }

    /// A number of up to eight bytes.
    fn number(&mut self, bytes: usize) -> Result<u64, SourceError> {
        Ok(self.bytes(bytes)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A length-encoded integer.
    pub(super) fn integer(&mut self) -> Result<u64, SourceError> {
        match self.u8()? {
            252 => self.number(2),
            253 => self.number(3),
            254 => self.number(8),
            251 | 255 => Err(broken()),
            small => Ok(u64::from(small)),
        }
    }

    /// A length-encoded string.
    pub(super) fn string(&mut self) -> Result<&'a [u8], SourceError> {
        let length = usize::try_from(self.integer()?).map_err(|_| broken())?;
        self.bytes(length)
    }

    /// A value of a row: null, or a length-encoded string.
    pub(super) fn value(&mut self) -> Result<Option<&'a [u8]>, SourceError> {
        if self.0.first() == Some(&251) {
            self.bytes(1)?;
            return Ok(None);
        }
        self.string().map(Some)
    }

    /// Bytes up to a zero, which is taken too; to the end if there is none.
    pub(super) fn until_zero(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == 0);
        let (bytes, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_four_lengths() {
        for (bytes, expected) in [
            (&[250][..], Some(250)),
            (&[252, 1, 2], Some(0x201)),
            (&[253, 1, 2, 3], Some(0x3_0201)),
            (&[254, 1, 0, 0, 0, 0, 0, 0, 128], Some(0x8000_0000_0000_0001)),
            (&[251], None),
            (&[255], None),
            (&[253, 1], None),
            (&[], None),
        ] {
            assert_eq!(Reader(bytes).integer().ok(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn strings_and_nulls_are_taken_one_after_the_other() {
        let mut reader = Reader(&[2, b'a', b'b', 251, 0, 9]);
        assert_eq!(reader.value(), Ok(Some(&b"ab"[..])));
        assert_eq!(reader.value(), Ok(None));
        assert_eq!(reader.value(), Ok(Some(&b""[..])));
        assert!(reader.value().is_err(), "nine bytes are announced and none is there");
        let mut reader = Reader(b"a\0b");
        assert_eq!(
            (reader.until_zero(), reader.until_zero(), reader.until_zero()),
            (&b"a"[..], &b"b"[..], &b""[..])
        );
    }
}
