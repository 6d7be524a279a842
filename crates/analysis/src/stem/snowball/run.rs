//! Runs a [`Program`] on one word.
//!
//! A cursor moves over the word, forwards or backwards, between two limits; `[` and `]` mark a slice that can be
//! replaced. What a command leaves behind when it fails is put right by the one that tries it.

use super::program::{Comparison, Expression, Grouping, Node, OfLength, Operator, Program, Source};

/// More variables than any script has.
const VARIABLES_MAX: usize = 48;

/// Stems the word in place.
pub(super) fn stem(program: &Program, word: &mut Vec<u16>) {
    let limit = word.len();
    let mut run = Run {
        program,
        word,
        cursor: 0,
        limit,
        floor: 0,
        slice: (0, 0),
        backward: false,
        integers: [0; VARIABLES_MAX],
        flags: [false; VARIABLES_MAX],
        found: [None; VARIABLES_MAX],
        strings: Vec::new(),
    };
    run.call(program.entry);
}

/// A word being stemmed.
struct Run<'a> {
    program: &'a Program,
    word: &'a mut Vec<u16>,
    cursor: usize,
    /// Where reading forwards ends.
    limit: usize,
    /// Where reading backwards ends.
    floor: usize,
    slice: (usize, usize),
    backward: bool,
    integers: [i32; VARIABLES_MAX],
    flags: [bool; VARIABLES_MAX],
    /// The action of the string that each among found last.
    found: [Option<u16>; VARIABLES_MAX],
    strings: Vec<Vec<u16>>,
}

impl<'a> Run<'a> {
    fn call(&mut self, routine: usize) -> bool {
        let program = self.program;
        program.routines.get(routine).is_some_and(|body| self.run(body))
    }

    /// Runs one command; true when it succeeded.
    fn run(&mut self, node: &'a Node) -> bool {
        match node {
            Node::Seq(all) => all.iter().all(|one| self.run_briefly(one)),
            Node::Or(all) => self.any(all),
            Node::And(all) => self.all(all),
            Node::Not(inner) => !self.tested(inner),
            Node::Test(inner) => self.tested(inner),
            Node::Do(inner) => {
                self.tested(inner);
                true
            }
            Node::Try(inner) => {
                self.attempt(inner);
                true
            }
            Node::Fail(inner) => {
                self.run(inner);
                false
            }
            Node::Goto(inner) => self.search(inner, true),
            Node::Gopast(inner) => self.search(inner, false),
            Node::AtLeast(times, inner) => self.at_least(times, inner),
            Node::Loop(times, inner) => (0..self.value(times)).all(|_| self.run(inner)),
            Node::Backwards(inner) => self.backwards(inner),
            Node::SetLimit(until, inner) => self.set_limit(until, inner),
            Node::Constant(value) => *value,
            Node::SetMark(integer) => self.set(*integer, self.cursor as i32),
            Node::ToMark(mark) => self.move_to_mark(mark),
            Node::AtMark(mark) => self.cursor as i32 == self.value(mark),
            Node::ToLimit => {
                self.cursor = self.end();
                true
            }
            Node::AtLimit => self.cursor == self.end(),
            Node::Hop(distance) => self.hop(distance),
            Node::Next => self.step(),
            Node::SliceStart => self.mark_slice(!self.backward),
            Node::SliceEnd => self.mark_slice(self.backward),
            Node::Replace(text) => self.replace_slice(text),
            Node::Insert(text) => self.insert(text, self.backward),
            Node::Attach(text) => self.insert(text, !self.backward),
            Node::Keep(string) => self.keep(*string),
            Node::Text(text) => self.matches(text),
            Node::Grouping(grouping, inside) => self.is_in(*grouping, *inside),
            Node::Call(routine) => self.call(*routine),
            Node::Substring(among) => self.find(*among),
            Node::Chosen(among) => self.act(*among),
            Node::SetFlag(flag, value) => self.flags.get_mut(*flag).is_some_and(|slot| {
                *slot = *value;
                true
            }),
            Node::Flag(flag) => self.flags.get(*flag) == Some(&true),
            Node::Assign(integer, operator, value) => self.assign(*integer, *operator, value),
            Node::Compare(left, comparison, right) => {
                let (left, right) = (self.value(left), self.value(right));
                match comparison {
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::Less => left < right,
                    Comparison::AtMost => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::AtLeast => left >= right,
                }
            }
        }
    }

    /// [`Self::run`], with a short way for what most commands are.
    #[inline(always)]
    fn run_briefly(&mut self, node: &'a Node) -> bool {
        if let Node::Grouping(grouping, inside) = node {
            self.is_in(*grouping, *inside)
        } else if let Node::Text(text) = node {
            self.matches(text)
        } else if let Node::Call(routine) = node {
            self.call(*routine)
        } else {
            self.run(node)
        }
    }

    /// Where the direction of reading leads to.
    #[inline]
    fn end(&self) -> usize {
        if self.backward { self.floor } else { self.limit }
    }

