//! `nGram_v2` and `edgeNGram_v2` (and the types of those names without `V2`): pieces of each word, all in the word's place
//! and with its offsets (Lucene's `NGramTokenFilter` and `EdgeNGramTokenFilter`).
//!
//! Lengths count characters, not UTF-16 units. A word shorter than the shortest piece vanishes and leaves a gap.

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// Which pieces to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pieces {
    /// Those that begin where the word does, the shortest first.
    Front,
    /// Those that end where the word does, the shortest first; as Elasticsearch has it, Lucene has none.
    Back,
    /// All, by where they begin, then the shortest first.
    All,
}

/// The definition of either filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NGrams {
    pub(crate) pieces: Pieces,
    /// Characters of the shortest piece, at least 1.
    pub(crate) min: u32,
    /// Characters of the longest piece.
    pub(crate) max: u32,
}

impl StageFilter for NGrams {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Cutting { filter: *self, bounds: Vec::new(), holes: 0 })
    }

    fn growth(&self) -> Growth {
        let (min, max) = (self.min as usize, self.max as usize);
        Growth::grams(max - min + 1, max.saturating_mul(4))
    }
}

struct Cutting {
    filter: NGrams,
    /// Where the word's characters begin and the last one ends, in bytes.
    bounds: Vec<u32>,
    /// Positions of words that yielded nothing.
    holes: u32,
}

impl Stage for Cutting {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        self.holes += piece.attributes.increment;
        self.bounds.clear();
        self.bounds.extend(piece.text.char_indices().map(|(at, _)| at as u32));
        self.bounds.push(piece.text.len() as u32);
        let (chars, sizes) = (self.bounds.len() - 1, self.filter.min as usize..=self.filter.max as usize);
        match self.filter.pieces {
            Pieces::Front => {
                self.emit(piece, sizes.take_while(|&size| size <= chars).map(|size| (0, size)), out)
            }
            Pieces::Back => {
                let pieces = sizes.take_while(|&size| size <= chars).map(|size| (chars - size, chars));
                self.emit(piece, pieces, out)
            }
            Pieces::All => (0..chars).try_for_each(|start| {
                let ends = sizes.clone().map(|size| start + size).take_while(|&end| end <= chars);
                self.emit(piece, ends.map(|end| (start, end)), out)
            }),
        }
    }

    /// Lucene forgets what holes the filters before saw at the end, and tells of its own.
    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(End { holes: self.holes, ..end })
    }
}

impl Cutting {
    /// Hands on the pieces between each two numbers of characters; the first of a word goes its steps.
    fn emit(
        &mut self,
        word: Piece<'_>,
        pieces: impl Iterator<Item = (usize, usize)>,
        out: &mut dyn Sink,
    ) -> Flow {
        for (start, end) in pieces {
            let (Some(&from), Some(&to)) = (self.bounds.get(start), self.bounds.get(end)) else { break };
            let increment = std::mem::take(&mut self.holes);
            let text = word.text.get(from as usize..to as usize).unwrap_or_default();
            out.push(word.saying(text).with(|attributes| attributes.increment = increment))?;
        }
        Ok(())
    }
}
