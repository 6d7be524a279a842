//! A bit for each of some documents or elements, in words of 64: what conditions are combined in.

use std::ops::Range;

/// Documents in a window of a search.
pub(crate) const WINDOW_DOCUMENTS: u32 = 4096;

/// Words in a window.
pub(crate) const WORDS: usize = WINDOW_DOCUMENTS as usize / 64;

/// One bit for each document of a window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bits([u64; WORDS]);

impl Bits {
    pub(crate) fn none() -> Self {
        Self([0; WORDS])
    }

    pub(crate) fn all() -> Self {
        Self([u64::MAX; WORDS])
    }

    /// Sets the bit at `offset` (below [`WINDOW_DOCUMENTS`]).
    #[inline]
    pub(crate) fn insert(&mut self, offset: usize) {
        debug_assert!(offset < WINDOW_DOCUMENTS as usize);
        self.0[offset / 64 % WORDS] |= 1 << (offset % 64);
    }

    /// Whether the bit at `offset` (below [`WINDOW_DOCUMENTS`]) is set.
    #[inline]
    pub(crate) fn contains(&self, offset: usize) -> bool {
        debug_assert!(offset < WINDOW_DOCUMENTS as usize);
        self.0[offset / 64 % WORDS] & (1 << (offset % 64)) != 0
    }

