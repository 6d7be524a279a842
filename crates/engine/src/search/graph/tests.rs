use lazuli_analysis::{SynonymRules, predefined};
use lazuli_catalog::FieldId;
use lazuli_query::SearchMode;
use proptest::prelude::*;

use super::*;
use crate::tests::corpus::{Corpus, text_schema};

/// Words as `word`, synonyms as `(a b)`, phrases in quotes (`_` for a removed word), alternatives with `|`, conjunctions with `&`.
fn show(clause: &Clause) -> String {
    let words = |terms: &[String]| match terms {
        [word] => word.clone(),
        many => format!("({})", many.join(" ")),
    };
    let list = |clauses: &[Clause], operator: &str| {
        format!("[{}]", clauses.iter().map(show).collect::<Vec<_>>().join(operator))
    };
    match clause {
        Clause::Term { terms, .. } => words(terms),
        Clause::Phrase { slots, .. } => {
            let end = slots.last().unwrap().offset;
            let at = |offset| slots.iter().find(|slot| slot.offset == offset);
            let shown = (0..=end).map(|offset| at(offset).map_or("_".to_owned(), |slot| words(&slot.terms)));
            format!("\"{}\"", shown.collect::<Vec<_>>().join(" "))
        }
        Clause::Any(clauses) => list(clauses, " | "),
        Clause::Every(clauses) => list(clauses, " & "),
        Clause::All | Clause::Prefix { .. } | Clause::Not(_) => format!("{clause:?}"),
    }
}

/// Tokens written as `text@position` or `text@position/length`.
fn tokens(text: &str) -> Vec<OwnedToken> {
    let token = |token: &str| {
        let (text, place) = token.split_once('@').unwrap();
        let (position, length) = place.split_once('/').unwrap_or((place, "1"));
        let (position, position_length) = (position.parse().unwrap(), length.parse().unwrap());
        OwnedToken { text: text.to_owned(), start: 0, end: 0, position, position_length }
    };
    text.split_whitespace().map(token).collect()
}

fn clause(tokens: Vec<OwnedToken>, path_is_phrase: bool, unit: Unit) -> Result<String, EngineError> {
    shown(tokens, path_is_phrase.then_some(&[]), unit)
}

fn shown(tokens: Vec<OwnedToken>, matches: Option<&[Range<u32>]>, unit: Unit) -> Result<String, EngineError> {
    let graph = Graph { field: FieldId(1), matches };
    let clause = graph.clause(tokens, unit, &mut Budget(3000))?;
    Ok(clause.map_or(String::new(), |clause| show(&clause)))
}

fn check(given: &str, words: &str, quoted: &str) {
    let made = |unit| clause(tokens(given), false, unit).unwrap();
    assert_eq!(made(Unit::Words(Operator::Must)), words, "{given}");
    assert_eq!(made(Unit::Words(Operator::Should)), words.replace('&', "|"), "{given}");
    assert_eq!(made(Unit::Quoted), quoted, "{given}");
}

#[test]
fn plain_sequences_are_words_synonyms_and_phrases() {
    check("", "", "");
    check("a@3", "a", "a");
    check("a@0 b@0", "(a b)", "(a b)");
    check("a@0 a@0", "a", "a");
    check("wi@0 fi@1", "[wi & fi]", "\"wi fi\"");
    check("quick@1 fox@3", "[quick & fox]", "\"quick _ fox\"");
    // keyword_repeat with a stemmer, word_delimiter with preserveOriginal and catenateWords.
    check("jumping@0 jump@0 cat@1 cat@1", "[(jumping jump) & cat]", "\"(jumping jump) cat\"");
    check("wi-fi@0 wi@0 wifi@0 fi@1", "[(wi-fi wi wifi) & fi]", "\"(wi-fi wi wifi) fi\"");
}

#[test]
fn ways_of_their_own_are_alternatives() {
    let graph = "the@0 usa@1/3 united@1 states@2/2 now@4";
    let words = |unit| clause(tokens(graph), true, unit).unwrap();
    assert_eq!(words(Unit::Words(Operator::Must)), "[the & [\"united states\" | usa] & now]");
    assert_eq!(words(Unit::Words(Operator::Should)), "[the | \"united states\" | usa | now]");
    assert_eq!(words(Unit::Quoted), "[\"the united states now\" | \"the usa now\"]");
    let own = clause(tokens(graph), false, Unit::Words(Operator::Must)).unwrap();
    assert_eq!(own, "[the & [[united & states] | usa] & now]");
    // A removed word before, within and behind what has alternatives.
    let holes = "a@0 b@2 x@2/3 c@4 d@6";
    assert_eq!(clause(tokens(holes), true, Unit::Quoted).unwrap(), "[\"a _ b _ c _ d\" | \"a _ x _ d\"]");
    // Where ways part again before they met, what lies between has all of them.
    let crossing = "a@0 ab@0/2 b@1 bc@1/2 c@2";
    assert_eq!(
        clause(tokens(crossing), true, Unit::Words(Operator::Must)).unwrap(),
        "[\"a b c\" | \"a bc\" | \"ab c\"]"
    );
}

