//! `stopwords`: drops the words of a list; their positions stay counted.

use std::collections::HashSet;
use std::sync::Arc;

/// A list of words to drop, compared as they are (the lists are in lower case).
#[derive(Debug, Clone)]
pub(crate) struct StopWords {
    words: Arc<HashSet<Box<str>>>,
    /// Bytes of the longest word: most tokens are told apart by it alone.
    len_max: usize,
}

impl StopWords {
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: HashSet<Box<str>> = words.into_iter().map(Box::from).collect();
        let len_max = words.iter().map(|word| word.len()).max().unwrap_or(0);
        Self { words: Arc::new(words), len_max }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        word.len() <= self.len_max && self.words.contains(word)
    }
}
