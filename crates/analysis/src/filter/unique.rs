//! `unique`: each word once (Elasticsearch's `UniqueTokenFilter`; Lucene has none of all positions).

use std::collections::HashSet;

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// What the words remembered of one text may come to, in bytes with [`PER_WORD`] for each; later new words are no longer
/// told apart from old ones, so they all pass.
const REMEMBERED_MAX: usize = 64 << 20;
const PER_WORD: usize = 48;

/// Drops words that came before. What a dropped word's increment was is forgotten, as it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unique {
    /// Only those that came before in the same position.
    pub(crate) same_position: bool,
}

impl StageFilter for Unique {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Remembering { filter: *self, seen: HashSet::new(), bytes: 0 })
    }

    fn growth(&self) -> Growth {
        Growth::copies(1)
    }
}

struct Remembering {
    filter: Unique,
    seen: HashSet<Box<str>>,
    bytes: usize,
}

impl Stage for Remembering {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if self.filter.same_position && piece.attributes.increment > 0 {
            self.seen.clear();
            self.bytes = 0;
        }
        if self.seen.contains(piece.text) {
            return Ok(());
        }
        if self.bytes < REMEMBERED_MAX {
            self.bytes += piece.text.len() + PER_WORD;
            self.seen.insert(Box::from(piece.text));
        }
        out.push(piece)
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
