//! Hostile texts and definitions: an analyzer's work is in proportion to the text, or it refuses the text.
//!
//! Nothing is timed. What took quadratic time would run for hours; work and memory are counted in tokens and their bytes, as
//! `pipeline.rs` counts them, against what `growth.rs` says of each component.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::definitions;
use crate::budget::SPENT_PER_TOKEN;
use crate::growth::{Grown, Tally};
use crate::{AnalysisError, Analyzer, Scratch, TERM_BYTES_MAX, predefined, predefined_names};

const MB: usize = 1 << 20;

/// Repeated to make texts.
#[rustfmt::skip]
const PARTS: &[&str] = &[
    "a", "A", " ", "\u{301}", "\u{200d}", "_", "'", "-", "/", "<", "&", ".", "@", "漢", "ｶﾞ", "한", "กั", "😀", "İ",
    "I\u{307}", "ß", "ſ", "ⓐ", "⒇", "a.", "a-", "1a", "aA", "a ", "a'", "a@b.", "http://a/", "<a ", "<!--", "&#", "आं",
];

fn analyzer(chain: &Value) -> Analyzer {
    definitions::chain(chain).unwrap().build("own").unwrap()
}

/// What comes of a text: tokens, bytes of all and of the longest.
fn measured(analyzer: &Analyzer, text: &str) -> (Result<(), AnalysisError>, u64, u64, usize) {
    let (mut tokens, mut bytes, mut longest) = (0, 0, 0);
    let ran = analyzer.run(text, &mut Scratch::default(), &mut |token| {
        tokens += 1;
        bytes += token.text.len() as u64;
        longest = longest.max(token.text.len());
    });
    (ran.map(drop), tokens, bytes, longest)
}

/// Checks that a text comes to no more than the components say, and is refused only if it may be.
fn check(analyzer: &Analyzer, text: &str, shown: &str) {
    let (ran, tokens, bytes, longest) = measured(analyzer, text);
    let Grown { now, longest: longest_max, .. } = analyzer.grown(text.len());
    let counted = bytes + SPENT_PER_TOKEN * tokens;
    assert!(counted <= now, "{shown}: {counted} of {now}");
    assert!(longest as u64 <= longest_max, "{shown}: {longest} of {longest_max}");
    let is_fine = ran.is_ok() && longest <= TERM_BYTES_MAX;
    assert_eq!(analyzer.check(text, &mut Tally::default()).is_ok(), is_fine, "{shown}");
}

fn check_all(chain: &Value, bytes: usize) {
    let analyzer = analyzer(chain);
    for part in PARTS {
        check(&analyzer, &part.repeat(bytes / part.len()), &format!("{chain} over {part:?}"));
    }
}

#[test]
fn tokenizers_take_time_in_proportion() {
    for tokenizer in [
        json!("standard_v2"),
        json!("classic"),
        json!("uax_url_email"),
        json!("keyword_v2"),
        json!("whitespace"),
        json!("letter"),
        json!("lowercase"),
        json!("pattern"),
        json!({"type": "nGram", "minGram": 2, "maxGram": 3}),
        json!({"type": "edgeNGram", "minGram": 1, "maxGram": 300}),
        json!({"type": "path_hierarchy_v2"}),
        json!({"type": "path_hierarchy_v2", "reverse": true, "skip": 2}),
    ] {
        check_all(&json!({ "tokenizer": tokenizer }), MB / 2);
    }
}

#[test]
fn predefined_analyzers_refuse_nothing_but_long_terms() {
    for name in predefined_names() {
        let analyzer = predefined(name).unwrap().analyzer;
        for part in ["a", "\u{301}", "漢", "กั", "a-", "İ"] {
            let text = part.repeat(MB / 16 / part.len());
            check(&analyzer, &text, &format!("{name} over {part:?}"));
            assert_eq!(measured(&analyzer, &text).0, Ok(()), "{name} over {part:?}");
        }
    }
}

