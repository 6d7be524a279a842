//! All indexers of a service: who is due, who runs, who waits.
//!
//! Runs are started by one task ([`Indexers::supervise`]), so many beside each other as a setting allows, one at a time for
//! each indexer. It sleeps until the next tick of a schedule or until something happens; without schedules it sleeps for good.
//!
//! A [`State`] is stored as one row after everything that must not be forgotten. The row is always written from what is true
//! now, one at a time, so an older state never comes after a newer one.

mod slot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lazuli_platform::clock::Clock;
use lazuli_store::{CatalogStore, IndexerState, StoreError};
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};

use self::slot::Slot;
pub use self::slot::{Seen, Terms};
use crate::origin::Origin;
use crate::run::retry::Tries;
use crate::run::{self, Absence, Ending, Journal, Plan, Shape, Stop, Stopper};
use crate::source::{BoxFuture, Mark, Source};
use crate::state::{Execution, Failure, Reached, ResetList, State};
use crate::target::Target;
use crate::task::Task;

/// The wall clock may be set while we sleep, so we look at it at least this often when something is scheduled.
const SLEEP_MAX: Duration = Duration::from_secs(600);

/// What clients read of a fault of ours.
const UNEXPECTED: &str = "An unexpected error occurred.";

/// What the operator allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Runs beside each other.
    pub parallel: usize,
}

/// What makes a run possible: the definitions as they are when it begins. The service implements it.
pub trait Runs: Send + Sync {
    /// Opens the source of an indexer and binds its mappings; a refusal is why the run fails. One that is not lasting is tried again
    /// after a while.
    fn begin<'a>(&'a self, start: &'a Start) -> BoxFuture<'a, Result<Begun, Failure>>;

    /// What the next run of this indexer is of; none if that cannot be told, so that the run cannot begin either.
    fn origin(&self, name: &str) -> Option<Origin>;

    /// How long a run may take, its beginning included.
    fn longest(&self) -> Duration;
}

/// A run that is about to begin.
#[derive(Debug, Clone)]
pub struct Start {
    /// The indexer.
    pub name: String,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// Where its source goes on.
    pub since: Option<Mark>,
    /// If not empty, the documents that it is about.
    pub only: ResetList,
    /// Ids of items before `since` that are read again first.
    pub again: BTreeSet<String>,
    /// Documents are written whole instead of merged.
    pub rewrite: bool,
}

/// A run that can begin.
pub struct Begun {
    /// What it holds to.
    pub plan: Plan,
    /// The items of [`Start::again`], if there are any.
    pub again: Option<Box<dyn Source>>,
    /// What has changed.
    pub source: Box<dyn Source>,
    /// What was seen of the source, if what is absent from it is to be deleted.
    pub absence: Option<Arc<Absence>>,
    /// How items become actions.
    pub shape: Arc<dyn Shape>,
    /// Where they go.
    pub target: Arc<dyn Target>,
}

/// Why something cannot be done with an indexer now.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is none of this name.
    #[error("there is no such indexer")]
    Unknown,
    /// It runs, or waits to.
    #[error("the indexer is running")]
    Running,
    /// It is disabled.
    #[error("the indexer is disabled")]
    Disabled,
    /// More documents than can be remembered.
    #[error("the list of documents is too long")]
    TooMany,
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// All indexers of a service.
pub struct Indexers {
    slots: Mutex<Slots>,
    /// Rings when something may have become due.
    bell: Notify,
    stopper: Stopper,
    /// Whether to look for what indexers had seen that are no more.
    may_have_orphans: AtomicBool,
    store: Arc<CatalogStore>,
    /// Held while a state is written.
    saving: Mutex<()>,
    clock: Arc<dyn Clock>,
    settings: Settings,
}

#[derive(Default)]
struct Slots {
    by_name: BTreeMap<String, Slot>,
    /// Given to slots, so that a run of a deleted indexer does not touch its successor.
    next_id: u64,
}

