//! What an indexer does and did: the answer of `search.status` (`api.md` §3.6, `indexers.md` §1.3, `wire.md` §10).
//!
//! The answer's `@odata.context` names the type `IndexerExecutionInfo` in the namespace of the version.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::ApiVersion;
use crate::ApiVersion::{V2019_05_06Preview, V2020_06_30Preview, V2025_09_01, V2026_05_01Preview};
use crate::json;
use crate::since::operations::{INDEXERS, RESET_PARTS, RESYNC};
use crate::since::{self, Kind, Member, Owner, Shape, Since, preview, stable};

/// The answer of `search.status`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexerStatus {
    /// The indexer's name.
    pub name: String,
    /// Whether the indexer is well: an idle one is `running`.
    pub status: Health,
    /// How long indexers may run; null where nothing limits it.
    pub runtime: Option<Runtime>,
    /// The run that is going on, or else the last one; null before the first.
    pub last_result: Option<Execution>,
    /// Runs that ended, the newest first, at most 50.
    pub execution_history: Vec<Execution>,
    /// What one run may do.
    pub limits: Limits,
    /// Where the indexer stands.
    pub current_state: CurrentState,
}

/// Whether an indexer is well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Health {
    /// Nothing is known.
    Unknown,
    /// It cannot run until somebody does something.
    Error,
    /// It runs, or would.
    #[default]
    Running,
}

/// How long indexers ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Runtime {
    /// Seconds they ran.
    pub used_seconds: u64,
    /// Seconds they may still run; none for no limit.
    pub remaining_seconds: Option<u64>,
    /// Since when it is counted, RFC 3339.
    pub beginning_time: String,
    /// Until when, RFC 3339.
    pub ending_time: String,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// How it ended, or that it did not yet.
    pub status: ExecutionStatus,
    /// What was particular about it.
    pub status_detail: Option<StatusDetail>,
    /// Which documents it was about.
    pub mode: IndexingMode,
    /// Why it failed as a whole.
    pub error_message: Option<String>,
    /// When it began, RFC 3339.
    pub start_time: Option<String>,
    /// When it ended; null while it goes on.
    pub end_time: Option<String>,
    /// Documents it came across, failed ones included.
    pub items_processed: u64,
    /// Documents that failed.
    pub items_failed: u64,
    /// Where it began, as text of the source's own.
    pub initial_tracking_state: Option<String>,
    /// Where it ended.
    pub final_tracking_state: Option<String>,
    /// What failed.
    pub errors: Vec<ItemError>,
    /// What went through all the same.
    pub warnings: Vec<ItemWarning>,
    /// Always null. The previews of 2019 and 2020 show it.
    pub metrics: (),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ExecutionStatus {
    /// It failed, and the next one may not.
    TransientFailure,
    /// It failed, and so will the next one unless somebody does something (older versions).
    PersistentFailure,
    /// It came to its end with no more failures than allowed.
    Success,
    /// It goes on.
    #[default]
    InProgress,
    /// It was no run: what the indexer remembered was forgotten.
    Reset,
}

/// What was particular about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StatusDetail {
    /// It was about documents named by `resetdocs`.
    ResetDocs,
    /// It was about permissions, as asked for by `resync`.
    Resync,
}

/// Which documents a run is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IndexingMode {
    /// All that changed.
    #[default]
    IndexingAllDocs,
    /// Those named by `resetdocs`.
    IndexingResetDocs,
    /// Those whose permissions changed.
    IndexingResync,
}

/// A document that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemError {
    /// The document's key.
    pub key: Option<String>,
    /// Like a status of HTTP: 400 for a fault of the document, 503 for one of a service.
    pub status_code: u16,
    /// Where it failed, e.g. `DocumentExtraction.azureblob.my-source`.
    pub name: Option<String>,
    /// What happened.
    pub error_message: String,
    /// More of it.
    pub details: Option<String>,
    /// Where to read about it.
    pub documentation_link: Option<String>,
}

/// A document that went through, but not as it should.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemWarning {
    /// The document's key.
    pub key: Option<String>,
    /// Where it happened.
    pub name: Option<String>,
    /// What happened.
    pub message: String,
    /// More of it.
    pub details: Option<String>,
    /// Where to read about it.
    pub documentation_link: Option<String>,
}

/// What one run may do; none for no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// How long it may take, an XSD dayTimeDuration.
    pub max_run_time: Option<String>,
    /// Bytes of a document that is read.
    pub max_document_extraction_size: Option<u64>,
    /// UTF-16 units of the text that is taken out of a document.
    pub max_document_content_characters_to_extract: Option<u64>,
}

