//! BM25 as the service computes it (`query.md` §3.1), and sums that do not depend on their order.
//!
//! ```text
//! idf      = ln(1 + (N - df + 0.5) / (df + 0.5))                                  N, df: documents with the field, the term
//! share    = k1 · (1 - b + b · length / average)                                  length: what the one-byte norm stands for
//! score    = idf · (k1 + 1) · tf / (tf + share)
//! ```
//!
//! Everything is rounded to `f32` where Lucene 6 rounds it: recorded scores come out to the last digit (computed in
//! `f64` throughout, two of the recordings do not).

use std::sync::Arc;

use crate::segment::norms::{FieldStatistics, decode_length};

/// The two parameters of an index's similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Similarity {
    /// How much repetition counts: 0 = not at all.
    pub(crate) k1: f32,
    /// How much a field's length counts, 0 to 1.
    pub(crate) b: f32,
}

impl Default for Similarity {
    fn default() -> Self {
        Self { k1: 1.2, b: 0.75 }
    }
}

impl Similarity {
    /// `idf · (k1 + 1)`: what all scores of a term, or of a phrase with the sum of its terms' idfs, have in common.
    pub(crate) fn weight(self, idf: f32) -> f32 {
        idf * (self.k1 + 1.0)
    }

    /// The field's part of the formula for each length code.
    pub(crate) fn lengths(self, statistics: FieldStatistics) -> Lengths {
        let average = (statistics.tokens as f64 / statistics.documents.max(1) as f64) as f32;
        let length = |code: usize| decode_length((CODES + code) as u8);
        let share = |code| self.k1 * ((1.0 - self.b) + self.b * length(code) / average);
        let shares = std::array::from_fn(share);
        Lengths { monotone: is_monotone(&shares), shares }
    }
}

/// How much rarer than the field a term is. `documents` have the field, `frequency` of them the term.
pub(crate) fn idf(documents: u64, frequency: u64) -> f32 {
    let without = documents.saturating_sub(frequency) as f64;
    (1.0 + (without + 0.5) / (frequency as f64 + 0.5)).ln() as f32
}

/// The codes of all lengths from 1 to 2^30 are the 64 from 64 on; so only their last six bits are looked at.
const CODES: usize = 64;

#[inline]
fn index(code: u8) -> usize {
    usize::from(code) % CODES
}

/// The code of a single token; the codes above it are of no length.
const CODE_OF_ONE_TOKEN: usize = 124;

/// [`Lengths::is_monotone`] vouches for frequencies up to here.
const FREQUENCY_MAX: u32 = 255;

/// `share` of the formula for each length code of one field.
#[derive(Debug, Clone)]
pub(crate) struct Lengths {
    shares: [f32; CODES],
    monotone: bool,
}

impl Lengths {
    /// The score of a field's text in which something of this weight occurs `frequency` times.
    #[inline]
    pub(crate) fn score(&self, weight: f32, frequency: u32, code: u8) -> f32 {
        let frequency = frequency as f32;
        weight * frequency / (frequency + self.shares[index(code)])
    }

    /// Whether, rounding included, a higher frequency (up to [`FREQUENCY_MAX`]) never scores less and a shorter text
    /// neither. Otherwise a score may fall short by some units in the last place, which bounds have to allow for.
    pub(crate) fn is_monotone(&self) -> bool {
        self.monotone
    }
}

/// The exact result moves by more than the six roundings of two neighbours can undo, wherever it moves at all.
fn is_monotone(shares: &[f32; CODES]) -> bool {
    const ROUNDINGS: f32 = 1.0 / (1 << 21) as f32;
    let highest = FREQUENCY_MAX as f32;
    let codes = &shares[..=CODE_OF_ONE_TOKEN - CODES];
    let lengths_differ = codes
        .iter()
        .zip(codes.iter().skip(1))
        .all(|(longer, shorter)| longer == shorter || (longer - shorter) / (highest + shorter) > ROUNDINGS);
    let frequencies_differ =
        codes.iter().all(|share| share / (highest * (highest + 1.0 + share)) > ROUNDINGS);
    lengths_differ && frequencies_differ
}

