//! From ranked hits to a page: their documents are fetched in pieces and handed out one by one.

use std::ops::ControlFlow;
use std::sync::Arc;

use lazuli_platform::cancel::Cancel;
use lazuli_store::DocumentStore;

use super::StoredDocument;
use crate::EngineError;
use crate::snapshot::Snapshot;

/// Documents in memory at once: a page may have a thousand of 16 MB each. A piece has at least one.
const PIECE_BYTES_MAX: u64 = 16 << 20;
const PIECE_DOCUMENTS_MAX: usize = 128;

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

/// The answer to a search beside its hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    /// All matches, when asked for.
    pub total: Option<u64>,
    /// Hits handed out.
    pub hits: usize,
    /// Whether matches remain after these.
    pub more: bool,
    /// Whether fewer hits were taken than there are on the page; `more` is set then.
    pub cut: bool,
}

/// Hands the hits with their documents, as they were when they matched, to `take` until it breaks off.
pub(super) fn hand_out(
    store: &DocumentStore,
    ranked: Ranked,
    cancel: &Cancel,
    take: &mut dyn FnMut(Hit) -> ControlFlow<()>,
) -> Result<Page, EngineError> {
    let mut hits = 0;
    let mut flow = ControlFlow::Continue(());
    while let Some(rest) = ranked.hits.get(hits..).filter(|rest| !rest.is_empty() && flow.is_continue()) {
        cancel.check()?;
        let piece = &rest[..rest.len().min(PIECE_DOCUMENTS_MAX)];
        let seqs: Vec<u64> = piece.iter().map(|(seq, _)| *seq).collect();
        let rows = store.get_many(&seqs, PIECE_BYTES_MAX)?;
        let missing = || EngineError::Corrupt("a hit is not in the store".to_owned());
        if rows.is_empty() {
            return Err(missing());
        }
        for ((_, score), row) in piece.iter().zip(rows) {
            let document = row.and_then(StoredDocument::of).ok_or_else(missing)?;
            hits += 1;
            flow = take(Hit { score: *score, document });
            if flow.is_break() {
                break;
            }
        }
    }
    let cut = hits < ranked.hits.len();
    drop(ranked.snapshot);
    Ok(Page { total: ranked.total, hits, more: ranked.more || cut, cut })
}
