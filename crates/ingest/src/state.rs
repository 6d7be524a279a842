//! What is remembered of an indexer between its runs, and how each thing that happens to it changes that. No IO: the worker
//! stores a [`State`] as one JSON row.
//!
//! A run that is going on is in [`State::running`] and nowhere else; it enters the history when it ends (`indexers.md` §1.2).
//! What still stands there when the service starts was killed or shut down with the service: [`State::recover`].

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::source::{ItemError, Mark, Note, SourceError};

/// Finished runs that are kept (`indexers.md` §1.3).
pub const HISTORY_MAX: usize = 50;
/// Errors, and warnings, of one run that are kept; all are counted. Ours: the service's limit is not documented.
pub const NOTES_MAX: usize = 200;
/// Bytes of their texts, the errors' and the warnings'. They are stored with every mark, so they are few.
const NOTES_BYTES_MAX: usize = 128 << 10;
/// Documents of a [`ResetList`]. Ours: the service's limit is not documented.
pub const RESET_MAX: usize = 1000;
/// Bytes of their names: a thousand keys of 1024 characters, which is the longest.
pub const RESET_BYTES_MAX: usize = 1 << 20;
/// Characters of one error's details that are kept.
const DETAILS_CHARS_MAX: usize = 4000;

/// Everything that outlives a run, a stop, a crash.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Where the source goes on.
    pub mark: Option<Mark>,
    /// What the mark is a place in. None in a state that was stored before this was remembered.
    pub origin: Option<Origin>,
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
    /// Items before the mark that could not be read or written for the time being: the next run begins with them.
    pub again: BTreeSet<String>,
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

/// Why a run failed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The run's `errorMessage`.
    pub message: String,
    /// The next run will fail too unless somebody does something: the indexer is in `error`.
    pub lasting: bool,
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

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reached {
    /// Where the source goes on; none if that is where it was before.
    pub mark: Option<Mark>,
    /// Items before the mark that are not in the index and are to be read again.
    pub again: BTreeSet<String>,
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
    /// See [`Failure::lasting`].
    #[serde(default)]
    pub lasting: bool,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub start: i64,
    /// Likewise; none while it goes on.
    pub end: Option<i64>,
    /// Items that succeeded or failed.
    pub processed: u64,
    /// Items that failed.
    pub failed: u64,
    /// The first of them, up to [`NOTES_MAX`] and 128 KB.
    pub errors: Vec<ItemError>,
    /// The first warnings, likewise.
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
            lasting: false,
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
        shorten(&mut error.details);
        if has_room(&self.errors, &error, ItemError::bytes) {
            self.errors.push(error);
        }
    }

    /// Keeps a warning. One about the source is kept once: it may be opened twice in a run.
    pub fn warn(&mut self, mut note: Note) {
        shorten(&mut note.details);
        let is_known = note.id.is_none() && self.warnings.contains(&note);
        if !is_known && has_room(&self.warnings, &note, Note::bytes) {
            self.warnings.push(note);
        }
    }

    fn ended(self, now: i64, outcome: Outcome) -> Execution {
        Execution { outcome, end: Some(now.max(self.start)), ..self }
    }

    fn failed(self, now: i64, failure: Failure) -> Execution {
        let Failure { message, lasting } = failure;
        Execution { message: Some(message), lasting, ..self.ended(now, Outcome::TransientFailure) }
    }
}

impl Failure {
    /// One that another run may not have.
    pub fn passing(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), lasting: false }
    }

    /// One that another run will have too.
    pub fn lasting(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), lasting: true }
    }
}

/// What a source that cannot go on means for its run. The sentence is the source's.
impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        match error {
            SourceError::Transient(message) | SourceError::Changed(message) => Failure::passing(message),
            SourceError::Credentials(message)
            | SourceError::Missing(message)
            | SourceError::Broken(message) => Failure::lasting(message),
            SourceError::Stopped => Failure::passing(SourceError::Stopped.to_string()),
        }
    }
}

