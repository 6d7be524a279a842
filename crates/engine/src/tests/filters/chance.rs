//! Seeded chance with the few questions that the generators ask.

use lazuli_platform::random::{Random, SeededRandom};

pub(super) struct Chance(SeededRandom);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// A number below `bound`; 0 if the bound is 0.
    pub(super) fn below(&self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// A number of `low..=high`.
    pub(super) fn between(&self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    pub(super) fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a, T>(&self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Uniform in `0.0..1.0`.
    pub(super) fn unit(&self) -> f64 {
        (self.0.u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// `count` items, drawn one by one: some perhaps twice.
    pub(super) fn draw<T: Clone>(&self, items: &[T], count: usize) -> Vec<T> {
        (0..count).map(|_| self.pick(items).clone()).collect()
    }
}