    /// Sets every bit that is set in `other`.
    pub(crate) fn insert_all(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// How many bits are set.
    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether no bit is set.
    pub(crate) fn is_empty(&self) -> bool {
        is_empty(&self.0)
    }

    /// Calls `visit` with the offset of each bit that is set, in ascending order.
    #[inline]
    pub(crate) fn for_each(&self, visit: impl FnMut(usize)) {
        for_each(&self.0, visit);
    }

    /// The words.
    pub(crate) fn words(&self) -> &[u64; WORDS] {
        &self.0
    }

    /// The words, to be changed.
    pub(crate) fn words_mut(&mut self) -> &mut [u64; WORDS] {
        &mut self.0
    }
}

/// The bits `range` of a word, of which there are at most 64.
#[inline]
pub(crate) fn mask(range: Range<usize>) -> u64 {
    let below = |end: usize| if end >= 64 { u64::MAX } else { (1 << end) - 1 };
    below(range.end) & !below(range.start)
}

/// The bits of the word at `index` that are within the first `length` of all.
#[inline]
pub(crate) fn filled(index: usize, length: usize) -> u64 {
    mask(0..length.saturating_sub(index * 64))
}

/// Sets the bits `range`.
#[inline]
pub(crate) fn fill(words: &mut [u64], range: Range<usize>) {
    within(words, range, |word, mask| *word |= mask);
}

/// Takes the bits `range` out.
#[inline]
pub(crate) fn clear(words: &mut [u64], range: Range<usize>) {
    within(words, range, |word, mask| *word &= !mask);
}

/// Calls `change` with each word that `range` touches and its bits that are in it.
#[inline]
fn within(words: &mut [u64], range: Range<usize>, change: impl Fn(&mut u64, u64)) {
    if range.is_empty() {
        return;
    }
    let (first, last) = (range.start / 64, (range.end - 1) / 64);
    for (index, word) in words.iter_mut().enumerate().take(last + 1).skip(first) {
        change(word, mask(range.start.saturating_sub(index * 64)..range.end - index * 64));
    }
}

/// Whether any of the bits `range` is set.
#[inline]
pub(crate) fn any(words: &[u64], range: Range<usize>) -> bool {
    if range.is_empty() {
        return false;
    }
    let (first, last) = (range.start / 64, (range.end - 1) / 64);
    words
        .iter()
        .enumerate()
        .take(last + 1)
        .skip(first)
        .any(|(index, word)| word & mask(range.start.saturating_sub(index * 64)..range.end - index * 64) != 0)
}

/// [`any`], quicker for ranges of at most 64 bits.
#[inline]
pub(crate) fn any_near(words: &[u64], range: Range<usize>) -> bool {
    let (first, shift, length) = (range.start / 64, range.start % 64, range.len());
    if length > 64 {
        return any(words, range);
    }
    let at = |index| words.get(index).copied().unwrap_or(0);
    // Two shifts, because one by 64 is none.
    let bits = at(first) >> shift | at(first + 1) << 1 << (63 - shift);
    bits & mask(0..length) != 0
}

/// Copies the bits `range` of `from`, which are within it, to the beginning of `to`.
pub(crate) fn copy(from: &[u64], range: Range<usize>, to: &mut [u64]) {
    let words = to.iter_mut().zip(shifted(from, range.start)).enumerate();
    for (index, (word, copied)) in words.take(range.len().div_ceil(64)) {
        *word = copied & filled(index, range.len());
    }
}

/// Whether no bit is set.
pub(crate) fn is_empty(words: &[u64]) -> bool {
    words.iter().all(|word| *word == 0)
}

/// Calls `visit` with the position of each bit that is set, in ascending order.
#[inline]
pub(crate) fn for_each(words: &[u64], mut visit: impl FnMut(usize)) {
    for (index, word) in words.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            visit(index * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// The words that begin at bit `start`, and zeros without end.
pub(crate) fn shifted(words: &[u64], start: usize) -> impl Iterator<Item = u64> {
    let (first, shift) = (start / 64, start % 64);
    let from = move |index: usize| words.iter().copied().skip(index).chain(std::iter::repeat(0));
    from(first).zip(from(first + 1)).map(move |(low, high)| match shift {
        0 => low,
        1.. => low >> shift | high << (64 - shift),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "offset < WINDOW_DOCUMENTS")]
    fn nothing_lies_behind_a_window() {
        Bits::none().insert(WINDOW_DOCUMENTS as usize);
    }

    #[test]
    fn ranges_are_set_and_found() {
        for range in [0..0, 0..1, 5..5, 63..64, 63..65, 64..128, 1..190, 0..192, 130..131] {
            let mut words = [0; 3];
            fill(&mut words, range.clone());
            let mut set = Vec::new();
            for_each(&words, |position| set.push(position));
            assert_eq!(set, range.clone().collect::<Vec<_>>());
            assert_eq!(is_empty(&words), range.is_empty());
            let mut rest = [u64::MAX; 3];
            clear(&mut rest, range.clone());
            assert_eq!(rest.map(|word| !word), words);
            for other in [0..1, 0..192, 62..66, 128..192, 64..64] {
                let common = range.start.max(other.start)..range.end.min(other.end);
                assert_eq!(any(&words, other.clone()), !common.is_empty(), "{range:?} {other:?}");
                assert_eq!(any_near(&words, other.clone()), !common.is_empty(), "{range:?} {other:?}");
            }
        }
    }

    #[test]
    fn ranges_are_copied() {
        let from = [0b1011, 1 << 63 | 1, 0b10];
        let copied = |range| {
            let mut to = [0; 2];
            copy(&from, range, &mut to);
            to
        };
        assert_eq!(copied(0..128), [0b1011, 1 << 63 | 1]);
        assert_eq!(copied(1..128), [1 << 63 | 0b101, 1 << 62]);
        assert_eq!(copied(1..64), [0b101, 0]);
        assert_eq!(copied(127..130), [0b101, 0]);
        assert_eq!(copied(70..70), [0, 0]);
    }

    #[test]
    fn words_begin_anywhere() {
        let words = [0b1011, 1 << 63];
        let first = |start| shifted(&words, start).take(2).collect::<Vec<_>>();
        assert_eq!(first(0), words);
        assert_eq!(first(1), [0b101, 1 << 62]);
        assert_eq!(first(63), [0, 1]);
        assert_eq!(first(64), [1 << 63, 0]);
        assert_eq!(first(127), [1, 0]);
        assert_eq!(first(500), [0, 0]);
    }

    #[test]
    fn the_last_word_is_filled_in_part() {
        assert_eq!([0, 1, 2].map(|index| filled(index, 70)), [u64::MAX, 0b11_1111, 0]);
    }
}
