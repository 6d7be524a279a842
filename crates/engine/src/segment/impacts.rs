//! What a block of postings can contribute to a score at most: lets a search skip blocks without reading them.
//!
//! tantivy keeps such data only beside norms of its own. For each text term in more than one block of 128 postings, and
//! for each of these blocks, section `impacts` keeps up to four pairs of a frequency and a length code, such that every
//! posting has a pair that is at least as good: not a lower frequency, not a longer field. So bounds hold for any
//! statistics and parameters, and where no more than four pairs are needed they are exact.
//!
//! Version 1:
//! ```text
//! term count: u32,
//! { start of the term's postings: u64, first block: u32, pairs of the whole list }…   ascending
//! { last document: u32, pairs }…                                                      blocks of all these terms
//! pairs = { frequency: u8 (255 = or more), length code: u8 } × 4                      best frequency first, 0 0 = unused
//! ```
//! A term is known by where its postings start in tantivy's file, since its dictionary does not tell an ordinal and what
//! belongs to it at once.

use std::io;

use tantivy::directory::OwnedBytes;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Segment, SegmentReader};

use super::format::TEXT;
use super::norms::Norms;
use super::terms;

/// Name and version of the section.
pub(crate) const SECTION: (&str, u16) = ("impacts", 1);

/// Postings of a block, as tantivy cuts them.
const BLOCK: u32 = 128;

/// Frequencies from here on are one.
pub(crate) const FREQUENCY_MAX: u8 = u8::MAX;

const PAIRS: usize = 4;
const HEADER: usize = 4;
const TERM: usize = 12 + 2 * PAIRS;
const ENTRY: usize = 4 + 2 * PAIRS;

/// Pairs of frequency and length code; unused ones are zero.
pub(crate) type Pairs = [(u8, u8); PAIRS];

/// Makes the section for a segment whose postings have just been written.
pub(crate) fn build(segment: &Segment, documents: u32, norms: &Norms) -> tantivy::Result<Vec<u8>> {
    if documents <= BLOCK {
        return Ok(Vec::new());
    }
    let index = SegmentReader::open(segment)?.inverted_index(TEXT)?;
    let mut writer = Writer::default();
    let mut stream = index.terms().stream()?;
    while stream.advance() {
        if stream.value().doc_freq <= BLOCK {
            continue;
        }
        let Some(codes) = terms::field_of(stream.key()).and_then(|field| norms.codes(field)) else {
            continue;
        };
        let mut postings =
            index.read_block_postings_from_terminfo(stream.value(), IndexRecordOption::WithFreqs)?;
        writer.add(stream.value().postings_range.start as u64, &mut postings, codes);
    }
    Ok(writer.section())
}

#[derive(Default)]
struct Writer {
    terms: Vec<u8>,
    blocks: Vec<u8>,
}

impl Writer {
    fn add(&mut self, start: u64, postings: &mut BlockSegmentPostings, codes: &[u8]) {
        let first_block = (self.blocks.len() / ENTRY) as u32;
        let mut whole = Frontier::default();
        while let Some(last) = postings.docs().last() {
            let mut block = Frontier::default();
            for (document, frequency) in postings.docs().iter().zip(postings.freqs()) {
                block.add(*frequency, codes.get(*document as usize).copied().unwrap_or(0));
            }
            self.blocks.extend_from_slice(&last.to_le_bytes());
            push_pairs(&mut self.blocks, block.pairs());
            whole.merge(&block);
            postings.advance();
        }
        self.terms.extend_from_slice(&start.to_le_bytes());
        self.terms.extend_from_slice(&first_block.to_le_bytes());
        push_pairs(&mut self.terms, whole.pairs());
    }

    fn section(self) -> Vec<u8> {
        let count = (self.terms.len() / TERM) as u32;
        if count == 0 {
            return Vec::new();
        }
        [&count.to_le_bytes(), self.terms.as_slice(), &self.blocks].concat()
    }
}

