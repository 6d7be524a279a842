//! `mapping`: pieces of the text replaced by others, the longest at each place; what was put in is not looked at again
//! (Lucene's `MappingCharFilter`).

use super::{Changed, Room, utf16_len};
use crate::budget::Budget;
use crate::error::AnalysisError;

/// What it costs to look a byte up.
const STEPS_PER_BYTE: u64 = 4;

/// The rules in the order of their left sides, so that those that go on with what was read lie side by side. Definitions may have
/// megabytes of them; they take little more here.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Both sides of all rules.
    texts: String,
    rules: Vec<Rule>,
    /// Of each byte, where the rules begin whose left sides begin with it.
    begins: Vec<u32>,
}

/// Where the sides of a rule are.
#[derive(Debug, Clone, Copy)]
struct Rule {
    left: u32,
    right: u32,
    end: u32,
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
        let mut mapping = Self { texts: String::new(), rules: Vec::new(), begins: Vec::new() };
        let mut bad = None;
        for (number, rule) in rules.iter().enumerate() {
            if let Err(problem) = mapping.add(rule) {
                bad = Some((number, problem));
                break;
            }
        }
        mapping.texts.shrink_to_fit();
        match mapping.sort().map(|number| (number, BadRule::Twice)).or(bad) {
            Some(bad) => Err(bad),
            None => Ok(mapping),
        }
    }

    fn add(&mut self, rule: &str) -> Result<(), BadRule> {
        let (left, right) = rule.rsplit_once("=>").ok_or(BadRule::Syntax)?;
        let left_side = unescape(left.trim()).ok_or(BadRule::Syntax)?;
        let right_side = unescape(right.trim()).ok_or(BadRule::Syntax)?;
        if left_side.is_empty() {
            return Err(BadRule::Empty);
        }
        let left = self.texts.len() as u32;
        self.texts.push_str(&left_side);
        let right = self.texts.len() as u32;
        self.texts.push_str(&right_side);
        self.rules.push(Rule { left, right, end: self.texts.len() as u32 });
        Ok(())
    }

    /// Puts the rules in order. Answers the number of the first that has the left side of another before it.
    fn sort(&mut self) -> Option<usize> {
        let mut numbered: Vec<(usize, Rule)> = self.rules.iter().copied().enumerate().collect();
        numbered.sort_by(|(_, one), (_, other)| self.left(one).cmp(self.left(other)));
        let pairs = numbered.iter().zip(numbered.iter().skip(1));
        let twice = pairs.filter(|((_, one), (_, other))| self.left(one) == self.left(other));
        let first_twice = twice.map(|(_, (number, _))| *number).min();
        self.rules = numbered.into_iter().map(|(_, rule)| rule).collect();
        let begin = |byte| self.rules.partition_point(|rule| self.byte(rule, 0) < Some(byte)) as u32;
        self.begins = (0..=u8::MAX).map(begin).collect();
        first_twice
    }

    fn left(&self, rule: &Rule) -> &[u8] {
        self.texts.as_bytes().get(rule.left as usize..rule.right as usize).unwrap_or_default()
    }

    /// A byte of the left side; `None` behind its end.
    fn byte(&self, rule: &Rule, at: usize) -> Option<u8> {
        self.left(rule).get(at).copied()
    }

    fn right(&self, rule: &Rule) -> &str {
        self.texts.get(rule.right as usize..rule.end as usize).unwrap_or_default()
    }

    /// The rules whose left sides begin with this byte.
    fn beginning_with(&self, byte: u8) -> &[Rule] {
        let begin = |byte: usize| self.begins.get(byte).map_or(self.rules.len(), |begin| *begin as usize);
        self.rules.get(begin(byte.into())..begin(usize::from(byte) + 1)).unwrap_or_default()
    }

    pub(super) fn apply(&self, text: &str, budget: &Budget) -> Result<Changed, AnalysisError> {
        budget.add_for(text);
        let mut found: Changed = None;
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
        let Some(first) = text.as_bytes().first() else { return Ok(None) };
        let (mut rules, mut longest) = (self.beginning_with(*first), None);
        let mut rest = text.bytes().zip(1..).skip(1);
        let mut len = 1;
        while let Some(shortest) = rules.first() {
            budget.spend_on(STEPS_PER_BYTE, AnalysisError::MappingTooSlow)?;
            if (shortest.right - shortest.left) as usize == len {
                longest = Some((len, self.right(shortest)));
            }
            let Some((byte, further)) = rest.next() else { break };
            let from = rules.partition_point(|rule| self.byte(rule, len) < Some(byte));
            let going_on = rules.get(from..).unwrap_or_default();
            let to = going_on.partition_point(|rule| self.byte(rule, len) == Some(byte));
            rules = going_on.get(..to).unwrap_or_default();
            len = further;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(rules: &[&str]) -> Result<Mapping, (usize, BadRule)> {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        Mapping::new(&rules)
    }

    #[test]
    fn the_longest_left_side_counts_at_each_place() {
        let check = |rules: &[&str], text: &str, expected: &str| {
            let found = mapping(rules).unwrap().apply(text, &Budget::default()).unwrap();
            assert_eq!(found.map_or(text.to_owned(), |(text, _)| text), expected, "{rules:?}");
        };
        let nested = ["b=>4", "abc=>3", "a=>1", "ab=>2"];
        check(&nested, "abcabab ac b", "322 1c 4");
        check(&["abcd=>x", "b=>y"], "abcabcd", "aycx");
        // Letters that begin with the same byte, and one that is the last there is.
        check(&["д=>d", "да=>yes", "ж=>zh", "\u{10ffff}=>end"], "дадж\u{10ffff}", "yesdzhend");
        check(&["x=>"], "axxb", "ab");
        check(&["x=>y"], "", "");
        check(&[], "abc", "abc");
    }

    #[test]
    fn the_first_bad_rule_is_told() {
        let check = |rules: &[&str], expected| assert_eq!(mapping(rules).unwrap_err(), expected, "{rules:?}");
        check(&["a=>b", "c", "a=>c"], (1, BadRule::Syntax));
        check(&["a=>b", "a=>c", "c"], (1, BadRule::Twice));
        check(&["b=>x", "a=>1", "c=>", "a=>2", "b=>y", "=>"], (3, BadRule::Twice));
        check(&["a=>b", " =>x"], (1, BadRule::Empty));
    }
}
