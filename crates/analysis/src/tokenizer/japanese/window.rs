//! The part of a text that is being cut into words.

use std::collections::VecDeque;
use std::ops::Range;
use std::str::EncodeUtf16;

use super::characters::{self, Sort};

/// A UTF-16 unit of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) code: u16,
    pub(super) sort: Sort,
    /// Punctuation, a symbol or white space.
    pub(super) is_sign: bool,
    /// How many kanji stand in a row up to this one.
    kanji: u32,
}

/// Units of a text by their places, read as they are asked for and kept until they are let go.
#[derive(Debug)]
pub(super) struct Window<'t> {
    source: EncodeUtf16<'t>,
    /// The place of the first unit kept.
    first: usize,
    units: VecDeque<Unit>,
    /// Units of one sort, as far as was looked.
    run: Range<usize>,
}

impl<'t> Window<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { source: text.encode_utf16(), first: 0, units: VecDeque::new(), run: 0..0 }
    }

    /// The unit of a place that was not let go; None behind the text's end.
    pub(super) fn unit(&mut self, place: usize) -> Option<Unit> {
        let at = place.checked_sub(self.first)?;
        while at >= self.units.len() {
            let code = self.source.next()?;
            let (sort, is_sign) = characters::unit(code);
            let before = self.units.back().map_or(0, |unit| unit.kanji);
            let kanji = if sort.is_kanji() { before.saturating_add(1) } else { 0 };
            self.units.push_back(Unit { code, sort, is_sign, kanji });
        }
        self.units.get(at).copied()
    }

    /// Forgets what stands before a place.
    pub(super) fn let_go(&mut self, before: usize) {
        let count = before.saturating_sub(self.first).min(self.units.len());
        self.units.drain(..count);
        self.first += count;
    }

    /// Whether all units are kanji.
    pub(super) fn are_kanji(&mut self, start: usize, end: usize) -> bool {
        let last = end.checked_sub(1).and_then(|last| self.unit(last));
        last.is_some_and(|unit| unit.kanji as usize >= end - start)
    }

    /// Where a run of units like the one at a place ends, which is not farther away than `len_max`. A pair of surrogates
    /// is not cut (Lucene cuts it, into halves that no Rust string can hold).
    pub(super) fn run_end(&mut self, place: usize, len_max: usize) -> usize {
        let Some(like) = self.unit(place) else { return place };
        if !self.run.contains(&place) {
            self.run = place..place + 1;
        }
        let end_max = place + len_max;
        while self.run.end < end_max
            && self
                .unit(self.run.end)
                .is_some_and(|unit| (unit.sort, unit.is_sign) == (like.sort, like.is_sign))
        {
            self.run.end += 1;
        }
        let end = self.run.end.min(end_max);
        let cuts =
            end > place + 1 && self.unit(end - 1).is_some_and(|unit| (0xd800..0xdc00).contains(&unit.code));
        if cuts { end - 1 } else { end }
    }

    /// Puts the text of some units into `text`.
    pub(super) fn read(&self, start: usize, end: usize, text: &mut String) {
        text.clear();
        let units = self.units.iter().skip(start.saturating_sub(self.first)).take(end - start);
        let chars = char::decode_utf16(units.map(|unit| unit.code));
        text.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
}
