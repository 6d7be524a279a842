//! How a run of an indexer begins: the definitions as they are now, the data source opened, mappings bound to the index.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lazuli_catalog::data_sources::connection::Connection;
use lazuli_catalog::data_sources::{self, CONNECTION_STRING, SourceType};
use lazuli_catalog::document::ActionKind;
use lazuli_catalog::error::IndexerProblem;
use lazuli_catalog::indexers::Schedule as Times;
use lazuli_ingest::map::Mapping;
use lazuli_ingest::mapper::Mapper;
use lazuli_ingest::origin::Origin;
use lazuli_ingest::outside::Outside;
use lazuli_ingest::parse::Parsing;
use lazuli_ingest::run::{Absence, Budget, Plan};
use lazuli_ingest::schedule::Schedule;
use lazuli_ingest::source::{self, BoxFuture, Opening};
use lazuli_ingest::state::Failure;
use lazuli_ingest::target::Target;
use lazuli_ingest::worker::{Begun, Runs, Start, Terms};
use lazuli_wire::data_sources::DeletionDetectionPolicy;
use lazuli_wire::indexers::{Indexer, Parameters};

use super::target::Uploads;
use crate::app::App;
use crate::app::definitions::{DataSources, Entry, IndexerWatch, Indexers, Indexes};

/// Documents of a batch where the indexer does not say (`api.md` §3.6).
const BLOB_BATCH: usize = 10;
const ROW_BATCH: usize = 1000;

/// Begins runs over the definitions of a service.
pub(crate) struct Crawls {
    pub(crate) app: Arc<App>,
    pub(crate) outside: Arc<Outside>,
}

impl Runs for Crawls {
    fn begin<'a>(&'a self, start: &'a Start) -> BoxFuture<'a, Result<Begun, Failure>> {
        Box::pin(self.begin_run(start))
    }

    fn origin(&self, name: &str) -> Option<Origin> {
        let definitions = &self.app.definitions;
        let indexer = &definitions.get::<Indexers>(name)?.definition;
        let source = definitions.get::<DataSources>(&indexer.data_source_name)?;
        let index = definitions.get::<Indexes>(&indexer.target_index_name)?;
        let source_type = data_sources::type_of(&source.definition).ok()?;
        let connection = definitions.reveal(&source, CONNECTION_STRING).ok()??;
        let connection = Connection::parse(source_type, connection.reveal()).ok()?;
        Some(Origin::new(&source.definition, &connection, index.life.identity()))
    }

    fn longest(&self) -> Duration {
        self.app.longest_run
    }
}

impl Crawls {
    /// What clients read when it does not come to a run; the sentences with the service's words are of `wire.md` §12. What is
    /// wrong with the definitions stays wrong until somebody changes them.
    async fn begin_run(&self, start: &Start) -> Result<Begun, Failure> {
        let definitions = &self.app.definitions;
        let entry = definitions.get::<Indexers>(&start.name);
        let entry =
            entry.ok_or_else(|| Failure::lasting(format!("Indexer '{}' was not found.", start.name)))?;
        let indexer = &entry.definition;
        let source_entry = definitions.get::<DataSources>(&indexer.data_source_name).ok_or_else(|| {
            lasting(IndexerProblem::NoDataSource { name: indexer.data_source_name.clone() })
        })?;
        let target = Uploads(self.app.clone());
        let index = &indexer.target_index_name;
        let no_index = || lasting(IndexerProblem::NoIndex { name: index.clone() });
        let schema = target.schema(index).ok_or_else(no_index)?;
        let source_type = data_sources::type_of(&source_entry.definition).map_err(lasting)?;
        let mapping = Mapping::bind(indexer, source_type, &schema).map_err(lasting)?;
        let parsing = Parsing::bind(indexer, source_type).map_err(lasting)?;
        let action = if start.rewrite { ActionKind::Upload } else { ActionKind::MergeOrUpload };
        let shape = Mapper::new(mapping, parsing, action);
        let asked_for = shape.items(&start.only);
        let policy = source_entry.definition.data_deletion_detection_policy.as_ref();
        let by_absence = policy.is_some_and(|policy| policy.odata_type == DeletionDetectionPolicy::ABSENCE);
        let absence = by_absence.then(|| self.app.indexers.absence(&start.name, start.only.is_empty()));
        let items = Items { only: asked_for.as_deref(), absence: absence.as_ref() };
        let source = self.open(&source_entry, indexer, start, items).await?;
        let again: Vec<String> = start.again.iter().cloned().collect();
        let again = match again.as_slice() {
            [] => None,
            ids => {
                let items = Items { only: Some(ids), absence: None };
                Some(self.open(&source_entry, indexer, start, items).await?)
            }
        };
        Ok(Begun {
            plan: plan(indexer, source_type, start, self.longest()),
            again,
            source,
            absence,
            shape: Arc::new(shape),
            target: Arc::new(target),
        })
    }