impl Indexers {
    /// Takes up what is stored. Indexers that are defined come with [`Indexers::restore`] before [`Indexers::supervise`].
    pub fn new(store: Arc<CatalogStore>, clock: Arc<dyn Clock>, settings: Settings) -> Indexers {
        let (stopper, _) = Stopper::pair();
        Indexers {
            slots: Mutex::default(),
            bell: Notify::new(),
            stopper,
            may_have_orphans: AtomicBool::new(true),
            store,
            saving: Mutex::new(()),
            clock,
            settings,
        }
    }

    /// Takes up the indexers that are defined when the service starts: an interrupted run goes on, one that never ran runs.
    /// States of others are removed.
    pub fn restore(&self, defined: impl IntoIterator<Item = (String, Terms)>) -> Result<(), StoreError> {
        let stored = self.store.indexer_states()?;
        let mut stored: BTreeMap<String, String> =
            stored.into_iter().map(|row| (row.name, row.state)).collect();
        let now = self.clock.unix_millis();
        for (name, terms) in defined {
            let (state, has_changed) = match stored.remove(&name) {
                Some(text) => restored(&text, now)?,
                None => (State { requested: true, ..State::default() }, true),
            };
            self.insert(name.clone(), Slot::new(state, terms, now));
            if has_changed {
                self.save(&name)?;
            }
        }
        for name in stored.keys() {
            self.forget(name)?;
        }
        Ok(())
    }

    /// An indexer was created: whatever was remembered under its name is forgotten, and it runs unless it is disabled.
    pub fn created(&self, name: &str, terms: Terms) -> Result<(), StoreError> {
        let forgotten = self.forget(name);
        // The definition is in force, whatever could be stored of it.
        let state = State { requested: true, ..State::default() };
        self.insert(name.to_owned(), Slot::new(state, terms, self.clock.unix_millis()));
        let stored = forgotten.and_then(|()| self.save(name));
        self.bell.notify_one();
        stored
    }

    /// An indexer was updated: it runs unless it is disabled or running (`indexers.md` §1.2).
    pub fn updated(&self, name: &str, terms: Terms) -> Result<(), StoreError> {
        let now = self.clock.unix_millis();
        self.with(name, |slot| slot.update(terms, now));
        let stored = self.save(name);
        self.bell.notify_one();
        stored
    }

