//! Runs a program over a text by backtracking.

use std::sync::LazyLock;

use super::JavaRegex;
use super::class;
use super::parser::{Assert, Repeat};
use super::program::Inst;
use crate::budget::Budget;
use crate::error::AnalysisError;
use crate::unicode::CharSet;

/// Places to come back to, at one time. Java overflows its stack at some thousands.
const FRAMES_MAX: usize = 1_000_000;

/// Where the groups of the last match are; keep one for many searches.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    slots: Vec<Option<usize>>,
    frames: Vec<Frame>,
}

impl Groups {
    /// The bytes that a group matched; group 0 is the whole.
    pub(crate) fn get(&self, group: usize) -> Option<(usize, usize)> {
        Some(((*self.slots.get(2 * group)?)?, (*self.slots.get(2 * group + 1)?)?))
    }
}

/// What to do when the way taken fails.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Go {
        at: usize,
        pc: usize,
    },
    Restore {
        slot: usize,
        place: Option<usize>,
    },
    /// Give back one character of a run, down to `low`.
    Shorter {
        low: usize,
        at: usize,
        pc: usize,
    },
    /// Take one more character into the run that the instruction before `pc` is.
    Longer {
        at: usize,
        left: Option<u32>,
        pc: usize,
    },
}

impl JavaRegex {
    /// Finds the first match that begins at byte `from` or behind it.
    pub(crate) fn find(
        &self,
        text: &str,
        from: usize,
        budget: &Budget,
        groups: &mut Groups,
    ) -> Result<bool, AnalysisError> {
        let mut from = from;
        // Once for all starts, as in Java.
        budget.spend(self.program.slots as u64 / 8)?;
        groups.slots.clear();
        groups.slots.resize(self.program.slots, None);
        groups.frames.clear();
        loop {
            if from > text.len() {
                return Ok(false);
            }
            budget.spend(1)?;
            if self.can_begin(0, text, from)
                && let Some(end) = self.run(0, text, from, None, budget, groups)?
            {
                set_slot(&mut groups.slots, 0, Some(from));
                set_slot(&mut groups.slots, 1, Some(end));
                return Ok(true);
            }
            from += char_at(text, from).map_or(1, char::len_utf8);
        }
    }

    /// A quick look at one instruction: whether it may match at `at`.
    fn can_begin(&self, pc: usize, text: &str, at: usize) -> bool {
        match self.program.code.get(pc) {
            Some(Inst::Char(c)) => char_at(text, at) == Some(*c),
            Some(Inst::Set(set)) => char_at(text, at).is_some_and(|c| set.contains(c)),
            Some(Inst::Run { set, min: 1.., .. }) => char_at(text, at).is_some_and(|c| set.contains(c)),
            Some(_) | None => true,
        }
    }

