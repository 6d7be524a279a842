//! `classic`: what the classic tokenizer's grammar leaves in its words (Lucene's `ClassicFilter`).

use super::characters::map_chars;
use crate::pipeline::Kind;
use crate::term::Term;

/// Drops `'s` of words that the tokenizer calls apostrophes, and the dots of acronyms.
pub(super) fn apply(term: &mut Term<'_>) {
    if term.attributes.kind == Kind::Apostrophe {
        let text = term.text();
        if let Some(word) = text.strip_suffix("'s").or_else(|| text.strip_suffix("'S")) {
            let len = word.len();
            term.truncate(len);
        }
    } else if term.attributes.kind == Kind::Acronym {
        map_chars(term, |c| (c != '.').then_some(c));
    }
}