/// Filters that hand on a few tokens for each, behind one token that is the whole text, and behind words.
#[test]
fn filters_take_time_in_proportion() {
    for filter in [
        json!("apostrophe"),
        json!("arabic_normalization"),
        json!("asciifolding"),
        json!({"type": "asciifolding", "preserveOriginal": true}),
        json!({"type": "cjk_bigram", "outputUnigrams": true}),
        json!("cjk_width"),
        json!("classic"),
        json!({"type": "common_grams", "commonWords": ["a"]}),
        json!({"type": "common_grams", "commonWords": ["a"], "queryMode": true}),
        json!({"type": "elision", "articles": ["a"]}),
        json!("german_normalization"),
        json!("hindi_normalization"),
        json!("indic_normalization"),
        json!({"type": "keep", "keepWords": ["a"]}),
        json!({"type": "keyword_marker", "keywords": ["a"], "ignoreCase": true}),
        json!("keyword_repeat"),
        json!({"type": "length", "max": 300}),
        json!({"type": "limit", "maxTokenCount": 2, "consumeAllTokens": true}),
        json!("lowercase"),
        json!("persian_normalization"),
        json!({"type": "phonetic", "encoder": "metaphone"}),
        json!({"type": "phonetic", "encoder": "doubleMetaphone"}),
        json!({"type": "phonetic", "encoder": "nysiis"}),
        json!({"type": "phonetic", "encoder": "caverphone2"}),
        json!({"type": "phonetic", "encoder": "cologne"}),
        json!({"type": "phonetic", "encoder": "koelnerPhonetik"}),
        json!({"type": "phonetic", "encoder": "haasePhonetik"}),
        json!({"type": "phonetic", "encoder": "beiderMorse", "replace": false}),
        json!({"type": "phonetic", "encoder": "soundex"}),
        json!("porter_stem"),
        json!("reverse"),
        json!("scandinavian_folding"),
        json!("scandinavian_normalization"),
        json!({"type": "shingle", "maxShingleSize": 3}),
        json!("sorani_normalization"),
        json!({"type": "stemmer_override", "rules": ["a => bcdefghijkl"]}),
        json!({"type": "stopwords", "stopwords": ["a"]}),
        json!({"type": "stopwords", "stopwords": ["a"], "removeTrailing": false}),
        json!({"type": "synonym", "synonyms": ["a, b c d, e", "x y => z"]}),
        json!("trim"),
        json!({"type": "truncate", "length": 300}),
        json!({"type": "unique"}),
        json!("uppercase"),
        json!({"type": "word_delimiter", "catenateWords": true, "catenateNumbers": true, "catenateAll": true, "preserveOriginal": true}),
    ] {
        check_all(&json!({"tokenizer": "keyword_v2", "tokenFilters": [&filter]}), MB / 4);
        check_all(&json!({"tokenizer": "whitespace", "tokenFilters": [&filter]}), MB / 64);
    }
}

/// Filters that hand on thousands of bytes for each.
#[test]
fn filters_that_make_much_of_little_are_counted() {
    for filter in [
        json!({"type": "nGram_v2", "minGram": 1, "maxGram": 300}),
        json!({"type": "edgeNGram_v2", "minGram": 1, "maxGram": 300}),
        json!({"type": "edgeNGram_v2", "minGram": 200, "maxGram": 300, "side": "back"}),
        json!({"type": "shingle", "maxShingleSize": 300, "filterToken": "abc", "tokenSeparator": "--"}),
        json!({"type": "dictionary_decompounder", "wordList": ["a", "aa", "aaa", "İ"], "minWordSize": 0, "minSubwordSize": 0, "maxSubwordSize": 300}),
    ] {
        for tokenizer in ["keyword_v2", "whitespace"] {
            check_all(
                &json!({"tokenizer": tokenizer, "tokenFilters": [{"type": "stopwords", "stopwords": ["x"]}, filter]}),
                2048,
            );
        }
    }
}

/// Checks what becomes of a field of 16 MB.
fn check_field(chain: &Value, part: &str, expected: Result<(), AnalysisError>) {
    let text = part.repeat(16 * MB / part.len());
    let analyzer = analyzer(chain);
    assert_eq!(analyzer.check(&text, &mut Tally::default()), expected, "{chain} over {part:?}");
}

