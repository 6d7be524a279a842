//! Documents: a batch of actions from bytes to acknowledged, one document, and how many there are.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use lazuli_catalog::Schema;
use lazuli_catalog::document::{self, Action, ActionKind, DocumentError, Report, parse_action};
use lazuli_engine::{ActionResult, EngineError, Outcome};
use lazuli_wire::ApiVersion;
use lazuli_wire::documents::{IndexingResult, split_batch};
use serde_json::Value;
use tokio::sync::oneshot;

use super::definitions::{Entry, Indexes};
use super::{App, change};
use crate::error::{self, Error};
use crate::http::limits::BATCH_ACTIONS_MAX;
use crate::metrics;

/// A batch up to this size is taken apart where it is; a hop to another thread would cost more.
const INLINE_BYTES_MAX: usize = 16 * 1024;
/// A larger one is taken apart in pieces of this size, so that one batch can use every core and no piece holds up another
/// batch's for long.
const PIECE_BYTES: usize = 64 * 1024;
/// How often a batch is checked again because the definition changed under it.
const SCHEMA_RETRIES: usize = 8;

/// Writes a batch. When this returns it is on disk, and every later query sees it.
///
/// Results come in the order of the actions.
pub(crate) async fn write(
    app: &App,
    entry: &Arc<Entry<Indexes>>,
    body: Bytes,
    version: ApiVersion,
    service: &str,
) -> Result<Vec<IndexingResult>, Error> {
    let actions = split(&body, version)?;
    for _ in 0..SCHEMA_RETRIES {
        let schema = entry.life.index.schema();
        if let Some(what) = schema.not_yet_for_upload() {
            return Err(error::not_yet(&what));
        }
        let parsed = parse(app, &schema, &body, &actions, version).await?;
        check_room(app, entry, &parsed).await?;
        match append(entry, schema, parsed).await {
            Err(EngineError::SchemaChanged) => {}
            Err(error) => return Err(error::engine(&error, entry.name(), service)),
            Ok(results) => {
                let succeeded = results.iter().filter(|result| result.status).count();
                metrics::documents_written(succeeded as u64, (results.len() - succeeded) as u64);
                return Ok(results);
            }
        }
    }
    Err(error::engine(&EngineError::SchemaChanged, entry.name(), service))
}

/// Refuses a batch with more than deletions when the tier allows no more documents.
async fn check_room(app: &App, entry: &Arc<Entry<Indexes>>, parsed: &[Parsed]) -> Result<(), Error> {
    let makes_room = |action: &Action| action.kind == ActionKind::Delete;
    if !app.quotas.limit_uploads() || parsed.iter().flatten().all(makes_room) {
        return Ok(());
    }
    let (quotas, definitions, entry) = (app.quotas.clone(), app.definitions.clone(), entry.clone());
    // Indexes may have to be opened for this, so it is no job for the readers' pool.
    change(move || quotas.check_upload(&definitions, &entry)).await
}

/// Where each action stands in the body.
fn split(body: &Bytes, version: ApiVersion) -> Result<Vec<Range<usize>>, Error> {
    let actions = split_batch(body, version).map_err(|error| error::json(&error))?;
    if actions.is_empty() {
        return Err(error::no_actions(BATCH_ACTIONS_MAX));
    }
    if actions.len() > BATCH_ACTIONS_MAX {
        return Err(error::too_many_actions(actions.len(), BATCH_ACTIONS_MAX));
    }
    let start = body.as_ptr().addr();
    Ok(actions
        .into_iter()
        .map(|action| {
            let from = action.get().as_ptr().addr() - start;
            from..from + action.get().len()
        })
        .collect())
}

/// An action that may be written, or the result of one that may not.
type Parsed = Result<Action, IndexingResult>;

/// Reads and checks every action; the first that is wrong in a way that fails the batch is the answer.
async fn parse(
    app: &App,
    schema: &Arc<Schema>,
    body: &Bytes,
    actions: &[Range<usize>],
    version: ApiVersion,
) -> Result<Vec<Parsed>, Error> {
    if body.len() <= INLINE_BYTES_MAX {
        return parse_piece(schema, body, actions, 0, version);
    }
    let mut pieces = Vec::new();
    let mut ordinal = 0;
    while let Some(rest) = actions.get(ordinal..).filter(|rest| !rest.is_empty()) {
        let from = rest.first().map_or(0, |action| action.start);
        let length = rest.iter().take_while(|action| action.end - from <= PIECE_BYTES).count().max(1);
        let piece: Vec<Range<usize>> = rest.iter().take(length).cloned().collect();
        let (pool, schema, body, first) = (app.parsers.clone(), schema.clone(), body.clone(), ordinal);
        pieces.push(tokio::spawn(async move {
            pool.run(move || parse_piece(&schema, &body, &piece, first, version)).await
        }));
        ordinal += length;
    }
    let mut parsed = Vec::with_capacity(actions.len());
    for piece in pieces {
        let piece = piece.await.map_err(error::internal)?.map_err(|error| error::job(&error))?;
        parsed.extend(piece?);
    }
    Ok(parsed)
}

