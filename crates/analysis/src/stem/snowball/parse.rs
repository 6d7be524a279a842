//! Reads a Snowball script, as far as the scripts here use the language
//! (<https://snowballstem.org/compiler/snowman.html>).
//!
//! ```text
//! script      = { declaration | stringdef | define | "backwardmode" "(" { define } ")" }
//! declaration = ("routines" | "externals" | "integers" | "booleans" | "strings" | "groupings") "(" { name } ")"
//! stringdef   = "stringescapes" "{}" | "stringdef" name string
//! define      = "define" name ("as" term | string-or-grouping { ("+" | "-") string-or-grouping })
//! command     = term { "or" term } | term { "and" term }
//! term        = "(" { command } ")" | string | name | "non" ["-"] name | prefix term | among | "$" … | …
//! ```

use std::collections::HashMap;

use super::program::{Among, Choice, Comparison, Expression, Grouping, Node, Operator, Program, Source};

/// A script is not what the grammar wants.
#[derive(Debug)]
pub(super) struct Malformed {
    /// What was wanted or is unknown.
    pub(super) what: String,
}

type Parsed<T> = Result<T, Malformed>;

/// Parses a script.
pub(super) fn parse(script: &str) -> Parsed<Program> {
    let mut parser = Parser::new(tokens(script)?);
    while let Some(token) = parser.tokens.next() {
        parser.declaration(token)?;
    }
    Ok(parser.program)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Name(String),
    Text(String),
    Number(i32),
    Symbol(&'static str),
}

/// Longer ones first.
const SYMBOLS: [&str; 21] = [
    "<-", "<+", "->", "<=", ">=", "==", "!=", "+=", "-=", "{}", "<", ">", "=", "+", "-", "(", ")", "[", "]",
    "$", "?",
];

fn tokens(script: &str) -> Parsed<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = script.trim_start();
    // The word before may be the name of a `stringdef`, which ends at the next space only.
    while let Some(first) = rest.chars().next() {
        let after_stringdef = words.last() == Some(&Word::Name("stringdef".to_owned()));
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if after_stringdef {
            let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
            words.push(Word::Name(rest[..len].to_owned()));
            len
        } else if first == '\'' {
            let len = string_len(rest)?;
            words.push(Word::Text(rest[1..len - 1].to_owned()));
            len
        } else if first.is_ascii_alphabetic() {
            let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            words.push(Word::Name(rest[..len].to_owned()));
            len
        } else if first.is_ascii_digit() {
            let len = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            words.push(Word::Number(rest[..len].parse().map_err(|_| malformed("a smaller number"))?));
            len
        } else {
            let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
            let symbol = symbol.ok_or_else(|| malformed(format!("a symbol, not {first:?}")))?;
            words.push(Word::Symbol(symbol));
            symbol.len()
        };
        rest = rest[len..].trim_start();
    }
    Ok(words)
}

/// Bytes of the string that `rest` begins with, quotes included; a quote in braces does not end it.
fn string_len(rest: &str) -> Parsed<usize> {
    let mut in_braces = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '{' => in_braces = true,
            '}' => in_braces = false,
            '\'' if !in_braces => return Ok(at + 1),
            _ => {}
        }
    }
    Err(malformed("the end of a string"))
}

fn malformed(what: impl Into<String>) -> Malformed {
    Malformed { what: what.into() }
}

/// What a declared name is, and its number among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Routine(usize),
    Grouping(usize),
    Integer(usize),
    Flag(usize),
    Text(usize),
}

impl Kind {
    fn routine(self) -> Option<usize> {
        if let Self::Routine(number) = self { Some(number) } else { None }
    }

    fn grouping(self) -> Option<usize> {
        if let Self::Grouping(number) = self { Some(number) } else { None }
    }

    fn integer(self) -> Option<usize> {
        if let Self::Integer(number) = self { Some(number) } else { None }
    }

    fn flag(self) -> Option<usize> {
        if let Self::Flag(number) = self { Some(number) } else { None }
    }