    /// An indexer was deleted: its run ends, what was remembered is forgotten.
    pub fn deleted(&self, name: &str) -> Result<(), StoreError> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = self.lock().by_name.remove(name) {
            slot.stop();
        }
        self.forget(name)?;
        self.bell.notify_one();
        Ok(())
    }

    fn forget(&self, name: &str) -> Result<(), StoreError> {
        self.store.change(|transaction| transaction.delete_indexer_state(name))?;
        self.may_have_orphans.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Removes what indexers had seen that are no more. A failure costs nothing but room: it is tried again at the next start.
    fn purge(&self) {
        const PIECE: usize = 1000;
        let purged = || -> Result<(), StoreError> {
            while let Some(holder) = self.store.absence_nobody()? {
                while !self.stopper.listen().is_set()
                    && self.store.change(|transaction| transaction.purge_absence_entries(holder, PIECE))?
                {
                }
                if self.stopper.listen().is_set() {
                    break;
                }
            }
            Ok(())
        };
        if let Err(error) = purged() {
            tracing::warn!(%error, "what deleted indexers had seen could not be removed");
        }
    }

    /// Runs an indexer as soon as there is room. What was accepted is not forgotten when the service is killed.
    pub fn run(&self, name: &str) -> Result<(), Refusal> {
        self.change(name, |slot| {
            slot.must_be_idle()?;
            if slot.terms.disabled {
                return Err(Refusal::Disabled);
            }
            slot.state.requested = true;
            Ok(())
        })
    }

    /// Forgets how far an indexer came.
    pub fn reset(&self, name: &str) -> Result<(), Refusal> {
        let now = self.clock.unix_millis();
        self.change(name, |slot| {
            slot.must_be_idle()?;
            slot.state.reset(now);
            Ok(())
        })
    }

    /// Makes the next runs be about single documents.
    pub fn reset_documents(&self, name: &str, list: ResetList, overwrite: bool) -> Result<(), Refusal> {
        self.change(name, |slot| {
            if slot.state.reset_documents(list, overwrite) { Ok(()) } else { Err(Refusal::TooMany) }
        })
    }

    /// What an indexer has seen of its source in earlier runs, for one more that is about everything (`whole`) or about some items.
    pub fn absence(&self, name: &str, whole: bool) -> Arc<Absence> {
        Absence::new(Arc::clone(&self.store), name, whole)
    }

    /// How an indexer does.
    pub fn see(&self, name: &str) -> Option<Seen> {
        self.with(name, |slot| slot.seen())
    }

    /// Looks at the clock again. For tests that turn it.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Ends all runs after the batch that they are writing. They go on at the next start.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    fn change(
        &self,
        name: &str,
        change: impl FnOnce(&mut Slot) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.with(name, change).ok_or(Refusal::Unknown)??;
        self.save(name)?;
        self.bell.notify_one();
        Ok(())
    }

    fn insert(&self, name: String, mut slot: Slot) {
        let mut slots = self.lock();
        slots.next_id += 1;
        slot.id = slots.next_id;
        slots.by_name.insert(name, slot);
    }

    fn with<T>(&self, name: &str, look: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.lock().by_name.get_mut(name).map(look)
    }

    /// The slot that a run belongs to, unless its indexer was deleted meanwhile.
    fn with_own<T>(&self, name: &str, id: u64, look: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.lock().by_name.get_mut(name).filter(|slot| slot.id == id).map(look)
    }

    /// Stores what is remembered now. Blocks.
    fn save(&self, name: &str) -> Result<(), StoreError> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        match self.with(name, |slot| slot.state.clone()) {
            Some(state) => self.put(name, &state),
            None => Ok(()),
        }
    }

    fn put(&self, name: &str, state: &State) -> Result<(), StoreError> {
        let state = serde_json::to_string(state).map_err(|error| StoreError::WorkFailed(error.into()))?;
        let row = IndexerState { name: name.to_owned(), state };
        self.store.change(|transaction| transaction.put_indexer_state(&row))
    }

    /// Stores from a run, which cannot do more about a failure than say so: an older mark only means repeated work.
    async fn save_from_run(self: &Arc<Self>, name: &str) {
        let (indexers, own) = (self.clone(), name.to_owned());
        let saved = tokio::task::spawn_blocking(move || indexers.save(&own)).await;
        report_unsaved(name, saved);
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what is due until it is told to stop; then waits for the runs to end.
    pub async fn supervise(self: Arc<Self>, runs: Arc<dyn Runs>) {
        let mut stop = self.stopper.listen();
        let mut running = JoinSet::new();
        let mut names = BTreeSet::new();
        let mut tasks = HashMap::new();
        while !stop.is_set() {
            if self.may_have_orphans.swap(false, Ordering::Relaxed) {
                let indexers = self.clone();
                drop(tokio::task::spawn_blocking(move || indexers.purge()));
            }
            for (name, id, own) in self.take_due(&names) {
                names.insert(name.clone());
                let (indexers, runs) = (self.clone(), runs.clone());
                let task = running.spawn(indexers.run_guarded(runs, name.clone(), id, own));
                tasks.insert(task.id(), (name, id));
            }
            tokio::select! {
                () = stop.wait() => {}
                () = self.bell.notified() => {}
                () = self.until_next_tick() => {}
                Some(ended) = running.join_next_with_id() => {
                    let (task, is_broken) = match ended {
                        Ok((task, ())) => (task, false),
                        Err(error) => (error.id(), true),
                    };
                    if let Some((name, id)) = tasks.remove(&task) {
                        names.remove(&name);
                        if is_broken {
                            self.abandon(&name, id);
                        }
                    }
                }
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// The end of a run could not be written down. It is over all the same.
    fn abandon(&self, name: &str, id: u64) {
        tracing::error!(indexer = name, "the end of a run is not recorded");
        let failure = Failure::passing(UNEXPECTED);
        let now = self.clock.unix_millis();
        self.with_own(name, id, |slot| slot.end(now, Some(failure), &ResetList::default()).map(drop));
    }

    /// Takes those whose turn it is: those asked for, then those whose tick has come.
    fn take_due(&self, running: &BTreeSet<String>) -> Vec<(String, u64, Stop)> {
        let now = self.clock.unix_millis();
        let room = self.settings.parallel.saturating_sub(running.len());
        let mut slots = self.lock();
        slots.by_name.values_mut().for_each(|slot| slot.tick(now));
        let mut due: Vec<_> = slots
            .by_name
            .iter_mut()
            .filter_map(|(name, slot)| {
                let since = slot.due_since()?;
                (!running.contains(name)).then_some((since, name, slot))
            })
            .collect();
        due.sort_by_key(|(since, ..)| *since);
        due.into_iter().take(room).map(|(_, name, slot)| (name.clone(), slot.id, slot.start())).collect()
    }

    async fn until_next_tick(&self) {
        let next = self.lock().by_name.values().filter_map(Slot::next_tick).min();
        match next {
            None => std::future::pending().await,
            Some(next) => {
                let left = u64::try_from(next.saturating_sub(self.clock.unix_millis())).unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(left).min(SLEEP_MAX)).await;
            }
        }
    }

    /// Runs, and ends the run also when it panics.
    async fn run_guarded(self: Arc<Self>, runs: Arc<dyn Runs>, name: String, id: u64, own: Stop) {
        let task = Task::spawn(self.clone().run_one(runs, name.clone(), id, own));
        if let Err(error) = task.await {
            tracing::error!(indexer = name, %error, "a run did not end well");
            let failure = Failure::passing(UNEXPECTED);
            self.end(&name, id, Some(failure), &ResetList::default()).await;
        }
    }

    async fn run_one(self: Arc<Self>, runs: Arc<dyn Runs>, name: String, id: u64, own: Stop) {
        let now = self.clock.unix_millis();
        // If the definitions change from here to where they are read, the next run finds that they have.
        let origin = runs.origin(&name);
        let begun = self.with_own(&name, id, |slot| {
            let moved = origin.and_then(|origin| slot.state.turn_to(origin));
            slot.state.begin(now);
            if let (Some(note), Some(running)) = (moved, &mut slot.state.running) {
                tracing::warn!(indexer = name, reason = note.message, "a run begins anew");
                running.warn(note);
            }
            let since = slot.state.running.as_ref().and_then(|run| run.initial.clone());
            let (only, rewrite) = (slot.state.reset.clone(), slot.state.rewrite);
            let again = slot.state.to_read_again();
            let start = Start { name: name.clone(), now, since, only, again, rewrite };
            (start, slot.state.running.clone())
        });
        let Some((start, Some(execution))) = begun else { return };
        self.save_from_run(&name).await;
        tracing::info!(indexer = name, "run begins");
        let ending = self.follow(&*runs, &start, id, execution, own).await;
        match ending {
            Ending::Success => self.end(&name, id, None, &start.only).await,
            Ending::Failed(failure) => self.end(&name, id, Some(failure), &start.only).await,
            // The service stops, or the indexer is gone. What stands in the state goes on at the next start.
            Ending::Stopped => self.save_from_run(&name).await,
        }
    }

    async fn follow(
        self: &Arc<Self>,
        runs: &dyn Runs,
        start: &Start,
        id: u64,
        execution: Execution,
        own: Stop,
    ) -> Ending {
        let mut stop = self.stopper.listen().or(own);
        let (began, longest) = (self.clock.monotonic(), runs.longest());
        let beginning = begin(runs, start, stop.clone());
        let begun = tokio::select! {
            biased;
            () = stop.wait() => return Ending::Stopped,
            begun = beginning => begun,
            () = tokio::time::sleep(longest) => Err(run::out_of_time(longest)),
        };
        let Begun { plan, again, source, absence, shape, target } = match begun {
            Ok(begun) => begun,
            Err(failure) => return Ending::Failed(failure),
        };
        let journal = SlotJournal { indexers: self.clone(), name: start.name.clone(), id };
        let clock = self.clock.clone();
        let again = again.map(|source| run::Again { ids: start.again.clone(), source });
        let plan = &plan;
        let journal = &journal;
        let parts = run::Parts { plan, again, source, absence, shape, target, clock, began, stop, journal };
        run::run(parts, execution).await
    }

    async fn end(self: &Arc<Self>, name: &str, id: u64, failure: Option<Failure>, handled: &ResetList) {
        let now = self.clock.unix_millis();
        let (indexers, own, handled) = (self.clone(), name.to_owned(), handled.clone());
        let ended =
            tokio::task::spawn_blocking(move || indexers.end_durably(&own, id, now, failure, &handled)).await;
        report_unsaved(name, ended);
        self.bell.notify_one();
    }

    /// Stores that a run has ended, then shows it: what clients have seen does not change with a crash. Blocks.
    fn end_durably(
        &self,
        name: &str,
        id: u64,
        now: i64,
        failure: Option<Failure>,
        handled: &ResetList,
    ) -> Result<(), StoreError> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut state) = self.with_own(name, id, |slot| slot.state.clone()) else { return Ok(()) };
        state.end(now, failure.clone(), handled);
        let stored = self.put(name, &state);
        self.with_own(name, id, |slot| {
            if let Some(ended) = slot.end(now, failure, handled) {
                let Execution { outcome, processed, failed, message, .. } = ended;
                let message = message.as_deref();
                tracing::info!(indexer = name, ?outcome, processed, failed, message, "run ends");
            }
        });
        stored
    }
}

