//! `nGram` and `edgeNGram`: all pieces of certain lengths of the text (Lucene's `NGramTokenizer`). Each gram stands one
//! position behind the one before.

use std::collections::VecDeque;

use super::TokenChars;
use crate::pipeline::{Flow, Kind, Piece, Stop};

/// Which grams.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grams {
    /// Characters of the shortest, at least 1.
    pub(crate) min: usize,
    /// Characters of the longest.
    pub(crate) max: usize,
    /// What grams are made of; other characters end them.
    pub(crate) chars: TokenChars,
    /// Only those at the beginning of a run of such characters.
    pub(crate) edges_only: bool,
}

/// Feeds each gram to `emit`. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    grams: Grams,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    // The characters that grams may begin with and their ends: bytes and units.
    let mut run = VecDeque::with_capacity(grams.max);
    let mut at_edge = true;
    let mut unit = 0;
    for (byte, c) in text.char_indices() {
        if grams.chars.contain(c) {
            run.push_back((byte, unit, byte + c.len_utf8(), unit + c.len_utf16() as u32));
            if run.len() == grams.max {
                emit_first(text, grams, &run, at_edge, emit)?;
                at_edge = false;
                run.pop_front();
            }
        } else {
            end_run(text, grams, &mut run, at_edge, emit)?;
            at_edge = true;
        }
        unit += c.len_utf16() as u32;
    }
    end_run(text, grams, &mut run, at_edge, emit)?;
    Ok(unit)
}

type Run = VecDeque<(usize, u32, usize, u32)>;

fn end_run(
    text: &str,
    grams: Grams,
    run: &mut Run,
    at_edge: bool,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Flow {
    let mut at_edge = at_edge;
    while !run.is_empty() {
        emit_first(text, grams, run, at_edge, emit)?;
        at_edge = false;
        run.pop_front();
    }
    Ok(())
}

/// The grams that begin with the first character of the run.
fn emit_first(
    text: &str,
    grams: Grams,
    run: &Run,
    at_edge: bool,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Flow {
    let Some(&(from, start, ..)) = run.front() else { return Ok(()) };
    if grams.edges_only && !at_edge {
        return Ok(());
    }
    for &(_, _, to, end) in run.iter().skip(grams.min.saturating_sub(1)) {
        emit(Piece::new(text.get(from..to).unwrap_or_default(), start, end, Kind::Plain))?;
    }
    Ok(())
}