    fn text(self) -> Option<usize> {
        if let Self::Text(number) = self { Some(number) } else { None }
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Word>>,
    names: HashMap<String, Kind>,
    escapes: HashMap<String, String>,
    /// Characters of the groupings so far, which others are made of.
    members: Vec<Vec<u16>>,
    /// The among that a `substring` before it looks for.
    announced: Option<usize>,
    program: Program,
}

impl Parser {
    fn new(words: Vec<Word>) -> Self {
        Self {
            tokens: words.into_iter().peekable(),
            names: HashMap::new(),
            escapes: HashMap::new(),
            members: Vec::new(),
            announced: None,
            program: Program::nothing(),
        }
    }

    fn declaration(&mut self, word: Word) -> Parsed<()> {
        let Word::Name(name) = &word else { return self.close_mode(&word) };
        match name.as_str() {
            "routines" | "externals" | "integers" | "booleans" | "strings" | "groupings" => {
                self.declare(name)
            }
            "stringescapes" => self.symbol("{}"),
            "stringdef" => {
                let name = self.name()?;
                let text = self.text()?;
                self.escapes.insert(name, text);
                Ok(())
            }
            "backwardmode" => self.symbol("("),
            "define" => self.define(),
            other => Err(malformed(format!("a declaration, not {other}"))),
        }
    }

    /// The mode in which a routine runs is known when it is called: only the bracket has to be skipped.
    fn close_mode(&self, word: &Word) -> Parsed<()> {
        if *word == Word::Symbol(")") {
            Ok(())
        } else {
            Err(malformed(format!("a declaration, not {word:?}")))
        }
    }

    fn declare(&mut self, sort: &str) -> Parsed<()> {
        self.symbol("(")?;
        while !self.takes(")") {
            let name = self.name()?;
            let program = &mut self.program;
            let kind = match sort {
                "routines" | "externals" => {
                    program.routines.push(Node::Constant(false));
                    program.entry = program.routines.len() - 1;
                    Kind::Routine(program.entry)
                }
                "groupings" => {
                    program.groupings.push(Grouping::default());
                    self.members.push(Vec::new());
                    Kind::Grouping(self.members.len() - 1)
                }
                "integers" => Kind::Integer(counted(&mut program.integers)),
                "booleans" => Kind::Flag(counted(&mut program.booleans)),
                _ => Kind::Text(counted(&mut program.strings)),
            };
            self.names.insert(name, kind);
        }
        Ok(())
    }

    fn define(&mut self) -> Parsed<()> {
        let name = self.name()?;
        match self.kind(&name)? {
            Kind::Routine(routine) => {
                self.keyword("as")?;
                let body = self.term()?;
                if let Some(slot) = self.program.routines.get_mut(routine) {
                    *slot = body;
                }
                if name == "stem" {
                    self.program.entry = routine;
                }
                Ok(())
            }
            Kind::Grouping(grouping) => self.define_grouping(grouping),
            Kind::Integer(_) | Kind::Flag(_) | Kind::Text(_) => {
                Err(malformed(format!("a routine, not {name}")))
            }
        }
    }

    fn define_grouping(&mut self, grouping: usize) -> Parsed<()> {
        let mut members: Vec<u16> = Vec::new();
        let mut adding = true;
        loop {
            let characters = self.characters()?;
            if adding {
                members.extend(characters);
            } else {
                members.retain(|unit| !characters.contains(unit));
            }
            match self.tokens.peek() {
                Some(Word::Symbol("+")) => adding = true,
                Some(Word::Symbol("-")) => adding = false,
                _ => break,
            }
            self.tokens.next();
        }
        if let Some(slot) = self.program.groupings.get_mut(grouping) {
            *slot = Grouping::new(&members);
        }
        if let Some(slot) = self.members.get_mut(grouping) {
            *slot = members;
        }
        Ok(())
    }

