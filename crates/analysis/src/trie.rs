//! A tree of sequences of numbers, for looking up which of many words or phrases begin at a place.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A node of a [`Trie`]; the default is its root.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Node(u32);

impl Node {
    /// The nodes count from 0, the root.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

/// The tree. What its nodes mean is kept by its owner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trie {
    steps: HashMap<(u32, u32), u32, BuildHasherDefault<Mix>>,
}

impl Trie {
    /// Whether there is nothing but the root.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Where `symbol` leads to.
    #[inline]
    pub(crate) fn step(&self, from: Node, symbol: u32) -> Option<Node> {
        self.steps.get(&(from.0, symbol)).copied().map(Node)
    }

    /// Where `symbol` leads to from now on.
    pub(crate) fn add(&mut self, from: Node, symbol: u32) -> Node {
        let next = self.steps.len() as u32 + 1;
        Node(*self.steps.entry((from.0, symbol)).or_insert(next))
    }
}

/// A hash of two small numbers, several times as quick as the standard one; nobody but the owner of the index chooses them.
#[derive(Debug, Clone, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(u32::from(byte)));
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(29) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
