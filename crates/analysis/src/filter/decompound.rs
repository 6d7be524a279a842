//! `dictionary_decompounder`: the words of a list that a longer word contains, in the word's place behind it (Lucene's
//! `DictionaryCompoundWordTokenFilter`).

use std::sync::Arc;

use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};
use crate::trie::{Node, Trie};

/// The definition of the filter; lengths count UTF-16 units.
#[derive(Debug, Clone)]
pub(crate) struct Decompounder {
    pub(crate) parts: Arc<Parts>,
    /// Shorter words are not taken apart.
    pub(crate) word_min: u32,
    /// Shorter parts are not looked for.
    pub(crate) part_min: u32,
    /// Longer parts are not looked for.
    pub(crate) part_max: u32,
    /// Of the parts that begin at one place, only the longest.
    pub(crate) longest_only: bool,
}

/// The words to look for, as a tree of their characters.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    tree: Trie,
    /// Whether a word ends at each node.
    ends: Vec<bool>,
}

impl Parts {
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let (mut tree, mut ends) = (Trie::default(), vec![false]);
        for word in words {
            let mut node = Node::default();
            for c in word.chars() {
                node = tree.add(node, u32::from(c));
                ends.resize(ends.len().max(node.number() + 1), false);
            }
            if let Some(end) = ends.get_mut(node.number()) {
                *end = true;
            }
        }
        Self { tree, ends }
    }
}

impl StageFilter for Decompounder {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Decompounding { filter: self })
    }

    fn growth(&self) -> Growth {
        let (min, max) = (self.part_min as usize, self.part_max as usize);
        let count = if self.longest_only { 1 } else { (max + 1).saturating_sub(min) };
        Growth { longest: u64::MAX, ..Growth::grams(count, 3 * max) }
    }
}

struct Decompounding<'f> {
    filter: &'f Decompounder,
}

impl Stage for Decompounding<'_> {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        out.push(piece)?;
        // Bytes are at least as many as units.
        if piece.text.len() < self.filter.word_min as usize
            || piece.text.encode_utf16().count() < self.filter.word_min as usize
        {
            return Ok(());
        }
        for (start, _) in piece.text.char_indices() {
            let rest = piece.text.get(start..).unwrap_or_default();
            let mut longest = None;
            for part in self.parts(rest) {
                if self.filter.longest_only {
                    longest = Some(part);
                } else {
                    hand_on(piece, part, out)?;
                }
            }
            if let Some(part) = longest {
                hand_on(piece, part, out)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}

impl Decompounding<'_> {
    /// The words of the list with which `rest` begins, the shortest first.
    fn parts<'t>(&self, rest: &'t str) -> impl Iterator<Item = &'t str> {
        let Decompounder { parts, part_min, part_max, .. } = self.filter;
        let (mut node, mut units) = (Node::default(), 0);
        let ends = rest.char_indices().map_while(move |(at, c)| {
            node = parts.tree.step(node, u32::from(c))?;
            units += c.len_utf16() as u32;
            (units <= *part_max).then_some((node, units, at + c.len_utf8()))
        });
        let ends = ends
            .filter(|&(node, units, _)| units >= *part_min && parts.ends.get(node.number()) == Some(&true));
        ends.filter_map(|(.., end)| rest.get(..end))
    }
}

fn hand_on(word: Piece<'_>, part: &str, out: &mut dyn Sink) -> Flow {
    out.push(word.saying(part).with(|attributes| attributes.increment = 0))
}
