//! `common_grams`: a frequent word also joined with its neighbours, so that phrases with it stay quick (Lucene's
//! `CommonGramsFilter`, and `CommonGramsQueryFilter` behind it for `queryMode`).

use super::WordSet;
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Held, Kind, Lengths, Piece, Sink, Stage, StageFilter, Stop};

/// Adds a token of two words, joined by `_`, wherever one of the two is common.
#[derive(Debug, Clone)]
pub(crate) struct CommonGrams {
    pub(crate) words: WordSet,
}

impl StageFilter for CommonGrams {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Joining { words: &self.words, before: None, gram: String::new() })
    }

    fn lengths(&self) -> Lengths {
        Lengths::Repetitions
    }

    fn growth(&self) -> Growth {
        Growth { times: 2, plus: 1, ..Growth::copies(4) }
    }
}

struct Joining<'f> {
    words: &'f WordSet,
    /// Where the word before began and whether it is common; its text is in `gram`.
    before: Option<(u32, bool)>,
    /// The word before and the separator.
    gram: String,
}

impl Stage for Joining<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        let is_common = self.words.contains(piece.text);
        if let Some((start, before_is_common)) = self.before
            && (is_common || before_is_common)
        {
            self.gram.push_str(piece.text);
            let gram = Piece::new(&self.gram, start, piece.attributes.end.max(start), Kind::Gram);
            out.push(gram.with(|gram| (gram.increment, gram.position_length) = (0, 2)))?;
        }
        self.gram.clear();
        self.gram.push_str(piece.text);
        self.gram.push('_');
        self.before = Some((piece.attributes.start, is_common));
        out.push(piece)
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

/// Behind [`CommonGrams`] for queries: drops the words that a gram covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CoveredWords;

impl StageFilter for CoveredWords {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Dropping { before: None, last_was_gram: false })
    }

    fn lengths(&self) -> Lengths {
        Lengths::Repetitions
    }

    fn growth(&self) -> Growth {
        Growth::copies(1)
    }
}

struct Dropping {
    before: Option<Held>,
    /// Whether the last token handed on was a gram.
    last_was_gram: bool,
}

impl Dropping {
    fn hand_on(&mut self, held: &Held, out: &mut dyn Sink) -> Flow {
        self.last_was_gram = held.attributes.kind == Kind::Gram;
        let mut piece = held.piece();
        if self.last_was_gram {
            (piece.attributes.increment, piece.attributes.position_length) = (1, 1);
        }
        out.push(piece)
    }
}

impl Stage for Dropping {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        // A gram comes right behind its first word and takes its place.
        let before = self.before.replace(Held::from(piece));
        match before {
            Some(before) if piece.attributes.kind != Kind::Gram => self.hand_on(&before, out),
            Some(_) | None => Ok(()),
        }
    }

    /// The last word is covered when the last gram ends with it.
    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop> {
        if let Some(before) = self.before.take()
            && !self.last_was_gram
        {
            self.hand_on(&before, out)?;
        }
        Ok(end)
    }
}
