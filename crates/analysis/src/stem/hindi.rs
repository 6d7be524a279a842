//! Ramanathan and Rao's light stemmer for Hindi ("A Lightweight Stemmer for Hindi", 2003), as Lucene's `HindiStemmer`
//! applies it: the longest ending goes.

use super::rules::{self, Rule};

/// Reduces the word to its stem.
pub(super) fn stem(word: &mut Vec<u16>) {
    rules::first(word, ENDINGS);
}

/// The longer first.
const ENDINGS: &[Rule] = &[
    (6, &["ाएंगी", "ाएंगे", "ाऊंगी", "ाऊंगा", "ाइयाँ", "ाइयों", "ाइयां"], ""),
    (
        5,
        &[
            "ाएगी",
            "ाएगा",
            "ाओगी",
            "ाओगे",
            "एंगी",
            "ेंगी",
            "एंगे",
            "ेंगे",
            "ूंगी",
            "ूंगा",
            "ातीं",
            "नाओं",
            "नाएं",
            "ताओं",
            "ताएं",
            "ियाँ",
            "ियों",
            "ियां",
        ],
        "",
    ),
    (
        4,
        &[
            "ाकर",
            "ाइए",
            "ाईं",
            "ाया",
            "ेगी",
            "ेगा",
            "ोगी",
            "ोगे",
            "ाने",
            "ाना",
            "ाते",
            "ाती",
            "ाता",
            "तीं",
            "ाओं",
            "ाएं",
            "ुओं",
            "ुएं",
            "ुआं",
        ],
        "",
    ),
    (3, &["कर", "ाओ", "िए", "ाई", "ाए", "ने", "नी", "ना", "ते", "ीं", "ती", "ता", "ाँ", "ां", "ों", "ें"], ""),
    (2, &["ो", "े", "ू", "ु", "ी", "ि", "ा"], ""),
];
