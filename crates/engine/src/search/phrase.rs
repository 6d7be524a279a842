//! Exact phrases: terms at fixed distances from each other, gaps of removed words included.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

use super::bm25::Scorer;
use super::postings::Cursor;

/// The documents of a phrase in one field. Scored like a term whose frequency is how often the phrase occurs.
pub(crate) struct PhraseCursor<'a> {
    /// Rarest first.
    slots: Vec<SlotCursor>,
    document: DocId,
    frequency: u32,
    codes: &'a [u8],
    scorer: &'a Scorer,
    positions: Positions,
}

/// Buffers for the positions in one document.
#[derive(Default)]
struct Positions {
    /// Where the phrase would begin, as far as the slots looked at allow.
    starts: Vec<u32>,
    slot: Vec<u32>,
}

/// One place of the phrase: the terms that may stand there.
struct SlotCursor {
    offset: u32,
    terms: Vec<SegmentPostings>,
}

impl SlotCursor {
    fn seek(&mut self, target: DocId) -> DocId {
        let seek =
            |term: &mut SegmentPostings| if term.doc() < target { term.seek(target) } else { term.doc() };
        self.terms.iter_mut().map(seek).min().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        self.terms.iter().map(|term| u64::from(term.size_hint())).sum()
    }

    /// Puts the positions in `document`, ascending, into `positions`.
    fn read_positions(&mut self, document: DocId, positions: &mut Vec<u32>) {
        positions.clear();
        for term in self.terms.iter_mut().filter(|term| term.doc() == document) {
            term.append_positions_with_offset(0, positions);
        }
        if self.terms.len() > 1 {
            positions.sort_unstable();
        }
        // A word may stand twice at one position even alone, as keyword_repeat leaves it: that is one place.
        positions.dedup();
    }
}

impl<'a> PhraseCursor<'a> {
    /// A cursor on the first document. `slots` hold, for each offset from the first word, the postings of the terms that
    /// may stand there, with positions.
    pub(crate) fn new(slots: Vec<(u32, Vec<SegmentPostings>)>, codes: &'a [u8], scorer: &'a Scorer) -> Self {
        let mut slots: Vec<_> =
            slots.into_iter().map(|(offset, terms)| SlotCursor { offset, terms }).collect();
        slots.sort_by_key(SlotCursor::cost);
        let mut cursor =
            Self { slots, document: 0, frequency: 0, codes, scorer, positions: Positions::default() };
        cursor.advance_to(0);
        cursor
    }

    fn advance_to(&mut self, target: DocId) {
        let mut target = target;
        loop {
            self.document = self.next_with_all_terms(target);
            if self.document == TERMINATED {
                return;
            }
            self.frequency = self.count_in_current();
            if self.frequency > 0 {
                return;
            }
            target = self.document + 1;
        }
    }

    /// The first document at or after `target` in which every slot has a term.
    fn next_with_all_terms(&mut self, target: DocId) -> DocId {
        let mut target = target;
        loop {
            let mut reached = target;
            for slot in &mut self.slots {
                reached = slot.seek(target);
                if reached > target {
                    break;
                }
            }
            if reached == target || reached == TERMINATED {
                return reached;
            }
            target = reached;
        }
    }

    fn count_in_current(&mut self) -> u32 {
        let Positions { starts, slot: positions } = &mut self.positions;
        for (index, slot) in self.slots.iter_mut().enumerate() {
            slot.read_positions(self.document, positions);
            let offset = slot.offset;
            if index == 0 {
                starts.clear();
                starts.extend(positions.iter().filter_map(|position| position.checked_sub(offset)));
            } else {
                retain_common(starts, positions, offset);
            }
            if starts.is_empty() {
                return 0;
            }
        }
        starts.len() as u32
    }
}

/// Keeps those starts for which there is a position `offset` further on. Both lists ascend.
fn retain_common(starts: &mut Vec<u32>, positions: &[u32], offset: u32) {
    let mut rest = positions;
    starts.retain(|start| {
        let wanted = start.saturating_add(offset);
        rest = rest.get(rest.partition_point(|position| *position < wanted)..).unwrap_or(&[]);
        rest.first() == Some(&wanted)
    });
}

impl Cursor for PhraseCursor<'_> {
    fn document(&self) -> DocId {
        self.document
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.document < target {
            self.advance_to(target);
        }
        self.document
    }

    fn score(&self) -> f64 {
        let code = self.codes.get(self.document as usize).copied().unwrap_or(0);
        self.scorer.score(self.frequency, code)
    }

    fn cost(&self) -> u64 {
        // Comparing positions is some ten times as dear as reading a document.
        self.slots.iter().map(SlotCursor::cost).min().unwrap_or(0).saturating_mul(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_kept_where_the_next_word_follows() {
        let check = |starts: &[u32], positions: &[u32], offset, expected: &[u32]| {
            let mut starts = starts.to_vec();
            retain_common(&mut starts, positions, offset);
            assert_eq!(starts, expected);
        };
        check(&[0, 5, 9], &[1, 6, 11], 1, &[0, 5]);
        check(&[0, 5, 9], &[1, 6, 11], 2, &[9]);
        check(&[0, 1, 2], &[2, 3], 1, &[1, 2]);
        check(&[3], &[], 1, &[]);
        check(&[u32::MAX], &[u32::MAX], 1, &[u32::MAX]);
    }
}
