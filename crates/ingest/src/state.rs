//! What is remembered of an indexer between its runs, and how each thing that happens to it changes that. No IO: the worker
//! stores a [`State`] as one JSON row.
//!
//! A run that is going on is in [`State::running`] and nowhere else; it enters the history when it ends (`indexers.md` §1.2).
//! What still stands there when the service starts was killed or shut down with the service: [`State::recover`].

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::source::{ItemError, Mark, Note};

/// Finished runs that are kept (`indexers.md` §1.3).
pub const HISTORY_MAX: usize = 50;
/// Errors, and warnings, of one run that are kept; all are counted. Ours: the service's limit is not documented.
pub const NOTES_MAX: usize = 200;
/// Characters of one error's details that are kept.
const DETAILS_CHARS_MAX: usize = 4000;

/// Everything that outlives a run, a stop, a crash.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Where the source goes on.
    pub mark: Option<Mark>,
    /// The run that is going on.
    pub running: Option<Execution>,
    /// Finished runs, newest first.
    pub history: Vec<Execution>,
    /// Somebody asked for a run that has not begun.
    pub requested: bool,
    /// It was reset and no run has come to the end since: documents are written whole instead of merged.
    pub rewrite: bool,
    /// Documents that the next runs are about, whatever else has changed.
    pub reset: ResetList,
    /// Runs that failed in a row, all for the same reason.
    pub failures: Failures,
}

/// Documents to be indexed again, by key of the index or by id of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResetList {
    /// `documentKeys`
    pub keys: Vec<String>,
    /// `datasourceDocumentIds`
    pub ids: Vec<String>,
}

/// Failures in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// What they have in common: the message of the run, or the document it failed on.
    pub kind: String,
}

/// How a run is doing or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It goes on.
    InProgress,
    /// It came to the end of the source.
    Success,
    /// It ended before; the next one goes on from the mark.
    TransientFailure,
    /// No run: the mark was cleared.
    Reset,
}

/// What a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// What has changed since the mark.
    AllDocuments,
    /// The documents of the [`ResetList`].
    ResetDocuments,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// How it is doing.
    pub outcome: Outcome,
    /// What it is about.
    pub mode: Mode,
    /// Why it failed as a whole.
    pub message: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub start: i64,
    /// Likewise; none while it goes on.
    pub end: Option<i64>,
    /// Items that succeeded or failed.
    pub processed: u64,
    /// Items that failed.
    pub failed: u64,
    /// The first [`NOTES_MAX`] of them.
    pub errors: Vec<ItemError>,
    /// The first [`NOTES_MAX`] warnings.
    pub warnings: Vec<Note>,
    /// The mark it began with.
    pub initial: Option<Mark>,
    /// The mark it came to.
    pub last: Option<Mark>,
}

impl Execution {
    /// A run that begins now.
    pub fn begin(now: i64, mode: Mode, mark: Option<Mark>) -> Execution {
        Execution {
            outcome: Outcome::InProgress,
            mode,
            message: None,
            start: now,
            end: None,
            processed: 0,
            failed: 0,
            errors: Vec::new(),
            warnings: Vec::new(),
            last: mark.clone(),
            initial: mark,
        }
    }

    /// Counts an item that failed.
    pub fn count_failure(&mut self, mut error: ItemError) {
        self.processed += 1;
        self.failed += 1;
        if self.errors.len() < NOTES_MAX {
            shorten(&mut error.details);
            self.errors.push(error);
        }
    }

    /// Keeps a warning.
    pub fn warn(&mut self, mut note: Note) {
        if self.warnings.len() < NOTES_MAX {
            shorten(&mut note.details);
            self.warnings.push(note);
        }
    }

    fn ended(mut self, now: i64, outcome: Outcome, message: Option<String>) -> Execution {
        self.outcome = outcome;
        self.message = message;
        self.end = Some(now.max(self.start));
        self
    }
}

/// Details may be as long as the answer of a foreign server.
fn shorten(details: &mut Option<String>) {
    if let Some(details) = details
        && let Some((end, _)) = details.char_indices().nth(DETAILS_CHARS_MAX)
    {
        details.truncate(end);
    }
}

