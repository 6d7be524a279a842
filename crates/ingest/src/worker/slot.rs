//! One indexer among the others: its state, its schedule, whether it runs. No IO.

use super::Refusal;
use crate::run::{Stop, Stopper};
use crate::schedule::Schedule;
use crate::state::{Execution, Failure, ResetList, State};

/// What a definition says about when an indexer runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// It never runs.
    pub disabled: bool,
    /// It runs by itself.
    pub schedule: Option<Schedule>,
}

/// How an indexer does, as a client may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Everything that is remembered, the run that goes on included.
    pub state: State,
}

/// Whether it runs.
#[derive(Debug)]
pub(super) enum Phase {
    Idle,
    /// It can be told to end.
    Running(Stopper),
}

/// One indexer.
#[derive(Debug)]
pub(super) struct Slot {
    /// Never given twice.
    pub(super) id: u64,
    pub(super) state: State,
    pub(super) terms: Terms,
    phase: Phase,
    /// The next tick of the schedule.
    next: Option<i64>,
    /// Since when it waits for its turn.
    due_since: Option<i64>,
}

impl Slot {
    pub(super) fn new(state: State, terms: Terms, now: i64) -> Slot {
        let mut slot = Slot { id: 0, state, terms, phase: Phase::Idle, next: None, due_since: None };
        slot.plan_next(now, now);
        slot
    }

    /// Another definition is in force.
    pub(super) fn update(&mut self, terms: Terms, now: i64) {
        self.terms = terms;
        self.plan_next(now, now);
        match self.phase {
            Phase::Idle => self.state.requested = !self.terms.disabled,
            Phase::Running(_) => {}
        }
    }

    pub(super) fn must_be_idle(&self) -> Result<(), Refusal> {
        match self.phase {
            Phase::Idle if self.waits() => Err(Refusal::Running),
            Phase::Idle => Ok(()),
            Phase::Running(_) => Err(Refusal::Running),
        }
    }

    /// Whether it will run as soon as there is room.
    fn waits(&self) -> bool {
        !self.terms.disabled && (self.state.requested || self.due_since.is_some())
    }

    pub(super) fn seen(&self) -> Seen {
        Seen { state: self.state.clone() }
    }

    /// Time has passed. A tick that comes while it runs is missed. If the clock was set back the next tick is one that comes before
    /// the one that was planned.
    pub(super) fn tick(&mut self, now: i64) {
        let ticked = self.next.is_some_and(|next| next <= now);
        if ticked {
            self.next = self.terms.schedule.map(|schedule| schedule.next_tick(now));
        } else if let (Some(next), Some(schedule)) = (self.next, self.terms.schedule) {
            self.next = Some(next.min(schedule.after_run(now, now, self.state.failures.count)));
        }
        let idle = matches!(self.phase, Phase::Idle);
        if idle && !self.terms.disabled && (ticked || self.state.requested) {
            self.due_since.get_or_insert(now);
        }
        if self.terms.disabled {
            self.due_since = None;
        }
    }

    /// Since when it waits for its turn, if it does.
    pub(super) fn due_since(&self) -> Option<i64> {
        self.due_since
    }

    /// When to look again.
    pub(super) fn next_tick(&self) -> Option<i64> {
        self.next
    }

    /// It runs from now on; yields what its run listens to.
    pub(super) fn start(&mut self) -> Stop {
        let (stopper, stop) = Stopper::pair();
        self.phase = Phase::Running(stopper);
        self.due_since = None;
        stop
    }

    /// Tells its run to end, if there is one.
    pub(super) fn stop(&self) {
        match &self.phase {
            Phase::Idle => {}
            Phase::Running(stopper) => stopper.stop(),
        }
    }

    /// Its run has ended.
    pub(super) fn end(
        &mut self,
        now: i64,
        failure: Option<Failure>,
        handled: &ResetList,
    ) -> Option<&Execution> {
        self.phase = Phase::Idle;
        let started = self.state.running.as_ref().map_or(now, |run| run.start);
        self.state.end(now, failure, handled)?;
        self.plan_next(started, now);
        self.state.history.first()
    }

    fn plan_next(&mut self, started: i64, now: i64) {
        let schedule = self.terms.schedule.filter(|_| !self.terms.disabled);
        let failures = self.state.failures.count;
        self.next = schedule.map(|schedule| schedule.after_run(started, now, failures));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_a_schedule() {
        const HOUR: i64 = 3_600_000;
        let terms = Terms { disabled: false, schedule: Some(Schedule { start: 0, interval: HOUR }) };
        let mut slot = Slot::new(State::default(), terms, 48 * HOUR + 1);
        slot.tick(48 * HOUR + 2);
        assert_eq!((slot.next_tick(), slot.due_since()), (Some(49 * HOUR), None));
        slot.tick(24 * HOUR + 1);
        assert_eq!((slot.next_tick(), slot.due_since()), (Some(25 * HOUR), None));
        slot.tick(25 * HOUR);
        assert_eq!((slot.next_tick(), slot.due_since()), (Some(26 * HOUR), Some(25 * HOUR)));
    }
}
