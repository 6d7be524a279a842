//! `cjk_bigram`: Chinese, Japanese and Korean by overlapping pairs of characters (Lucene's `CJKBigramFilter`).
//!
//! Works on what the standard tokenizer calls ideographs, hiragana, katakana and hangul, as far as the tokens stand
//! without a gap; other words pass. A character without neighbours stays by itself.

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Kind, Lengths, Piece, Sink, Stage, StageFilter, Stop};

/// The definition of the filter.
#[derive(Debug, Clone)]
pub(crate) struct CjkBigrams {
    /// The sorts of words to make pairs of.
    pub(crate) kinds: Vec<Kind>,
    /// Whether single characters come too.
    pub(crate) unigrams: bool,
}

impl CjkBigrams {
    /// All four scripts.
    pub(crate) const KINDS: [Kind; 4] = [Kind::Ideographic, Kind::Hiragana, Kind::Katakana, Kind::Hangul];
}

impl StageFilter for CjkBigrams {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Pairing { filter: self, chars: Vec::new(), next: 0, last_end: 0 })
    }

    fn lengths(&self) -> Lengths {
        Lengths::Repetitions
    }

    fn growth(&self) -> Growth {
        // A pair and a single character wherever there is one, which other filters may have made one byte.
        Growth::copies(2 * 16 + 8)
    }
}

/// A character and where it stands.
#[derive(Clone, Copy)]
struct Placed {
    c: char,
    start: u32,
    end: u32,
}

struct Pairing<'f> {
    filter: &'f CjkBigrams,
    /// The characters of a run of tokens; all before `next` are done with.
    chars: Vec<Placed>,
    next: usize,
    /// Where the last token of the run ended.
    last_end: u32,
}

impl Stage for Pairing<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if !self.filter.kinds.contains(&piece.attributes.kind) {
            self.flush_lone(out)?;
            return out.push(piece);
        }
        if piece.attributes.start != self.last_end {
            self.flush_lone(out)?;
            self.chars.clear();
            self.next = 0;
        }
        self.add(piece);
        self.flush_pairs(out)
    }

    fn finish(&mut self, end: End, out: &mut dyn Sink) -> Result<End, Stop> {
        self.flush_lone(out)?;
        Ok(end)
    }
}

impl Pairing<'_> {
    fn add(&mut self, piece: Piece<'_>) {
        // Of a long run only the last character can still find a partner.
        if self.chars.len() > 64 {
            let done = self.chars.len() - 1;
            self.chars.drain(..done);
            self.next = self.next.saturating_sub(done);
        }
        let (mut start, end) = (piece.attributes.start, piece.attributes.end);
        self.last_end = end;
        let units: usize = piece.text.chars().map(char::len_utf16).sum();
        let is_as_written = end.checked_sub(start) == u32::try_from(units).ok();
        for c in piece.text.chars() {
            if is_as_written {
                let after = start + c.len_utf16() as u32;
                self.chars.push(Placed { c, start, end: after });
                start = after;
            } else {
                // A filter changed the text: each character stands for all of it.
                self.chars.push(Placed { c, start, end });
            }
        }
    }

    fn flush_pairs(&mut self, out: &mut dyn Sink) -> Flow {
        while let Some(&[first, second]) = self.chars.get(self.next..).and_then(<[Placed]>::first_chunk) {
            if self.filter.unigrams {
                single(first, out)?;
            }
            let mut text = [0; 8];
            let len = first.c.encode_utf8(&mut text).len();
            let len = len + second.c.encode_utf8(text.get_mut(len..).unwrap_or_default()).len();
            let text = text.get(..len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            let pair = Piece::new(text, first.start, second.end.max(first.start), Kind::Double);
            let synonym = self.filter.unigrams;
            out.push(pair.with(|pair| {
                if synonym {
                    (pair.increment, pair.position_length) = (0, 2);
                }
            }))?;
            self.next += 1;
        }
        Ok(())
    }

    /// Hands on the character that found no partner; with single characters wanted, each last one is.
    fn flush_lone(&mut self, out: &mut dyn Sink) -> Flow {
        let is_lone = if self.filter.unigrams {
            self.chars.len() == self.next + 1
        } else {
            self.chars.len() == 1 && self.next == 0
        };
        match self.chars.get(self.next) {
            Some(&last) if is_lone => {
                self.next += 1;
                single(last, out)
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn single(placed: Placed, out: &mut dyn Sink) -> Flow {
    let mut text = [0; 4];
    out.push(Piece::new(placed.c.encode_utf8(&mut text), placed.start, placed.end, Kind::Single))
}
