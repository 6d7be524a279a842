//! Which segments are merged: only neighbours in sequence order, so that document order stays upload order in every
//! segment and segments keep disjoint ranges (design.md §4.4).

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::SegmentMeta;
use tantivy::index::SegmentId;
use tantivy::indexer::{MergeCandidate, MergePolicy};

use super::plugin::SeqRange;

/// Neighbours of one size class that are merged together.
const RUN: usize = 8;

/// The same for segments of fewer than [`FEW`] documents while the index is being written to: merging small segments
/// costs as much as indexing them, and a query does not mind a few more.
const RUN_BUSY: usize = 32;
const FEW: u32 = 8_192;

/// At most so many segments go into one merge.
const RUN_MAX: usize = 2 * RUN_BUSY;

/// Segments of fewer documents all count as the smallest class.
const SMALL: u32 = 256;

/// Merges do not make segments larger than this.
const DOCUMENTS_MAX: u32 = 8_000_000;

/// A segment with a larger share of deleted documents is rewritten.
const DELETED_SHARE_MAX: f32 = 0.3;

/// The sequence numbers each segment spans, known from its container; written by the plugin, read by the policy.
#[derive(Default)]
pub(crate) struct SegmentRanges {
    ranges: Mutex<HashMap<SegmentId, SeqRange>>,
    busy: AtomicBool,
}

impl SegmentRanges {
    fn lock(&self) -> MutexGuard<'_, HashMap<SegmentId, SeqRange>> {
        self.ranges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether the index is being written to. Returns what it was.
    pub(crate) fn set_busy(&self, busy: bool) -> bool {
        self.busy.swap(busy, Ordering::Relaxed)
    }

    /// Notes a new segment.
    pub(crate) fn insert(&self, segment: SegmentId, range: SeqRange) {
        self.lock().insert(segment, range);
    }

    /// Forgets segments that are gone: what is neither committed nor the result of a merge about to end (those cover a
    /// committed one). To be called after a commit.
    pub(crate) fn retain_committed(&self, committed: &[SegmentId]) {
        let mut ranges = self.lock();
        let kept: Vec<SeqRange> = committed.iter().filter_map(|id| ranges.get(id).copied()).collect();
        ranges.retain(|id, range| {
            let covers = |inner: &SeqRange| range.0 <= inner.0 && inner.1 <= range.1;
            committed.contains(id) || kept.iter().any(covers)
        });
    }
}

/// See the module.
pub(crate) struct NeighbourMergePolicy {
    ranges: Arc<SegmentRanges>,
}

impl NeighbourMergePolicy {
    pub(crate) fn new(ranges: Arc<SegmentRanges>) -> Self {
        Self { ranges }
    }
}

impl fmt::Debug for NeighbourMergePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NeighbourMergePolicy")
    }
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    id: SegmentId,
    range: SeqRange,
    documents: u32,
    deleted: u32,
}

impl Candidate {
    fn alive(&self) -> u32 {
        self.documents - self.deleted
    }

    /// Size class: each holds eight times the documents of the one before.
    fn class(&self) -> u32 {
        (self.alive() / SMALL).max(1).ilog2() / 3
    }
}

impl MergePolicy for NeighbourMergePolicy {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let ranges = self.ranges.lock();
        let mut candidates: Vec<Candidate> = segments
            .iter()
            .filter_map(|meta| {
                let range = *ranges.get(&meta.id())?;
                Some(Candidate {
                    id: meta.id(),
                    range,
                    documents: meta.max_doc(),
                    deleted: meta.num_deleted_docs(),
                })
            })
            .collect();
        candidates.sort_by_key(|candidate| candidate.range);
        let others: Vec<SeqRange> = ranges.values().copied().collect();
        drop(ranges);
        let busy = self.ranges.busy.load(Ordering::Relaxed);
        neighbourhoods(&candidates, &others).into_iter().flat_map(|run| choose(&run, busy)).collect()
    }
}

/// Splits candidates (in sequence order) where a segment lies between two of them that is not up for merging now.
fn neighbourhoods(candidates: &[Candidate], all: &[SeqRange]) -> Vec<Vec<Candidate>> {
    let mut runs: Vec<Vec<Candidate>> = Vec::new();
    for candidate in candidates {
        let follows = |last: &Candidate| {
            !all.iter().any(|(low, high)| *low > last.range.1 && *high < candidate.range.0)
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(follows) => run.push(*candidate),
            _ => runs.push(vec![*candidate]),
        }
    }
    runs
}

