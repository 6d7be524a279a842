//! What stands beside a sound, or in a name: a few letters, some of them one of several, at the start or the end or
//! anywhere.

use super::letters::{Alphabet, Letters};

/// `^`, letters and `[…]` or `[^…]`, `$`. Without brackets nothing but `^` and `$` is special, so that the rules for Greek
/// and Russian that say `(α|ο)` never apply; so it is in Commons Codec.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) letters: Vec<Letters>,
    pub(super) from_start: bool,
    pub(super) to_end: bool,
}

impl Pattern {
    pub(super) fn new(text: &str, alphabet: &Alphabet) -> Self {
        let (from_start, text) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        let (to_end, mut text) = text.strip_suffix('$').map_or((false, text), |rest| (true, rest));
        let mut letters = Vec::new();
        while let Some(letter) = text.chars().next() {
            let set = |letters| Letters::of(alphabet.numbers(letters));
            let several = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let (one, rest) = match several {
                Some((several, rest)) => match several.strip_prefix('^') {
                    Some(others) => (set(others).others(), rest),
                    None => (set(several), rest),
                },
                None => {
                    let (one, rest) = text.split_at(letter.len_utf8());
                    (set(one), rest)
                }
            };
            letters.push(one);
            text = rest;
        }
        Self { letters, from_start, to_end }
    }
}
