//! A set of numbers, asked once for each value of a column.

/// See the module. Most numbers that are not in it are told so by one look into a table.
pub(super) struct Ordinals {
    sorted: Vec<u64>,
    first: u64,
    /// A bit for each distance from the first number, modulo the table's size, which is a power of two.
    table: Vec<u64>,
    /// The table is as long as the numbers are apart: it needs no second look.
    exact: bool,
}

/// Largest table, in bits: 16 KB.
const BITS_MAX: u64 = 1 << 17;

/// Bits for each number, where the table is not exact.
const BITS_PER_NUMBER: u64 = 64;

impl Ordinals {
    /// `sorted` must not be empty.
    pub(super) fn new(sorted: Vec<u64>) -> Self {
        let first = sorted.first().copied().unwrap_or(0);
        let span = sorted.last().map_or(1, |last| (last - first).saturating_add(1));
        let wanted = span.min(sorted.len() as u64 * BITS_PER_NUMBER).min(BITS_MAX);
        let bits = wanted.next_power_of_two().max(64);
        let mut table = vec![0; bits as usize / 64];
        for number in &sorted {
            let slot = (number - first) & (bits - 1);
            table[slot as usize / 64] |= 1 << (slot % 64);
        }
        Self { first, exact: bits >= span, sorted, table }
    }

    /// Whether a number is in the set.
    #[inline]
    pub(super) fn contains(&self, number: u64) -> bool {
        let distance = number.wrapping_sub(self.first);
        let slot = distance as usize & (self.table.len() * 64 - 1);
        self.table[slot / 64] >> (slot % 64) & 1 != 0
            && if self.exact {
                distance < self.table.len() as u64 * 64
            } else {
                self.sorted.binary_search(&number).is_ok()
            }
    }

    /// How many numbers are in the set.
    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found() {
        for numbers in [
            vec![0],
            vec![7],
            vec![3, 64],
            vec![5, 68, 69],
            vec![10, 1 << 40, u64::MAX],
            (0..1000).map(|number| number * 3).collect(),
            (0..5000).map(|number| number * 1_000_003).collect(),
        ] {
            let ordinals = Ordinals::new(numbers.clone());
            let near = numbers.iter().flat_map(|number| {
                [number.saturating_sub(64), number.saturating_sub(1), *number, number.saturating_add(1)]
            });
            for number in near.chain([0, u64::MAX]) {
                assert_eq!(ordinals.contains(number), numbers.contains(&number), "{number}");
            }
        }
    }
}