    /// The cursor in a form that stays true when text before it (read from where the reading began) changes.
    fn place(&self) -> usize {
        if self.backward { self.limit.saturating_sub(self.cursor) } else { self.cursor }
    }

    fn go_to(&mut self, place: usize) {
        self.cursor = if self.backward { self.limit.saturating_sub(place) } else { place };
    }

    fn tested(&mut self, inner: &'a Node) -> bool {
        let place = self.place();
        let succeeded = self.run_briefly(inner);
        self.go_to(place);
        succeeded
    }

    /// Runs the command; puts the cursor back when it fails.
    fn attempt(&mut self, inner: &'a Node) -> bool {
        let place = self.place();
        let succeeded = self.run(inner);
        if !succeeded {
            self.go_to(place);
        }
        succeeded
    }

    fn any(&mut self, all: &'a [Node]) -> bool {
        let place = self.place();
        all.iter().any(|one| {
            self.go_to(place);
            self.may_succeed(one) && self.run_briefly(one)
        })
    }

    /// Whether the text goes on as the command wants it to, if it begins with a text of the script: most alternatives do,
    /// and fail right there.
    #[inline]
    fn may_succeed(&self, node: &Node) -> bool {
        let first = if let Node::Seq(all) = node { all.first() } else { Some(node) };
        let Some(Node::Text(Source::Literal(text))) = first else { return true };
        let edge = if self.backward { text.last() } else { text.first() };
        edge.is_none_or(|edge| self.ahead() == Some(*edge))
    }

    fn all(&mut self, all: &'a [Node]) -> bool {
        let place = self.place();
        all.iter().all(|one| {
            self.go_to(place);
            self.run(one)
        })
    }

    fn search(&mut self, inner: &'a Node, stay: bool) -> bool {
        if let Node::Grouping(grouping, inside) = inner {
            return self.search_unit(*grouping, *inside, stay);
        }
        loop {
            let place = self.place();
            let found = self.run(inner);
            if stay || !found {
                self.go_to(place);
            }
            if found || !self.step() {
                return found;
            }
        }
    }

    /// [`Self::search`] for what scripts look for most.
    fn search_unit(&mut self, grouping: usize, inside: bool, stay: bool) -> bool {
        let program = self.program;
        let Some(grouping) = program.groupings.get(grouping) else { return false };
        while let Some(unit) = self.ahead() {
            let found = grouping.contains(unit) == inside;
            if !(found && stay) {
                self.step();
            }
            if found {
                return true;
            }
        }
        false
    }

    fn at_least(&mut self, times: &Expression, inner: &'a Node) -> bool {
        let succeeded = (0..self.value(times)).all(|_| self.run(inner));
        if succeeded {
            while self.attempt(inner) {}
        }
        succeeded
    }

    fn backwards(&mut self, inner: &'a Node) -> bool {
        self.backward = true;
        self.floor = self.cursor;
        self.cursor = self.limit;
        let succeeded = self.run(inner);
        self.backward = false;
        self.cursor = self.floor;
        succeeded
    }

    /// Only scripts that read backwards set limits.
    fn set_limit(&mut self, until: &'a Node, inner: &'a Node) -> bool {
        let place = self.place();
        if !self.run(until) {
            return false;
        }
        let floor = std::mem::replace(&mut self.floor, self.cursor);
        self.go_to(place);
        let succeeded = self.run(inner);
        self.floor = floor;
        succeeded
    }

    #[inline]
    fn step(&mut self) -> bool {
        if self.cursor == self.end() {
            return false;
        }
        self.cursor = if self.backward { self.cursor.saturating_sub(1) } else { self.cursor + 1 };
        true
    }

    fn hop(&mut self, distance: &Expression) -> bool {
        (0..self.value(distance)).all(|_| self.step())
    }

    fn move_to_mark(&mut self, mark: &Expression) -> bool {
        let mark = usize::try_from(self.value(mark)).unwrap_or(0);
        let ahead =
            if self.backward { mark <= self.cursor } else { (self.cursor..=self.limit).contains(&mark) };
        if ahead {
            self.cursor = mark;
        }
        ahead
    }

    /// The character that is read next.
    #[inline]
    fn ahead(&self) -> Option<u16> {
        if self.cursor == self.end() {
            return None;
        }
        let at = if self.backward { self.cursor.checked_sub(1)? } else { self.cursor };
        self.word.get(at).copied()
    }

    #[inline]
    fn is_in(&mut self, grouping: usize, inside: bool) -> bool {
        let program = self.program;
        let members =
            |grouping: &Grouping| self.ahead().is_some_and(|unit| grouping.contains(unit) == inside);
        program.groupings.get(grouping).is_some_and(members) && self.step()
    }

    /// The next `len` characters of the word.
    fn next_units(&self, len: usize) -> Option<&[u16]> {
        if self.backward {
            let from = self.cursor.checked_sub(len).filter(|from| *from >= self.floor)?;
            self.word.get(from..self.cursor)
        } else {
            let to = Some(self.cursor + len).filter(|to| *to <= self.limit)?;
            self.word.get(self.cursor..to)
        }
    }

