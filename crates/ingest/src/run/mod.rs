//! One run of one indexer.
//!
//! ```text
//! read.rs    Source ──changes──▶ Shape ──actions──▶ batches ─┐   a task of its own, ahead of the writer by a few MB
//! write.rs   Target ◀──several batches at once───────────────┘   outcomes ──▶ budget ──▶ mark remembered
//! ```
//!
//! The promise is in `write.rs`: a mark is remembered when everything before it is acknowledged and allowed by the failure
//! budget. So after any sequence of kills and runs the index equals the source.
//!
//! What is allowed to fail is passed by the mark. Where the item is at fault it comes again when it has changed, as in the
//! service; where its source or the index was busy it is remembered beside the mark, and the next run begins with it.

mod absence;
mod budget;
#[cfg(test)]
pub(crate) mod doubles;
mod read;
pub(crate) mod retry;
mod shape;
mod stop;
mod sweep;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use lazuli_platform::clock::Clock;

pub use self::absence::Absence;
pub use self::budget::Budget;
pub use self::shape::{Documents, Shape};
pub use self::stop::{Stop, Stopper};
use crate::source::{BoxFuture, Source};
use crate::state::{Execution, Failure, Reached, ResetList};
use crate::target::Target;

/// What a run holds to.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The index that is written to.
    pub index: String,
    /// Documents in a batch: how many failures are counted together, and at least how far a run reads ahead.
    pub batch: usize,
    /// How much may fail.
    pub budget: Budget,
    /// How long it may take, from [`Parts::began`] on.
    pub longest: Duration,
    /// If not empty, the documents that it is about; others are passed over.
    pub only: ResetList,
    /// What errors of reading are called: `DocumentExtraction.<type>.<data source>` (`indexers.md` §1.3).
    pub reading: String,
}

/// What a run is made of.
pub struct Parts<'a> {
    /// What it holds to.
    pub plan: &'a Plan,
    /// What could not be read or written before, and is read first.
    pub again: Option<Again>,
    /// What has changed.
    pub source: Box<dyn Source>,
    /// What was seen of the source, if what is absent from it is to be deleted.
    pub absence: Option<Arc<Absence>>,
    /// How items become actions.
    pub shape: Arc<dyn Shape>,
    /// Where they go.
    pub target: Arc<dyn Target>,
    /// For the longest time.
    pub clock: Arc<dyn Clock>,
    /// When it began by the monotonic clock: opening the source is part of it.
    pub began: Duration,
    /// Says when to end before the end.
    pub stop: Stop,
    /// What is remembered.
    pub journal: &'a dyn Journal,
}

/// Items of earlier runs that are read again.
pub struct Again {
    /// Their ids.
    pub ids: BTreeSet<String>,
    /// Yields just them, as far as they are still there.
    pub source: Box<dyn Source>,
}

/// Where a run writes down how far it is.
pub trait Journal: Send + Sync {
    /// Everything before the mark is in the index, but for what is to be read again. Durable when it returns, as far as the disk
    /// allows: an older mark is never wrong.
    fn remember<'a>(&'a self, reached: &'a Reached) -> BoxFuture<'a, ()>;

    /// How the run is doing; seen by clients that ask for the status.
    fn progress(&self, execution: &Execution);
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It came to the end of the source.
    Success,
    /// It did not, for this reason.
    Failed(Failure),
    /// It was told to stop.
    Stopped,
}

/// Why a run ends that has taken as long as it may.
pub(crate) fn out_of_time(longest: Duration) -> Failure {
    let seconds = longest.as_secs();
    Failure::passing(format!(
        "The indexer reached its maximum run time of {seconds} seconds. The next run picks up where it left off."
    ))
}

/// Runs to an end. `execution` is the run as it begins, and is kept up to date in the journal.
pub async fn run(parts: Parts<'_>, execution: Execution) -> Ending {
    let Parts { plan, again, source, absence, shape, target, clock, began, stop, journal } = parts;
    let (before, again) = again.map_or_else(Default::default, |again| (again.ids, Some(again.source)));
    let watches = absence.is_some();
    let absentees = absence.map(|absence| sweep::Absentees { absence, shape: Arc::clone(&shape) });
    let batches = read::start(again, source, shape, plan, watches, &stop);
    let writer = write::Writer::new(plan, absentees, target, clock, stop, journal, execution);
    writer.since(began).run(batches, before).await
}
