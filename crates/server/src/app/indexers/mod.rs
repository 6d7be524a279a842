//! Indexers at work: run, reset, how they do. Their definitions are in `app/definitions/`, the machine is `lazuli_ingest`; here the
//! two meet, and the machine's documents take the path of an upload.

mod crawl;
mod status;
mod target;

use std::sync::Arc;

use lazuli_ingest::state::ResetList;
use lazuli_ingest::worker::Refusal;
use lazuli_wire::indexer_requests::ResetDocuments;
use lazuli_wire::indexer_status::IndexerStatus;

pub(crate) use self::crawl::{Crawls, Watch, terms};
use super::{App, change};
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

/// Refuses what concerns permissions, which data sources do not have here yet.
pub(crate) fn resync(app: &App, asked: &Asked) -> Result<(), Error> {
    match app.indexers.see(&asked.name) {
        None => Err(refused(&Refusal::Unknown, asked)),
        Some(_) => Err(error::not_yet("Permissions of documents, which 'resync' is about, are")),
    }
}

/// How it does.
pub(crate) fn status(app: &App, asked: &Asked) -> Result<IndexerStatus, Error> {
    match app.indexers.see(&asked.name) {
        None => Err(refused(&Refusal::Unknown, asked)),
        Some(seen) => Ok(status::on_the_wire(&asked.name, &seen.state, app.longest_run)),
    }
}

fn refused(refusal: &Refusal, asked: &Asked) -> Error {
    match refusal {
        Refusal::Unknown => error::no_indexer(&asked.name, &asked.service),
        Refusal::Running => error::indexer_running(),
        Refusal::Disabled => error::indexer_disabled(&asked.name),
        Refusal::Store(error) => error::store(error),
    }
}
