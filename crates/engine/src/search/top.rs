//! The best documents so far: highest score first, and of equal scores the one uploaded first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Found;

/// A bounded heap of the best. Documents must be offered in upload order: by segment, then by document id.
pub(crate) struct Top {
    limit: usize,
    /// The worst of the best on top.
    heap: BinaryHeap<Entry>,
}

struct Entry(Found);

impl Ord for Entry {
    /// Worse is greater.
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (&self.0, &other.0);
        right
            .score
            .total_cmp(&left.score)
            .then_with(|| (left.segment, left.document).cmp(&(right.segment, right.document)))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl Top {
    /// Keeps at most `limit` documents. Memory grows with what is found, not with the limit.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::new() }
    }

    /// The score a further document has to exceed; below every score as long as there is room. Since documents come in
    /// upload order, one with an equal score comes too late.
    pub(crate) fn threshold(&self) -> f32 {
        match self.heap.peek() {
            Some(worst) if self.heap.len() >= self.limit => worst.0.score,
            Some(_) => f32::NEG_INFINITY,
            None if self.limit == 0 => f32::INFINITY,
            None => f32::NEG_INFINITY,
        }
    }

    /// Offers a document. Whether the threshold may have changed.
    #[inline]
    pub(crate) fn offer(&mut self, found: Found) -> bool {
        if found.score <= self.threshold() {
            return false;
        }
        if self.heap.len() >= self.limit {
            self.heap.pop();
        }
        self.heap.push(Entry(found));
        self.heap.len() >= self.limit
    }

    /// The best, in order.
    pub(crate) fn into_sorted(self) -> Vec<Found> {
        self.heap.into_sorted_vec().into_iter().map(|entry| entry.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(segment: u32, document: u32, score: f32) -> Found {
        Found { segment, document, score }
    }

    #[test]
    fn equal_scores_keep_upload_order() {
        let mut top = Top::new(4);
        for (segment, document, score) in
            [(0, 1, 1.0), (0, 2, 2.0), (0, 9, 1.0), (1, 0, 1.0), (1, 1, 2.0), (1, 5, 1.0), (2, 0, 1.5)]
        {
            top.offer(found(segment, document, score));
        }
        let best: Vec<_> = top.into_sorted().iter().map(|found| (found.segment, found.document)).collect();
        assert_eq!(best, [(0, 2), (1, 1), (2, 0), (0, 1)]);
    }

    #[test]
    fn the_threshold_is_the_worst_of_a_full_heap() {
        let mut top = Top::new(2);
        assert_eq!(top.threshold(), f32::NEG_INFINITY);
        assert!(!top.offer(found(0, 0, 3.0)));
        assert_eq!(top.threshold(), f32::NEG_INFINITY);
        assert!(top.offer(found(0, 1, 1.0)));
        assert_eq!(top.threshold(), 1.0);
        assert!(!top.offer(found(0, 2, 1.0)));
        assert!(top.offer(found(0, 3, 2.0)));
        assert_eq!(top.threshold(), 2.0);
        let mut none = Top::new(0);
        assert!(!none.offer(found(0, 0, 1.0)));
        assert!(none.into_sorted().is_empty());
    }
}
