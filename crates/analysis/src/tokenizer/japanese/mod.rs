//! Japanese by a dictionary: `JapaneseTokenizer` of Lucene's kuromoji in search mode (`ja.lucene`).
//!
//! Of all ways to cut a text into words the one is taken that costs least, by what words and pairs of words cost in IPADIC.
//! Long words whose parts cost little more come whole and in parts, the whole beside its first part. What follows the
//! tokenizer in the analyzer and asks the dictionary is done here too: words come in their base form, and particles,
//! auxiliary verbs and the like may be left out.

mod characters;
mod dictionary;
mod lattice;
mod window;

pub(super) use self::lattice::UNKNOWN_LEN_MAX;

use self::dictionary::Dictionary;
use self::lattice::{Found, Lattice};
use crate::pipeline::{End, Flow, Kind, Piece, Stop};

/// Which words are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Japanese {
    /// Whether particles, auxiliary verbs and the like are among them.
    pub(crate) particles: bool,
    /// Whether compounds come as a whole too.
    pub(crate) compounds: bool,
}

/// Feeds each word of `text` to `emit`.
pub(super) fn tokenize(
    text: &str,
    wanted: Japanese,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<End, Stop> {
    let mut lattice = Lattice::new(text);
    let mut words = Words { wanted, last_start: None, holes: 0, text: String::new() };
    let mut found = Vec::new();
    while lattice.advance(&mut found) {
        for word in found.drain(..).rev() {
            words.emit(&lattice, word, emit)?;
        }
    }
    Ok(End { holes: words.holes, offset: lattice.reached() })
}

/// Words on their way out.
#[derive(Debug)]
struct Words {
    wanted: Japanese,
    /// Where the last word begins, of those left out too.
    last_start: Option<usize>,
    /// Positions of words left out since the last one that was not.
    holes: u32,
    text: String,
}

impl Words {
    fn emit(
        &mut self,
        lattice: &Lattice<'_>,
        found: Found,
        emit: &mut impl FnMut(Piece<'_>) -> Flow,
    ) -> Flow {
        if found.parts > 1 && !self.wanted.compounds {
            return Ok(());
        }
        let is_beside = self.last_start == Some(found.start);
        self.last_start = Some(found.start);
        let increment = u32::from(!is_beside);
        let word = Dictionary::get().word(found.word);
        if word.is_stopped() && !self.wanted.particles {
            self.holes += increment;
            return Ok(());
        }
        let (cut, ending) = word.base().unwrap_or_default();
        lattice.window.read(found.start, found.end.saturating_sub(cut), &mut self.text);
        self.text.push_str(ending);
        let piece = Piece::new(&self.text, found.start as u32, found.end as u32, Kind::Plain);
        emit(piece.with(|attributes| {
            attributes.increment = increment + std::mem::take(&mut self.holes);
            attributes.position_length = if is_beside { found.parts } else { 1 };
        }))
    }
}

#[cfg(test)]
mod tests;
