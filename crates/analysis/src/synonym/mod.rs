//! Synonyms: rules in the format of Apache Solr, and what they add to the tokens of a text.
//!
//! The same rules serve twice (analysis.md §5). The token filter `synonym` adds words to the stream ([`flat`]): a synonym of
//! several words spills over the words that follow. A *synonym map* is applied to the few tokens of a query, where
//! [`SynonymRules::graph`] keeps each synonym a path of its own.

mod flat;
mod graph;
mod solr;

pub(crate) use flat::Synonyms;
pub use graph::Expanded;
pub use solr::SynonymError;
pub(crate) use solr::{Reading, split};

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::budget::SPENT_PER_TOKEN;
use crate::trie::{self, Trie};
use crate::{AnalysisError, Analyzer, OwnedToken, Scratch};

/// Words of one item of a rule, those at one position counted once. Matching looks ahead no further.
pub(crate) const WORDS_MAX: usize = 150;

/// Bytes of one item of a rule as it is written, which [`WORDS_MAX`] words of any language have room in.
pub(crate) const ITEM_BYTES_MAX: usize = 10_000;

/// Tokens of one item of a rule: each of its words may stand there in several forms. Grams of a word are some hundreds.
pub(crate) const ITEM_TOKENS_MAX: usize = 1000;

/// What all rules may come to: pairs of a left side and a right side. 20 000 rules of 20 words, the most that a synonym
/// map may have, are 7.6 million.
pub(crate) const PAIRS_MAX: usize = 10_000_000;

/// What all different items may come to: their tokens, and the places of left sides that they lead to. The largest synonym
/// map has 400 000 items.
pub(crate) const PLACES_MAX: usize = 4_000_000;

/// In how many ways a left side is looked for whose words have several forms: all forms of one word, or two forms each of
/// four words.
const VARIANTS_MAX: usize = 16;

/// A word of an item, or one of the forms of a word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    text: Box<str>,
    /// The number of the word in the item; forms of one word have the same.
    position: u32,
}

/// What one item of a rule is for the analyzer: words in order, and with each the forms that stand in its place.
pub(crate) type Item = Vec<Word>;

/// Rules ready to be applied: a tree of the words of left sides.
#[derive(Debug, Default)]
pub struct SynonymRules {
    /// A number for each word of a left side.
    words: HashMap<Box<str>, u32>,
    tree: Trie,
    /// What the nodes of the tree mean.
    nodes: Vec<Node>,
    /// Of a node to which other forms of left sides lead: the nodes of those sides, which have their rules.
    forms: HashMap<u32, Vec<u32>>,
    /// Right sides; each is one word or more.
    phrases: Vec<Arc<[Word]>>,
    numbers: HashMap<Arc<[Word]>, u32>,
    pairs: usize,
    places: usize,
    /// Whether text is compared in lower case.
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

/// Where a match stands that is still growing.
type Place = trie::Node;

impl SynonymRules {
    /// No rules yet.
    fn new(ignore_case: bool) -> Self {
        Self { nodes: vec![Node::default()], ignore_case, ..Self::default() }
    }

    /// The rules of a synonym map, a line each, in which equals all stand for each other. Their words are what `analyzer`,
    /// the field's, makes of them, so that they match its tokens, gaps closed. Where it makes several tokens of one word (a
    /// base form beside the word itself), a right side has them all, as the word has where it is typed, and a left side is
    /// found by any of them. An item of which it leaves nothing (a stop word) is passed over, because who writes a map need
    /// not know the analyzers of all fields that use it.
    ///
    /// Case does not matter (`query.md` §3.5), even if the analyzer keeps it: left sides are compared in lower case, and right
    /// sides are looked for as they are written and in lower case. Codes of words have no case (`AN`, as `Anna` sounds, is not `an`).
    ///
    /// # Errors
    ///
    /// Rules that cannot be read, whatever the analyzer, or that come to too much.
    pub fn of_map(rules: &str, analyzer: &Analyzer) -> Result<Self, SynonymError> {
        let mut scratch = Scratch::for_document();
        let words = &mut |item: &str| words(analyzer, item, &mut scratch);
        Reading { expand: true, ignore_case: true, is_map: true, words }.read([rules])
    }

