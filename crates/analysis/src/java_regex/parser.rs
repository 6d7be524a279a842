//! From a pattern's text to its tree.
//!
//! ```text
//! pattern  = branch *( "|" branch )
//! branch   = *( atom [ ( "*" / "+" / "?" / "{" n [ "," [ m ] ] "}" ) [ "?" / "+" ] ] )
//! atom     = char / "." / "^" / "$" / class / escape / "(" [ "?:" / "?>" / "?=" / "?!" / "?<=" / "?<!" / "?<" name ">" / flags ":" ] pattern ")"
//! class    = "[" [ "^" ] *( item / class / "&&" ) "]"
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::class;
use super::{PatternError, RegexFlags};
use crate::unicode::CharSet;

/// Characters of a pattern.
const LENGTH_MAX: usize = 10_000;
/// Ranges of characters in all sets of a pattern, and in the sets that they were made of: 150 times `\p{L}`, 0.8 MB.
const RANGES_MAX: usize = 100_000;
/// Groups within groups; Java's own parser overflows its stack somewhere beyond.
const DEPTH_MAX: usize = 100;
/// The largest number in braces: more makes programs that no index needs.
const REPEAT_MAX: u32 = 1000;
/// Quantifiers behind one atom.
const QUANTIFIERS_MAX: usize = 8;

/// A set of characters, which all instructions share that a repetition makes of it.
pub(super) type Set = Arc<CharSet>;

/// A pattern as a tree.
#[derive(Debug)]
pub(super) enum Node {
    Empty,
    Char(char),
    Set(Set),
    Group(Box<Self>, usize),
    Sequence(Vec<Self>),
    Choice(Vec<Self>),
    Repeat { node: Box<Self>, min: u32, max: Option<u32>, kind: Repeat },
    Assert(Assert),
    Back { group: usize, fold: Option<bool> },
    Look { node: Box<Self>, ahead: bool, negative: bool },
    Atomic(Box<Self>),
}

