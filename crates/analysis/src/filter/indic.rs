//! Spellings of the scripts of India made one: `indic_normalization` (Lucene's `IndicNormalizer`) and
//! `hindi_normalization` (`HindiNormalizer`).

use super::characters::map_chars;
use crate::data::{INDIC_COMPOSITIONS, JOINER, Scripts};
use crate::term::Term;

/// `indic_normalization`: letters written as a base and signs become the one character that Unicode has for them.
pub(crate) fn indic(term: &mut Term<'_>) {
    if term.text().chars().any(|c| place(c).is_some()) {
        term.rewrite(compose_all);
    }
}

/// The number of a character's script and the offset into the script's block.
fn place(c: char) -> Option<(u32, u8)> {
    let offset = u32::from(c).checked_sub(0x900)?;
    (offset < 9 * 0x80).then_some((offset / 0x80, (offset % 0x80) as u8))
}

fn compose_all(before: &str, after: &mut String) {
    let mut rest = before.chars();
    while let Some(c) = rest.next() {
        match composed(c, rest.as_str()) {
            Some((one, taken)) => {
                after.push(one);
                rest.by_ref().take(taken).for_each(drop);
            }
            None => after.push(c),
        }
    }
}

/// What `first` and the beginning of `rest` become together, and how many characters of `rest` that takes.
fn composed(first: char, rest: &str) -> Option<(char, usize)> {
    let (script, first) = place(first)?;
    let mut rest = rest.chars();
    let in_script = |c: char| place(c).filter(|&(other, _)| other == script).map(|(_, offset)| offset);
    let second = rest.next().and_then(in_script)?;
    let third = rest.next().and_then(|c| if c == '\u{200d}' { Some(JOINER) } else { in_script(c) });
    let flag: Scripts = 1 << script;
    let row = INDIC_COMPOSITIONS.iter().find(|&&(a, b, c, _, scripts)| {
        (a, b) == (first, second) && scripts & flag != 0 && (c.is_none() || c == third)
    })?;
    let one = char::from_u32(0x900 + script * 0x80 + u32::from(row.3))?;
    Some((one, 1 + usize::from(row.2.is_some())))
}

/// `hindi_normalization`: one spelling of nasals, no nukta, joiners and virama, short vowels for long ones.
pub(crate) fn hindi(term: &mut Term<'_>) {
    const DEAD_N: &str = "\u{928}\u{94d}";
    if term.text().contains(DEAD_N) {
        term.rewrite(|before, after| after.push_str(&before.replace(DEAD_N, "\u{902}")));
    }
    map_chars(term, hindi_char);
}

#[rustfmt::skip]
fn hindi_char(c: char) -> Option<char> {
    Some(match c {
        '\u{901}' => '\u{902}', // candrabindu
        '\u{93c}' | '\u{200c}' | '\u{200d}' | '\u{94d}' => return None, // nukta, joiners, virama
        // Letters with a nukta.
        '\u{929}' => '\u{928}', '\u{931}' => '\u{930}', '\u{934}' => '\u{933}', '\u{958}' => '\u{915}',
        '\u{959}' => '\u{916}', '\u{95a}' => '\u{917}', '\u{95b}' => '\u{91c}', '\u{95c}' => '\u{921}',
        '\u{95d}' => '\u{922}', '\u{95e}' => '\u{92b}', '\u{95f}' => '\u{92f}',
        // Chandra and short vowels, and the two-part ones.
        '\u{945}' | '\u{946}' | '\u{948}' => '\u{947}',
        '\u{949}' | '\u{94a}' | '\u{94c}' => '\u{94b}',
        '\u{90d}' | '\u{90e}' | '\u{910}' => '\u{90f}',
        '\u{911}' | '\u{912}' | '\u{914}' => '\u{913}',
        '\u{972}' | '\u{906}' => '\u{905}',
        // Long vowels, independent and dependent.
        '\u{908}' => '\u{907}', '\u{90a}' => '\u{909}', '\u{960}' => '\u{90b}', '\u{961}' => '\u{90c}',
        '\u{940}' => '\u{93f}', '\u{942}' => '\u{941}', '\u{944}' => '\u{943}', '\u{963}' => '\u{962}',
        _ => c,
    })
}
