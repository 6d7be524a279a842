//! A Lazuli index opened in this process, from the data directory of a service that has stopped: ranking alone, without
//! HTTP and without fetching documents.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use lazuli_catalog::{Schema, index};
use lazuli_engine::{Engine, Index, Parts, Settings};
use lazuli_query::{Request, Search};
use lazuli_store::{CatalogStore, StoreOptions};
use lazuli_wire::indexes;
use serde_json::Value;

/// One index of a data directory.
pub(crate) struct Opened {
    // Dropped after the index it looks after.
    index: Arc<Index>,
    schema: Arc<Schema>,
    _engine: Engine,
}

impl Opened {
    /// Opens the index `name` as the service does at its start.
    pub(crate) fn open(data_dir: &Path, name: &str) -> Result<Self> {
        Self::open_with(data_dir, name, Settings::default())
    }

    /// The same with other settings.
    pub(crate) fn open_with(data_dir: &Path, name: &str, settings: Settings) -> Result<Self> {
        let catalog = CatalogStore::open_or_create(&data_dir.join("catalog.db"), &StoreOptions::default())?;
        let row = catalog.get("indexes", name)?.with_context(|| format!("no index {name}"))?;
        let definition: indexes::Index = serde_json::from_str(&row.body)?;
        let internal: Value = serde_json::from_str(&row.internal)?;
        let generation = internal["generation"].as_str().context("no generation")?;
        let schema = Arc::new(index::rebind(&definition, &internal)?);
        let engine = Engine::new(data_dir.join("indexes"), Parts::real(), settings)?;
        Ok(Self { index: engine.open(generation, schema.clone()), schema, _engine: engine })
    }

    /// Any of `words` in `fields`, the ten best.
    pub(crate) fn any_of(&self, words: &[String], fields: &[&str]) -> Result<Search> {
        let text = words.join(" ");
        let request = Request {
            search: Some(&text),
            search_fields: fields.to_vec(),
            top: Some(10),
            ..Request::default()
        };
        Ok(lazuli_query::bind(&self.schema, &request)?)
    }

    /// What a request asks for.
    pub(crate) fn bind(&self, request: &Request<'_>) -> Result<Search> {
        Ok(lazuli_query::bind(&self.schema, request)?)
    }

    /// How many match, as the search asks for it; its hits are found too.
    pub(crate) fn total(&self, search: &Search) -> Result<u64> {
        self.index.rank(search, false)?.1.context("a search that does not count")
    }

    /// Sequence numbers and scores of the ten best.
    pub(crate) fn ten_best(&self, search: &Search) -> Result<Vec<(u64, f32)>> {
        Ok(self.index.rank(search, false)?.0)
    }

    /// The same by scoring every document that matches.
    pub(crate) fn ten_best_exhaustively(&self, search: &Search) -> Result<Vec<(u64, f32)>> {
        Ok(self.index.rank(search, true)?.0)
    }
}
