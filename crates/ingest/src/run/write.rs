//! The writing half of a run: batches go to the index in order, and what is acknowledged is remembered.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use lazuli_platform::clock::Clock;

use super::read::{Batch, Batches, Entry, Message, Work};
use super::retry::Tries;
use super::stop::Stop;
use super::sweep::Absentees;
use super::{Ending, Journal, Plan};
use crate::map::Mapped;
use crate::source::{ItemError, Mark, SourceError};
use crate::state::{Execution, Failure, Reached};
use crate::target::{ActionOutcome, Target, TargetError};

/// Batches that wait are written together, up to so many actions: those of an upload (`api.md` §4).
const ACTIONS_MAX: usize = 1000;
/// And up to so many bytes, about; half of what an upload may have.
const BYTES_MAX: usize = 8 << 20;
/// How often a mark is stored while a run goes on. An older one only costs repeated work.
const REMEMBER_EVERY: Duration = Duration::from_secs(1);

/// Items that may be remembered to be read again. A run to which more happens ends, so that its mark does not pass them.
const AGAIN_MAX: usize = 1000;

/// Writes one run's batches.
pub(super) struct Writer<'a> {
    pub(super) plan: &'a Plan,
    /// How what is absent is deleted, if it is.
    pub(super) absentees: Option<Absentees>,
    target: Arc<dyn Target>,
    clock: Arc<dyn Clock>,
    stop: Stop,
    journal: &'a dyn Journal,
    pub(super) execution: Execution,
    /// When the run has to end, by the monotonic clock.
    deadline: Duration,
    /// What is true and not stored yet, if anything is.
    unsaved: Option<Reached>,
    /// Items to be read again: of earlier runs, until this one has done that.
    before: BTreeSet<String>,
    /// Likewise, of this run.
    pub(super) missed: BTreeSet<String>,
    saved_at: Duration,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        absentees: Option<Absentees>,
        target: Arc<dyn Target>,
        clock: Arc<dyn Clock>,
        stop: Stop,
        journal: &'a dyn Journal,
        execution: Execution,
    ) -> Writer<'a> {
        let now = clock.monotonic();
        Writer {
            plan,
            absentees,
            target,
            clock,
            stop,
            journal,
            execution,
            deadline: now.saturating_add(plan.longest),
            unsaved: None,
            before: BTreeSet::new(),
            missed: BTreeSet::new(),
            saved_at: now,
        }
    }

    /// Counts the longest time from this moment of the monotonic clock on.
    pub(super) fn since(self, began: Duration) -> Writer<'a> {
        Writer { deadline: began.saturating_add(self.plan.longest), ..self }
    }

    /// Writes until the end. `before` are the items that are to be read again.
    pub(super) async fn run(mut self, batches: Batches, before: BTreeSet<String>) -> Ending {
        self.before = before;
        let ending = match self.write_all(batches).await {
            Ok(()) => self.sweep().await,
            Err(ending) => Err(ending),
        };
        self.save().await;
        self.journal.progress(&self.execution);
        match ending {
            Ok(()) => Ending::Success,
            Err(ending) => ending,
        }
    }

    async fn write_all(&mut self, mut batches: Batches) -> Result<(), Ending> {
        let mut held = None;
        loop {
            let first = match held.take() {
                Some(message) => Some(message),
                None => self.receive(&mut batches).await?,
            };
            match first {
                None => return Ok(()),
                Some(Message::Broken(error)) => return Err(broken(error)),
                Some(Message::Batch(batch)) => {
                    // Not after the last batch: a run that has written everything has come to its end, however late.
                    self.may_go_on()?;
                    let (group, next) = gather(batch, &mut batches);
                    held = next;
                    self.write_group(group).await?;
                }
            }
        }
    }

    /// Ends the run if it has to end now.
    pub(super) fn may_go_on(&self) -> Result<(), Ending> {
        if self.clock.monotonic() >= self.deadline {
            return Err(self.out_of_time());
        }
        if self.stop.is_set() { Err(Ending::Stopped) } else { Ok(()) }
    }

    async fn receive(&mut self, batches: &mut Batches) -> Result<Option<Message>, Ending> {
        let left = self.deadline.saturating_sub(self.clock.monotonic());
        tokio::select! {
            biased;
            () = self.stop.wait() => Err(Ending::Stopped),
            message = batches.messages.recv() => Ok(message),
            () = tokio::time::sleep(left) => Err(self.out_of_time()),
        }
    }

    fn out_of_time(&self) -> Ending {
        Ending::Failed(super::out_of_time(self.plan.longest))
    }

    /// Writes batches together, then judges each of them.
    async fn write_group(&mut self, mut group: Vec<Batch>) -> Result<(), Ending> {
        // Before anything is written, and before the mark moves; why is said there.
        let recorded = self.record(&mut group).await?;
        let actions = group.iter().flat_map(|batch| &batch.entries).filter_map(Entry::mapped);
        let actions: Vec<&str> = actions.map(|mapped| mapped.action.as_str()).collect();
        let mut outcomes = self.write(&actions).await?.into_iter();
        let cleared = self.clear_leftovers(recorded.with_leftovers).await;
        let mut batches = group.into_iter();
        let judged =
            cleared.and_then(|()| batches.by_ref().try_for_each(|batch| self.judge(batch, &mut outcomes)));
        // What is behind the batch that ends the run is written, so it counts; but the mark stays before it.
        batches.for_each(|batch| drop(self.count(batch, &mut outcomes)));
        judged?;
        self.settle(recorded.unsettled).await?;
        self.journal.progress(&self.execution);
        if self.clock.monotonic().saturating_sub(self.saved_at) >= REMEMBER_EVERY {
            self.save().await;
        }
        Ok(())
    }

    /// Counts what became of a batch. Only a batch that the budget allows moves the mark, and only one whose passing failures can
    /// be remembered.
    fn judge(
        &mut self,
        batch: Batch,
        outcomes: &mut impl Iterator<Item = ActionOutcome>,
    ) -> Result<(), Ending> {
        let (failed_before, missed_before) = (self.execution.failed, self.missed.len());
        let (mark, is_again_done) = self.count(batch, outcomes);
        if self.execution.failed > failed_before {
            self.check_budget(failed_before)?;
        }
        if self.missed.len() > AGAIN_MAX {
            return Err(Ending::Failed(Failure::passing(format!(
                "Indexing stopped because more than {AGAIN_MAX} items could not be read or written for the time being."
            ))));
        }
        if is_again_done {
            self.before.clear();
        }
        if mark.is_some() || is_again_done || self.missed.len() > missed_before {
            self.reach(mark);
        }
        Ok(())
    }

    /// Counts what became of a batch. Yields its mark, and whether it ends what is read again.
    fn count(
        &mut self,
        batch: Batch,
        outcomes: &mut impl Iterator<Item = ActionOutcome>,
    ) -> (Option<Mark>, bool) {
        batch.warnings.into_iter().for_each(|note| self.execution.warn(note));
        self.missed.extend(batch.later);
        for entry in batch.entries {
            let item = Arc::clone(&entry.item);
            match failure(&self.plan.index, entry, outcomes) {
                Ok(mapped) => {
                    self.execution.processed += 1;
                    mapped.warnings.into_iter().for_each(|note| self.execution.warn(note));
                }
                Err(error) => {
                    if error.is_passing() {
                        self.missed.insert(item.to_string());
                    }
                    self.execution.count_failure(error);
                }
            }
        }
        (batch.mark, batch.is_again_done)
    }

    /// Ends the run if too much has failed, in it or since there were `before` failures.
    pub(super) fn check_budget(&self, before: u64) -> Result<(), Ending> {
        let failed = self.execution.failed;
        let judged = self.plan.budget.check(failed, failed - before);
        judged.map_err(|reason| Ending::Failed(Failure::passing(reason)))
    }

    /// This is true now: the mark, or the one before if there is none.
    fn reach(&mut self, mark: Option<Mark>) {
        if mark.is_some() {
            self.execution.last.clone_from(&mark);
        }
        let mark = mark.or_else(|| self.unsaved.take().and_then(|reached| reached.mark));
        let again = self.before.union(&self.missed).cloned().collect();
        self.unsaved = Some(Reached { mark, again });
    }

    /// Writes actions, in order. A batch that is refused because of one action is halved until that one is found.
    pub(super) async fn write(&mut self, actions: &[&str]) -> Result<Vec<ActionOutcome>, Ending> {
        let mut outcomes = Vec::with_capacity(actions.len());
        let mut parts = VecDeque::from([actions]);
        while let Some(part) = parts.pop_front() {
            if part.is_empty() {
                continue;
            }
            match self.write_part(part).await? {
                Ok(part) => outcomes.extend(part),
                Err(refusal) if part.len() == 1 => {
                    outcomes.push(ActionOutcome { key: String::new(), status: 400, message: Some(refusal) });
                }
                Err(_) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.push_front(second);
                    parts.push_front(first);
                }
            }
        }
        Ok(outcomes)
    }

    /// Writes a batch; `Err` inside if it is refused as a whole. While the index is not available it is tried again for as long
    /// as the run may take: an index that is built anew after a crash comes back, and a run that gave up before would not.
    async fn write_part(&mut self, part: &[&str]) -> Result<Result<Vec<ActionOutcome>, String>, Ending> {
        let mut tries = Tries::default();
        loop {
            match self.target.write(&self.plan.index, part).await {
                Ok(outcomes) if outcomes.len() == part.len() => return Ok(Ok(outcomes)),
                Ok(_) => {
                    let reason = "The index answered for other documents.";
                    return Err(Ending::Failed(Failure::lasting(reason)));
                }
                Err(TargetError::Refused(refusal)) => return Ok(Err(refusal)),
                Err(TargetError::Gone(reason) | TargetError::Failed(reason)) => {
                    return Err(Ending::Failed(Failure::lasting(reason)));
                }
                Err(TargetError::Unavailable(reason)) => {
                    tracing::warn!(reason, "the index is not available; it is tried again");
                    let left = self.deadline.saturating_sub(self.clock.monotonic());
                    if !tries.again_within(left, &mut self.stop).await {
                        let stopped = self.stop.is_set();
                        let failed = Ending::Failed(Failure::passing(reason));
                        return Err(if stopped { Ending::Stopped } else { failed });
                    }
                }
            }
        }
    }

    async fn save(&mut self) {
        if let Some(reached) = self.unsaved.take() {
            self.journal.remember(&reached).await;
            self.saved_at = self.clock.monotonic();
        }
    }
}

