//! `phonetic`: tokens as they sound (Lucene's `PhoneticFilter` and `DoubleMetaphoneFilter`).

use crate::phonetic::Encoder;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};

/// Replaces tokens by their codes, or adds these at the same position. A token without a code stays as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phonetic {
    pub(crate) encoder: Encoder,
    /// Whether the token itself goes.
    pub(crate) replace: bool,
}

impl StageFilter for Phonetic {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Encoding { filter: self })
    }
}

struct Encoding<'f> {
    filter: &'f Phonetic,
}

impl Stage for Encoding<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let codes = self.filter.encoder.codes(piece.text);
        let stays = !self.filter.replace || codes.is_empty();
        if stays {
            out.push(piece)?;
        }
        for (number, code) in codes.iter().enumerate() {
            let code = piece.saying(code);
            let beside = stays || number > 0;
            out.push(if beside { code.with(|attributes| attributes.increment = 0) } else { code })?;
        }
        Ok(())
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
