//! A small index in memory, built through the same packer, plugin and snapshot as a real one.

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_analysis::{Scratch, SynonymRules};
use lazuli_catalog::document::{Document, parse_action};
use lazuli_catalog::index::{self, Rules};
use lazuli_catalog::{Field, Schema, Value};
use lazuli_platform::cancel::Cancel;
use lazuli_query::{Request, Search, SearchMode};
use serde_json::json;
use tantivy::directory::RamDirectory;
use tantivy::indexer::IndexWriterOptions;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexWriter};

use crate::error::EngineError;
use crate::filter::cache::{FilterCache, Limits};
use crate::search::{Hits, Strategy, Synonyms, search_by};
use crate::segment::deletion::DocumentOfKey;
use crate::segment::format::{self, open_or_create};
use crate::segment::merge_policy::SegmentRanges;
use crate::segment::plugin::ContainerPlugin;
use crate::segment::{PackedDocument, Packer, terms};
use crate::snapshot::{SegmentView, Snapshot};

pub(crate) struct Corpus {
    packer: Packer,
    index: Index,
    /// None only while it is opened anew.
    writer: Option<IndexWriter<PackedDocument>>,
    scratch: Scratch,
    uploaded: u64,
    snapshot: Snapshot,
    filters: Arc<FilterCache>,
    synonyms: Synonyms,
}

/// Binds a definition.
pub(crate) fn schema(definition: &serde_json::Value) -> Schema {
    let definition: lazuli_wire::indexes::Index = serde_json::from_value(definition.clone()).unwrap();
    index::bind(&definition, None, &Rules::default()).unwrap().schema
}

/// A key and text fields of these names and analyzers.
pub(crate) fn text_schema(fields: &[(&str, &str)]) -> Schema {
    let text = |(name, analyzer): &(&str, &str)| {
        json!({ "name": name, "type": "Edm.String", "searchable": true, "analyzer": analyzer, "filterable": false,
            "sortable": false, "facetable": false })
    };
    let mut all = vec![json!({ "name": "id", "type": "Edm.String", "key": true, "searchable": false })];
    all.extend(fields.iter().map(text));
    schema(&json!({ "name": "corpus", "fields": all }))
}

