//! `german_normalization`: umlauts and their transcriptions made one (Lucene's `GermanNormalizationFilter`).

use crate::term::Term;

/// ß → ss, ä ö ü → a o u, and so ae oe; ue only where it is no diphthong (`feuer`) and no `que`.
pub(crate) fn apply(term: &mut Term<'_>) {
    if term.text().contains(['e', 'ä', 'ö', 'ü', 'ß']) {
        term.rewrite(normalize);
    }
}

/// What the letter before lets an `e` or `u` be.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Other,
    /// A vowel behind which no `u` begins an umlaut.
    Vowel,
    /// A letter that a following `e` makes an umlaut.
    Umlaut,
}

fn normalize(before: &str, after: &mut String) {
    let mut state = Before::Other;
    for c in before.chars() {
        let (normal, next) = match c {
            'a' | 'o' => (c, Before::Umlaut),
            'u' => (c, if state == Before::Other { Before::Umlaut } else { Before::Vowel }),
            'e' if state == Before::Umlaut => {
                state = Before::Vowel;
                continue;
            }
            'e' | 'i' | 'q' | 'y' => (c, Before::Vowel),
            'ä' => ('a', Before::Vowel),
            'ö' => ('o', Before::Vowel),
            'ü' => ('u', Before::Vowel),
            'ß' => {
                after.push('s');
                ('s', Before::Other)
            }
            _ => (c, Before::Other),
        };
        after.push(normal);
        state = next;
    }
}