#[test]
fn fields_of_16_mb_that_an_index_takes() {
    let taken = |chain: Value, part: &str| check_field(&chain, part, Ok(()));
    taken(json!({"tokenizer": "standard_v2", "tokenFilters": ["lowercase"]}), "a");
    taken(
        json!({"tokenizer": "whitespace", "tokenFilters": [{"type": "nGram_v2", "minGram": 2, "maxGram": 2}]}),
        "ab ",
    );
    taken(json!({"tokenizer": "standard_v2", "charFilters": ["html_strip"]}), "<<<<");
    taken(
        json!({"tokenizer": "keyword_v2", "tokenFilters": [{"type": "truncate", "length": 300}]}),
        "\u{301}",
    );
    // What a rule puts in is not looked at again.
    taken(
        json!({"tokenizer": "standard_v2", "charFilters": [{"type": "mapping", "mappings": ["a=>aa"]}]}),
        "a",
    );
}

#[test]
fn fields_of_16_mb_that_an_index_refuses() {
    let refused = |chain: Value, part: &str, error| check_field(&chain, part, Err(error));
    refused(json!({"tokenizer": "keyword_v2"}), " ", AnalysisError::TermTooLong);
    // Taken apart, the word would fill the memory with its parts.
    refused(
        json!({"tokenizer": "keyword_v2", "tokenFilters": ["word_delimiter"]}),
        "a-",
        AnalysisError::TermTooLong,
    );
    let rule = format!("a=>{}", "b".repeat(300));
    let mapping = json!({"type": "mapping", "mappings": [rule]});
    refused(json!({"tokenizer": "standard_v2", "charFilters": [mapping]}), "a", AnalysisError::TextTooLong);
    let long = json!({"type": "mapping", "mappings": [format!("{}b=>x", "a".repeat(10_000))]});
    refused(json!({"tokenizer": "standard_v2", "charFilters": [long]}), "a", AnalysisError::MappingTooSlow);
    // Not the text is too long for the memory, but what has to be known of its places.
    let doubled: Vec<_> = (0..12).map(|_| json!({"type": "mapping", "mappings": ["a=>aa"]})).collect();
    let short = json!({"tokenizer": "standard_v2", "charFilters": doubled});
    assert_eq!(
        analyzer(&short).check(&"a".repeat(10_000), &mut Tally::default()),
        Err(AnalysisError::TextTooLong)
    );
    let replace = json!({"type": "pattern_replace", "pattern": ".+", "replacement": "$0".repeat(300)});
    refused(json!({"tokenizer": "standard_v2", "charFilters": [&replace]}), "a", AnalysisError::TextTooLong);
    refused(json!({"tokenizer": "keyword_v2", "tokenFilters": [&replace]}), "a", AnalysisError::WordTooLong);
    for (filter, part) in [
        (json!({"type": "nGram_v2", "minGram": 1, "maxGram": 300}), "a"),
        (json!({"type": "shingle", "maxShingleSize": 300}), "a b c "),
        (json!({"type": "synonym", "synonyms": [format!("a => {}", "b ".repeat(150))]}), "a "),
    ] {
        let chain = json!({"tokenizer": "whitespace", "tokenFilters": [filter]});
        refused(chain, part, AnalysisError::TooManyTokens);
    }
    refused(
        json!({"tokenizer": {"type": "nGram", "minGram": 1, "maxGram": 300}}),
        "a",
        AnalysisError::TooManyTokens,
    );
}

/// Filters behind each other make the word twice as long each, or more.
#[test]
fn words_that_grow_end_early() {
    let grows = |filter: Value, text: &str| {
        let filters = vec![filter; 50];
        let analyzer = analyzer(&json!({"tokenizer": "whitespace", "tokenFilters": &filters}));
        // What all filters make comes to little, until one makes too much.
        let mut scratch = Scratch::limited(u64::MAX, 16 << 20);
        let ran = analyzer.run(text, &mut scratch, &mut |_| {});
        assert_eq!(ran, Err(AnalysisError::WordTooLong), "{filters:?}");
    };
    let replace =
        |pattern: &str, by: &str| json!({"type": "pattern_replace", "pattern": pattern, "replacement": by});
    grows(replace("a", "aa"), &"a".repeat(200));
    grows(replace("$", "aaaaaaaaaa".repeat(1000).as_str()), "a");
    grows(replace("^.*$", "$0$0$0"), "a");
    grows(json!({"type": "shingle", "maxShingleSize": 2, "outputUnigrams": false}), &"a b ".repeat(20));
}

