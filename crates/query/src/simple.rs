//! The simple query syntax (`queryType=simple`): Lucene's `SimpleQueryParser` without its fuzzy and near operators
//! (`query.md` §2.4). Any text is a query; what makes no sense is ignored.
//!
//! ```text
//! query    = { operator | negated | ")" | space }
//! negated  = { "-" } ( group | phrase | word )   (* an odd number of "-" negates; nothing may stand between *)
//! group    = "(" query ")"                       (* to the ")" that closes it; without one the "(" is ignored *)
//! phrase   = '"' { char | escape } '"'           (* to the next '"'; without one the '"' is ignored *)
//! word     = char { char } [ "*" ]               (* up to a space or one of  " + | ( )  ; a "*" at the end: prefix *)
//! operator = "+" | "|"                           (* of several in a row the first counts; a leading one is ignored *)
//! escape   = "\" char                            (* the char itself, without its meaning *)
//! space    = " " | tab | LF | CR
//! ```
//!
//! Units are joined from left to right without precedence: an operator joins everything before it to the unit behind it,
//! so `a | b + c` is `(a | b) + c`. Without an operator the search mode joins. `AND`, `OR` and `NOT` are ordinary words.
//!
//! One thing differs: Lucene analyses while it parses, and a unit of which nothing is left (a stop word) does not use up
//! the operator in front of it. Here the engine drops it from the finished tree. `a + the | b` is `a AND b` in Lucene and
//! `a OR b` here; nothing else is different.

use std::collections::HashMap;

use crate::limits::{CLAUSES_MAX, DEPTH_MAX};
use crate::search::SearchMode;
use crate::tree::{Node, Operator};

/// Parses any text. Only what goes beyond [`CLAUSES_MAX`] words or [`DEPTH_MAX`] levels is left out of the tree;
/// [`crate::bind`] refuses such texts.
pub fn parse(text: &str, mode: SearchMode) -> Node {
    parse_within_limits(text, mode).root
}

/// A tree and what it cost.
pub(crate) struct Parsed {
    pub(crate) root: Node,
    /// Words, phrases and prefixes of the text; counting stops behind [`CLAUSES_MAX`].
    pub(crate) units: usize,
    /// Something was left out because it would stand deeper than [`DEPTH_MAX`].
    pub(crate) is_too_deep: bool,
}

pub(crate) fn parse_within_limits(text: &str, mode: SearchMode) -> Parsed {
    // Java's trim takes off everything up to the blank.
    if text.trim_matches(|character| character <= ' ') == "*" {
        return Parsed { root: Node::MatchAll, units: 0, is_too_deep: false };
    }
    let default = match mode {
        SearchMode::Any => Operator::Should,
        SearchMode::All => Operator::Must,
    };
    Parser { text, position: 0, closing: closing_parentheses(text), default, units: 0, is_too_deep: false }
        .parse()
}

/// Where each unescaped `(` is closed: its position → that of its `)`. One pass, so that nesting costs no more than length.
fn closing_parentheses(text: &str) -> HashMap<usize, usize> {
    let mut closing = HashMap::new();
    let mut open = Vec::new();
    let mut is_escaped = false;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => open.push(position),
            b')' => {
                if let Some(start) = open.pop() {
                    closing.insert(start, position);
                }
            }
            _ => {}
        }
    }
    closing
}

struct Parser<'a> {
    text: &'a str,
    /// Byte offset of the next character.
    position: usize,
    closing: HashMap<usize, usize>,
    default: Operator,
    units: usize,
    is_too_deep: bool,
}

/// The text as a whole, or the inside of a group.
struct Level {
    /// Byte offset at which it ends.
    end: usize,
    /// Everything so far.
    top: Option<Tree>,
    /// The operator in front of the next unit, if one was written.
    current: Option<Operator>,
    /// The operator that joins the children of `top`.
    previous: Option<Operator>,
    /// The `-` directly in front of the next unit.
    negations: usize,
}

/// A node and how many levels it has.
struct Tree {
    node: Node,
    depth: usize,
}

impl Level {
    fn new(end: usize) -> Self {
        Level { end, top: None, current: None, previous: None, negations: 0 }
    }
}

