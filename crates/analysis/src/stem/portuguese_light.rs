//! Jacques Savoy's light stemmer for Portuguese ("Light Stemming Approaches for the French, Portuguese, German and
//! Hungarian Languages", 2006), as Lucene's `PortugueseLightStemmer` applies it.

use super::ends_in;
use super::rules::{self, Rule};

/// Reduces the word to its stem: the plural goes, the feminine becomes the masculine, the last vowel and accents go.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 4 {
        return;
    }
    rules::first(word, PLURALS);
    if ends_in(word, 'a') {
        rules::first(word, FEMININES);
    }
    rules::first(word, &[(4, &["e", "a", "o"], "")]);
    rules::fold(word, &[("àáâäã", 'a'), ("òóôöõ", 'o')]);
    rules::fold(word, &[("èéêë", 'e'), ("ùúûü", 'u'), ("ìíîï", 'i'), ("ç", 'c')]);
}

const PLURALS: &[Rule] = &[
    (4, &["res"], "r"),
    (4, &["ses"], "s"),
    (4, &["les"], "l"),
    (4, &["zes"], "z"),
    (3, &["ns"], "m"),
    (4, &["eis", "éis"], "el"),
    (4, &["ais"], "al"),
    (4, &["óis"], "ol"),
    (4, &["is"], "il"),
    (3, &["ões", "ães"], "ão"),
    (6, &["mente"], ""),
    (3, &["s"], ""),
];

const FEMININES: &[Rule] = &[
    (7, &["inha"], "inho"),
    (7, &["iaca"], "iaco"),
    (7, &["eira"], "eiro"),
    (6, &["osa"], "oso"),
    (6, &["ica"], "ico"),
    (6, &["ida"], "ido"),
    (6, &["ada"], "ado"),
    (6, &["iva"], "ivo"),
    (6, &["ama"], "amo"),
    (6, &["ona"], "ão"),
    (6, &["ora"], "or"),
    (6, &["esa"], "ês"),
    (6, &["na"], "no"),
];
