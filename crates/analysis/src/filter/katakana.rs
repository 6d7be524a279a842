//! Words that Japanese took from other languages (Lucene's `JapaneseKatakanaStemFilter`).

use crate::term::Term;

/// The mark of a long vowel.
const LONG: char = 'ー';

/// The least length in characters of a word that loses the mark (`DEFAULT_MINIMUM_LENGTH`).
const LENGTH_MIN: usize = 4;

/// Takes the mark of a long vowel off the end of a word in katakana, because some write it and some do not: コンピューター.
pub(super) fn stem(term: &mut Term<'_>) {
    let text = term.text();
    if text.ends_with(LONG)
        && text.chars().all(|c| ('\u{30a0}'..='\u{30ff}').contains(&c))
        && text.chars().count() >= LENGTH_MIN
    {
        term.truncate(text.len() - LONG.len_utf8());
    }
}