    /// Whether there is nothing to match.
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    /// All right sides together and their longest word, in bytes; [`SPENT_PER_TOKEN`] are added for each word.
    fn yields(&self) -> (u64, u64) {
        let words =
            || self.phrases.iter().flat_map(|phrase| phrase.iter()).map(|word| word.text.len() as u64);
        (words().map(|bytes| bytes + SPENT_PER_TOKEN).sum(), words().max().unwrap_or(0))
    }

    /// Has `left` yield the right sides of these numbers.
    fn add(
        &mut self,
        left: &[Word],
        rights: impl Iterator<Item = u32>,
        keeps_original: bool,
    ) -> Result<(), SynonymError> {
        let place = self.place(left)?;
        let Some(node) = self.nodes.get_mut(place.number()) else { return Ok(()) };
        let rule = node.rule.get_or_insert_default();
        rule.keeps_original |= keeps_original;
        for right in rights {
            self.pairs += 1;
            if self.pairs > PAIRS_MAX {
                return Err(SynonymError::TooManyPairs);
            }
            rule.outputs.push(right);
        }
        Ok(())
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
        for sides in self.forms.values_mut() {
            sides.sort_unstable();
            sides.dedup();
        }
        self.numbers = HashMap::new();
        self
    }

    /// The number of a right side.
    fn number(&mut self, phrase: &[Word]) -> Result<u32, SynonymError> {
        if let Some(&number) = self.numbers.get(phrase) {
            return Ok(number);
        }
        self.spend(phrase.len())?;
        let (number, phrase) = (self.phrases.len() as u32, Arc::<[Word]>::from(phrase));
        self.phrases.push(phrase.clone());
        self.numbers.insert(phrase, number);
        Ok(number)
    }

    fn spend(&mut self, places: usize) -> Result<(), SynonymError> {
        self.places += places;
        if self.places > PLACES_MAX { Err(SynonymError::TooLarge) } else { Ok(()) }
    }

    /// The node behind the words of a left side, each in its first form. The nodes behind other forms stand for it: those
    /// of the last words are left out where they would be more than [`VARIANTS_MAX`].
    fn place(&mut self, left: &[Word]) -> Result<Place, SynonymError> {
        let mut ends = vec![Place::default()];
        for forms in left.chunk_by(|word, next| word.position == next.position) {
            let mut further = Vec::with_capacity(ends.len());
            for form in forms {
                let form = self.word_number(&form.text);
                let room = VARIANTS_MAX - further.len();
                for &end in ends.iter().take(room) {
                    let end = self.further(end, form)?;
                    if !further.contains(&end) {
                        further.push(end);
                    }
                }
            }
            ends = further;
        }
        let mut ends = ends.into_iter();
        let first = ends.next().unwrap_or_default();
        for form in ends {
            self.spend(1)?;
            self.forms.entry(form.number() as u32).or_default().push(first.number() as u32);
        }
        Ok(first)
    }

    fn word_number(&mut self, word: &str) -> u32 {
        let word = self.compared(word);
        if let Some(&known) = self.words.get(&*word) {
            return known;
        }
        let new = self.words.len() as u32;
        self.words.insert(word.into(), new);
        new
    }

    /// A word in the form in which words are compared.
    fn compared<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if self.ignore_case { Cow::Owned(crate::lowercase(word)) } else { Cow::Borrowed(word) }
    }

    /// The node to which a word leads from here, from now on.
    fn further(&mut self, place: Place, word: u32) -> Result<Place, SynonymError> {
        if let Some(from) = self.nodes.get_mut(place.number()) {
            from.goes_on = true;
        }
        let next = self.tree.add(place, word);
        if next.number() == self.nodes.len() {
            self.spend(1)?;
            self.nodes.push(Node::default());
        }
        Ok(next)
    }

    /// The number of a word of the text; None when no rule has it.
    fn word(&self, text: &str) -> Option<u32> {
        self.words.get(&*self.compared(text)).copied()
    }

    /// One token further; None when no left side goes on with it.
    fn step(&self, place: Place, word: Option<u32>) -> Option<Place> {
        self.tree.step(place, word?)
    }

    fn at(&self, place: Place) -> Option<&Node> {
        self.nodes.get(place.number())
    }

