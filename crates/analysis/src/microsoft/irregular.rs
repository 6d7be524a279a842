//! Irregular forms of words, by `data/irregular/`: on each line the form whose stem is wanted, and others that have it. Words that
//! only look as if they had an ending (`jordan`, `finans`) are there too.

use std::sync::OnceLock;

use super::L;
use crate::filter::StemOverride;
use crate::stem::{Inflected, Snowball, Stemmer};

/// A language's list, and what makes the stem of a word.
type List = (L, &'static str, fn(&mut Vec<u16>));

const LISTS: [List; 8] = [
    (L::Bulgarian, include_str!("../data/irregular/bulgarian.txt"), |word| {
        Inflected::Bulgarian.stem_lemma(word)
    }),
    (L::English, include_str!("../data/irregular/english.txt"), |word| {
        Snowball::EnglishInflection.stem(word)
    }),
    (L::Finnish, include_str!("../data/irregular/finnish.txt"), |word| Inflected::Finnish.stem_lemma(word)),
    (L::Polish, include_str!("../data/irregular/polish.txt"), |word| Stemmer::PolishLight.stem(word)),
    (L::Portuguese, PORTUGUESE, |word| Inflected::Portuguese.stem_lemma(word)),
    (L::PortugueseBrazilian, PORTUGUESE, |word| Inflected::Portuguese.stem_lemma(word)),
    (L::Romanian, include_str!("../data/irregular/romanian.txt"), |word| {
        Inflected::Romanian.stem_lemma(word)
    }),
    (L::Swedish, include_str!("../data/irregular/swedish.txt"), |word| Inflected::Swedish.stem_lemma(word)),
];

const PORTUGUESE: &str = include_str!("../data/irregular/portuguese.txt");

/// The stems of a language's irregular words and forms, read when they are first needed; None without a list.
pub(super) fn forms(language: L) -> Option<&'static StemOverride> {
    static FORMS: [OnceLock<StemOverride>; LISTS.len()] = [const { OnceLock::new() }; LISTS.len()];
    let number = LISTS.iter().position(|(known, ..)| *known == language)?;
    let (_, list, stem) = LISTS.get(number)?;
    Some(
        FORMS
            .get(number)?
            .get_or_init(|| StemOverride::new(list.lines().flat_map(|line| stems(line, *stem)))),
    )
}

/// Each word of a line with the stem of the first.
fn stems(line: &str, stem: fn(&mut Vec<u16>)) -> impl Iterator<Item = (String, String)> {
    let mut units = line.split(' ').next().unwrap_or_default().encode_utf16().collect();
    stem(&mut units);
    let stem = String::from_utf16_lossy(&units);
    line.split(' ').map(move |word| (word.to_owned(), stem.clone()))
}