/// Begins a run; what is not there for the time being, such as a database that starts, is tried again.
async fn begin(runs: &dyn Runs, start: &Start, mut stop: Stop) -> Result<Begun, Failure> {
    let mut tries = Tries::default();
    loop {
        match runs.begin(start).await {
            Err(failure) if !failure.lasting => {
                tracing::warn!(indexer = start.name, reason = failure.message, "a run cannot begin yet");
                if !tries.again(&mut stop).await {
                    return Err(failure);
                }
            }
            other => return other,
        }
    }
}

/// A stored state, and whether it has changed because a run was interrupted.
fn restored(text: &str, now: i64) -> Result<(State, bool), StoreError> {
    let mut state: State =
        serde_json::from_str(text).map_err(|error| StoreError::WorkFailed(error.into()))?;
    let is_interrupted = state.running.is_some();
    state.recover(now);
    Ok((state, is_interrupted))
}

fn report_unsaved(name: &str, saved: Result<Result<(), StoreError>, JoinError>) {
    let error = match saved {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(indexer = name, error, "the state could not be stored");
}

/// Writes into the slot of the run's indexer.
struct SlotJournal {
    indexers: Arc<Indexers>,
    name: String,
    id: u64,
}

impl Journal for SlotJournal {
    fn remember<'a>(&'a self, reached: &'a Reached) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.indexers.with_own(&self.name, self.id, |slot| slot.state.remember(reached));
            self.indexers.save_from_run(&self.name).await;
        })
    }

    fn progress(&self, execution: &Execution) {
        self.indexers.with_own(&self.name, self.id, |slot| slot.state.progress(execution));
    }
}