    /// Whether the program from `pc` on matches at `at`, and up to where; up to `end` and no other place if that is given.
    fn run(
        &self,
        pc: usize,
        text: &str,
        at: usize,
        end: Option<usize>,
        budget: &Budget,
        groups: &mut Groups,
    ) -> Result<Option<usize>, AnalysisError> {
        let base = groups.frames.len();
        let (mut pc, mut at) = (pc, at);
        loop {
            budget.spend(1)?;
            if groups.frames.len() > FRAMES_MAX {
                return Err(AnalysisError::PatternTooSlow);
            }
            let next = match self.step(pc, text, at, budget, groups)? {
                Step::Go { pc, at } => Some((pc, at)),
                Step::Accept if end.is_some_and(|end| end != at) => self.back(text, base, groups),
                Step::Accept => {
                    // What is left to try is given up. So is what would be put back: in Java, groups that a look-around or
                    // an atomic group has set stay set when what follows it fails.
                    groups.frames.truncate(base);
                    return Ok(Some(at));
                }
                Step::Fail => self.back(text, base, groups),
            };
            match next {
                Some(next) => (pc, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// The next way to try, of those that came up since `base`.
    fn back(&self, text: &str, base: usize, groups: &mut Groups) -> Option<(usize, usize)> {
        while groups.frames.len() > base {
            match groups.frames.pop()? {
                Frame::Go { at, pc } => return Some((pc, at)),
                Frame::Restore { slot, place } => set_slot(&mut groups.slots, slot, place),
                Frame::Shorter { low, at, pc } => {
                    let shorter = at - char_before(text, at).map_or(1, char::len_utf8);
                    if shorter > low {
                        groups.frames.push(Frame::Shorter { low, at: shorter, pc });
                    }
                    return Some((pc, shorter));
                }
                Frame::Longer { at, left, pc } => {
                    let Some(Inst::Run { set, .. }) = self.program.code.get(pc - 1) else { continue };
                    let Some(c) = char_at(text, at).filter(|c| set.contains(*c)) else { continue };
                    let (at, left) = (at + c.len_utf8(), left.map(|left| left - 1));
                    if left != Some(0) {
                        groups.frames.push(Frame::Longer { at, left, pc });
                    }
                    return Some((pc, at));
                }
            }
        }
        None
    }

    fn step(
        &self,
        pc: usize,
        text: &str,
        at: usize,
        budget: &Budget,
        groups: &mut Groups,
    ) -> Result<Step, AnalysisError> {
        let over = |c: char| Step::Go { pc: pc + 1, at: at + c.len_utf8() };
        let Some(inst) = self.program.code.get(pc) else { return Ok(Step::Fail) };
        Ok(match inst {
            Inst::Accept => Step::Accept,
            Inst::Char(wanted) => char_at(text, at).filter(|c| c == wanted).map_or(Step::Fail, over),
            Inst::Set(set) => char_at(text, at).filter(|c| set.contains(*c)).map_or(Step::Fail, over),
            Inst::Jump(pc) => Step::Go { pc: *pc, at },
            Inst::Split { .. } => Step::Go { pc: self.split(pc, text, at, budget, groups)?, at },
            Inst::GroupBegin(slot) | Inst::RoundBegin(slot) => {
                save(groups, *slot, Some(at));
                Step::Go { pc: pc + 1, at }
            }
            Inst::GroupEnd { group, begin } => {
                let begin = groups.slots.get(*begin).copied().flatten();
                save(groups, 2 * group, begin);
                save(groups, 2 * group + 1, Some(at));
                Step::Go { pc: pc + 1, at }
            }
            Inst::RoundEnd { slot, exit } => {
                let empty = groups.slots.get(*slot).copied().flatten() == Some(at);
                Step::Go { pc: if empty { *exit } else { pc + 1 }, at }
            }
            Inst::Assert(assert) => go_if(holds(*assert, text, at, budget)?, pc, at),
            Inst::Back { group, fold } => match groups.get(*group) {
                Some((start, end)) => {
                    let wanted = text.get(start..end).unwrap_or_default();
                    budget.spend(wanted.len() as u64)?;
                    same(text.get(at..).unwrap_or_default(), wanted, *fold)
                        .map_or(Step::Fail, |len| Step::Go { pc: pc + 1, at: at + len })
                }
                None => Step::Fail,
            },
            Inst::Run { set, min, max, kind } => {
                run_of(set, (*min, *max), *kind, (pc, text, at), budget, groups)?
            }
            Inst::Atomic { next } => match self.run(pc + 1, text, at, None, budget, groups)? {
                Some(at) => Step::Go { pc: *next, at },
                None => Step::Fail,
            },
            Inst::Look { negative, width, next } => {
                let found = match width {
                    None => self.run(pc + 1, text, at, None, budget, groups)?.is_some(),
                    Some(width) => self.behind(pc + 1, *width, text, at, budget, groups)?,
                };
                if found == *negative { Step::Fail } else { Step::Go { pc: *next, at } }
            }
        })
    }

    /// The first way to try from a split on. The alternatives of a long list that begin with other characters are passed by.
    fn split(
        &self,
        pc: usize,
        text: &str,
        at: usize,
        budget: &Budget,
        groups: &mut Groups,
    ) -> Result<usize, AnalysisError> {
        let (mut pc, mut passed) = (pc, 0_u64);
        while let Some(Inst::Split { first, second }) = self.program.code.get(pc) {
            if self.can_begin(*first, text, at) {
                groups.frames.push(Frame::Go { at, pc: *second });
                pc = *first;
                break;
            }
            (pc, passed) = (*second, passed + 1);
        }
        budget.spend(passed / 4)?;
        Ok(pc)
    }

    /// Whether the program at `pc` matches some text that ends at `at`.
    fn behind(
        &self,
        pc: usize,
        (min, max): (usize, usize),
        text: &str,
        at: usize,
        budget: &Budget,
        groups: &mut Groups,
    ) -> Result<bool, AnalysisError> {
        let mut start = at;
        for back in 0..=max {
            budget.spend(1)?;
            if back >= min && self.run(pc, text, start, Some(at), budget, groups)?.is_some() {
                return Ok(true);
            }
            let Some(c) = char_before(text, start) else { break };
            start -= c.len_utf8();
        }
        Ok(false)
    }
}

enum Step {
    Go { pc: usize, at: usize },
    Accept,
    Fail,
}

fn go_if(holds: bool, pc: usize, at: usize) -> Step {
    if holds { Step::Go { pc: pc + 1, at } } else { Step::Fail }
}

fn save(groups: &mut Groups, slot: usize, place: Option<usize>) {
    let before = groups.slots.get(slot).copied().flatten();
    groups.frames.push(Frame::Restore { slot, place: before });
    set_slot(&mut groups.slots, slot, place);
}

fn set_slot(slots: &mut [Option<usize>], slot: usize, place: Option<usize>) {
    if let Some(known) = slots.get_mut(slot) {
        *known = place;
    }
}

/// Takes a repeated character, as often as its kind wants at first.
fn run_of(
    set: &CharSet,
    (min, max): (u32, Option<u32>),
    kind: Repeat,
    (pc, text, at): (usize, &str, usize),
    budget: &Budget,
    groups: &mut Groups,
) -> Result<Step, AnalysisError> {
    let most = if kind == Repeat::Lazy { Some(min) } else { max };
    let (mut end, mut count, mut low) = (at, 0, at);
    while most.is_none_or(|most| count < most) {
        let Some(c) = char_at(text, end).filter(|c| set.contains(*c)) else { break };
        end += c.len_utf8();
        count += 1;
        if count == min {
            low = end;
        }
    }
    budget.spend(u64::from(count) / 8)?;
    if count < min {
        return Ok(Step::Fail);
    }
    match kind {
        Repeat::Greedy if end > low => groups.frames.push(Frame::Shorter { low, at: end, pc: pc + 1 }),
        Repeat::Lazy if max != Some(min) => {
            let left = max.map(|max| max - min);
            groups.frames.push(Frame::Longer { at: end, left, pc: pc + 1 });
        }
        Repeat::Greedy | Repeat::Lazy | Repeat::Possessive => {}
    }
    Ok(Step::Go { pc: pc + 1, at: end })
}

#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        Some(_) => text.get(at..)?.chars().next(),
        None => None,
    }
}

fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The bytes of the beginning of `text` that are `wanted`.
fn same(text: &str, wanted: &str, fold: Option<bool>) -> Option<usize> {
    let Some(unicode) = fold else { return text.starts_with(wanted).then_some(wanted.len()) };
    let mut chars = text.chars();
    let mut len = 0;
    for w in wanted.chars() {
        let c = chars.next()?;
        let equal = c == w
            || c.eq_ignore_ascii_case(&w)
            || unicode && (c.to_lowercase().eq(w.to_lowercase()) || c.to_uppercase().eq(w.to_uppercase()));
        if !equal {
            return None;
        }
        len += c.len_utf8();
    }
    Some(len)
}

fn ends_line(c: char, unix: bool) -> bool {
    c == '\n' || !unix && matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn holds(assert: Assert, text: &str, at: usize, budget: &Budget) -> Result<bool, AnalysisError> {
    let (before, after) = (char_before(text, at), char_at(text, at));
    let within_pair = before == Some('\r') && after == Some('\n');
    Ok(match assert {
        Assert::Begin => at == 0,
        Assert::End => at == text.len(),
        Assert::LastLine { unix } => match text.get(at..).unwrap_or_default() {
            "" => true,
            "\r\n" => !unix,
            rest => {
                let mut chars = rest.chars();
                let last = chars.next().is_some_and(|c| ends_line(c, unix)) && chars.next().is_none();
                last && (unix || !within_pair)
            }
        },
        Assert::LineBegin { unix } => {
            before.is_none_or(|c| after.is_some() && ends_line(c, unix) && (unix || !within_pair))
        }
        Assert::LineEnd { unix } => after.is_none_or(|c| ends_line(c, unix) && (unix || !within_pair)),
        Assert::Word => is_word_edge(text, at, budget)?,
        Assert::NoWord => !is_word_edge(text, at, budget)?,
    })
}

/// Java's `\b`, which unlike its `\w` knows all letters, and marks on them.
fn is_word_edge(text: &str, at: usize, budget: &Budget) -> Result<bool, AnalysisError> {
    let before = char_before(text, at).map_or(Ok(false), |c| is_word(text, at, c, budget))?;
    let after = char_at(text, at).map_or(Ok(false), |c| is_word(text, at + c.len_utf8(), c, budget))?;
    Ok(before != after)
}

/// Whether the character that ends at `end` belongs to a word. A mark does if it stands on a letter or digit, however many
/// marks are between.
fn is_word(text: &str, end: usize, c: char, budget: &Budget) -> Result<bool, AnalysisError> {
    static WORD: LazyLock<CharSet> = LazyLock::new(|| CharSet::new(&class::letters_and_digits()));
    static MARK: LazyLock<CharSet> = LazyLock::new(|| CharSet::new(&class::marks()));
    if c == '_' || WORD.contains(c) {
        return Ok(true);
    }
    if c.is_ascii() || !MARK.contains(c) {
        return Ok(false);
    }
    for before in text.get(..end).unwrap_or_default().chars().rev() {
        budget.spend(1)?;
        if !MARK.contains(before) {
            return Ok(WORD.contains(before));
        }
    }
    Ok(false)
}
