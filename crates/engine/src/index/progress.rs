//! How far an index has come: what is acknowledged, what the applier has taken, what is visible; and who waits.
//!
//! ```text
//! acknowledged ≥ fed ≥ visible        all sequence numbers of the store
//! ```
//!
//! Writers wait for admission while too much acknowledged work is unapplied; queries wait until what was acknowledged
//! before they came is visible; the applier waits for either to give it work (design.md §4.3).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use lazuli_catalog::document::Document;
use lazuli_platform::cancel::Cancel;
use lazuli_platform::clock::Clock;

use crate::EngineError;
use crate::segment::Packer;
use crate::segment::in_flight::InFlight;
use crate::settings::{Settings, Visibility};
use crate::snapshot::Snapshot;

/// Waits are cut into slices of this length, to notice cancellation and work that ended inside tantivy.
const SLICE: Duration = Duration::from_millis(2);

/// A search this recent makes an index count as searched.
const SEARCHED_WITHIN: Duration = Duration::from_secs(1);

/// One write as the store took it.
pub(crate) struct Write {
    pub(crate) seq: u64,
    pub(crate) key: String,
    /// Whether a live document had this key before, in the index or on its way there.
    pub(crate) replaces: bool,
    /// `None` = deletion.
    pub(crate) document: Option<Document>,
    /// Estimated cost to apply, in bytes of text.
    pub(crate) weight: usize,
}

/// The writes of one batch, in order.
pub(crate) struct Group {
    /// How to take its documents apart: belongs to the schema they were checked against.
    pub(crate) packer: Arc<Packer>,
    pub(crate) writes: Vec<Write>,
    pub(crate) weight: usize,
    pub(crate) last_seq: u64,
    pub(crate) acknowledged_at: Duration,
}

/// What the applier is to do next.
pub(crate) enum Work {
    /// Apply these writes.
    Apply(Group),
    /// Make what has been fed visible.
    Refresh,
    /// Nothing came for as long as asked.
    Idle,
    /// The index is being closed.
    Stop,
}

struct State {
    queue: VecDeque<Group>,
    queued: usize,
    fed: u64,
    wanted: u64,
    /// Batches admitted that the store has not answered yet, and their weight.
    outstanding: usize,
    outstanding_weight: usize,
    /// Whether an applier thread is at work.
    applying: bool,
    stop: bool,
    failed: Option<EngineError>,
    searched_at: Option<Duration>,
    rate: Rate,
}

impl State {
    fn check(&self) -> Result<(), EngineError> {
        match &self.failed {
            Some(failed) => Err(failed.clone()),
            None if self.stop => Err(EngineError::Closed),
            None => Ok(()),
        }
    }
}

/// Measured speed of the applier, for turning bytes into time.
struct Rate {
    bytes_per_second: f64,
    sampled_at: Duration,
    done: u64,
}

/// See the module.
pub(crate) struct Progress {
    state: Mutex<State>,
    work: Condvar,
    visible: Condvar,
    admission: Condvar,
    ended: Condvar,
    acknowledged: AtomicU64,
    snapshot: ArcSwapOption<Snapshot>,
    in_flight: InFlight,
    clock: Arc<dyn Clock>,
    settings: Arc<Settings>,
}

impl Progress {
    /// Everything up to `fed` is in the opened index, everything up to `acknowledged` in the store.
    pub(crate) fn new(clock: Arc<dyn Clock>, settings: Arc<Settings>, fed: u64, acknowledged: u64) -> Self {
        let rate = Rate { bytes_per_second: 20e6, sampled_at: clock.monotonic(), done: 0 };
        let state = State {
            queue: VecDeque::new(),
            queued: 0,
            fed,
            wanted: 0,
            outstanding: 0,
            outstanding_weight: 0,
            applying: false,
            stop: false,
            failed: None,
            searched_at: None,
            rate,
        };
        Self {
            state: Mutex::new(state),
            work: Condvar::new(),
            visible: Condvar::new(),
            admission: Condvar::new(),
            ended: Condvar::new(),
            acknowledged: AtomicU64::new(acknowledged),
            snapshot: ArcSwapOption::empty(),
            in_flight: InFlight::default(),
            clock,
            settings,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counter that documents inside tantivy are held by.
    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// The newest sequence number whose write is on disk.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Acquire)
    }

    /// Sequence number up to which the applier has fed tantivy.
    pub(crate) fn fed(&self) -> u64 {
        self.lock().fed
    }

    /// The newest snapshot.
    pub(crate) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.load_full()
    }

