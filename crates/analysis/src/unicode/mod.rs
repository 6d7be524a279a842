//! Characters as Java classifies them.

pub(crate) mod eight;
mod set;
mod table;

pub(crate) use set::CharSet;
pub(crate) use table::*;

use crate::term::Term;

/// `Character.isWhitespace`: Unicode's separators except the three that do not break, and some control characters.
pub(crate) fn is_whitespace(c: char) -> bool {
    match c {
        '\t'..='\r' | '\u{1c}'..=' ' => true,
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}' => false,
        _ => !c.is_ascii() && c.is_whitespace(),
    }
}

/// `Character.isLetter`: general category L.
pub(crate) fn is_letter(c: char) -> bool {
    CharTable::get().has(c, LETTER)
}

/// Java's lower-casing per code point (`Character.toLowerCase`), which is what Lucene's `LowerCaseFilter` applies, here to
/// a whole text. Unlike [`str::to_lowercase`] a final Σ becomes σ, never ς, and `İ` becomes a plain `i`.
pub fn lowercase(text: &str) -> String {
    text.chars().map(lowercase_char).collect()
}

/// [`lowercase`] in place; the term stays borrowed when nothing changes, as is so for most words.
pub(crate) fn lowercase_term(term: &mut Term<'_>) {
    let text = term.text();
    if eight::is_lower_ascii(text.as_bytes()) {
        return;
    }
    if text.is_ascii() {
        term.text_mut().make_ascii_lowercase();
    } else if text.chars().any(|c| lowercase_char(c) != c) {
        term.rewrite(|before, after| after.extend(before.chars().map(lowercase_char)));
    }
}

pub(crate) fn lowercase_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => 'i', // only İ has a longer one: i with a dot above
    }
}