impl Entry {
    fn mapped(&self) -> Option<&Mapped> {
        match &self.work {
            Work::Write(mapped) | Work::Delete(mapped) => Some(mapped),
            Work::Failed(_) => None,
        }
    }
}

/// The batch and those behind it that are there already; the message that did not fit.
fn gather(first: Batch, batches: &mut Batches) -> (Vec<Batch>, Option<Message>) {
    let (mut actions, mut bytes) = (first.entries.len(), first.bytes);
    let mut group = vec![first];
    loop {
        match batches.messages.try_recv() {
            Ok(Message::Batch(batch)) => {
                actions += batch.entries.len();
                bytes += batch.bytes;
                if actions > ACTIONS_MAX || bytes > BYTES_MAX {
                    return (group, Some(Message::Batch(batch)));
                }
                group.push(batch);
            }
            Ok(broken @ Message::Broken(_)) => return (group, Some(broken)),
            Err(_) => return (group, None),
        }
    }
}

/// What was written, or why it was not.
pub(super) fn failure(
    index: &str,
    entry: Entry,
    outcomes: &mut impl Iterator<Item = ActionOutcome>,
) -> Result<Mapped, ItemError> {
    let (mapped, verb) = match entry.work {
        Work::Failed(error) => return Err(error),
        Work::Write(mapped) => (mapped, "MergeOrUpload"),
        Work::Delete(mapped) => (mapped, "Delete"),
    };
    let Some(ActionOutcome { status, message: Some(details), .. }) = outcomes.next() else {
        return Ok(mapped);
    };
    let message = match status {
        400 => "Could not index document because some of the document's data was not valid".to_owned(),
        _ => format!("Could not '{verb}' document to the search index"),
    };
    Err(ItemError {
        id: mapped.key,
        status,
        message,
        details: Some(details),
        name: format!("Projection.SearchIndex.{verb}.{index}"),
        link: None,
    })
}

/// How a run ends whose source cannot go on.
fn broken(error: SourceError) -> Ending {
    match error {
        SourceError::Stopped => Ending::Stopped,
        error @ (SourceError::Credentials(_)
        | SourceError::Transient(_)
        | SourceError::Changed(_)
        | SourceError::Missing(_)
        | SourceError::Broken(_)) => Ending::Failed(error.into()),
    }
}
