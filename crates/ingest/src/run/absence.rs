//! Deletions that are found by absence (`#Lazuli.AbsenceDeletionDetectionPolicy`, an extension of ours): what a whole enumeration
//! of the source does not have any more, goes from the index.
//!
//! What was seen, and which documents came of it, is stored as entries, each with the number of the run that saw it last. Runs are
//! numbered one after the other; an enumeration has the number of the run that began it, so that everything it has seen has a number
//! that is not smaller, whichever runs went on with it.
//!
//! A service may be killed between any two steps. This is why the steps are in this order:
//!
//! ```text
//! 1  begin     the run's number is stored, and its enumeration's if that is new      before anything is seen
//! 2  record    entries of documents, of items unchanged, of items read               before their documents are written
//! 3  write     the documents
//! 4  leftover  of an item that was read whole: documents that it yielded earlier
//!              and not now; the document is deleted, then the entry
//! 5  settle    what came of the item is in the index                                 after 3 and 4
//! 6  mark      the source goes on behind all this                                    stored after 2 to 5
//! 7  sweep     at the end: entries older than the enumeration; they are condemned,
//!              the document is deleted, then the entry
//! ```
//!
//! - 2 before 3: a document without an entry would never be deleted; an entry without a document does no harm.
//! - 5 after 3, and after the budget has let the batch pass: an item that has not changed is read all the same if it is not
//!   settled. It may be old and new to us (a blob that was undeleted, a file that was moved in), and a kill between 2 and 3, or a
//!   run that ends for a failure, leaves entries without documents.
//! - 2 to 5 before 6: a run that goes on behind the mark sees nothing of what lies before it, and must find it recorded; nor is it
//!   read again, so that its leftovers would stay.
//! - 4, 7, document before entry: the other way round a kill leaves a document that nobody knows of.
//! - 7, condemned first: an item may come back as it was. Whose document may be gone must not be taken for settled.
//! - 6 and 7 may come in either order. Killed after 6, the next run begins a new enumeration, and what this one would have swept
//!   is older than that, too.
//! - 1: the mark names the enumeration it is of. A run goes on with it only if the set's newest is that one and of the same place;
//!   so entries are never compared with the number of an enumeration that did not see them.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use lazuli_store::{AbsenceEntry, AbsenceRun, AbsenceSet, CatalogStore, StoreError};

use crate::source::SourceError;

/// Entries that are looked at in one go.
pub(super) const PAGE: usize = 1000;

/// What was seen of a source in earlier runs and in this one. One for each run.
#[derive(Debug)]
pub struct Absence {
    store: Arc<CatalogStore>,
    indexer: String,
    /// Whether the run is about everything, so that what it does not see is gone.
    whole: bool,
    set: OnceLock<AbsenceSet>,
}

/// Something that a run has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sighting {
    /// A document came of an item.
    Document(AbsenceEntry),
    /// An item was read to its end, and all its documents are recorded.
    Read(String),
    /// An item is there; what came of it earlier stays, since it has not changed or could not be read.
    There(String),
    /// It was not seen whether an item, or what is below it, is there: all that stays.
    Hidden(String),
}

/// What was recorded.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// Items that were read whole and have entries that this run has not seen.
    pub(super) with_leftovers: Vec<String>,
    /// Items that are to be settled.
    pub(super) unsettled: Vec<String>,
}

impl Sighting {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Document(entry) => entry.item.len() + entry.key.len(),
            Self::Read(item) | Self::There(item) | Self::Hidden(item) => item.len(),
        }
    }
}

impl Absence {
    /// For a run of an indexer; `whole` if it is about all items and not about some.
    pub fn new(store: Arc<CatalogStore>, indexer: &str, whole: bool) -> Arc<Absence> {
        Arc::new(Absence { store, indexer: indexer.to_owned(), whole, set: OnceLock::new() })
    }

