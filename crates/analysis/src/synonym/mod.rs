//! Synonyms: rules in the format of Apache Solr, and what they add to the tokens of a text.
//!
//! The same rules serve twice (analysis.md §5). The token filter `synonym` adds words to the stream ([`flat`]): a synonym of
//! several words spills over the words that follow. A *synonym map* is applied to the few tokens of a query, where
//! [`SynonymRules::graph`] keeps each synonym a path of its own.

mod flat;
mod graph;
mod solr;

pub(crate) use flat::Synonyms;
pub use solr::SynonymError;
pub(crate) use solr::{Reading, split};

use std::collections::HashMap;

use crate::Analyzer;
use crate::pipeline::SPENT_PER_TOKEN;
use crate::trie::{self, Trie};

/// Words of one item of a rule; 300 characters hold no more. Matching looks ahead no further.
pub(crate) const WORDS_MAX: usize = 150;

/// What all rules may come to: pairs of a left side and a right side. 20 000 rules of 20 words, the most that a synonym
/// map may have, are 7.6 million.
pub(crate) const PAIRS_MAX: usize = 10_000_000;

/// Rules ready to be applied: a tree of the words of left sides.
#[derive(Debug, Default)]
pub struct SynonymRules {
    /// A number for each word of a left side.
    words: HashMap<Box<str>, u32>,
    tree: Trie,
    /// What the nodes of the tree mean.
    nodes: Vec<Node>,
    /// Right sides; each is one word or more.
    phrases: Vec<Box<[Box<str>]>>,
    numbers: HashMap<Box<[Box<str>]>, u32>,
    pairs: usize,
    ignore_case: bool,
}

#[derive(Debug, Default)]
struct Node {
    goes_on: bool,
    rule: Option<Rule>,
}

/// What a left side yields.
#[derive(Debug, Default)]
struct Rule {
    /// Whether the words matched stay.
    keeps_original: bool,
    /// Numbers of right sides, each once, in the order of the rules.
    outputs: Vec<u32>,
}

/// The longest left side found.
#[derive(Debug, Clone, Copy)]
struct Match<'r> {
    rule: &'r Rule,
    /// How many tokens it takes.
    tokens: usize,
}

/// Where a match stands that is still growing.
type Place = trie::Node;

impl SynonymRules {
    /// No rules yet; with `ignore_case`, text is compared in lower case, so the words of rules must be in lower case.
    fn new(ignore_case: bool) -> Self {
        Self { nodes: vec![Node::default()], ignore_case, ..Self::default() }
    }

    /// The rules of a synonym map, a line each, in which equals all stand for each other. Their words are what `analyzer`,
    /// the field's, makes of them, so that they match its tokens: of several tokens in one position the first, gaps
    /// closed. An item of which it leaves nothing (a stop word) is passed over, because who writes a map need not know
    /// the analyzers of all fields that use it.
    ///
    /// # Errors
    ///
    /// Rules that cannot be read, whatever the analyzer, or too many of them.
    pub fn of_map(rules: &str, analyzer: &Analyzer) -> Result<Self, SynonymError> {
        let words = &mut |item: &str| {
            let mut tokens = analyzer.tokens(item);
            tokens.dedup_by_key(|token| token.position);
            tokens
                .into_iter()
                .map(|token| token.text.into_boxed_str())
                .filter(|word| !word.is_empty())
                .collect()
        };
        Reading { expand: true, ignore_case: false, skips_empty: true, words }.read([rules])
    }

    /// Whether there is nothing to match.
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    /// All right sides together and their longest word, in bytes; [`SPENT_PER_TOKEN`] are added for each word.
    fn yields(&self) -> (u64, u64) {
        let words = || self.phrases.iter().flat_map(|phrase| phrase.iter()).map(|word| word.len() as u64);
        (words().map(|bytes| bytes + SPENT_PER_TOKEN).sum(), words().max().unwrap_or(0))
    }

