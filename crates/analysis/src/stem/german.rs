//! Jacques Savoy's stemmers for German, light and minimal, as Lucene's `GermanLightStemmer` and `GermanMinimalStemmer`
//! apply them.

use super::replace_end;
use super::rules::{self, back};

/// Reduces the word to its stem: plural and case endings go, then comparatives.
pub(super) fn light(word: &mut Vec<u16>) {
    rules::fold(word, &[("äàáâ", 'a'), ("öòóô", 'o'), ("ïìíî", 'i'), ("üùúû", 'u')]);
    let found = rules::first(word, &[(5, &["ern"], ""), (4, &["em", "en", "er", "es"], ""), (3, &["e"], "")]);
    if !found && word.len() > 3 && back(word, 1) == 's' && may_precede_s_or_st(back(word, 2)) {
        word.pop();
    }
    let found = rules::first(word, &[(5, &["est"], ""), (4, &["er", "en"], "")]);
    if !found
        && word.len() > 4
        && (back(word, 2), back(word, 1)) == ('s', 't')
        && may_precede_s_or_st(back(word, 3))
    {
        replace_end(word, 2, "");
    }
}

fn may_precede_s_or_st(c: char) -> bool {
    matches!(c, 'b' | 'd' | 'f' | 'g' | 'h' | 'k' | 'l' | 'm' | 'n' | 't')
}

/// Only plurals go.
pub(super) fn minimal(word: &mut Vec<u16>) {
    if word.len() < 5 {
        return;
    }
    rules::fold(word, &[("ä", 'a'), ("ö", 'o'), ("ü", 'u')]);
    let plurals: &[rules::Rule] =
        &[(6, &["nen"], ""), (5, &["en", "se", "es", "er"], ""), (0, &["n", "e", "s", "r"], "")];
    rules::first(word, plurals);
}