    async fn open(
        &self,
        source: &Entry<DataSources>,
        indexer: &Indexer,
        start: &Start,
        items: Items<'_>,
    ) -> Result<Box<dyn source::Source>, Failure> {
        let connection = self.app.definitions.reveal(source, CONNECTION_STRING).map_err(|error| {
            tracing::error!(data_source = source.name(), %error, "a connection string cannot be opened");
            Failure::lasting(
                "The connection string of the data source cannot be opened with the key of this service.",
            )
        })?;
        let no_connection = || Failure::lasting("The data source has no connection string.");
        let connection = connection.ok_or_else(no_connection)?;
        let nothing = Parameters::default();
        let opening = Opening {
            source: &source.definition,
            connection: connection.reveal(),
            parameters: indexer.parameters.as_ref().unwrap_or(&nothing),
            since: start.since.as_ref(),
            now: Timestamp::from_millisecond(start.now).map_err(lasting)?,
            only: items.only,
            absence: items.absence,
            outside: &self.outside,
        };
        source::open(opening).await.map_err(Failure::from)
    }
}

/// Which items of a source are read.
#[derive(Clone, Copy)]
struct Items<'a> {
    /// Those of these ids; nothing for all.
    only: Option<&'a [String]>,
    /// What was seen before, if what is absent is to be deleted.
    absence: Option<&'a Arc<Absence>>,
}

fn lasting(why: impl std::fmt::Display) -> Failure {
    Failure::lasting(why.to_string())
}

fn plan(indexer: &Indexer, source_type: SourceType, start: &Start, longest: Duration) -> Plan {
    let nothing = Parameters::default();
    let parameters = indexer.parameters.as_ref().unwrap_or(&nothing);
    let default = if source_type.has_content() { BLOB_BATCH } else { ROW_BATCH };
    let batch = parameters.batch_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(default);
    Plan {
        index: indexer.target_index_name.clone(),
        batch: batch.max(1),
        budget: Budget::new(
            parameters.max_failed_items.map(i64::from),
            parameters.max_failed_items_per_batch.map(i64::from),
        ),
        longest,
        only: start.only.clone(),
        reading: format!("DocumentExtraction.{source_type}.{}", indexer.data_source_name),
    }
}

/// When an indexer runs by itself.
pub(crate) fn terms(indexer: &Indexer) -> Terms {
    let times = indexer.schedule.as_ref().and_then(Times::of);
    Terms {
        disabled: indexer.disabled.unwrap_or(false),
        schedule: times.map(|times| Schedule {
            start: times.start_millis,
            interval: i64::try_from(times.interval.as_millis()).unwrap_or(i64::MAX),
        }),
    }
}

/// Tells the machine of changes of definitions.
pub(crate) struct Watch(pub(crate) Arc<lazuli_ingest::worker::Indexers>);

impl IndexerWatch for Watch {
    fn indexer_created(&self, indexer: &Indexer) {
        report(&indexer.name, self.0.created(&indexer.name, terms(indexer)));
    }

    fn indexer_updated(&self, indexer: &Indexer) {
        report(&indexer.name, self.0.updated(&indexer.name, terms(indexer)));
    }

    fn indexer_deleted(&self, name: &str) {
        report(name, self.0.deleted(name));
    }
}

/// The definition is in force and the machine knows it; only what would be remembered across a crash is missing.
fn report(name: &str, stored: Result<(), lazuli_store::StoreError>) {
    if let Err(error) = stored {
        tracing::error!(indexer = name, %error, "the state could not be stored");
    }
}
