//! Synonym maps over the tokens of a query (Lucene's `SynonymGraphFilter`): each synonym is a path of its own from where
//! the matched words begin to where they end, so that `usa` and `united states` do not get mixed up.

use std::collections::HashSet;
use std::ops::Range;

use super::{Place, Rule, SynonymRules, VARIANTS_MAX, Word};
use crate::token::OwnedToken;

/// The tokens of a text and what a synonym map says instead of them or beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// Arcs of a graph: [`OwnedToken::position`] is the node where a token begins, [`OwnedToken::position_length`] how many nodes
    /// further it ends.
    pub tokens: Vec<OwnedToken>,
    /// From which node to which the synonyms of one match stand, in order. What lies between belongs together, even if
    /// there is no other way: `television set` for `tv`.
    pub matches: Vec<Range<u32>>,
}

impl SynonymRules {
    /// The tokens with synonyms as side paths: first those of a match, in the order of the rules, then the words matched,
    /// if the rule keeps them. Positions are nodes; a path of `n` words has `n - 1` nodes of its own, so what follows moves
    /// on, and [`OwnedToken::position_length`] says how far a token reaches.
    ///
    /// Left sides are found greedily, the longest at each place. As in Lucene, position lengths of the input do not lead
    /// matches. Of several tokens at one position any may lead them, by all rules that are found so, and all stand for what was
    /// matched; Lucene takes them one after the other here, and puts what follows in wrong places. Gaps that removed words left
    /// before a match or between its words stay, unlike in Lucene, where a phrase would not find the very text that it was
    /// copied from.
    ///
    /// `None` when the synonyms come to more than `words_max` words: one word of a text may have hundreds of thousands.
    pub fn graph(&self, tokens: &[OwnedToken], words_max: usize) -> Option<Expanded> {
        let mut built = Graph {
            tokens: Vec::with_capacity(tokens.len()),
            matches: Vec::new(),
            node: 0,
            free: 0,
            is_empty: true,
            words_left: words_max,
        };
        let (mut rest, mut before) = (tokens, None);
        while let Some(words) = positions(rest).next() {
            let Some(found) = self.longest(rest) else {
                for token in words {
                    let increment =
                        before.map_or(token.position + 1, |before| token.position.saturating_sub(before));
                    built.pass(token, increment);
                    before = Some(token.position);
                }
                rest = rest.get(words.len()..).unwrap_or_default();
                continue;
            };
            let (matched, behind) = rest.split_at(found.tokens);
            let gap = matched.first().map_or(0, |first| match before {
                Some(before) => first.position.saturating_sub(before).saturating_sub(1),
                None => first.position,
            });
            built.replace(self, &found.rules, matched, gap)?;
            before = matched.last().map(|last| last.position);
            rest = behind;
        }
        Some(Expanded { tokens: built.tokens, matches: built.matches })
    }

    /// The longest left sides with which the tokens begin.
    fn longest(&self, tokens: &[OwnedToken]) -> Option<Found<'_>> {
        let (mut places, mut seen, mut longest) = (vec![Place::default()], 0, None);
        for words in positions(tokens) {
            seen += words.len();
            places = self.steps(&places, words);
            let rules: Vec<&Rule> = places.iter().flat_map(|&place| self.rules_at(place)).collect();
            if !rules.is_empty() {
                longest = Some(Found { rules, tokens: seen });
            }
            if !places.iter().filter_map(|&place| self.at(place)).any(|node| node.goes_on) {
                break;
            }
        }
        longest
    }

    /// Where any of the words lead from any of these places: not everywhere if they are a great many.
    fn steps(&self, places: &[Place], words: &[OwnedToken]) -> Vec<Place> {
        let mut next = Vec::new();
        for word in words.iter().filter_map(|word| self.word(&word.text)) {
            for place in places.iter().filter_map(|&place| self.step(place, Some(word))) {
                if next.len() < PLACES_AT_ONCE && !next.contains(&place) {
                    next.push(place);
                }
            }
        }
        next
    }
}

