//! A word and what filters make of it, in one position: how the analyzers that stand in for Microsoft's index a base form
//! beside the surface form (wire.md §10).

use super::Filter;
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};
use crate::term::{Buffers, Term};
use crate::unicode;

/// Hands each word on, and behind it what `filters` make of it where that is another one (case aside).
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    pub(crate) filters: Vec<Filter>,
    /// Whether the word itself is left out where there is another one.
    pub(crate) instead: bool,
}

impl StageFilter for Beside {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Deriving { filter: self, buffers: Buffers::default() })
    }

    fn growth(&self) -> Growth {
        let derived =
            self.filters.iter().fold(Growth::copies(1), |before, filter| before.then(filter.growth()));
        Growth { bytes: derived.bytes.saturating_add(1), ..derived }
    }
}

struct Deriving<'f> {
    filter: &'f Beside,
    buffers: Buffers,
}

impl Stage for Deriving<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if piece.attributes.keyword {
            return out.push(piece);
        }
        let mut attributes = piece.attributes;
        let mut term = Term::new(piece.text, &mut attributes, &mut self.buffers);
        for filter in &self.filter.filters {
            if !filter.keeps(&mut term)? {
                return out.push(piece);
            }
        }
        let base = term.text();
        if base.is_empty() || base == piece.text || base == unicode::lowercase(piece.text) {
            return out.push(piece);
        }
        if self.filter.instead {
            return out.push(piece.saying(base));
        }
        out.push(piece)?;
        out.push(piece.saying(base).with(|attributes| attributes.increment = 0))
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
