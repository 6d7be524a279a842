//! The text of one token on its way through the filters.
//!
//! It starts as a slice of the input. Filters that only shorten it (possessive, elision) move the slice's ends; the first
//! one that changes characters copies it into a buffer that is reused for every token.

use crate::pipeline::Attributes;

/// The reusable buffers behind a [`Term`].
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    text: String,
    units: Vec<u16>,
}

/// One token in the hands of plain filters, its text borrowed from the input for as long as none rewrites it.
pub(crate) struct Term<'a> {
    /// All but the text, where the tokenizer or the stage before put it: to copy it takes as long as to read a word.
    pub(crate) attributes: &'a mut Attributes,
    /// The text is known to be ASCII without capitals.
    pub(crate) is_lower: bool,
    input: Option<&'a str>,
    buffers: &'a mut Buffers,
}

impl<'a> Term<'a> {
    #[inline]
    pub(crate) fn new(text: &'a str, attributes: &'a mut Attributes, buffers: &'a mut Buffers) -> Self {
        Self { attributes, is_lower: false, input: Some(text), buffers }
    }

    /// The text as it stands.
    #[inline]
    pub(crate) fn text(&self) -> &str {
        match self.input {
            Some(input) => input,
            None => &self.buffers.text,
        }
    }

    /// Keeps only the first `len` bytes, a character boundary.
    pub(crate) fn truncate(&mut self, len: usize) {
        match &mut self.input {
            Some(input) => *input = input.get(..len).unwrap_or(input),
            None => self.buffers.text.truncate(len),
        }
    }

    /// Drops the first `len` bytes, a character boundary.
    pub(crate) fn remove_front(&mut self, len: usize) {
        match &mut self.input {
            Some(input) => *input = input.get(len..).unwrap_or(input),
            None => drop(self.buffers.text.drain(..len)),
        }
    }

    /// The text in a buffer that may be rewritten.
    pub(crate) fn text_mut(&mut self) -> &mut String {
        self.is_lower = false;
        if let Some(input) = self.input.take() {
            self.buffers.text.clear();
            self.buffers.text.push_str(input);
        }
        &mut self.buffers.text
    }

    /// Appends to an emptied buffer what `write` makes of the text so far.
    pub(crate) fn rewrite(&mut self, write: impl FnOnce(&str, &mut String)) {
        self.is_lower = false;
        if let Some(input) = self.input.take() {
            self.buffers.text.clear();
            write(input, &mut self.buffers.text);
        } else {
            let before = std::mem::take(&mut self.buffers.text);
            write(&before, &mut self.buffers.text);
        }
    }

    /// Lets `edit` change the text as UTF-16 units, which is what Lucene's stemmers count in.
    pub(crate) fn edit_units(&mut self, edit: impl FnOnce(&mut Vec<u16>)) {
        let mut units = std::mem::take(&mut self.buffers.units);
        units.clear();
        if self.text().is_ascii() {
            units.extend(self.text().bytes().map(u16::from));
        } else {
            units.extend(self.text().encode_utf16());
        }
        edit(&mut units);
        self.set_units(&units);
        self.buffers.units = units;
    }

    /// Makes the text these units. Stemmers change little but the end, so what is equal at the beginning stays, and a text
    /// that only became shorter stays borrowed.
    fn set_units(&mut self, units: &[u16]) {
        let (mut bytes, mut equal) = (0, 0);
        for c in self.text().chars() {
            let len = c.len_utf16();
            let same = match len {
                1 => units.get(equal) == Some(&(c as u16)),
                _ => units.get(equal..equal + len) == Some(c.encode_utf16(&mut [0; 2])),
            };
            if !same {
                break;
            }
            bytes += c.len_utf8();
            equal += len;
        }
        self.truncate(bytes);
        let rest = units.get(equal..).unwrap_or_default();
        if !rest.is_empty() {
            let chars = char::decode_utf16(rest.iter().copied());
            self.text_mut().extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
    }
}
