//! Indexers at work: run, reset, how they do. Their definitions are in `app/definitions/`, the machine is `lazuli_ingest`; here the
//! two meet, and the machine's documents take the path of an upload.

mod crawl;
mod status;
mod target;

use std::sync::Arc;

use lazuli_catalog::data_sources::{self, SourceType};
use lazuli_ingest::state::ResetList;
use lazuli_ingest::worker::Refusal;
use lazuli_wire::indexer_requests::ResetDocuments;
use lazuli_wire::indexer_status::IndexerStatus;

pub(crate) use self::crawl::{Crawls, Watch, terms};
use super::{App, change, definitions};
use crate::error::{self, Error};

/// What clients ask of one indexer.
pub(crate) struct Asked {
    /// The indexer's name.
    pub(crate) name: String,
    /// The service's name, for sentences.
    pub(crate) service: String,
}

/// Runs it as soon as there is room.
pub(crate) async fn run(app: &Arc<App>, asked: Asked) -> Result<(), Error> {
    let app = app.clone();
    change(move || app.indexers.run(&asked.name).map_err(|refusal| refused(&refusal, &asked))).await
}

/// Lets it begin anew with its next run.
pub(crate) async fn reset(app: &Arc<App>, asked: Asked) -> Result<(), Error> {
    let app = app.clone();
    change(move || app.indexers.reset(&asked.name).map_err(|refusal| refused(&refusal, &asked))).await
}

/// Makes its next runs be about single documents.
pub(crate) async fn reset_documents(
    app: &Arc<App>,
    asked: Asked,
    documents: ResetDocuments,
    overwrite: bool,
) -> Result<(), Error> {
    let app = app.clone();
    let list = ResetList { keys: documents.document_keys, ids: documents.datasource_document_ids };
    change(move || {
        let done = app.indexers.reset_documents(&asked.name, list, overwrite);
        done.map_err(|refusal| refused(&refusal, &asked))
    })
    .await
}

/// Refuses: the next run would bring permissions of documents in step, and no data source can have any here
/// (`indexerPermissionOptions` is refused).
pub(crate) fn resync(app: &App, asked: &Asked) -> Result<(), Error> {
    let entry = app.definitions.get::<definitions::Indexers>(&asked.name);
    let entry = entry.ok_or_else(|| refused(&Refusal::Unknown, asked))?;
    Err(error::nothing_to_resync(&asked.name, &entry.definition.data_source_name))
}

/// How it does.
pub(crate) fn status(app: &App, asked: &Asked) -> Result<IndexerStatus, Error> {
    match app.indexers.see(&asked.name) {
        None => Err(refused(&Refusal::Unknown, asked)),
        Some(seen) => {
            Ok(status::on_the_wire(&asked.name, &seen.state, source_type(app, asked), app.longest_run))
        }
    }
}

/// Of its data source, unless that is gone.
fn source_type(app: &App, asked: &Asked) -> Option<SourceType> {
    let indexer = app.definitions.get::<definitions::Indexers>(&asked.name)?;
    let source = app.definitions.get::<definitions::DataSources>(&indexer.definition.data_source_name)?;
    data_sources::type_of(&source.definition).ok()
}

fn refused(refusal: &Refusal, asked: &Asked) -> Error {
    match refusal {
        Refusal::Unknown => error::no_indexer(&asked.name, &asked.service),
        Refusal::Running => error::indexer_running(),
        Refusal::Disabled => error::indexer_disabled(&asked.name),
        Refusal::TooMany => error::too_many_to_reset(),
        Refusal::Store(error) => error::store(error),
    }
}
