//! From checked actions to rows of the store: what each action does to its key, in order, inside one transaction.

use lazuli_catalog::Schema;
use lazuli_catalog::document::{self, Action, ActionKind, Document, DocumentError, Encoded, PartialDocument};
use lazuli_store::{Row, StoreError, Transaction};

use super::progress::Write;

/// What became of one action (`api.md` §2.3).
#[derive(Debug)]
pub struct Outcome {
    /// The document's key.
    pub key: String,
    /// What happened.
    pub result: ActionResult,
}

/// See [`Outcome`].
#[derive(Debug)]
pub enum ActionResult {
    /// A document that was not there: 201.
    Created,
    /// Replaced, merged, deleted, or nothing to delete: 200.
    Done,
    /// A merge of a document that is not there: 404.
    NotFound,
    /// A merge whose result breaks a rule: 400.
    Refused(DocumentError),
}

/// Cost of a write beside its text, in bytes.
const WEIGHT_BASE: usize = 200;

/// An action with everything done that needs no store.
pub(super) enum Prepared {
    Upload { key: String, document: Document, encoded: Encoded },
    Merge { key: String, partial: PartialDocument, or_upload: bool },
    Delete { key: String },
}

/// Encodes what can be encoded beforehand, on the caller's thread.
pub(super) fn prepare(schema: &Schema, action: Action) -> Prepared {
    let Action { kind, key, document: partial } = action;
    match kind {
        ActionKind::Upload => {
            let document = Document::new(schema, partial);
            let encoded = document::encode(schema, &document);
            Prepared::Upload { key, document, encoded }
        }
        ActionKind::Merge => Prepared::Merge { key, partial, or_upload: false },
        ActionKind::MergeOrUpload => Prepared::Merge { key, partial, or_upload: true },
        ActionKind::Delete => Prepared::Delete { key },
    }
}

impl Prepared {
    /// Estimated bytes this will put into store and index.
    pub(super) fn weight(&self) -> usize {
        WEIGHT_BASE
            + match self {
                Self::Upload { encoded, .. } => {
                    encoded.body.len() + encoded.vectors.as_ref().map_or(0, Vec::len)
                }
                Self::Merge { .. } => 5 * WEIGHT_BASE,
                Self::Delete { .. } => 0,
            }
    }

    fn key(&self) -> &str {
        match self {
            Self::Upload { key, .. } | Self::Merge { key, .. } | Self::Delete { key } => key,
        }
    }
}

/// Applies a batch inside a transaction of the store.
pub(super) fn apply(
    schema: &Schema,
    batch: Vec<Prepared>,
    transaction: &mut Transaction<'_>,
) -> Result<(Vec<Outcome>, Vec<Write>), StoreError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut writes = Vec::with_capacity(batch.len());
    for prepared in batch {
        let key = prepared.key().to_owned();
        let (result, write) = match prepared {
            Prepared::Upload { key, document, encoded } => put(transaction, key, document, &encoded)?,
            Prepared::Merge { key, partial, or_upload } => {
                merge(schema, transaction, key, partial, or_upload)?
            }
            Prepared::Delete { key } => delete(transaction, key)?,
        };
        outcomes.push(Outcome { key, result });
        writes.extend(write);
    }
    Ok((outcomes, writes))
}

fn merge(
    schema: &Schema,
    transaction: &mut Transaction<'_>,
    key: String,
    partial: PartialDocument,
    or_upload: bool,
) -> Result<(ActionResult, Option<Write>), StoreError> {
    let newest = transaction.newest(&key)?;
    let merged = match newest.as_ref().and_then(live) {
        Some((body, vectors)) => {
            let mut stored = document::decode(schema, body, vectors)
                .map_err(|corrupt| StoreError::WorkFailed(Box::new(corrupt)))?;
            stored.merge(schema, partial);
            stored
        }
        None if or_upload => Document::new(schema, partial),
        None => return Ok((ActionResult::NotFound, None)),
    };
    if let Err(refused) = merged.check(schema) {
        return Ok((ActionResult::Refused(refused), None));
    }
    let encoded = document::encode(schema, &merged);
    put(transaction, key, merged, &encoded)
}

fn live(row: &Row) -> Option<(&[u8], Option<&[u8]>)> {
    Some((row.body.as_deref()?, row.vectors.as_deref()))
}

fn put(
    transaction: &mut Transaction<'_>,
    key: String,
    document: Document,
    encoded: &Encoded,
) -> Result<(ActionResult, Option<Write>), StoreError> {
    let before = transaction.newest_seq(&key)?;
    let replaces = before.is_some_and(|newest| newest.live);
    let seq = transaction.append(&key, Some(&encoded.body), encoded.vectors.as_deref(), before)?;
    let weight = WEIGHT_BASE + encoded.body.len();
    let result = if replaces { ActionResult::Done } else { ActionResult::Created };
    Ok((result, Some(Write { seq, key, replaces, document: Some(document), weight })))
}

fn delete(
    transaction: &mut Transaction<'_>,
    key: String,
) -> Result<(ActionResult, Option<Write>), StoreError> {
    let before = transaction.newest_seq(&key)?;
    if !before.is_some_and(|newest| newest.live) {
        return Ok((ActionResult::Done, None));
    }
    let seq = transaction.append(&key, None, None, before)?;
    Ok((ActionResult::Done, Some(Write { seq, key, replaces: true, document: None, weight: WEIGHT_BASE })))
}
