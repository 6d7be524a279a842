//! Chance as a component: [`OsRandom`] in the service, [`SeededRandom`] where a run must replay from a number.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills `buf` with uniformly random bytes.
    fn fill(&self, buf: &mut [u8]);

    /// A uniformly random number of 64 bits.
    fn u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A uniformly random number of 128 bits, for identities.
    fn u128(&self) -> u128 {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }

    /// `len` characters, each uniformly one of `A-Z`, `a-z`, `0-9`: for keys (52 of them are what the service's admin
    /// keys look like) and names of temporary things.
    fn alphanumeric(&self, len: usize) -> String {
        let mut text = String::with_capacity(len);
        let mut bytes = [0; 64];
        while text.len() < len {
            self.fill(&mut bytes);
            // Bytes that would make the first characters likelier than the others are thrown away.
            let uniform =
                bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < 4 * ALPHABET.len());
            let missing = len - text.len();
            text.extend(uniform.take(missing).map(|byte| char::from(ALPHABET[byte % ALPHABET.len()])));
        }
        text
    }
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The operating system's generator, fit for keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    /// # Panics
    ///
    /// If the operating system has no random numbers to give: there is no safe way to go on without.
    fn fill(&self, buf: &mut [u8]) {
        if let Err(error) = getrandom::fill(buf) {
            panic!("the operating system gives no random numbers: {error}");
        }
    }
}

/// The same numbers for the same seed (SplitMix64). For tests and simulations only: it is predictable by design.
#[derive(Debug)]
pub struct SeededRandom {
    state: AtomicU64,
}

impl SeededRandom {
    /// A generator that replays from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// Uniform in `0..bound`; 0 if the bound is 0.
    pub fn below(&self, bound: usize) -> usize {
        // The bias of a plain remainder is below bound / 2^64, which no test of ours can see.
        let Some(remainder) = self.next().checked_rem(bound as u64) else { return 0 };
        usize::try_from(remainder).unwrap_or(0)
    }

    fn next(&self) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(GOLDEN, Ordering::Relaxed).wrapping_add(GOLDEN);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of SplitMix64 for seed 1234567, as published with the algorithm's reference code.
    #[test]
    fn seeded_random_is_splitmix64() {
        let random = SeededRandom::new(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([random.u64(), random.u64(), random.u64()], expected);
    }

    #[test]
    fn alphanumeric_has_the_length_asked_for_and_uses_the_whole_alphabet_evenly() {
        let random = SeededRandom::new(7);
        assert_eq!(random.alphanumeric(0), "");
        assert_eq!(random.alphanumeric(52).len(), 52);
        let text = random.alphanumeric(62_000);
        for letter in ALPHABET {
            let count = text.bytes().filter(|byte| byte == letter).count();
            assert!((850..1_150).contains(&count), "{} appears {count} times of 1000", char::from(*letter));
        }
    }

    #[test]
    fn the_operating_system_does_not_repeat_itself() {
        assert_ne!(OsRandom.u128(), OsRandom.u128());
    }
}
