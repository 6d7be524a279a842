//! `dictionary_decompounder`: the words of a list that a longer word contains, in the word's place behind it (Lucene's
//! `DictionaryCompoundWordTokenFilter`).

use super::WordSet;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// The definition of the filter; lengths count UTF-16 units.
#[derive(Debug, Clone)]
pub(crate) struct Decompounder {
    pub(crate) words: WordSet,
    /// Shorter words are not taken apart.
    pub(crate) word_min: u32,
    /// Shorter parts are not looked for.
    pub(crate) part_min: u32,
    /// Longer parts are not looked for.
    pub(crate) part_max: u32,
    /// Of the parts that begin at one place, only the longest.
    pub(crate) longest_only: bool,
}

impl StageFilter for Decompounder {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Decompounding { filter: self })
    }
}

struct Decompounding<'f> {
    filter: &'f Decompounder,
}

impl Stage for Decompounding<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        out.push(piece)?;
        // Bytes are at least as many as units.
        if piece.text.len() < self.filter.word_min as usize
            || piece.text.encode_utf16().count() < self.filter.word_min as usize
        {
            return Ok(());
        }
        for (start, _) in piece.text.char_indices() {
            let rest = piece.text.get(start..).unwrap_or_default();
            let mut longest = None;
            for part in self.parts(rest) {
                if self.filter.longest_only {
                    longest = Some(part);
                } else {
                    hand_on(piece, part, out)?;
                }
            }
            if let Some(part) = longest {
                hand_on(piece, part, out)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

impl Decompounding<'_> {
    /// The words of the list with which `rest` begins, the shortest first.
    fn parts<'t>(&self, rest: &'t str) -> impl Iterator<Item = &'t str> {
        let Decompounder { words, part_min, part_max, .. } = self.filter;
        let mut units = 0;
        let ends = rest.char_indices().map(move |(at, c)| {
            units += c.len_utf16() as u32;
            (at + c.len_utf8(), units)
        });
        let ends = ends.take_while(|&(end, units)| units <= *part_max && end <= words.len_max());
        let ends = ends.filter(|(_, units)| units >= part_min);
        ends.filter_map(|(end, _)| rest.get(..end)).filter(|part| words.contains(part))
    }
}

fn hand_on(word: Piece<'_>, part: &str, out: &mut dyn Sink) -> Flow {
    out.push(word.saying(part).with(|attributes| attributes.increment = 0))
}
