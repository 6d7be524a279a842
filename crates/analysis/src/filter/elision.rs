//! `elision`: `l'avion` becomes `avion` (Lucene's `ElisionFilter`).

use super::WordSet;
use crate::term::Term;

/// The articles that French elides (`FrenchAnalyzer.DEFAULT_ARTICLES`).
pub(crate) const FRENCH_ARTICLES: &[&str] =
    &["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"];

/// Cuts the term behind its first apostrophe if what stands before is one of `articles`.
pub(super) fn apply(articles: &WordSet, term: &mut Term<'_>) {
    let text = term.text();
    let Some((before, after)) = text.split_once(['\'', '\u{2019}']) else { return };
    if articles.contains(before) {
        let cut = text.len() - after.len();
        term.remove_front(cut);
    }
}
