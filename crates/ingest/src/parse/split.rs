//! Machines that take a text in pieces and give the records in it, one by one.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::fault::Fault;

/// Takes UTF-8 in pieces of any size. Never holds more than one piece and one record.
pub(super) trait Split: Send {
    /// Gives the next piece, once [`Split::next`] has nothing more of those before.
    fn feed(&mut self, piece: Bytes);

    /// Says that there are no more pieces.
    fn end(&mut self);

    /// The next record that is complete. `None`: more pieces are needed, or after the end there are no more records.
    fn next(&mut self) -> Option<Result<Map<String, Value>, Fault>>;

    /// Whether nothing of the rest can be read, because what came before was too wrong.
    fn is_over(&self) -> bool;
}

/// The piece at hand and how much of it was read.
#[derive(Default)]
pub(super) struct Piece {
    bytes: Bytes,
    at: usize,
}

impl Piece {
    pub(super) fn put(&mut self, bytes: Bytes) {
        debug_assert!(self.rest().is_empty(), "what came before was read");
        *self = Piece { bytes, at: 0 };
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next byte, read.
    pub(super) fn pop(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// Takes the next `count` bytes, or all there are.
    pub(super) fn take(&mut self, count: usize) -> &[u8] {
        let start = self.at.min(self.bytes.len());
        self.at = start.saturating_add(count).min(self.bytes.len());
        self.bytes.get(start..self.at).unwrap_or_default()
    }
}
