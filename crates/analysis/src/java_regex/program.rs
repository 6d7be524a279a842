//! From a pattern's tree to the instructions that the matcher runs.

use std::sync::Arc;

use super::parser::{Assert, Node, Repeat, Set};
use crate::unicode::CharSet;

/// Instructions in one program: braces within braces multiply. They are less than 1 MB; the sets that they share are bounded
/// by the parser.
const LENGTH_MAX: usize = 20_000;

/// Nodes gone through to make one, those included that come to no instruction.
const NODES_MAX: usize = 20 * LENGTH_MAX;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Inst>,
    /// Capturing groups, the whole match not counted.
    pub(super) groups: usize,
    /// Places that the matcher remembers: two for the whole and each group, then one for each group's begin while it is
    /// not at its end, then one for each loop.
    pub(super) slots: usize,
}

#[derive(Debug)]
pub(super) enum Inst {
    Char(char),
    Set(Set),
    /// Goes on here, and there if that fails.
    Split {
        first: usize,
        second: usize,
    },
    Jump(usize),
    /// Remembers where a group begins.
    GroupBegin(usize),
    /// The group has matched from the place remembered in `begin`. Until here a reference to it means what it matched before.
    GroupEnd {
        group: usize,
        begin: usize,
    },
    Assert(Assert),
    Back {
        group: usize,
        fold: Option<bool>,
    },
    /// A repeated single character.
    Run {
        set: Set,
        min: u32,
        max: Option<u32>,
        kind: Repeat,
    },
    /// Remembers where the round of a loop begins.
    RoundBegin(usize),
    /// Leaves the loop after a round that matched nothing.
    RoundEnd {
        slot: usize,
        exit: usize,
    },
    /// What follows up to `Accept` must match at this place, or must not; then goes on at `next`. When `width` is given (the
    /// fewest and the most characters) it must match before the place and end there.
    Look {
        negative: bool,
        width: Option<(usize, usize)>,
        next: usize,
    },
    /// What follows up to `Accept` matches as it first does.
    Atomic {
        next: usize,
    },
    Accept,
}

/// None when the program becomes too large, or looks behind without a bound.
pub(super) fn compile(node: &Node, groups: usize) -> Option<Program> {
    let begins = 2 * (groups + 1);
    let mut compiler = Compiler { code: Vec::new(), begins, slots: begins + groups, nodes: 0 };
    compiler.node(node)?;
    compiler.push(Inst::Accept)?;
    Some(Program { code: compiler.code, groups, slots: compiler.slots })
}

struct Compiler {
    code: Vec<Inst>,
    /// The slot where the first group's begin is remembered.
    begins: usize,
    slots: usize,
    nodes: usize,
}

impl Compiler {
    fn push(&mut self, inst: Inst) -> Option<usize> {
        if self.code.len() >= LENGTH_MAX {
            return None;
        }
        self.code.push(inst);
        Some(self.code.len() - 1)
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return None;
        }
        match node {
            Node::Empty => {}
            Node::Char(c) => drop(self.push(Inst::Char(*c))?),
            Node::Set(set) => drop(self.push(Inst::Set(Arc::clone(set)))?),
            Node::Assert(assert) => drop(self.push(Inst::Assert(*assert))?),
            Node::Back { group, fold } => drop(self.push(Inst::Back { group: *group, fold: *fold })?),
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Group(node, number) => {
                let begin = self.begins + number - 1;
                self.push(Inst::GroupBegin(begin))?;
                self.node(node)?;
                self.push(Inst::GroupEnd { group: *number, begin })?;
            }
            Node::Choice(nodes) => self.choice(nodes)?,
            Node::Repeat { node, min, max, kind } => self.repeat(node, *min, *max, *kind)?,
            Node::Atomic(node) => self.sub(|this| this.node(node), |next| Inst::Atomic { next })?,
            Node::Look { node, ahead, negative } => {
                let width = if *ahead { None } else { Some(node.width()?) };
                self.sub(|this| this.node(node), |next| Inst::Look { negative: *negative, width, next })?;
            }
        }
        Some(())
    }

    /// A program within the program.
    fn sub(
        &mut self,
        body: impl FnOnce(&mut Self) -> Option<()>,
        inst: impl FnOnce(usize) -> Inst,
    ) -> Option<()> {
        let head = self.push(Inst::Accept)?;
        body(self)?;
        self.push(Inst::Accept)?;
        self.set(head, inst(self.code.len()));
        Some(())
    }

    fn set(&mut self, at: usize, inst: Inst) {
        if let Some(place) = self.code.get_mut(at) {
            *place = inst;
        }
    }

    fn choice(&mut self, nodes: &[Node]) -> Option<()> {
        let mut ends = Vec::new();
        for (number, node) in nodes.iter().enumerate() {
            let split = if number + 1 < nodes.len() { Some(self.push(Inst::Accept)?) } else { None };
            self.node(node)?;
            if let Some(split) = split {
                ends.push(self.push(Inst::Accept)?);
                self.set(split, Inst::Split { first: split + 1, second: self.code.len() });
            }
        }
        for end in ends {
            self.set(end, Inst::Jump(self.code.len()));
        }
        Some(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, kind: Repeat) -> Option<()> {
        let single = if let Node::Set(set) = node {
            Some(Arc::clone(set))
        } else if let Node::Char(c) = node {
            Some(Arc::new(CharSet::new(&super::class::of(&[(*c, *c)]))))
        } else {
            None
        };
        if let Some(set) = single {
            self.push(Inst::Run { set, min, max, kind })?;
            return Some(());
        }
        if kind == Repeat::Possessive {
            return self
                .sub(|this| this.repeat(node, min, max, Repeat::Greedy), |next| Inst::Atomic { next });
        }
        for _ in 0..min {
            self.node(node)?;
        }
        match max {
            Some(max) => self.options(node, max - min, kind),
            None => self.rounds(node, kind),
        }
    }

    /// Up to `count` times more.
    fn options(&mut self, node: &Node, count: u32, kind: Repeat) -> Option<()> {
        let mut splits = Vec::new();
        for _ in 0..count {
            splits.push(self.push(Inst::Accept)?);
            self.node(node)?;
        }
        for split in splits {
            self.set(split, fork(kind, split + 1, self.code.len()));
        }
        Some(())
    }

    /// Any number of times more.
    fn rounds(&mut self, node: &Node, kind: Repeat) -> Option<()> {
        let slot = self.slots;
        self.slots += 1;
        let split = self.push(Inst::Accept)?;
        self.push(Inst::RoundBegin(slot))?;
        self.node(node)?;
        let exit = self.code.len() + 2;
        self.push(Inst::RoundEnd { slot, exit })?;
        self.push(Inst::Jump(split))?;
        self.set(split, fork(kind, split + 1, exit));
        Some(())
    }
}

fn fork(kind: Repeat, body: usize, exit: usize) -> Inst {
    match kind {
        Repeat::Greedy | Repeat::Possessive => Inst::Split { first: body, second: exit },
        Repeat::Lazy => Inst::Split { first: exit, second: body },
    }
}
