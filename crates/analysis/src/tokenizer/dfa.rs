//! Automata of the tokenizers that are grammars: patterns over *classes* of characters, of which there are so few that a
//! table of a few kilobytes holds an automaton. `regex-automata` builds it at first use.

use std::collections::HashMap;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::pipeline::Kind;

/// The most classes that an automaton may know.
pub(super) const CLASSES_MAX: usize = 32;
/// The state from which nothing more matches.
pub(super) const DEAD: u8 = 0;
/// The state before the first character.
pub(super) const START: u8 = 1;

/// An automaton that finds the longest match of several patterns, the first one of those that match as much.
#[derive(Debug)]
pub(super) struct Dfa {
    states: Vec<State>,
}

#[derive(Debug, Clone)]
struct State {
    /// The state that each class leads to.
    next: [u8; CLASSES_MAX],
    /// What the characters read so far are, if they are a word.
    accepts: Option<Kind>,
}

impl Dfa {
    /// Of patterns in which a class is the byte of its number, and the kinds of words that they match.
    #[expect(clippy::expect_used, reason = "the patterns are constant: they compile or no test passes")]
    pub(super) fn new(patterns: &[String], kinds: &[Kind], classes: usize) -> Self {
        let config =
            dense::Config::new().match_kind(MatchKind::All).start_kind(StartKind::Anchored).minimize(true);
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build_many(patterns)
            .expect("the patterns are regular expressions");
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let first = dfa.start_state(&anchored).expect("the automaton was built for anchored searches");
        Self { states: flatten(&dfa, first, kinds, classes) }
    }

    #[inline]
    pub(super) fn step(&self, state: u8, class: u8) -> u8 {
        self.states[usize::from(state)].next[usize::from(class)]
    }

    #[inline]
    pub(super) fn accepts(&self, state: u8) -> Option<Kind> {
        self.states[usize::from(state)].accepts
    }

    /// How many states there are, the dead one included.
    #[cfg(test)]
    pub(super) fn states(&self) -> usize {
        self.states.len()
    }
}

/// A pattern for one character of the classes for which `wanted` holds.
pub(super) fn any_of(classes: usize, wanted: impl Fn(usize) -> bool) -> String {
    let bytes: String =
        (0..classes).filter(|class| wanted(*class)).map(|class| format!(r"\x{class:02x}")).collect();
    format!("[{bytes}]")
}

/// The states that can be reached from `first`, numbered anew.
fn flatten(dfa: &impl Automaton, first: StateID, kinds: &[Kind], classes: usize) -> Vec<State> {
    let mut numbers = HashMap::from([(first, START)]);
    let mut found = vec![first];
    let mut states = vec![State { next: [DEAD; CLASSES_MAX], accepts: None }];
    while let Some(&id) = found.get(states.len() - 1) {
        let mut state = State { next: [DEAD; CLASSES_MAX], accepts: accepts(dfa, id, kinds) };
        for (class, next) in state.next.iter_mut().enumerate().take(classes) {
            let id = dfa.next_state(id, class as u8);
            if !dfa.is_dead_state(id) {
                *next = *numbers.entry(id).or_insert_with(|| {
                    found.push(id);
                    found.len() as u8
                });
            }
        }
        states.push(state);
    }
    prune(&mut states);
    states
}

/// Leads to the dead state what leads to one that is as good as dead: `regex-automata` is a byte late.
fn prune(states: &mut [State]) {
    let is_dead = |state: &State| state.accepts.is_none() && state.next.iter().all(|next| *next == DEAD);
    loop {
        let dead: Vec<bool> = states.iter().map(is_dead).collect();
        let mut changed = false;
        for next in states.iter_mut().flat_map(|state| &mut state.next) {
            if *next != DEAD && dead.get(usize::from(*next)) == Some(&true) {
                *next = DEAD;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The kind of the first pattern that matches when the text ends in this state.
fn accepts(dfa: &impl Automaton, id: StateID, kinds: &[Kind]) -> Option<Kind> {
    let end = dfa.next_eoi_state(id);
    let matches = if dfa.is_match_state(end) { dfa.match_len(end) } else { 0 };
    let pattern = (0..matches).map(|index| dfa.match_pattern(end, index).as_usize()).min()?;
    kinds.get(pattern).copied()
}
