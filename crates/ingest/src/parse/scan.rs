//! Where a JSON value ends, found in pieces and without reading it: strings and brackets are followed, nothing else.

use memchr::memchr2;

use super::fault::Fault;
use super::limits::JSON_DEPTH_MAX;

/// Follows one value from its first byte on.
pub(super) struct Scan {
    /// The closing brackets that are still to come.
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// The value is a number or a word: it ends where something else begins.
    bare: bool,
}

impl Scan {
    /// Begins a value whose first byte, which is not read yet, is this.
    pub(super) fn begin(first: u8) -> Self {
        let bare = !matches!(first, b'"' | b'{' | b'[');
        Scan { open: Vec::new(), in_string: false, escaped: false, bare }
    }

    /// Reads on. `Some(n)`: the value ends after the next `n` bytes; `None`: all of them belong to it and more may.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        if self.bare {
            return Ok(bytes.iter().position(|byte| ends_bare(*byte)));
        }
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            at += if self.in_string { self.string(rest) } else { self.between(rest)? };
            if !self.in_string && self.open.is_empty() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Reads within a string, up to its end or a backslash; says how far.
    fn string(&mut self, rest: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        let Some(at) = memchr2(b'"', b'\\', rest) else { return rest.len() };
        self.escaped = rest.get(at) == Some(&b'\\');
        self.in_string = self.escaped;
        at + 1
    }

    /// Reads outside of strings, up to the beginning of one or the end of the value; says how far.
    fn between(&mut self, rest: &[u8]) -> Result<usize, Fault> {
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'"' => {
                    self.in_string = true;
                    return Ok(at + 1);
                }
                b'{' => self.push(b'}')?,
                b'[' => self.push(b']')?,
                b'}' | b']' => {
                    if self.open.pop() != Some(*byte) {
                        let reason = format!("Invalid JSON. Unexpected '{}'.", char::from(*byte));
                        return Err(Fault::Json { reason });
                    }
                    if self.open.is_empty() {
                        return Ok(at + 1);
                    }
                }
                _ => {}
            }
        }
        Ok(rest.len())
    }

    fn push(&mut self, closing: u8) -> Result<(), Fault> {
        if self.open.len() == JSON_DEPTH_MAX {
            return Err(Fault::TooDeep);
        }
        self.open.push(closing);
        Ok(())
    }
}

fn ends_bare(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
}