fn push_pairs(out: &mut Vec<u8>, pairs: Pairs) {
    out.extend(pairs.iter().flat_map(|(frequency, code)| [*frequency, *code]));
}

/// The highest frequency seen with each length code.
struct Frontier {
    highest: [u8; 256],
    /// Codes that were seen, a bit for each.
    seen: [u64; 4],
}

impl Default for Frontier {
    fn default() -> Self {
        Self { highest: [0; 256], seen: [0; 4] }
    }
}

impl Frontier {
    #[inline]
    fn add(&mut self, frequency: u32, code: u8) {
        let frequency = frequency.min(u32::from(FREQUENCY_MAX)) as u8;
        let highest = &mut self.highest[usize::from(code)];
        *highest = frequency.max(*highest);
        self.seen[usize::from(code / 64)] |= 1 << (code % 64);
    }

    fn merge(&mut self, other: &Self) {
        other.codes().for_each(|code| self.add(u32::from(other.highest[usize::from(code)]), code));
    }

    /// Codes that were seen, shortest fields first.
    fn codes(&self) -> impl Iterator<Item = u8> {
        (0..=255u8).rev().filter(|code| self.seen[usize::from(code / 64)] & (1 << (code % 64)) != 0)
    }

    /// The pairs that no other is better than, made few by replacing neighbours with one that is better than both.
    fn pairs(&self) -> Pairs {
        // From short fields with low frequencies to long ones with high frequencies.
        let mut best: Vec<(u8, u8)> = Vec::new();
        for code in self.codes() {
            let frequency = self.highest[usize::from(code)];
            if best.last().is_none_or(|(lower, _)| *lower < frequency) {
                best.push((frequency, code));
            }
        }
        while best.len() > PAIRS {
            let gap = |at: &usize| best[*at].1 - best[at + 1].1;
            let closest = (0..best.len() - 1).min_by_key(gap).unwrap_or(0);
            let (_, shorter) = best.remove(closest);
            best[closest].1 = shorter;
        }
        let mut pairs = Pairs::default();
        pairs.iter_mut().zip(best.into_iter().rev()).for_each(|(pair, best)| *pair = best);
        pairs
    }
}

/// An opened section.
#[derive(Clone)]
pub(crate) struct Impacts {
    terms: OwnedBytes,
    blocks: OwnedBytes,
}

impl Impacts {
    pub(crate) fn open(bytes: OwnedBytes) -> io::Result<Self> {
        if bytes.is_empty() {
            return Ok(Self { terms: OwnedBytes::empty(), blocks: OwnedBytes::empty() });
        }
        let corrupt = || io::Error::new(io::ErrorKind::InvalidData, "impacts section");
        let count = word(&bytes, 0).ok_or_else(corrupt)? as usize;
        let end =
            count.checked_mul(TERM).and_then(|length| length.checked_add(HEADER)).ok_or_else(corrupt)?;
        if end > bytes.len() || !(bytes.len() - end).is_multiple_of(ENTRY) {
            return Err(corrupt());
        }
        Ok(Self { terms: bytes.slice(HEADER..end), blocks: bytes.slice(end..bytes.len()) })
    }

    /// What is kept of the term whose postings start at `start`.
    pub(crate) fn term(&self, start: usize) -> Option<TermImpacts<'_>> {
        let (terms, _) = self.terms.as_chunks::<TERM>();
        let (blocks, _) = self.blocks.as_chunks::<ENTRY>();
        let start_of = |term: &[u8; TERM]| term.first_chunk().map_or(0, |start| u64::from_le_bytes(*start));
        let at = terms.binary_search_by_key(&(start as u64), start_of).ok()?;
        let first = |at: usize| terms.get(at).and_then(|term| word(term, 8)).map(|first| first as usize);
        let end = first(at + 1).unwrap_or(blocks.len());
        Some(TermImpacts { whole: pairs(terms.get(at)?), blocks: blocks.get(first(at)?..end)? })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The pairs at the end of an entry.
fn pairs(entry: &[u8]) -> Pairs {
    let (pairs, _) = entry.get(entry.len() - 2 * PAIRS..).unwrap_or(&[]).as_chunks::<2>();
    std::array::from_fn(|at| pairs.get(at).map_or((0, 0), |[frequency, code]| (*frequency, *code)))
}

/// The impacts of one term.
#[derive(Clone, Copy)]
pub(crate) struct TermImpacts<'a> {
    whole: Pairs,
    blocks: &'a [[u8; ENTRY]],
}

