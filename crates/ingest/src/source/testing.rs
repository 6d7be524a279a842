//! What tests of sources have in common: opening one, and reading it to its end.

use std::sync::Arc;

use lazuli_wire::data_sources::{ChangeDetectionPolicy, Container, DataSource, DeletionDetectionPolicy};
use lazuli_wire::indexers::Parameters;
use serde_json::{Map, Value};

use super::{Change, Changes, Item, Mark, Opening, Source, SourceError};
use crate::outside::{Outside, Settings};
use crate::run::Absence;

/// A data source with its secret, ready to be opened again and again.
pub(super) struct Setup {
    pub(super) source: DataSource,
    pub(super) connection: String,
    pub(super) parameters: Parameters,
    pub(super) only: Option<Vec<String>>,
    pub(super) absence: Option<Arc<Absence>>,
    pub(super) outside: Arc<Outside>,
    pub(super) now: jiff::Timestamp,
}

impl Setup {
    pub(super) fn new(source_type: &str, connection: &str, container: &str) -> Self {
        let container = Container { name: container.to_owned(), query: None };
        let source = DataSource {
            name: "d".into(),
            source_type: source_type.into(),
            container,
            ..DataSource::default()
        };
        let outside = crate::outside::tests::outside(crate::outside::tests::impatient());
        Self {
            source,
            connection: connection.into(),
            parameters: Parameters::default(),
            only: None,
            absence: None,
            outside: Arc::new(outside),
            now: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    pub(super) fn settings(mut self, settings: Settings) -> Self {
        self.outside = Arc::new(crate::outside::tests::outside(settings));
        self
    }

    pub(super) fn deletions(mut self, policy: &str) -> Self {
        self.source.data_deletion_detection_policy =
            Some(DeletionDetectionPolicy { odata_type: policy.into(), ..DeletionDetectionPolicy::default() });
        self
    }

    pub(super) fn marked_by(mut self, column: &str) -> Self {
        self.source.data_change_detection_policy = Some(ChangeDetectionPolicy {
            odata_type: ChangeDetectionPolicy::HIGH_WATER_MARK.into(),
            high_water_mark_column_name: Some(column.into()),
        });
        self
    }

    pub(super) fn deleted_by(mut self, column: &str, marker: &str) -> Self {
        self.source.data_deletion_detection_policy = Some(DeletionDetectionPolicy {
            odata_type: DeletionDetectionPolicy::SOFT_DELETE_COLUMN.into(),
            soft_delete_column_name: Some(column.into()),
            soft_delete_marker_value: Some(marker.into()),
        });
        self
    }

    /// With an authority that the system does not know.
    pub(super) fn trusting(self, authority: &str) -> Self {
        self.settings(Settings { ca_bundle: Some(authority.into()), ..crate::outside::tests::impatient() })
    }

    pub(super) fn querying(mut self, query: &str) -> Self {
        self.source.container.query = Some(query.into());
        self
    }

    pub(super) fn configured(mut self, configuration: Value) -> Self {
        self.parameters.configuration = configuration.as_object().cloned();
        self
    }

    pub(super) async fn open(&self, since: Option<&Mark>) -> Result<Box<dyn Source>, SourceError> {
        super::open(self.opening(since)).await
    }

    pub(super) fn opening<'a>(&'a self, since: Option<&'a Mark>) -> Opening<'a> {
        Opening {
            source: &self.source,
            connection: &self.connection,
            parameters: &self.parameters,
            since,
            now: self.now,
            only: self.only.as_deref(),
            absence: self.absence.as_ref(),
            outside: &self.outside,
        }
    }

    /// One run: everything it delivers in parts of `most`, and the last mark.
    pub(super) async fn run(&self, since: Option<&Mark>, most: usize) -> Result<Run, SourceError> {
        let mut source = self.open(since).await?;
        let mut run = Run { mark: since.cloned(), ..Run::default() };
        while let Some(part) = source.next(most).await? {
            run.add(part);
        }
        Ok(run)
    }
}

/// Everything a run delivers as it is, and the last mark.
pub(super) async fn changes(
    setup: &Setup,
    since: Option<&Mark>,
) -> Result<(Vec<Change>, Option<Mark>), SourceError> {
    let mut source = setup.open(since).await?;
    let (mut all, mut last) = (Vec::new(), None);
    while let Some(Changes { changes, mark, .. }) = source.next(3).await? {
        all.extend(changes);
        last = mark.or(last);
    }
    Ok((all, last))
}

/// `+` and a field for what changed, `-` and it for what was deleted.
pub(super) fn shown(changes: &[Change], field: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let show = |change: &Change| match change {
        Change::Changed(item) => format!("+{}", text(&item.fields[field])),
        Change::Deleted(item) => format!("-{}", text(&item.fields[field])),
        Change::Unchanged(id) => format!("={}", id.rsplit('/').next().unwrap_or_default()),
        Change::Failed(error) => format!("!{}", error.message),
        Change::Hidden(error) => format!("?{}", error.id.rsplit('/').next().unwrap_or_default()),
    };
    changes.iter().map(show).collect()
}

/// The whole content of an item that changed.
pub(super) async fn content(change: &Change) -> Result<Option<Vec<u8>>, SourceError> {
    let Change::Changed(item) = change else { panic!("this has not changed") };
    let Some(content) = &item.content else { return Ok(None) };
    let mut chunks = content.open().await?;
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.next().await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(Some(whole))
}

/// What came of a run.
#[derive(Default)]
pub(super) struct Run {
    /// `id` for a change, `-id` for a deletion, `!message` for a failure.
    pub(super) changes: Vec<String>,
    pub(super) rows: Vec<Map<String, Value>>,
    /// The number of changes of each part, and what it asked to remember.
    pub(super) parts: Vec<(usize, Option<Value>)>,
    pub(super) warnings: Vec<String>,
    pub(super) mark: Option<Mark>,
}

impl Run {
    pub(super) fn add(&mut self, part: Changes) {
        self.parts.push((part.changes.len(), part.mark.as_ref().map(|mark| mark.0.clone())));
        self.mark = part.mark.or(self.mark.take());
        self.warnings.extend(part.warnings.into_iter().map(|warning| warning.message));
        for change in part.changes {
            let mut row = |sign: &str, item: Item| {
                self.rows.push(item.fields);
                format!("{sign}{}", item.id)
            };
            let text = match change {
                Change::Changed(item) => row("", item),
                Change::Deleted(item) => row("-", item),
                Change::Unchanged(id) => format!("={id}"),
                Change::Failed(error) | Change::Hidden(error) => format!("!{}", error.message),
            };
            self.changes.push(text);
        }
    }
}
