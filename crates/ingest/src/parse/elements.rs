//! `jsonArray`: the elements of the array at the document's root, or at `documentRoot`, one by one.
//!
//! ```text
//! way      = object-or-array { the member or element that the root names: way, all others: skipped }
//! way      = "[" [ element { "," element } ] "]"                            where the root ends
//! ```
//!
//! Elements are parsed as JSON; what is skipped is only followed to its end. An element that is no object spoils no other;
//! where the JSON itself is wrong, the rest cannot be trusted and is not read.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::json;
use super::limits::RECORD_BYTES_MAX;
use super::scan::Scan;
use super::split::{Piece, Split};

/// Splits an array.
pub(super) struct Elements {
    /// The names and positions on the way to the array, outermost first; unescaped.
    root: Vec<String>,
    piece: Piece,
    /// The containers that are open around what is being read.
    open: Vec<Container>,
    state: State,
    /// The bytes of the name or element being read.
    taken: Vec<u8>,
    /// The array was there.
    found: bool,
    ended: bool,
    over: bool,
}

#[derive(Clone, Copy)]
enum Container {
    /// An object on the way.
    Object,
    /// An array on the way, and the position of its current element.
    Array(usize),
    /// The array itself.
    Elements,
}

enum State {
    /// A value begins; closing brackets are fine for the first one of an array.
    Value { first: bool },
    /// A name begins; a closing bracket is fine for the first one.
    Name { first: bool },
    /// A name, or a value, goes on.
    Within { scan: Scan, what: What },
    /// The colon after a name.
    Colon { on_the_way: bool },
    /// A value that is not on the way begins.
    Skipped,
    /// After a value: a comma or a closing bracket.
    After,
    /// After the document: nothing.
    End,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Name,
    Element,
    /// An element over its limit.
    LargeElement,
    Skipped,
}

type Entity = Result<Map<String, Value>, Fault>;

impl Elements {
    /// `root` are the steps of a JSON pointer.
    pub(super) fn new(root: &[String]) -> Self {
        Elements {
            root: root.to_vec(),
            piece: Piece::default(),
            open: Vec::new(),
            state: State::Value { first: false },
            taken: Vec::new(),
            found: false,
            ended: false,
            over: false,
        }
    }

    /// Reads one byte between values, or a whole stretch within one.
    fn step(&mut self) -> Result<Option<Entity>, Fault> {
        if matches!(self.state, State::Within { .. }) {
            return self.within();
        }
        let Some(&byte) = self.piece.rest().first() else { return Ok(None) };
        if byte.is_ascii_whitespace() {
            self.piece.pop();
            return Ok(None);
        }
        match self.state {
            State::Value { first: true } | State::Name { first: true } if matches!(byte, b']' | b'}') => {
                self.close(byte)?;
            }
            State::Value { .. } => self.value(byte)?,
            State::Name { .. } if byte == b'"' => self.begin(byte, What::Name),
            State::Colon { on_the_way } if byte == b':' => {
                self.piece.pop();
                self.state = if on_the_way { State::Value { first: false } } else { State::Skipped };
            }
            State::Skipped if !matches!(byte, b']' | b'}' | b',' | b':') => self.begin(byte, What::Skipped),
            State::After if byte == b',' => self.comma(),
            State::After if matches!(byte, b']' | b'}') => self.close(byte)?,
            State::Name { .. } | State::Colon { .. } | State::Skipped | State::After | State::End => {
                return Err(unexpected(byte));
            }
            // Was asked for first.
            State::Within { .. } => {}
        }
        Ok(None)
    }

    /// A value on the way, or an element, begins.
    fn value(&mut self, byte: u8) -> Result<(), Fault> {
        if matches!(byte, b']' | b'}' | b',' | b':') {
            return Err(unexpected(byte));
        }
        match self.open.last() {
            Some(Container::Elements) => self.begin(byte, What::Element),
            Some(Container::Array(position)) if !self.is_on_the_way(&position.to_string()) => {
                self.begin(byte, What::Skipped);
            }
            Some(Container::Array(_) | Container::Object) | None => self.on_the_way(byte),
        }
        Ok(())
    }

    /// A value begins that the root leads to or through. If it cannot, because it is of another kind, it is skipped, and in
    /// the end the array was not found.
    fn on_the_way(&mut self, byte: u8) {
        let arrived = self.open.len() == self.root.len();
        let container = match byte {
            b'[' if arrived => Container::Elements,
            b'[' => Container::Array(0),
            b'{' if !arrived => Container::Object,
            _ => return self.begin(byte, What::Skipped),
        };
        self.found |= arrived;
        self.piece.pop();
        self.open.push(container);
        self.state = match container {
            Container::Object => State::Name { first: true },
            Container::Array(_) | Container::Elements => State::Value { first: true },
        };
    }

