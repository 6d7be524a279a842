//! `mapping`: pieces of the text replaced by others, the longest at each place; what was put in is not looked at again
//! (Lucene's `MappingCharFilter`).

use super::{Room, utf16_len};
use crate::budget::Budget;
use crate::corrections::Corrections;
use crate::error::AnalysisError;
use crate::trie::{Node, Trie};

/// What it costs to look a character up.
const STEPS_PER_CHARACTER: u64 = 4;

/// The rules as a tree of characters.
#[derive(Debug)]
pub(crate) struct Mapping {
    tree: Trie,
    /// Of each node of the tree: what replaces the characters that lead there.
    replacements: Vec<Option<Box<str>>>,
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
        let mut mapping = Self { tree: Trie::default(), replacements: vec![None] };
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
        let end = left.chars().fold(Node::default(), |node, c| {
            let next = self.tree.add(node, u32::from(c));
            if next.number() == self.replacements.len() {
                self.replacements.push(None);
            }
            next
        });
        match self.replacements.get_mut(end.number()) {
            Some(replacement @ None) => *replacement = Some(right.into()),
            Some(Some(_)) | None => return Err(BadRule::Twice),
        }
        Ok(())
    }

    pub(super) fn apply(
        &self,
        text: &str,
        budget: &Budget,
    ) -> Result<Option<(String, Corrections)>, AnalysisError> {
        budget.add_for(text);
        let mut found: Option<(String, Corrections)> = None;
        let (mut at, mut copied, mut out_units) = (0, 0, 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let Some((len, replacement)) = self.longest(text.get(at..).unwrap_or_default(), budget)? else {
                at += c.len_utf8();
                out_units += c.len_utf16() as u32;
                continue;
            };
            let (out, corrections) = found.get_or_insert_default();
            Room::OF_TEXT.append(out, text.get(copied..at).unwrap_or_default())?;
            Room::OF_TEXT.append(out, replacement)?;
            let removed = utf16_len(text.get(at..at + len).unwrap_or_default());
            let put = utf16_len(replacement);
            corrections.replace(out_units, removed, put);
            out_units += put;
            at += len;
            copied = at;
        }
        if let Some((out, _)) = &mut found {
            Room::OF_TEXT.append(out, text.get(copied..).unwrap_or_default())?;
        }
        Ok(found)
    }

    /// The longest rule that the text begins with: its bytes and what replaces it.
    fn longest(&self, text: &str, budget: &Budget) -> Result<Option<(usize, &str)>, AnalysisError> {
        let mut node = Node::default();
        let (mut len, mut longest) = (0, None);
        for c in text.chars() {
            let Some(next) = self.tree.step(node, u32::from(c)) else { break };
            budget.spend_on(STEPS_PER_CHARACTER, AnalysisError::MappingTooSlow)?;
            node = next;
            len += c.len_utf8();
            if let Some(Some(replacement)) = self.replacements.get(node.number()) {
                longest = Some((len, &**replacement));
            }
        }
        Ok(longest)
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