/// How many left sides are followed at once.
const PLACES_AT_ONCE: usize = 4 * VARIANTS_MAX;

/// The longest left sides found.
struct Found<'r> {
    /// What they yield; there is one at least.
    rules: Vec<&'r Rule>,
    /// How many tokens they take.
    tokens: usize,
}

/// The tokens, those at one position together.
fn positions(tokens: &[OwnedToken]) -> impl Iterator<Item = &[OwnedToken]> {
    tokens.chunk_by(|token, next| token.position == next.position)
}

struct Graph {
    tokens: Vec<OwnedToken>,
    matches: Vec<Range<u32>>,
    /// Where the last token begins.
    node: u32,
    /// Where the last token or match ends, and the next match begins.
    free: u32,
    is_empty: bool,
    /// How many words of synonyms may still come.
    words_left: usize,
}

impl Graph {
    /// A token that no rule concerns.
    fn pass(&mut self, token: &OwnedToken, increment: u32) {
        let steps = if std::mem::take(&mut self.is_empty) { increment - 1 } else { increment };
        self.node += steps;
        self.free = self.node + token.position_length;
        self.tokens.push(OwnedToken { position: self.node, ..token.clone() });
    }

    /// `None` when the synonyms have too many words.
    fn replace(
        &mut self,
        synonyms: &SynonymRules,
        rules: &[&Rule],
        matched: &[OwnedToken],
        gap: u32,
    ) -> Option<()> {
        let mut seen = HashSet::new();
        let outputs = rules.iter().flat_map(|rule| &rule.outputs).copied();
        let outputs: Vec<u32> = outputs.filter(|&output| seen.insert(output)).collect();
        let words = synonyms.phrases(&outputs).map(<[_]>::len).sum();
        self.words_left = self.words_left.checked_sub(words)?;
        let (first, last) = (matched.first()?, matched.last()?);
        let synonym = |word: &Word| OwnedToken {
            text: word.text.as_ref().to_owned(),
            start: first.start,
            end: last.end,
            position: word.position,
            position_length: 1,
        };
        let path = |words: &[Word]| words.iter().map(synonym).collect();
        let mut paths: Vec<Vec<OwnedToken>> = synonyms.phrases(&outputs).map(path).collect();
        if rules.iter().any(|rule| rule.keeps_original) {
            paths.push(matched.to_vec());
        }
        self.add_paths(paths, gap);
        Some(())
    }

    /// First the first words of all paths, then what follows them, path by path, so that starts do not go back. A path has a node
    /// of its own for each position between its ends.
    fn add_paths(&mut self, paths: Vec<Vec<OwnedToken>>, gap: u32) {
        let start = self.free.saturating_add(gap);
        let inner = |path: &Vec<OwnedToken>| {
            let first = path.first().map_or(0, |first| first.position);
            path.last().map_or(0, |last| last.position.saturating_sub(first))
        };
        let end = paths.iter().map(inner).fold(start.saturating_add(1), u32::saturating_add);
        let mut tails = Vec::new();
        let mut free = start + 1;
        for path in paths {
            let Some(first) = path.first().map(|first| first.position) else { continue };
            let (own, last) = (free, inner(&path));
            free += last;
            let node = |distance: u32| if distance == 0 { start } else { own + distance - 1 };
            for mut word in path {
                let distance = word.position.saturating_sub(first);
                let from = node(distance);
                let to = if distance == last { end } else { own + distance };
                (word.position, word.position_length) = (from, to.saturating_sub(from));
                if distance == 0 {
                    self.tokens.push(word);
                } else {
                    tails.push(word);
                }
            }
        }
        self.is_empty = false;
        self.node = tails.last().map_or(start, |tail| tail.position);
        self.tokens.append(&mut tails);
        self.free = end;
        self.matches.push(start..end);
    }
}
