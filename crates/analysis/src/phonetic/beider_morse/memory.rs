//! Codes that are known already: to find those of a word takes as long as to analyse a page with other filters, and prose
//! says few words again and again.

use std::collections::HashMap;

use super::Engine;

/// What may be remembered, in bytes, before all is forgotten: some twenty thousand words.
const BYTES_MAX: usize = 4 << 20;

/// Longer words, in bytes, are not remembered: no language has them, and a text may be one word.
const WORD_BYTES_MAX: usize = 256;

/// What a word takes beside its own letters and those of its codes, about.
const BYTES_PER_WORD: usize = 64;

/// An [`Engine`] that remembers what it has encoded.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    engine: Engine,
    codes: HashMap<Box<str>, Box<str>>,
    bytes: usize,
}

impl Memory {
    /// Appends the codes of a word, a space behind each.
    pub(crate) fn encode(&mut self, word: &str, codes: &mut String) {
        if let Some(known) = self.codes.get(word) {
            return codes.push_str(known);
        }
        let before = codes.len();
        self.engine.encode(word, codes);
        self.remember(word, codes.get(before..).unwrap_or_default());
    }

    /// What is remembered, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    fn remember(&mut self, word: &str, codes: &str) {
        if word.len() > WORD_BYTES_MAX {
            return;
        }
        self.bytes += word.len() + codes.len() + BYTES_PER_WORD;
        if self.bytes > BYTES_MAX {
            self.codes.clear();
            self.bytes = word.len() + codes.len() + BYTES_PER_WORD;
        }
        self.codes.insert(word.into(), codes.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Memory, WORD_BYTES_MAX};

    #[test]
    fn words_are_remembered_and_forgotten() {
        let mut memory = Memory::default();
        let mut encode = |word: &str| {
            let mut codes = "before ".to_owned();
            memory.encode(word, &mut codes);
            assert!(memory.bytes <= BYTES_MAX);
            codes
        };
        let first = encode("Schulz");
        assert_eq!(first, "before sQlts sQlz stsulz sults sulz ");
        assert_eq!(encode("Schulz"), first);
        for number in 0..BYTES_MAX / 64 {
            encode(&number.to_string());
        }
        assert_eq!(encode("Schulz"), first);
        let before = memory.bytes();
        memory.encode(&"a".repeat(WORD_BYTES_MAX + 1), &mut String::new());
        assert_eq!(memory.bytes(), before);
    }
}
