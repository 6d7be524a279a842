//! `stopwords`: drops the words of a list; their positions stay counted.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::pipeline::{End, Flow, Held, Piece, Sink, Stage, StageFilter, Stop};
use crate::unicode::lowercase;

/// A list of words to drop.
#[derive(Debug, Clone)]
pub(crate) struct StopWords {
    words: Arc<WordSet>,
    ignore_case: bool,
    /// Bytes of the longest word: most tokens are told apart by it alone.
    len_max: usize,
}

impl StopWords {
    /// The words are compared as they are, or with `ignore_case` in lower case.
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>, ignore_case: bool) -> Self {
        let words = words.into_iter();
        let words: WordSet = if ignore_case {
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

/// `stopwords` with `removeTrailing` false (Lucene's `SuggestStopFilter`): a last word that nothing follows, not even white
/// space, may be the beginning of another one; it stays, as a keyword.
#[derive(Debug, Clone)]
pub(crate) struct StopUnlessLast(pub(crate) StopWords);

impl StageFilter for StopUnlessLast {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Undecided { words: &self.0, holes: 0, last: None })
    }
}

struct Undecided<'w> {
    words: &'w StopWords,
    /// Positions of the words dropped since the last one handed on.
    holes: u32,
    /// A word of the list, until it is known whether it is the last one.
    last: Option<Held>,
}

impl Stage for Undecided<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if let Some(dropped) = self.last.take() {
            self.holes += dropped.attributes.increment;
        }
        if self.words.contains(piece.text) {
            self.last = Some(piece.into());
            return Ok(());
        }
        let holes = std::mem::take(&mut self.holes);
        out.push(piece.with(|attributes| attributes.increment += holes))
    }

    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop> {
        // Lucene forgets the holes before a last word that it drops.
        if let Some(last) = self.last.take().filter(|last| end.offset <= last.attributes.end) {
            out.push(last.piece().with(|attributes| {
                attributes.increment += self.holes;
                attributes.keyword = true;
            }))?;
        }
        Ok(end)
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