/// Where an indexer stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentState {
    /// Which documents its next run is about.
    pub mode: IndexingMode,
    /// Where its last run over all documents began.
    pub all_docs_initial_tracking_state: Option<String>,
    /// Where that ended.
    pub all_docs_final_tracking_state: Option<String>,
    /// Where its last run over named documents began.
    pub reset_docs_initial_tracking_state: Option<String>,
    /// Where that ended.
    pub reset_docs_final_tracking_state: Option<String>,
    /// Where its last run over permissions began.
    pub resync_initial_tracking_state: Option<String>,
    /// Where that ended.
    pub resync_final_tracking_state: Option<String>,
    /// Keys named by `resetdocs` that are still to be done.
    pub reset_document_keys: Vec<String>,
    /// Documents of the data source named by `resetdocs` that are still to be done.
    pub reset_datasource_document_ids: Vec<String>,
}

impl IndexerStatus {
    /// The members of an answer in the service's order, without those that `version` does not have.
    pub fn members(&self, version: ApiVersion) -> Map<String, Value> {
        since::render(json::members_of(self), &STATUS, version)
    }
}

/// The indexer's name in its status: not in models before 2025-09-01 (`api.md` §3.6).
const NAME: Since = stable(V2025_09_01);
const RUNTIME: Since = preview(V2026_05_01Preview);
/// `indexers.md` §1.3: the recordings of 2019 and 2020 have it.
const METRICS: Since = preview(V2019_05_06Preview).until(V2020_06_30Preview);

static STATUS: Shape = Shape {
    owner: Owner::Type("IndexerExecutionInfo"),
    members: &[
        Member::new("name", NAME, Kind::Text),
        Member::new("status", INDEXERS, Kind::Text),
        Member::new("runtime", RUNTIME, Kind::Object(&RUNTIME_SHAPE)),
        Member::new("lastResult", INDEXERS, Kind::Object(&EXECUTION)),
        Member::new("executionHistory", INDEXERS, Kind::Objects(&EXECUTION)),
        Member::new("limits", INDEXERS, Kind::Object(&LIMITS)),
        Member::new("currentState", RESET_PARTS, Kind::Object(&CURRENT_STATE)),
    ],
};

static RUNTIME_SHAPE: Shape = Shape {
    owner: Owner::Type("IndexerRuntime"),
    members: &[
        Member::new("usedSeconds", RUNTIME, Kind::Long),
        Member::new("remainingSeconds", RUNTIME, Kind::Long),
        Member::new("beginningTime", RUNTIME, Kind::Text),
        Member::new("endingTime", RUNTIME, Kind::Text),
    ],
};

/// The order is that of recordings (`indexers.md` §1.3). Where previews put `statusDetail` and `mode` was not seen; they stand
/// beside the status, as in the service's documentation.
static EXECUTION: Shape = Shape {
    owner: Owner::Type("IndexerExecutionResult"),
    members: &[
        Member::new("status", INDEXERS, Kind::Text),
        Member::new("statusDetail", RESET_PARTS, Kind::Text),
        Member::new("mode", RESET_PARTS, Kind::Text),
        Member::new("errorMessage", INDEXERS, Kind::Text),
        Member::new("startTime", INDEXERS, Kind::Text),
        Member::new("endTime", INDEXERS, Kind::Text),
        Member::new("itemsProcessed", INDEXERS, Kind::Long),
        Member::new("itemsFailed", INDEXERS, Kind::Long),
        Member::new("initialTrackingState", INDEXERS, Kind::Text),
        Member::new("finalTrackingState", INDEXERS, Kind::Text),
        Member::new("errors", INDEXERS, Kind::Objects(&ERROR)),
        Member::new("warnings", INDEXERS, Kind::Objects(&WARNING)),
        Member::new("metrics", METRICS, Kind::Text),
    ],
};

static ERROR: Shape = Shape {
    owner: Owner::Type("ItemError"),
    members: &[
        Member::new("key", INDEXERS, Kind::Text),
        Member::new("statusCode", INDEXERS, Kind::Integer),
        Member::new("name", INDEXERS, Kind::Text),
        Member::new("errorMessage", INDEXERS, Kind::Text),
        Member::new("details", INDEXERS, Kind::Text),
        Member::new("documentationLink", INDEXERS, Kind::Text),
    ],
};

static WARNING: Shape = Shape {
    owner: Owner::Type("ItemWarning"),
    members: &[
        Member::new("key", INDEXERS, Kind::Text),
        Member::new("name", INDEXERS, Kind::Text),
        Member::new("message", INDEXERS, Kind::Text),
        Member::new("details", INDEXERS, Kind::Text),
        Member::new("documentationLink", INDEXERS, Kind::Text),
    ],
};

