//! Ljiljana Dolamic's light stemmer for Czech (Dolamic and Savoy, "Indexing and stemming approaches for the Czech
//! language", 2009), as Lucene's `CzechStemmer` applies it.

use super::rules::{self, Rule, back, replace_back};

/// Reduces the word to its stem: case endings go, then those of possessives, then the last consonants are made equal.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::first(word, CASES);
    rules::first(word, &[(5, &["ov", "in", "ův"], "")]);
    if rules::first(
        word,
        &[(1, &["čt"], "ck"), (1, &["št"], "sk"), (0, &["c", "č"], "k"), (0, &["z", "ž"], "h")],
    ) {
        return;
    }
    if back(word, 2) == 'e' {
        word.remove(word.len() - 2);
    } else if back(word, 2) == 'ů' && word.len() > 2 {
        replace_back(word, 2, 'o');
    }
}

/// The longer first.
const CASES: &[Rule] = &[
    (7, &["atech"], ""),
    (6, &["ětem", "etem", "atům"], ""),
    (
        5,
        &[
            "ech", "ich", "ích", "ého", "ěmi", "emi", "ému", "ěte", "ete", "ěti", "eti", "ího", "iho", "ími",
            "ímu", "imu", "ách", "ata", "aty", "ých", "ama", "ami", "ové", "ovi", "ými",
        ],
        "",
    ),
    (4, &["em", "es", "ém", "ím", "ům", "at", "ám", "os", "us", "ým", "mi", "ou"], ""),
    (3, &["a", "e", "i", "o", "u", "ů", "y", "á", "é", "í", "ý", "ě"], ""),
];
