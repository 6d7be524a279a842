//! What holds for every analyzer and every text.

use crate::definition::{Chain, Shingle, Synonym, TokenFilter, Tokenizer, WordDelimiter};
use crate::{Scratch, is_language_analyzer, lowercase, predefined, predefined_names};
use proptest::prelude::*;

/// Text with the characters that tokenizers and stemmers treat specially.
fn text() -> impl Strategy<Value = String> {
    let special = "abzsSxyeEIiéÉàßİΣς'’`._:,;-\"019 \n\u{301}\u{200d}\u{ad}אกาำ่ๆカひ漢国一ー𠮷한글กั𐐀";
    let special: Vec<char> = special.chars().collect();
    let char = prop_oneof![4 => prop::sample::select(special), 1 => any::<char>()];
    prop_oneof![
        prop::collection::vec(char, 0..60).prop_map(String::from_iter),
        ("[a-z_é']{1,3}", 1..400usize).prop_map(|(part, times)| part.repeat(times)),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn offsets_and_positions_are_in_order(text in text()) {
        let units = text.encode_utf16().count() as u32;
        let mut scratch = Scratch::default();
        for name in predefined_names() {
            let (mut end, mut next) = (0, 0);
            predefined(name).unwrap().analyzer.analyze(&text, &mut scratch, &mut |token| {
                // Pairs of characters overlap, as do compounds, hyphenated words and their parts.
                let overlap = matches!(*name, "ja.lucene" | "ko.lucene" | "zh-Hant.lucene") || name.ends_with(".microsoft");
                assert!(end <= token.start && token.start <= token.end && token.end <= units, "{name}: {token:?}");
                assert!(next <= token.position, "{name}: {token:?}");
                end = if overlap { token.start } else { token.end };
                next = token.position + u32::from(*name != "ja.lucene" && !name.ends_with(".microsoft"));
            });
        }
    }

    #[test]
    fn used_buffers_do_not_show(first in text(), second in text()) {
        let mut scratch = Scratch::default();
        for name in ["standard.lucene", "standardasciifolding.lucene", "en.lucene", "fr.lucene"] {
            let analyzer = predefined(name).unwrap().analyzer;
            analyzer.analyze(&first, &mut scratch, &mut |_| {});
            let mut tokens = Vec::new();
            analyzer.analyze(&second, &mut scratch, &mut |token| tokens.push(token.text.to_owned()));
            let fresh: Vec<String> = analyzer.tokens(&second).into_iter().map(|token| token.text).collect();
            prop_assert_eq!(tokens, fresh);
        }
    }

    #[test]
    fn lowercase_keeps_the_number_of_characters(text in text()) {
        prop_assert_eq!(lowercase(&text).chars().count(), text.chars().count());
    }
}

#[test]
fn names_are_found_as_the_service_spells_them() {
    let name = |asked: &str| predefined(asked).map(|found| found.analyzer.name().to_owned());
    for known in predefined_names() {
        assert_eq!(name(known).as_deref(), Some(*known));
    }
    assert_eq!(name("standard").as_deref(), Some("standard.lucene"));
    assert_eq!(name("pt-Br.lucene").as_deref(), Some("pt-BR.lucene"));
    assert_eq!(name("pt-Pt.microsoft").as_deref(), Some("pt-PT.microsoft"));
    assert_eq!(name("EN.lucene"), None);
    assert_eq!(name("xx.lucene"), None);
    assert_eq!(name(""), None);
}

#[test]
fn names_are_counted() {
    let ending = |suffix: &str| predefined_names().iter().filter(|name| name.ends_with(suffix)).count();
    assert_eq!((ending(".lucene"), ending(".microsoft"), predefined_names().len()), (35 + 2, 51, 93));
    let languages = predefined_names().iter().filter(|name| is_language_analyzer(name)).count();
    assert_eq!(languages, 35 + 51);
    assert!(is_language_analyzer("pt-br.microsoft"));
    assert!(!["standard", "standard.lucene", "simple", "nothing"].into_iter().any(is_language_analyzer));
}

#[test]
fn what_is_approximated_says_so() {
    for name in predefined_names() {
        let found = predefined(name).unwrap();
        let stands_in = *name == "th.lucene" || name.ends_with(".microsoft");
        assert_eq!(found.approximation.is_some(), stands_in, "{name}");
    }
    let stand_in = |name: &str| predefined(name).unwrap().approximation;
    assert!(stand_in("en.microsoft").is_some_and(|phrase| phrase.contains("base forms")));
    assert!(stand_in("th.lucene").is_some_and(|phrase| phrase.contains("dictionary")));
    assert_eq!((stand_in("fr.lucene"), stand_in("ja.lucene")), (None, None));
}

/// Lower-casing is Java's: one character stays one.
#[test]
fn lowercase_is_per_character() {
    assert_eq!(lowercase("ÉCOLE ΣΊΣΥΦΟΣ İSTANBUL Straße ẞ K"), "école σίσυφοσ istanbul straße ß k");
}

/// Of the predefined analyzers only those of Japanese have tokens that a query takes for ways of their own; of filters only
/// `synonym` makes them, and what repeats words takes them away.
#[test]
fn ways_of_their_own_are_synonyms_and_compounds() {
    let yields = |name: &&&str| predefined(name).unwrap().analyzer.yields_paths();
    let names: Vec<_> = predefined_names().iter().filter(yields).collect();
    assert!(names.contains(&&"ja.lucene") && names.iter().all(|name| name.starts_with("ja.")), "{names:?}");
    let check = |token_filters: Vec<TokenFilter>, expected: bool| {
        let chain = Chain {
            char_filters: vec![],
            tokenizer: Tokenizer::Whitespace,
            token_filters: token_filters.to_vec(),
        };
        assert_eq!(chain.build("own").unwrap().yields_paths(), expected, "{token_filters:?}");
    };
    let synonym = TokenFilter::Synonym(Synonym { synonyms: vec!["a, b c".to_owned()], ..Synonym::default() });
    let shingle = TokenFilter::Shingle(Shingle::default());
    let delimiter = TokenFilter::WordDelimiter(WordDelimiter::default());
    check(vec![], false);
    check(vec![delimiter.clone()], false);
    check(vec![shingle.clone()], false);
    check(vec![synonym.clone()], true);
    check(vec![synonym.clone(), delimiter], true);
    check(vec![synonym, shingle], false);
}