/// What is too long for an index may be cut down to what is not.
#[test]
fn long_words_may_be_cut_down() {
    let replace = json!({"type": "pattern_replace", "pattern": "a", "replacement": "bb"});
    let cut = json!({"type": "truncate", "length": 300});
    let chain = json!({"tokenizer": "keyword_v2", "tokenFilters": [replace, cut]});
    for length in [30_000, MB] {
        assert_eq!(analyzer(&chain).check(&"a".repeat(length), &mut Tally::default()), Ok(()), "{length}");
    }
}

/// A document may have many texts, each of them below the limit.
#[test]
fn documents_of_many_texts_that_grow_are_refused() {
    let grams = json!({"tokenizer": {"type": "nGram", "minGram": 1, "maxGram": 300}});
    let (grows, stays) = (analyzer(&grams), analyzer(&json!({"tokenizer": "standard_v2"})));
    let text = "a".repeat(8000);
    // 8 000 × 300 grams, 150 letters and 16 bytes of account each on average: 0.4 GB, and 1 GiB is the limit.
    let mut tally = Tally::default();
    let taken = (0..20).take_while(|_| grows.check(&text, &mut tally).is_ok()).count();
    assert_eq!(taken, 2);
    assert_eq!(grows.check(&text, &mut tally), Err(AnalysisError::TooManyTokens));
    assert!(
        (0..10_000).all(|_| stays.check(&text, &mut tally).is_ok()),
        "what others make is bounded by its length"
    );
}

/// A document of many texts, each of which alone is well within what a text may cost. The limit of all is lowered from some
/// thousand million steps to two million.
#[test]
fn what_texts_cost_is_added_up() {
    let slow = |chain: Value, text: &str| {
        let analyzer = analyzer(&chain);
        let mut tally = Tally::of_steps(2_000_000);
        let taken = (0..20_000).take_while(|_| analyzer.check(text, &mut tally).is_ok()).count();
        assert!((10..20_000).contains(&taken), "{chain}: {taken}");
        assert_eq!(analyzer.check(text, &mut tally), Err(AnalysisError::TooSlowTogether), "{chain}");
        // The index runs each text by itself, and takes what was taken.
        assert!(analyzer.run(text, &mut Scratch::default(), &mut |_| {}).is_ok(), "{chain}");
    };
    let doubling = "x".repeat(11) + "!";
    let replace = json!({"type": "pattern_replace", "pattern": "(x+x+)+y", "replacement": ""});
    let capture = json!({"type": "pattern_capture", "patterns": ["(x+x+)+y"]});
    slow(json!({"tokenizer": {"type": "pattern", "pattern": "(x+x+)+y"}}), &doubling);
    slow(json!({"tokenizer": "whitespace", "tokenFilters": [&replace]}), &doubling);
    slow(json!({"tokenizer": "whitespace", "charFilters": [&replace]}), &doubling);
    slow(json!({"tokenizer": "whitespace", "tokenFilters": [capture]}), &doubling);
    // From each letter on, all that follow are looked at: 45 000 of them, 4 steps each.
    let mapping = json!({"type": "mapping", "mappings": [format!("{}b=>x", "a".repeat(10_000))]});
    slow(json!({"tokenizer": "whitespace", "charFilters": [mapping]}), &"a".repeat(300));
    // From each tag on, all is read to the end.
    slow(json!({"tokenizer": "whitespace", "charFilters": ["html_strip"]}), &"<a href='".repeat(50));
}

/// What filters drop again has to be made first.
#[test]
fn tokens_that_are_dropped_count() {
    let grams = json!({"type": "nGram_v2", "minGram": 1, "maxGram": 300});
    let none = json!({"type": "length", "min": 300, "max": 300});
    let dropping = analyzer(&json!({"tokenizer": "keyword_v2", "tokenFilters": [grams, none]}));
    let (text, mut tally) = ("a".repeat(8000), Tally::default());
    assert_eq!(dropping.check(&text, &mut tally), Ok(()));
    assert_eq!(dropping.check(&text, &mut tally), Ok(()));
    assert_eq!(dropping.check(&text, &mut tally), Err(AnalysisError::TooManyTokens));
}

