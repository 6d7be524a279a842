//! An opened filter: conditions combined, each asked only of what is left.

use std::ops::Range;
use std::sync::Arc;

use lazuli_platform::cancel::Cancel;
use tantivy::columnar::MonotonicallyMappableToU64;
use tantivy::{DocId, TERMINATED};

use super::documents::Documents;
use super::leaf::{Leaf, Test};
use super::space::{Inner, Lengths, Space};
use crate::bits;
use crate::error::EngineError;
use crate::segment::opened::OpenedColumn;

/// A condition on the elements of a space.
pub(super) enum Node {
    Always(bool),
    Not(Box<Node>),
    /// All of them, first what takes most out.
    And(Vec<Node>),
    /// One of them, first what is true of most.
    Or(Vec<Node>),
    Leaf(Box<Leaf>),
    /// Among documents only: these.
    Set(Arc<Documents>),
    Any(Box<Any>),
}

/// At least one element of a collection meets a condition.
pub(super) struct Any {
    pub(super) lengths: Lengths,
    pub(super) condition: Node,
    /// Every column that is read for it, to know how much there is to read.
    pub(super) columns: Vec<Arc<OpenedColumn>>,
}

/// Values of a column that are looked at in one go, so that memory is limited even where documents have thousands of
/// elements: 4 MB for the starts of elements, 128 KB for bits.
const ROWS_MAX: usize = 1 << 20;

/// Up to so many candidates in 64 documents are looked at one by one.
const FEW: u32 = 4;

