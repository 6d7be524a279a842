//! Sentences, which the tokenizers for Chinese and Thai look at one by one: what
//! `BreakIterator.getSentenceInstance(Locale.ROOT)` of the JDK finds in the part of a text that Lucene's
//! `SegmentingTokenizerBase` holds at once.

use std::sync::LazyLock;

use crate::pipeline::{Flow, Stop};
use crate::unicode::{self, CharSet};

/// The units of a text that are cut into sentences at once (Lucene's `SegmentingTokenizerBase.BUFFERMAX`).
pub(super) const BUFFER: usize = 1024;

/// Hands on each sentence of a text and the place where it begins. Answers the text's length in UTF-16 units.
pub(super) fn each(text: &str, take: &mut impl FnMut(&[u16], u32) -> Flow) -> Result<u32, Stop> {
    let mut rest: Vec<u16> = Vec::with_capacity(2 * BUFFER);
    let mut units = text.encode_utf16();
    let mut offset = 0;
    loop {
        rest.extend(units.by_ref().take(BUFFER - rest.len()));
        if rest.is_empty() {
            return Ok(offset);
        }
        let chunk: Vec<u16> = rest.drain(..chunk_len(&rest)).collect();
        let mut from = 0;
        for end in ends(&chunk) {
            take(chunk.get(from..end).unwrap_or_default(), offset + from as u32)?;
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

/// What rules ask of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Marks and format characters, which rules look through.
    Ignored,
    Lower,
    /// Another letter.
    Letter,
    Space,
    /// Brackets and quotation marks that open.
    Opening,
    /// Those that close.
    Closing,
    /// A straight quotation mark, which does both.
    Quote,
    Number,
    /// Ends sentences: `!`, `?` and their like.
    Term,
    /// May end one.
    Period,
    Comma,
    /// U+2029
    Paragraph,
    /// The stop of Devanagari.
    Danda,
    Other,
}

fn sort(unit: u16) -> Sort {
    static SETS: LazyLock<[(CharSet, Sort); 7]> = LazyLock::new(|| {
        [
            (CharSet::of(r"[\p{Mn}\p{Me}\p{Cf}]"), Sort::Ignored),
            (CharSet::of(r"\p{Ll}"), Sort::Lower),
            (CharSet::of(r"\p{L}"), Sort::Letter),
            (CharSet::of(r"\p{Zs}"), Sort::Space),
            (CharSet::of(r"[\p{Ps}\p{Pi}]"), Sort::Opening),
            (CharSet::of(r"[\p{Pe}\p{Pf}]"), Sort::Closing),
            (CharSet::of(r"\p{N}"), Sort::Number),
        ]
    });
    // Lucene shows a comma in the place of each surrogate.
    let c = char::from_u32(u32::from(unit)).unwrap_or(',');
    match c {
        '\t' | '\r' | '\u{c}' | '\n' | '\u{2028}' | ' ' => Sort::Space,
        '"' | '\'' => Sort::Quote,
        '!' | '?' | '。' | '！' | '？' => Sort::Term,
        '.' | '．' => Sort::Period,
        ',' => Sort::Comma,
        '\u{2029}' => Sort::Paragraph,
        '\u{964}' | '\u{965}' => Sort::Danda,
        '一'..='龥' => Sort::Letter,
        _ if c.is_ascii_lowercase() => Sort::Lower,
        _ if unicode::is_letter(c) && c.is_ascii() => Sort::Letter,
        _ => SETS.iter().find(|(set, _)| set.contains(c)).map_or(Sort::Other, |(_, sort)| *sort),
    }
}

/// The end of each sentence, in units; the last is the text's.
fn ends(text: &[u16]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < text.len() {
        at = end_behind(text, at);
        ends.push(at);
    }
    ends
}

/// Where the sentence ends that begins at a place.
fn end_behind(text: &[u16], start: usize) -> usize {
    let mut at = start;
    while let Some(&unit) = text.get(at) {
        at += 1;
        let end = match sort(unit) {
            Sort::Paragraph => Some(at),
            Sort::Danda => Some(skip(text, at, &[Sort::Space])),
            Sort::Period => behind_period(text, at),
            Sort::Term => Some(behind_term(text, at)),
            Sort::Ignored | Sort::Lower | Sort::Letter | Sort::Space | Sort::Opening | Sort::Closing => None,
            Sort::Quote | Sort::Number | Sort::Comma | Sort::Other => None,
        };
        if let Some(end) = end {
            return end;
        }
    }
    text.len()
}

/// The place behind a run of such characters.
fn skip(text: &[u16], from: usize, sorts: &[Sort]) -> usize {
    let belongs = |unit: &&u16| {
        let sort = sort(**unit);
        sort == Sort::Ignored || sorts.contains(&sort)
    };
    from + text.iter().skip(from).take_while(belongs).count()
}

/// The sentence's end where what begins behind a period can begin one.
fn behind_period(text: &[u16], from: usize) -> Option<usize> {
    let closed = skip(text, from, &[Sort::Period, Sort::Closing, Sort::Quote]);
    let next = skip(text, closed, &[Sort::Space]);
    let is_spaced =
        text.get(closed..next).is_some_and(|spaces| spaces.iter().any(|unit| sort(*unit) == Sort::Space));
    let sort_at = |at: usize| text.get(at).map(|unit| sort(*unit));
    if is_spaced && sort_at(next) == Some(Sort::Letter) {
        return Some(next);
    }
    let begins = |place: usize| {
        let opened = skip(text, place, &[Sort::Opening, Sort::Quote, Sort::Danda, Sort::Other]);
        opened > place && matches!(sort_at(opened), Some(Sort::Letter | Sort::Lower))
    };
    // A straight quotation mark closes the one sentence and opens the other.
    let run = text.get(from..closed).unwrap_or_default();
    let is_quoted =
        run.iter().map(|unit| sort(*unit)).rfind(|sort| *sort != Sort::Ignored) == Some(Sort::Quote);
    let follows = is_quoted && matches!(sort_at(next), Some(Sort::Letter | Sort::Lower)) && next == closed;
    (follows || begins(next)).then_some(next)
}

/// The sentence's end behind a character that ends it.
fn behind_term(text: &[u16], from: usize) -> usize {
    let closed = skip(text, from, &[Sort::Term, Sort::Period, Sort::Closing, Sort::Quote]);
    let next = skip(text, closed, &[Sort::Space]);
    next + usize::from(text.get(next).is_some_and(|unit| sort(*unit) == Sort::Paragraph))
}

#[cfg(test)]
mod tests;
