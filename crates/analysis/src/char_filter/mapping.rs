//! `mapping`: pieces of the text replaced by others, the longest at each place; what was put in is not looked at again
//! (Lucene's `MappingCharFilter`).

use std::collections::HashMap;

use super::{append, utf16_len};
use crate::corrections::Corrections;
use crate::error::AnalysisError;

/// The rules as a tree of characters.
#[derive(Debug)]
pub(crate) struct Mapping {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    next: HashMap<char, usize>,
    /// What replaces the characters that lead here.
    replacement: Option<Box<str>>,
}

/// Why a rule is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadRule {
    /// There is no `=>`, or an escape means nothing.
    Syntax,
    /// Nothing stands on the left.
    Empty,
    /// A rule with the same left side was there before.
    Twice,
}

impl Mapping {
    /// From rules `left=>right` (analysis.md §4.4): white space around each side means nothing, `\` escapes as in
    /// Elasticsearch, of whose component this is a copy.
    ///
    /// # Errors
    ///
    /// The number of the first bad rule, and what is wrong with it.
    pub(crate) fn new(rules: &[String]) -> Result<Self, (usize, BadRule)> {
        let mut mapping = Self { nodes: vec![Node::default()] };
        for (number, rule) in rules.iter().enumerate() {
            mapping.add(rule).map_err(|problem| (number, problem))?;
        }
        Ok(mapping)
    }

    fn add(&mut self, rule: &str) -> Result<(), BadRule> {
        let (left, right) = rule.rsplit_once("=>").ok_or(BadRule::Syntax)?;
        let left = unescape(left.trim()).ok_or(BadRule::Syntax)?;
        let right = unescape(right.trim()).ok_or(BadRule::Syntax)?;
        if left.is_empty() {
            return Err(BadRule::Empty);
        }
        let mut node = 0;
        for c in left.chars() {
            let new = self.nodes.len();
            let Some(known) = self.nodes.get_mut(node) else { break };
            node = *known.next.entry(c).or_insert(new);
            if node == new {
                self.nodes.push(Node::default());
            }
        }
        match self.nodes.get_mut(node) {
            Some(Node { replacement: replacement @ None, .. }) => *replacement = Some(right.into()),
            Some(_) | None => return Err(BadRule::Twice),
        }
        Ok(())
    }

    pub(super) fn apply(&self, text: &str) -> Result<Option<(String, Corrections)>, AnalysisError> {
        let mut found: Option<(String, Corrections)> = None;
        let (mut at, mut copied, mut out_units) = (0, 0, 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let Some((len, replacement)) = self.longest(text.get(at..).unwrap_or_default()) else {
                at += c.len_utf8();
                out_units += c.len_utf16() as u32;
                continue;
            };
            let (out, corrections) = found.get_or_insert_default();
            append(out, text.get(copied..at).unwrap_or_default())?;
            append(out, replacement)?;
            let removed = utf16_len(text.get(at..at + len).unwrap_or_default());
            let put = utf16_len(replacement);
            corrections.replace(out_units, removed, put);
            out_units += put;
            at += len;
            copied = at;
        }
        if let Some((out, _)) = &mut found {
            append(out, text.get(copied..).unwrap_or_default())?;
        }
        Ok(found)
    }

    /// The longest rule that the text begins with: its bytes and what replaces it.
    fn longest(&self, text: &str) -> Option<(usize, &str)> {
        let mut node = self.nodes.first()?;
        let (mut len, mut longest) = (0, None);
        for c in text.chars() {
            let Some(next) = node.next.get(&c).and_then(|&next| self.nodes.get(next)) else { break };
            node = next;
            len += c.len_utf8();
            if let Some(replacement) = &node.replacement {
                longest = Some((len, &**replacement));
            }
        }
        longest
    }
}

/// `\n`, `\t`, `\r`, `\b`, `\f` and `\uXXXX`; any other character behind a backslash is itself. None for a backslash at the
/// end, bad digits and halves of surrogate pairs.
fn unescape(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next()?
        } else {
            push(&mut units, c);
            continue;
        };
        match c {
            'n' => units.push(0xa),
            't' => units.push(0x9),
            'r' => units.push(0xd),
            'b' => units.push(0x8),
            'f' => units.push(0xc),
            'u' => {
                let digits = chars.as_str().get(..4)?;
                units.push(u16::from_str_radix(digits, 16).ok()?);
                chars = chars.as_str().get(4..)?.chars();
            }
            _ => push(&mut units, c),
        }
    }
    String::from_utf16(&units).ok()
}

fn push(units: &mut Vec<u16>, c: char) {
    units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
}
