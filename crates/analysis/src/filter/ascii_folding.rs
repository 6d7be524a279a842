//! `asciifolding`: letters, digits and signs beyond ASCII become the ASCII text they stand for, `é` → `e`, `⑽` → `(10)`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::data::ASCII_FOLDING;
use crate::term::Term;

/// What each character that folds becomes.
static FOLDED: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    let pairs = ASCII_FOLDING.iter().flat_map(|(ascii, chars)| chars.chars().map(move |c| (c, *ascii)));
    pairs.collect()
});

/// Folds the term; what has no ASCII text stays as it is.
pub(super) fn apply(term: &mut Term<'_>) {
    let folds = |c: char| !c.is_ascii() && FOLDED.contains_key(&c);
    if !term.text().is_ascii() && term.text().chars().any(folds) {
        term.rewrite(fold);
    }
}

fn fold(before: &str, after: &mut String) {
    for c in before.chars() {
        match FOLDED.get(&c) {
            Some(ascii) => after.push_str(ascii),
            None => after.push(c),
        }
    }
}
