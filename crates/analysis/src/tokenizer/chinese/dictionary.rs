//! smartcn's dictionary: words and how often they were counted, and pairs of words and how often.
//!
//! It comes from ICTCLAS 1.0 (the Chinese Academy of Sciences, granted under the Apache License 2.0) by way of Lucene's
//! `coredict.mem` and `bigramdict.mem`. Lucene keeps of a pair only a hash of 64 bits; here are its upper 48.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::data::{Numbers, unpacked};

/// How a word goes on behind its first unit, and its count.
type Continued = (Box<[u16]>, u32);

/// The dictionary, read when it is first needed (about 9 MB then).
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// By first unit: how words go on, in order, and their counts.
    words: HashMap<u16, Vec<Continued>>,
    /// Where each value of a hash's upper 16 bits begins in `pairs`.
    starts: Vec<u32>,
    /// The next 32 bits of the hashes, in order, and the counts.
    pairs: Vec<(u32, u32)>,
}

impl Dictionary {
    pub(super) fn get() -> &'static Self {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        DICTIONARY.get_or_init(|| {
            let mut dictionary = Self::default();
            dictionary
                .read_words(&String::from_utf8(unpacked(include_bytes!("words.gz"))).unwrap_or_default());
            dictionary.read_pairs(&unpacked(include_bytes!("pairs.gz")));
            dictionary
        })
    }

    /// Lines of a first character, then how words go on and their counts, each behind a tab; no words share a line with
    /// those that begin otherwise.
    fn read_words(&mut self, lines: &str) {
        for line in lines.lines() {
            let mut units = line.encode_utf16();
            let Some(first) = units.next() else { continue };
            let entries = line.get(line.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            let words = entries.split(' ').filter_map(|entry| {
                let (word, count) = entry.split_once('\t')?;
                Some((word.encode_utf16().collect(), count.parse().ok()?))
            });
            self.words.insert(first, words.collect());
        }
    }

    /// For each of 65 536 upper halves how many hashes begin so, then the hashes' next four bytes, then the counts in
    /// bytes of seven bits, the lowest first.
    fn read_pairs(&mut self, bytes: &[u8]) {
        let (numbers, rest) = bytes.split_at_checked(1 << 16).unwrap_or_default();
        let mut total = 0;
        for number in numbers {
            self.starts.push(total);
            total += u32::from(*number);
        }
        self.starts.push(total);
        let (hashes, counts) = rest.split_at_checked(4 * total as usize).unwrap_or_default();
        let (hashes, _) = hashes.as_chunks::<4>();
        self.pairs = hashes.iter().map(|hash| u32::from_le_bytes(*hash)).zip(Numbers(counts)).collect();
    }

    /// How often the word was counted; 0 for what is none.
    pub(super) fn count(&self, word: &[u16]) -> u32 {
        let Some((first, rest)) = word.split_first() else { return 0 };
        let words = self.words.get(first).map(Vec::as_slice).unwrap_or_default();
        let found = words.binary_search_by(|(known, _)| known.as_ref().cmp(rest)).ok();
        found.and_then(|found| words.get(found)).map_or(0, |(_, count)| *count)
    }

    /// Whether some word begins with this or is it.
    pub(super) fn begins_word(&self, word: &[u16]) -> bool {
        let Some((first, rest)) = word.split_first() else { return false };
        let words = self.words.get(first).map(Vec::as_slice).unwrap_or_default();
        let at = words.partition_point(|(known, _)| known.as_ref() < rest);
        words.get(at).is_some_and(|(known, _)| known.starts_with(rest))
    }

    /// Whether this is a word.
    pub(super) fn is_word(&self, word: &[u16]) -> bool {
        let Some((first, rest)) = word.split_first() else { return false };
        let words = self.words.get(first).map(Vec::as_slice).unwrap_or_default();
        words.binary_search_by(|(known, _)| known.as_ref().cmp(rest)).is_ok()
    }

    /// How often the second word was counted behind the first.
    pub(super) fn count_of_pair(&self, first: FirstOfPair, second: &[u16]) -> u32 {
        let hash = hash(first.0, second) >> 16;
        let upper = (hash >> 32) as usize;
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        let pairs = self.pairs.get(bound(upper)..bound(upper + 1)).unwrap_or_default();
        let found = pairs.binary_search_by_key(&(hash as u32), |(lower, _)| *lower).ok();
        found.and_then(|found| pairs.get(found)).map_or(0, |(_, count)| *count)
    }
}

/// The first word of a pair as far as its hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct FirstOfPair(u64);

impl FirstOfPair {
    pub(super) fn new(word: &[u16]) -> Self {
        Self(hash(hash(0xcbf2_9ce4_8422_2325, word), &[u16::from(b'@')]))
    }
}

/// FNV-1a over both bytes of each unit, the lower first (Lucene's `AbstractDictionary.hash1`).
fn hash(start: u64, units: &[u16]) -> u64 {
    let bytes = units.iter().flat_map(|unit| unit.to_le_bytes());
    bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