    /// The rules of the left sides that end here, in this form or in another.
    fn rules_at(&self, place: Place) -> impl Iterator<Item = &Rule> {
        let forms = self.forms.get(&(place.number() as u32)).into_iter().flatten();
        let sides = forms.filter_map(|&side| self.nodes.get(side as usize));
        self.at(place).into_iter().chain(sides).filter_map(|node| node.rule.as_ref())
    }

    /// The right sides of these numbers.
    fn phrases<'r>(&'r self, numbers: &[u32]) -> impl Iterator<Item = &'r [Word]> {
        numbers.iter().filter_map(|&number| self.phrases.get(number as usize)).map(|words| &**words)
    }
}

/// What the analyzer makes of an item, of too much a little more than is taken. Of the tokens at one position, those that span
/// more or fewer positions than the first are ways of their own (compounds, word n-grams), and repeat what is there.
///
/// # Errors
///
/// Items that cost too much together, or one too much alone. Of one that the analyzer refuses otherwise, what it makes before is
/// taken.
pub(crate) fn words(analyzer: &Analyzer, item: &str, scratch: &mut Scratch) -> Result<Item, SynonymError> {
    let (mut tokens, enough) = (Vec::new(), Cell::new(false));
    let ran = analyzer.run_until(&enough, item, scratch, &mut |token| {
        if !token.text.is_empty() {
            tokens.push(OwnedToken::from(token));
        }
        enough.set(tokens.len() > ITEM_TOKENS_MAX);
    });
    match ran {
        Err(AnalysisError::TooSlowTogether) => return Err(SynonymError::TooSlow),
        Err(AnalysisError::TooManyTokens) => return Err(SynonymError::TooLarge),
        Ok(_)
        | Err(
            AnalysisError::PatternTooSlow
            | AnalysisError::MappingTooSlow
            | AnalysisError::MarkupTooSlow
            | AnalysisError::TextTooLong
            | AnalysisError::WordTooLong
            | AnalysisError::Stopped
            | AnalysisError::TermTooLong,
        ) => {}
    }
    let mut words = Item::with_capacity(tokens.len());
    for (at, position) in tokens.chunk_by(|token, next| token.position == next.position).zip(0..) {
        let span = at.first().map(|token| token.position_length);
        for token in at.iter().filter(|token| Some(token.position_length) == span) {
            let text = token.text.as_str().into();
            words.push(Word { text, position });
        }
    }
    Ok(words)
}