fn parse_piece(
    schema: &Schema,
    body: &Bytes,
    actions: &[Range<usize>],
    first: usize,
    version: ApiVersion,
) -> Result<Vec<Parsed>, Error> {
    let mut parsed = Vec::with_capacity(actions.len());
    for (at, range) in actions.iter().enumerate() {
        // The ranges are those of JSON texts, so they are UTF-8.
        let text =
            body.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        parsed.push(match parse_action(schema, text) {
            Ok(action) => Ok(action),
            Err(error) if error.report() == Report::Document => Err(refused(key_of(schema, text), &error)),
            Err(error) => return Err(error::action(&error, first + at, version)),
        });
    }
    Ok(parsed)
}

/// The result of an action that fails alone. What goes beyond a number format is the service's own 500 (`wire.md` §5).
fn refused(key: String, error: &DocumentError) -> IndexingResult {
    let status_code = if matches!(error, DocumentError::HalfOutOfRange) { 500 } else { 400 };
    IndexingResult { key, status: false, error_message: Some(error.to_string()), status_code }
}

/// The key of an action that was refused after its key had been read.
fn key_of(schema: &Schema, text: &str) -> String {
    let action: Value = serde_json::from_str(text).unwrap_or_default();
    action.get(&schema.key_field().name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Hands the actions to the engine and puts its outcomes between the results that are known already.
async fn append(
    entry: &Arc<Entry<Indexes>>,
    schema: Arc<Schema>,
    parsed: Vec<Parsed>,
) -> Result<Vec<IndexingResult>, EngineError> {
    let mut results: Vec<Option<IndexingResult>> = Vec::with_capacity(parsed.len());
    let mut actions = Vec::with_capacity(parsed.len());
    for action in parsed {
        match action {
            Ok(action) => {
                actions.push(action);
                results.push(None);
            }
            Err(refused) => results.push(Some(refused)),
        }
    }
    let outcomes =
        if actions.is_empty() { Vec::new() } else { acknowledge(entry.clone(), schema, actions).await? };
    let mut outcomes = outcomes.into_iter().map(result);
    Ok(results.into_iter().filter_map(|known| known.or_else(|| outcomes.next())).collect())
}

async fn acknowledge(
    entry: Arc<Entry<Indexes>>,
    schema: Arc<Schema>,
    actions: Vec<Action>,
) -> Result<Vec<Outcome>, EngineError> {
    let sizes = entry.life.sizes.clone();
    sizes.forget();
    let (sender, receiver) = oneshot::channel();
    // The client may have left when the batch is acknowledged: then nobody listens.
    let reply = Box::new(move |outcome| {
        sizes.forget();
        drop(sender.send(outcome));
    });
    let appended = change(move || {
        entry.life.index.append(&schema, actions, reply);
        Ok(())
    });
    if let Err(error) = appended.await {
        return Err(EngineError::Io(error.into_refusal().log.unwrap_or_default()));
    }
    receiver.await.unwrap_or(Err(EngineError::Closed))
}

fn result(outcome: Outcome) -> IndexingResult {
    let Outcome { key, result } = outcome;
    let done =
        |status_code| IndexingResult { key: key.clone(), status: true, error_message: None, status_code };
    match result {
        ActionResult::Created => done(201),
        ActionResult::Done => done(200),
        ActionResult::NotFound => IndexingResult {
            key,
            status: false,
            error_message: Some("Document not found.".to_owned()),
            status_code: 404,
        },
        ActionResult::Refused(error) => refused(key, &error),
    }
}

/// One document as JSON members without braces, or none if it is not there.
pub(crate) async fn lookup(
    app: &App,
    entry: Arc<Entry<Indexes>>,
    key: String,
    select: Option<String>,
    service: String,
) -> Result<Option<Vec<u8>>, Error> {
    app.read(move |_| {
        let failed = |error| error::engine(&error, entry.name(), &service);
        let schema = entry.life.index.schema();
        let projection =
            lazuli_query::projection(&schema, select.as_deref()).map_err(|error| error::query(&error))?;
        let Some(stored) = entry.life.index.get(&key).map_err(failed)? else { return Ok(None) };
        let mut out = Vec::with_capacity(stored.body.len() + 64);
        document::render(&schema, &stored.body, stored.vectors.as_deref(), &projection, &mut out)
            .map_err(error::internal)?;
        Ok(Some(out))
    })
    .await
}

/// How many documents there are.
pub(crate) async fn count(app: &App, entry: Arc<Entry<Indexes>>, service: String) -> Result<u64, Error> {
    app.read(move |cancel| {
        entry.life.index.count(cancel).map_err(|error| error::engine(&error, entry.name(), &service))
    })
    .await
}