/// Whether one more is kept. The first is.
fn has_room<T>(kept: &[T], more: &T, bytes: fn(&T) -> usize) -> bool {
    let fits = || kept.iter().map(bytes).sum::<usize>() + bytes(more) <= NOTES_BYTES_MAX;
    kept.is_empty() || (kept.len() < NOTES_MAX && fits())
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

    /// Whether it is longer than [`RESET_MAX`] and [`RESET_BYTES_MAX`] allow.
    pub fn is_too_long(&self) -> bool {
        let names = || self.keys.iter().chain(&self.ids);
        names().count() > RESET_MAX || names().map(String::len).sum::<usize>() > RESET_BYTES_MAX
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

    /// The next run is of this. If what is remembered is of something else it is forgotten, so that the run begins anew; documents
    /// are merged all the same, since others may write into the index too. Yields what people are to be told.
    ///
    /// A run about single documents leaves all this alone, as it does with the mark.
    pub fn turn_to(&mut self, origin: Origin) -> Option<Note> {
        match self.mode() {
            Mode::AllDocuments => {}
            Mode::ResetDocuments => return None,
        }
        let note = self.origin.as_ref().and_then(|before| origin.moved_from(before));
        self.origin = Some(origin);
        let note = note?;
        self.again = BTreeSet::new();
        self.mark.take().map(|_| note)
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

    /// The items that the run which has begun reads again. One that begins at the beginning reads everything anyway, one about
    /// single documents nothing else.
    pub fn to_read_again(&self) -> BTreeSet<String> {
        let begins_at_mark = self.running.as_ref().is_some_and(|run| run.initial.is_some());
        if begins_at_mark { self.again.clone() } else { BTreeSet::new() }
    }

    /// Everything before the mark of `reached` is in the index, but for the items that are to be read again. A run about single
    /// documents leaves the mark of all alone, and adds what it could not read.
    pub fn remember(&mut self, reached: &Reached) {
        let Some(running) = &mut self.running else { return };
        running.last = reached.mark.clone().or(running.last.take());
        match running.mode {
            Mode::AllDocuments => {
                self.mark = reached.mark.clone().or(self.mark.take());
                self.again.clone_from(&reached.again);
            }
            Mode::ResetDocuments => self.again.extend(reached.again.iter().cloned()),
        }
    }

    /// The run is so far. Where it is going on from stays what [`State::remember`] said: what clients see may be ahead of what is
    /// stored, never what counts after a crash.
    pub fn progress(&mut self, execution: &Execution) {
        self.running = self.running.is_some().then(|| execution.clone());
    }

    /// The run ended; `handled` are the documents it was about. Yields it as it stands in the history.
    pub fn end(&mut self, now: i64, failure: Option<Failure>, handled: &ResetList) -> Option<&Execution> {
        let running = self.running.take()?;
        let ended = match failure {
            Some(failure) => {
                let ended = running.failed(now, failure);
                self.failures = self.failures.and(kind_of_failure(&ended));
                ended
            }
            None => {
                self.failures = Failures::default();
                match running.mode {
                    Mode::AllDocuments => self.rewrite = false,
                    Mode::ResetDocuments => self.reset.remove(handled),
                }
                running.ended(now, Outcome::Success)
            }
        };
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
        self.record(running.failed(now, Failure::passing(message)));
        self.requested = true;
    }

    /// `POST /indexers('…')/search.reset`: clears the mark, runs nothing.
    pub fn reset(&mut self, now: i64) {
        let initial = self.mark.take();
        self.rewrite = true;
        self.reset = ResetList::default();
        self.again = BTreeSet::new();
        self.failures = Failures::default();
        let entry = Execution { initial, last: None, ..Execution::begin(now, Mode::AllDocuments, None) };
        self.record(entry.ended(now, Outcome::Reset));
    }

    /// `POST /indexers('…')/search.resetdocs`: adds to the list, or replaces it; an empty list cancels. False, and nothing
    /// changes, if the list would be too long.
    #[must_use]
    pub fn reset_documents(&mut self, list: ResetList, overwrite: bool) -> bool {
        let mut reset = if overwrite || list.is_empty() { ResetList::default() } else { self.reset.clone() };
        reset.extend(list);
        let is_allowed = !reset.is_too_long();
        if is_allowed {
            self.reset = reset;
        }
        is_allowed
    }

    /// Whether it waits for somebody to do something: its last run failed in a way that the next one will too.
    pub fn is_stuck(&self) -> bool {
        self.running.is_none() && self.history.first().is_some_and(|last| last.lasting)
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

    fn reached(n: u64, again: &[&str]) -> Reached {
        Reached { mark: Some(mark(n)), again: again.iter().map(|id| (*id).to_owned()).collect() }
    }

    fn list(keys: &[&str]) -> ResetList {
        ResetList { keys: keys.iter().map(|key| (*key).to_owned()).collect(), ids: Vec::new() }
    }

    #[test]
    fn a_run_is_in_the_history_when_it_has_ended() {
        let mut state = State { requested: true, ..State::default() };
        state.begin(10);
        assert_eq!((state.requested, state.history.len()), (false, 0));
        state.remember(&reached(3, &[]));
        let ended = state.end(20, None, &ResetList::default()).unwrap();
        assert_eq!(
            (ended.outcome, ended.end, ended.last.clone()),
            (Outcome::Success, Some(20), Some(mark(3)))
        );
        assert_eq!((state.running, state.mark), (None, Some(mark(3))));
    }

    #[test]
    fn notes_are_kept_up_to_a_number_and_a_size() {
        let error = |details: usize| ItemError {
            id: "a".to_owned(),
            status: 400,
            message: String::new(),
            details: Some("d".repeat(details)),
            name: String::new(),
            link: None,
        };
        let note = |details: usize| Note {
            id: Some("a".to_owned()),
            message: String::new(),
            details: Some("d".repeat(details)),
            name: None,
            link: None,
        };
        for (details, expected) in [(9, NOTES_MAX), (1023, 128), (1024, 127), (5000, 32)] {
            let mut run = Execution::begin(0, Mode::AllDocuments, None);
            for _ in 0..300 {
                run.count_failure(error(details));
                run.warn(note(details));
            }
            assert_eq!((run.errors.len(), run.warnings.len(), run.failed), (expected, expected, 300));
        }
    }

    #[test]
    fn an_interrupted_run_is_a_failure_that_goes_on() {
        let mut state = State::default();
        state.begin(10);
        state.remember(&reached(3, &[]));
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
        state.end(7, Some(Failure::lasting("no")), &ResetList::default());
        assert!(state.is_stuck());
        assert!(state.rewrite, "the next run still has to rewrite");
        state.begin(8);
        state.end(9, None, &ResetList::default());
        assert!(!state.rewrite);
    }

    #[test]
    fn single_documents_leave_the_mark_alone() {
        let mut state = State { mark: Some(mark(7)), ..State::default() };
        assert!(state.reset_documents(list(&["a", "b"]), false));
        assert!(state.reset_documents(list(&["b", "c"]), false));
        assert_eq!(state.reset, list(&["a", "b", "c"]));
        state.begin(1);
        let handled = state.reset.clone();
        assert_eq!(state.running.as_ref().unwrap().mode, Mode::ResetDocuments);
        state.remember(&reached(1, &["x"]));
        assert!(state.reset_documents(list(&["d"]), false));
        state.end(2, None, &handled);
        assert_eq!((state.mark.clone(), state.reset.clone()), (Some(mark(7)), list(&["d"])));
        assert_eq!(state.again, reached(0, &["x"]).again, "what could not be read is not lost");
        assert!(state.reset_documents(list(&["e"]), true));
        assert_eq!(state.reset, list(&["e"]));
        assert!(state.reset_documents(ResetList::default(), false));
        assert_eq!((state.reset.is_empty(), state.mode()), (true, Mode::AllDocuments));
    }

    #[test]
    fn lists_of_documents_are_bounded() {
        let names = |count: usize| (0..count).map(|n| n.to_string()).collect();
        let mut state = State::default();
        assert!(state.reset_documents(ResetList { keys: names(600), ids: names(400) }, false));
        let before = state.clone();
        assert!(!state.reset_documents(list(&["one more"]), false));
        assert_eq!(state, before);
        assert!(state.reset_documents(list(&["5"]), false), "it is there already");
        assert!(!state.reset_documents(list(&["x".repeat(RESET_BYTES_MAX + 1).as_str()]), true));
        assert!(state.reset_documents(list(&["one more"]), true));
    }

    #[test]
    fn items_to_be_read_again_come_first_unless_everything_is_read() {
        let mut state = State::default();
        state.begin(0);
        state.remember(&reached(3, &["a", "b"]));
        state.end(1, None, &ResetList::default());
        state.begin(2);
        assert_eq!(state.to_read_again(), reached(0, &["a", "b"]).again);
        state.remember(&Reached { mark: None, ..reached(0, &["b"]) });
        assert_eq!((state.mark.clone(), state.again.len()), (Some(mark(3)), 1));
        let restored: State = serde_json::from_value(serde_json::to_value(&state).unwrap()).unwrap();
        assert_eq!(restored, state);
        state.end(3, None, &ResetList::default());
        state.reset(4);
        state.begin(5);
        assert_eq!(state.to_read_again(), BTreeSet::new());
    }

    #[test]
    fn failures_of_one_kind_are_counted() {
        let mut state = State::default();
        for (message, expected) in [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)] {
            state.begin(0);
            state.end(1, Some(Failure::passing(message)), &ResetList::default());
            assert!(!state.is_stuck());
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
        // Each takes 8003 bytes.
        assert_eq!((run.processed, run.failed, run.errors.len()), (300, 300, 16));
        for (id, expected) in [(None, 1), (None, 1), (Some("a"), 2), (Some("a"), 3)] {
            let id = id.map(str::to_owned);
            run.warn(Note { id, message: "m".to_owned(), details: None, name: None, link: None });
            assert_eq!(run.warnings.len(), expected);
        }
        assert_eq!(run.errors[0].details.as_ref().unwrap().chars().count(), DETAILS_CHARS_MAX);
    }
}
