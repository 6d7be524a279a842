//! Seeded random batches, queries, added fields and reopenings against a plain map.
//!
//! `LAZULI_SEED=<n>` replays one run, `LAZULI_MODEL_STEPS=<n>` makes it longer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{Engine, Index, Settings};
use lazuli_catalog::Schema;
use lazuli_platform::random::{OsRandom, Random, SeededRandom};
use serde_json::{Value, json};

use super::helper::{self, GENERATION};

const WORDS: [&str; 12] = [
    "amber", "basalt", "cobalt", "dolomite", "emerald", "flint", "garnet", "hematite", "iolite", "jade",
    "kyanite", "lazuli",
];

struct Model {
    random: SeededRandom,
    definition: Value,
    schema: Schema,
    /// Key → (order of its last write, document as it must come back).
    documents: BTreeMap<String, (u64, Value)>,
    writes: u64,
}

impl Model {
    fn below(&self, n: u64) -> u64 {
        self.random.u64() % n
    }

    fn words(&self, most: u64) -> String {
        let count = self.below(most + 1);
        (0..count).map(|_| WORDS[self.below(WORDS.len() as u64) as usize]).collect::<Vec<_>>().join(" ")
    }

    fn members(&self) -> Value {
        let mut members = json!({});
        let fields = self.definition["fields"].as_array().unwrap();
        for field in fields.iter().skip(1) {
            if self.below(3) == 0 {
                continue;
            }
            let name = field["name"].as_str().unwrap();
            members[name] = match field["type"].as_str().unwrap() {
                "Edm.String" if self.below(6) == 0 => Value::Null,
                "Edm.String" => json!(self.words(6)),
                "Edm.Int32" => json!(self.below(100) as i64 - 50),
                "Collection(Edm.String)" => {
                    json!((0..self.below(4)).map(|_| self.words(2)).collect::<Vec<_>>())
                }
                "Edm.ComplexType" if self.below(6) == 0 => Value::Null,
                "Edm.ComplexType" => match self.below(3) {
                    0 => json!({"city": self.words(1)}),
                    1 => json!({"zip": null}),
                    _ => json!({"city": self.words(2), "zip": "z9"}),
                },
                "Collection(Edm.ComplexType)" => json!(
                    (0..self.below(3))
                        .map(|n| if n == 1 { json!({}) } else { json!({"kind": self.words(2), "beds": n}) })
                        .collect::<Vec<_>>()
                ),
                other => panic!("no value for {other}"),
            };
        }
        members
    }

    /// The value a missing field has.
    fn nothing(field: &Value) -> Value {
        if field["type"].as_str().unwrap().starts_with("Collection") { json!([]) } else { Value::Null }
    }

