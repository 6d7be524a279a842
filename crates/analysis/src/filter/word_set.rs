//! Lists of words that filters ask: stop words, words to keep, articles, parts of compounds (Lucene's `CharArraySet`).

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::unicode::lowercase;

/// A list of words, to be asked whether a token is among them.
#[derive(Debug, Clone)]
pub(crate) struct WordSet {
    words: Arc<Words>,
    ignore_case: bool,
    /// Bytes of the longest word: most tokens are told apart by it alone.
    len_max: usize,
}

impl WordSet {
    /// The words are compared as they are, or with `ignore_case` in lower case.
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>, ignore_case: bool) -> Self {
        let words = words.into_iter();
        let words: Words = if ignore_case {
            words.map(|word| lowercase(word).into_boxed_str()).collect()
        } else {
            words.map(Box::from).collect()
        };
        let len_max = words.iter().map(|word| word.len()).max().unwrap_or(0);
        Self { words: Arc::new(words), ignore_case, len_max }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        if self.ignore_case {
            return self.words.contains(lowercase(word).as_str());
        }
        word.len() <= self.len_max && self.words.contains(word)
    }
}

type Words = HashSet<Box<str>, BuildHasherDefault<Fnv>>;

/// FNV-1a, which beats the standard hasher on words of a few letters; nobody but the owner of the index chooses the words.
#[derive(Debug, Clone)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
