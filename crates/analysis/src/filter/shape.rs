//! Filters that cut a word, turn it around or ask for its length: `trim`, `truncate`, `reverse`, `length`
//! (Lucene's `TrimFilter`, `TruncateTokenFilter`, `ReverseStringFilter`, `LengthFilter`).

use crate::term::Term;
use crate::unicode::is_whitespace;

/// `trim`: no white space (Java's) at both ends.
pub(super) fn trim(term: &mut Term<'_>) {
    let text = term.text();
    let kept = text.trim_end_matches(is_whitespace);
    let front = kept.len() - kept.trim_start_matches(is_whitespace).len();
    let len = kept.len();
    term.truncate(len);
    term.remove_front(front);
}

/// `truncate`: the first `units` UTF-16 units, and never half a character: one that begins within them stays whole, where
/// Lucene would leave a lone surrogate (analysis.md §4). Keywords stay as they are.
pub(super) fn truncate(term: &mut Term<'_>, units: u32) {
    if term.attributes.keyword || term.text().len() <= units as usize {
        return;
    }
    let mut taken = 0;
    let cut = term.text().char_indices().find(|(_, c)| {
        let begins_behind = taken >= units;
        taken += c.len_utf16() as u32;
        begins_behind
    });
    if let Some((at, _)) = cut {
        term.truncate(at);
    }
}

/// `reverse`: the characters from the last to the first.
pub(super) fn reverse(term: &mut Term<'_>) {
    term.rewrite(|before, after| after.extend(before.chars().rev()));
}

/// `length`: whether the word has at least `min` and at most `max` UTF-16 units.
pub(super) fn is_within(term: &Term<'_>, min: u32, max: u32) -> bool {
    let text = term.text();
    let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    (min as usize..=max as usize).contains(&units)
}