impl ResetList {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.ids.is_empty()
    }

    /// Adds what is not in it.
    fn extend(&mut self, other: ResetList) {
        for (list, more) in [(&mut self.keys, other.keys), (&mut self.ids, other.ids)] {
            let mut known: HashSet<String> = list.iter().cloned().collect();
            list.extend(more.into_iter().filter(|one| known.insert(one.clone())));
        }
    }

    /// Takes out what was handled; what came meanwhile stays.
    fn remove(&mut self, handled: &ResetList) {
        for (list, done) in [(&mut self.keys, &handled.keys), (&mut self.ids, &handled.ids)] {
            let done: HashSet<&String> = done.iter().collect();
            list.retain(|one| !done.contains(one));
        }
    }
}

impl State {
    /// What the next run is about.
    pub fn mode(&self) -> Mode {
        if self.reset.is_empty() { Mode::AllDocuments } else { Mode::ResetDocuments }
    }

    /// A run begins.
    pub fn begin(&mut self, now: i64) {
        let mark = match self.mode() {
            Mode::AllDocuments => self.mark.clone(),
            Mode::ResetDocuments => None,
        };
        self.running = Some(Execution::begin(now, self.mode(), mark));
        self.requested = false;
    }

    /// Everything before this mark is in the index. A run about single documents leaves the mark of all alone.
    pub fn remember(&mut self, mark: &Mark) {
        let Some(running) = &mut self.running else { return };
        running.last = Some(mark.clone());
        match running.mode {
            Mode::AllDocuments => self.mark = Some(mark.clone()),
            Mode::ResetDocuments => {}
        }
    }

    /// The run is so far. Where it is going on from stays what [`State::remember`] said: what clients see may be ahead of what is
    /// stored, never what counts after a crash.
    pub fn progress(&mut self, execution: &Execution) {
        self.running = self.running.is_some().then(|| execution.clone());
    }

    /// The run ended; `handled` are the documents it was about. Yields it as it stands in the history.
    pub fn end(&mut self, now: i64, message: Option<String>, handled: &ResetList) -> Option<&Execution> {
        let running = self.running.take()?;
        let outcome = if message.is_none() { Outcome::Success } else { Outcome::TransientFailure };
        let ended = running.ended(now, outcome, message);
        if ended.message.is_none() {
            self.failures = Failures::default();
            match ended.mode {
                Mode::AllDocuments => self.rewrite = false,
                Mode::ResetDocuments => self.reset.remove(handled),
            }
        } else {
            self.failures = self.failures.and(kind_of_failure(&ended));
        }
        self.record(ended);
        self.history.first()
    }

    /// After a start: a run that was interrupted enters the history and is asked for again, so that it goes on.
    pub fn recover(&mut self, now: i64) {
        let Some(mut running) = self.running.take() else { return };
        match running.mode {
            Mode::AllDocuments => running.last = self.mark.clone(),
            Mode::ResetDocuments => {}
        }
        let message =
            "The run was interrupted because the service stopped. It goes on from where it was last saved.";
        self.record(running.ended(now, Outcome::TransientFailure, Some(message.to_owned())));
        self.requested = true;
    }

    /// `POST /indexers('…')/search.reset`: clears the mark, runs nothing.
    pub fn reset(&mut self, now: i64) {
        let initial = self.mark.take();
        self.rewrite = true;
        self.reset = ResetList::default();
        self.failures = Failures::default();
        let entry = Execution { initial, last: None, ..Execution::begin(now, Mode::AllDocuments, None) };
        self.record(entry.ended(now, Outcome::Reset, None));
    }

    /// `POST /indexers('…')/search.resetdocs`: adds to the list, or replaces it; an empty list that replaces cancels.
    pub fn reset_documents(&mut self, list: ResetList, overwrite: bool) {
        if overwrite || list.is_empty() {
            self.reset = ResetList::default();
        }
        self.reset.extend(list);
    }

    fn record(&mut self, execution: Execution) {
        self.history.insert(0, execution);
        self.history.truncate(HISTORY_MAX);
    }
}

impl Failures {
    fn and(&self, kind: String) -> Failures {
        let count = if self.kind == kind { self.count.saturating_add(1) } else { 1 };
        Failures { count, kind }
    }
}

