//! Strings of different segments: their ordinals do not compare, so the dictionaries are asked.
//!
//! Nothing is kept of a string but while it is compared: the rows of a deep page hold ordinals, however long their
//! strings are.

use std::cmp::Ordering;
use std::io;

use tantivy::columnar::{Dictionary, TermOrdHit};

use super::keys::{Key, Strings};
use super::{address, segment_of};

/// The dictionaries of the segments visited so far, one place for each key.
pub(super) struct Texts<'a> {
    keys: &'a [Key],
    segments: Vec<Strings>,
    /// The strings compared last, left and right.
    read: [Vec<ReadText>; 2],
}

/// A string, and where it stands.
#[derive(Clone, Default)]
struct ReadText {
    at: Option<(usize, u64)>,
    bytes: Vec<u8>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(keys: &'a [Key]) -> Self {
        let none = vec![ReadText::default(); keys.len()];
        Self { keys, segments: Vec::new(), read: [none.clone(), none] }
    }

    /// Adds the strings of the next segment.
    pub(super) fn push(&mut self, strings: Strings) {
        self.segments.push(strings);
    }

    /// Compares rows of any two segments.
    pub(super) fn compare(&mut self, left: &[u64], right: &[u64]) -> io::Result<Ordering> {
        let (left_segment, right_segment) = (segment_of(left), segment_of(right));
        for (index, key) in self.keys.iter().enumerate() {
            let (Some(left), Some(right)) = (left.get(index), right.get(index)) else { break };
            let ordering = match (ordinal(*key, *left), ordinal(*key, *right)) {
                (Some(left), Some(right)) if left_segment != right_segment => {
                    let ordering = self.compare_texts(index, (left_segment, left), (right_segment, right))?;
                    if key.turn(0) == 0 { ordering } else { ordering.reverse() }
                }
                _ => left.cmp(right),
            };
            if ordering.is_ne() {
                return Ok(ordering);
            }
        }
        Ok(address(left).cmp(&address(right)))
    }

    fn compare_texts(&mut self, key: usize, left: (usize, u64), right: (usize, u64)) -> io::Result<Ordering> {
        for (side, at) in [left, right].into_iter().enumerate() {
            let Some(read) = self.read.get_mut(side).and_then(|read| read.get_mut(key)) else { continue };
            if read.at != Some(at) {
                read.at = Some(at);
                read_text(&self.segments, key, at, &mut read.bytes)?;
            }
        }
        let bytes = |side: usize| self.read.get(side).and_then(|read| read.get(key)).map(|read| &read.bytes);
        Ok(bytes(0).cmp(&bytes(1)))
    }

    /// The row that rows of the last segment have to be below to come before `row`, which is of another segment.
    pub(super) fn threshold(&self, row: &[u64]) -> io::Result<Vec<u64>> {
        let mut threshold = row.to_vec();
        let mut bytes = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            let Some(word) = threshold.get_mut(index) else { break };
            let Some(ordinal) = ordinal(*key, *word) else { continue };
            read_text(&self.segments, index, (segment_of(row), ordinal), &mut bytes)?;
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

    fn find(&self, key: usize, bytes: &[u8]) -> io::Result<TermOrdHit> {
        let Some(dictionary) = self.segments.last().and_then(|strings| dictionary(strings, key)) else {
            return Ok(TermOrdHit::Next(0));
        };
        Ok(match dictionary.term_ord_or_next(bytes)? {
            TermOrdHit::Exact(ordinal) => TermOrdHit::Exact(ordinal),
            // After the last string there is no next one.
            TermOrdHit::Next(next) => TermOrdHit::Next(next.min(dictionary.num_terms() as u64)),
        })
    }
}

fn dictionary(strings: &Strings, key: usize) -> Option<&Dictionary> {
    strings.get(key)?.as_ref()?.dictionary()
}

/// The ordinal in a word of a string key; `None` for null and for other keys.
fn ordinal(key: Key, word: u64) -> Option<u64> {
    if key.is_text() { key.turn(word).checked_sub(1) } else { None }
}

fn read_text(
    segments: &[Strings],
    key: usize,
    (segment, ordinal): (usize, u64),
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    match segments.get(segment).and_then(|strings| dictionary(strings, key)) {
        Some(dictionary) if dictionary.ord_to_term(ordinal, bytes)? => Ok(()),
        Some(_) | None => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "an ordinal without a string in its dictionary"))
        }
    }
}
