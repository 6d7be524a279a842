//! `shingle`: neighbouring words joined to one token (Lucene's `ShingleFilter`).
//!
//! A window of the next `max` words slides over the text. At each place come the word itself, if wanted, then the shingles
//! that begin with it, in the same position. Removed words take part as a filler, but no token is made of fillers alone.

use std::collections::VecDeque;

use crate::growth::Growth;
use crate::pipeline::{Attributes, End, Flow, Held, Kind, Lengths, Piece, Sink, Stage, StageFilter, Stop};

/// The definition of the filter.
#[derive(Debug, Clone)]
pub(crate) struct Shingles {
    /// Words of the shortest shingle, at least 2.
    pub(crate) min: usize,
    /// Words of the longest shingle, at least `min`.
    pub(crate) max: usize,
    /// Whether words come by themselves too.
    pub(crate) unigrams: bool,
    /// Whether they do when the text is too short for a single shingle.
    pub(crate) unigrams_if_no_shingles: bool,
    /// What stands between the words of a shingle.
    pub(crate) separator: Box<str>,
    /// What stands for a removed word.
    pub(crate) filler: Box<str>,
}

impl StageFilter for Shingles {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Sliding {
            filter: self,
            window: VecDeque::new(),
            spare: Vec::new(),
            any_shingle: false,
            text: String::new(),
        })
    }

    fn lengths(&self) -> Lengths {
        Lengths::Repetitions
    }

    fn growth(&self) -> Growth {
        // Each word, and each filler before it, begins so many shingles of as many words.
        let (max, between) = (self.max as u64, (self.separator.len() + self.filler.len()) as u64);
        Growth { bytes: max.pow(3) * (1 + between), times: max, plus: max * between, longest: u64::MAX }
    }
}

/// A word in the window, or a filler.
struct Slot {
    word: Held,
    is_filler: bool,
}

struct Sliding<'f> {
    filter: &'f Shingles,
    window: VecDeque<Slot>,
    /// Slots that left the window, to be used again.
    spare: Vec<Slot>,
    any_shingle: bool,
    /// The shingle as it grows.
    text: String,
}

impl Stage for Sliding<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        // Each shingle holds a word, so more fillers than these have no effect.
        let fillers = piece.attributes.increment.saturating_sub(1).min(self.fillers_max());
        for _ in 0..fillers {
            self.fill(piece.attributes, out)?;
        }
        self.add(piece, false, out)
    }

    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop> {
        let attributes = Attributes {
            start: end.offset,
            end: end.offset,
            increment: 1,
            position_length: 1,
            kind: Kind::Plain,
            keyword: false,
        };
        for _ in 0..end.holes.min(self.fillers_max()) {
            self.fill(attributes, out)?;
        }
        // From here on the window shrinks. When nothing begins with its first word, Lucene takes that for the end, even if
        // a word stands behind fillers.
        while self.emit(out)? {
            self.shift();
        }
        Ok(end)
    }
}

impl Sliding<'_> {
    fn fillers_max(&self) -> u32 {
        u32::try_from(self.filter.max - 1).unwrap_or(u32::MAX)
    }

    /// A filler before the word with these attributes; it takes no room in the text.
    fn fill(&mut self, word: Attributes, out: &mut dyn Sink) -> Flow {
        let attributes = Attributes { end: word.start, ..word };
        self.add(Piece::with_attributes(&self.filter.filler, attributes), true, out)
    }

    fn add(&mut self, piece: Piece<'_>, is_filler: bool, out: &mut dyn Sink) -> Flow {
        let mut slot = self.spare.pop().unwrap_or_else(|| Slot { word: Held::from(piece), is_filler });
        slot.word.text.clear();
        slot.word.text.push_str(piece.text);
        (slot.word.attributes, slot.is_filler) = (piece.attributes, is_filler);
        self.window.push_back(slot);
        if self.window.len() >= self.filter.max {
            self.emit(out)?;
            self.shift();
        }
        Ok(())
    }

    fn shift(&mut self) {
        self.spare.extend(self.window.pop_front());
    }

    /// Hands on what begins with the first word of the window; false when nothing does.
    fn emit(&mut self, out: &mut dyn Sink) -> Result<bool, Stop> {
        let Shingles { min, max, unigrams, unigrams_if_no_shingles, .. } = *self.filter;
        // A window shorter than a shingle occurs at the end of a text only.
        let lone = unigrams_if_no_shingles && !self.any_shingle && self.window.len() < min;
        self.text.clear();
        let (mut fillers_only, mut increment) = (true, 1);
        let Some(first) = self.window.front() else { return Ok(false) };
        let first = first.word.attributes;
        for (number, slot) in self.window.iter().enumerate().take(max) {
            let size = number + 1;
            if number > 0 {
                self.text.push_str(&self.filter.separator);
            }
            self.text.push_str(&slot.word.text);
            fillers_only &= slot.is_filler;
            let wanted = if size == 1 { unigrams || lone } else { size >= min };
            if !wanted || fillers_only {
                continue;
            }
            // Without single words the positions a shingle spans are those of the shorter shingles.
            let length = if unigrams { size } else { (size + 1).saturating_sub(min).max(1) };
            let mut attributes = Attributes {
                // Filters before may have mixed up the order, which Lucene refuses.
                end: slot.word.attributes.end.max(first.start),
                increment: std::mem::take(&mut increment),
                position_length: u32::try_from(length).unwrap_or(u32::MAX),
                ..first
            };
            if size > 1 {
                attributes.kind = Kind::Shingle;
                self.any_shingle = true;
            }
            out.push(Piece::with_attributes(&self.text, attributes))?;
        }
        Ok(increment == 0)
    }
}
