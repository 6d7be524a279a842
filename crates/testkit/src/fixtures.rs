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