    fn completed(field: &Value, value: &Value) -> Value {
        let sub_fields = || field["fields"].as_array().unwrap();
        let object = |value: &Value| -> Value {
            sub_fields()
                .iter()
                .map(|sub| {
                    let name = sub["name"].as_str().unwrap();
                    (name.to_owned(), value.get(name).cloned().unwrap_or_else(|| Self::nothing(sub)))
                })
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        match (field["type"].as_str().unwrap(), value) {
            ("Edm.ComplexType", Value::Object(_)) => object(value),
            ("Collection(Edm.ComplexType)", Value::Array(elements)) => elements.iter().map(object).collect(),
            _ => value.clone(),
        }
    }

    fn upload(&mut self, key: &str, members: &Value) {
        let mut document = json!({"id": key});
        for field in self.definition["fields"].as_array().unwrap().iter().skip(1) {
            let name = field["name"].as_str().unwrap();
            let value = members.get(name).map(|value| Self::completed(field, value));
            document[name] = value.unwrap_or_else(|| Self::nothing(field));
        }
        self.writes += 1;
        self.documents.insert(key.to_owned(), (self.writes, document));
    }

    fn merge(&mut self, key: &str, members: &Value) {
        self.writes += 1;
        let (order, document) = self.documents.get_mut(key).unwrap();
        *order = self.writes;
        for field in self.definition["fields"].as_array().unwrap().iter().skip(1) {
            let name = field["name"].as_str().unwrap();
            let Some(value) = members.get(name) else { continue };
            if field["type"] == "Edm.ComplexType" && value.is_object() && document[name].is_object() {
                for (member, value) in value.as_object().unwrap() {
                    document[name][member] = value.clone();
                }
            } else {
                document[name] = Self::completed(field, value);
            }
        }
    }

    /// A random batch, with the statuses it must have; applied to the model.
    fn batch(&mut self) -> (Vec<Value>, Vec<u16>) {
        let (mut actions, mut statuses) = (Vec::new(), Vec::new());
        for _ in 0..=self.below(if self.below(4) == 0 { 60 } else { 6 }) {
            let key = format!("k{}", self.below(40));
            let exists = self.documents.contains_key(&key);
            let members = self.members();
            let kind = ["upload", "merge", "mergeOrUpload", "delete"][self.below(4) as usize];
            let mut action = json!({"@search.action": kind, "id": key});
            if kind != "delete" {
                action.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            }
            statuses.push(match (kind, exists) {
                ("delete", _) => {
                    self.documents.remove(&key);
                    200
                }
                ("merge", false) => 404,
                ("merge" | "mergeOrUpload", true) => {
                    self.merge(&key, &members);
                    200
                }
                (_, exists) => {
                    self.upload(&key, &members);
                    if exists { 200 } else { 201 }
                }
            });
            actions.push(action);
        }
        (actions, statuses)
    }

    fn add_field(&mut self, index: &Index) {
        let number = self.definition["fields"].as_array().unwrap().len();
        let types = ["Edm.String", "Edm.Int32", "Collection(Edm.String)"];
        let field = json!({"name": format!("f{number}"), "type": types[self.below(3) as usize]});
        let nothing = Self::nothing(&field);
        let name = field["name"].as_str().unwrap().to_owned();
        let old = self.definition.clone();
        let fields = self.definition["fields"].as_array_mut().unwrap();
        // In front of others, too: documents are stored by field, not by place.
        fields.insert(number - number / 3, field);
        self.schema = helper::bind(&self.definition, Some((&self.schema, &old)));
        index.set_schema(Arc::new(self.schema.clone())).unwrap();
        for (_, document) in self.documents.values_mut() {
            document[&name] = nothing.clone();
        }
    }

    fn check(&self, index: &Index) {
        let key = format!("k{}", self.below(40));
        assert_eq!(
            helper::get(index, &key),
            self.documents.get(&key).map(|(_, document)| document.clone()),
            "{key}"
        );

        let all = helper::search(index, None);
        let mut expected: Vec<&(u64, Value)> = self.documents.values().collect();
        expected.sort_by_key(|(order, _)| *order);
        let expected: Vec<&Value> = expected.into_iter().map(|(_, document)| document).collect();
        assert_eq!(all.total as usize, expected.len());
        assert_eq!(all.documents.iter().collect::<Vec<_>>(), expected, "match-all keeps upload order");

        let word = WORDS[self.below(WORDS.len() as u64) as usize];
        let found = helper::search(index, Some(word));
        let holds = |document: &&Value| contains(document, word);
        let expected: BTreeSet<&str> =
            self.documents.values().map(|(_, document)| document).filter(holds).map(key_of).collect();
        let keys = found.keys("id");
        assert_eq!(keys.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{word}");
        assert_eq!(found.total as usize, keys.len());
        assert!(found.scores.is_sorted_by(|a, b| a >= b));
    }
}

fn key_of(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

/// Whether any text of the document holds the word; numbers are no text.
fn contains(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.split(' ').any(|part| part == word),
        Value::Array(elements) => elements.iter().any(|element| contains(element, word)),
        Value::Object(members) => members.values().any(|member| contains(member, word)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn definition() -> Value {
    json!({"name": "model", "fields": [
        {"name": "id", "type": "Edm.String", "key": true, "searchable": false},
        {"name": "title", "type": "Edm.String"},
        {"name": "rank", "type": "Edm.Int32"},
        {"name": "tags", "type": "Collection(Edm.String)"},
        {"name": "address", "type": "Edm.ComplexType", "fields": [
            {"name": "city", "type": "Edm.String"}, {"name": "zip", "type": "Edm.String"}]},
        {"name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "kind", "type": "Edm.String"}, {"name": "beds", "type": "Edm.Int32"}]},
    ]})
}

fn number_from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_work_matches_a_plain_map() {
    let seed = number_from_env("LAZULI_SEED").unwrap_or_else(|| OsRandom.u64());
    let steps = number_from_env("LAZULI_MODEL_STEPS").unwrap_or(400);
    println!("LAZULI_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    // Small limits, so that checkpoints and spilled files happen within the run.
    let settings = Settings { checkpoint_bytes: 60_000, ram_file_bytes_max: 20_000, ..Settings::default() };
    let definition = definition();
    let schema = helper::bind(&definition, None);
    let mut model =
        Model { random: SeededRandom::new(seed), definition, schema, documents: BTreeMap::new(), writes: 0 };
    let mut engine = helper::engine_with(folder.path(), settings.clone());
    let mut index = engine.create(GENERATION, Arc::new(model.schema.clone())).unwrap();
    for step in 0..steps {
        let (actions, statuses) = model.batch();
        assert_eq!(helper::append(&index, &actions).unwrap(), statuses, "step {step}");
        match model.below(40) {
            0 => model.add_field(&index),
            1 => (engine, index) = reopened(engine, folder.path(), &settings, &model),
            _ => (),
        }
        if model.below(2) == 0 {
            model.check(&index);
        }
    }
    (engine, index) = reopened(engine, folder.path(), &settings, &model);
    model.check(&index);
    engine.shutdown();
}

fn reopened(
    engine: Engine,
    root: &std::path::Path,
    settings: &Settings,
    model: &Model,
) -> (Engine, Arc<Index>) {
    engine.shutdown();
    drop(engine);
    let engine = helper::engine_with(root, settings.clone());
    let index = engine.open(GENERATION, Arc::new(model.schema.clone()));
    (engine, index)
}
