//! Jacques Savoy's light stemmer for Russian, as Lucene's `RussianLightStemmer` applies it: case endings go, then a last
//! soft sign, `-и` or doubled `н`.

use super::rules::{self, Rule};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::first(word, CASES);
    rules::first(word, &[(3, &["ь", "и"], ""), (3, &["нн"], "н")]);
}

/// The longer first.
const CASES: &[Rule] = &[
    (6, &["иями", "оями"], ""),
    (
        5,
        &[
            "иям", "иях", "оях", "ями", "оям", "оьв", "ами", "его", "ему", "ери", "ими", "ого", "ому", "ыми",
            "оев",
        ],
        "",
    ),
    (
        4,
        &[
            "ая", "яя", "ях", "юю", "ах", "ею", "их", "ия", "ию", "ьв", "ою", "ую", "ям", "ых", "ея", "ам",
            "ем", "ей", "ём", "ев", "ий", "им", "ое", "ой", "ом", "ов", "ые", "ый", "ым", "ми",
        ],
        "",
    ),
    (3, &["а", "е", "и", "о", "у", "й", "ы", "я", "ь"], ""),
];
