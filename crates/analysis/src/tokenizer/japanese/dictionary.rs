//! IPADIC as Lucene's kuromoji has it: words, what they may be, and how well one thing stands behind another.
//!
//! It is `mecab-ipadic-2.7.0-20070801` with the changes of Lucene's `TokenInfoDictionary`, without readings. `words.gz` is a
//! tree of UTF-16 units, level by level; `connections.gz` a square of costs.

use std::ops::Range;
use std::sync::OnceLock;

use super::characters::{self, Sort};
use crate::data::{Numbers, unpacked};

/// What a word may be: inflections of parts of speech, by number (IPADIC's context ids, the same to the left and to the
/// right).
pub(super) type Class = u16;

/// What stands before and behind every text.
pub(super) const BOUNDARY: Class = 0;

/// How many classes there are, that one included.
const CLASSES: usize = 1316;

/// The classes of `stoptags.txt`: particles, auxiliary verbs, conjunctions, interjections that fill, symbols.
const STOPPED: [std::ops::RangeInclusive<Class>; 3] = [1..=2, 5..=10, 147..=556];

/// How many units are taken off a word's end for its base form, and what takes their place; words have the number of one
/// and 1 more.
const BASES: [(usize, &str); 44] = [
    (1, "る"),
    (0, "る"),
    (2, "い"),
    (1, "す"),
    (2, "る"),
    (1, "い"),
    (1, "く"),
    (1, "む"),
    (1, "う"),
    (0, "い"),
    (2, "す"),
    (3, "い"),
    (1, "つ"),
    (2, "する"),
    (2, "く"),
    (1, "ぐ"),
    (2, "む"),
    (1, "する"),
    (1, "ぶ"),
    (2, "つ"),
    (2, "ずる"),
    (2, "ぐ"),
    (1, "ずる"),
    (2, "ぶ"),
    (1, "ふ"),
    (1, ""),
    (1, "ぬ"),
    (1, "り"),
    (2, "ぬ"),
    (2, "くる"),
    (1, "くる"),
    (1, "し"),
    (1, "づ"),
    (2, "づ"),
    (2, ""),
    (1, "れる"),
    (2, "たい"),
    (2, "ない"),
    (1, "だ"),
    (2, "だ"),
    (2, "し"),
    (2, "ふ"),
    (1, "き"),
    (2, "き"),
];

/// One thing that a word may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) class: Class,
    pub(super) cost: i16,
    /// 0, or the number of one of [`BASES`] and 1 more.
    base: u8,
}

impl Word {
    /// Whether it is of the parts of speech that say nothing of a text's subject.
    pub(super) fn is_stopped(self) -> bool {
        STOPPED.iter().any(|classes| classes.contains(&self.class))
    }

    /// How many units to take off for the base form, and what to put in their place; None when the word is its own.
    pub(super) fn base(self) -> Option<(usize, &'static str)> {
        BASES.get(usize::from(self.base).checked_sub(1)?).copied()
    }
}

/// The dictionary, read when it is first needed (about 11 MB then).
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// Where the children of each node of the tree begin; they end where those of the next begin. The root is 0.
    children: Vec<u32>,
    /// The unit that leads to each node; siblings are in order.
    units: Vec<u16>,
    /// Where the words of each node begin.
    firsts: Vec<u32>,
    /// What all words may be; behind them what unknown words may be.
    words: Vec<Word>,
    /// Where the unknown ones begin.
    unknown: u32,
    /// The cost of each class (rows) behind each (columns).
    connections: Vec<i16>,
}

/// A node of the tree of words.
pub(super) type Node = u32;

pub(super) const ROOT: Node = 0;

