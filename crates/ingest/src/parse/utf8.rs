//! Makes UTF-8 of a stream: a byte-order mark says what it is (`indexers.md` §6, UTF-16 and UTF-8), without one it is UTF-8.
//!
//! UTF-8 passes as it is, unchecked: the parser of the format decides what is wrong with it.

use bytes::{Bytes, BytesMut};
use encoding_rs::{Decoder, Encoding, UTF_8};

/// The longest mark.
const MARK_BYTES_MAX: usize = 3;

pub(super) enum Utf8 {
    /// Too few bytes yet to know.
    Beginning(BytesMut),
    /// Passes as it is.
    Plain,
    /// Is UTF-16.
    Other(Box<Decoder>),
}

impl Utf8 {
    pub(super) fn new() -> Self {
        Utf8::Beginning(BytesMut::new())
    }

    /// The next piece as UTF-8.
    pub(super) fn pass(&mut self, piece: Bytes) -> Bytes {
        match self {
            Utf8::Plain => piece,
            Utf8::Other(decoder) => decode(decoder, &piece, false),
            Utf8::Beginning(begun) if begun.len() + piece.len() < MARK_BYTES_MAX => {
                begun.extend_from_slice(&piece);
                Bytes::new()
            }
            Utf8::Beginning(begun) if begun.is_empty() => self.begin(piece),
            Utf8::Beginning(begun) => {
                begun.extend_from_slice(&piece);
                let all = begun.split().freeze();
                self.begin(all)
            }
        }
    }

    /// What the end brings: an item of one or two bytes, a character that was cut off.
    pub(super) fn end(&mut self) -> Bytes {
        match self {
            Utf8::Plain => Bytes::new(),
            Utf8::Other(decoder) => decode(decoder, &[], true),
            Utf8::Beginning(begun) => {
                let all = begun.split().freeze();
                let mut first = self.begin(all).to_vec();
                if let Utf8::Other(decoder) = self {
                    first.extend_from_slice(&decode(decoder, &[], true));
                }
                first.into()
            }
        }
    }

    /// Looks for the mark at the beginning of what is there, and passes the rest.
    fn begin(&mut self, beginning: Bytes) -> Bytes {
        let (encoding, length) = Encoding::for_bom(&beginning).unwrap_or((UTF_8, 0));
        let rest = beginning.slice(length.min(beginning.len())..);
        if encoding == UTF_8 {
            *self = Utf8::Plain;
            return rest;
        }
        let mut decoder = Box::new(encoding.new_decoder_without_bom_handling());
        let text = decode(&mut decoder, &rest, false);
        *self = Utf8::Other(decoder);
        text
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool) -> Bytes {
    let capacity = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
    let mut text = String::with_capacity(capacity);
    // The capacity is enough for all of it.
    let _ = decoder.decode_to_string(bytes, &mut text, last);
    Bytes::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&[u8]], expected: &str) {
        let mut utf8 = Utf8::new();
        let mut text = Vec::new();
        for piece in pieces {
            text.extend_from_slice(&utf8.pass(Bytes::copy_from_slice(piece)));
        }
        text.extend_from_slice(&utf8.end());
        assert_eq!(String::from_utf8(text).unwrap(), expected, "{pieces:?}");
    }

    #[test]
    fn marks_are_honoured_wherever_the_stream_is_cut() {
        check(&[], "");
        check(&[b"a"], "a");
        check(&[b"a", b"b", b"c", b"d"], "abcd");
        check(&[b"\xEF\xBB\xBFab"], "ab");
        check(&[b"\xEF", b"\xBB", b"\xBF", b"ab"], "ab");
        check(&[b"\xEF\xBB\xBF"], "");
        check(&[b"\xFF\xFEa\0b\0"], "ab");
        check(&[b"\xFF", b"\xFEa", b"\0", b"b", b"\0"], "ab");
        check(&[b"\xFE\xFF\0a"], "a");
        check(&[b"\xFF\xFE"], "");
    }

    #[test]
    fn a_character_that_is_cut_off_at_the_end_is_replaced() {
        check(&[b"\xFF\xFEa\0b"], "a\u{FFFD}");
    }
}