fn of_map(rules: &str, text: &str, unit: Unit) -> String {
    let analyzer = predefined("en.lucene").unwrap().analyzer;
    let rules = SynonymRules::of_map(rules, &analyzer).unwrap();
    let expanded = rules.graph(&analyzer.tokens(text), 100).unwrap();
    shown(expanded.tokens, Some(&expanded.matches), unit).unwrap()
}

#[test]
fn maps_add_phrases_beside_the_word() {
    let any = Unit::Words(Operator::Should);
    let country = "USA, United States, United States of America";
    assert_eq!(of_map(country, "USA", any), "[\"unit state\" | \"unit state america\" | usa]");
    assert_eq!(of_map("luxury, fancy", "luxury", any), "(fanci luxuri)");
    assert_eq!(of_map("cat => feline, pet", "cat", any), "(felin pet)");
    // What stands instead of a word is a phrase, too.
    assert_eq!(of_map("tv => television set", "tv", any), "\"televis set\"");
    assert_eq!(of_map("wi fi => wireless network", "wi-fi", any), "\"wireless network\"");
    assert_eq!(of_map("tv => television set", "my-tv", any), "[my | \"televis set\"]");
    // A left side of several words needs quotes, unless one word is cut into them.
    assert_eq!(of_map("wi fi, wireless", "wi-fi", any), "[\"wi fi\" | wireless]");
    assert_eq!(of_map("wi fi, wireless", "wi", any), "wi");
    // Removed words keep their places, before and within what is replaced.
    assert_eq!(
        of_map("dog, hound pup", "see the dog", Unit::Quoted),
        "[\"see _ hound pup\" | \"see _ dog\"]"
    );
    assert_eq!(of_map("big dog, hound", "big the dog", Unit::Quoted), "[\"big _ dog\" | hound]");
}

#[test]
fn too_many_ways_are_refused() {
    // Each of 40 places by one word or two: 2^40 paths.
    let many: String =
        (0..40).map(|at| format!("x{at}@{} y{at}@{0}/2 z{at}@{} ", at * 2, at * 2 + 1)).collect();
    let refused = clause(tokens(&many), true, Unit::Quoted);
    assert!(matches!(refused, Err(EngineError::TooManyClauses)), "{refused:?}");
    // Word by word they are few.
    assert!(clause(tokens(&many), true, Unit::Words(Operator::Must)).is_ok());
    let wide: Vec<String> = (0..3001).map(|at| format!("x{at}@0")).collect();
    assert!(clause(tokens(&wide.join(" ")), true, Unit::Quoted).is_err());
    assert!(clause(tokens(&wide[1..].join(" ")), true, Unit::Quoted).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Rules over few words, so that they overlap.
    #[test]
    fn a_quoted_path_finds_its_words(
        rules in prop::collection::vec(prop::collection::vec("[abc]( [abcd]){0,2}", 2..4), 1..3),
        text in prop::collection::vec("[abcd]", 1..5),
    ) {
        let rules: Vec<String> = rules.iter().map(|rule| rule.join(", ")).collect();
        let (rules, text) = (rules.join("\n"), text.join(" "));
        let mut corpus = Corpus::new(text_schema(&[("text", "whitespace")]));
        let analyzer = predefined("whitespace").unwrap().analyzer;
        let tokens = SynonymRules::of_map(&rules, &analyzer).unwrap().graph(&analyzer.tokens(&text), 1000).unwrap().tokens;
        let mut open = vec![(0, Vec::new())];
        let mut paths = Vec::new();
        while let Some((node, words)) = open.pop() {
            let from = tokens.iter().filter(|token| token.position == node).collect::<Vec<_>>();
            for token in &from {
                let longer = [words.clone(), vec![token.text.clone()]].concat();
                open.push((node + token.position_length, longer));
            }
            if from.is_empty() {
                paths.push(words.join(" "));
            }
        }
        paths.truncate(20);
        for (number, path) in paths.iter().enumerate() {
            corpus.upload(&number.to_string(), &[&format!("x {path} y")]);
        }
        corpus.upload("none", &["x y a"]);
        corpus.commit();
        corpus.expand("text", &rules);
        let found = corpus.best(&format!("\"x {text} y\""), SearchMode::Any).len();
        prop_assert_eq!(found, paths.len(), "{} in {}", text, rules);
    }
}
