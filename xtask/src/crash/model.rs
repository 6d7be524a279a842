//! What the service must hold: documents as plain maps, and what each action does to them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::random::Random;

/// A document without its nulls and empty collections: an absent member and an empty one are the same here.
pub(crate) type Document = Map<String, Value>;

/// Documents by key.
pub(crate) type Documents = BTreeMap<String, Document>;

/// The four actions of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Upload,
    Merge,
    MergeOrUpload,
    Delete,
}

/// One action.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) kind: Kind,
    pub(crate) key: String,
    pub(crate) fields: Document,
}

impl Action {
    /// As it stands in a batch.
    pub(crate) fn to_json(&self) -> Value {
        let name = match self.kind {
            Kind::Upload => "upload",
            Kind::Merge => "merge",
            Kind::MergeOrUpload => "mergeOrUpload",
            Kind::Delete => "delete",
        };
        let mut json = Map::new();
        json.insert("@search.action".to_owned(), json!(name));
        json.insert("id".to_owned(), json!(self.key));
        json.extend(self.fields.clone());
        Value::Object(json)
    }

    /// Does what the action says and gives the status the service must answer (`api.md` §2.3).
    pub(crate) fn apply(&self, documents: &mut Documents) -> u16 {
        let exists = documents.contains_key(&self.key);
        match self.kind {
            Kind::Delete => {
                documents.remove(&self.key);
                200
            }
            Kind::Merge if !exists => 404,
            Kind::Upload => {
                documents.insert(self.key.clone(), present(self.fields.clone()));
                if exists { 200 } else { 201 }
            }
            Kind::Merge | Kind::MergeOrUpload => {
                let document = documents.entry(self.key.clone()).or_default();
                merge(document, &self.fields);
                if exists { 200 } else { 201 }
            }
        }
    }
}

/// What `batch` makes of `documents`.
pub(crate) fn applied(documents: &Documents, batch: &[Action]) -> Documents {
    let mut after = documents.clone();
    for action in batch {
        action.apply(&mut after);
    }
    after
}

/// Members that are given replace; of the complex field only its members that are given.
fn merge(document: &mut Document, fields: &Document) {
    for (name, value) in fields {
        match (document.get_mut(name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            _ => {
                document.insert(name.clone(), value.clone());
            }
        }
    }
    *document = present(std::mem::take(document));
}

/// Drops nulls, empty collections and objects in which nothing is left, as well as the key and annotations.
pub(crate) fn present(document: Document) -> Document {
    document
        .into_iter()
        .filter(|(name, _)| name != "id" && !name.starts_with('@'))
        .filter_map(|(name, value)| match value {
            Value::Null => None,
            Value::Array(items) if items.is_empty() => None,
            Value::Object(members) => {
                let members = present(members);
                (!members.is_empty()).then_some((name, Value::Object(members)))
            }
            other @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                Some((name, other))
            }
        })
        .collect()
}

/// Field values that carry `token`, so that a search for it finds exactly this version. A part of a document names
/// only some of the fields, as a merge does.
pub(crate) fn fields(random: &mut Random, token: &str, whole: bool, added: &[String]) -> Document {
    const WORDS: [&str; 6] = ["harbour", "lantern", "meadow", "quarry", "orchard", "viaduct"];
    let mut document = Document::new();
    if whole || random.chance(50) {
        document.insert("first".to_owned(), json!(format!("common {token}a {}", random.pick(&WORDS))));
    }
    if whole || random.chance(50) {
        document.insert("second".to_owned(), json!(format!("{} {token}b", random.pick(&WORDS))));
    }
    if random.chance(60) {
        document.insert("number".to_owned(), json!(random.below(1 << 40)));
    }
    if random.chance(40) {
        let tags: Vec<&str> = (0..random.below(4)).map(|_| *random.pick(&WORDS)).collect();
        document.insert("tags".to_owned(), json!(tags));
    }
    if random.chance(40) {
        let member = *random.pick(&["city", "street"]);
        document.insert(
            "place".to_owned(),
            json!({ member: format!("{} {}", random.pick(&WORDS), random.below(100)) }),
        );
    }
    if random.chance(10) {
        document.insert("number".to_owned(), Value::Null);
    }
    if !added.is_empty() && random.chance(30) {
        document.insert(random.pick(added).clone(), json!(format!("{token}c later")));
    }
    document
}

/// The index definition with the fields added so far.
pub(crate) fn definition(index: &str, added: &[String]) -> Value {
    let mut fields = vec![
        json!({"name": "id", "type": "Edm.String", "key": true}),
        json!({"name": "first", "type": "Edm.String", "searchable": true}),
        json!({"name": "second", "type": "Edm.String", "searchable": true, "analyzer": "en.lucene"}),
        json!({"name": "number", "type": "Edm.Int64"}),
        json!({"name": "tags", "type": "Collection(Edm.String)", "searchable": true, "analyzer": "keyword"}),
        json!({"name": "place", "type": "Edm.ComplexType", "fields": [
            {"name": "city", "type": "Edm.String", "searchable": true},
            {"name": "street", "type": "Edm.String", "searchable": false},
        ]}),
    ];
    fields.extend(added.iter().map(|name| json!({"name": name, "type": "Edm.String", "searchable": true})));
    json!({"name": index, "fields": fields})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(kind: Kind, fields: Value) -> Action {
        let Value::Object(fields) = fields else { panic!("an object") };
        Action { kind, key: "k".to_owned(), fields }
    }

    #[test]
    fn actions_do_what_the_service_does() {
        let mut documents = Documents::new();
        assert_eq!(action(Kind::Merge, json!({"a": 1})).apply(&mut documents), 404);
        assert_eq!(action(Kind::Upload, json!({"a": 1, "b": null, "c": []})).apply(&mut documents), 201);
        assert_eq!(Value::Object(documents["k"].clone()), json!({"a": 1}));
        assert_eq!(action(Kind::Merge, json!({"p": {"x": 1}})).apply(&mut documents), 200);
        assert_eq!(action(Kind::MergeOrUpload, json!({"a": null, "p": {"y": 2}})).apply(&mut documents), 200);
        assert_eq!(Value::Object(documents["k"].clone()), json!({"p": {"x": 1, "y": 2}}));
        assert_eq!(action(Kind::Delete, json!({})).apply(&mut documents), 200);
        assert_eq!(action(Kind::Delete, json!({})).apply(&mut documents), 200);
        assert!(documents.is_empty());
    }
}
