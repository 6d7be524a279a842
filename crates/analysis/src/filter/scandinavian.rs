//! `scandinavian_normalization` and `scandinavian_folding`: the letters that Danish, Norwegian and Swedish write
//! differently (Lucene's filters of these names).

use crate::term::Term;

/// `scandinavian_normalization`: ä → æ, ö → ø, aa and ao → å, ae → æ, oe and oo → ø.
pub(super) fn normalize(term: &mut Term<'_>) {
    if concerns(term.text()) {
        term.rewrite(|before, after| each(before, after, normal));
    }
}

/// `scandinavian_folding`: å ä æ → a, ö ø → o, and of aa ae ao oe oo only the first letter.
pub(super) fn fold(term: &mut Term<'_>) {
    if concerns(term.text()) {
        term.rewrite(|before, after| each(before, after, folded));
    }
}

fn concerns(text: &str) -> bool {
    text.contains(['a', 'A', 'o', 'O']) || !text.is_ascii()
}

/// Walks over the letters; `write` gives what a letter becomes and whether it takes the next one with it.
fn each(before: &str, after: &mut String, write: fn(char, Option<char>) -> (char, bool)) {
    let mut letters = before.chars().peekable();
    while let Some(letter) = letters.next() {
        let (written, takes_next) = write(letter, letters.peek().copied());
        after.push(written);
        if takes_next {
            letters.next();
        }
    }
}

fn normal(letter: char, next: Option<char>) -> (char, bool) {
    let next = next.map(|next| next.to_ascii_lowercase());
    match (letter, next) {
        ('ä', _) => ('æ', false),
        ('Ä', _) => ('Æ', false),
        ('ö', _) => ('ø', false),
        ('Ö', _) => ('Ø', false),
        ('a', Some('a' | 'o')) => ('å', true),
        ('A', Some('a' | 'o')) => ('Å', true),
        ('a', Some('e')) => ('æ', true),
        ('A', Some('e')) => ('Æ', true),
        ('o', Some('e' | 'o')) => ('ø', true),
        ('O', Some('e' | 'o')) => ('Ø', true),
        _ => (letter, false),
    }
}

fn folded(letter: char, next: Option<char>) -> (char, bool) {
    let next = next.map(|next| next.to_ascii_lowercase());
    match (letter, next) {
        ('å' | 'ä' | 'æ', _) => ('a', false),
        ('Å' | 'Ä' | 'Æ', _) => ('A', false),
        ('ø' | 'ö', _) => ('o', false),
        ('Ø' | 'Ö', _) => ('O', false),
        ('a' | 'A', Some('a' | 'e' | 'o')) | ('o' | 'O', Some('e' | 'o')) => (letter, true),
        _ => (letter, false),
    }
}
