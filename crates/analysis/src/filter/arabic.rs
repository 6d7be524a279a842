//! Spellings of the Arabic script made one: `arabic_normalization`, `persian_normalization`, `sorani_normalization`
//! (Lucene's `ArabicNormalizer`, `PersianNormalizer` and `SoraniNormalizer`).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::characters::map_chars;
use crate::term::Term;

/// `arabic_normalization`: alef without its signs, yeh, heh, no tatweel and no vowel signs.
pub(super) fn arabic(term: &mut Term<'_>) {
    map_chars(term, |c| match c {
        '\u{622}' | '\u{623}' | '\u{625}' => Some('\u{627}'), // alef with madda or hamza
        '\u{649}' => Some('\u{64a}'),                         // dotless yeh
        '\u{629}' => Some('\u{647}'),                         // teh marbuta
        _ if is_vowel_sign(c) => None,
        _ => Some(c),
    });
}

/// `persian_normalization`: the Arabic forms of yeh, kaf and heh.
pub(super) fn persian(term: &mut Term<'_>) {
    map_chars(term, |c| match c {
        '\u{6cc}' | '\u{6d2}' => Some('\u{64a}'), // Farsi yeh, yeh barree
        '\u{6a9}' => Some('\u{643}'),             // keheh
        '\u{6c0}' | '\u{6c1}' => Some('\u{647}'), // heh with yeh, heh goal
        '\u{654}' => None,                        // hamza above
        _ => Some(c),
    });
}

const HEH: char = '\u{647}';
const AE: char = '\u{6d5}';
const RREH: char = '\u{695}';

/// `sorani_normalization`: one spelling of Central Kurdish, without vowel signs and invisible characters.
pub(super) fn sorani(term: &mut Term<'_>) {
    if !term.text().is_ascii() {
        term.rewrite(sorani_of);
    }
}

fn sorani_of(before: &str, after: &mut String) {
    let mut rest = before.chars();
    while let Some(c) = rest.next() {
        let is_last = rest.as_str().is_empty();
        let normal = match c {
            '\u{64a}' | '\u{649}' => '\u{6cc}',
            '\u{643}' => '\u{6a9}',
            // The zero width non-joiner marks a heh as the vowel.
            '\u{200c}' => {
                if after.ends_with(HEH) {
                    after.pop();
                    after.push(AE);
                }
                continue;
            }
            HEH if is_last => AE,
            '\u{629}' => AE,
            '\u{6be}' => HEH,
            '\u{631}' if after.is_empty() => RREH,
            '\u{692}' => RREH,
            _ if is_vowel_sign(c) || is_invisible(c) => continue,
            _ => c,
        };
        after.push(normal);
    }
}

/// Tatweel, and fathatan to sukun.
fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{64b}'..='\u{652}')
}

/// Category Cf. Lucene looks at UTF-16 units, so it sees none beyond U+FFFF.
fn is_invisible(c: char) -> bool {
    !c.is_ascii() && c.len_utf16() == 1 && c.general_category() == GeneralCategory::Format
}
