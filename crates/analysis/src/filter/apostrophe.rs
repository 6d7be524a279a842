//! `apostrophe`: drops the apostrophe and what follows, as Turkish sets its suffixes off (`Türkiye'de` → `Türkiye`;
//! Lucene's `ApostropheFilter`).

use crate::term::Term;

/// Cuts the term at its first `'` or `’`.
pub(super) fn apply(term: &mut Term<'_>) {
    if let Some(at) = term.text().find(['\'', '\u{2019}']) {
        term.truncate(at);
    }
}