/// The words, and behind each that has capitals in the item as it is written the same in lower case.
pub(crate) fn in_both_cases(item: &str, words: Item) -> Item {
    let mut both = Item::with_capacity(words.len());
    for word in words {
        let lower = crate::lowercase(&word.text);
        let differs = *lower != *word.text && item.contains(&*word.text);
        let lower = differs.then(|| Word { text: lower.into(), position: word.position });
        both.push(word);
        both.extend(lower);
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{BuildError, Chain, NGram, Phonetic, Synonym, TokenFilter, Tokenizer};
    use crate::predefined;

    fn graph_of(analyzer: &str, rules: &str, text: &str) -> Vec<OwnedToken> {
        let analyzer = predefined(analyzer).unwrap().analyzer;
        SynonymRules::of_map(rules, &analyzer).unwrap().graph(&analyzer.tokens(text), 100).unwrap().tokens
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
    fn codes_of_words_have_no_case() {
        let phonetic = TokenFilter::Phonetic(Phonetic { replace: false, ..Phonetic::default() });
        let token_filters = vec![TokenFilter::Lowercase, phonetic];
        let chain = Chain { char_filters: Vec::new(), tokenizer: Tokenizer::Whitespace, token_filters };
        let sounds = chain.build("sounds").unwrap();
        let rules = SynonymRules::of_map("Hanna, Anna", &sounds).unwrap();
        let tokens = rules.graph(&sounds.tokens("hanna"), 100).unwrap().tokens;
        assert_eq!(shown(&tokens), "AN@0-1 anna@0-1 HN@0-1 hanna@0-1");
    }

    #[test]
    fn what_stands_instead_of_a_word_is_told_even_if_there_is_no_other_way() {
        let analyzer = predefined("whitespace").unwrap().analyzer;
        let matches = |rules: &str, text: &str| {
            let rules = SynonymRules::of_map(rules, &analyzer).unwrap();
            rules.graph(&analyzer.tokens(text), 100).unwrap().matches
        };
        assert_eq!(matches("tv => television set", "a tv b tv"), [1..3, 4..6]);
        assert_eq!(matches("usa, united states\nx => y", "x usa z"), [0..1, 1..3]);
        assert_eq!(matches("x => y", "z"), []);
    }

    #[test]
    fn maps_are_read_by_the_analyzer_of_the_field() {
        check("en.lucene", "Dogs, The Hounds", "dog", "hound@0-1 dog@0-1");
        check("en.lucene", "the, of => x", "the dog", "dog@1-2");
        check("whitespace", "Été, summer", "Summer", "Été@0-1 été@0-1 Summer@0-1");
        check("whitespace", "fast Food => McDonalds", "Fast food", "McDonalds@0-1 mcdonalds@0-1");
        check("keyword", "NYC, New York", "nyc", "New York@0-1 new york@0-1 nyc@0-1");
        let tokens = graph_of("en.lucene", "hot dog => sausage", "my hot dogs");
        assert_eq!((tokens[1].text.as_str(), tokens[1].start, tokens[1].end), ("sausag", 3, 11));
    }

    #[test]
    fn items_have_the_words_in_all_their_forms() {
        let check = |rules, text, expected| check("en.microsoft", rules, text, expected);
        check("rodent, mouse", "rodent", "mouse@0-1 mous@0-1 rodent@0-1");
        check("rodent, mouse", "mice", "rodent@0-1 mice@0-1 mous@0-1");
        check("dogs, hounds", "dog", "hounds@0-1 hound@0-1 dog@0-1");
        check("dogs => hounds", "dog", "hounds@0-1 hound@0-1");
        check("hot dogs, wieners", "wiener", "hot@0-1 wiener@0-2 dogs@1-2 dog@1-2");
        check("hot dogs, wieners", "hot dog", "wieners@0-2 wiener@0-2 hot@0-1 dog@1-2");
        // Two left sides that have a form in common.
        check("mice => pest\nmouse, rodent", "mice", "pest@0-1 rodent@0-1 mice@0-1 mous@0-1");
        // Of a word on, only the first forms are looked for.
        let dogs = "dogs dogs dogs dogs dogs => pest";
        check(dogs, "dog dog dog dog dogs", "pest@0-1");
        check(dogs, "dog dog dog dog dog", "dog@0-1 dog@1-2 dog@2-3 dog@3-4 dog@4-5");
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
            assert_eq!(shown(&rules.graph(&tokens, 100).unwrap().tokens), expected, "{given}");
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
        let words =
            |text: &str, max| rules.graph(&analyzer.tokens(text), max).map(|expanded| expanded.tokens.len());
        assert_eq!(words("a x", 3), Some(5));
        assert_eq!(words("a x", 2), None);
        assert_eq!(words("a a", 5), None);
        assert_eq!(words("x y z", 0), Some(3));
    }

    #[test]
    fn items_of_a_map_have_so_many_tokens_at_most() {
        let filter = TokenFilter::NGram(NGram { min_gram: 1, max_gram: 20 });
        let chain =
            Chain { char_filters: Vec::new(), tokenizer: Tokenizer::Whitespace, token_filters: vec![filter] };
        let grams = chain.build("grams").unwrap();
        // Of 60 letters there are 60 + 59 + … + 41 = 1010 pieces, of 59 there are 990.
        let read = |letters| SynonymRules::of_map(&format!("x, {}", "a".repeat(letters)), &grams);
        assert_eq!(read(60).unwrap_err(), SynonymError::TooManyTokens { line: 1 });
        let tokens = read(59).unwrap().graph(&grams.tokens("x"), 1000).unwrap().tokens;
        assert_eq!((tokens.len(), tokens.iter().all(|token| token.position == 0)), (991, true));
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
        assert_eq!(said(&"a".repeat(10_001)), "line 2 of the synonyms has an item of more than 10000 bytes");
        assert_eq!(said(&"a ".repeat(151)), "line 2 of the synonyms has an item of more than 150 words");
        let items: Vec<String> = (0..4000).map(|item| item.to_string()).collect();
        assert_eq!(said(&items.join(",")), "the synonyms come to more than 10000000 pairs");
    }
}