    /// Blocks while the index has too much unapplied work or `crowded` says that there is no memory, at most [`Settings::wait_max`]. Whoever was admitted must call
    /// [`Progress::answered`] with the same weight when the store has answered.
    pub(crate) fn admit(&self, weight: usize, crowded: impl Fn() -> bool) -> Result<(), EngineError> {
        let until = self.clock.monotonic() + self.settings.wait_max;
        let mut state = self.lock();
        loop {
            state.check()?;
            // The batch itself does not count as to time: the store works on it while the rest of the backlog is applied.
            let backlog = state.queued + state.outstanding_weight + self.in_flight.pending();
            let fits = backlog + weight <= self.settings.backlog_bytes_max;
            let little_to_do = backlog == 0 || (fits && backlog <= self.backlog_max(&mut state));
            if little_to_do && !crowded() {
                state.outstanding += 1;
                state.outstanding_weight += weight;
                return Ok(());
            }
            if self.clock.monotonic() > until {
                return Err(EngineError::NotVisibleInTime);
            }
            state = self.admission.wait_timeout(state, SLICE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn backlog_max(&self, state: &mut State) -> usize {
        let now = self.clock.monotonic();
        let elapsed = now.saturating_sub(state.rate.sampled_at).as_secs_f64();
        if elapsed > 0.1 {
            // Only sampled while somebody waits for admission, so the applier was busy all the time.
            let done = self.in_flight.done();
            let measured = (done - state.rate.done) as f64 / elapsed;
            if elapsed < 1.0 && measured > 0.0 {
                state.rate.bytes_per_second = 0.7 * state.rate.bytes_per_second + 0.3 * measured;
            }
            state.rate.sampled_at = now;
            state.rate.done = done;
        }
        let searched = state.searched_at.is_some_and(|at| now.saturating_sub(at) < SEARCHED_WITHIN);
        let time =
            if searched { self.settings.backlog_time_max_searched } else { self.settings.backlog_time_max };
        (state.rate.bytes_per_second * time.as_secs_f64()) as usize
    }

    /// Takes over the writes of a group that is on disk now. Called in sequence order. Returns whether an applier has to
    /// be started.
    #[must_use]
    pub(crate) fn acknowledge(&self, group: Group) -> bool {
        let mut state = self.lock();
        self.acknowledged.store(group.last_seq, Ordering::Release);
        state.queued += group.weight;
        state.queue.push_back(group);
        self.work.notify_one();
        // A closed index leaves the rest to the next opening: the store has it.
        !state.stop && !std::mem::replace(&mut state.applying, true)
    }

    /// The store has answered a batch that was admitted.
    pub(crate) fn answered(&self, weight: usize) {
        let mut state = self.lock();
        state.outstanding -= 1;
        state.outstanding_weight -= weight;
        drop(state);
        self.ended.notify_all();
    }

    /// Marks the applier as started; false when there is one.
    pub(crate) fn start(&self) -> bool {
        !std::mem::replace(&mut self.lock().applying, true)
    }

    /// The applier asks whether it may end: yes unless work has come meanwhile.
    pub(crate) fn retire(&self) -> bool {
        let mut state = self.lock();
        if state.queue.is_empty() {
            state.applying = false;
        }
        !state.applying
    }

    /// Waits until everything acknowledged so far is visible and returns the snapshot that shows it.
    pub(crate) fn visible(&self, cancel: &Cancel) -> Result<Arc<Snapshot>, EngineError> {
        let target = match self.settings.visibility {
            Visibility::Immediate => self.acknowledged(),
            Visibility::Eventual(_) => 0,
        };
        if let Some(snapshot) = self.snapshot().filter(|snapshot| snapshot.seq() >= target) {
            if target > 0 {
                self.lock().searched_at = Some(self.clock.monotonic());
            }
            return Ok(snapshot);
        }
        let until = self.clock.monotonic() + self.settings.wait_max;
        let mut state = self.lock();
        loop {
            let now = self.clock.monotonic();
            state.searched_at = Some(now);
            if let Some(snapshot) = self.snapshot().filter(|snapshot| snapshot.seq() >= target) {
                return Ok(snapshot);
            }
            state.check()?;
            cancel.check()?;
            if now > until {
                return Err(EngineError::NotVisibleInTime);
            }
            state.wanted = state.wanted.max(target).max(1);
            self.work.notify_one();
            let slice = Duration::from_millis(50);
            state = self.visible.wait_timeout(state, slice).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What the applier does next; waits at most `idle` for something to come.
    pub(crate) fn next(&self, idle: Duration) -> Work {
        let until = self.clock.monotonic() + idle;
        let mut state = self.lock();
        loop {
            if state.stop {
                return Work::Stop;
            }
            let visible = self.snapshot.load().as_ref().map(|snapshot| snapshot.seq());
            let unseen = visible.is_none_or(|visible| state.wanted > visible && state.fed > visible);
            if unseen && state.wanted > 0 && state.fed >= state.wanted {
                return Work::Refresh;
            }
            let now = self.clock.monotonic();
            if let Some(group) = self.take(&mut state, now) {
                return Work::Apply(group);
            }
            if unseen && state.wanted > 0 {
                return Work::Refresh;
            }
            if let Visibility::Eventual(_) = self.settings.visibility
                && visible.is_none_or(|visible| visible < state.fed)
            {
                return Work::Refresh;
            }
            if now >= until {
                return Work::Idle;
            }
            let wait = self.wait_for(&state, now, until);
            state = self.work.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn take(&self, state: &mut State, now: Duration) -> Option<Group> {
        if let Visibility::Eventual(delay) = self.settings.visibility
            && state.queue.front().is_some_and(|group| group.acknowledged_at + delay > now)
        {
            return None;
        }
        state.queue.pop_front()
    }

    fn wait_for(&self, state: &State, now: Duration, until: Duration) -> Duration {
        let ripe = match (self.settings.visibility, state.queue.front()) {
            (Visibility::Eventual(delay), Some(group)) => (group.acknowledged_at + delay).saturating_sub(now),
            (Visibility::Immediate, _) | (_, None) => until.saturating_sub(now),
        };
        ripe.min(until.saturating_sub(now)).max(Duration::from_millis(1))
    }

    /// A group's writes are in tantivy's queue.
    pub(crate) fn fed_to(&self, seq: u64, weight: usize) {
        let mut state = self.lock();
        state.fed = seq;
        state.queued = state.queued.saturating_sub(weight);
        self.admission.notify_all();
    }

    /// A newer snapshot can be seen.
    pub(crate) fn publish(&self, snapshot: Arc<Snapshot>) {
        let state = self.lock();
        self.snapshot.store(Some(snapshot));
        drop(state);
        self.visible.notify_all();
    }

    /// The applier cannot go on: everyone who waits is told, the index has to be opened again.
    pub(crate) fn fail(&self, why: EngineError) {
        self.lock().failed = Some(why);
        self.visible.notify_all();
        self.admission.notify_all();
    }

    /// Whether the applier could not go on.
    pub(crate) fn failed(&self) -> bool {
        self.lock().failed.is_some()
    }

    /// Whether it was closed or could not go on.
    pub(crate) fn ended(&self) -> bool {
        self.lock().check().is_err()
    }

    /// Ends the applier once it is done with what it does.
    pub(crate) fn stop(&self) {
        self.lock().stop = true;
        self.work.notify_all();
        self.visible.notify_all();
        self.admission.notify_all();
    }

    /// Whether the index is being closed.
    pub(crate) fn stopping(&self) -> bool {
        self.lock().stop
    }

    /// Waits until no applier is at work and the store has answered every batch; false when `limit` has passed first.
    #[must_use]
    pub(crate) fn wait_ended(&self, limit: Duration) -> bool {
        let until = self.clock.monotonic() + limit;
        let mut state = self.lock();
        while state.applying || state.outstanding > 0 {
            let left = until.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                return false;
            }
            state = self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The applier has ended, whatever way.
    pub(crate) fn applier_ended(&self) {
        self.lock().applying = false;
        self.ended.notify_all();
    }
}
