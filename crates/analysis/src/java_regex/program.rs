//! From a pattern's tree to the instructions that the matcher runs.

use super::parser::{Assert, Node, Repeat};
use crate::unicode::CharSet as Set;

/// Instructions in one program: braces within braces multiply.
const LENGTH_MAX: usize = 50_000;

/// Nodes gone through to make one, those included that come to no instruction.
const NODES_MAX: usize = 20 * LENGTH_MAX;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Inst>,
    /// Capturing groups, the whole match not counted.
    pub(super) groups: usize,
    /// Places that the matcher remembers: two for each group and the whole, one for each loop.
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
    Save(usize),
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
    let mut compiler = Compiler { code: Vec::new(), slots: 2 * (groups + 1), nodes: 0 };
    compiler.node(node)?;
    compiler.push(Inst::Accept)?;
    Some(Program { code: compiler.code, groups, slots: compiler.slots })
}

struct Compiler {
    code: Vec<Inst>,
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
            Node::Set(set) => drop(self.push(Inst::Set(set.clone()))?),
            Node::Assert(assert) => drop(self.push(Inst::Assert(*assert))?),
            Node::Back { group, fold } => drop(self.push(Inst::Back { group: *group, fold: *fold })?),
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Group(node, number) => {
                self.push(Inst::Save(2 * number))?;
                self.node(node)?;
                self.push(Inst::Save(2 * number + 1))?;
            }
            Node::Choice(nodes) => self.choice(nodes)?,
            Node::Repeat { node, min, max, kind } => self.repeat(node, *min, *max, *kind)?,
            Node::Atomic(node) => self.sub(node, |next| Inst::Atomic { next })?,
            Node::Look { node, ahead, negative } => {
                let width = if *ahead { None } else { Some(width(node)?) };
                self.sub(node, |next| Inst::Look { negative: *negative, width, next })?;
            }
        }
        Some(())
    }

    /// A program within the program.
    fn sub(&mut self, node: &Node, inst: impl FnOnce(usize) -> Inst) -> Option<()> {
        let head = self.push(Inst::Accept)?;
        self.node(node)?;
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
            Some(set.clone())
        } else if let Node::Char(c) = node {
            Some(Set::new(&super::class::of(&[(*c, *c)])))
        } else {
            None
        };
        if let Some(set) = single {
            self.push(Inst::Run { set, min, max, kind })?;
            return Some(());
        }
        if kind == Repeat::Possessive {
            let greedy = Node::Repeat { node: Box::new(node.clone()), min, max, kind: Repeat::Greedy };
            return self.sub(&greedy, |next| Inst::Atomic { next });
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

/// The fewest and the most characters that a node matches; None when there is no most.
fn width(node: &Node) -> Option<(usize, usize)> {
    match node {
        Node::Empty | Node::Assert(_) | Node::Look { .. } => Some((0, 0)),
        Node::Char(_) | Node::Set(_) => Some((1, 1)),
        Node::Group(node, _) | Node::Atomic(node) => width(node),
        Node::Back { .. } => None,
        Node::Sequence(nodes) => nodes.iter().try_fold((0_usize, 0_usize), |(min, max), node| {
            let (a, b) = width(node)?;
            Some((min.checked_add(a)?, max.checked_add(b)?))
        }),
        Node::Choice(nodes) => nodes.iter().try_fold((usize::MAX, 0), |(min, max), node| {
            let (a, b) = width(node)?;
            Some((min.min(a), max.max(b)))
        }),
        Node::Repeat { node, min, max, .. } => {
            let (a, b) = width(node)?;
            let (times, most) = (*min as usize, (*max)? as usize);
            Some((a.checked_mul(times)?, b.checked_mul(most)?))
        }
    }
}