impl Parser<'_> {
    fn parse(mut self) -> Parsed {
        let mut level = Level::new(self.text.len());
        let mut outer: Vec<Level> = Vec::new();
        loop {
            while self.units <= CLAUSES_MAX
                && let Some(character) = self.peek(level.end)
            {
                match character {
                    '(' => {
                        if let Some(group) = self.open_group(&mut level) {
                            outer.push(std::mem::replace(&mut level, group));
                            continue;
                        }
                    }
                    '"' => self.phrase(&mut level),
                    '+' => self.operator(&mut level, Operator::Must),
                    '|' => self.operator(&mut level, Operator::Should),
                    '-' => {
                        self.position += 1;
                        level.negations += 1;
                        continue;
                    }
                    ')' | ' ' | '\t' | '\n' | '\r' => self.position += 1,
                    _ => self.word(&mut level),
                }
                level.negations = 0;
            }
            let Some(parent) = outer.pop() else { break };
            self.position = level.end + 1;
            let group = std::mem::replace(&mut level, parent).top;
            if let Some(unit) = group {
                self.add(&mut level, unit);
            }
            level.negations = 0;
        }
        let root = level.top.map_or(Node::MatchNone, |tree| tree.node);
        Parsed { root, units: self.units, is_too_deep: self.is_too_deep }
    }

    fn peek(&self, end: usize) -> Option<char> {
        self.text.get(self.position..end)?.chars().next()
    }

    /// Enters the group that starts here; none if there is nothing in it or it is not closed.
    fn open_group(&mut self, level: &mut Level) -> Option<Level> {
        let start = self.position;
        self.position += 1;
        let end = *self.closing.get(&start).filter(|end| **end < level.end)?;
        if end == self.position {
            level.current = None; // the operator was meant for this group
            self.position += 1;
            return None;
        }
        Some(Level::new(end))
    }

    fn operator(&mut self, level: &mut Level, operator: Operator) {
        self.position += 1;
        if level.top.is_some() {
            level.current.get_or_insert(operator);
        }
    }

    fn phrase(&mut self, level: &mut Level) {
        self.position += 1;
        let start = self.position;
        let mut phrase = String::new();
        while let Some(character) = self.peek(level.end) {
            match character {
                '"' if self.position == start => {
                    level.current = None; // the operator was meant for this phrase
                    self.position += 1;
                    return;
                }
                '"' => {
                    self.position += 1;
                    return self.add_text(level, Node::Phrase(phrase));
                }
                '\\' => {
                    self.position += 1;
                    self.escaped(level.end, &mut phrase);
                }
                _ => self.copy(character, &mut phrase),
            }
        }
        self.position = start;
    }

    fn word(&mut self, level: &mut Level) {
        let mut word = String::new();
        let mut is_prefix = false;
        while let Some(character) = self.peek(level.end) {
            match character {
                '"' | '|' | '+' | '(' | ')' | ' ' | '\t' | '\n' | '\r' => break,
                '\\' => {
                    is_prefix = false;
                    self.position += 1;
                    self.escaped(level.end, &mut word);
                }
                _ => {
                    is_prefix = character == '*' && !word.is_empty();
                    self.copy(character, &mut word);
                }
            }
        }
        if is_prefix {
            word.pop();
            self.add_text(level, Node::Prefix(word));
        } else if !word.is_empty() {
            self.add_text(level, Node::Term(word));
        }
    }

    /// The character behind a backslash; at the end of the text there is none.
    fn escaped(&mut self, end: usize, out: &mut String) {
        if let Some(character) = self.peek(end) {
            self.copy(character, out);
        }
    }

    fn copy(&mut self, character: char, out: &mut String) {
        out.push(character);
        self.position += character.len_utf8();
    }

    fn add_text(&mut self, level: &mut Level, node: Node) {
        self.units += 1;
        self.add(level, Tree { node, depth: 1 });
    }

    /// Joins a unit to what the level has so far.
    fn add(&mut self, level: &mut Level, mut unit: Tree) {
        if level.negations % 2 == 1 {
            unit = Tree { node: Node::Not(Box::new(unit.node)), depth: unit.depth + 1 };
        }
        let operator = level.current.take().unwrap_or(self.default);
        let is_same = level.previous == Some(operator);
        let depth = match &level.top {
            None => unit.depth,
            Some(top) if is_same => top.depth.max(unit.depth + 1),
            Some(top) => top.depth.max(unit.depth) + 1,
        };
        if depth > DEPTH_MAX {
            self.is_too_deep = true;
            return;
        }
        let node = match level.top.take().map(|top| top.node) {
            None => unit.node,
            Some(Node::Bool { operator, mut children }) if is_same => {
                children.push(unit.node);
                Node::Bool { operator, children }
            }
            Some(node) => {
                level.previous = Some(operator);
                Node::Bool { operator, children: vec![node, unit.node] }
            }
        };
        level.top = Some(Tree { node, depth });
    }
}
