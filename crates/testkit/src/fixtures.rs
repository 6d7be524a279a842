//! Indexes that scenarios and tests begin with.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::client::{Client, Request};

/// Makes a fixture's index and fills it. False if its data is not on this machine.
///
/// | name | what |
/// |---|---|
/// | `museums` | the sample data that Lazuli ships |
/// | `hotels10` | the ten documents of the golden scores (`query.md` §11), where the references are at hand |
/// | `kinds` | seven documents with fields of every type, nulls, empties and nested collections |
/// | `stays` | the hotels of the SDK journeys |
/// | `thousands` | 2 300 documents with the keys `0001` to `2300` and a number that falls from 2 300 to 1 |
/// | `wide` | three documents with 999 texts `f1` to `f999`: `word` and the document's key in all of them, and `only` in one each |
/// | `numbers` | 120 documents with the keys `1` to `120` and a text that all have |
pub fn set_up(client: &Client, name: &str) -> anyhow::Result<bool> {
    match name {
        "museums" => {
            let sample = repository().join("crates/cli/sample");
            create(client, &read(&sample.join("museums.index.json"))?)?;
            fill(client, "museums", &read(&sample.join("museums.documents.json"))?)?;
        }
        "hotels10" => {
            let golden = repository().join("../shared/reference/golden/hotels10.json");
            if !golden.exists() {
                return Ok(false);
            }
            let mut golden = read(&golden)?;
            if let Some(definition) = golden["index"].as_object_mut() {
                // They change no score of a search that names no profile, and Lazuli does not have them yet.
                definition.retain(|member, _| matches!(member.as_str(), "name" | "fields"));
            }
            create(client, &golden["index"])?;
            fill(client, "hotels10", &json!({ "value": golden["documents"] }))?;
        }
        "kinds" => {
            let mut kinds = read(&repository().join("tests/scenarios/filter/kinds.json"))?;
            create(client, &kinds["index"])?;
            fill(client, "kinds", &json!({ "value": kinds["documents"].take() }))?;
        }
        "stays" => {
            let folder = repository().join("tests/sdk/data");
            let mut definition = read(&folder.join("hotels.index.json"))?;
            definition["name"] = "stays".into();
            create(client, &definition)?;
            fill(client, "stays", &json!({ "value": read(&folder.join("hotels.json"))? }))?;
        }
        "thousands" => {
            let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
            let fields = json!([
                { "name": "id", "type": "Edm.String", "key": true, "sortable": true },
                field("left", "Edm.Int32"),
            ]);
            create(client, &json!({ "name": "thousands", "fields": fields }))?;
            let documents: Vec<Value> =
                (1..=2300).map(|n| json!({ "id": format!("{n:04}"), "left": 2301 - n })).collect();
            for batch in documents.chunks(1000) {
                fill(client, "thousands", &json!({ "value": batch }))?;
            }
        }
        "wide" => {
            let text = |n: u32| json!({ "name": format!("f{n}"), "type": "Edm.String" });
            let mut fields =
                vec![json!({ "name": "id", "type": "Edm.String", "key": true, "searchable": false })];
            fields.extend((1..=999).map(text));
            create(client, &json!({ "name": "wide", "fields": fields }))?;
            let document = |id: u32| {
                let mut members = serde_json::Map::from_iter([("id".to_owned(), id.to_string().into())]);
                for n in 1..=999 {
                    let only = if n == 300 * id { " only" } else { "" };
                    members.insert(format!("f{n}"), format!("word {id}{only}").into());
                }
                Value::Object(members)
            };
            fill(client, "wide", &json!({ "value": (1..=3).map(document).collect::<Vec<_>>() }))?;
        }
        "numbers" => {
            create(
                client,
                &json!({
                    "name": "numbers",
                    "fields": [
                        { "name": "id", "type": "Edm.String", "key": true },
                        { "name": "text", "type": "Edm.String" },
                        { "name": "square", "type": "Edm.Int32" },
                    ],
                }),
            )?;
            let document =
                |n: u32| json!({ "id": n.to_string(), "text": format!("number {n}"), "square": n * n });
            fill(client, "numbers", &json!({ "value": (1..=120).map(document).collect::<Vec<_>>() }))?;
        }
        other => bail!("there is no fixture '{other}'"),
    }
    Ok(true)
}

/// Copies a file, or a folder with everything in it.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !from.is_dir() {
        fs_err::copy(from, to)?;
        return Ok(());
    }
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> anyhow::Result<Value> {
    serde_json::from_slice(&fs_err::read(path)?).with_context(|| path.display().to_string())
}

fn create(client: &Client, definition: &Value) -> anyhow::Result<()> {
    client.must(&Request::post("/indexes", definition)).map(drop)
}

fn fill(client: &Client, index: &str, batch: &Value) -> anyhow::Result<()> {
    client.must(&Request::post(&format!("/indexes('{index}')/docs/search.index"), batch)).map(drop)
}
