//! The light stemmer for Bulgarian (Savoy, "Searching strategies for the Bulgarian language", 2007), as Lucene's
//! `BulgarianStemmer` applies it.

use super::rules::{self, Rule, back, replace_back};

const ARTICLES: &[Rule] = &[(6, &["ият"], ""), (5, &["ът", "то", "те", "та", "ия"], ""), (4, &["ят"], "")];

const PLURALS: &[Rule] = &[
    (6, &["овци"], "о"),
    (6, &["ове"], ""),
    (6, &["еве"], "й"),
    (5, &["ища"], ""),
    (5, &["та"], ""),
    (5, &["ци"], "к"),
    (5, &["зи"], "г"),
];

/// Reduces the word to its stem: the article goes, the plural, the last vowel.
pub(super) fn stem(word: &mut Vec<u16>) {
    if word.len() < 4 || rules::first(word, &[(5, &["ища"], "")]) {
        return;
    }
    rules::first(word, ARTICLES);
    strip_plural(word);
    if word.len() > 3 {
        rules::first(word, &[(0, &["я"], "")]);
        rules::first(word, &[(0, &["а", "о", "е"], "")]);
    }
    rules::first(word, &[(4, &["ен"], "н")]);
    if word.len() > 5 && back(word, 2) == 'ъ' {
        word.remove(word.len() - 2);
    }
}

fn strip_plural(word: &mut Vec<u16>) {
    if rules::first(word, PLURALS) {
        return;
    }
    if word.len() > 5 && back(word, 3) == 'е' && back(word, 1) == 'и' {
        word.pop();
        replace_back(word, 2, 'я');
    } else {
        rules::first(word, &[(4, &["си"], "х"), (4, &["и"], "")]);
    }
}
