//! What is remembered of an indexer, as `search.status` shows it (`indexers.md` §1.3).

use std::time::Duration;

use jiff::Timestamp;
use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::document::date;
use lazuli_ingest::parse::limits::{DOCUMENT_BYTES_MAX, TEXT_UNITS_MAX};
use lazuli_ingest::source::{self, ItemError, Mark, Note};
use lazuli_ingest::state::{Execution, Mode, Outcome, State};
use lazuli_wire::indexer_status as wire;

/// The whole answer. `source_type` is that of the data source, which tells how its marks are spelled.
///
/// An indexer whose run failed is still `running`, as the next one may succeed; it is in `error` when somebody has to do
/// something first (Microsoft's reference of `IndexerStatus`).
pub(super) fn on_the_wire(
    name: &str,
    state: &State,
    source_type: Option<SourceType>,
    longest_run: Duration,
) -> wire::IndexerStatus {
    let shown = |run: &Execution| execution(run, source_type);
    wire::IndexerStatus {
        name: name.to_owned(),
        status: if state.is_stuck() { wire::Health::Error } else { wire::Health::Running },
        runtime: None,
        last_result: state.running.as_ref().or(state.history.first()).map(shown),
        execution_history: state.history.iter().map(shown).collect(),
        limits: wire::Limits {
            max_run_time: Some(duration(longest_run)),
            max_document_extraction_size: Some(DOCUMENT_BYTES_MAX),
            max_document_content_characters_to_extract: u64::try_from(TEXT_UNITS_MAX).ok(),
        },
        current_state: current_state(state, source_type),
    }
}

fn current_state(state: &State, source_type: Option<SourceType>) -> wire::CurrentState {
    let of_mode = |mode| {
        let newest = state.running.iter().chain(&state.history);
        let run = newest.into_iter().find(|run| run.mode == mode && run.outcome != Outcome::Reset);
        run.map(|run| (initial(run, source_type), last(run, source_type))).unwrap_or_default()
    };
    let (all, reset) = (of_mode(Mode::AllDocuments), of_mode(Mode::ResetDocuments));
    wire::CurrentState {
        mode: mode(state.mode()),
        all_docs_initial_tracking_state: all.0,
        all_docs_final_tracking_state: state
            .mark
            .as_ref()
            .and_then(|mark| spelled(mark, source_type))
            .or(all.1),
        reset_docs_initial_tracking_state: reset.0,
        reset_docs_final_tracking_state: reset.1,
        resync_initial_tracking_state: None,
        resync_final_tracking_state: None,
        reset_document_keys: state.reset.keys.clone(),
        reset_datasource_document_ids: state.reset.ids.clone(),
    }
}

fn execution(run: &Execution, source_type: Option<SourceType>) -> wire::Execution {
    let ended = run.end.is_some();
    wire::Execution {
        status: match run.outcome {
            Outcome::InProgress => wire::ExecutionStatus::InProgress,
            Outcome::Success => wire::ExecutionStatus::Success,
            Outcome::TransientFailure => wire::ExecutionStatus::TransientFailure,
            Outcome::Reset => wire::ExecutionStatus::Reset,
        },
        status_detail: match run.mode {
            Mode::AllDocuments => None,
            Mode::ResetDocuments => Some(wire::StatusDetail::ResetDocs),
        },
        mode: mode(run.mode),
        error_message: run.message.clone(),
        start_time: Some(moment(run.start)),
        end_time: run.end.map(moment),
        items_processed: run.processed,
        items_failed: run.failed,
        initial_tracking_state: initial(run, source_type),
        final_tracking_state: if ended { last(run, source_type) } else { None },
        errors: run.errors.iter().map(error).collect(),
        warnings: run.warnings.iter().map(warning).collect(),
        metrics: (),
    }
}

fn mode(mode: Mode) -> wire::IndexingMode {
    match mode {
        Mode::AllDocuments => wire::IndexingMode::IndexingAllDocs,
        Mode::ResetDocuments => wire::IndexingMode::IndexingResetDocs,
    }
}

fn error(error: &ItemError) -> wire::ItemError {
    wire::ItemError {
        key: Some(error.id.clone()),
        status_code: error.status,
        name: Some(error.name.clone()),
        error_message: error.message.clone(),
        details: error.details.clone(),
        documentation_link: error.link.clone(),
    }
}

fn warning(note: &Note) -> wire::ItemWarning {
    wire::ItemWarning {
        key: note.id.clone(),
        name: note.name.clone(),
        message: note.message.clone(),
        details: note.details.clone(),
        documentation_link: note.link.clone(),
    }
}

/// Where a run set out from: nowhere while the first one goes on, and where there was none (`indexers.md` §1.7).
fn initial(run: &Execution, source_type: Option<SourceType>) -> Option<String> {
    let since = run.initial.as_ref();
    let is_run = match run.outcome {
        Outcome::InProgress | Outcome::Reset => false,
        Outcome::Success | Outcome::TransientFailure => true,
    };
    match (source_type, Timestamp::from_millisecond(run.start)) {
        (Some(source_type), Ok(start)) if is_run || since.is_some() => {
            source::initial_state(source_type, since, start)
        }
        (Some(_), _) | (None, _) => since.map(|mark| mark.0.to_string()),
    }
}

/// Where it came to.
fn last(run: &Execution, source_type: Option<SourceType>) -> Option<String> {
    spelled(run.last.as_ref()?, source_type)
}

/// A mark as its source spells it; as it is stored when nobody knows the source any more.
fn spelled(mark: &Mark, source_type: Option<SourceType>) -> Option<String> {
    match source_type {
        Some(source_type) => source::final_state(source_type, mark),
        None => Some(mark.0.to_string()),
    }
}

