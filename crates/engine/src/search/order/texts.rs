//! Strings of different segments: their ordinals do not compare, so the dictionaries are asked.
//!
//! Rows hold ordinals, however long their strings are. When rows of several segments are merged, all ordinals they hold
//! are replaced by ranks: the dictionaries are read in their order side by side, a few strings at a time.

use std::io;

use lazuli_platform::cancel::Cancel;
use tantivy::columnar::{Dictionary, TermOrdHit};

use super::keys::{Key, Strings};
use super::segment_of;
use crate::error::EngineError;

/// Strings read at once from each dictionary. Each has at most 32 KB: it was a term.
const READ_AT_ONCE: usize = 64;

/// The strings of the segments visited so far.
pub(super) struct Texts<'a> {
    keys: &'a [Key],
    segments: Vec<Strings>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(keys: &'a [Key]) -> Self {
        Self { keys, segments: Vec::new() }
    }

    /// Adds the strings of the next segment.
    pub(super) fn push(&mut self, strings: Strings) {
        self.segments.push(strings);
    }

    /// The row that rows of the last segment have to be below to come before `row`, which is of another segment.
    pub(super) fn threshold(&self, row: &[u64]) -> io::Result<Vec<u64>> {
        let mut threshold = row.to_vec();
        let mut bytes = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            let Some(word) = threshold.get_mut(index) else { break };
            let Some(ordinal) = ordinal(*key, *word) else { continue };
            let dictionary = self.dictionary(segment_of(row), index).ok_or_else(no_string)?;
            if !dictionary.ord_to_term(ordinal, &mut bytes)? {
                return Err(no_string());
            }
            match self.find(index, &bytes)? {
                TermOrdHit::Exact(ordinal) => *word = key.turn(ordinal + 1),
                TermOrdHit::Next(next) => {
                    // Between two strings of the segment: no row is equal up to here and still below.
                    *word = if key.turn(0) == 0 { next + 1 } else { key.turn(next) };
                    threshold.iter_mut().skip(index + 1).for_each(|word| *word = 0);
                    break;
                }
            }
        }
        Ok(threshold)
    }

    /// Where the last segment has a string, or would have it.
    fn find(&self, key: usize, bytes: &[u8]) -> io::Result<TermOrdHit> {
        let last = self.segments.len().checked_sub(1);
        let Some(dictionary) = last.and_then(|last| self.dictionary(last, key)) else {
            return Ok(TermOrdHit::Next(0));
        };
        Ok(match dictionary.term_ord_or_next(bytes)? {
            TermOrdHit::Exact(ordinal) => TermOrdHit::Exact(ordinal),
            // After the last string there is no next one.
            TermOrdHit::Next(next) => TermOrdHit::Next(next.min(dictionary.num_terms() as u64)),
        })
    }

    fn dictionary(&self, segment: usize, key: usize) -> Option<&Dictionary> {
        self.segments.get(segment)?.get(key)?.as_ref()?.dictionary()
    }

    /// Replaces ordinals in rows of any segments by words that compare between them.
    pub(super) fn rank(&self, rows: &mut [u64], cancel: &Cancel) -> Result<(), EngineError> {
        for (index, key) in self.keys.iter().enumerate().filter(|(_, key)| key.is_text()) {
            let mut shelves = self.shelves(rows, index);
            let mut rank = 0;
            while shelves.iter().any(|shelf| !shelf.is_ranked()) {
                cancel.check()?;
                for shelf in &mut shelves {
                    shelf.read(READ_AT_ONCE)?;
                }
                rank = rank_what_is_read(&mut shelves, rank);
            }
            for row in rows.chunks_exact_mut(self.keys.len() + 1) {
                let shelf = shelves.iter().find(|shelf| shelf.segment == segment_of(row));
                let Some(word) = row.get_mut(index) else { continue };
                if let Some(ordinal) = ordinal(*key, *word) {
                    *word = key.turn(shelf.and_then(|shelf| shelf.rank(ordinal)).unwrap_or(0) + 1);
                }
            }
        }
        Ok(())
    }

    /// For each segment the strings of a key that rows hold.
    fn shelves(&self, rows: &[u64], index: usize) -> Vec<Shelf<'_>> {
        let Some(key) = self.keys.get(index) else { return Vec::new() };
        let mut held: Vec<Vec<u64>> = vec![Vec::new(); self.segments.len()];
        for row in rows.chunks_exact(self.keys.len() + 1) {
            let ordinal = row.get(index).and_then(|word| ordinal(*key, *word));
            if let (Some(ordinal), Some(held)) = (ordinal, held.get_mut(segment_of(row))) {
                held.push(ordinal);
            }
        }
        let mut shelves = Vec::new();
        for (segment, mut ordinals) in held.into_iter().enumerate() {
            ordinals.sort_unstable();
            ordinals.dedup();
            if let Some(dictionary) = self.dictionary(segment, index) {
                shelves.push(Shelf::new(segment, dictionary, ordinals));
            }
        }
        shelves
    }
}