    #[inline]
    fn matches(&mut self, text: &Source) -> bool {
        let text = self.source(text);
        if let [unit] = *text {
            return self.ahead() == Some(unit) && self.step();
        }
        let matches = self.next_units(text.len()) == Some(text);
        let len = text.len();
        if matches {
            self.skip(len);
        }
        matches
    }

    /// Moves over `len` characters that are there.
    fn skip(&mut self, len: usize) {
        self.cursor = if self.backward { self.cursor.saturating_sub(len) } else { self.cursor + len };
    }

    fn find(&mut self, among: usize) -> bool {
        let program = self.program;
        let Some(lengths) = program.amongs.get(among).map(|among| &among.by_length) else { return false };
        let start = self.place();
        let (ahead, backward) = (self.ahead(), self.backward);
        for OfLength { len, choices, .. } in lengths.iter().filter(|one| one.may_begin(ahead, backward)) {
            let Some(next) = self.next_units(*len) else { continue };
            let Ok(found) = choices.binary_search_by(|choice| choice.text.as_ref().cmp(next)) else {
                continue;
            };
            let Some(choice) = choices.get(found) else { continue };
            self.skip(*len);
            let place = self.place();
            if choice.condition.is_none_or(|routine| self.call(routine)) {
                self.go_to(place);
                if let Some(slot) = self.found.get_mut(among) {
                    *slot = choice.action;
                }
                return true;
            }
            self.go_to(start);
        }
        false
    }

    fn act(&mut self, among: usize) -> bool {
        let program = self.program;
        let Some(found) = program.amongs.get(among) else { return false };
        let action = self.found.get(among).copied().flatten();
        found.prefix.as_ref().is_none_or(|prefix| self.run(prefix))
            && action
                .and_then(|action| found.actions.get(usize::from(action)))
                .is_none_or(|action| self.run(action))
    }

    fn mark_slice(&mut self, start: bool) -> bool {
        if start {
            self.slice.0 = self.cursor;
        } else {
            self.slice.1 = self.cursor;
        }
        true
    }

    fn source<'b>(&'b self, text: &'b Source) -> &'b [u16] {
        match text {
            Source::Literal(text) => text,
            Source::Variable(string) => self.strings.get(*string).map_or(&[], Vec::as_slice),
        }
    }

    /// Puts a text in the place of a part of the word; false when there is no such part.
    fn replace(&mut self, from: usize, to: usize, text: &Source) -> Option<usize> {
        if from > to || to > self.limit || self.limit > self.word.len() {
            return None;
        }
        let len = match text {
            Source::Literal(text) => {
                self.word.splice(from..to, text.iter().copied());
                text.len()
            }
            Source::Variable(string) => {
                let text = self.strings.get(*string).cloned().unwrap_or_default();
                let len = text.len();
                self.word.splice(from..to, text);
                len
            }
        };
        self.limit = self.limit + len - (to - from);
        if self.cursor >= to {
            self.cursor = self.cursor + len - (to - from);
        } else if self.cursor > from {
            self.cursor = from;
        }
        Some(len)
    }

    fn replace_slice(&mut self, text: &Source) -> bool {
        let (from, to) = self.slice;
        self.replace(from, to, text).is_some()
    }

    fn insert(&mut self, text: &Source, cursor_stays: bool) -> bool {
        let at = self.cursor;
        let Some(len) = self.replace(at, at, text) else { return false };
        for edge in [&mut self.slice.0, &mut self.slice.1] {
            if *edge >= at {
                *edge += len;
            }
        }
        if cursor_stays {
            self.cursor = at;
        }
        true
    }

    fn keep(&mut self, string: usize) -> bool {
        let (from, to) = self.slice;
        let Some(text) = self.word.get(from..to).map(<[u16]>::to_vec) else { return false };
        if self.strings.len() <= string {
            self.strings.resize(string + 1, Vec::new());
        }
        self.strings.get_mut(string).is_some_and(|slot| {
            *slot = text;
            true
        })
    }

    fn value(&self, expression: &Expression) -> i32 {
        match expression {
            Expression::Number(number) => *number,
            Expression::Integer(integer) => self.integers.get(*integer).copied().unwrap_or(0),
            Expression::Cursor => self.cursor as i32,
            Expression::Limit => self.limit as i32,
        }
    }

    fn set(&mut self, integer: usize, value: i32) -> bool {
        self.integers.get_mut(integer).is_some_and(|slot| {
            *slot = value;
            true
        })
    }

    fn assign(&mut self, integer: usize, operator: Operator, value: &Expression) -> bool {
        let (before, value) = (self.value(&Expression::Integer(integer)), self.value(value));
        let value = match operator {
            Operator::Set => value,
            Operator::Add => before.saturating_add(value),
            Operator::Subtract => before.saturating_sub(value),
        };
        self.set(integer, value)
    }
}
