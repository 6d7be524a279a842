//! After a restart: does the server hold what it acknowledged, and do all ways of asking agree?

use std::collections::BTreeMap;
use std::io;
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::load::{Worker, token_of};
use super::model::{Documents, applied, present};
use crate::http::Client;

/// Checks one index against the workers that write to it, and settles the fate of what was in flight.
pub(crate) fn check_index(client: &mut Client<TcpStream>, workers: &mut [&mut Worker]) -> Result<()> {
    let Some(index) = workers.first().map(|worker| worker.index.clone()) else { return Ok(()) };
    settle_fields(client, &index, workers)?;
    let (count, listed) = all_documents(client, &index)?;
    for worker in workers.iter_mut() {
        settle_batch(client, worker)?;
    }
    let expected: Documents = workers.iter().flat_map(|worker| worker.acknowledged.clone()).collect();
    ensure!(count == expected.len() as u64, "$count is {count}, acknowledged are {}", expected.len());
    ensure_equal(&expected, &listed, "the pages of search=*")?;
    let common: Vec<&String> = expected
        .iter()
        .filter(|(_, document)| {
            document.get("first").is_some_and(|text| text.as_str().is_some_and(|t| t.contains("common")))
        })
        .map(|(key, _)| key)
        .collect();
    let found = keys_found(client, &index, "common")?;
    ensure!(
        found.iter().eq(common.iter().copied()),
        "`common` finds {} documents, {} have it",
        found.len(),
        common.len()
    );
    workers.iter().try_for_each(|worker| check_tokens(client, worker))
}

/// A definition that was in flight at the kill is there wholly or not at all; what was acknowledged is there.
fn settle_fields(client: &mut Client<TcpStream>, index: &str, workers: &mut [&mut Worker]) -> Result<()> {
    let answer = client.get(&format!("/indexes('{index}')?api-version=2026-04-01"))?;
    ensure!(answer.status == 200, "GET of index {index}: {} {}", answer.status, answer.text());
    let definition = answer.json()?;
    let names =
        definition["fields"].as_array().into_iter().flatten().filter_map(|field| field["name"].as_str());
    let there: Vec<&str> = names.filter(|name| name.starts_with("later")).collect();
    for worker in workers.iter_mut().filter(|worker| worker.adds_fields) {
        if let Some(name) = worker.added_in_flight.take_if(|name| there.contains(&name.as_str())) {
            worker.added.push(name);
        }
        worker.added_in_flight = None;
        ensure!(
            there.iter().eq(worker.added.iter()),
            "added fields are {there:?}, acknowledged {:?}",
            worker.added
        );
    }
    Ok(())
}

/// Looks up every key of a worker: either its last batch happened or it did not, all of it.
fn settle_batch(client: &mut Client<TcpStream>, worker: &mut Worker) -> Result<()> {
    let mut there = Documents::new();
    for key in worker.keys() {
        let answer =
            client.get(&format!("/indexes('{}')/docs('{key}')?api-version=2026-04-01", worker.index))?;
        match answer.status {
            404 => {}
            200 => {
                let Value::Object(document) = answer.json()? else { bail!("lookup of {key} gave no object") };
                ensure!(
                    document.get("id") == Some(&json!(key)),
                    "lookup of {key} gave another key: {document:?}"
                );
                there.insert(key, present(document));
            }
            other => bail!("lookup of {key}: {other} {}", answer.text()),
        }
    }
    if let Some(batch) = worker.in_flight.take()
        && there != worker.acknowledged
    {
        let after = applied(&worker.acknowledged, &batch);
        ensure_equal(
            &after,
            &there,
            &format!("worker {}, whose last batch was not answered but happened, in part", worker.number),
        )?;
        for action in &batch {
            worker.forget_tokens(action);
            action.apply(&mut worker.acknowledged);
        }
    }
    ensure_equal(&worker.acknowledged, &there, &format!("lookup, worker {}", worker.number))
}

/// Every version is found by its own words, and what was replaced is found no more.
fn check_tokens(client: &mut Client<TcpStream>, worker: &Worker) -> Result<()> {
    for (key, document) in &worker.acknowledged {
        for field in ["first", "second"] {
            let Some(token) = document.get(field).and_then(Value::as_str).and_then(token_of) else {
                continue;
            };
            let found = keys_found(client, &worker.index, &token)?;
            ensure!(found == [key.clone()], "`{token}` should find {key} only, found {found:?}");
        }
    }
    for token in &worker.gone {
        let found = keys_found(client, &worker.index, token)?;
        ensure!(found.is_empty(), "`{token}` was replaced or deleted, but finds {found:?}");
    }
    Ok(())
}

/// The keys that a search finds, sorted; at most one page of 1000.
pub(crate) fn keys_found(client: &mut Client<TcpStream>, index: &str, text: &str) -> io::Result<Vec<String>> {
    let body = json!({"search": text, "select": "id", "top": 1000}).to_string();
    let answer = client.post(
        &format!("/indexes('{index}')/docs/search.post.search?api-version=2026-04-01"),
        body.as_bytes(),
    )?;
    if answer.status != 200 {
        return Err(io::Error::other(format!("search `{text}`: {} {}", answer.status, answer.text())));
    }
    let page = answer.json()?;
    let hits = page["value"].as_array().into_iter().flatten();
    let mut keys: Vec<String> = hits.filter_map(|hit| hit["id"].as_str().map(str::to_owned)).collect();
    keys.sort();
    Ok(keys)
}

/// `$count`, and all documents from one page of a search for everything.
pub(crate) fn all_documents(client: &mut Client<TcpStream>, index: &str) -> Result<(u64, Documents)> {
    let answer = client.get(&format!("/indexes('{index}')/docs/$count?api-version=2026-04-01"))?;
    ensure!(answer.status == 200, "$count: {} {}", answer.status, answer.text());
    let count = answer.text().trim_start_matches('\u{feff}').parse().context("$count is no number")?;
    let answer = client
        .get(&format!("/indexes('{index}')/docs?api-version=2026-04-01&search=*&$count=true&$top=1000"))?;
    ensure!(answer.status == 200, "search=*: {} {}", answer.status, answer.text());
    let page = answer.json()?;
    ensure!(page["@odata.count"] == json!(count), "@odata.count is {}, $count {count}", page["@odata.count"]);
    let mut documents = BTreeMap::new();
    for hit in page["value"].as_array().into_iter().flatten() {
        let (Some(key), Some(document)) = (hit["id"].as_str(), hit.as_object()) else {
            bail!("a hit without key: {hit}")
        };
        let twice = documents.insert(key.to_owned(), present(document.clone()));
        ensure!(twice.is_none(), "{key} is listed twice");
    }
    Ok((count, documents))
}

/// Equal, or an error that names the first difference.
pub(crate) fn ensure_equal(expected: &Documents, actual: &Documents, what: &str) -> Result<()> {
    for key in expected.keys().chain(actual.keys()) {
        let (wanted, got) = (expected.get(key), actual.get(key));
        if wanted != got {
            bail!("{what}: {key} should be\n  {}\nbut is\n  {}", shown(wanted), shown(got));
        }
    }
    Ok(())
}

fn shown(document: Option<&super::model::Document>) -> String {
    document.map_or_else(|| "absent".to_owned(), |document| Value::Object(document.clone()).to_string())
}
