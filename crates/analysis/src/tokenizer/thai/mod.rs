//! Thai by a dictionary: Lucene's `ThaiTokenizer` (`th.lucene`), which takes the words of the JDK's break iterator for Thai.
//!
//! The rules and the search are the JDK's. Its list of words is not open: in its place are those of ICU's list that the JDK
//! leaves whole (22 237 of 26 383), with 109 letters and common words of our own that it leaves whole too. So what
//! differs is where the JDK knows a word that is not among them.

mod rules;
mod words;

use std::sync::LazyLock;

use super::sentence;
use crate::pipeline::{Flow, Kind, Piece, Stop};
use crate::unicode::CharSet;

/// Feeds each word of `text` to `emit`: what begins with a letter or a digit. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(text: &str, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Result<u32, Stop> {
    static LETTERS_AND_DIGITS: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(r"[\p{L}\p{Nd}]"));
    let mut word = String::new();
    sentence::each(text, &mut |sentence, offset| {
        let chars: Vec<char> = char::decode_utf16(sentence.iter().copied())
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let (mut start, mut unit) = (0, offset);
        for end in rules::ends(&chars) {
            word.clear();
            word.extend(chars.get(start..end).unwrap_or_default());
            let end_unit = unit + word.encode_utf16().count() as u32;
            if word.chars().next().is_some_and(|c| LETTERS_AND_DIGITS.contains(c)) {
                emit(Piece::new(&word, unit, end_unit, Kind::Plain))?;
            }
            (start, unit) = (end, end_unit);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;
