//! Maximal runs of characters of one kind: the `letter` and `whitespace` tokenizers (Lucene's `CharTokenizer`).
//! A run that reaches the longest length is a token right there; a character beyond the Basic Multilingual Plane may take
//! it one unit further. And `keyword_v2`, to which the whole text is a run, cut where it is too long.

use crate::pipeline::{Flow, Kind, Piece, Stop};

/// Feeds each run of characters that are `wanted` to `emit`; `length_max` counts UTF-16 units. Answers the text's length.
pub(super) fn tokenize(
    text: &str,
    length_max: u32,
    wanted: impl Fn(char) -> bool,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let mut run = None; // where the open run begins: bytes, UTF-16 units
    let mut units = 0;
    for (at, c) in text.char_indices() {
        let after = units + c.len_utf16() as u32;
        if wanted(c) {
            let (from, start) = *run.get_or_insert((at, units));
            if after - start >= length_max {
                emit(Piece::new(&text[from..at + c.len_utf8()], start, after, Kind::Plain))?;
                run = None;
            }
        } else if let Some((from, start)) = run.take() {
            emit(Piece::new(&text[from..at], start, units, Kind::Plain))?;
        }
        units = after;
    }
    if let Some((from, start)) = run {
        emit(Piece::new(&text[from..], start, units, Kind::Plain))?;
    }
    Ok(units)
}

/// Feeds the text to `emit`, in pieces if it is longer than `length_max` UTF-16 units; a piece is longer only if it is a
/// single character. An empty text is one empty piece. Answers the text's length.
pub(super) fn pieces(
    text: &str,
    length_max: u32,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let (mut from, mut start, mut units) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        let after = units + c.len_utf16() as u32;
        if after - start > length_max && at > from {
            emit(Piece::new(&text[from..at], start, units, Kind::Plain))?;
            (from, start) = (at, units);
        }
        units = after;
    }
    emit(Piece::new(&text[from..], start, units, Kind::Plain))?;
    Ok(units)
}
