//! Filters that look at each character by itself, and the cases of Greek, Turkish and Irish (Lucene's `LowerCaseFilter`,
//! `UpperCaseFilter`, `GreekLowerCaseFilter`, `TurkishLowerCaseFilter`, `IrishLowerCaseFilter`, `DecimalDigitFilter`).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::data::DIGIT_ZEROS;
use crate::term::Term;
use crate::unicode::lowercase_char;

/// Replaces each character, or drops it; the term stays borrowed when nothing changes, as is so for most words.
pub(super) fn map_chars(term: &mut Term<'_>, map: impl Fn(char) -> Option<char>) {
    if term.text().chars().any(|c| map(c) != Some(c)) {
        term.rewrite(|before, after| after.extend(before.chars().filter_map(map)));
    }
}

/// `uppercase`: Java's `Character.toUpperCase` per code point.
pub(super) fn uppercase(term: &mut Term<'_>) {
    map_chars(term, |c| Some(uppercase_char(c)));
}

/// One character stays one: `ß` has no single capital and stays, `ᾳ` has its title case. `ƛ` and `ɤ` had no capitals
/// before Unicode 16.
fn uppercase_char(c: char) -> char {
    if matches!(c, 'ƛ' | 'ɤ') {
        return c;
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => uppercase_with_iota(c),
    }
}

/// The Greek letters with a iota below, whose capital is one letter in Unicode's simple mapping and two in its full one.
fn uppercase_with_iota(c: char) -> char {
    let code = u32::from(c);
    let capital = match code {
        0x1f80..=0x1faf => code | 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => code + 9,
        _ => code,
    };
    char::from_u32(capital).unwrap_or(c)
}

/// Decimal digits of all scripts become `0` to `9` (Lucene's `DecimalDigitFilter`, in the analyzers for ar, fa, hi, th).
pub(crate) fn decimal_digits(term: &mut Term<'_>) {
    if !term.text().is_ascii() {
        map_chars(term, |c| Some(decimal_digit(c).unwrap_or(c)));
    }
}

fn decimal_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = DIGIT_ZEROS
        .partition_point(|&zero| zero <= code)
        .checked_sub(1)
        .and_then(|at| DIGIT_ZEROS.get(at))?;
    char::from_digit(code - zero, 10)
}

/// Lower case without accents, the final sigma as any other (Lucene's `GreekLowerCaseFilter`).
pub(crate) fn greek_lowercase(term: &mut Term<'_>) {
    map_chars(term, |c| Some(greek_lowercase_char(c)));
}

fn greek_lowercase_char(c: char) -> char {
    match c {
        'ς' => 'σ',
        'Ά' | 'ά' => 'α',
        'Έ' | 'έ' => 'ε',
        'Ή' | 'ή' => 'η',
        'Ί' | 'Ϊ' | 'ί' | 'ϊ' | 'ΐ' => 'ι',
        'Ύ' | 'Ϋ' | 'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'Ό' | 'ό' => 'ο',
        'Ώ' | 'ώ' => 'ω',
        '\u{3a2}' => 'ς', // not assigned; Lucene keeps it for the sake of old indexes
        _ => lowercase_char(c),
    }
}

/// `I` becomes `ı`, and `i` when a dot above follows (Lucene's `TurkishLowerCaseFilter`).
pub(crate) fn turkish_lowercase(term: &mut Term<'_>) {
    if term.text().chars().any(|c| c == 'I' || lowercase_char(c) != c) {
        term.rewrite(turkish_lowercase_of);
    }
}

fn turkish_lowercase_of(before: &str, after: &mut String) {
    const DOT_ABOVE: char = '\u{307}';
    let mut rest = before.chars();
    // Whether an I was followed by nothing but marks so far, among them a dot.
    let mut dotted = false;
    while let Some(c) = rest.next() {
        if c == 'I' {
            let mut marks = rest.clone().take_while(|&mark| is_nonspacing_mark(mark));
            dotted = marks.any(|mark| mark == DOT_ABOVE);
            after.push(if dotted { 'i' } else { 'ı' });
            continue;
        }
        dotted = dotted && is_nonspacing_mark(c);
        if !(dotted && c == DOT_ABOVE) {
            after.push(lowercase_char(c));
        }
    }
}

fn is_nonspacing_mark(c: char) -> bool {
    !c.is_ascii() && c.general_category() == GeneralCategory::NonspacingMark
}

/// Sets a prothetic n or t off with a hyphen (`nAthair` → `n-athair`), then lower case (Lucene's `IrishLowerCaseFilter`).
pub(crate) fn irish_lowercase(term: &mut Term<'_>) {
    let changes = |c| irish_lowercase_char(c) != c;
    if term.text().chars().any(changes) {
        term.rewrite(irish_lowercase_of);
    }
}

fn irish_lowercase_of(before: &str, after: &mut String) {
    let word = match before.strip_prefix(['n', 't']) {
        Some(word) if word.starts_with(['A', 'E', 'I', 'O', 'U', 'Á', 'É', 'Í', 'Ó', 'Ú']) => {
            after.push_str(&before[..1]);
            after.push('-');
            word
        }
        Some(_) | None => before,
    };
    after.extend(word.chars().map(irish_lowercase_char));
}

/// Lucene lowers UTF-16 units here, so letters beyond U+FFFF keep their case.
fn irish_lowercase_char(c: char) -> char {
    if c.len_utf16() == 1 { lowercase_char(c) } else { c }
}
