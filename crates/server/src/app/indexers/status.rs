//! What is remembered of an indexer, as `search.status` shows it (`indexers.md` §1.3).

use std::time::Duration;

use lazuli_catalog::document::date;
use lazuli_ingest::parse::limits::{DOCUMENT_BYTES_MAX, TEXT_UNITS_MAX};
use lazuli_ingest::source::{ItemError, Mark, Note};
use lazuli_ingest::state::{Execution, Mode, Outcome, State};
use lazuli_wire::indexer_status as wire;
use serde_json::Value;

/// The whole answer. An indexer that fails is still `running`: the next run may succeed.
pub(super) fn on_the_wire(name: &str, state: &State, longest_run: Duration) -> wire::IndexerStatus {
    wire::IndexerStatus {
        name: name.to_owned(),
        status: wire::Health::Running,
        runtime: None,
        last_result: state.running.as_ref().or(state.history.first()).map(execution),
        execution_history: state.history.iter().map(execution).collect(),
        limits: wire::Limits {
            max_run_time: Some(duration(longest_run)),
            max_document_extraction_size: Some(DOCUMENT_BYTES_MAX),
            max_document_content_characters_to_extract: u64::try_from(TEXT_UNITS_MAX).ok(),
        },
        current_state: current_state(state),
    }
}

fn current_state(state: &State) -> wire::CurrentState {
    let last = |mode| {
        let newest = state.running.iter().chain(&state.history);
        let run = newest.into_iter().find(|run| run.mode == mode && run.outcome != Outcome::Reset);
        let marks = run.map(|run| (tracking(run.initial.as_ref()), tracking(run.last.as_ref())));
        marks.unwrap_or_default()
    };
    let (all, reset) = (last(Mode::AllDocuments), last(Mode::ResetDocuments));
    wire::CurrentState {
        mode: mode(state.mode()),
        all_docs_initial_tracking_state: all.0,
        all_docs_final_tracking_state: tracking(state.mark.as_ref()).or(all.1),
        reset_docs_initial_tracking_state: reset.0,
        reset_docs_final_tracking_state: reset.1,
        resync_initial_tracking_state: None,
        resync_final_tracking_state: None,
        reset_document_keys: state.reset.keys.clone(),
        reset_datasource_document_ids: state.reset.ids.clone(),
    }
}

fn execution(run: &Execution) -> wire::Execution {
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
        initial_tracking_state: tracking(run.initial.as_ref()),
        final_tracking_state: if ended { tracking(run.last.as_ref()) } else { None },
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

/// A mark as text: a bare value as it is, anything else as JSON, as the service shows them.
fn tracking(mark: Option<&Mark>) -> Option<String> {
    match &mark?.0 {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Some(other.to_string())
        }
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
    use lazuli_wire::ApiVersion;
    use serde_json::json;

    use super::*;

    fn shown(state: &State) -> Value {
        Value::Object(on_the_wire("i", state, Duration::from_secs(7200)).members(ApiVersion::NEWEST))
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
        state.remember(&Mark(json!({"seen": 1})));
        state.end(1_767_225_601_000, None, &lazuli_ingest::state::ResetList::default());
        let status = shown(&state);
        assert_eq!(status["lastResult"], status["executionHistory"][0]);
        assert_eq!(status["lastResult"]["finalTrackingState"], "{\"seen\":1}");
        assert_eq!(status["currentState"]["allDocsFinalTrackingState"], "{\"seen\":1}");
    }

    #[test]
    fn times_and_marks_are_spelled_as_the_service_does() {
        for (seconds, expected) in [(86_400, "PT24H"), (120, "PT2M"), (90, "PT90S")] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
        for (mark, expected) in
            [(json!("1434871500"), Some("1434871500")), (json!(7), Some("7")), (Value::Null, None)]
        {
            assert_eq!(tracking(Some(&Mark(mark))).as_deref(), expected);
        }
    }
}
