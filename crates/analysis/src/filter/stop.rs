//! `stopwords`: drops the words of a list; their positions stay counted.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A list of words to drop, compared as they are (the lists are in lower case).
#[derive(Debug, Clone)]
pub(crate) struct StopWords {
    words: Arc<WordSet>,
    /// Bytes of the longest word: most tokens are told apart by it alone.
    len_max: usize,
}

impl StopWords {
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: WordSet = words.into_iter().map(Box::from).collect();
        let len_max = words.iter().map(|word| word.len()).max().unwrap_or(0);
        Self { words: Arc::new(words), len_max }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        word.len() <= self.len_max && self.words.contains(word)
    }
}

type WordSet = HashSet<Box<str>, BuildHasherDefault<Fnv>>;

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
