//! Words as the standard tokenizer finds them, and those that hyphens join also as one: `wi-fi` in the place of `wi`
//! (analysis.md §8: hyphenated words are preserved). Signs of currencies are words too (§8: `$` and `€` are).

use super::standard;
use crate::pipeline::{Flow, Kind, Piece, Stop};

/// How hyphenated words are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hyphens {
    /// UTF-16 units of the longest word; hyphenated ones that are longer come only in parts.
    pub(crate) length_max: u32,
    /// Whether the joined words come as one too, before the first of them.
    pub(crate) whole: bool,
}

/// More words than these are not joined.
const PARTS_MAX: usize = 16;

/// A word of the standard tokenizer.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    /// Where it begins, in bytes.
    from: usize,
    start: u32,
    end: u32,
    kind: Kind,
}

/// Feeds each word of `text` to `emit`. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    hyphens: Hyphens,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let mut joining = Joining { text, hyphens, words: Vec::new(), reached: 0, unit: 0 };
    let length = standard::tokenize(text, hyphens.length_max, &mut |piece| joining.take(piece, emit))?;
    joining.flush(emit)?;
    joining.signs_until(text.len(), emit)?;
    Ok(length)
}

struct Joining<'t> {
    text: &'t str,
    hyphens: Hyphens,
    /// Words with single hyphens between, so far.
    words: Vec<Word<'t>>,
    /// The place behind the last word, in bytes and in UTF-16 units.
    reached: usize,
    unit: u32,
}

impl<'t> Joining<'t> {
    fn take(&mut self, piece: Piece<'_>, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
        let (start, end) = (piece.attributes.start, piece.attributes.end);
        let begins = self.byte_at(start);
        let between = self.text.get(self.reached..begins).unwrap_or_default();
        let kind = piece.attributes.kind;
        let joins = matches!(between, "-" | "\u{2010}" | "\u{2011}")
            && is_spaced(kind)
            && self.words.last().is_none_or(|word| is_spaced(word.kind));
        if !joins || self.words.len() == PARTS_MAX {
            self.flush(emit)?;
            self.signs_until(begins, emit)?;
        }
        self.reached = begins + piece.text.len();
        self.unit = end;
        let word = self.text.get(begins..self.reached).unwrap_or_default();
        self.words.push(Word { text: word, from: begins, start, end, kind });
        Ok(())
    }

    /// The place of a unit behind the last word, in bytes.
    fn byte_at(&self, unit: u32) -> usize {
        let mut left = unit.saturating_sub(self.unit);
        let rest = self.text.get(self.reached..).unwrap_or_default();
        let mut byte = self.reached;
        for c in rest.chars() {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(c.len_utf16() as u32);
            byte += c.len_utf8();
        }
        byte
    }

    /// Hands on the words held back.
    fn flush(&mut self, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
        let mut increment = 1;
        if let [first, .., last] = self.words.as_slice()
            && self.hyphens.whole
            && last.end - first.start <= self.hyphens.length_max
        {
            let whole = self.text.get(first.from..self.reached).unwrap_or_default();
            emit(Piece::new(whole, first.start, last.end, Kind::Word))?;
            increment = 0;
        }
        for word in &self.words {
            emit(Piece::new(word.text, word.start, word.end, word.kind).with(|it| it.increment = increment))?;
            increment = 1;
        }
        self.words.clear();
        Ok(())
    }

    /// Hands on the signs of currencies up to a place.
    fn signs_until(&mut self, until: usize, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Flow {
        let between = self.text.get(self.reached..until).unwrap_or_default();
        let mut unit = self.unit;
        for (at, c) in between.char_indices() {
            let after = unit + c.len_utf16() as u32;
            if is_currency(c) {
                let sign = between.get(at..at + c.len_utf8()).unwrap_or_default();
                emit(Piece::new(sign, unit, after, Kind::Plain))?;
            }
            unit = after;
        }
        (self.reached, self.unit) = (until, unit);
        Ok(())
    }
}

/// Whether words of a kind are written apart, so that a hyphen can join them; characters of Chinese, Japanese and Korean
/// become words only behind the tokenizer.
fn is_spaced(kind: Kind) -> bool {
    !matches!(kind, Kind::Ideographic | Kind::Hiragana | Kind::Katakana | Kind::Hangul | Kind::Cj)
}

/// Unicode's Currency_Symbol of the Latin-1 and the Currency Symbols blocks.
fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20c0}')
}
