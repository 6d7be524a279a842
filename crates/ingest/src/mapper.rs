//! Parsing and mapping of one indexer as the [`Shape`] of its runs: what documents an item has, and which are to be deleted
//! with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use lazuli_catalog::document::ActionKind;

use crate::map::{Mapped, Mapping};
use crate::parse::{Parsing, Records, records};
use crate::run::{Documents, Shape};
use crate::source::{BoxFuture, Item, ItemError, Note, SourceError};
use crate::state::ResetList;
use crate::task;

/// Items from this size on are parsed and mapped off the threads that wait for the network.
pub(crate) const LARGE_BYTES: u64 = 256 << 10;

/// See the module.
#[derive(Debug)]
pub struct Mapper {
    mapping: Arc<Mapping>,
    parsing: Arc<Parsing>,
    action: ActionKind,
}

impl Mapper {
    /// `action` is how documents are written.
    pub fn new(mapping: Mapping, parsing: Parsing, action: ActionKind) -> Mapper {
        Mapper { mapping: Arc::new(mapping), parsing: Arc::new(parsing), action }
    }

    /// The ids of the items that these documents are of; nothing if all items are asked for, or if only reading them tells.
    pub fn items(&self, documents: &ResetList) -> Option<Vec<String>> {
        if documents.is_empty() || !(documents.keys.is_empty() || self.keys_tell_items()) {
            return None;
        }
        let has_many = self.parsing.is_one_to_many();
        let of_keys = documents.keys.iter().map(|key| self.mapping.item_of_key(key, has_many));
        let mut ids: BTreeSet<String> = of_keys.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        ids.extend(documents.ids.iter().cloned());
        Some(ids.into_iter().collect())
    }

    /// Whether no document has a key of its own, in the data.
    fn keys_tell_items(&self) -> bool {
        self.mapping.maps_key() || !self.parsing.has_own_fields()
    }

    /// Whether the key of an item's only document is known before its content is read.
    fn knows_key(&self) -> bool {
        !self.parsing.is_one_to_many() && self.keys_tell_items()
    }

    fn read(&self, item: Item, action: ActionKind) -> Box<dyn Documents> {
        let is_large = item.content.as_ref().is_some_and(|content| content.size() >= LARGE_BYTES);
        Box::new(MappedRecords {
            is_large: is_large && !self.parsing.is_streamed(),
            records: records(item, &self.parsing),
            mapping: Arc::clone(&self.mapping),
            action,
        })
    }

    fn unknown_keys(&self, item: Item) -> Note {
        let details = "An item of this parsing mode has many documents. It is gone, and with it what tells their keys, so they \
                       stay in the index.";
        Note {
            id: Some(item.id),
            message: "Could not delete the documents of a deleted item".to_owned(),
            details: Some(details.to_owned()),
            name: Some(self.parsing.operation().to_owned()),
            link: None,
        }
    }
}

impl Shape for Mapper {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        self.read(item, self.action)
    }

    /// An item that its owner has marked as deleted still has its content, which is read where it alone tells the keys. The
    /// service's pages do not agree on whether the many documents of one item are deleted (`indexers.md` §2.1); here they are.
    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note> {
        let by_metadata = self.mapping.deletion(&item);
        if self.knows_key() && by_metadata.is_ok() {
            return Ok(Box::new(Single(Some(by_metadata))));
        }
        match (item.content.is_some(), self.parsing.is_one_to_many()) {
            (true, _) => Ok(self.read(item, ActionKind::Delete)),
            (false, true) => Err(self.unknown_keys(item)),
            (false, false) => Ok(Box::new(Single(Some(by_metadata)))),
        }
    }

    fn deletion_of_key(&self, key: &str) -> Mapped {
        self.mapping.deletion_of_key(key)
    }

    fn key(&self, item: &Item) -> Option<String> {
        if self.knows_key() { self.mapping.key(item, None).ok() } else { None }
    }
}

/// One action that is known already.
struct Single(Option<Result<Mapped, ItemError>>);

impl Documents for Single {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        let next = self.0.take();
        Box::pin(async { Ok(next) })
    }
}

struct MappedRecords {
    records: Box<dyn Records>,
    mapping: Arc<Mapping>,
    action: ActionKind,
    /// Mapping one of its records may take long.
    is_large: bool,
}

