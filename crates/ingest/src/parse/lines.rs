//! `jsonLines`: one object per line; blank lines are nothing. A line that is no object spoils no other line.

use bytes::Bytes;
use memchr::memchr;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::json;
use super::limits::RECORD_BYTES_MAX;
use super::split::{Piece, Split};

/// Splits at line feeds.
#[derive(Default)]
pub(super) struct Lines {
    piece: Piece,
    /// The beginning of the current line, from the pieces before.
    begun: Vec<u8>,
    /// The current line is over its limit and only skipped.
    too_long: bool,
    ended: bool,
}

impl Lines {
    /// The next line. Only a line that came in more than one piece is copied.
    fn line(&mut self) -> Option<Result<Map<String, Value>, Fault>> {
        let rest = self.piece.rest();
        let end = memchr(b'\n', rest);
        let length = end.unwrap_or(rest.len());
        self.too_long |= self.begun.len() + length > RECORD_BYTES_MAX;
        let part = self.piece.take(length);
        if end.is_none() && !self.ended {
            if !self.too_long {
                self.begun.extend_from_slice(part);
            }
            return None;
        }
        let result = if std::mem::take(&mut self.too_long) {
            Some(Err(Fault::RecordTooLarge))
        } else if self.begun.is_empty() {
            parse(part)
        } else {
            self.begun.extend_from_slice(part);
            parse(&self.begun)
        };
        self.begun.clear();
        self.piece.take(1);
        result
    }
}

/// Nothing for a blank line.
fn parse(line: &[u8]) -> Option<Result<Map<String, Value>, Fault>> {
    (!line.trim_ascii().is_empty()).then(|| json::object(line))
}

impl Split for Lines {
    fn feed(&mut self, piece: Bytes) {
        self.piece.put(piece);
    }

    fn end(&mut self) {
        self.ended = true;
    }

    fn next(&mut self) -> Option<Result<Map<String, Value>, Fault>> {
        while !self.piece.rest().is_empty() {
            if let Some(record) = self.line() {
                return Some(record);
            }
        }
        if self.ended { self.line() } else { None }
    }

    fn is_over(&self) -> bool {
        false
    }
}