    /// The source is opened. It enumerates `place` and would go on with the enumeration of the number `resumes`; whether it may
    /// is in the answer.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        place: &str,
        resumes: Option<i64>,
    ) -> Result<AbsenceSet, SourceError> {
        let place = place.to_owned();
        let begun = self.call(move |absence| {
            let how = match absence.whole {
                true => AbsenceRun::Enumerates { place: &place, resumes },
                false => AbsenceRun::Reads,
            };
            absence.store.change(|transaction| transaction.begin_absence(&absence.indexer, how))
        });
        let begun = begun.await.map_err(SourceError::Broken)?;
        Ok(*self.set.get_or_init(|| begun))
    }

    /// Those of these items that are settled. Others have to be read even if they have not changed.
    pub(crate) async fn known(self: &Arc<Self>, items: Vec<String>) -> Result<HashSet<String>, SourceError> {
        let known = self.call(move |absence| {
            let Some(set) = absence.set.get() else { return Ok(HashSet::new()) };
            let known = absence.store.absence_knows(set.holder, &items)?;
            Ok(items.into_iter().zip(known).filter(|(_, known)| *known).map(|(item, _)| item).collect())
        });
        known.await.map_err(SourceError::Broken)
    }

    /// Step 2. Says what is left to do when the documents are written.
    pub(super) async fn record(self: &Arc<Self>, sightings: Vec<Sighting>) -> Result<Recorded, String> {
        if sightings.is_empty() {
            return Ok(Recorded::default());
        }
        self.call(move |absence| {
            let mut recorded = Recorded::default();
            let Some(AbsenceSet { holder, run, .. }) = absence.set.get().copied() else {
                return Ok(recorded);
            };
            absence.store.change(|transaction| {
                for sighting in &sightings {
                    let item = match sighting {
                        Sighting::Document(entry) => {
                            transaction.put_absence_entry(holder, run, entry)?;
                            continue;
                        }
                        Sighting::There(item) => {
                            transaction.keep_absence_item(holder, run, item)?;
                            item
                        }
                        Sighting::Hidden(item) => {
                            transaction.keep_absence_item(holder, run, item)?;
                            transaction.keep_absence_below(holder, run, item)?;
                            continue;
                        }
                        Sighting::Read(item) => item,
                    };
                    if !transaction.keep_absence_settled(holder, run, item)? {
                        recorded.unsettled.push(item.clone());
                    }
                }
                Ok::<(), StoreError>(())
            })?;
            for sighting in sightings {
                if let Sighting::Read(item) = sighting
                    && !absence.store.absence_older_of(holder, run, &item, 1)?.is_empty()
                {
                    recorded.with_leftovers.push(item);
                }
            }
            Ok(recorded)
        })
        .await
    }

    /// Step 5.
    pub(super) async fn settle(self: &Arc<Self>, items: Vec<String>) -> Result<(), String> {
        if items.is_empty() {
            return Ok(());
        }
        self.call(move |absence| {
            let Some(AbsenceSet { holder, run, .. }) = absence.set.get().copied() else { return Ok(()) };
            absence.store.change(|transaction| {
                items.into_iter().try_for_each(|item| {
                    transaction.put_absence_entry(holder, run, &AbsenceEntry { item, key: String::new() })
                })
            })
        })
        .await
    }

    /// Step 4: some entries of an item that this run has not seen.
    pub(super) async fn leftover(self: &Arc<Self>, item: &str) -> Result<Vec<AbsenceEntry>, String> {
        let item = item.to_owned();
        self.call(move |absence| match absence.set.get() {
            Some(set) => absence.store.absence_older_of(set.holder, set.run, &item, PAGE),
            None => Ok(Vec::new()),
        })
        .await
    }

    /// Step 7: some entries behind `after` that the enumeration has not seen; none unless it was one of everything. They are
    /// condemned when this returns.
    pub(super) async fn swept(self: &Arc<Self>, after: &AbsenceEntry) -> Result<Vec<AbsenceEntry>, String> {
        let after = after.clone();
        self.call(move |absence| {
            let Some(set) = absence.set.get().filter(|_| absence.whole) else { return Ok(Vec::new()) };
            let older = absence.store.absence_older(set.holder, set.enumeration, &after, PAGE)?;
            if !older.is_empty() {
                absence
                    .store
                    .change(|transaction| transaction.condemn_absence_entries(set.holder, &older))?;
            }
            Ok(older)
        })
        .await
    }

    /// The keys of entries whose documents are nobody else's: of no other item that is in the source (when the enumeration is
    /// `over`), or that may still be (before).
    pub(super) async fn only_theirs(
        self: &Arc<Self>,
        entries: Vec<AbsenceEntry>,
        over: bool,
    ) -> Result<Vec<String>, String> {
        self.call(move |absence| {
            let Some(set) = absence.set.get() else { return Ok(Vec::new()) };
            let since = if over { set.enumeration } else { 0 };
            let mut keys = Vec::new();
            for entry in entries.into_iter().filter(|entry| !entry.key.is_empty()) {
                if !absence.store.absence_shares(set.holder, since, &entry)? {
                    keys.push(entry.key);
                }
            }
            Ok(keys)
        })
        .await
    }

    /// The documents of these entries are gone.
    pub(super) async fn forget(self: &Arc<Self>, entries: Vec<AbsenceEntry>) -> Result<(), String> {
        self.call(move |absence| {
            let Some(set) = absence.set.get() else { return Ok(()) };
            absence.store.change(|transaction| transaction.drop_absence_entries(set.holder, &entries))
        })
        .await
    }

    /// Work with the store, off the threads that wait for the network.
    async fn call<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Absence) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, String> {
        let absence = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&absence)).await;
        let why = match done {
            Ok(Ok(result)) => return Ok(result),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(
            indexer = self.indexer,
            error = why,
            "what was seen of a source could not be stored or read"
        );
        Err("What was seen of the data source could not be stored or read.".to_owned())
    }
}