/// To the millisecond, without trailing zeros.
fn moment(millis: i64) -> String {
    let mut written = Vec::new();
    date::write(millis, &mut written);
    String::from_utf8_lossy(&written).into_owned()
}

/// In its largest whole unit: the service shows `PT22H` and `PT2M`.
fn duration(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds % 3600 == 0 => format!("PT{}H", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("PT{}M", seconds / 60),
        seconds => format!("PT{seconds}S"),
    }
}

#[cfg(test)]
mod tests {
    use lazuli_ingest::state::{Failure, Reached, ResetList};
    use lazuli_wire::ApiVersion;
    use serde_json::{Value, json};

    use super::*;

    fn reached(mark: Value) -> Reached {
        Reached { mark: Some(Mark(mark)), ..Reached::default() }
    }

    fn shown(state: &State) -> Value {
        shown_of(state, Some(SourceType::CosmosDb))
    }

    fn shown_of(state: &State, source_type: Option<SourceType>) -> Value {
        let status = on_the_wire("i", state, source_type, Duration::from_secs(7200));
        Value::Object(status.members(ApiVersion::NEWEST))
    }

    #[test]
    fn before_the_first_run_there_is_no_result() {
        let status = shown(&State::default());
        assert_eq!((&status["status"], &status["lastResult"]), (&json!("running"), &Value::Null));
        assert_eq!(
            (&status["executionHistory"], &status["limits"]["maxRunTime"]),
            (&json!([]), &json!("PT2H"))
        );
    }

    #[test]
    fn a_run_that_goes_on_is_the_last_result_and_not_in_the_history() {
        let mut state = State::default();
        state.begin(1_767_225_600_770);
        let status = shown(&state);
        let last = &status["lastResult"];
        assert_eq!((&last["status"], &last["endTime"]), (&json!("inProgress"), &Value::Null));
        assert_eq!(last["startTime"], "2026-01-01T00:00:00.77Z");
        assert_eq!(status["executionHistory"], json!([]));
        state.remember(&reached(json!({"seen": 1})));
        state.end(1_767_225_601_000, None, &ResetList::default());
        let status = shown(&state);
        assert_eq!(status["lastResult"], status["executionHistory"][0]);
        assert_eq!(status["lastResult"]["finalTrackingState"], "{\"seen\":1}");
        assert_eq!(status["currentState"]["allDocsFinalTrackingState"], "{\"seen\":1}");
    }

    #[test]
    fn times_are_spelled_as_the_service_does() {
        for (seconds, expected) in [(86_400, "PT24H"), (120, "PT2M"), (90, "PT90S")] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }

    /// The recording of `indexers.md` §1.7; the moment of the run's begin has milliseconds here.
    #[test]
    fn marks_are_spelled_as_their_source_does() {
        const FIRST: &str = "{\r\n  \"lastFullEnumerationStartTime\": \"0001-01-01T00:00:00Z\",\r\n  \
                             \"lastAttemptedEnumerationStartTime\": \"2020-05-08T07:02:30.553Z\",\r\n  \
                             \"nameHighWaterMark\": null\r\n}";
        const LAST: &str = "{\"LastFullEnumerationStartTime\":\"2020-05-08T07:02:00.5530000+00:00\",\
                            \"LastAttemptedEnumerationStartTime\":\"2020-05-08T07:02:00.5530000+00:00\",\
                            \"NameHighWaterMark\":null}";
        let mark = json!({
            "lastFullEnumerationStartTime": "2020-05-08T07:02:00.553Z",
            "lastAttemptedEnumerationStartTime": "2020-05-08T07:02:00.553Z",
            "nameHighWaterMark": null,
        });
        let mut state = State::default();
        state.begin(1_588_921_350_553);
        let blobs = Some(SourceType::AzureBlob);
        assert_eq!(shown_of(&state, blobs)["lastResult"]["initialTrackingState"], Value::Null);
        state.remember(&reached(mark.clone()));
        state.end(1_588_921_351_000, None, &ResetList::default());
        let status = shown_of(&state, blobs);
        let run = &status["lastResult"];
        assert_eq!((&run["initialTrackingState"], &run["finalTrackingState"]), (&json!(FIRST), &json!(LAST)));
        let current = &status["currentState"];
        assert_eq!(
            (&current["allDocsInitialTrackingState"], &current["allDocsFinalTrackingState"]),
            (&json!(FIRST), &json!(LAST))
        );
        let gone = shown_of(&state, None)["lastResult"].clone();
        let stored: Value = serde_json::from_str(gone["finalTrackingState"].as_str().unwrap()).unwrap();
        assert_eq!((&gone["initialTrackingState"], stored), (&Value::Null, mark));
        state.reset(1_588_921_352_000);
        let reset = shown_of(&state, blobs)["lastResult"].clone();
        assert!(reset["initialTrackingState"].as_str().unwrap().contains("2020-05-08T07:02:00.553Z"));
        assert_eq!(reset["finalTrackingState"], Value::Null);
    }

    #[test]
    fn an_indexer_that_waits_for_somebody_is_in_error() {
        let mut state = State::default();
        for (failure, expected) in [
            (Some(Failure::passing("The server is busy.")), "running"),
            (Some(Failure::lasting("There is no container 'c'.")), "error"),
            (None, "running"),
        ] {
            state.begin(0);
            assert_eq!(shown(&state)["status"], "running");
            state.end(1, failure, &ResetList::default());
            assert_eq!(shown(&state)["status"], expected);
        }
    }
}
