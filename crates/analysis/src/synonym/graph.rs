//! Synonym maps over the tokens of a query (Lucene's `SynonymGraphFilter`): each synonym is a path of its own from where
//! the matched words begin to where they end, so that `usa` and `united states` do not get mixed up.

use super::{Match, Place, Rule, SynonymRules};
use crate::token::OwnedToken;

impl SynonymRules {
    /// The tokens with synonyms as side paths: first those of a match, in the order of the rules, then the words matched,
    /// if the rule keeps them. Positions are nodes; a path of `n` words has `n - 1` nodes of its own, so what follows moves
    /// on, and [`OwnedToken::position_length`] says how far a token reaches.
    ///
    /// Left sides are found greedily, the longest at each place. As in Lucene, the input is taken for a plain sequence:
    /// its position lengths do not lead matches, and a gap before a match closes.
    pub fn graph(&self, tokens: &[OwnedToken]) -> Vec<OwnedToken> {
        let mut built = Graph { tokens: Vec::with_capacity(tokens.len()), node: 0, free: 0, is_empty: true };
        let (mut rest, mut before) = (tokens, None);
        while let Some((token, behind)) = rest.split_first() {
            let Some(found) = self.longest(rest) else {
                let increment =
                    before.map_or(token.position + 1, |before| token.position.saturating_sub(before));
                built.pass(token, increment);
                (before, rest) = (Some(token.position), behind);
                continue;
            };
            let (matched, behind) = rest.split_at(found.tokens);
            built.replace(self, found.rule, matched);
            before = matched.last().map(|last| last.position);
            rest = behind;
        }
        built.tokens
    }

    /// The longest left side with which the tokens begin.
    fn longest(&self, tokens: &[OwnedToken]) -> Option<Match<'_>> {
        let (mut place, mut best) = (Place::default(), None);
        for (token, seen) in tokens.iter().zip(1..) {
            let Some(next) = self.step(place, self.word(&token.text)) else { break };
            place = next;
            let Some(node) = self.at(place) else { break };
            if let Some(rule) = &node.rule {
                best = Some(Match { rule, tokens: seen });
            }
            if !node.goes_on {
                break;
            }
        }
        best
    }
}

struct Graph {
    tokens: Vec<OwnedToken>,
    /// Where the last token begins.
    node: u32,
    /// Where the last token or match ends, and the next match begins.
    free: u32,
    is_empty: bool,
}

impl Graph {
    /// A token that no rule concerns.
    fn pass(&mut self, token: &OwnedToken, increment: u32) {
        let steps = if std::mem::take(&mut self.is_empty) { increment - 1 } else { increment };
        self.node += steps;
        self.free = self.node + token.position_length;
        self.tokens.push(OwnedToken { position: self.node, ..token.clone() });
    }

    fn replace(&mut self, rules: &SynonymRules, rule: &Rule, matched: &[OwnedToken]) {
        let (Some(first), Some(last)) = (matched.first(), matched.last()) else { return };
        let synonym = |text: &str| OwnedToken {
            text: text.to_owned(),
            start: first.start,
            end: last.end,
            ..first.clone()
        };
        let mut paths: Vec<Vec<OwnedToken>> =
            rules.outputs(rule).map(|words| words.iter().map(|word| synonym(word)).collect()).collect();
        if rule.keeps_original {
            paths.push(matched.to_vec());
        }
        self.add_paths(paths);
    }

    /// First the first words of all paths, then what follows them, path by path, so that starts do not go back.
    fn add_paths(&mut self, paths: Vec<Vec<OwnedToken>>) {
        let start = self.free;
        let inner: usize = paths.iter().map(|path| path.len().saturating_sub(1)).sum();
        let end = start + 1 + u32::try_from(inner).unwrap_or(u32::MAX);
        let mut tails = Vec::new();
        let mut next_node = start + 1;
        for path in paths {
            let words = path.len() as u32;
            for (mut word, number) in path.into_iter().zip(1..=words) {
                let from = if number == 1 { start } else { next_node };
                next_node = if number == 1 { next_node } else { next_node + 1 };
                let to = if number == words { end } else { next_node };
                (word.position, word.position_length) = (from, to - from);
                if number == 1 {
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
