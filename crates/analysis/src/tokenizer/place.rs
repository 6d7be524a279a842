//! A place in the text that a tokenizer reads.

/// A place in the text, counted both ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) byte: usize,
    pub(super) unit: u32,
}

impl Place {
    #[inline]
    pub(super) fn after(self, c: char) -> Self {
        Self { byte: self.byte + c.len_utf8(), unit: self.unit + c.len_utf16() as u32 }
    }

    /// The character at the place.
    #[inline]
    pub(super) fn char_in(self, text: &str) -> Option<char> {
        text.get(self.byte..)?.chars().next()
    }
}