/// Ranks strings from `rank` on until a shelf has to be read on; tells the next rank.
fn rank_what_is_read(shelves: &mut [Shelf<'_>], mut rank: u64) -> u64 {
    loop {
        if shelves.iter().any(|shelf| shelf.first().is_none() && !shelf.is_ranked()) {
            return rank;
        }
        let Some(least) = shelves.iter().filter_map(Shelf::first).min() else { return rank };
        let least = least.to_vec();
        for shelf in shelves.iter_mut() {
            if shelf.first() == Some(&least) {
                shelf.ranks.push(rank);
            }
        }
        rank += 1;
    }
}

/// The strings of one segment that are ranked, in order.
struct Shelf<'a> {
    segment: usize,
    dictionary: &'a Dictionary,
    ordinals: Vec<u64>,
    /// Of the first ordinals, as far as they are known.
    ranks: Vec<u64>,
    /// Some strings, those of the ordinals from `read_from` on, one after the other, and where each ends.
    strings: Vec<u8>,
    ends: Vec<usize>,
    read_from: usize,
}

impl<'a> Shelf<'a> {
    fn new(segment: usize, dictionary: &'a Dictionary, ordinals: Vec<u64>) -> Self {
        let ranks = Vec::with_capacity(ordinals.len());
        Self { segment, dictionary, ordinals, ranks, strings: Vec::new(), ends: Vec::new(), read_from: 0 }
    }

    fn is_ranked(&self) -> bool {
        self.ranks.len() == self.ordinals.len()
    }

    /// Reads on if all that was read is ranked.
    fn read(&mut self, count: usize) -> io::Result<()> {
        if self.is_ranked() || self.first().is_some() {
            return Ok(());
        }
        self.read_from = self.ranks.len();
        self.strings.clear();
        self.ends.clear();
        let end = self.ordinals.len().min(self.read_from + count);
        let (strings, ends) = (&mut self.strings, &mut self.ends);
        let are_there =
            self.dictionary.sorted_ords_to_term_cb(&self.ordinals[self.read_from..end], |string| {
                strings.extend_from_slice(string);
                ends.push(strings.len());
            })?;
        if are_there { Ok(()) } else { Err(no_string()) }
    }

    /// The first string that is not ranked, if it is read.
    fn first(&self) -> Option<&[u8]> {
        let at = self.ranks.len() - self.read_from;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.strings.get(start..end)
    }

    fn rank(&self, ordinal: u64) -> Option<u64> {
        let at = self.ordinals.binary_search(&ordinal).ok()?;
        self.ranks.get(at).copied()
    }
}

/// The ordinal in a word of a string key; `None` for null and for other keys.
fn ordinal(key: Key, word: u64) -> Option<u64> {
    if key.is_text() { key.turn(word).checked_sub(1) } else { None }
}

fn no_string() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an ordinal without a string in its dictionary")
}
