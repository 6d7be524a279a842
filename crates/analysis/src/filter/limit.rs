//! `limit`: the first tokens of a text (Lucene's `LimitTokenCountFilter`).

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// The definition of the filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// How many tokens pass.
    pub(crate) tokens_max: u32,
    /// Whether the rest of the text is read all the same, which matters to filters before this one only in what they cost.
    pub(crate) consumes_all: bool,
}

impl StageFilter for Limit {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Counting { filter: *self, passed: 0 })
    }

    fn growth(&self) -> Growth {
        Growth::copies(1)
    }
}

struct Counting {
    filter: Limit,
    passed: u32,
}

impl Stage for Counting {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if self.passed < self.filter.tokens_max {
            self.passed += 1;
            return out.push(piece);
        }
        if self.filter.consumes_all { Ok(()) } else { Err(Stop::Enough) }
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