impl Node {
    /// The negation.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Always(answer) => Self::Always(!answer),
            Self::Not(inner) => *inner,
            other @ (Self::And(_) | Self::Or(_) | Self::Leaf(_) | Self::Set(_) | Self::Any(_)) => {
                Self::Not(Box::new(other))
            }
        }
    }

    /// The conjunction.
    pub(super) fn all(mut parts: Vec<Self>) -> Self {
        if parts.iter().any(|part| matches!(part, Self::Always(false))) {
            return Self::Always(false);
        }
        parts.retain(|part| !matches!(part, Self::Always(true)));
        parts.sort_by_cached_key(|part| part.estimate().rank_in_and().to_u64());
        match parts.len() {
            0 => Self::Always(true),
            1 => parts.remove(0),
            _ => Self::And(parts),
        }
    }

    /// The disjunction.
    pub(super) fn any(mut parts: Vec<Self>) -> Self {
        if parts.iter().any(|part| matches!(part, Self::Always(true))) {
            return Self::Always(true);
        }
        parts.retain(|part| !matches!(part, Self::Always(false)));
        parts.sort_by_cached_key(|part| part.estimate().rank_in_or().to_u64());
        match parts.len() {
            0 => Self::Always(false),
            1 => parts.remove(0),
            _ => Self::Or(parts),
        }
    }

    /// Takes the elements out of `bits` for which the condition is not true. Bits beyond the space are 0.
    pub(super) fn retain(&self, space: &Space, bits: &mut [u64], cancel: &Cancel) -> Result<(), EngineError> {
        match self {
            Self::Always(true) => {}
            Self::Always(false) => bits.fill(0),
            Self::Not(inner) => {
                let mut true_of = bits.to_vec();
                inner.retain(space, &mut true_of, cancel)?;
                remove(bits, &true_of);
            }
            Self::And(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if bits::is_empty(bits) {
                        break;
                    }
                    check_in_long_list(at, cancel)?;
                    part.retain(space, bits, cancel)?;
                }
            }
            Self::Or(parts) => {
                let mut undecided = bits.to_vec();
                for (at, part) in parts.iter().enumerate() {
                    if bits::is_empty(&undecided) {
                        break;
                    }
                    check_in_long_list(at, cancel)?;
                    let mut true_of = undecided.clone();
                    part.retain(space, &mut true_of, cancel)?;
                    remove(&mut undecided, &true_of);
                }
                remove(bits, &undecided);
            }
            Self::Leaf(leaf) => leaf.retain(space, bits, cancel)?,
            Self::Set(documents) => documents.retain(space.range().start, bits),
            Self::Any(any) if space.is_root() => any.retain_documents(space, bits, cancel)?,
            Self::Any(any) => any.retain(space, bits, cancel)?,
        }
        Ok(())
    }

    /// No document before this one, from `from` on, meets the condition. May be less than the first that does.
    pub(super) fn next(&self, from: DocId) -> DocId {
        match self {
            Self::Always(false) => TERMINATED,
            Self::Set(documents) => documents.next(from),
            Self::And(parts) => parts.iter().fold(from, |reached, part| part.next(reached)),
            Self::Or(parts) => parts.iter().map(|part| part.next(from)).min().unwrap_or(TERMINATED),
            Self::Always(true) | Self::Not(_) | Self::Leaf(_) | Self::Any(_) => from,
        }
    }

    /// How many documents meet the condition at most; `None` = nothing is known.
    pub(super) fn passing_max(&self) -> Option<u32> {
        match self {
            Self::Always(false) => Some(0),
            Self::Set(documents) => Some(documents.count()),
            Self::And(parts) => parts.iter().filter_map(Self::passing_max).min(),
            Self::Or(parts) => {
                parts.iter().try_fold(0, |sum: u32, part| Some(sum.saturating_add(part.passing_max()?)))
            }
            Self::Always(true) | Self::Not(_) | Self::Leaf(_) | Self::Any(_) => None,
        }
    }

    fn estimate(&self) -> Estimate {
        match self {
            Self::Always(answer) => Estimate { cost: 0.0, passing: f64::from(*answer) },
            Self::Not(inner) => {
                let inner = inner.estimate();
                Estimate { passing: 1.0 - inner.passing, ..inner }
            }
            Self::And(parts) => parts.iter().fold(Estimate { cost: 0.0, passing: 1.0 }, |sum, part| {
                let part = part.estimate();
                Estimate { cost: sum.cost + sum.passing * part.cost, passing: sum.passing * part.passing }
            }),
            Self::Or(parts) => {
                let failing = parts.iter().fold(Estimate { cost: 0.0, passing: 1.0 }, |sum, part| {
                    let part = part.estimate();
                    Estimate {
                        cost: sum.cost + sum.passing * part.cost,
                        passing: sum.passing * (1.0 - part.passing),
                    }
                });
                Estimate { passing: 1.0 - failing.passing, ..failing }
            }
            Self::Leaf(leaf) => leaf.estimate(),
            Self::Set(documents) => Estimate { cost: 0.02, passing: documents.share() },
            Self::Any(any) => {
                let condition = any.condition.estimate();
                Estimate { cost: 8.0 + 4.0 * condition.cost, passing: condition.passing.sqrt() }
            }
        }
    }
}

fn remove(bits: &mut [u64], removed: &[u64]) {
    bits.iter_mut().zip(removed).for_each(|(word, removed)| *word &= !removed);
}

/// What a condition is expected to do, for the order of evaluation only.
struct Estimate {
    /// About nanoseconds for an element.
    cost: f64,
    /// Share of elements of which it is true.
    passing: f64,
}

impl Estimate {
    /// Conjunctions are cheapest in ascending order of cost for each element that is taken out.
    fn rank_in_and(&self) -> f64 {
        self.cost / (1.0 - self.passing).max(1e-3)
    }

    /// Disjunctions are cheapest in ascending order of cost for each element that is decided.
    fn rank_in_or(&self) -> f64 {
        self.cost / self.passing.max(1e-3)
    }
}

/// Lets a search stop in the middle of a list of very many conditions; short lists do not pay for it.
pub(super) fn check_in_long_list(at: usize, cancel: &Cancel) -> Result<(), EngineError> {
    if at % 16 == 15 { Ok(cancel.check()?) } else { Ok(()) }
}