impl TermImpacts<'_> {
    /// Pairs at least as good as every posting of the term.
    pub(crate) fn whole(&self) -> Pairs {
        self.whole
    }

    /// The first block, not before `from`, that ends at or after `document`.
    pub(crate) fn first_ending_at(&self, from: usize, document: DocId) -> usize {
        let rest = self.blocks.get(from..).unwrap_or(&[]);
        from + rest.partition_point(|block| word(block, 0).is_some_and(|last| last < document))
    }

    /// The last document of a block; `None` after the last block.
    #[inline]
    pub(crate) fn last_document(&self, block: usize) -> Option<DocId> {
        let [a, b, c, d, ..] = self.blocks.get(block)?;
        Some(u32::from_le_bytes([*a, *b, *c, *d]))
    }

    /// Pairs at least as good as every posting of the block.
    #[inline]
    pub(crate) fn pairs(&self, block: usize) -> Pairs {
        self.blocks.get(block).map_or(Pairs::default(), |entry| pairs(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frontier(postings: &[(u32, u8)]) -> Frontier {
        let mut frontier = Frontier::default();
        postings.iter().for_each(|(frequency, code)| frontier.add(*frequency, *code));
        frontier
    }

    #[test]
    fn only_the_best_pairs_are_kept() {
        let pairs = |postings: &[(u32, u8)]| frontier(postings).pairs();
        assert_eq!(pairs(&[]), [(0, 0); 4]);
        assert_eq!(pairs(&[(1, 100), (1, 90), (1, 100)]), [(1, 100), (0, 0), (0, 0), (0, 0)]);
        assert_eq!(pairs(&[(1, 120), (3, 90), (2, 80)]), [(3, 90), (1, 120), (0, 0), (0, 0)]);
        assert_eq!(pairs(&[(1000, 7)])[0], (255, 7));
        // Five are made four: the two nearest lengths become one that is better than both.
        let five = [(1, 120), (2, 110), (3, 105), (4, 90), (5, 60)];
        assert_eq!(pairs(&five), [(5, 60), (4, 90), (3, 110), (1, 120)]);
    }

    #[test]
    fn every_posting_has_a_pair_that_is_at_least_as_good() {
        let mut state = 1u32;
        let mut dice = |bound: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % bound
        };
        for _ in 0..500 {
            let postings: Vec<_> = (0..1 + dice(40)).map(|_| (1 + dice(300), dice(256) as u8)).collect();
            let pairs = frontier(&postings).pairs();
            for (frequency, code) in postings {
                let beats = |pair: &(u8, u8)| {
                    (pair.0 == FREQUENCY_MAX || u32::from(pair.0) >= frequency) && pair.1 >= code
                };
                assert!(pairs.iter().any(beats), "{frequency} {code} {pairs:?}");
            }
        }
    }

    #[test]
    fn damaged_sections_are_refused() {
        assert!(Impacts::open(OwnedBytes::empty()).unwrap().term(0).is_none());
        assert!(Impacts::open(OwnedBytes::new(vec![1, 0, 0])).is_err());
        assert!(Impacts::open(OwnedBytes::new(vec![255; 40])).is_err());
        let mut bytes = vec![0; HEADER + TERM + ENTRY];
        bytes[0] = 1;
        assert_eq!(
            Impacts::open(OwnedBytes::new(bytes.clone())).unwrap().term(0).unwrap().last_document(0),
            Some(0)
        );
        bytes[HEADER + 8] = 9; // a first block that is not there
        assert!(Impacts::open(OwnedBytes::new(bytes)).unwrap().term(0).is_none());
    }
}