    /// Whether the root names this member of the innermost container. Of members of the same name the first counts.
    fn is_on_the_way(&self, name: &str) -> bool {
        let depth = self.open.len().saturating_sub(1);
        !self.found && self.root.get(depth).is_some_and(|step| step == name)
    }

    fn begin(&mut self, byte: u8, what: What) {
        self.taken.clear();
        self.state = State::Within { scan: Scan::begin(byte), what };
    }

    fn comma(&mut self) {
        self.piece.pop();
        self.state = match self.open.last_mut() {
            Some(Container::Object) => State::Name { first: false },
            Some(Container::Array(position)) => {
                *position += 1;
                State::Value { first: false }
            }
            Some(Container::Elements) | None => State::Value { first: false },
        };
    }

    fn close(&mut self, byte: u8) -> Result<(), Fault> {
        let expected = match self.open.pop() {
            Some(Container::Object) => b'}',
            Some(Container::Array(_) | Container::Elements) => b']',
            None => return Err(unexpected(byte)),
        };
        if byte != expected {
            return Err(unexpected(byte));
        }
        self.piece.pop();
        self.state = self.after();
        Ok(())
    }

    fn after(&self) -> State {
        if self.open.is_empty() { State::End } else { State::After }
    }

    /// Goes on with a name or a value, to its end if it is in this piece.
    fn within(&mut self) -> Result<Option<Entity>, Fault> {
        let State::Within { scan, what } = &mut self.state else { return Ok(None) };
        let rest = self.piece.rest();
        let end = scan.advance(rest)?;
        let length = end.unwrap_or(rest.len());
        if *what != What::Skipped && self.taken.len() + length > RECORD_BYTES_MAX {
            match what {
                What::Name => return Err(Fault::RecordTooLarge),
                What::Element | What::LargeElement | What::Skipped => *what = What::LargeElement,
            }
        }
        let what = *what;
        let part = self.piece.take(length);
        if matches!(what, What::Name | What::Element) {
            self.taken.extend_from_slice(part);
        }
        if end.is_some() { self.finish(what) } else { Ok(None) }
    }

    /// A name or a value is complete.
    fn finish(&mut self, what: What) -> Result<Option<Entity>, Fault> {
        self.state = self.after();
        match what {
            What::Skipped => Ok(None),
            What::LargeElement => Ok(Some(Err(Fault::RecordTooLarge))),
            What::Name => {
                let name: String = serde_json::from_slice(&self.taken).map_err(json::syntax)?;
                self.state = State::Colon { on_the_way: self.is_on_the_way(&name) };
                Ok(None)
            }
            What::Element => match json::object(&self.taken) {
                Err(fault @ Fault::Json { .. }) => Err(fault),
                entity => Ok(Some(entity)),
            },
        }
    }

    /// What is missing when there is no more.
    fn at_end(&mut self) -> Option<Entity> {
        // A number or a word ends with the text.
        if let State::Within { what: What::Skipped, .. } = self.state
            && self.open.is_empty()
        {
            self.state = State::End;
        }
        self.over = true;
        if !matches!(self.state, State::End) {
            let reason = "Invalid JSON. Unexpected end of content.".to_owned();
            return Some(Err(Fault::Json { reason }));
        }
        let root = format!("/{}", self.root.join("/"));
        (!self.found).then_some(Err(Fault::NoArray { root }))
    }
}

fn unexpected(byte: u8) -> Fault {
    let reason = format!("Invalid JSON. Unexpected character '{}' between values.", byte.escape_ascii());
    Fault::Json { reason }
}

impl Split for Elements {
    fn feed(&mut self, piece: Bytes) {
        self.piece.put(piece);
    }

    fn end(&mut self) {
        self.ended = true;
    }

    fn next(&mut self) -> Option<Entity> {
        while !self.over && !self.piece.rest().is_empty() {
            match self.step() {
                Ok(None) => {}
                Ok(Some(entity)) => return Some(entity),
                Err(fault) => {
                    self.over = true;
                    return Some(Err(fault));
                }
            }
        }
        if self.ended && !self.over { self.at_end() } else { None }
    }

    fn is_over(&self) -> bool {
        self.over
    }
}