    fn characters(&mut self) -> Parsed<Vec<u16>> {
        if matches!(self.tokens.peek(), Some(Word::Name(_))) {
            let grouping = self.declared(Kind::grouping, "a grouping")?;
            return Ok(self.members.get(grouping).cloned().unwrap_or_default());
        }
        Ok(self.text()?.encode_utf16().collect())
    }

    /// `or` and `and` bind alike, from the left.
    fn command(&mut self) -> Parsed<Node> {
        let mut left = self.term()?;
        loop {
            let all = self.joined(left, "or")?;
            let either = one_or(all, Node::Or);
            let all = self.joined(either, "and")?;
            let more = all.len() > 1;
            left = one_or(all, Node::And);
            if !more {
                return Ok(left);
            }
        }
    }

    fn joined(&mut self, first: Node, connective: &str) -> Parsed<Vec<Node>> {
        let mut all = vec![first];
        while self.takes_keyword(connective) {
            all.push(self.term()?);
        }
        Ok(all)
    }

    fn commands(&mut self) -> Parsed<Node> {
        let mut all = Vec::new();
        while !self.takes(")") {
            all.push(self.command()?);
        }
        Ok(one_or(all, Node::Seq))
    }

    fn term(&mut self) -> Parsed<Node> {
        match self.tokens.next() {
            Some(Word::Text(text)) => Ok(Node::Text(self.literal(&text)?)),
            Some(Word::Symbol("(")) => self.commands(),
            Some(Word::Symbol("[")) => Ok(Node::SliceStart),
            Some(Word::Symbol("]")) => Ok(Node::SliceEnd),
            Some(Word::Symbol("<-")) => Ok(Node::Replace(self.source()?)),
            Some(Word::Symbol("<+")) => Ok(Node::Insert(self.source()?)),
            Some(Word::Symbol("->")) => self.keep(),
            Some(Word::Symbol("$")) => self.arithmetic(),
            Some(Word::Name(name)) => self.named(&name),
            other => Err(malformed(format!("a command, not {other:?}"))),
        }
    }

    fn named(&mut self, name: &str) -> Parsed<Node> {
        Ok(match name {
            "not" => Node::Not(self.inner()?),
            "test" => Node::Test(self.inner()?),
            "do" => Node::Do(self.inner()?),
            "try" => Node::Try(self.inner()?),
            "fail" => Node::Fail(self.inner()?),
            "goto" => Node::Goto(self.inner()?),
            "gopast" => Node::Gopast(self.inner()?),
            "repeat" => Node::AtLeast(Expression::Number(0), self.inner()?),
            "atleast" => Node::AtLeast(self.expression()?, self.inner()?),
            "loop" => Node::Loop(self.expression()?, self.inner()?),
            "backwards" => Node::Backwards(self.inner()?),
            "setlimit" => {
                let until = self.inner()?;
                self.keyword("for")?;
                Node::SetLimit(until, self.inner()?)
            }
            "true" => Node::Constant(true),
            "false" => Node::Constant(false),
            "setmark" => Node::SetMark(self.integer()?),
            "tomark" => Node::ToMark(self.expression()?),
            "atmark" => Node::AtMark(self.expression()?),
            "tolimit" => Node::ToLimit,
            "atlimit" => Node::AtLimit,
            "hop" => Node::Hop(self.expression()?),
            "next" => Node::Next,
            "delete" => Node::Replace(Source::Literal(Box::default())),
            "insert" => Node::Insert(self.source()?),
            "attach" => Node::Attach(self.source()?),
            "set" => Node::SetFlag(self.flag()?, true),
            "unset" => Node::SetFlag(self.flag()?, false),
            "non" => self.outside()?,
            "substring" => self.substring(),
            "among" => self.among()?,
            other => match self.kind(other)? {
                Kind::Routine(routine) => Node::Call(routine),
                Kind::Grouping(grouping) => Node::Grouping(grouping, true),
                Kind::Flag(flag) => Node::Flag(flag),
                Kind::Text(text) => Node::Text(Source::Variable(text)),
                Kind::Integer(_) => return Err(malformed(format!("a command, not {other}"))),
            },
        })
    }

