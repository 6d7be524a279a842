//! The light stemmer for Arabic ("light10": Larkey, Ballesteros and Connell, 2007), as Lucene's `ArabicStemmer` applies
//! it: one prefix goes, then every suffix of a list in turn.

use super::{ends_with, replace_end};

const PREFIXES: [&str; 7] = ["ال", "وال", "بال", "كال", "فال", "لل", "و"];
const SUFFIXES: [&str; 10] = ["ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"];

/// Reduces the word, which is normalised already, to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    if let Some(prefix) = PREFIXES.into_iter().find(|prefix| is_prefix(word, prefix)) {
        word.drain(..prefix.chars().count());
    }
    for suffix in SUFFIXES {
        let len = suffix.chars().count();
        if word.len() >= len + 2 && ends_with(word, suffix) {
            replace_end(word, len, "");
        }
    }
}

/// At least two letters must be left, three after `و`.
fn is_prefix(word: &[u16], prefix: &str) -> bool {
    let len = prefix.chars().count();
    let left = if len == 1 { 3 } else { 2 };
    word.len() >= len + left && prefix.encode_utf16().eq(word.iter().copied().take(len))
}