    /// Adds a pair; false when that would be too many.
    fn add(&mut self, left: &[Box<str>], right: &[Box<str>], keeps_original: bool) -> bool {
        self.pairs += 1;
        if self.pairs > PAIRS_MAX {
            return false;
        }
        let number = self.number(right);
        let node = self.node(left);
        if let Some(node) = self.nodes.get_mut(node.number()) {
            let rule = node.rule.get_or_insert_default();
            rule.keeps_original |= keeps_original;
            rule.outputs.push(number);
        }
        true
    }

    /// Ends the adding: drops right sides that a left side has already.
    fn finish(mut self) -> Self {
        let mut seen = vec![u32::MAX; self.phrases.len()];
        for (node, at) in self.nodes.iter_mut().zip(0..) {
            let Some(rule) = &mut node.rule else { continue };
            rule.outputs.retain(|&output| {
                seen.get_mut(output as usize).is_none_or(|last| std::mem::replace(last, at) != at)
            });
            rule.outputs.shrink_to_fit();
        }
        self.numbers = HashMap::new();
        self
    }

    fn number(&mut self, phrase: &[Box<str>]) -> u32 {
        if let Some(&number) = self.numbers.get(phrase) {
            return number;
        }
        let number = self.phrases.len() as u32;
        self.phrases.push(phrase.into());
        self.numbers.insert(phrase.into(), number);
        number
    }

    /// The node behind the words of a left side.
    fn node(&mut self, left: &[Box<str>]) -> Place {
        let mut node = Place::default();
        for word in left {
            let next_word = self.words.len() as u32;
            let word = *self.words.entry(word.clone()).or_insert(next_word);
            if let Some(from) = self.nodes.get_mut(node.number()) {
                from.goes_on = true;
            }
            node = self.tree.add(node, word);
            if node.number() == self.nodes.len() {
                self.nodes.push(Node::default());
            }
        }
        node
    }

    /// The number of a word of the text; None when no rule has it.
    fn word(&self, text: &str) -> Option<u32> {
        if self.ignore_case { self.words.get(crate::lowercase(text).as_str()) } else { self.words.get(text) }
            .copied()
    }

    /// One token further; None when no left side goes on with it.
    fn step(&self, place: Place, word: Option<u32>) -> Option<Place> {
        self.tree.step(place, word?)
    }

    fn at(&self, place: Place) -> Option<&Node> {
        self.nodes.get(place.number())
    }