impl Node {
    /// The fewest and the most characters that it matches; None when there is no most.
    pub(super) fn width(&self) -> Option<(usize, usize)> {
        match self {
            Self::Empty | Self::Assert(_) | Self::Look { .. } => Some((0, 0)),
            Self::Char(_) | Self::Set(_) => Some((1, 1)),
            Self::Group(node, _) | Self::Atomic(node) => node.width(),
            Self::Back { .. } => None,
            Self::Sequence(nodes) => nodes.iter().try_fold((0_usize, 0_usize), |(min, max), node| {
                let (a, b) = node.width()?;
                Some((min.checked_add(a)?, max.checked_add(b)?))
            }),
            Self::Choice(nodes) => nodes.iter().try_fold((usize::MAX, 0), |(min, max), node| {
                let (a, b) = node.width()?;
                Some((min.min(a), max.max(b)))
            }),
            Self::Repeat { node, min, max, .. } => {
                let (a, b) = node.width()?;
                let (times, most) = (*min as usize, (*max)? as usize);
                Some((a.checked_mul(times)?, b.checked_mul(most)?))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    Greedy,
    Lazy,
    Possessive,
}

/// What must hold at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    Begin,
    End,
    /// `\Z`, and `$` of one line: the end, or before the line end that is last.
    LastLine {
        unix: bool,
    },
    LineBegin {
        unix: bool,
    },
    LineEnd {
        unix: bool,
    },
    Word,
    NoWord,
}

pub(super) struct Parsed {
    pub(super) node: Node,
    pub(super) groups: usize,
    pub(super) names: HashMap<String, usize>,
    /// Ranges of characters in its sets.
    pub(super) ranges: usize,
}

pub(super) fn parse(pattern: &str, flags: RegexFlags) -> Result<Parsed, PatternError> {
    let chars: Vec<char> = pattern.chars().take(LENGTH_MAX + 1).collect();
    if chars.len() > LENGTH_MAX {
        return Err(PatternError { what: "pattern is too long", at: LENGTH_MAX });
    }
    let mut parser = Parser { chars, at: 0, flags, groups: 0, names: HashMap::new(), depth: 0, ranges: 0 };
    if flags.literal {
        let chars = std::mem::take(&mut parser.chars);
        let nodes = chars.into_iter().map(|c| parser.literal(c)).collect::<Result<_, _>>()?;
        return Ok(Parsed {
            node: Node::Sequence(nodes),
            groups: 0,
            names: parser.names,
            ranges: parser.ranges,
        });
    }
    let node = parser.choice()?;
    if parser.peek().is_some() {
        return Err(parser.error("unmatched closing ')'"));
    }
    if parser.names_unknown(&node) {
        return Err(parser.error("reference to a group that does not exist"));
    }
    Ok(Parsed { node, groups: parser.groups, names: parser.names, ranges: parser.ranges })
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    flags: RegexFlags,
    groups: usize,
    names: HashMap<String, usize>,
    depth: usize,
    /// Ranges of the sets so far.
    ranges: usize,
}

impl Parser {
    fn error(&self, what: &'static str) -> PatternError {
        PatternError { what, at: self.at }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let mut at = self.at;
        for c in wanted.chars() {
            if self.chars.get(at) != Some(&c) {
                return false;
            }
            at += 1;
        }
        self.at = at;
        true
    }

    fn names_unknown(&self, node: &Node) -> bool {
        match node {
            Node::Back { group, .. } => *group > self.groups,
            Node::Group(node, _) | Node::Atomic(node) => self.names_unknown(node),
            Node::Repeat { node, .. } | Node::Look { node, .. } => self.names_unknown(node),
            Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().any(|node| self.names_unknown(node)),
            Node::Empty | Node::Char(_) | Node::Set(_) | Node::Assert(_) => false,
        }
    }

    /// Whether letters of both cases are meant, and if so, of all scripts.
    fn fold(&self) -> Option<bool> {
        self.flags.case_insensitive.then_some(self.flags.unicode_case)
    }

    fn literal(&mut self, c: char) -> Result<Node, PatternError> {
        if self.flags.case_insensitive { self.folded(class::of(&[(c, c)])) } else { Ok(Node::Char(c)) }
    }

    /// A set, of both cases where the flags say so.
    fn folded(&mut self, mut class: ClassUnicode) -> Result<Node, PatternError> {
        if let Some(unicode) = self.fold() {
            class::fold(&mut class, unicode);
        }
        self.set(&class)
    }

    fn set(&mut self, class: &ClassUnicode) -> Result<Node, PatternError> {
        self.count(class)?;
        Ok(Node::Set(Arc::new(CharSet::new(class))))
    }

    fn count(&mut self, class: &ClassUnicode) -> Result<(), PatternError> {
        self.ranges += class.ranges().len();
        if self.ranges > RANGES_MAX { Err(self.error("pattern is too large")) } else { Ok(()) }
    }

    /// Leaves white space and comments behind, where the flag says so.
    fn skip_comments(&mut self) {
        while self.flags.comments {
            match self.peek() {
                Some(c) if c.is_ascii_whitespace() || c == '\u{b}' => self.at += 1,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                Some(_) | None => break,
            }
        }
    }

    fn choice(&mut self) -> Result<Node, PatternError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("groups are nested too deeply"));
        }
        let mut branches = vec![self.branch()?];
        while self.eat("|") {
            branches.push(self.branch()?);
        }
        self.depth -= 1;
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Choice(branches) })
    }

    fn branch(&mut self) -> Result<Node, PatternError> {
        let mut nodes = Vec::new();
        loop {
            self.skip_comments();
            if matches!(self.peek(), None | Some('|' | ')')) {
                break;
            }
            let mut atoms = self.atom()?;
            let Some(last) = atoms.pop() else { continue };
            nodes.append(&mut atoms);
            nodes.push(self.repeated(last)?);
        }
        Ok(if nodes.is_empty() { Node::Empty } else { Node::Sequence(nodes) })
    }

    /// The atom with the quantifiers behind it.
    fn repeated(&mut self, mut node: Node) -> Result<Node, PatternError> {
        for _ in 0..QUANTIFIERS_MAX {
            let Some((min, max)) = self.quantifier()? else { return Ok(node) };
            let kind = if self.eat("?") {
                Repeat::Lazy
            } else if self.eat("+") {
                Repeat::Possessive
            } else {
                Repeat::Greedy
            };
            node = Node::Repeat { node: Box::new(node), min, max, kind };
        }
        Err(self.error("too many quantifiers"))
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        self.skip_comments();
        let found = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                return self.braces().map(Some);
            }
            Some(_) | None => return Ok(None),
        };
        self.at += 1;
        Ok(Some(found))
    }

    fn braces(&mut self) -> Result<(u32, Option<u32>), PatternError> {
        let Some(min) = self.number()? else { return Err(self.error("illegal repetition")) };
        let max = if self.eat(",") { self.number()? } else { Some(min) };
        if !self.eat("}") {
            return Err(self.error("unclosed counted closure"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(self.error("illegal repetition range"));
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Result<Option<u32>, PatternError> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let longer = number.unwrap_or(0) * 10 + digit;
            if longer > REPEAT_MAX {
                return Err(self.error("repetition is too large"));
            }
            number = Some(longer);
            self.at += 1;
        }
        Ok(number)
    }

    /// One atom, or several characters of a quotation of which a quantifier takes the last.
    fn atom(&mut self) -> Result<Vec<Node>, PatternError> {
        let unix = self.flags.unix_lines;
        let node = match self.next() {
            None => Node::Empty,
            Some('(') => return self.group().map(|node| node.into_iter().collect()),
            Some('[') => {
                let class = self.class()?;
                self.folded(class)?
            }
            Some('.') => self.set(&self.any())?,
            Some('^') if self.flags.multiline => Node::Assert(Assert::LineBegin { unix }),
            Some('^') => Node::Assert(Assert::Begin),
            Some('$') if self.flags.multiline => Node::Assert(Assert::LineEnd { unix }),
            Some('$') => Node::Assert(Assert::LastLine { unix }),
            Some('*' | '+' | '?') => return Err(self.error("dangling meta character")),
            Some('{') => return Err(self.error("illegal repetition")),
            Some('\\') if self.eat("Q") => {
                let quoted = self.quotation();
                return quoted.into_iter().map(|c| self.literal(c)).collect();
            }
            Some('\\') => self.escape()?,
            Some(c) => self.literal(c)?,
        };
        Ok(vec![node])
    }

    fn any(&self) -> ClassUnicode {
        let ends = match (self.flags.dot_all, self.flags.unix_lines) {
            (true, _) => ClassUnicode::empty(),
            (false, true) => class::of(&[('\n', '\n')]),
            (false, false) => {
                class::of(&[('\n', '\n'), ('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
            }
        };
        class::negated(ends)
    }

    /// What stands between `\Q` and `\E`.
    fn quotation(&mut self) -> Vec<char> {
        let mut quoted = Vec::new();
        while !self.eat("\\E") {
            let Some(c) = self.next() else { break };
            quoted.push(c);
        }
        quoted
    }

    /// What follows an opening parenthesis; None for flags that hold up to the end of the group around.
    fn group(&mut self) -> Result<Option<Node>, PatternError> {
        let flags = self.flags;
        let look = |ahead, negative| move |node| Node::Look { node: Box::new(node), ahead, negative };
        let wrap: Box<dyn FnOnce(Node) -> Node> = if !self.eat("?") {
            self.groups += 1;
            let number = self.groups;
            Box::new(move |node| Node::Group(Box::new(node), number))
        } else if self.eat(":") {
            Box::new(|node| node)
        } else if self.eat(">") {
            Box::new(|node| Node::Atomic(Box::new(node)))
        } else if self.eat("=") {
            Box::new(look(true, false))
        } else if self.eat("!") {
            Box::new(look(true, true))
        } else if self.eat("<=") {
            Box::new(look(false, false))
        } else if self.eat("<!") {
            Box::new(look(false, true))
        } else if self.eat("<") {
            let name = self.name()?;
            self.groups += 1;
            let number = self.groups;
            if self.names.insert(name, number).is_some() {
                return Err(self.error("named capturing group is already defined"));
            }
            Box::new(move |node| Node::Group(Box::new(node), number))
        } else {
            if !self.inline_flags()? {
                return Ok(None); // they hold from here on
            }
            Box::new(|node| node)
        };
        let node = self.choice()?;
        if !self.eat(")") {
            return Err(self.error("unclosed group"));
        }
        self.flags = flags;
        let node = wrap(node);
        if let Node::Look { node, ahead: false, .. } = &node
            && node.width().is_none()
        {
            return Err(self.error("look-behind group does not have a maximum length"));
        }
        Ok(Some(node))
    }

    fn name(&mut self) -> Result<String, PatternError> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some('>') if !name.is_empty() => return Ok(name),
                Some(c) if c.is_ascii_alphabetic() || !name.is_empty() && c.is_ascii_digit() => name.push(c),
                Some(_) | None => return Err(self.error("bad name of a capturing group")),
            }
        }
    }

    /// `ims-x:` and the like; whether a group follows.
    fn inline_flags(&mut self) -> Result<bool, PatternError> {
        let mut on = true;
        loop {
            match self.next() {
                Some('i') => self.flags.case_insensitive = on,
                Some('m') => self.flags.multiline = on,
                Some('s') => self.flags.dot_all = on,
                Some('x') => self.flags.comments = on,
                Some('u') => self.flags.unicode_case = on,
                Some('d') => self.flags.unix_lines = on,
                Some('-') if on => on = false,
                Some(':') => return Ok(true),
                Some(')') => return Ok(false),
                Some(_) | None => return Err(self.error("unknown inline modifier or group type")),
            }
        }
    }

    fn escape(&mut self) -> Result<Node, PatternError> {
        let Some(c) = self.next() else { return Err(self.error("unexpected end of the pattern")) };
        Ok(match c {
            'A' => Node::Assert(Assert::Begin),
            'z' => Node::Assert(Assert::End),
            'Z' => Node::Assert(Assert::LastLine { unix: self.flags.unix_lines }),
            'b' => Node::Assert(Assert::Word),
            'B' => Node::Assert(Assert::NoWord),
            'R' => {
                let pair = Node::Sequence(vec![Node::Char('\r'), Node::Char('\n')]);
                Node::Choice(vec![pair, self.set(&class::line_ends())?])
            }
            'k' if self.eat("<") => {
                let name = self.name()?;
                let Some(&group) = self.names.get(&name) else {
                    return Err(self.error("reference to a group that does not exist"));
                };
                Node::Back { group, fold: self.fold() }
            }
            '1'..='9' => Node::Back { group: self.back_reference(c), fold: self.fold() },
            'p' | 'P' => {
                let class = self.property(c == 'P')?;
                self.folded(class)?
            }
            _ => match class::escaped(c) {
                Some(class) => self.set(&class)?,
                None => {
                    let c = self.escaped_char(c)?;
                    self.literal(c)?
                }
            },
        })
    }

    /// As many digits as make the number of a group that has begun.
    fn back_reference(&mut self, first: char) -> usize {
        let mut group = first.to_digit(10).unwrap_or_default() as usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let longer = group * 10 + digit as usize;
            if longer > self.groups {
                break;
            }
            group = longer;
            self.at += 1;
        }
        group
    }

    fn property(&mut self, negative: bool) -> Result<ClassUnicode, PatternError> {
        let mut name = String::new();
        if self.eat("{") {
            loop {
                match self.next() {
                    Some('}') => break,
                    Some(c) => name.push(c),
                    None => return Err(self.error("unclosed character family")),
                }
            }
        } else {
            name.extend(self.next());
        }
        let Some(class) = class::property(&name) else {
            return Err(self.error("unknown character property"));
        };
        Ok(if negative { class::negated(class) } else { class })
    }

    /// The character that `\c` stands for.
    fn escaped_char(&mut self, c: char) -> Result<char, PatternError> {
        Ok(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'a' => '\u{7}',
            'e' => '\u{1b}',
            '0' => self.octal()?,
            'x' if self.eat("{") => {
                let code = self.hex(1..=6)?;
                if !self.eat("}") {
                    return Err(self.error("unclosed hexadecimal escape sequence"));
                }
                self.char_of(code)?
            }
            'x' => {
                let code = self.hex(2..=2)?;
                self.char_of(code)?
            }
            'u' => self.utf16()?,
            'c' => {
                let control = self.next().filter(char::is_ascii).map(|c| char::from(c as u8 ^ 64));
                control.ok_or_else(|| self.error("illegal control escape sequence"))?
            }
            _ if c.is_ascii_alphabetic() => return Err(self.error("unsupported escape sequence")),
            _ => c,
        })
    }

    fn char_of(&self, code: u32) -> Result<char, PatternError> {
        char::from_u32(code).ok_or_else(|| self.error("no such character"))
    }

    fn octal(&mut self) -> Result<char, PatternError> {
        let (mut code, mut digits) = (0, 0);
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) {
            if digits == 3 || code * 8 + digit > 0o377 {
                break;
            }
            code = code * 8 + digit;
            digits += 1;
            self.at += 1;
        }
        if digits == 0 { Err(self.error("illegal octal escape sequence")) } else { self.char_of(code) }
    }

    fn hex(&mut self, digits: std::ops::RangeInclusive<usize>) -> Result<u32, PatternError> {
        let (mut code, mut count) = (0, 0);
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(16)).filter(|_| count < *digits.end()) {
            code = code * 16 + digit;
            count += 1;
            self.at += 1;
        }
        if digits.contains(&count) {
            Ok(code)
        } else {
            Err(self.error("illegal hexadecimal escape sequence"))
        }
    }

    /// The four digits behind `\u`; a pair of surrogates is one character.
    fn utf16(&mut self) -> Result<char, PatternError> {
        let high = self.hex(4..=4)?;
        let mut units = vec![high as u16];
        if (0xd800..0xdc00).contains(&high) && self.eat("\\u") {
            units.push(self.hex(4..=4)? as u16);
        }
        match char::decode_utf16(units).collect::<Result<Vec<_>, _>>().as_deref() {
            Ok([c]) => Ok(*c),
            Ok(_) | Err(_) => Err(self.error("half of a surrogate pair")),
        }
    }

    /// What follows an opening bracket.
    fn class(&mut self) -> Result<ClassUnicode, PatternError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("classes are nested too deeply"));
        }
        let negative = self.eat("^");
        let mut whole: Option<ClassUnicode> = None;
        // Made a class at its end: a class puts all its ranges in order each time that one is added.
        let mut union = Vec::new();
        let mut first = true;
        loop {
            self.skip_comments();
            if self.eat("&&") {
                whole = Some(intersection(whole, ClassUnicode::new(union.drain(..))));
                first = true;
                continue;
            }
            match self.next() {
                None => return Err(self.error("unclosed character class")),
                Some(']') if !first || whole.is_some() => break,
                Some('[') => union.extend_from_slice(self.class()?.ranges()),
                Some(c) => self.item(c, &mut union)?,
            }
            first = false;
        }
        self.depth -= 1;
        let class = intersection(whole, ClassUnicode::new(union));
        self.count(&class)?;
        Ok(if negative {
            // Case is folded before, so that [^a] with CASE_INSENSITIVE does not match A.
            let mut class = class;
            if let Some(unicode) = self.fold() {
                class::fold(&mut class, unicode);
            }
            class::negated(class)
        } else {
            class
        })
    }

    /// A character, range or named class within brackets.
    fn item(&mut self, c: char, union: &mut Vec<ClassUnicodeRange>) -> Result<(), PatternError> {
        let from = if c == '\\' {
            if self.eat("Q") {
                union.extend(self.quotation().into_iter().map(|c| ClassUnicodeRange::new(c, c)));
                return Ok(());
            }
            let Some(c) = self.next() else { return Err(self.error("unclosed character class")) };
            if matches!(c, 'p' | 'P') {
                union.extend_from_slice(self.property(c == 'P')?.ranges());
                return Ok(());
            }
            if let Some(class) = class::escaped(c) {
                union.extend_from_slice(class.ranges());
                return Ok(());
            }
            self.escaped_char(c)?
        } else {
            c
        };
        let mut to = from;
        let is_range =
            self.peek() == Some('-') && !matches!(self.chars.get(self.at + 1), None | Some(']' | '['));
        if is_range {
            self.at += 1;
            to = match self.next() {
                Some('\\') => {
                    let Some(c) = self.next() else { return Err(self.error("unclosed character class")) };
                    self.escaped_char(c)?
                }
                Some(c) => c,
                None => return Err(self.error("unclosed character class")),
            };
            if to < from {
                return Err(self.error("illegal character range"));
            }
        }
        union.push(ClassUnicodeRange::new(from, to));
        Ok(())
    }
}

/// Both, where there are two; an empty right side, as in `[a&&]`, changes nothing.
fn intersection(left: Option<ClassUnicode>, right: ClassUnicode) -> ClassUnicode {
    match left {
        None => right,
        Some(left) if right.ranges().is_empty() => left,
        Some(mut left) => {
            left.intersect(&right);
            left
        }
    }
}
