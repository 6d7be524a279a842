//! An engine in a temporary folder and short ways to talk to it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, mpsc};

use crate::{ActionResult, Engine, EngineError, Hit, Index, Page, Parts, Settings, Synonyms};
use lazuli_catalog::Schema;
use lazuli_catalog::document::{self, Projection};
use lazuli_catalog::index::{self, Existing, Rules};
use lazuli_platform::cancel::Cancel;
use lazuli_query::{Request, Search, SearchMode};
use lazuli_wire::indexes;
use serde_json::{Value, json};

pub(crate) const GENERATION: &str = "g1";

/// Parses and binds a definition, as an update of `existing` if there is one.
pub(crate) fn bind(definition: &Value, existing: Option<(&Schema, &Value)>) -> Schema {
    let wire = |value: &Value| serde_json::from_value::<indexes::Index>(value.clone()).unwrap();
    let rules = Rules::default();
    let Some((schema, old)) = existing else {
        return index::bind(&wire(definition), None, &rules).unwrap().schema;
    };
    let old = index::bind(&wire(old), None, &rules).unwrap().definition;
    index::bind(&wire(definition), Some(Existing { schema, definition: &old }), &rules).unwrap().schema
}

pub(crate) fn engine(root: &Path) -> Engine {
    engine_with(root, Settings::default())
}

pub(crate) fn engine_with(root: &Path, settings: Settings) -> Engine {
    Engine::new(root.to_owned(), Parts::real(), settings).unwrap()
}

/// Sends actions and waits for the statuses: 200, 201, 404, 400.
pub(crate) fn append(index: &Index, actions: &[Value]) -> Result<Vec<u16>, EngineError> {
    let schema = index.schema();
    let parsed =
        actions.iter().map(|action| document::parse_action(&schema, &action.to_string()).unwrap()).collect();
    let (sender, receiver) = mpsc::channel();
    index.append(&schema, parsed, Box::new(move |answer| sender.send(answer).unwrap()));
    let status = |result: &ActionResult| match result {
        ActionResult::Created => 201,
        ActionResult::Done => 200,
        ActionResult::NotFound => 404,
        ActionResult::Refused(_) => 400,
    };
    Ok(receiver.recv().unwrap()?.iter().map(|outcome| status(&outcome.result)).collect())
}

/// A document rendered with all retrievable fields.
pub(crate) fn rendered(schema: &Schema, body: &[u8], vectors: Option<&[u8]>) -> Value {
    let mut out = vec![b'{'];
    document::render(schema, body, vectors, &Projection::all(schema), &mut out).unwrap();
    out.push(b'}');
    serde_json::from_slice(&out).unwrap()
}

pub(crate) fn get(index: &Index, key: &str) -> Option<Value> {
    let stored = index.get(key).unwrap()?;
    Some(rendered(&index.schema(), &stored.body, stored.vectors.as_deref()))
}

/// What a search found.
pub(crate) struct Found {
    pub(crate) total: u64,
    pub(crate) documents: Vec<Value>,
    pub(crate) scores: Vec<f32>,
}

impl Found {
    pub(crate) fn keys(&self, field: &str) -> Vec<String> {
        self.documents.iter().map(|document| document[field].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn search(index: &Index, text: Option<&str>) -> Found {
    try_search(index, text).unwrap()
}

/// A page with all its hits.
pub(crate) fn page(index: &Index, search: &Search) -> Result<(Page, Vec<Hit>), EngineError> {
    let mut hits = Vec::new();
    let take = |hit| {
        hits.push(hit);
        ControlFlow::Continue(())
    };
    let page = index.search(search, &Synonyms::new(), &Cancel::never(), take)?;
    assert_eq!((page.hits, page.cut), (hits.len(), false));
    Ok((page, hits))
}

pub(crate) fn try_search(index: &Index, text: Option<&str>) -> Result<Found, EngineError> {
    let schema = index.schema();
    let request = Request {
        search: text,
        search_mode: SearchMode::Any,
        search_fields: Vec::new(),
        top: Some(1000),
        skip: None,
        count: true,
        ..Request::default()
    };
    let search = lazuli_query::bind(&schema, &request).unwrap();
    let (page, hits) = page(index, &search)?;
    let render = |hit: &Hit| rendered(&schema, &hit.document.body, hit.document.vectors.as_deref());
    Ok(Found {
        total: page.total.unwrap(),
        documents: hits.iter().map(render).collect(),
        scores: hits.iter().map(|hit| hit.score).collect(),
    })
}

/// A small definition: key, text, and one filterable string.
pub(crate) fn books() -> Value {
    json!({"name": "books", "fields": [
        {"name": "id", "type": "Edm.String", "key": true},
        {"name": "title", "type": "Edm.String"},
        {"name": "shelf", "type": "Edm.String", "searchable": false},
    ]})
}

pub(crate) fn create(engine: &Engine, definition: &Value) -> Arc<Index> {
    engine.create(GENERATION, Arc::new(bind(definition, None))).unwrap()
}
