//! Maximal runs of characters of one kind: the `letter` and `whitespace` tokenizers (Lucene's `CharTokenizer`).

use super::{Kind, Piece};

/// A run longer than this many UTF-16 units is split (`CharTokenizer.DEFAULT_MAX_WORD_LEN`).
const LENGTH_MAX: u32 = 255;

/// Feeds each run of characters that are `wanted` to `emit`.
pub(super) fn tokenize<'a>(text: &'a str, wanted: impl Fn(char) -> bool, emit: &mut impl FnMut(Piece<'a>)) {
    let mut run = None; // where the open run begins: bytes, UTF-16 units
    let mut units = 0;
    for (at, c) in text.char_indices() {
        let after = units + c.len_utf16() as u32;
        if wanted(c) {
            let (from, start) = *run.get_or_insert((at, units));
            if after - start >= LENGTH_MAX {
                emit(Piece { text: &text[from..at + c.len_utf8()], start, end: after, kind: Kind::Word });
                run = None;
            }
        } else if let Some((from, start)) = run.take() {
            emit(Piece { text: &text[from..at], start, end: units, kind: Kind::Word });
        }
        units = after;
    }
    if let Some((from, start)) = run {
        emit(Piece { text: &text[from..], start, end: units, kind: Kind::Word });
    }
}
