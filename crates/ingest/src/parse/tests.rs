//! Items in memory, read in pieces of every size.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use lazuli_catalog::data_sources::SourceType;

use crate::source::{BoxFuture, Chunks, Content, Item, ItemError, SourceError};

use super::limits::{DOCUMENT_BYTES_MAX, RECORD_BYTES_MAX, TEXT_UNITS_MAX};
use super::{Parsing, Record, records};

mod modes;

mod malformed;

mod properties;

mod speed;

/// Bytes that arrive in pieces of these lengths, over and over.
struct Memory {
    bytes: Bytes,
    pieces: Vec<usize>,
    /// What it says of its size, if not the truth.
    size: Option<u64>,
}

impl Content for Memory {
    fn size(&self) -> u64 {
        self.size.unwrap_or(self.bytes.len() as u64)
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        let pieces: Box<dyn Chunks> =
            Box::new(Pieces { rest: self.bytes.clone(), lengths: self.pieces.clone(), at: 0 });
        Box::pin(std::future::ready(Ok(pieces)))
    }
}

/// Bytes that arrive at once.
pub(crate) fn memory(bytes: &[u8]) -> Box<dyn Content> {
    Box::new(Memory { bytes: Bytes::copy_from_slice(bytes), pieces: vec![usize::MAX], size: None })
}

struct Pieces {
    rest: Bytes,
    lengths: Vec<usize>,
    at: usize,
}

impl Chunks for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        let length = self.lengths[self.at % self.lengths.len()].clamp(1, self.rest.len().max(1));
        self.at += 1;
        let piece = (!self.rest.is_empty()).then(|| self.rest.split_to(length));
        Box::pin(std::future::ready(Ok(piece)))
    }
}

fn parsing(source_type: SourceType, configuration: &Value) -> Arc<Parsing> {
    let indexer = json!({"dataSourceName": "ds", "parameters": {"configuration": configuration}});
    Arc::new(Parsing::bind(&serde_json::from_value(indexer).unwrap(), source_type).unwrap())
}

/// Others write it while it is opened so many times; then it holds still.
struct Restless(std::sync::atomic::AtomicUsize);

impl Content for Restless {
    fn size(&self) -> u64 {
        2
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        use std::sync::atomic::Ordering::SeqCst;
        let changes = self.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        let whole = Pieces { rest: Bytes::from_static(b"{}"), lengths: vec![2], at: 0 };
        let chunks: Box<dyn Chunks> = if changes { Box::new(Cut(Some(whole))) } else { Box::new(whole) };
        Box::pin(std::future::ready(Ok(chunks)))
    }
}

/// Breaks off after the first piece.
struct Cut(Option<Pieces>);

impl Chunks for Cut {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        match self.0.take() {
            Some(mut pieces) => Box::pin(async move { pieces.next().await }),
            None => Box::pin(async { Err(SourceError::Changed("It was changed.".to_owned())) }),
        }
    }
}

#[test]
fn what_is_changed_while_it_is_read_whole_is_read_again() {
    for (changes, expected) in [(0, Some(1)), (2, Some(1)), (3, None)] {
        let content: Box<dyn Content> = Box::new(Restless(changes.into()));
        let item = Item { content: Some(content), ..blob("a.json", b"", &[1]) };
        let mut records = records(item, &parsing(SourceType::AzureBlob, &json!({"parsingMode": "json"})));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let first = runtime.block_on(records.next());
        assert_eq!(first.ok().map(|record| usize::from(record.is_some())), expected, "{changes}");
    }
}

/// A blob of this name.
fn blob(name: &str, bytes: &[u8], pieces: &[usize]) -> Item {
    let path = format!("https://a/c/{name}");
    let fields = json!({"metadata_storage_name": name, "metadata_storage_path": path});
    let content = Memory { bytes: Bytes::copy_from_slice(bytes), pieces: pieces.to_vec(), size: None };
    Item { id: path, fields: fields.as_object().unwrap().clone(), content: Some(Box::new(content)) }
}

fn read(item: Item, configuration: &Value) -> Vec<Result<Record, ItemError>> {
    read_from(SourceType::AzureBlob, item, configuration)
}

fn read_from(source_type: SourceType, item: Item, configuration: &Value) -> Vec<Result<Record, ItemError>> {
    let mut records = records(item, &parsing(source_type, configuration));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut all = Vec::new();
    while let Some(record) = runtime.block_on(records.next()).unwrap() {
        all.push(record);
    }
    all
}

/// What was read: the fields of each record, or the message and details of its error.
fn outcome(results: Vec<Result<Record, ItemError>>) -> Vec<Result<Map<String, Value>, String>> {
    let lines = results.into_iter().map(|result| match result {
        Ok(record) => Ok(record.fields),
        Err(error) => {
            assert_eq!((error.status, error.name.as_str()), (400, "DocumentExtraction.azureblob.ds"));
            Err(format!("{}: {}", error.message, error.details.unwrap_or_default()))
        }
    });
    lines.collect()
}

/// What the bytes hold, which must not depend on how they are cut.
fn found(configuration: &Value, bytes: &[u8]) -> Vec<Result<Map<String, Value>, String>> {
    let whole = outcome(read(blob("a.txt", bytes, &[usize::MAX]), configuration));
    for pieces in [&[1][..], &[2], &[3, 1, 5], &[7]] {
        assert_eq!(outcome(read(blob("a.txt", bytes, pieces), configuration)), whole, "cut in {pieces:?}");
    }
    whole
}

/// Checks what the bytes hold: objects, or strings for errors.
fn check(configuration: &Value, bytes: impl AsRef<[u8]>, expected: Value) {
    let found = found(configuration, bytes.as_ref()).into_iter().map(|outcome| match outcome {
        Ok(fields) => Value::Object(fields),
        Err(error) => Value::String(error),
    });
    let bytes = String::from_utf8_lossy(bytes.as_ref()).chars().take(300).collect::<String>();
    assert_eq!(Value::Array(found.collect()), expected, "{bytes}");
}