/// A key and the field `text`, whose analyzer the index defines itself: a tokenizer and token filters, each a name or a
/// definition without one, its `@odata.type` cut short to what stands behind `#Microsoft.Azure.Search.`.
pub(crate) fn own_schema(tokenizer: serde_json::Value, filters: serde_json::Value) -> Schema {
    let component = |(mut component, number): (serde_json::Value, usize)| {
        let Some(members) = component.as_object_mut() else { return (component, None) };
        let name = format!("part{number}");
        let kind = format!("#Microsoft.Azure.Search.{}", members["@odata.type"].as_str().unwrap());
        members.insert("@odata.type".to_owned(), kind.into());
        members.insert("name".to_owned(), name.clone().into());
        (name.into(), Some(component))
    };
    let (tokenizer, own_tokenizer) = component((tokenizer, 0));
    let filters = filters.as_array().unwrap().iter().cloned().zip(1..).map(component);
    let (names, own): (Vec<_>, Vec<_>) = filters.unzip();
    schema(&json!({
        "name": "corpus",
        "fields": [
            { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
            { "name": "text", "type": "Collection(Edm.String)", "analyzer": "own", "filterable": false, "facetable": false },
        ],
        "analyzers": [{ "@odata.type": "#Microsoft.Azure.Search.CustomAnalyzer", "name": "own", "tokenizer": tokenizer,
            "tokenFilters": names }],
        "tokenizers": own_tokenizer.into_iter().collect::<Vec<_>>(),
        "tokenFilters": own.into_iter().flatten().collect::<Vec<_>>(),
    }))
}

fn open_writer(index: &Index) -> IndexWriter<PackedDocument> {
    let options =
        IndexWriterOptions::builder().num_worker_threads(1).memory_budget_per_thread(100_000_000).build();
    let writer = format::writer(index, options).unwrap();
    writer.set_merge_policy(Box::new(NoMergePolicy));
    writer
}

/// A cache of filters that keeps nothing.
pub(crate) fn no_filters() -> Arc<FilterCache> {
    FilterCache::new(Limits { bytes_max: 0, documents_min: 0 })
}

impl Corpus {
    pub(crate) fn new(schema: Schema) -> Self {
        let plugin = ContainerPlugin::new(Arc::new(SegmentRanges::default()));
        let index = open_or_create(RamDirectory::create(), Arc::new(plugin)).unwrap();
        let writer = Some(open_writer(&index));
        let filters = FilterCache::new(Limits { bytes_max: 1 << 20, documents_min: 1 });
        let snapshot = Snapshot::open(&index, None, None, 0, &filters).unwrap();
        let packer = Packer::new(Arc::new(schema));
        Self {
            packer,
            index,
            writer,
            scratch: Scratch::default(),
            uploaded: 0,
            snapshot,
            filters,
            synonyms: Synonyms::new(),
        }
    }

    pub(crate) fn schema(&self) -> &Arc<Schema> {
        self.packer.schema()
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn field(&self, name: &str) -> &Field {
        self.packer.schema().field(name).unwrap()
    }

    fn writer(&self) -> &IndexWriter<PackedDocument> {
        self.writer.as_ref().unwrap()
    }

    /// Uploads a document written as JSON.
    pub(crate) fn upload_json(&mut self, document: &serde_json::Value) {
        let action = parse_action(self.schema(), &document.to_string()).unwrap();
        let document = Document::new(self.schema(), action.document);
        self.upload_document(&document);
    }

    /// Uploads a document of a [`text_schema`]: a value for each text field, `""` for none.
    pub(crate) fn upload(&mut self, key: &str, texts: &[&str]) {
        let mut values = vec![Value::String(key.to_owned())];
        let text =
            |text: &&str| if text.is_empty() { Value::Null } else { Value::String((*text).to_owned()) };
        values.extend(texts.iter().map(text));
        self.upload_document(&Document { values });
    }

    /// Uploads a document; its sequence number is the number of uploads with it.
    pub(crate) fn upload_document(&mut self, document: &Document) {
        self.delete(document.key(self.packer.schema()));
        self.uploaded += 1;
        let packed = self.packer.pack(self.uploaded, document, &mut self.scratch);
        self.writer().add_document(packed).unwrap();
    }

    pub(crate) fn delete(&self, key: &str) {
        let document = DocumentOfKey::new(self.schema().key_field().id, key);
        self.writer().delete_query(Box::new(document)).unwrap();
    }

    /// Makes what was written visible, as a segment of its own.
    pub(crate) fn commit(&mut self) {
        self.writer.as_mut().unwrap().commit().unwrap();
        self.refresh();
    }

    /// Closes the writer and opens it again, as an index does that was idle.
    pub(crate) fn open_writer_anew(&mut self) {
        self.writer = None;
        self.writer = Some(open_writer(&self.index));
    }

    /// Makes one segment of all, in upload order.
    pub(crate) fn merge(&mut self) {
        let ids = self.snapshot.segment_ids();
        self.writer.as_mut().unwrap().merge(&ids).wait().unwrap();
        self.refresh();
    }

    fn refresh(&mut self) {
        self.snapshot =
            Snapshot::open(&self.index, None, Some(&self.snapshot), self.uploaded, &self.filters).unwrap();
    }

    /// Searches by both strategies, which must agree.
    pub(crate) fn search(&self, search: &Search) -> Hits {
        self.try_search(search).unwrap()
    }

    /// [`Corpus::search`], which may be refused.
    pub(crate) fn try_search(&self, search: &Search) -> Result<Hits, EngineError> {
        let by = |strategy| {
            search_by(strategy, &self.snapshot, self.schema(), search, &self.synonyms, &Cancel::never())
        };
        let hits = by(Strategy::Pruned)?;
        assert_eq!(hits, by(Strategy::Exhaustive)?, "{:?}", search.text);
        Ok(hits)
    }

    /// Has a field's searches expanded by these rules from now on.
    pub(crate) fn expand(&mut self, field: &str, rules: &str) {
        let field = self.field(field).clone();
        let analyzer = field.search_analyzer.as_ref().unwrap();
        let rules = SynonymRules::of_map(rules, analyzer).unwrap();
        self.synonyms.insert(field.id, Arc::new(rules));
    }

    /// The keys of what is found, in order of the keys, without spaces between.
    pub(crate) fn found(&self, text: &str, mode: SearchMode) -> String {
        let mut keys: Vec<_> = self.best(text, mode).into_iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.concat()
    }

    /// The keys and scores of the best thousand.
    pub(crate) fn best(&self, text: &str, mode: SearchMode) -> Vec<(String, f32)> {
        self.best_in(text, mode, &[])
    }

    /// [`Corpus::best`] in some fields only.
    pub(crate) fn best_in(&self, text: &str, mode: SearchMode, fields: &[&str]) -> Vec<(String, f32)> {
        let request = Request {
            search: Some(text),
            search_mode: mode,
            search_fields: fields.to_vec(),
            top: Some(1000),
            ..Request::default()
        };
        let search = lazuli_query::bind(self.schema(), &request).unwrap();
        self.keys(&self.search(&search))
    }

    /// Keys and scores of hits. Documents must be alive and keys unique.
    pub(crate) fn keys(&self, hits: &Hits) -> Vec<(String, f32)> {
        let known: Vec<_> = self.snapshot.segments().iter().map(|view| self.keys_in(view)).collect();
        let key = |segment: u32, document| {
            assert!(self.snapshot.segments()[segment as usize].is_alive(document));
            known[segment as usize][&document].clone()
        };
        hits.hits.iter().map(|hit| (key(hit.segment, hit.document), hit.score)).collect()
    }

    /// The key of every document of a segment.
    fn keys_in(&self, view: &SegmentView) -> HashMap<u32, String> {
        let prefix = terms::prefix(self.schema().key_field().id);
        let mut keys = HashMap::new();
        let mut terms = view.exact().terms().range().into_stream().unwrap();
        while terms.advance() {
            let Some(key) = terms.key().strip_prefix(prefix.as_slice()) else { continue };
            let option = tantivy::schema::IndexRecordOption::Basic;
            let mut postings = view.exact().read_block_postings_from_terminfo(terms.value(), option).unwrap();
            while !postings.docs().is_empty() {
                for document in postings.docs() {
                    keys.insert(*document, String::from_utf8(key.to_vec()).unwrap());
                }
                postings.advance();
            }
        }
        keys
    }
}
