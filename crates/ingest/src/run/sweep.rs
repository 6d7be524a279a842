//! The part of the writer that deletes what is absent. The steps and why they are in this order: [`super::absence`].

use std::sync::Arc;

use lazuli_store::AbsenceEntry;

use super::Ending;
use super::absence::{Absence, Recorded, Sighting};
use super::read::{Batch, Entry, Work};
use super::shape::Shape;
use super::write::{Writer, failure};
use crate::map::Mapped;
use crate::state::Failure;

/// How what is absent is deleted.
#[derive(Clone)]
pub(super) struct Absentees {
    /// What was seen of the source.
    pub(super) absence: Arc<Absence>,
    /// Makes the actions.
    pub(super) shape: Arc<dyn Shape>,
}

impl Writer<'_> {
    /// Records what the batches have seen.
    pub(super) async fn record(&self, group: &mut [Batch]) -> Result<Recorded, Ending> {
        let sightings: Vec<Sighting> =
            group.iter_mut().flat_map(|batch| std::mem::take(&mut batch.sightings)).collect();
        match &self.absentees {
            Some(Absentees { absence, .. }) => absence.record(sightings).await.map_err(failed),
            None => Ok(Recorded::default()),
        }
    }

    /// Deletes what items yielded earlier and do not yield any more.
    pub(super) async fn clear_leftovers(&mut self, with_leftovers: Vec<String>) -> Result<(), Ending> {
        let Some(Absentees { absence, .. }) = self.absentees.clone() else { return Ok(()) };
        for item in with_leftovers {
            loop {
                let leftover = absence.leftover(&item).await.map_err(failed)?;
                if leftover.is_empty() {
                    break;
                }
                self.delete(leftover, false).await?;
                self.may_go_on()?;
            }
        }
        Ok(())
    }

    /// Settles items: from now on they are read when they change. To be called when the budget has let their batches pass: of a
    /// run that ends for a failure an old item that is new to us would never be read again otherwise. Those that failed for the
    /// time being stay new.
    pub(super) async fn settle(&self, mut unsettled: Vec<String>) -> Result<(), Ending> {
        let Some(Absentees { absence, .. }) = self.absentees.clone() else { return Ok(()) };
        unsettled.retain(|item| !self.missed.contains(item));
        absence.settle(unsettled).await.map_err(failed)
    }

    /// Deletes what the whole enumeration has not seen.
    pub(super) async fn sweep(&mut self) -> Result<(), Ending> {
        let Some(Absentees { absence, .. }) = self.absentees.clone() else { return Ok(()) };
        let mut after = AbsenceEntry { item: String::new(), key: String::new() };
        loop {
            self.may_go_on()?;
            let older = absence.swept(&after).await.map_err(failed)?;
            let Some(last) = older.last() else { return Ok(()) };
            after.clone_from(last);
            self.delete(older, true).await?;
        }
    }

    /// Deletes the documents of entries, then the entries. A document that the index refuses to delete ends the run: its entry stays
    /// for the next.
    async fn delete(&mut self, entries: Vec<AbsenceEntry>, over: bool) -> Result<(), Ending> {
        let Some(Absentees { absence, shape }) = self.absentees.clone() else { return Ok(()) };
        let keys = absence.only_theirs(entries.clone(), over).await.map_err(failed)?;
        let documents: Vec<Mapped> = keys.iter().map(|key| shape.deletion_of_key(key)).collect();
        let actions: Vec<&str> = documents.iter().map(|document| document.action.as_str()).collect();
        let mut outcomes = self.write(&actions).await?.into_iter();
        for document in documents {
            let entry = Entry { item: Arc::from(document.key.as_str()), work: Work::Delete(document) };
            if let Err(error) = failure(&self.plan.index, entry, &mut outcomes) {
                let reason = error.details.clone().unwrap_or_else(|| error.message.clone());
                self.execution.count_failure(error);
                return Err(Ending::Failed(Failure::passing(reason)));
            }
            self.execution.processed += 1;
        }
        absence.forget(entries).await.map_err(failed)
    }
}

fn failed(reason: String) -> Ending {
    Ending::Failed(Failure::passing(reason))
}
