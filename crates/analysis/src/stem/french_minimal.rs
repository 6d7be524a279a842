//! Jacques Savoy's minimal stemmer for French ("A stemming procedure and stopword list for general French corpora",
//! 1999), as Lucene's `FrenchMinimalStemmer` applies it.

use super::ends_in;
use super::rules;

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 6 {
        return;
    }
    if ends_in(word, 'x') {
        if !rules::first(word, &[(5, &["aux"], "al")]) {
            word.pop();
        }
        return;
    }
    for last in ['s', 'r', 'e', 'é'] {
        if ends_in(word, last) {
            word.pop();
        }
    }
    if word.len() > 1 && word.last() == word.get(word.len() - 2) {
        word.pop();
    }
}
