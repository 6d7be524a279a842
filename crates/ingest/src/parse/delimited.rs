//! `delimitedText`: rows of values, named by a header line or by `delimitedTextHeaders`.
//!
//! ```text
//! text   = row { end row }                         end = CR LF / LF / CR
//! row    = value { delimiter value }
//! value  = *blank ( quoted / plain ) *blank        blank = SP / TAB, unless it is the delimiter
//! quoted = '"' { any but '"' / '""' } '"'
//! ```
//!
//! As RFC 4180, but blanks around a value are not part of it: Microsoft's own sample has them around names, dates and in front
//! of quotes (`indexers.md` §3.2). Rows without any character are nothing. A row that is wrong spoils no other.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::limits::{COLUMNS_MAX, RECORD_BYTES_MAX};
use super::split::{Piece, Split};

/// How rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Between values; one ASCII character.
    pub delimiter: u8,
    /// The names of the columns; without them the first row has them.
    pub headers: Option<Vec<String>>,
    /// The first row is no data.
    pub first_line_contains_headers: bool,
}

/// Splits rows.
pub(super) struct Rows {
    delimiter: u8,
    headers: Option<Vec<String>>,
    /// The first row is still to come, and no data.
    header_line: bool,
    piece: Piece,
    state: State,
    /// The values of the row that are complete, and the one that is being read.
    values: Vec<Vec<u8>>,
    value: Vec<u8>,
    /// Bytes of the row.
    length: usize,
    /// What is wrong with the row.
    fault: Option<Fault>,
    ended: bool,
    over: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// A row begins.
    Row,
    /// A value begins.
    Value,
    Plain,
    Quoted,
    /// After a quote within quotes: another one, or the value is complete.
    Quote,
}

impl Rows {
    pub(super) fn new(dialect: &Dialect) -> Self {
        Rows {
            delimiter: dialect.delimiter,
            headers: dialect.headers.clone(),
            header_line: dialect.first_line_contains_headers || dialect.headers.is_none(),
            piece: Piece::default(),
            state: State::Row,
            values: Vec::new(),
            value: Vec::new(),
            length: 0,
            fault: None,
            ended: false,
            over: false,
        }
    }

    /// Reads one byte; true when it ended a row.
    fn step(&mut self, byte: u8) -> bool {
        self.count(1);
        match (self.state, byte) {
            // The line feed after a carriage return, or a row without any character.
            (State::Row, b'\n' | b'\r') => self.length = 0,
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quoted, _) => self.push(byte),
            (State::Quote, b'"') => {
                self.push(byte);
                self.state = State::Quoted;
            }
            (_, byte) if byte == self.delimiter => self.end_value(),
            (_, b'\n' | b'\r') => {
                self.end_row();
                return true;
            }
            (State::Quote, b' ' | b'\t') => {}
            (State::Quote, _) => {
                let value = self.values.len() + 1;
                self.fail(Fault::TextAfterQuote { value });
            }
            (State::Row | State::Value, b' ' | b'\t') => self.state = State::Value,
            (State::Row | State::Value, b'"') => self.state = State::Quoted,
            (State::Row | State::Value | State::Plain, _) => {
                self.state = State::Plain;
                self.push(byte);
            }
        }
        false
    }

    /// Takes what needs no look at every byte: the inside of a value.
    fn stretch(&mut self) {
        let rest = self.piece.rest();
        let length = match self.state {
            State::Quoted => memchr::memchr(b'"', rest),
            State::Plain => memchr::memchr3(self.delimiter, b'\n', b'\r', rest),
            State::Row | State::Value | State::Quote => return,
        };
        let part = self.piece.take(length.unwrap_or(rest.len()));
        let taken = part.len();
        if self.fault.is_none() && self.length + taken <= RECORD_BYTES_MAX {
            self.value.extend_from_slice(part);
        }
        self.count(taken);
    }

    fn count(&mut self, bytes: usize) {
        self.length = self.length.saturating_add(bytes);
        if self.length > RECORD_BYTES_MAX {
            self.fail(Fault::RecordTooLarge);
        }
    }

    /// The first thing that is wrong counts.
    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    fn push(&mut self, byte: u8) {
        if self.fault.is_none() {
            self.value.push(byte);
        }
    }

    fn end_value(&mut self) {
        let mut value = std::mem::take(&mut self.value);
        if self.state == State::Plain {
            let blanks = value.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            value.truncate(value.len() - blanks);
        }
        if self.values.len() < COLUMNS_MAX {
            self.values.push(value);
        } else {
            self.fail(Fault::TooManyColumns);
        }
        self.state = State::Value;
    }

    fn end_row(&mut self) {
        self.end_value();
        self.state = State::Row;
        self.length = 0;
    }

    /// Makes a record of the row that was read; nothing of a header line.
    fn record(&mut self) -> Option<Result<Map<String, Value>, Fault>> {
        let values = std::mem::take(&mut self.values);
        let fault = self.fault.take();
        if std::mem::take(&mut self.header_line) {
            return self.header(values, fault).map(Err);
        }
        if let Some(fault) = fault {
            return Some(Err(fault));
        }
        let headers = self.headers.as_deref().unwrap_or_default();
        if values.len() > headers.len() {
            return Some(Err(Fault::TooManyValues { values: values.len(), headers: headers.len() }));
        }
        let named = headers.iter().zip(values).filter(|(name, _)| !name.is_empty());
        Some(Ok(named.map(|(name, value)| (name.clone(), Value::String(text(value)))).collect()))
    }

    /// Reads the names, unless the configuration has them. Without names there are no records.
    fn header(&mut self, values: Vec<Vec<u8>>, fault: Option<Fault>) -> Option<Fault> {
        if self.headers.is_none() {
            self.over = fault.is_some();
            self.headers = Some(values.into_iter().map(|name| text(name).trim().to_owned()).collect());
            return fault;
        }
        None
    }
}

/// What is no UTF-8 is replaced, as .NET's reader does.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl Split for Rows {
    fn feed(&mut self, piece: Bytes) {
        self.piece.put(piece);
    }

    fn end(&mut self) {
        self.ended = true;
    }

    fn next(&mut self) -> Option<Result<Map<String, Value>, Fault>> {
        while !self.over {
            self.stretch();
            let Some(byte) = self.piece.pop() else { break };
            if self.step(byte)
                && let Some(record) = self.record()
            {
                return Some(record);
            }
        }
        if !self.ended || self.over {
            return None;
        }
        self.over = true;
        if self.state != State::Row {
            if self.state == State::Quoted {
                self.fail(Fault::OpenQuote);
            }
            self.end_row();
            return self.record();
        }
        self.headers.is_none().then_some(Err(Fault::NoHeaders))
    }

    fn is_over(&self) -> bool {
        self.over
    }
}
