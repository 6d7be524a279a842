//! Chinese by a dictionary: `HMMChineseTokenizer` of Lucene's smartcn (`zh-Hans.lucene`).
//!
//! Of all ways to cut a sentence into words of the dictionary the likeliest is taken, by how often words and pairs of words
//! stand in the text that the dictionary was counted in. Sentences are the JDK's; texts are looked at 1 024 units at a
//! time, as Lucene does.

mod dictionary;
mod lattice;
mod sentence;

use crate::pipeline::{Flow, Kind, Piece, Stop};

/// The units of a text that are cut into sentences at once (Lucene's `SegmentingTokenizerBase.BUFFERMAX`).
const BUFFER: usize = 1024;

/// Feeds each word of `text` to `emit`; what is no letter, digit or ideograph is a comma. Answers the text's length in
/// UTF-16 units.
pub(super) fn tokenize(text: &str, emit: &mut impl FnMut(Piece<'_>) -> Flow) -> Result<u32, Stop> {
    let mut rest: Vec<u16> = Vec::with_capacity(2 * BUFFER);
    let mut units = text.encode_utf16();
    let mut offset = 0;
    let mut word = String::new();
    loop {
        rest.extend(units.by_ref().take(BUFFER - rest.len()));
        if rest.is_empty() {
            return Ok(offset);
        }
        let chunk: Vec<u16> = rest.drain(..chunk_len(&rest)).collect();
        let mut from = 0;
        for end in sentence::ends(&chunk) {
            let sentence = chunk.get(from..end).unwrap_or_default();
            for cut in lattice::words(sentence) {
                word.clear();
                let chars = char::decode_utf16(cut.text.iter().copied());
                word.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
                let base = offset + from as u32;
                emit(Piece::new(&word, base + cut.start as u32, base + cut.end as u32, Kind::Plain))?;
            }
            from = end;
        }
        offset += chunk.len() as u32;
    }
}

/// How much of a full buffer is taken: up to the last end of a line if there is one. A pair of surrogates is not cut
/// (Lucene cuts it, into halves that no Rust string can hold).
fn chunk_len(buffer: &[u16]) -> usize {
    if buffer.len() < BUFFER {
        return buffer.len();
    }
    let ends_line = |unit: &u16| matches!(unit, 0xa | 0xd | 0x85 | 0x2028 | 0x2029);
    match buffer.iter().rposition(ends_line) {
        Some(last) => last + 1,
        None if buffer.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) => buffer.len() - 1,
        None => buffer.len(),
    }
}

#[cfg(test)]
mod tests;
