//! From ranked hits to a page: their documents are fetched, as many as fit.

use std::sync::Arc;

use lazuli_platform::cancel::Cancel;
use lazuli_store::DocumentStore;

use super::StoredDocument;
use crate::EngineError;
use crate::snapshot::Snapshot;

/// A page ends when its documents fill so many bytes of the store, whatever was asked for: a thousand documents of the
/// largest size allowed (16 MB) would not fit into memory. A page that is cut has at least one hit.
const PAGE_BYTES_MAX: u64 = 16 << 20;

/// Documents fetched before it is asked whether to go on.
const FETCHED_AT_ONCE: usize = 128;

/// A page before its documents are fetched: sequence numbers and scores.
pub(super) struct Ranked {
    /// Where the hits were found. While it lives, what it shows is not purged from the store.
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) total: Option<u64>,
    pub(super) more: bool,
    pub(super) hits: Vec<(u64, f32)>,
}

/// One hit of a page.
#[derive(Debug, Clone)]
pub struct Hit {
    /// `@search.score`
    pub score: f32,
    /// The document that matched, as it was when it matched.
    pub document: StoredDocument,
}

/// The answer to a search.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// All matches, when asked for.
    pub total: Option<u64>,
    /// Whether matches remain beyond this page.
    pub more: bool,
    /// Whether the page has fewer hits than it should because their documents are so large; `more` is set then. The next
    /// page begins after the hits that are here.
    pub cut: bool,
    /// In the order asked for, otherwise best first.
    pub hits: Vec<Hit>,
}

/// Fetches the documents of the hits, as they were when they matched.
pub(super) fn fetch(store: &DocumentStore, ranked: Ranked, cancel: &Cancel) -> Result<Page, EngineError> {
    let mut hits = Vec::with_capacity(ranked.hits.len());
    let mut bytes = 0;
    for piece in ranked.hits.chunks(FETCHED_AT_ONCE) {
        if bytes >= PAGE_BYTES_MAX {
            break;
        }
        cancel.check()?;
        let seqs: Vec<u64> = piece.iter().map(|(seq, _)| *seq).collect();
        let rows = store.get_many(&seqs, PAGE_BYTES_MAX - bytes)?;
        for ((_, score), row) in piece.iter().zip(rows) {
            bytes += row.as_ref().map_or(0, |row| row.bytes());
            let document = row.and_then(StoredDocument::of);
            let document =
                document.ok_or_else(|| EngineError::Corrupt("a hit is not in the store".to_owned()))?;
            hits.push(Hit { score: *score, document });
        }
    }
    let cut = hits.len() < ranked.hits.len();
    drop(ranked.snapshot);
    Ok(Page { total: ranked.total, more: ranked.more || cut, cut, hits })
}
