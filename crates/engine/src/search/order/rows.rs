//! The best rows so far, in bounded memory. A row is a document's words, the first key first, and then its address:
//! rows are unique and compare as their words do.

use std::cmp::Ordering;

/// Rows kept beyond the limit before the worst are dropped: few for small pages, so that what is dropped soon tells what
/// need not be looked at; not many for deep ones, so that memory stays near the limit.
const SURPLUS: std::ops::RangeInclusive<usize> = 16..=16_384;

/// See the module.
pub(super) struct Rows {
    limit: usize,
    /// Words in a row.
    stride: usize,
    words: Vec<u64>,
    /// A further row has to be below it.
    threshold: Option<Vec<u64>>,
}

impl Rows {
    /// Keeps the best `limit` (> 0) rows of `stride` words, of those that are below `threshold`.
    pub(super) fn new(limit: usize, stride: usize, threshold: Option<Vec<u64>>) -> Self {
        Self { limit, stride, words: Vec::new(), threshold }
    }

    /// No row with a first word above this one can be among the best.
    #[inline]
    pub(super) fn first_word_max(&self) -> u64 {
        self.threshold.as_ref().and_then(|row| row.first()).copied().unwrap_or(u64::MAX)
    }

    /// Whether a row cannot be among the best as far as its first words tell, which are asked for until there is none.
    pub(super) fn excludes(&self, mut word: impl FnMut(usize) -> Option<u64>) -> bool {
        let Some(threshold) = &self.threshold else { return false };
        for (index, limit) in threshold.iter().enumerate() {
            let Some(word) = word(index) else { return false };
            match word.cmp(limit) {
                Ordering::Less => return false,
                Ordering::Equal => {}
                Ordering::Greater => return true,
            }
        }
        true
    }

    /// Offers a row whose words are asked for one after the other, as long as it may be among the best.
    #[inline]
    pub(super) fn offer(&mut self, mut word: impl FnMut(usize) -> u64) {
        let before = self.words.len();
        let mut equal_so_far = self.threshold.as_deref();
        for index in 0..self.stride {
            let word = word(index);
            if let Some(limit) = equal_so_far.and_then(|row| row.get(index)) {
                match word.cmp(limit) {
                    Ordering::Less => equal_so_far = None,
                    Ordering::Equal => {}
                    Ordering::Greater => {
                        self.words.truncate(before);
                        return;
                    }
                }
            }
            self.words.push(word);
        }
        if equal_so_far.is_some() {
            self.words.truncate(before);
            return;
        }
        let surplus = self.limit.clamp(*SURPLUS.start(), *SURPLUS.end());
        if self.words.len() >= self.limit.saturating_add(surplus).saturating_mul(self.stride) {
            self.drop_worst();
        }
    }

    fn row(&self, index: u32) -> &[u64] {
        let start = index as usize * self.stride;
        self.words.get(start..start + self.stride).unwrap_or(&[])
    }

    fn indices(&self) -> Vec<u32> {
        (0..(self.words.len() / self.stride) as u32).collect()
    }

    fn gather(&self, indices: &[u32]) -> Vec<u64> {
        indices.iter().flat_map(|index| self.row(*index)).copied().collect()
    }

    fn drop_worst(&mut self) {
        let mut indices = self.indices();
        let Some(last) = self.limit.checked_sub(1).filter(|last| *last < indices.len()) else { return };
        let (_, worst, _) =
            indices.select_nth_unstable_by(last, |left, right| self.row(*left).cmp(self.row(*right)));
        self.threshold = Some(self.row(*worst).to_vec());
        indices.truncate(self.limit);
        self.words = self.gather(&indices);
    }

    /// The words of the best rows, in order.
    pub(super) fn into_sorted(self) -> Vec<u64> {
        let mut indices = self.indices();
        indices.sort_unstable_by(|left, right| self.row(*left).cmp(self.row(*right)));
        indices.truncate(self.limit);
        self.gather(&indices)
    }
}

#[cfg(test)]
mod tests {
    use lazuli_platform::random::{Random, SeededRandom};

    use super::*;

    #[test]
    fn the_best_are_kept_whatever_the_limit() {
        let random = SeededRandom::new(3);
        let all: Vec<[u64; 3]> =
            (0..5000).map(|address| [random.u64() % 7, random.u64() % 50, address]).collect();
        let mut sorted = all.clone();
        sorted.sort_unstable();
        for limit in [1, 2, 10, 100, 4999, 5000, 6000] {
            let mut rows = Rows::new(limit, 3, None);
            for row in &all {
                rows.offer(|index| row[index]);
            }
            let expected = sorted.iter().take(limit).flatten().copied().collect::<Vec<_>>();
            assert_eq!(rows.into_sorted(), expected, "{limit}");
        }
    }

    #[test]
    fn only_rows_below_the_threshold_are_taken() {
        let mut rows = Rows::new(10, 2, Some(vec![5, 3]));
        let mut asked = 0;
        for row in [[5, 2], [5, 3], [6, 0], [4, 9], [5, 4]] {
            rows.offer(|index| {
                asked += 1;
                row[index]
            });
        }
        assert_eq!(asked, 9, "of [6, 0] only the first word");
        assert_eq!(rows.first_word_max(), 5);
        let excludes = |words: &[u64]| rows.excludes(|index| words.get(index).copied());
        assert!(excludes(&[6]) && excludes(&[5, 4]) && excludes(&[5, 3]));
        assert!(!excludes(&[]) && !excludes(&[5]) && !excludes(&[5, 2]) && !excludes(&[4, 9]));
        assert_eq!(rows.into_sorted(), [4, 9, 5, 2]);
    }
}
