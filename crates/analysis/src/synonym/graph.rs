//! Synonym maps over the tokens of a query (Lucene's `SynonymGraphFilter`): each synonym is a path of its own from where
//! the matched words begin to where they end, so that `usa` and `united states` do not get mixed up.

use std::cmp::Reverse;

use super::{Match, Place, Rule, SynonymRules};
use crate::token::OwnedToken;

impl SynonymRules {
    /// The tokens with synonyms as side paths: first those of a match, in the order of the rules, then the words matched,
    /// if the rule keeps them. Positions are nodes; a path of `n` words has `n - 1` nodes of its own, so what follows moves
    /// on, and [`OwnedToken::position_length`] says how far a token reaches.
    ///
    /// Left sides are found greedily, the longest at each place. As in Lucene, position lengths of the input do not lead
    /// matches. Of several tokens at one position any may lead them, and all stand for what was matched; Lucene takes them one
    /// after the other here, and puts what follows in wrong places. Gaps that removed words left before a match or between its
    /// words stay, unlike in Lucene, where a phrase would not find the very text that it was copied from.
    ///
    /// `None` when the synonyms come to more than `words_max` words: one word of a text may have hundreds of thousands.
    pub fn graph(&self, tokens: &[OwnedToken], words_max: usize) -> Option<Vec<OwnedToken>> {
        let mut built = Graph {
            tokens: Vec::with_capacity(tokens.len()),
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
            built.replace(self, found.rule, matched, gap)?;
            before = matched.last().map(|last| last.position);
            rest = behind;
        }
        Some(built.tokens)
    }

    /// The longest left side with which the tokens begin.
    fn longest(&self, tokens: &[OwnedToken]) -> Option<Match<'_>> {
        let beginnings = positions(tokens).next()?.iter();
        let found = beginnings.filter_map(|word| self.longest_from(word, tokens));
        found.min_by_key(|found| Reverse(found.tokens))
    }

    /// [`Self::longest`] of those that begin with this one of the first words.
    fn longest_from(&self, first: &OwnedToken, tokens: &[OwnedToken]) -> Option<Match<'_>> {
        let mut positions = positions(tokens).peekable();
        let mut place = self.step(Place::default(), self.word(&first.text));
        let (mut seen, mut best) = (0, None);
        while let Some((here, words)) = place.zip(positions.next()) {
            seen += words.len();
            let node = self.at(here)?;
            if let Some(rule) = &node.rule {
                best = Some(Match { rule, tokens: seen });
            }
            let next = positions.peek().filter(|_| node.goes_on).copied().unwrap_or_default();
            place = next.iter().find_map(|word| self.step(here, self.word(&word.text)));
        }
        best
    }
}

/// The tokens, those at one position together.
fn positions(tokens: &[OwnedToken]) -> impl Iterator<Item = &[OwnedToken]> {
    tokens.chunk_by(|token, next| token.position == next.position)
}

struct Graph {
    tokens: Vec<OwnedToken>,
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
    fn replace(&mut self, rules: &SynonymRules, rule: &Rule, matched: &[OwnedToken], gap: u32) -> Option<()> {
        let words = rules.outputs(rule).map(<[_]>::len).sum();
        self.words_left = self.words_left.checked_sub(words)?;
        let (first, last) = (matched.first()?, matched.last()?);
        let synonym = |text: &str| OwnedToken {
            text: text.to_owned(),
            start: first.start,
            end: last.end,
            position: 0,
            position_length: 1,
        };
        let numbered = |words: &[Box<str>]| {
            words.iter().zip(0..).map(|(word, position)| OwnedToken { position, ..synonym(word) }).collect()
        };
        let mut paths: Vec<Vec<OwnedToken>> = rules.outputs(rule).map(numbered).collect();
        if rule.keeps_original {
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
    }
}
