//! Answers of filters kept between searches: the documents of a segment that pass.
//!
//! A segment never changes but for deletions, which answers ignore, so an answer stays right as long as the segment is
//! there. What is kept is what was asked several times lately, as in Lucene's `UsageTrackingQueryCachingPolicy` and
//! `LRUQueryCache`: filters that are asked once leave nothing but a number in the history. All indexes of an engine share
//! one cache with a limit in bytes; what was not used for longest goes first.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::documents::Documents;
use super::key::Key;

/// Questions that are remembered in order to see which come again.
const HISTORY: usize = 1024;

/// What an answer takes beside its documents and the bytes of its key: itself, and its places in both maps.
const ENTRY_BYTES: usize = size_of::<Entry>()
    + size_of::<Documents>()
    + 2 * size_of::<Key>()
    + size_of::<(u64, SegmentNumber)>()
    + 4 * size_of::<usize>();

/// Counts segments as they are opened.
type SegmentNumber = u64;

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Memory of all answers, with their keys.
    pub(crate) bytes_max: usize,
    /// Segments with fewer documents are asked again: they are merged away soon.
    pub(crate) documents_min: u32,
}

/// See the module.
pub(crate) struct FilterCache {
    limits: Limits,
    answers: Mutex<Answers>,
    history: Mutex<VecDeque<u64>>,
    hasher: RandomState,
    indexes: AtomicU64,
    segments: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// Counts indexes as they are opened.
type IndexNumber = u64;

/// The cache as one open index uses it: what is asked of other indexes is another question.
#[derive(Clone)]
pub(crate) struct IndexCache {
    cache: Arc<FilterCache>,
    index: IndexNumber,
}

/// The answers of one open segment; they are dropped with it.
pub(crate) struct SegmentCache {
    cache: Arc<FilterCache>,
    segment: SegmentNumber,
    max_doc: u32,
}

/// What is kept of filters between searches, over all indexes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheFigures {
    /// Answers for a segment that were there, since the start.
    pub hits: u64,
    /// Answers for a segment that were not there.
    pub misses: u64,
    /// Memory in use.
    pub bytes: u64,
}

#[derive(Default)]
struct Answers {
    by_segment: HashMap<SegmentNumber, HashMap<Key, Entry>>,
    /// By [`Entry::used`]: the first was not used for longest.
    by_use: BTreeMap<u64, (SegmentNumber, Key)>,
    uses: u64,
    bytes: usize,
}

struct Entry {
    documents: Arc<Documents>,
    /// The number of its last use.
    used: u64,
    bytes: usize,
}

