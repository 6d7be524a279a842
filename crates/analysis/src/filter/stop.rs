//! `stopwords`: drops the words of a list; their positions stay counted (Lucene's `StopFilter`, and `SuggestStopFilter` where
//! a last word may stay).

use super::WordSet;
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Held, Piece, Sink, Stage, StageFilter, Stop};

/// `stopwords` with `removeTrailing` false (Lucene's `SuggestStopFilter`): a last word that nothing follows, not even white
/// space, may be the beginning of another one; it stays, as a keyword.
#[derive(Debug, Clone)]
pub(crate) struct StopUnlessLast(pub(crate) WordSet);

impl StageFilter for StopUnlessLast {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Undecided { words: &self.0, holes: 0, last: None })
    }

    fn growth(&self) -> Growth {
        Growth::copies(1)
    }
}

struct Undecided<'w> {
    words: &'w WordSet,
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