/// Rounds contributions to a grid so coarse that every sum of them is exact in `f64`, and so fine that a score does not
/// notice: 50 bits below the highest score possible.
///
/// Exact sums are the same in whatever order they are formed, so a search that leaves out what cannot matter answers bit
/// for bit what the exhaustive one does. The sum is rounded to `f32` once, at the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    magic: f64,
}

impl Grid {
    /// The grid for sums of up to `bound`.
    pub(crate) fn for_sums_up_to(bound: f64) -> Self {
        let step = (bound.max(1.0).log2().ceil() - 50.0).exp2();
        // Adding and subtracting this leaves no room for bits below the step.
        Self { magic: 1.5 * (52f64).exp2() * step }
    }

    /// The point of the grid nearest to a contribution.
    #[inline]
    pub(crate) fn snap(self, contribution: f32) -> f64 {
        (f64::from(contribution) + self.magic) - self.magic
    }
}

/// Frequencies up to here are looked up instead of computed.
const TABLE: usize = 4;

/// Scores one leaf of a query: a term, a group of synonyms or a phrase in one field.
#[derive(Debug)]
pub(crate) struct Scorer {
    weight: f32,
    lengths: Arc<Lengths>,
    grid: Grid,
    /// Contributions for the lowest frequencies, which nearly all documents have.
    table: [[f64; CODES]; TABLE],
}

impl Scorer {
    pub(crate) fn new(weight: f32, lengths: Arc<Lengths>, grid: Grid) -> Self {
        let contribution = |frequency: usize, code: usize| {
            grid.snap(lengths.score(weight, frequency as u32 + 1, (CODES + code) as u8))
        };
        let table =
            std::array::from_fn(|frequency| std::array::from_fn(|code| contribution(frequency, code)));
        Self { weight, lengths, grid, table }
    }

    /// The contribution to the score of a document.
    #[inline]
    pub(crate) fn score(&self, frequency: u32, code: u8) -> f64 {
        match self.table.get((frequency as usize).wrapping_sub(1)) {
            Some(scores) => scores[index(code)],
            None => self.grid.snap(self.lengths.score(self.weight, frequency, code)),
        }
    }

    /// At least the contribution of any document in which the frequency is not higher and the field not shorter.
    pub(crate) fn bound(&self, frequency: u32, code: u8) -> f64 {
        if frequency <= FREQUENCY_MAX && self.lengths.is_monotone() {
            return self.score(frequency, code);
        }
        self.limit()
            .min(self.grid.snap(self.lengths.score(self.weight, frequency, code) * ROUNDING_ALLOWANCE))
    }

    /// At least the contribution of any document.
    pub(crate) fn limit(&self) -> f64 {
        self.grid.snap(self.weight * ROUNDING_ALLOWANCE)
    }
}

