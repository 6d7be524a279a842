//! The documents found from postings while a filter is opened in one segment: each answer once, in limited memory.

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_catalog::FieldId;

use super::documents::Documents;

/// Memory of the answers of one filter in one segment: 128 of the longest in a segment of a million documents. What finds
/// no room is asked of the column, document by document.
const BYTES_MAX: usize = 16 << 20;

/// See the module. By field and strings.
pub(super) struct Sets<'a> {
    known: HashMap<(FieldId, &'a [String]), Arc<Documents>>,
    room: usize,
}

impl<'a> Sets<'a> {
    pub(super) fn new() -> Self {
        Self::with_room(BYTES_MAX)
    }

    /// With room for so many bytes.
    pub(super) fn with_room(room: usize) -> Self {
        Self { known: HashMap::new(), room }
    }

    /// The documents with one of `values` in a field, if they were found before.
    pub(super) fn get(&self, field: FieldId, values: &'a [String]) -> Option<Arc<Documents>> {
        self.known.get(&(field, values)).cloned()
    }

    /// Whether there is room for `count` more documents, of `max_doc`.
    pub(super) fn has_room(&self, count: u64, max_doc: u32) -> bool {
        Documents::heap_bytes_max(count, max_doc) <= self.room as u64
    }

    /// Remembers what was found.
    pub(super) fn add(&mut self, field: FieldId, values: &'a [String], found: Documents) -> Arc<Documents> {
        let found = Arc::new(found);
        self.room = self.room.saturating_sub(found.heap_bytes());
        self.known.insert((field, values), found.clone());
        found
    }
}
