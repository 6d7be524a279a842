//! Chinese by a dictionary: `HMMChineseTokenizer` of Lucene's smartcn (`zh-Hans.lucene`).
//!
//! Of all ways to cut a sentence into words of the dictionary the likeliest is taken, by how often words and pairs of words
//! stand in the text that the dictionary was counted in. Sentences are the JDK's; texts are looked at 1 024 units at a
//! time, as Lucene does.

mod dictionary;
mod lattice;

use super::sentence;
use crate::pipeline::{Flow, Kind, Piece, Stop};

/// Feeds each word of `text` to `emit`; what is no letter, digit or ideograph is a comma. Answers the text's length in
/// UTF-16 units.
pub(super) fn tokenize(text: &str, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Result<u32, Stop> {
    let mut word = String::new();
    sentence::each(text, &mut |sentence, offset| {
        lattice::words(sentence).iter().try_for_each(|cut| {
            word.clear();
            let chars = char::decode_utf16(cut.text.iter().copied());
            word.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
            emit(Piece::new(&word, offset + cut.start as u32, offset + cut.end as u32, Kind::Plain))
        })
    })
}
