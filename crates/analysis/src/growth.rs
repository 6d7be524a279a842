//! How much a text may grow in an analyzer, at most.
//!
//! An index refuses a document of which an analyzer makes too many tokens or too long ones, and has to know that before it
//! accepts the document. Most analyzers do so to no text of usual size, as their definition tells: words have a longest
//! length, and of what a filter gets it hands on so much at most. Only longer texts are tried (`Analyzer::check`).

use crate::analyzer::Scratch;
use crate::budget::{SPENT_MAX, SPENT_PER_TOKEN, TERM_GROWN_MAX};
use crate::error::TERM_BYTES_MAX;

/// What a part of an analyzer hands on, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Growth {
    /// Bytes for each byte that it gets. [`SPENT_PER_TOKEN`] are added for each token, here and there.
    pub(crate) bytes: u64,
    /// The longest token has so many times the bytes of the longest that it gets,
    pub(crate) times: u64,
    /// and so many more,
    pub(crate) plus: u64,
    /// but no more than these.
    pub(crate) longest: u64,
}

impl Growth {
    /// Nothing is known, so every text is tried.
    pub(crate) const UNKNOWN: Self = Self { bytes: u64::MAX, ..Self::copies(1) };

    /// Tokens as they were, so many times.
    pub(crate) const fn copies(times: u64) -> Self {
        Self { bytes: times, times: 1, plus: 0, longest: u64::MAX }
    }

    /// What both do, one behind the other.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_mul(next.bytes),
            times: self.times.saturating_mul(next.times),
            plus: self.plus.saturating_mul(next.times).saturating_add(next.plus),
            longest: u64::MAX,
        }
    }

    /// Tokens that become so many times longer.
    pub(crate) const fn longer(times: u64) -> Self {
        Self { bytes: times, times, plus: 0, longest: u64::MAX }
    }

    /// A tokenizer that cuts a text into pieces of so many bytes at most.
    pub(crate) const fn pieces(longest: u64) -> Self {
        Self { bytes: 1 + SPENT_PER_TOKEN, times: 1, plus: 0, longest }
    }

    /// `count` tokens of `length` bytes at most, wherever there is a byte.
    pub(crate) fn grams(count: usize, length: usize) -> Self {
        let (count, longest) = (count as u64, length as u64);
        let bytes = count.saturating_mul(longest.saturating_add(SPENT_PER_TOKEN));
        Self { bytes: bytes.saturating_add(1), times: 1, plus: 0, longest }
    }
}

/// The parts of an analyzer that a text goes through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// A tokenizer or a stage, of whose tokens the analyzer keeps account.
    Counted(Growth),
    /// A plain filter.
    Plain(Growth),
}

/// The longest text, in bytes, that goes through the parts without being refused, whatever it is.
pub(crate) fn safe_bytes(parts: &[Part]) -> usize {
    let (mut safe, mut unsafe_from) = (0, BYTES_MAX + 1);
    while unsafe_from - safe > 1 {
        let middle = safe + (unsafe_from - safe) / 2;
        if is_safe(parts, middle) {
            safe = middle;
        } else {
            unsafe_from = middle;
        }
    }
    usize::try_from(safe).unwrap_or(0)
}

/// What a text comes to for each of its bytes, at most, where tokens are counted.
pub(crate) fn spent_per_byte(parts: &[Part]) -> u64 {
    grown(parts, 1).spent
}

/// What the texts of one document cost together.
///
/// The limits of an analyzer are for one text, and a document may have a hundred thousand texts. All their tokens are in the
/// memory of an index writer at once. Texts that are tried, because their length does not tell enough, spend of one budget; of
/// the others only those count of which an analyzer may make much, as what others make of a document is bounded by its length.
#[derive(Debug)]
pub struct Tally {
    /// What was not tried comes to, at most.
    untried: u64,
    /// Of what is tried.
    pub(crate) scratch: Scratch,
}

/// An analyzer that makes more of a byte than this counts.
const MUCH: u64 = 200;

impl Default for Tally {
    fn default() -> Self {
        Self { untried: 0, scratch: Scratch::for_document() }
    }
}

impl Tally {
    /// For texts that may take so many steps together.
    #[cfg(test)]
    pub(crate) fn of_steps(steps: u64) -> Self {
        Self { untried: 0, scratch: Scratch::limited(steps, u64::MAX) }
    }

    /// Whether nothing has to be known of a text of so many bytes but its length.
    pub(crate) fn takes(&mut self, bytes: usize, spent_per_byte: u64) -> bool {
        if spent_per_byte <= MUCH {
            return true;
        }
        let untried = self.untried.saturating_add((bytes as u64).saturating_mul(spent_per_byte));
        let takes = untried <= SPENT_MAX;
        if takes {
            self.untried = untried;
        }
        takes
    }
}

/// More than any document has.
const BYTES_MAX: u64 = 1 << 30;

fn is_safe(parts: &[Part], bytes: u64) -> bool {
    let Grown { spent, longest, longest_of_stages, .. } = grown(parts, bytes);
    spent <= SPENT_MAX && longest <= TERM_BYTES_MAX as u64 && longest_of_stages <= TERM_GROWN_MAX as u64
}

/// What a text comes to at most.
pub(crate) struct Grown {
    /// Bytes of the tokens at the end, [`SPENT_PER_TOKEN`] added for each.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare it with what came"))]
    pub(crate) now: u64,
    /// The same of all places where the analyzer counts.
    spent: u64,
    /// Bytes of the longest token at the end.
    pub(crate) longest: u64,
    /// The same of all places behind a stage.
    longest_of_stages: u64,
}

pub(crate) fn grown(parts: &[Part], bytes: u64) -> Grown {
    let (mut now, mut spent, mut longest, mut longest_of_stages) = (bytes, 0_u64, bytes, 0);
    for (at, part) in parts.iter().enumerate() {
        let (Part::Counted(growth) | Part::Plain(growth)) = part;
        now = now.saturating_mul(growth.bytes);
        longest = longest.saturating_mul(growth.times).saturating_add(growth.plus).min(growth.longest);
        if let Part::Counted(_) = part {
            spent = spent.saturating_add(now);
            // The first is the tokenizer.
            longest_of_stages = if at == 0 { 0 } else { longest.max(longest_of_stages) };
        }
    }
    Grown { now, spent, longest, longest_of_stages }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_lengths() {
        let safe = |parts: &[Part]| safe_bytes(parts);
        let words = Part::Counted(Growth::pieces(900));
        assert_eq!(safe(&[words]), (1 << 30) / 17);
        let whole = Part::Counted(Growth::pieces(u64::MAX));
        assert_eq!(safe(&[whole]), 32_766);
        assert_eq!(safe(&[whole, Part::Plain(Growth::longer(2))]), 16_383);
        let short = Growth { longest: 100, ..Growth::copies(1) };
        assert_eq!(safe(&[whole, Part::Plain(short)]), (1 << 30) / 17);
        // A word of 900 bytes may become one of 36 000.
        assert_eq!(safe(&[words, Part::Plain(Growth::longer(40))]), 819);
        // A stage may make a word too long that is cut down behind it.
        assert_eq!(safe(&[whole, Part::Counted(Growth::longer(300)), Part::Plain(short)]), 131_064 / 300);
        assert_eq!(safe(&[words, Part::Counted(Growth::copies(2))]), (1 << 30) / (17 + 34));
        assert_eq!(safe(&[words, Part::Counted(Growth::UNKNOWN)]), 0);
    }
}
