//! Hits in another order than the best score first.
//!
//! Each key of a document becomes a word ([`keys`]), and the words of a document with its address a row; the best rows
//! are kept ([`rows`]). The first key is decoded for a whole window at a time and compared with the worst row kept before
//! the other keys are looked at. Rows of string keys hold ordinals, so their best are found for each segment and then
//! merged ([`texts`]); what is known of the segments before limits what is looked at in the next.
//!
//! Memory: a row of 8 bytes for each key (16 for an `Edm.Int64`) and 8 for the address, for as many documents as are skipped
//! and shown and up to 16 384 more: 3 MB for the deepest page by two keys, 62 MB by 32 of `Edm.Int64`. While the worst are
//! dropped the best are there twice, and five times while rows with strings of several segments are merged.

use lazuli_catalog::Schema;
use lazuli_platform::cancel::Cancel;
use lazuli_query::order::Order;

use self::keys::{FirstWords, Key, SegmentKeys};
use self::rows::Rows;
use self::texts::Texts;
use super::Found;
use super::window::Window;
use crate::bits::Bits;
use crate::error::EngineError;
use crate::snapshot::SegmentView;

mod keys;
mod rows;
mod texts;

/// What hits are sorted by.
pub(super) struct Sorting {
    keys: Vec<Key>,
}

impl Sorting {
    /// `scored`: documents differ in their scores.
    pub(super) fn new(order: &[Order], schema: &Schema, scored: bool) -> Self {
        Self { keys: keys::keys(order, schema, scored) }
    }

    /// Whether nothing can be left out before it is scored.
    pub(super) fn starts_with_score(&self) -> bool {
        self.keys.first().is_some_and(|key| key.is_score())
    }

    /// Whether this is the order hits have anyway: best score first, then as they were uploaded.
    pub(super) fn is_by_score(&self) -> bool {
        match self.keys.as_slice() {
            [] => true,
            [only] => only.is_score() && only.turn(0) != 0,
            [_, _, ..] => false,
        }
    }
}

/// Finds the first `limit` hits of an order. Segments are visited one after the other.
pub(super) struct Sorter<'a> {
    keys: &'a [Key],
    limit: usize,
    cancel: &'a Cancel,
    /// Strings, if any key is one.
    texts: Option<Texts<'a>>,
    /// The best of the segments that were merged, in order.
    merged: Vec<u64>,
    rows: Rows,
    words: FirstWords,
}

impl<'a> Sorter<'a> {
    pub(super) fn new(sorting: &'a Sorting, limit: usize, cancel: &'a Cancel) -> Self {
        let keys = sorting.keys.as_slice();
        Self {
            keys,
            limit,
            cancel,
            texts: keys.iter().any(|key| key.is_text()).then(|| Texts::new(keys)),
            merged: Vec::new(),
            rows: Rows::new(limit, keys.len() + 1, None),
            words: FirstWords::new(),
        }
    }

    fn stride(&self) -> usize {
        self.keys.len() + 1
    }

    /// Opens the next segment.
    pub(super) fn open(&mut self, view: &SegmentView) -> Result<SegmentKeys, EngineError> {
        let mut strings = Vec::new();
        let keys = SegmentKeys::open(self.keys, view, &mut strings)?;
        let (stride, limit) = (self.stride(), self.limit);
        if let Some(texts) = &mut self.texts {
            texts.push(strings);
            let is_full = self.merged.len() >= limit.saturating_mul(stride);
            let worst = self.merged.rchunks(stride).next().filter(|_| is_full);
            let threshold = worst.map(|row| texts.threshold(row)).transpose()?;
            self.rows = Rows::new(limit, stride, threshold);
        }
        Ok(keys)
    }

    /// Takes out of the window what cannot be among the first hits as far as the keys before the score tell.
    pub(super) fn choose(&mut self, keys: &SegmentKeys, window: &mut Window) {
        keys.choose(window, self.rows.first_word_max(), &mut self.words);
        let Some(score) = self.keys.iter().position(|key| key.is_score()).filter(|score| *score > 1) else {
            return;
        };
        let (start, words, rows) = (window.start(), &self.words, &self.rows);
        let mut kept = Bits::none();
        window.bits().for_each(|offset| {
            let document = start + offset as u32;
            let word = |index| match index {
                0 => Some(words.at(offset)),
                _ => (index < score).then(|| keys.word(index, document, 0.0)),
            };
            if !rows.excludes(word) {
                kept.insert(offset);
            }
        });
        window.retain(&kept);
    }

    /// Takes the documents of a window after [`Sorter::choose`] and empties it.
    pub(super) fn take(&mut self, segment: usize, keys: &SegmentKeys, window: &mut Window) {
        let (start, words, rows) = (window.start(), &self.words, &mut self.rows);
        let last = self.keys.len();
        window.drain(|document, score| {
            let first = words.at((document - start) as usize);
            if first > rows.first_word_max() {
                return;
            }
            rows.offer(|index| match index {
                _ if index == last => address_of(segment, document),
                0 => first,
                _ => keys.word(index, document, score),
            });
        });
    }

    /// Ends a segment.
    pub(super) fn close(&mut self) -> Result<(), EngineError> {
        let (stride, limit) = (self.stride(), self.limit);
        let Some(texts) = &self.texts else { return Ok(()) };
        let rows = std::mem::replace(&mut self.rows, Rows::new(limit, stride, None)).into_sorted();
        if self.merged.is_empty() {
            self.merged = rows;
        } else if !rows.is_empty() {
            self.cancel.check()?;
            self.merged.extend(rows);
            let mut ranked = self.merged.clone();
            texts.rank(&mut ranked, self.cancel)?;
            let mut indices: Vec<usize> = (0..ranked.len() / stride).collect();
            let row = |words: &[u64], index: usize| index * stride..((index + 1) * stride).min(words.len());
            // The rows are two sorted lists, which this sort merges.
            indices.sort_by(|left, right| ranked[row(&ranked, *left)].cmp(&ranked[row(&ranked, *right)]));
            indices.truncate(limit);
            let merged = &self.merged;
            self.merged = indices.iter().flat_map(|index| &merged[row(merged, *index)]).copied().collect();
        }
        Ok(())
    }

    /// The first hits, in order.
    pub(super) fn into_found(self) -> Vec<Found> {
        let stride = self.stride();
        let score = self.keys.iter().enumerate().find(|(_, key)| key.is_score());
        let found = |row: &[u64]| {
            let word = score.and_then(|(index, key)| Some(key.turn(*row.get(index)?)));
            let score = word.map_or(1.0, keys::score_of);
            Found { segment: segment_of(row) as u32, document: address(row) as u32, score }
        };
        let rows = if self.texts.is_some() { self.merged } else { self.rows.into_sorted() };
        rows.chunks(stride).map(found).collect()
    }
}

/// The last word of a row.
fn address_of(segment: usize, document: u32) -> u64 {
    ((segment as u64) << 32) | u64::from(document)
}

fn address(row: &[u64]) -> u64 {
    row.last().copied().unwrap_or_default()
}

fn segment_of(row: &[u64]) -> usize {
    (address(row) >> 32) as usize
}
