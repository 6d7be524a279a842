//! Text read eight bytes at a time. What most texts are made of is ASCII, and to look at its bytes one after the other costs
//! more than all that is done with its words.

/// Eight bytes of a text, the first in the lowest eight bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eight(u64);

/// Some of the [`Eight`]: the highest bit of each byte that is among them.
pub(crate) type Bytes = u64;

/// All of the eight.
pub(crate) const ALL: u64 = every(0x80);

/// The byte, eight times.
const fn every(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

impl Eight {
    /// The first eight bytes of a text, zeroes behind a shorter one.
    #[inline]
    pub(crate) fn first_of(text: &[u8]) -> Self {
        if let Some(eight) = text.first_chunk() {
            return Self(u64::from_le_bytes(*eight));
        }
        let four = |four: &[u8; 4]| u64::from(u32::from_le_bytes(*four));
        if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
            return Self(four(first) | four(last) << (8 * (text.len() - 4)));
        }
        Self(text.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)))
    }

    /// The ASCII letters.
    #[inline]
    pub(crate) fn letters(self) -> Bytes {
        Self(self.0 | every(0x20)).between(b'a', b'z')
    }

    /// The ASCII digits.
    #[inline]
    pub(crate) fn digits(self) -> Bytes {
        self.between(b'0', b'9')
    }

    /// The ASCII letters in upper case.
    #[inline]
    pub(crate) fn capitals(self) -> Bytes {
        self.between(b'A', b'Z')
    }

    /// The bytes that are parts of characters beyond ASCII.
    #[inline]
    pub(crate) fn beyond_ascii(self) -> Bytes {
        self.0 & ALL
    }

    /// The bytes within a range of ASCII. (Adding carries into a byte's highest bit from `least` on, never beyond it.)
    #[inline]
    fn between(self, least: u8, greatest: u8) -> Bytes {
        let low = self.0 & !ALL;
        let from_least = low + every(0x80 - least);
        let above_greatest = low + every(0x7f - greatest);
        from_least & !above_greatest & !self.0 & ALL
    }
}

/// The bytes before the first of these; all if there are none.
#[inline]
pub(crate) fn before(bytes: Bytes) -> Bytes {
    bytes.wrapping_sub(1) & !bytes & ALL
}

/// How many bytes stand before the first of these.
#[inline]
pub(crate) fn count_before(bytes: Bytes) -> usize {
    bytes.trailing_zeros() as usize / 8
}

/// Whether the text is ASCII without capitals.
#[inline]
pub(crate) fn is_lower_ascii(text: &[u8]) -> bool {
    let is_lower = |eight: Eight| eight.capitals() | eight.beyond_ascii() == 0;
    let Some(last) = text.last_chunk() else { return is_lower(Eight::first_of(text)) };
    let (eights, _) = text.as_chunks();
    eights.iter().chain([last]).all(|eight| is_lower(Eight(u64::from_le_bytes(*eight))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place, beside bytes that carry easily.
    #[test]
    fn bytes_are_told_apart() {
        for others in [0, b'a', 0x7f, 0xff] {
            for byte in 0..=255_u8 {
                (0..8).for_each(|place| check(byte, place, others));
            }
        }
    }

    fn check(byte: u8, place: usize, others: u8) {
        let mut bytes = [others; 8];
        bytes[place] = byte;
        let eight = Eight::first_of(&bytes);
        let has = |found: Bytes| found >> (8 * place) & 0xff == 0x80;
        assert_eq!(has(eight.letters()), byte.is_ascii_alphabetic(), "{bytes:?}");
        assert_eq!(has(eight.digits()), byte.is_ascii_digit(), "{bytes:?}");
        assert_eq!(has(eight.capitals()), byte.is_ascii_uppercase(), "{bytes:?}");
        assert_eq!(has(eight.beyond_ascii()), !byte.is_ascii(), "{bytes:?}");
    }

    #[test]
    fn short_texts_end_in_zeroes() {
        for len in 0..=8 {
            let text: Vec<u8> = (1..=len).collect();
            let mut eight = [0; 8];
            eight[..text.len()].copy_from_slice(&text);
            assert_eq!(Eight::first_of(&text).0, u64::from_le_bytes(eight));
        }
    }

    #[test]
    fn bytes_are_counted() {
        for (bytes, count) in [(0, 8), (0x80, 0), (0x8000_8000, 1), (0x80 << 56, 7)] {
            assert_eq!(
                (before(bytes).count_ones() as usize, count_before(bytes)),
                (count, count),
                "{bytes:x}"
            );
        }
    }

    /// A capital and a byte beyond ASCII at every place of texts of many lengths.
    #[test]
    fn lower_case_is_seen() {
        for len in 0..30 {
            let lower = vec![b'z'; len];
            assert!(is_lower_ascii(&lower));
            for (place, other) in (0..len).flat_map(|place| [(place, b'A'), (place, b'Z'), (place, 0xc3)]) {
                let mut text = lower.clone();
                text[place] = other;
                assert!(!is_lower_ascii(&text), "{text:?}");
            }
        }
    }
}