impl FilterCache {
    /// An empty cache.
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            answers: Mutex::default(),
            history: Mutex::default(),
            hasher: RandomState::new(),
            indexes: AtomicU64::new(0),
            segments: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        })
    }

    /// Notes that `key` is asked of an index: how often it was among the last questions, this one included.
    fn note(&self, index: IndexNumber, key: &Key) -> usize {
        let hash = self.hasher.hash_one((index, key));
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if history.len() == HISTORY {
            history.pop_front();
        }
        history.push_back(hash);
        history.iter().filter(|known| **known == hash).count()
    }

    /// See [`CacheFigures`].
    pub(crate) fn figures(&self) -> CacheFigures {
        CacheFigures {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            bytes: self.answers().bytes as u64,
        }
    }

    /// For an index that is being opened.
    pub(crate) fn index(self: &Arc<Self>) -> IndexCache {
        IndexCache { cache: self.clone(), index: self.indexes.fetch_add(1, Ordering::Relaxed) }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IndexCache {
    /// Notes that `key` is asked for: how often it was among the last questions, this one included.
    pub(crate) fn note(&self, key: &Key) -> usize {
        self.cache.note(self.index, key)
    }

    /// Room for the answers of a segment of `max_doc` documents that is being opened.
    pub(crate) fn segment(&self, max_doc: u32) -> SegmentCache {
        let segment = self.cache.segments.fetch_add(1, Ordering::Relaxed);
        SegmentCache { cache: self.cache.clone(), segment, max_doc }
    }

    /// Of all indexes.
    #[cfg(test)]
    pub(crate) fn figures(&self) -> CacheFigures {
        self.cache.figures()
    }
}

impl SegmentCache {
    /// The answer to `key` if it is there.
    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Documents>> {
        if !self.takes() {
            return None;
        }
        let found = self.cache.answers().get(self.segment, key);
        let counter = if found.is_some() { &self.cache.hits } else { &self.cache.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Whether answers are kept: not for small segments, and not where a few of them would fill the cache.
    pub(crate) fn takes(&self) -> bool {
        let Limits { bytes_max, documents_min } = self.cache.limits;
        self.max_doc >= documents_min && self.max_doc as usize / 8 <= bytes_max / 8
    }

    /// Keeps an answer, and lets go of others as far as there is no room.
    pub(crate) fn insert(&self, key: &Key, documents: Arc<Documents>) {
        self.cache.answers().insert(self.segment, key, documents, self.cache.limits.bytes_max);
    }
}

impl Drop for SegmentCache {
    fn drop(&mut self) {
        self.cache.answers().forget(self.segment);
    }
}

impl Answers {
    fn get(&mut self, segment: SegmentNumber, key: &Key) -> Option<Arc<Documents>> {
        let entry = self.by_segment.get_mut(&segment)?.get_mut(key)?;
        self.uses += 1;
        if let Some(place) = self.by_use.remove(&entry.used) {
            self.by_use.insert(self.uses, place);
        }
        entry.used = self.uses;
        Some(entry.documents.clone())
    }

    fn insert(&mut self, segment: SegmentNumber, key: &Key, documents: Arc<Documents>, bytes_max: usize) {
        let bytes = ENTRY_BYTES + key.len() + documents.heap_bytes();
        if bytes > bytes_max {
            return;
        }
        self.uses += 1;
        let entry = Entry { documents, used: self.uses, bytes };
        // Another search may have found the same meanwhile.
        if let Some(same) = self.by_segment.entry(segment).or_default().insert(key.clone(), entry) {
            self.by_use.remove(&same.used);
            self.bytes -= same.bytes;
        }
        self.by_use.insert(self.uses, (segment, key.clone()));
        self.bytes += bytes;
        while self.bytes > bytes_max
            && let Some((_, (segment, key))) = self.by_use.pop_first()
        {
            self.remove(segment, &key);
        }
    }

    fn remove(&mut self, segment: SegmentNumber, key: &Key) {
        let Some(of_segment) = self.by_segment.get_mut(&segment) else { return };
        if let Some(entry) = of_segment.remove(key) {
            self.bytes -= entry.bytes;
        }
        if of_segment.is_empty() {
            self.by_segment.remove(&segment);
        }
    }

    fn forget(&mut self, segment: SegmentNumber) {
        for entry in self.by_segment.remove(&segment).unwrap_or_default().into_values() {
            self.by_use.remove(&entry.used);
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::FieldId;
    use lazuli_query::filter::Filter;

    use super::*;
    use crate::bits::Bits;
    use crate::filter::documents::Gathered;

    fn cache(bytes_max: usize) -> Arc<FilterCache> {
        FilterCache::new(Limits { bytes_max, documents_min: 10 })
    }

    /// `words` words of documents.
    fn documents(words: u32) -> Arc<Documents> {
        let mut gathered = Gathered::none(words * 64);
        let mut bits = Bits::none();
        (0..words as usize * 64).step_by(2).for_each(|document| bits.insert(document));
        gathered.add_window(0, &bits);
        Arc::new(gathered.finish())
    }

    fn key(number: u32) -> Key {
        Key::of(&Filter::Null(FieldId(number)))
    }

    const KEY_BYTES: usize = 5;

    fn check_consistent(cache: &FilterCache) {
        let answers = cache.answers();
        let entries =
            || answers.by_segment.iter().flat_map(|(segment, of)| of.iter().map(move |at| (segment, at)));
        let sum: usize =
            entries().map(|(_, (key, entry))| ENTRY_BYTES + key.len() + entry.documents.heap_bytes()).sum();
        assert_eq!(answers.bytes, sum);
        assert!(sum <= cache.limits.bytes_max);
        assert_eq!(answers.by_use.len(), entries().count());
        for (segment, (key, entry)) in entries() {
            assert_eq!(answers.by_use.get(&entry.used), Some(&(*segment, key.clone())));
        }
        assert!(answers.by_segment.values().all(|of| !of.is_empty()));
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let each = ENTRY_BYTES + KEY_BYTES + 10 * 8;
        let cache = cache(3 * each);
        let segment = cache.index().segment(100);
        for number in 0..3 {
            segment.insert(&key(number), documents(10));
        }
        assert_eq!(cache.figures().bytes as usize, 3 * each);
        assert_eq!(segment.get(&key(0)), Some(documents(10)));
        segment.insert(&key(3), documents(10));
        check_consistent(&cache);
        let there: Vec<bool> = (0..4).map(|number| segment.get(&key(number)).is_some()).collect();
        assert_eq!(there, [true, false, true, true]);
        assert_eq!(cache.figures(), CacheFigures { hits: 4, misses: 1, bytes: 3 * each as u64 });
        // One byte more than the room of two others.
        segment.insert(&key(4), documents(11));
        assert_eq!(cache.answers().by_use.len(), 2);
        check_consistent(&cache);
    }

    #[test]
    fn answers_are_of_their_segment_and_go_with_it() {
        let cache = cache(1 << 20);
        let (one, other) = (cache.index().segment(100), cache.index().segment(100));
        one.insert(&key(1), documents(1));
        other.insert(&key(1), documents(2));
        assert_eq!(one.get(&key(1)), Some(documents(1)));
        assert_eq!(other.get(&key(1)), Some(documents(2)));
        drop(one);
        check_consistent(&cache);
        assert_eq!(other.get(&key(1)), Some(documents(2)));
        drop(other);
        assert_eq!(cache.figures().bytes, 0);
        check_consistent(&cache);
    }

    #[test]
    fn the_same_answer_twice_counts_once() {
        let cache = cache(1 << 20);
        let segment = cache.index().segment(100);
        segment.insert(&key(1), documents(5));
        let once = cache.figures().bytes;
        segment.insert(&key(1), documents(5));
        assert_eq!(cache.figures().bytes, once);
        check_consistent(&cache);
    }

    #[test]
    fn what_is_larger_than_the_cache_is_not_kept() {
        let cache = cache(1000);
        let segment = cache.index().segment(100);
        segment.insert(&key(1), documents(64));
        segment.insert(&key(2), documents(63));
        segment.insert(&key(3), documents(1));
        check_consistent(&cache);
        assert!(segment.get(&key(1)).is_none() && segment.get(&key(3)).is_some());
    }

    #[test]
    fn small_and_huge_segments_are_left_alone() {
        let takes = |bytes_max, max_doc| cache(bytes_max).index().segment(max_doc).takes();
        assert_eq!(
            [9, 10, 1000, 1007, 1008].map(|max_doc| takes(1000, max_doc)),
            [false, true, true, true, false]
        );
        assert!(!takes(0, 10));
    }

    #[test]
    fn the_history_is_short() {
        let cache = cache(0).index();
        assert_eq!([cache.note(&key(1)), cache.note(&key(2)), cache.note(&key(1))], [1, 1, 2]);
        for _ in 0..HISTORY - 2 {
            cache.note(&key(3));
        }
        assert_eq!(cache.note(&key(1)), 2, "the first is forgotten, the second is not");
        assert_eq!(cache.note(&key(2)), 1);
    }
    #[test]
    fn what_is_asked_of_another_index_is_another_question() {
        let cache = cache(0);
        let (one, other) = (cache.index(), cache.index());
        assert_eq!([one.note(&key(1)), other.note(&key(1)), one.note(&key(1))], [1, 1, 2]);
    }
}
