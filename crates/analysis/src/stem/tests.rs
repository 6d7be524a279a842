//! All stemmers against Lucene's answers, and against words that are none.

use super::{Endings, Inflected, LEN_MAX, Snowball, Stemmer, stemmed};
use proptest::prelude::*;

/// `tests/data/stems.tsv` holds words made of real ones and of the endings that the algorithms name, by language of the
/// `stemmer` filter, and what Lucene 8.8.1 made of them.
#[test]
fn stems_of_lucene() {
    let file = include_str!("../../tests/data/stems.tsv");
    for line in file.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [language, word, expected] = columns[..] else { panic!("{line}") };
        let stemmer = match language {
            "polish" => Stemmer::Polish,
            "porter" => Stemmer::Snowball(Snowball::Porter),
            _ => Stemmer::of_language(language).unwrap(),
        };
        assert_eq!(stemmed(stemmer, word), expected, "{language}: {word}");
    }
}

fn all() -> impl Iterator<Item = Stemmer> {
    let others = [Stemmer::Hebrew, Stemmer::KStem, Stemmer::Polish, Stemmer::PolishLight];
    let inflected = Inflected::ALL.map(Stemmer::Inflected);
    let scripts = Snowball::ALL.map(Stemmer::Snowball);
    let endings = Endings::ALL.map(Stemmer::Endings);
    Stemmer::LANGUAGES
        .iter()
        .map(|(_, stemmer)| *stemmer)
        .chain(scripts)
        .chain(endings)
        .chain(inflected)
        .chain(others)
}

/// Text that is no word of any language, of all lengths.
fn hostile() -> impl Strategy<Value = String> {
    let letters: Vec<char> =
        "aeiousztlnkigYUIéüßñőşıاليهкитьσαιάाों😀𠮷'’-.1 \0\u{301}\u{200d}".chars().collect();
    prop_oneof![
        prop::collection::vec(prop::sample::select(letters), 0..40).prop_map(String::from_iter),
        ("[a-zéìğ']{1,4}", 1..400usize).prop_map(|(part, times)| part.repeat(times)),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn every_word_has_a_stem(word in hostile()) {
        for stemmer in all() {
            stemmed(stemmer, &word);
        }
    }
}

#[test]
fn words_beyond_any_index_stay() {
    for part in ["ki", "lerin", "ing", "😀"] {
        let word = part.repeat(LEN_MAX);
        for stemmer in all() {
            assert_eq!(stemmed(stemmer, &word), word);
        }
    }
}
