//! How a run of an indexer begins: the definitions as they are now, the data source opened, mappings bound to the index.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lazuli_catalog::data_sources::{self, CONNECTION_STRING, SourceType};
use lazuli_catalog::document::ActionKind;
use lazuli_catalog::indexers::Schedule as Times;
use lazuli_ingest::map::{Mapped, Mapping};
use lazuli_ingest::outside::Outside;
use lazuli_ingest::parse::{Parsing, Records, records};
use lazuli_ingest::run::{Budget, Documents, Plan, Shape};
use lazuli_ingest::schedule::Schedule;
use lazuli_ingest::source::{self, BoxFuture, Item, ItemError, Opening, SourceError};
use lazuli_ingest::target::Target;
use lazuli_ingest::worker::{Begun, Runs, Start, Terms};
use lazuli_wire::indexers::{Indexer, Parameters};

use super::target::Uploads;
use crate::app::App;
use crate::app::definitions::{DataSources, Entry, IndexerWatch, Indexers};

/// Documents of a batch where the indexer does not say (`api.md` §3.6).
const BLOB_BATCH: usize = 10;
const ROW_BATCH: usize = 1000;

/// Begins runs over the definitions of a service.
pub(crate) struct Crawls {
    pub(crate) app: Arc<App>,
    pub(crate) outside: Arc<Outside>,
}

impl Runs for Crawls {
    fn begin<'a>(&'a self, start: &'a Start) -> BoxFuture<'a, Result<Begun, String>> {
        Box::pin(self.begin_run(start))
    }
}

impl Crawls {
    /// A refusal is what clients read as the run's `errorMessage`; those with the service's words are of `wire.md` §12.
    async fn begin_run(&self, start: &Start) -> Result<Begun, String> {
        let definitions = &self.app.definitions;
        let entry = definitions.get::<Indexers>(&start.name);
        let entry = entry.ok_or_else(|| format!("Indexer '{}' was not found.", start.name))?;
        let indexer = &entry.definition;
        let source_entry = definitions.get::<DataSources>(&indexer.data_source_name).ok_or_else(|| {
            format!("This indexer refers to a data source '{}' that doesn't exist", indexer.data_source_name)
        })?;
        let target = Uploads(self.app.clone());
        let index = &indexer.target_index_name;
        let schema = target
            .schema(index)
            .ok_or_else(|| format!("This indexer refers to an index '{index}' that doesn't exist"))?;
        let source_type =
            data_sources::type_of(&source_entry.definition).map_err(|error| error.to_string())?;
        let mapping = Mapping::bind(indexer, source_type, &schema).map_err(|error| error.to_string())?;
        let parsing = Parsing::bind(indexer, source_type).map_err(|error| error.to_string())?;
        let source = self.open(&source_entry, indexer, start).await?;
        let action = if start.rewrite { ActionKind::Upload } else { ActionKind::MergeOrUpload };
        Ok(Begun {
            plan: plan(indexer, source_type, start, self.app.longest_run),
            source,
            shape: Arc::new(Mapper { mapping: Arc::new(mapping), parsing: Arc::new(parsing), action }),
            target: Arc::new(target),
        })
    }

    async fn open(
        &self,
        source: &Entry<DataSources>,
        indexer: &Indexer,
        start: &Start,
    ) -> Result<Box<dyn source::Source>, String> {
        let connection = self.app.definitions.reveal(source, CONNECTION_STRING).map_err(|error| {
            tracing::error!(data_source = source.name(), %error, "a connection string cannot be opened");
            "The connection string of the data source cannot be opened with the key of this service."
                .to_owned()
        })?;
        let connection = connection.ok_or("The data source has no connection string.")?;
        let nothing = Parameters::default();
        let opening = Opening {
            source: &source.definition,
            connection: connection.reveal(),
            parameters: indexer.parameters.as_ref().unwrap_or(&nothing),
            since: start.since.as_ref(),
            now: Timestamp::from_millisecond(start.now).map_err(|error| error.to_string())?,
            // Keys of documents may be anywhere in the source, so only ids narrow what is read.
            only: Some(start.only.ids.as_slice()).filter(|ids| !ids.is_empty() && start.only.keys.is_empty()),
            outside: &self.outside,
        };
        source::open(opening).await.map_err(|error| match error {
            SourceError::Credentials(reason)
            | SourceError::Transient(reason)
            | SourceError::Missing(reason)
            | SourceError::Broken(reason) => reason,
            SourceError::Stopped => SourceError::Stopped.to_string(),
        })
    }
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

/// Parsing and mapping of one indexer.
struct Mapper {
    mapping: Arc<Mapping>,
    parsing: Arc<Parsing>,
    action: ActionKind,
}

impl Shape for Mapper {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        let records = records(item, &self.parsing);
        Box::new(MappedRecords { records, mapping: self.mapping.clone(), action: self.action })
    }

    fn deletion(&self, item: &Item) -> Result<Mapped, ItemError> {
        self.mapping.deletion(item)
    }

    fn key(&self, item: &Item) -> Option<String> {
        if self.parsing.is_one_to_many() { None } else { self.mapping.key(item, None).ok() }
    }
}

struct MappedRecords {
    records: Box<dyn Records>,
    mapping: Arc<Mapping>,
    action: ActionKind,
}

impl Documents for MappedRecords {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        Box::pin(async {
            let Some(record) = self.records.next().await? else { return Ok(None) };
            Ok(Some(match record {
                Ok(record) => self.mapping.document(&record, self.action),
                Err(error) => Err(error),
            }))
        })
    }
}