impl Leaf {
    fn estimate(&self) -> Estimate {
        let (low, high) = self.column.bounds();
        let width = (high - low) as f64 + 1.0;
        let (cost, passing) = match &self.test {
            Test::Present => (1.0, 0.9),
            Test::Between { low: from, high: to } => {
                let common = (*to).min(high).saturating_sub((*from).max(low)) as f64 + 1.0;
                (1.0, common / width)
            }
            Test::OneOf(ordinals) => (2.0, ordinals.len() as f64 / width),
            Test::Within { .. } => (3.0, 0.1),
            Test::Inside { .. } => (4.0, 0.1),
        };
        Estimate { cost, passing: passing.min(1.0) }
    }
}

impl Any {
    /// [`Any::retain`] for documents: one by one where few of 64 are candidates, else in stretches.
    fn retain_documents(&self, space: &Space, bits: &mut [u64], cancel: &Cancel) -> Result<(), EngineError> {
        let documents = space.range();
        let mut index = 0;
        while let Some(word) = bits.get_mut(index) {
            let first = documents.start + index as u32 * 64;
            if word.count_ones() <= FEW {
                if *word != 0 {
                    // Each of them may have thousands of elements.
                    cancel.check()?;
                    self.retain_each(first, word, cancel)?;
                }
                index += 1;
                continue;
            }
            let rest = bits.get_mut(index..).unwrap_or_default();
            let dense = rest.iter().take_while(|word| word.count_ones() > FEW).count();
            let stretch = self.portion(first..documents.end.min(first + dense as u32 * 64));
            let words = rest.get_mut(..stretch.len().div_ceil(64)).unwrap_or_default();
            self.retain(&Space::documents(stretch), words, cancel)?;
            index += words.len();
            cancel.check()?;
        }
        Ok(())
    }

    /// As many of the documents, from the first on, as have no more than [`ROWS_MAX`] values in a column; at least 64.
    fn portion(&self, documents: Range<DocId>) -> Range<DocId> {
        let mut words = documents.len().div_ceil(64);
        loop {
            let portion = documents.start..documents.end.min(documents.start + words as u32 * 64);
            let rows = |column: &Arc<OpenedColumn>| column.rows(portion.clone()).len();
            if words <= 1 || self.columns.iter().all(|column| rows(column) <= ROWS_MAX) {
                return portion;
            }
            words /= 2;
        }
    }

    /// Takes the documents out of `word`, whose first is `first`, in which no element meets the condition.
    fn retain_each(&self, first: DocId, word: &mut u64, cancel: &Cancel) -> Result<(), EngineError> {
        let mut rest = *word;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            let document = first + bit.trailing_zeros();
            let mut single = [1];
            self.retain(&Space::documents(document..document + 1), &mut single, cancel)?;
            if single == [0] {
                *word ^= bit;
            }
            rest ^= bit;
        }
        Ok(())
    }

    /// Takes the elements of `outer` out of `bits` in which no element meets the condition.
    fn retain(&self, outer: &Space, bits: &mut [u64], cancel: &Cancel) -> Result<(), EngineError> {
        let inner = Inner::new(&self.lengths, outer);
        let mut candidates = inner.spread(bits);
        self.condition.retain(&inner.space, &mut candidates, cancel)?;
        inner.reduce(&candidates, bits);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::Bits;
    use crate::filter::documents::Gathered;

    /// So many of 640 documents.
    fn set(count: usize) -> Node {
        let mut bits = Bits::none();
        bits::fill(bits.words_mut(), 0..count);
        let mut gathered = Gathered::none(640);
        gathered.add_window(0, &bits);
        Node::Set(Arc::new(gathered.finish()))
    }

    /// How many documents each part has.
    fn counts(node: &Node) -> Vec<u32> {
        let (Node::And(parts) | Node::Or(parts)) = node else { panic!("several parts") };
        let count = |part: &Node| if let Node::Set(documents) = part { documents.count() } else { 0 };
        parts.iter().map(count).collect()
    }

    #[test]
    fn what_decides_most_comes_first() {
        let parts = || [300, 10, 600, 100].map(set).into();
        assert_eq!(counts(&Node::all(parts())), [10, 100, 300, 600]);
        assert_eq!(counts(&Node::any(parts())), [600, 300, 100, 10]);
    }
}
