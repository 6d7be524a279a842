//! How the dictionary cuts a run of Thai: longest words first, with steps back where no word follows (the JDK's
//! `DictionaryBasedBreakIterator`).

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::data::unpacked;
use crate::trie::{Node, Trie};

/// The dictionary, read when it is first needed (about 3 MB then).
#[derive(Debug, Default)]
struct Dictionary {
    trie: Trie,
    /// Whether a word ends at each node.
    ends: Vec<bool>,
    /// The characters of words; others end a word that is complete before them.
    chars: HashSet<char>,
}

/// What a character leads to.
enum Step {
    To(Node),
    /// A complete word, behind which something is that no word has.
    Complete,
    Nowhere,
}

impl Dictionary {
    fn get() -> &'static Self {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        DICTIONARY.get_or_init(|| {
            let mut dictionary = Self::default();
            let lines = String::from_utf8(unpacked(include_bytes!("words.gz"))).unwrap_or_default();
            lines.lines().for_each(|word| dictionary.add(word));
            dictionary
        })
    }

    fn add(&mut self, word: &str) {
        let mut node = Node::default();
        for c in word.chars() {
            node = self.trie.add(node, c.into());
            self.chars.insert(c);
        }
        if self.ends.len() <= node.number() {
            self.ends.resize(node.number() + 1, false);
        }
        if let Some(end) = self.ends.get_mut(node.number()) {
            *end = true;
        }
    }

    fn is_word(&self, node: Node) -> bool {
        self.ends.get(node.number()).copied().unwrap_or_default()
    }

    /// `None` for what is behind the text.
    fn step(&self, node: Node, c: Option<char>) -> Step {
        match c.filter(|c| self.chars.contains(c)) {
            Some(c) => self.trie.step(node, c.into()).map_or(Step::Nowhere, Step::To),
            None if self.is_word(node) => Step::Complete,
            None => Step::Nowhere,
        }
    }
}

/// Puts the end of each word of `run` into `ends`, counted from `offset`; the last is the run's.
pub(super) fn cut(run: &[char], offset: usize, ends: &mut Vec<usize>) {
    // A single letter is not looked up, with the sign of repetition neither.
    let letters = run.iter().filter(|c| **c != 'ๆ').count();
    if letters > 1 {
        let mut found = breaks(run);
        found.pop();
        ends.extend(found.into_iter().map(|end| offset + end));
    }
    ends.push(offset + run.len());
}

/// Where words end; the last is not to be trusted, it stands for the end.
fn breaks(run: &[char]) -> Vec<usize> {
    let dictionary = Dictionary::get();
    // The breaks taken, those that may be taken instead, and those that led nowhere.
    let (mut taken, mut possible) = (Vec::new(), Vec::new());
    let mut wrong = vec![false; run.len() + 1];
    let (mut node, mut at, mut farthest) = (Node::default(), 0, 0);
    let mut best: Option<Vec<usize>> = None;
    loop {
        if dictionary.is_word(node) {
            possible.push(at);
        }
        match dictionary.step(node, run.get(at).copied()) {
            Step::Complete => {
                taken.push(at);
                return taken;
            }
            Step::To(next) => {
                (node, at) = (next, at + 1);
                continue;
            }
            Step::Nowhere => node = Node::default(),
        }
        if at > farthest {
            farthest = at;
            best = Some(taken.clone());
        }
        while possible.last().is_some_and(|last| wrong.get(*last).copied().unwrap_or_default()) {
            possible.pop();
        }
        at = match (possible.pop(), &best) {
            (Some(back), _) => {
                while let Some(last) = taken.pop_if(|last| back < *last) {
                    if let Some(wrong) = wrong.get_mut(last) {
                        *wrong = true;
                    }
                }
                taken.push(back);
                back
            }
            // Nothing is left to try: what came farthest stands, and the character behind it belongs to no word.
            (None, Some(best)) => {
                taken.clone_from(best);
                if farthest >= run.len() {
                    return taken;
                }
                farthest + 1
            }
            (None, None) => {
                if at != 0 && taken.last() != Some(&at) {
                    taken.push(at);
                }
                taken.push(at + 1);
                at + 1
            }
        };
        if at >= run.len() {
            return taken;
        }
    }
}