/// The same document, or the same message where it was not a document's fault.
fn kind_of_failure(ended: &Execution) -> String {
    match ended.errors.last() {
        Some(error) => format!("{}: {}", error.id, error.message),
        None => ended.message.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mark(n: u64) -> Mark {
        Mark(json!(n))
    }

    fn list(keys: &[&str]) -> ResetList {
        ResetList { keys: keys.iter().map(|key| (*key).to_owned()).collect(), ids: Vec::new() }
    }

    #[test]
    fn a_run_is_in_the_history_when_it_has_ended() {
        let mut state = State { requested: true, ..State::default() };
        state.begin(10);
        assert_eq!((state.requested, state.history.len()), (false, 0));
        state.remember(&mark(3));
        let ended = state.end(20, None, &ResetList::default()).unwrap();
        assert_eq!(
            (ended.outcome, ended.end, ended.last.clone()),
            (Outcome::Success, Some(20), Some(mark(3)))
        );
        assert_eq!((state.running, state.mark), (None, Some(mark(3))));
    }

    #[test]
    fn an_interrupted_run_is_a_failure_that_goes_on() {
        let mut state = State::default();
        state.begin(10);
        state.remember(&mark(3));
        let mut restored: State = serde_json::from_value(serde_json::to_value(&state).unwrap()).unwrap();
        assert_eq!(restored, state);
        restored.recover(99);
        assert_eq!(restored.history[0].outcome, Outcome::TransientFailure);
        assert!(restored.history[0].message.as_deref().unwrap().contains("interrupted"));
        assert_eq!((restored.requested, restored.mark.clone()), (true, Some(mark(3))));
        let before = restored.clone();
        restored.recover(100);
        assert_eq!(restored, before, "there is nothing to recover twice");
    }

    #[test]
    fn a_reset_clears_the_mark_and_shows() {
        let mut state = State { mark: Some(mark(7)), ..State::default() };
        state.reset(5);
        assert_eq!((state.mark.clone(), state.rewrite, state.requested), (None, true, false));
        let shown = &state.history[0];
        assert_eq!(
            (shown.outcome, shown.initial.clone(), shown.last.clone()),
            (Outcome::Reset, Some(mark(7)), None)
        );
        state.begin(6);
        state.end(7, Some("no".to_owned()), &ResetList::default());
        assert!(state.rewrite, "the next run still has to rewrite");
        state.begin(8);
        state.end(9, None, &ResetList::default());
        assert!(!state.rewrite);
    }

    #[test]
    fn single_documents_leave_the_mark_alone() {
        let mut state = State { mark: Some(mark(7)), ..State::default() };
        state.reset_documents(list(&["a", "b"]), false);
        state.reset_documents(list(&["b", "c"]), false);
        assert_eq!(state.reset, list(&["a", "b", "c"]));
        state.begin(1);
        let handled = state.reset.clone();
        assert_eq!(state.running.as_ref().unwrap().mode, Mode::ResetDocuments);
        state.remember(&mark(1));
        state.reset_documents(list(&["d"]), false);
        state.end(2, None, &handled);
        assert_eq!((state.mark.clone(), state.reset.clone()), (Some(mark(7)), list(&["d"])));
        state.reset_documents(list(&["e"]), true);
        assert_eq!(state.reset, list(&["e"]));
        state.reset_documents(ResetList::default(), false);
        assert_eq!((state.reset.is_empty(), state.mode()), (true, Mode::AllDocuments));
    }

    #[test]
    fn failures_of_one_kind_are_counted() {
        let mut state = State::default();
        for (message, expected) in [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)] {
            state.begin(0);
            state.end(1, Some(message.to_owned()), &ResetList::default());
            assert_eq!(state.failures.count, expected);
        }
        state.begin(0);
        state.end(1, None, &ResetList::default());
        assert_eq!(state.failures, Failures::default());
        assert_eq!(state.history.len(), 6);
    }

    #[test]
    fn histories_and_lists_are_bounded() {
        let mut state = State::default();
        for now in 0..60 {
            state.begin(now);
            state.end(now, None, &ResetList::default());
        }
        assert_eq!((state.history.len(), state.history[0].start), (HISTORY_MAX, 59));
        let mut run = Execution::begin(0, Mode::AllDocuments, None);
        for _ in 0..300 {
            run.count_failure(ItemError {
                id: "a".to_owned(),
                status: 400,
                message: "m".to_owned(),
                details: Some("ü".repeat(5000)),
                name: "n".to_owned(),
                link: None,
            });
        }
        assert_eq!((run.processed, run.failed, run.errors.len()), (300, 300, NOTES_MAX));
        assert_eq!(run.errors[0].details.as_ref().unwrap().chars().count(), DETAILS_CHARS_MAX);
    }
}
