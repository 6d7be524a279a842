//! What the targets of parsing share: an item in memory, in pieces of a length, and the check that the pieces make no
//! difference.

use std::sync::Arc;

use bytes::Bytes;
use lazuli_catalog::data_sources::SourceType;
use lazuli_ingest::parse::{Parsing, Record, records};
use lazuli_ingest::source::{BoxFuture, Chunks, Content, Item, ItemError, SourceError};
use serde_json::{Map, Value, json};

struct Memory(Bytes, usize);

impl Content for Memory {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        let chunks: Box<dyn Chunks> = Box::new(Memory(self.0.clone(), self.1));
        Box::pin(std::future::ready(Ok(chunks)))
    }
}

impl Chunks for Memory {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        let length = self.1.min(self.0.len());
        let piece = (length > 0).then(|| self.0.split_to(length));
        Box::pin(std::future::ready(Ok(piece)))
    }
}

fn read(parsing: &Arc<Parsing>, name: &str, bytes: &[u8], length: usize) -> Vec<Result<Record, ItemError>> {
    let content = Box::new(Memory(Bytes::copy_from_slice(bytes), length.max(1)));
    let item = Item { id: name.to_owned(), fields: Map::new(), content: Some(content) };
    let mut records = records(item, parsing);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be built");
    let mut all = Vec::new();
    while let Some(record) = runtime.block_on(records.next()).expect("memory can be read") {
        all.push(record);
    }
    all
}

/// Reads bytes as they are and in pieces, whose length the first byte says.
pub fn check(configuration: Value, name: &str, data: &[u8]) {
    let Some((length, bytes)) = data.split_first() else { return };
    let indexer = json!({"dataSourceName": "d", "parameters": {"configuration": configuration}});
    let indexer = serde_json::from_value(indexer).expect("the indexer is one");
    let parsing = Arc::new(Parsing::bind(&indexer, SourceType::Files).expect("the configuration is valid"));
    let whole = read(&parsing, name, bytes, usize::MAX);
    let cut = read(&parsing, name, bytes, usize::from(*length));
    assert_eq!(whole, cut);
}