static LIMITS: Shape = Shape {
    owner: Owner::Type("IndexerLimits"),
    members: &[
        Member::new("maxRunTime", INDEXERS, Kind::Text),
        Member::new("maxDocumentExtractionSize", INDEXERS, Kind::Long),
        Member::new("maxDocumentContentCharactersToExtract", INDEXERS, Kind::Long),
    ],
};

static CURRENT_STATE: Shape = Shape {
    owner: Owner::Type("IndexerCurrentState"),
    members: &[
        Member::new("mode", RESET_PARTS, Kind::Text),
        Member::new("allDocsInitialTrackingState", RESET_PARTS, Kind::Text),
        Member::new("allDocsFinalTrackingState", RESET_PARTS, Kind::Text),
        Member::new("resetDocsInitialTrackingState", RESET_PARTS, Kind::Text),
        Member::new("resetDocsFinalTrackingState", RESET_PARTS, Kind::Text),
        Member::new("resyncInitialTrackingState", RESYNC, Kind::Text),
        Member::new("resyncFinalTrackingState", RESYNC, Kind::Text),
        Member::new("resetDocumentKeys", RESET_PARTS, Kind::Texts),
        Member::new("resetDatasourceDocumentIds", RESET_PARTS, Kind::Texts),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiVersion::{V2020_06_30, V2021_04_30Preview, V2025_11_01Preview, V2026_04_01};

    fn check(version: ApiVersion, expected: &str) {
        let error = ItemError { key: Some("k".into()), status_code: 400, ..ItemError::default() };
        let result = Execution { errors: vec![error], ..Execution::default() };
        let status = IndexerStatus {
            name: "x".into(),
            last_result: Some(result),
            limits: Limits { max_run_time: Some("PT24H".into()), ..Limits::default() },
            ..IndexerStatus::default()
        };
        assert_eq!(serde_json::to_string(&status.members(version)).unwrap(), expected, "{version}");
    }

    const RESULT: &str = concat!(
        r#""errorMessage":null,"startTime":null,"endTime":null,"itemsProcessed":0,"itemsFailed":0,"#,
        r#""initialTrackingState":null,"finalTrackingState":null,"#,
        r#""errors":[{"key":"k","statusCode":400,"name":null,"errorMessage":"","details":null,"documentationLink":null}],"#,
        r#""warnings":[]"#
    );
    const REST: &str = concat!(
        r#""executionHistory":[],"limits":{"maxRunTime":"PT24H","maxDocumentExtractionSize":null,"#,
        r#""maxDocumentContentCharactersToExtract":null}"#
    );

    #[test]
    fn stable_versions_show_results_without_a_mode() {
        let result = format!(r#""lastResult":{{"status":"inProgress",{RESULT}}}"#);
        check(V2020_06_30, &format!(r#"{{"status":"running",{result},{REST}}}"#));
        check(V2026_04_01, &format!(r#"{{"name":"x","status":"running",{result},{REST}}}"#));
    }

    #[test]
    fn previews_show_modes_and_the_current_state() {
        let mode = r#""statusDetail":null,"mode":"indexingAllDocs""#;
        let state = concat!(
            r#""currentState":{"mode":"indexingAllDocs","allDocsInitialTrackingState":null,"#,
            r#""allDocsFinalTrackingState":null,"resetDocsInitialTrackingState":null,"resetDocsFinalTrackingState":null"#
        );
        let keys = r#""resetDocumentKeys":[],"resetDatasourceDocumentIds":[]}"#;
        let resync = r#""resyncInitialTrackingState":null,"resyncFinalTrackingState":null"#;
        let result = format!(r#""lastResult":{{"status":"inProgress",{mode},{RESULT}}}"#);
        check(V2021_04_30Preview, &format!(r#"{{"status":"running",{result},{REST},{state},{keys}}}"#));
        let named = r#"{"name":"x","status":"running""#;
        check(V2025_11_01Preview, &format!("{named},{result},{REST},{state},{resync},{keys}}}"));
        check(
            V2026_05_01Preview,
            &format!("{named},\"runtime\":null,{result},{REST},{state},{resync},{keys}}}"),
        );
    }

    #[test]
    fn the_previews_of_2019_and_2020_have_metrics() {
        let result = Execution::default();
        let status = IndexerStatus { last_result: Some(result), ..IndexerStatus::default() };
        let has = |version| status.members(version)["lastResult"].get("metrics").is_some();
        assert!(has(V2019_05_06Preview) && has(V2020_06_30Preview));
        assert!(!has(V2020_06_30) && !has(V2021_04_30Preview));
    }
}