    /// The command that a word like `not` or `repeat` is about.
    fn inner(&mut self) -> Parsed<Box<Node>> {
        self.term().map(Box::new)
    }

    fn outside(&mut self) -> Parsed<Node> {
        self.takes("-");
        Ok(Node::Grouping(self.declared(Kind::grouping, "a grouping")?, false))
    }

    fn substring(&mut self) -> Node {
        self.program.amongs.push(Among::default());
        let number = self.program.amongs.len() - 1;
        self.announced = Some(number);
        Node::Substring(number)
    }

    /// An among that no `substring` announced looks for its strings itself.
    fn among(&mut self) -> Parsed<Node> {
        let announced = self.announced.take();
        let number = announced.unwrap_or_else(|| {
            self.program.amongs.push(Among::default());
            self.program.amongs.len() - 1
        });
        let among = self.choices()?;
        if let Some(slot) = self.program.amongs.get_mut(number) {
            *slot = among;
        }
        let chosen = Node::Chosen(number);
        Ok(if announced.is_some() { chosen } else { Node::Seq([Node::Substring(number), chosen].into()) })
    }

    fn choices(&mut self) -> Parsed<Among> {
        let mut among = Among::default();
        let mut waiting: Vec<(Box<[u16]>, Option<usize>)> = Vec::new();
        self.symbol("(")?;
        if self.takes("(") {
            among.prefix = Some(self.commands()?);
        }
        loop {
            match self.tokens.next() {
                Some(Word::Text(text)) => {
                    let text = self.unescaped(&text)?.encode_utf16().collect();
                    waiting.push((text, self.condition()?));
                }
                Some(Word::Symbol("(")) => {
                    let action = self.commands()?;
                    among.actions.push(action);
                    let action = Some((among.actions.len() - 1) as u16);
                    waiting
                        .drain(..)
                        .for_each(|(text, condition)| among.add(Choice { text, condition, action }));
                }
                Some(Word::Symbol(")")) => break,
                other => return Err(malformed(format!("a string of an among, not {other:?}"))),
            }
        }
        waiting.drain(..).for_each(|(text, condition)| among.add(Choice { text, condition, action: None }));
        Ok(among)
    }

    fn condition(&mut self) -> Parsed<Option<usize>> {
        if !matches!(self.tokens.peek(), Some(Word::Name(_))) {
            return Ok(None);
        }
        self.declared(Kind::routine, "a routine").map(Some)
    }

    fn keep(&mut self) -> Parsed<Node> {
        Ok(Node::Keep(self.declared(Kind::text, "a string variable")?))
    }

    fn arithmetic(&mut self) -> Parsed<Node> {
        let integer = self.integer()?;
        let operator = self.tokens.next();
        let value = self.expression()?;
        let compare = |comparison| (comparison, Expression::Integer(integer));
        let (comparison, left) = match operator {
            Some(Word::Symbol("=")) => return Ok(Node::Assign(integer, Operator::Set, value)),
            Some(Word::Symbol("+=")) => return Ok(Node::Assign(integer, Operator::Add, value)),
            Some(Word::Symbol("-=")) => return Ok(Node::Assign(integer, Operator::Subtract, value)),
            Some(Word::Symbol("==")) => compare(Comparison::Equal),
            Some(Word::Symbol("!=")) => compare(Comparison::NotEqual),
            Some(Word::Symbol("<")) => compare(Comparison::Less),
            Some(Word::Symbol("<=")) => compare(Comparison::AtMost),
            Some(Word::Symbol(">")) => compare(Comparison::Greater),
            Some(Word::Symbol(">=")) => compare(Comparison::AtLeast),
            other => return Err(malformed(format!("an operator, not {other:?}"))),
        };
        Ok(Node::Compare(left, comparison, value))
    }

