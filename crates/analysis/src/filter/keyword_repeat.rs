//! `keyword_repeat`: each token twice, first as a keyword that stemmers leave alone (Lucene's `KeywordRepeatFilter`).

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// The filter, which has no options.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeywordRepeat;

impl StageFilter for KeywordRepeat {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Self)
    }

    fn growth(&self) -> Growth {
        Growth::copies(2)
    }
}

impl Stage for KeywordRepeat {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        out.push(piece.with(|attributes| attributes.keyword = true))?;
        out.push(piece.with(|attributes| (attributes.keyword, attributes.increment) = (false, 0)))
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