impl Documents for MappedRecords {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        Box::pin(async {
            let record = match self.records.next().await? {
                None => return Ok(None),
                Some(Err(error)) => return Ok(Some(Err(error))),
                Some(Ok(record)) => record,
            };
            if !self.is_large {
                return Ok(Some(self.mapping.document(&record, self.action)));
            }
            let (mapping, action) = (Arc::clone(&self.mapping), self.action);
            task::blocking(move || mapping.document(&record, action)).await.map(Some)
        })
    }
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::data_sources::SourceType;
    use lazuli_catalog::index::{self, Rules};
    use lazuli_wire::ApiVersion;
    use lazuli_wire::indexes::Index;
    use serde_json::{Value, json};

    use super::*;
    use crate::parse::memory;

    const PATH: &str = "https://a/c/b";
    const TAIL: &str = "aHR0cHM6Ly9hL2MvYg2";

    fn mapper(mode: &str, key: Option<&str>) -> Mapper {
        let fields =
            json!([{"name": "id", "type": "Edm.String", "key": true}, {"name": "n", "type": "Edm.Int32"}]);
        let index = json!({"name": "hotels", "fields": fields}).to_string();
        let index = Index::parse(index.as_bytes(), ApiVersion::NEWEST).unwrap();
        let schema = Arc::new(index::bind(&index, None, &Rules::default()).unwrap().schema);
        let mappings: Value = key.map_or(json!([]), |source| {
            let function = json!({"name": "base64Encode"});
            json!([{"sourceFieldName": source, "targetFieldName": "id", "mappingFunction": function}])
        });
        let indexer = json!({"dataSourceName": "d", "targetIndexName": "hotels", "fieldMappings": mappings,
            "parameters": {"configuration": {"parsingMode": mode}}});
        let indexer = serde_json::from_value(indexer).unwrap();
        let mapping = Mapping::bind(&indexer, SourceType::AzureBlob, &schema).unwrap();
        let parsing = Parsing::bind(&indexer, SourceType::AzureBlob).unwrap();
        Mapper::new(mapping, parsing, ActionKind::MergeOrUpload)
    }

    fn item(content: Option<&str>) -> Item {
        let fields = json!({"metadata_storage_path": PATH, "metadata_storage_name": "b"});
        let content = content.map(|text| memory(text.as_bytes()));
        Item { id: PATH.to_owned(), fields: fields.as_object().unwrap().clone(), content }
    }

    fn keys(mut documents: Box<dyn Documents>) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut keys = Vec::new();
        while let Some(mapped) = runtime.block_on(documents.next()).unwrap() {
            let mapped = mapped.unwrap();
            assert!(mapped.action.starts_with("{\"@search.action\":\"delete\",\"id\":"), "{}", mapped.action);
            keys.push(mapped.key);
        }
        keys
    }

    #[test]
    fn what_was_made_of_an_item_is_deleted_with_it() {
        let rows = "{\"id\":\"7\",\"n\":1}\n{\"id\":\"8\",\"n\":2}\n";
        let no_key = "{\"n\":1}\n{\"n\":2}\n";
        let encoded = |text: &str| crate::map::token_encode(text.as_bytes());
        let rows_of_path = vec![encoded(&format!("{PATH};1")), encoded(&format!("{PATH};2"))];
        for (mode, key, content, expected) in [
            ("default", None, None, vec![TAIL.to_owned()]),
            ("default", None, Some("text"), vec![TAIL.to_owned()]),
            ("jsonLines", None, Some(rows), vec!["7".to_owned(), "8".to_owned()]),
            ("jsonLines", None, Some(no_key), rows_of_path.clone()),
            ("jsonLines", Some("AzureSearch_DocumentKey"), Some(rows), rows_of_path.clone()),
            ("json", None, Some("{\"id\":\"7\"}"), vec!["7".to_owned()]),
            ("json", Some("metadata_storage_path"), Some("no JSON"), vec![TAIL.to_owned()]),
            ("json", None, None, vec![TAIL.to_owned()]),
        ] {
            let deletion = mapper(mode, key).deletion(item(content));
            assert_eq!(keys(deletion.ok().unwrap()), expected, "{mode} {key:?} {content:?}");
        }
        let note = mapper("jsonLines", None).deletion(item(None)).err().unwrap();
        assert_eq!(
            (note.id.as_deref(), note.name.as_deref()),
            (Some(PATH), Some("DocumentExtraction.azureblob.d"))
        );
    }

    #[test]
    fn documents_lead_back_to_items_where_their_keys_are_paths() {
        let list = |keys: &[&str], ids: &[&str]| ResetList {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        };
        let some = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        let row = crate::map::token_encode(format!("{PATH};3").as_bytes());
        for (mode, key, list, expected) in [
            ("default", None, list(&[], &[]), None),
            ("default", None, list(&[TAIL, "!"], &["x"]), some(&[PATH, "x"])),
            ("default", Some("metadata_storage_name"), list(&[TAIL], &[]), None),
            ("jsonLines", None, list(&[&row], &[]), None),
            ("jsonLines", None, list(&[], &["x"]), some(&["x"])),
            ("jsonLines", Some("AzureSearch_DocumentKey"), list(&[&row], &[]), some(&[PATH])),
            ("markdown", None, list(&[&row], &[]), some(&[PATH])),
        ] {
            assert_eq!(mapper(mode, key).items(&list), expected, "{mode} {key:?} {list:?}");
        }
    }

    #[test]
    fn the_key_of_an_item_is_known_unless_its_content_may_have_another() {
        for (mode, key, expected) in [
            ("default", None, Some(TAIL)),
            ("json", None, None),
            ("json", Some("metadata_storage_path"), Some(TAIL)),
            ("jsonArray", Some("metadata_storage_path"), None),
        ] {
            assert_eq!(mapper(mode, key).key(&item(None)).as_deref(), expected, "{mode} {key:?}");
        }
    }

    #[test]
    fn large_items_are_mapped_elsewhere_with_the_same_result() {
        let long = "x".repeat(usize::try_from(LARGE_BYTES).unwrap());
        let documents = mapper("json", None)
            .read(item(Some(&format!("{{\"id\":\"7\",\"t\":\"{long}\"}}"))), ActionKind::Delete);
        assert_eq!(keys(documents), ["7"]);
    }
}