    /// The words of a rule's right sides.
    fn outputs<'r>(&'r self, rule: &'r Rule) -> impl Iterator<Item = &'r [Box<str>]> {
        rule.outputs.iter().filter_map(|&number| self.phrases.get(number as usize)).map(|words| &**words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{BuildError, Chain, Synonym, TokenFilter, Tokenizer};
    use crate::{OwnedToken, predefined};

    fn graph_of(analyzer: &str, rules: &str, text: &str) -> Vec<OwnedToken> {
        let analyzer = predefined(analyzer).unwrap().analyzer;
        SynonymRules::of_map(rules, &analyzer).unwrap().graph(&analyzer.tokens(text), 100).unwrap()
    }

    /// Tokens as `text@node-node`.
    fn shown(tokens: &[OwnedToken]) -> String {
        let token = |t: &OwnedToken| format!("{}@{}-{}", t.text, t.position, t.position + t.position_length);
        tokens.iter().map(token).collect::<Vec<_>>().join(" ")
    }

    fn check(analyzer: &str, rules: &str, text: &str, expected: &str) {
        assert_eq!(shown(&graph_of(analyzer, rules, text)), expected, "{text:?}");
    }

    #[test]
    fn each_synonym_is_a_path() {
        let rules = "usa, united states, united states of america";
        check(
            "whitespace",
            rules,
            "usa",
            "united@0-1 united@0-2 usa@0-5 states@1-5 states@2-3 of@3-4 america@4-5",
        );
        check(
            "whitespace",
            rules,
            "the usa x",
            "the@0-1 united@1-2 united@1-3 usa@1-6 states@2-6 states@3-4 of@4-5 america@5-6 x@6-7",
        );
        check("whitespace", "a, b", "a c b", "b@0-1 a@0-1 c@1-2 a@2-3 b@2-3");
        check("whitespace", "a b => c", "a b d", "c@0-1 d@1-2");
    }

    #[test]
    fn maps_are_read_by_the_analyzer_of_the_field() {
        check("en.lucene", "Dogs, The Hounds", "dog", "hound@0-1 dog@0-1");
        check("en.lucene", "the, of => x", "the dog", "dog@1-2");
        let tokens = graph_of("en.lucene", "hot dog => sausage", "my hot dogs");
        assert_eq!((tokens[1].text.as_str(), tokens[1].start, tokens[1].end), ("sausag", 3, 11));
    }

    #[test]
    fn words_at_one_position_are_matched_and_kept_together() {
        let check = |rules: &str, given: &str, expected: &str| {
            let token = |token: &str| {
                let (text, position) = token.split_once('@').unwrap();
                let (text, position) = (text.to_owned(), position.parse().unwrap());
                OwnedToken { text, start: 0, end: 0, position, position_length: 1 }
            };
            let tokens: Vec<_> = given.split_whitespace().map(token).collect();
            let rules = SynonymRules::of_map(rules, &predefined("whitespace").unwrap().analyzer).unwrap();
            assert_eq!(shown(&rules.graph(&tokens, 100).unwrap()), expected, "{given}");
        };
        check("jump, leap up", "jumping@0 jump@0 cat@1", "leap@0-1 jumping@0-2 jump@0-2 up@1-2 cat@2-3");
        let wireless = "wi fi, wireless";
        check(wireless, "wi@0 wifi@0 fi@1 x@2", "wireless@0-2 wi@0-1 wifi@0-1 fi@1-2 x@2-3");
        check(wireless, "wi-fi@1 wi@1 fi@2", "wireless@1-3 wi-fi@1-2 wi@1-2 fi@2-3");
        check("wi fi => wireless", "wi@0 wifi@0 fi@1 f@1 x@2", "wireless@0-1 x@1-2");
        // The longest, whichever word begins it.
        check("a => one\nb c => two", "a@0 b@0 c@1", "two@0-1");
        check("a => one\nb c => two", "a@0 b@0 d@1", "one@0-1 d@1-2");
        check(wireless, "fi@0 wi@0 wi@1", "fi@0-1 wi@0-1 wi@1-2");
    }

    #[test]
    fn a_text_is_expanded_by_so_many_words_at_most() {
        let analyzer = predefined("whitespace").unwrap().analyzer;
        let rules = SynonymRules::of_map("a, b, c d", &analyzer).unwrap();
        let words = |text: &str, max| rules.graph(&analyzer.tokens(text), max).map(|tokens| tokens.len());
        assert_eq!(words("a x", 3), Some(5));
        assert_eq!(words("a x", 2), None);
        assert_eq!(words("a a", 5), None);
        assert_eq!(words("x y z", 0), Some(3));
    }

    fn refusal(rule: &str) -> BuildError {
        let synonym = Synonym { synonyms: vec!["x, y".to_owned(), rule.to_owned()], ..Synonym::default() };
        let chain = Chain {
            char_filters: Vec::new(),
            tokenizer: Tokenizer::Whitespace,
            token_filters: vec![TokenFilter::Synonym(synonym)],
        };
        chain.build("own").unwrap_err()
    }

    #[test]
    fn rules_that_cannot_be_read_say_where() {
        let said = |rule: &str| refusal(rule).to_string();
        assert_eq!(said("a => b => c"), "line 2 of the synonyms has more than one '=>'");
        assert_eq!(said("a, ,b"), "line 2 of the synonyms: nothing is left of '' when it is analyzed");
        assert_eq!(said("a => "), "line 2 of the synonyms: nothing is left of '' when it is analyzed");
        assert_eq!(said(&"a ".repeat(151)), "line 2 of the synonyms has an item of more than 150 words");
        let items: Vec<String> = (0..4000).map(|item| item.to_string()).collect();
        assert_eq!(said(&items.join(",")), "the synonyms come to more than 10000000 pairs");
    }
}
