//! The demo's second half: a folder of files, read by an indexer instead of being pushed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use lazuli_platform::clock::Clock;
use serde_json::{Value, json};

use super::{Client, millis, show_search};
use crate::logs::say;

/// The definitions of index, data source and indexer; the data source's connection string is added.
const DEFINITIONS: &str = include_str!("../../sample/guides.definitions.json");
/// The files by name.
const FILES: [(&str, &str); 5] = [
    ("harbour-walk.md", include_str!("../../sample/guides/harbour-walk.md")),
    ("lift-repairs.txt", include_str!("../../sample/guides/lift-repairs.txt")),
    ("night-opening.html", include_str!("../../sample/guides/night-opening.html")),
    ("tickets.json", include_str!("../../sample/guides/tickets.json")),
    ("volunteers.csv", include_str!("../../sample/guides/volunteers.csv")),
];
/// How often the status is asked for.
const POLL: Duration = Duration::from_millis(100);
/// How long the run may take until the demo gives up; it takes a fraction of a second.
const RUN_TIME_MAX: Duration = Duration::from_secs(60);

/// Where the files lie; the service has to be allowed to read there.
pub(super) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("demo-guides")
}

/// Puts the files there.
pub(super) fn write_files(folder: &Path) -> std::io::Result<()> {
    fs_err::create_dir_all(folder)?;
    FILES.iter().try_for_each(|(name, text)| fs_err::write(folder.join(name), text))
}

/// Defines index, data source and indexer, waits for the run that this begins, and shows how it went.
pub(super) fn show(client: &Client, folder: &Path) -> anyhow::Result<()> {
    let mut definitions: Value = serde_json::from_str(DEFINITIONS)?;
    definitions["dataSource"]["credentials"] =
        json!({ "connectionString": format!("Folder={}", fs_err::canonicalize(folder)?.display()) });
    say(&format!("\n── A folder, crawled by an indexer: {} ──", folder.display()));
    let before = last_start(client)?;
    for (path, member) in [
        ("/indexes('guides')", "index"),
        ("/datasources('guides-folder')", "dataSource"),
        ("/indexers('guides-indexer')", "indexer"),
    ] {
        client.must("PUT", path, &definitions[member].to_string())?;
        say(&format!("PUT {path}"));
    }
    let result = ended(client, before.as_deref())?;
    say("GET /indexers('guides-indexer')/search.status, its lastResult:");
    let shown = ["status", "startTime", "endTime", "itemsProcessed", "itemsFailed", "errors", "warnings"];
    let shown: Value = shown.iter().map(|member| ((*member).to_owned(), result[*member].clone())).collect();
    say(&serde_json::to_string_pretty(&shown)?);
    if result["status"] != "success" {
        bail!("The folder could not be crawled: {}", result["errorMessage"]);
    }
    let body = json!({ "search": "clock + midnight | rope", "select": "file,bytes,changed", "count": true });
    show_search(client, "guides", "Words in files", &body)
}

/// When the newest run began, if the indexer is there from an earlier demo.
fn last_start(client: &Client) -> anyhow::Result<Option<String>> {
    let (_, status, _) = client.send("GET", "/indexers('guides-indexer')/search.status", "")?;
    Ok(status["lastResult"]["startTime"].as_str().map(str::to_owned))
}

/// The result of the run that was begun by the definition, when it has ended.
fn ended(client: &Client, before: Option<&str>) -> anyhow::Result<Value> {
    let began = client.clock.monotonic();
    loop {
        let (status, _) = client.must("GET", "/indexers('guides-indexer')/search.status", "")?;
        let result = &status["lastResult"];
        let is_new = !result.is_null() && result["startTime"].as_str() != before;
        if is_new && result["status"] != "inProgress" {
            return Ok(result.clone());
        }
        let waited = client.clock.monotonic().saturating_sub(began);
        if waited > RUN_TIME_MAX {
            bail!("The indexer has not ended after {}.", millis(waited));
        }
        std::thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_fit_together() {
        let definitions: Value = serde_json::from_str(DEFINITIONS).unwrap();
        let indexer = &definitions["indexer"];
        assert_eq!(indexer["dataSourceName"], definitions["dataSource"]["name"]);
        assert_eq!(indexer["targetIndexName"], definitions["index"]["name"]);
        let fields = definitions["index"]["fields"].as_array().unwrap();
        for mapping in indexer["fieldMappings"].as_array().unwrap() {
            assert!(fields.iter().any(|field| field["name"] == mapping["targetFieldName"]), "{mapping}");
        }
    }

    #[test]
    fn the_files_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = super::folder(folder.path());
        write_files(&folder).unwrap();
        write_files(&folder).unwrap();
        assert_eq!(fs_err::read_dir(folder).unwrap().count(), FILES.len());
    }
}
