//! The English possessive: `dog's` becomes `dog` (Lucene's `EnglishPossessiveFilter`).

use crate::term::Term;

/// Drops a final `'s` or `'S`; the apostrophe may be `'`, `’` or the full-width one.
pub(super) fn apply(term: &mut Term<'_>) {
    let stem = term
        .text()
        .strip_suffix(['s', 'S'])
        .and_then(|text| text.strip_suffix(['\'', '\u{2019}', '\u{ff07}']));
    if let Some(len) = stem.map(str::len) {
        term.truncate(len);
    }
}
