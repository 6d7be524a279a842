//! What tests of sources have in common: opening one, and reading it to its end.

use std::sync::Arc;

use lazuli_wire::data_sources::{ChangeDetectionPolicy, Container, DataSource, DeletionDetectionPolicy};
use lazuli_wire::indexers::Parameters;
use serde_json::{Map, Value};

use super::{Change, Changes, Item, Mark, Opening, Source, SourceError};
use crate::outside::Outside;

/// A data source with its secret, ready to be opened again and again.
pub(super) struct Setup {
    pub(super) source: DataSource,
    pub(super) connection: String,
    pub(super) parameters: Parameters,
    pub(super) only: Option<Vec<String>>,
    pub(super) outside: Arc<Outside>,
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
            outside: Arc::new(outside),
        }
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

    pub(super) fn querying(mut self, query: &str) -> Self {
        self.source.container.query = Some(query.into());
        self
    }

    pub(super) fn configured(mut self, configuration: Value) -> Self {
        self.parameters.configuration = configuration.as_object().cloned();
        self
    }

    pub(super) async fn open(&self, since: Option<&Mark>) -> Result<Box<dyn Source>, SourceError> {
        super::open(Opening {
            source: &self.source,
            connection: &self.connection,
            parameters: &self.parameters,
            since,
            now: jiff::Timestamp::UNIX_EPOCH,
            only: self.only.as_deref(),
            outside: &self.outside,
        })
        .await
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
    fn add(&mut self, part: Changes) {
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
                Change::Failed(error) => format!("!{}", error.message),
            };
            self.changes.push(text);
        }
    }
}
