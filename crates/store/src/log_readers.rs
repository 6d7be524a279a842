//! Readers of the change log that are on their way and hold back purging.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Positions of all readers under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogReaders {
    positions: Arc<Mutex<Positions>>,
}

#[derive(Debug, Default)]
pub(crate) struct Positions {
    by_reader: BTreeMap<u64, u64>,
    next_reader: u64,
}

impl Positions {
    /// The position of the reader that is furthest behind.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.by_reader.values().min().copied()
    }
}

impl LogReaders {
    pub(crate) fn register(&self, from_seq: u64) -> LogReader {
        let mut positions = self.lock();
        let reader = positions.next_reader;
        positions.next_reader += 1;
        positions.by_reader.insert(reader, from_seq);
        LogReader { positions: self.clone(), reader }
    }

    /// While this is held nobody registers or advances.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Positions> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Someone who reads the log step by step (backup, reindex, follower): no row that it has yet to see is purged. Gone
/// when dropped.
#[derive(Debug)]
#[must_use = "a reader that is dropped holds nothing back"]
pub struct LogReader {
    positions: LogReaders,
    reader: u64,
}

impl LogReader {
    /// Everything up to and including `seq` has been read; purging may follow. Never goes back.
    pub fn advance(&self, seq: u64) {
        if let Some(position) = self.positions.lock().by_reader.get_mut(&self.reader) {
            *position = seq.max(*position);
        }
    }
}

impl Drop for LogReader {
    fn drop(&mut self) {
        self.positions.lock().by_reader.remove(&self.reader);
    }
}