    fn expression(&mut self) -> Parsed<Expression> {
        match self.tokens.next() {
            Some(Word::Number(number)) => Ok(Expression::Number(number)),
            Some(Word::Name(name)) if name == "cursor" => Ok(Expression::Cursor),
            Some(Word::Name(name)) if name == "limit" => Ok(Expression::Limit),
            Some(Word::Name(name)) => {
                self.number(&name, Kind::integer, "an integer").map(Expression::Integer)
            }
            other => Err(malformed(format!("a number, not {other:?}"))),
        }
    }

    fn integer(&mut self) -> Parsed<usize> {
        self.declared(Kind::integer, "an integer")
    }

    fn flag(&mut self) -> Parsed<usize> {
        self.declared(Kind::flag, "a boolean")
    }

    /// A name that was declared as what `number` wants.
    fn declared(&mut self, number: fn(Kind) -> Option<usize>, what: &str) -> Parsed<usize> {
        let name = self.name()?;
        self.number(&name, number, what)
    }

    fn number(&self, name: &str, number: fn(Kind) -> Option<usize>, what: &str) -> Parsed<usize> {
        number(self.kind(name)?).ok_or_else(|| malformed(format!("{what}, not {name}")))
    }

    fn source(&mut self) -> Parsed<Source> {
        if let Some(Word::Text(text)) = self.tokens.peek().cloned() {
            self.tokens.next();
            return self.literal(&text);
        }
        self.declared(Kind::text, "a string").map(Source::Variable)
    }

    fn literal(&self, text: &str) -> Parsed<Source> {
        Ok(Source::Literal(self.unescaped(text)?.encode_utf16().collect()))
    }

    fn text(&mut self) -> Parsed<String> {
        match self.tokens.next() {
            Some(Word::Text(text)) => self.unescaped(&text),
            other => Err(malformed(format!("a string, not {other:?}"))),
        }
    }

    /// `{U+00E9}` is the character, `{'}` the quote, `{name}` what `stringdef` says.
    fn unescaped(&self, text: &str) -> Parsed<String> {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| malformed("a closing brace"))?;
            plain.push_str(before);
            if let Some(known) = self.escapes.get(name) {
                plain.push_str(known);
            } else if name == "'" {
                plain.push('\'');
            } else {
                let code = name.strip_prefix("U+").and_then(|code| u32::from_str_radix(code, 16).ok());
                let character = code.and_then(char::from_u32);
                plain.push(character.ok_or_else(|| malformed(format!("a stringdef for {name}")))?);
            }
            rest = after;
        }
        plain.push_str(rest);
        Ok(plain)
    }

    fn kind(&self, name: &str) -> Parsed<Kind> {
        self.names.get(name).copied().ok_or_else(|| malformed(format!("a declaration of {name}")))
    }

    fn name(&mut self) -> Parsed<String> {
        match self.tokens.next() {
            Some(Word::Name(name)) => Ok(name),
            other => Err(malformed(format!("a name, not {other:?}"))),
        }
    }

    fn symbol(&mut self, symbol: &'static str) -> Parsed<()> {
        if self.takes(symbol) { Ok(()) } else { Err(malformed(symbol)) }
    }

    fn takes(&mut self, symbol: &'static str) -> bool {
        self.tokens.next_if_eq(&Word::Symbol(symbol)).is_some()
    }

    fn keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.takes_keyword(keyword) { Ok(()) } else { Err(malformed(keyword)) }
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        self.tokens.next_if(|word| matches!(word, Word::Name(name) if name == keyword)).is_some()
    }
}

fn counted(count: &mut usize) -> usize {
    *count += 1;
    *count - 1
}

/// Several commands joined; one alone as it is.
fn one_or(mut all: Vec<Node>, join: fn(Box<[Node]>) -> Node) -> Node {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        Some(last) => {
            all.push(last);
            join(all.into())
        }
        None => Node::Constant(true),
    }
}
