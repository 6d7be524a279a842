//! The "S-stemmer" for English (Harman, "How effective is suffixing?", 1991), as Lucene's `EnglishMinimalStemmer` applies
//! it: only plurals go.

use super::replace_end;
use super::rules::back;

/// Reduces the word to its singular.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 3 || back(word, 1) != 's' {
        return;
    }
    match (back(word, 3), back(word, 2)) {
        (_, 'u' | 's') => {}
        ('i', 'e') if word.len() > 3 && !matches!(back(word, 4), 'a' | 'e') => replace_end(word, 3, "y"),
        ('i' | 'a' | 'o' | 'e', 'e') => {}
        _ => replace_end(word, 1, ""),
    }
}