/// More than three roundings can add.
const ROUNDING_ALLOWANCE: f32 = 1.0 + 8.0 * f32::EPSILON;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::norms::encode_length;

    fn lengths(documents: u64, tokens: u64) -> Lengths {
        Similarity::default().lengths(FieldStatistics { documents, tokens })
    }

    /// Field statistics, document frequency and the document's length and frequency; the score to five digits.
    /// The first five are contributions recorded from the service (`query.md` §11).
    #[test]
    fn recorded_contributions_come_out() {
        let table = [
            ((10, 126), 1, (5, 1), 2.61977),  // cheapest in description 2
            ((10, 126), 7, (5, 1), 0.50358),  // hotel in description 2
            ((9, 117), 7, (6, 1), 0.35312),   // hotel in descriptionFr 2
            ((8, 16), 1, (2, 1), 1.60761),    // hotel in hotelName 10
            ((10, 126), 7, (27, 3), 0.47409), // hotel in description 1
            ((1, 1), 1, (1, 1), 0.28768),     // ln(4/3)
        ];
        for ((documents, tokens), frequency, (length, count), expected) in table {
            let weight = Similarity::default().weight(idf(documents, frequency));
            let score = lengths(documents, tokens).score(weight, count, encode_length(length));
            assert!((score - expected).abs() < 0.000_006, "{score} instead of {expected}");
        }
    }

    #[test]
    fn codes_of_lengths_are_told_apart() {
        for length in (1..10_000).chain([1 << 20, 1 << 30]) {
            assert!((CODES..=CODE_OF_ONE_TOKEN).contains(&usize::from(encode_length(length))), "{length}");
        }
        assert_eq!(usize::from(encode_length(1)), CODE_OF_ONE_TOKEN);
    }

    #[test]
    fn a_term_of_every_document_is_still_worth_something() {
        assert_eq!(idf(2, 2), (1.0f64 + 0.5 / 2.5).ln() as f32);
        assert!(idf(1_000_000, 1_000_000) > 0.0);
        // Counts that contradict each other (deleted documents) do not make a score negative.
        assert!(idf(3, 5) > 0.0);
    }

    #[test]
    fn parameters_switch_repetition_and_length_off() {
        let statistics = FieldStatistics { documents: 10, tokens: 100 };
        let binary = Similarity { k1: 0.0, b: 0.75 };
        assert_eq!(binary.lengths(statistics).score(binary.weight(2.0), 7, encode_length(3)), 2.0);
        assert!(!binary.lengths(statistics).is_monotone(), "nothing moves, so rounding decides");
        let flat = Similarity { k1: 1.2, b: 0.0 }.lengths(statistics);
        assert_eq!(flat.score(1.0, 2, encode_length(3)), flat.score(1.0, 2, encode_length(300)));
        assert!(flat.is_monotone());
        assert!(lengths(1_000_000, 100_000_000).is_monotone(), "an ordinary field");
        assert!(!lengths(1, 16_000_000).is_monotone(), "one enormous text");
    }

    proptest! {
        /// The order of summation does not matter, and the grid does not show in the sum.
        #[test]
        fn sums_are_exact(parts in prop::collection::vec((1e-7f32..30.0, any::<u32>()), 1..200)) {
            let bound = parts.iter().map(|(part, _)| f64::from(*part)).sum::<f64>();
            let grid = Grid::for_sums_up_to(bound);
            let sum = |parts: &[(f32, u32)]| parts.iter().fold(0.0, |sum, (part, _)| sum + grid.snap(*part));
            let mut shuffled = parts.clone();
            shuffled.sort_by_key(|(_, order)| *order);
            prop_assert_eq!(sum(&parts).to_bits(), sum(&shuffled).to_bits());
            prop_assert!((sum(&parts) - bound).abs() <= bound * 1e-12);
        }

        /// No document scores above the bound of a frequency and a length that are at least as good.
        #[test]
        fn bounds_hold(
            idf in 1e-6f32..20.0, average in 1.0f64..1e6, k1 in 0.0f32..3.0, b in 0.0f32..1.0,
            frequency in 1u32..400, less in 0u32..400, length in 1u32..1_000_000, more in 0u32..1_000_000,
        ) {
            let similarity = Similarity { k1, b };
            let statistics = FieldStatistics { documents: 1000, tokens: (1000.0 * average) as u64 };
            let lengths = Arc::new(similarity.lengths(statistics));
            let scorer = Scorer::new(similarity.weight(idf), lengths, Grid::for_sums_up_to(100.0));
            let score = scorer.score(frequency.saturating_sub(less).max(1), encode_length(length + more));
            let bound = scorer.bound(frequency, encode_length(length));
            prop_assert!(score <= bound, "{} > {}", score, bound);
            prop_assert!(bound <= scorer.limit() && scorer.limit() <= f64::from(similarity.weight(idf)) * 1.000_002);
        }
    }
}