/// The words of a query share a smaller budget, whatever fields they are looked for in.
#[test]
fn what_words_of_a_query_cost_is_added_up() {
    let slow = |end| analyzer(&json!({"tokenizer": {"type": "pattern", "pattern": format!("(x+x+)+{end}")}}));
    let (one, other) = (slow('y'), slow('z'));
    let (word, mut scratch) = ("x".repeat(11) + "!", Scratch::for_query());
    let mut look = |field: &Analyzer| field.run(&word, &mut scratch, &mut |_| {}).map(drop);
    let refused = (0..50_000).find_map(|_| look(&one).and_then(|()| look(&other)).err());
    assert_eq!(refused, Some(AnalysisError::TooSlowTogether));

    let plain = analyzer(
        &json!({"tokenizer": {"type": "pattern", "pattern": r"\W+"}, "tokenFilters": ["lowercase"]}),
    );
    let mut scratch = Scratch::for_query();
    assert!((0..50_000).all(|_| plain.run("hotels,", &mut scratch, &mut |_| {}).is_ok()));
}

/// Whoever waits for an analysis is asked all the time, whatever takes it so long.
#[test]
fn analyses_are_stopped() {
    let stopped = |chain: Value, part: &str| {
        let (asked, analyzer) = (Arc::new(AtomicU32::new(0)), analyzer(&chain));
        let count = asked.clone();
        let mut scratch = Scratch::default().until(move || count.fetch_add(1, Ordering::Relaxed) >= 5);
        let ran = analyzer.run(&part.repeat(4 * MB / part.len()), &mut scratch, &mut |_| {});
        assert_eq!((ran, asked.load(Ordering::Relaxed)), (Err(AnalysisError::Stopped), 6), "{chain}");
    };
    let replace = json!({"type": "pattern_replace", "pattern": "(x+x+)+y", "replacement": ""});
    let mapping = json!({"type": "mapping", "mappings": [format!("{}b=>x", "a".repeat(10_000))]});
    let none = json!({"type": "length", "min": 300, "max": 300});
    stopped(json!({"tokenizer": "standard_v2"}), "a ");
    stopped(json!({"tokenizer": "whitespace", "tokenFilters": [none]}), "a ");
    stopped(json!({"tokenizer": {"type": "pattern", "pattern": "b"}}), "a");
    stopped(json!({"tokenizer": "standard_v2", "tokenFilters": [&replace]}), "xxxxxxx ");
    stopped(json!({"tokenizer": "standard_v2", "charFilters": [&replace]}), "xxxxxxx ");
    stopped(json!({"tokenizer": "standard_v2", "charFilters": [mapping]}), "a");
    stopped(json!({"tokenizer": "standard_v2", "charFilters": ["html_strip"]}), "<a href='");
}

/// Java would try each way to part the letters.
#[test]
fn patterns_that_backtrack_are_stopped() {
    let text = format!("{}!", "a".repeat(64));
    for chain in [
        json!({"tokenizer": {"type": "pattern", "pattern": "(a+)+$"}}),
        json!({"tokenizer": "keyword_v2", "tokenFilters": [{"type": "pattern_replace", "pattern": "(a|aa)+$", "replacement": ""}]}),
        json!({"tokenizer": "keyword_v2", "tokenFilters": [{"type": "pattern_capture", "patterns": ["(a*)*$"]}]}),
        json!({"tokenizer": "keyword_v2", "charFilters": [{"type": "pattern_replace", "pattern": "(a*)*b", "replacement": ""}]}),
    ] {
        assert_eq!(
            analyzer(&chain).check(&text, &mut Tally::default()),
            Err(AnalysisError::PatternTooSlow),
            "{chain}"
        );
    }
}

#[test]
fn short_texts_of_common_chains_are_not_tried() {
    let safe = |chain: Value| analyzer(&chain).safe_bytes();
    assert!(
        safe(
            json!({"tokenizer": "standard_v2", "tokenFilters": ["lowercase", "asciifolding", "porter_stem"]})
        ) > 16 * MB
    );
    let autocomplete = json!({"type": "edgeNGram_v2", "minGram": 2, "maxGram": 20});
    assert!(safe(json!({"tokenizer": "standard_v2", "tokenFilters": ["lowercase", autocomplete]})) > MB / 64);
    let words = json!({"type": "word_delimiter", "preserveOriginal": true});
    assert!(safe(json!({"tokenizer": "whitespace", "tokenFilters": [words, "lowercase"]})) > MB);
    assert_eq!(safe(json!({"tokenizer": "keyword_v2", "tokenFilters": ["lowercase"]})), TERM_BYTES_MAX / 2);
}