/// The merges within one neighbourhood: the smallest class first that has enough neighbours not above it; else
/// segments with many deleted documents alone.
fn choose(run: &[Candidate], busy: bool) -> Vec<MergeCandidate> {
    let classes = run.iter().map(Candidate::class).max().unwrap_or(0);
    for class in 0..=classes {
        let mut chosen = Vec::new();
        for group in run.chunk_by(|a, b| (a.class() <= class) == (b.class() <= class)) {
            let small = group.iter().map(Candidate::alive).sum::<u32>() < FEW * RUN as u32;
            let enough = if busy && small { RUN_BUSY } else { RUN };
            // Smaller ones in between come along; alone they are no reason to rewrite a large one.
            if group.iter().filter(|candidate| candidate.class() == class).count() >= enough {
                chosen.extend(limited(group));
            }
        }
        if !chosen.is_empty() {
            return chosen;
        }
    }
    run.iter()
        .filter(|segment| segment.deleted as f32 > DELETED_SHARE_MAX * segment.documents as f32)
        .map(|segment| MergeCandidate(vec![segment.id]))
        .collect()
}

/// The newest segments of a group that fit into one merge.
fn limited(group: &[Candidate]) -> Option<MergeCandidate> {
    let mut documents = 0;
    let mut ids: Vec<SegmentId> = group
        .iter()
        .rev()
        .take(RUN_MAX)
        .take_while(|segment| {
            documents += segment.alive();
            documents <= DOCUMENTS_MAX
        })
        .map(|segment| segment.id)
        .collect();
    ids.reverse();
    (ids.len() >= 2).then_some(MergeCandidate(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(sizes: &[u32]) -> Vec<Candidate> {
        let mut low = 1;
        sizes
            .iter()
            .map(|&documents| {
                let range = (low, low + u64::from(documents) - 1);
                low = range.1 + 1;
                Candidate { id: SegmentId::generate_random(), range, documents, deleted: 0 }
            })
            .collect()
    }

    fn chosen(sizes: &[u32]) -> Vec<Vec<usize>> {
        let run = candidates(sizes);
        let at = |id| run.iter().position(|candidate| candidate.id == id).unwrap();
        choose(&run, false).into_iter().map(|merge| merge.0.into_iter().map(at).collect()).collect()
    }

    #[test]
    fn neighbours_of_one_class_are_merged_in_order() {
        assert_eq!(chosen(&[1; 7]), Vec::<Vec<usize>>::new());
        assert_eq!(chosen(&[1; 8]), [[0, 1, 2, 3, 4, 5, 6, 7]]);
        assert_eq!(chosen(&[50_000, 1, 1, 1, 1, 1, 1, 1, 1]), [[1, 2, 3, 4, 5, 6, 7, 8]]);
        let interrupted = [1, 1, 1, 1, 100_000, 1, 1, 1, 1];
        assert_eq!(chosen(&interrupted), Vec::<Vec<usize>>::new(), "a large one in between separates");
    }

    #[test]
    fn while_writing_small_segments_wait_for_more() {
        assert!(choose(&candidates(&[1000; 31]), true).is_empty());
        assert_eq!(choose(&candidates(&[1000; 32]), true)[0].0.len(), 32);
        assert_eq!(choose(&candidates(&[50_000; 8]), true)[0].0.len(), 8);
    }

    #[test]
    fn a_segment_in_between_that_is_busy_separates() {
        let mut run = candidates(&[1; 9]);
        let all: Vec<SeqRange> = run.iter().map(|candidate| candidate.range).collect();
        run.remove(4);
        assert_eq!(neighbourhoods(&run, &all).iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
    }

    #[test]
    fn many_deletes_alone_are_a_reason() {
        let mut run = candidates(&[1000, 1000]);
        run[1].deleted = 400;
        let merges = choose(&run, false);
        assert_eq!(merges.len(), 1);
        assert_eq!(merges[0].0, [run[1].id]);
    }
}