impl Dictionary {
    pub(super) fn get() -> &'static Self {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        DICTIONARY.get_or_init(|| {
            let mut dictionary = Self::default();
            dictionary.read_words(&unpacked(include_bytes!("words.gz")));
            dictionary.read_connections(&unpacked(include_bytes!("connections.gz")));
            dictionary
        })
    }

    /// The number of nodes; for each node how many children it has; for each but the root its unit less the one of the
    /// sibling before; for each how many words end there; for each word its class; for each the lower byte of its cost, for
    /// each the upper, for each its base form. Numbers are bytes of seven bits, the lowest first.
    fn read_words(&mut self, bytes: &[u8]) {
        let mut numbers = Numbers(bytes);
        let nodes = numbers.next().unwrap_or_default();
        self.children = sums(&mut numbers, nodes, 1);
        for siblings in self.children.windows(2) {
            let &[first, end] = siblings else { continue };
            let mut unit = 0;
            self.units.extend(numbers.by_ref().take((end - first) as usize).map(|difference| {
                unit += difference;
                unit as u16
            }));
        }
        self.firsts = sums(&mut numbers, nodes, 0);
        let words = self.firsts.last().copied().unwrap_or_default();
        let classes: Vec<u32> = numbers.by_ref().take(words as usize).collect();
        let (lower, rest) = numbers.0.split_at_checked(words as usize).unwrap_or_default();
        let (upper, bases) = rest.split_at_checked(words as usize).unwrap_or_default();
        let costs = lower.iter().zip(upper).map(|(lower, upper)| i16::from_le_bytes([*lower, *upper]));
        let words = classes.iter().zip(costs).zip(bases);
        self.words =
            words.map(|((class, cost), base)| Word { class: *class as Class, cost, base: *base }).collect();
        self.unknown = self.words.len() as u32;
        let unknown = characters::all_unknown();
        self.words.extend(unknown.map(|&(class, cost)| Word { class, cost, base: 0 }));
    }

    /// Row by row each cost less the one in the row above, the lower bytes of all, then the upper ones.
    fn read_connections(&mut self, bytes: &[u8]) {
        let (lower, upper) = bytes.split_at_checked(CLASSES * CLASSES).unwrap_or_default();
        let differences = lower.iter().zip(upper).map(|(lower, upper)| i16::from_le_bytes([*lower, *upper]));
        self.connections.reserve_exact(CLASSES * CLASSES);
        for (at, difference) in differences.enumerate() {
            let above = at.checked_sub(CLASSES).and_then(|above| self.connections.get(above));
            self.connections.push(above.copied().unwrap_or_default().wrapping_add(difference));
        }
    }

    /// Where a unit leads to from a node.
    pub(super) fn child(&self, node: Node, unit: u16) -> Option<Node> {
        let children = range(&self.children, node)?;
        // The root has no unit, so that a node's is one place before it.
        let units = self.units.get(children.start as usize - 1..children.end as usize - 1)?;
        Some(children.start + units.binary_search(&unit).ok()? as u32)
    }

    /// The numbers of the words that end at a node.
    pub(super) fn words_at(&self, node: Node) -> Range<u32> {
        range(&self.firsts, node).unwrap_or_default()
    }

    /// The numbers of what an unknown word of a sort may be.
    pub(super) fn unknown(&self, sort: Sort) -> Range<u32> {
        let numbers = characters::unknown_numbers(sort);
        self.unknown + numbers.start..self.unknown + numbers.end
    }

    /// The word of a number.
    pub(super) fn word(&self, number: u32) -> Word {
        let none = Word { class: BOUNDARY, cost: 0, base: 0 };
        self.words.get(number as usize).copied().unwrap_or(none)
    }

    /// What it costs that the second class stands behind the first.
    pub(super) fn connection(&self, first: Class, second: Class) -> i32 {
        let at = usize::from(second) * CLASSES + usize::from(first);
        self.connections.get(at).copied().unwrap_or_default().into()
    }
}

/// From the bound of a number to the next one.
fn range(bounds: &[u32], number: u32) -> Option<Range<u32>> {
    match bounds.get(number as usize..number as usize + 2) {
        Some(&[start, end]) => Some(start..end),
        Some(_) | None => None,
    }
}

/// `start`, and it with the first number added, with the first two …
fn sums(numbers: &mut Numbers<'_>, count: u32, start: u32) -> Vec<u32> {
    let mut sum = start;
    let mut sums = Vec::with_capacity(count as usize + 1);
    sums.push(sum);
    sums.extend(numbers.take(count as usize).map(|number| {
        sum += number;
        sum
    }));
    sums
}
