//! `lazuli demo`: a service on sample data, a few searches shown as a client would send them, and how to go on.
//!
//! The demo is a client of its own service: everything goes through HTTP.

mod crawl;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_server::settings::{Given, GivenIndexers, LogFormat};
use lazuli_server::{Server, StartError};
use serde_json::{Value, json};

use crate::logs::{self, say};
use crate::serve::{Signals, block_on};

/// The definition of the sample index.
const INDEX: &str = include_str!("../../sample/museums.index.json");
/// Its documents, as a batch ready to be posted.
const DOCUMENTS: &str = include_str!("../../sample/museums.documents.json");
/// The version the demo speaks.
const VERSION: &str = "2026-04-01";
/// Lines of an answer that are shown.
const SHOWN_LINES_MAX: usize = 40;

/// Start a service on sample data, show a few searches, and keep it running.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Where to keep everything [default: a temporary directory, removed at the end]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Stop after the searches instead of waiting for Ctrl-C
    #[arg(long)]
    exit: bool,
}

/// Runs the demo.
pub(crate) fn run(arguments: &DemoArguments) -> anyhow::Result<()> {
    logs::start(LogFormat::Text, Some("warn"))?;
    let temporary = match arguments.data_dir {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("lazuli-demo-").tempdir()?),
    };
    let data_dir =
        arguments.data_dir.clone().or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
    let data_dir = data_dir.context("there is no place for the data")?;
    let guides = crawl::folder(&data_dir);
    crawl::write_files(&guides)?;
    block_on(async {
        let signals = Signals::listen()?;
        let server = start(&data_dir, &guides).await?;
        let client = Client::of(&server)?;
        tokio::task::spawn_blocking(move || show(&client).and_then(|()| crawl::show(&client, &guides)))
            .await??;
        how_to_go_on(&server);
        if arguments.exit {
            server.stop().await;
            return Ok(());
        }
        say("\nThe service keeps running. Ctrl-C stops it.");
        signals.stop(server).await;
        Ok(())
    })
}

/// On the usual ports, or where one is taken on any that is free.
async fn start(data_dir: &Path, guides: &Path) -> Result<Server, StartError> {
    let indexers = GivenIndexers { folders: vec![guides.to_owned()], ..GivenIndexers::default() };
    let mut given = Given { data_dir: Some(data_dir.to_owned()), indexers, ..Given::default() };
    loop {
        match Server::start(given.clone().resolve()?).await {
            Err(StartError::Address { door: "https", address, .. }) if given.https.is_none() => {
                say(&format!("Port {} is taken, so HTTPS gets another.", address.port()));
                given.https = Some("127.0.0.1:0".to_owned());
            }
            Err(StartError::Address { door: "http", address, .. }) if given.http.is_none() => {
                say(&format!("Port {} is taken, so HTTP gets another.", address.port()));
                given.http = Some("127.0.0.1:0".to_owned());
            }
            other => return other,
        }
    }
}

struct Client {
    address: SocketAddr,
    key: String,
    agent: ureq::Agent,
    clock: SystemClock,
}

impl Client {
    fn of(server: &Server) -> anyhow::Result<Client> {
        let address = server.http().context("the demo needs the HTTP door")?;
        let key = admin_key(server).to_owned();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        Ok(Client { address, key, agent, clock: SystemClock::new() })
    }

    /// Sends JSON and returns the status, the answer and how long it took.
    fn send(&self, method: &str, path: &str, body: &str) -> anyhow::Result<(u16, Value, Duration)> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}{separator}api-version={VERSION}", self.address))
            .header("api-key", &self.key)
            .header("Accept", "application/json;odata.metadata=none")
            .header("Content-Type", "application/json")
            .body(body.to_owned())?;
        let started = self.clock.monotonic();
        let mut response = self.agent.run(request)?;
        let text = response.body_mut().read_to_string()?;
        let elapsed = self.clock.monotonic().saturating_sub(started);
        let answer = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
        Ok((response.status().as_u16(), answer, elapsed))
    }

    /// Sends what has to succeed.
    fn must(&self, method: &str, path: &str, body: &str) -> anyhow::Result<(Value, Duration)> {
        let (status, answer, elapsed) = self.send(method, path, body)?;
        if status >= 300 {
            bail!("{method} {path} was answered with {status}: {answer}");
        }
        Ok((answer, elapsed))
    }
}

fn admin_key(server: &Server) -> &str {
    server.keys().admin.first().map_or("", String::as_str)
}

/// Fills the sample index and shows searches.
fn show(client: &Client) -> anyhow::Result<()> {
    let (_, elapsed) = client.must("PUT", "/indexes('museums')", INDEX)?;
    say(&format!("Created the index 'museums' in {}.", millis(elapsed)));
    let (answer, elapsed) = client.must("POST", "/indexes('museums')/docs/search.index", DOCUMENTS)?;
    let written = answer["value"].as_array().map_or(0, Vec::len);
    say(&format!("Wrote {written} documents in {}; they are on disk and can be searched.", millis(elapsed)));
    for (title, body) in searches() {
        show_search(client, "museums", title, &body)?;
    }
    let (document, _) =
        client.must("GET", "/indexes('museums')/docs('13')?$select=name,opened,location,rooms", "")?;
    say("\n── One document by its key ──");
    say("GET /indexes('museums')/docs('13')?$select=name,opened,location,rooms");
    say(&shortened(&serde_json::to_string_pretty(&document)?));
    Ok(())
}

/// Asks and shows question and answer.
fn show_search(client: &Client, index: &str, title: &str, body: &Value) -> anyhow::Result<()> {
    let path = format!("/indexes('{index}')/docs/search");
    let (answer, elapsed) = client.must("POST", &path, &body.to_string())?;
    say(&format!("\n── {title} ──"));
    say(&format!("POST {path}"));
    say(&body.to_string());
    say(&format!("answered in {}:", millis(elapsed)));
    say(&shortened(&serde_json::to_string_pretty(&answer)?));
    Ok(())
}

fn searches() -> [(&'static str, Value); 5] {
    [
        (
            "Words in any field, best first",
            json!({ "search": "painted light", "select": "name,category", "top": 3, "count": true }),
        ),
        (
            "Every word must be there; English is stemmed, so 'painting' finds 'painted'",
            json!({ "search": "garden painting", "searchMode": "all", "select": "name,description" }),
        ),
        (
            "French as French: 'l'horloge' finds 'horloges'",
            json!({ "search": "l'horloge", "searchFields": "descriptionFr", "select": "name,descriptionFr", "top": 1 }),
        ),
        (
            "A phrase, an alternative, and what must not be",
            json!({ "search": "\"barrel organs\" | (glass + -lens)", "select": "name,address/city,rooms/title", "top": 3 }),
        ),
        (
            "The beginning of a word, in some fields only",
            json!({ "search": "light*", "searchFields": "name,tags", "select": "name,tags", "count": true }),
        ),
    ]
}

fn millis(elapsed: Duration) -> String {
    format!("{:.1} ms", elapsed.as_secs_f64() * 1000.0)
}

fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    match lines.get(..SHOWN_LINES_MAX) {
        Some(first) if lines.len() > SHOWN_LINES_MAX => {
            format!("{}\n… {} more lines", first.join("\n"), lines.len() - SHOWN_LINES_MAX)
        }
        Some(_) | None => text.to_owned(),
    }
}

fn how_to_go_on(server: &Server) {
    let (https, key) = (server.https(), admin_key(server));
    let ca = server.ca_path().map_or_else(String::new, |path| path.display().to_string());
    say(&format!(
        "
── How to go on ──
URL   https://{https}{}
Key   {key}
CA    {ca}

curl --cacert {ca} -H 'api-key: {key}' \\
  'https://{https}/indexes/museums/docs?api-version={VERSION}&search=lighthouse'

pip install azure-search-documents==12.0.0, then in Python:
  from azure.core.credentials import AzureKeyCredential
  from azure.search.documents import SearchClient
  key = AzureKeyCredential(\"{key}\")
  client = SearchClient(\"https://{https}\", \"museums\", key, connection_verify=\"{ca}\")
  print([(hit[\"name\"], hit[\"@search.score\"]) for hit in client.search(\"lighthouse\")])",
        server.http().map(|http| format!("  (also http://{http})")).unwrap_or_default(),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_whole() {
        let index: Value = serde_json::from_str(INDEX).unwrap();
        let names: Vec<&str> =
            index["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
        let batch: Value = serde_json::from_str(DOCUMENTS).unwrap();
        let documents = batch["value"].as_array().unwrap();
        assert_eq!(documents.len(), 50);
        for document in documents {
            let members: Vec<&String> = document.as_object().unwrap().keys().skip(1).collect();
            assert_eq!(members, names, "{}", document["id"]);
        }
    }

    #[test]
    fn long_answers_are_shortened() {
        let text = "line\n".repeat(SHOWN_LINES_MAX + 2);
        assert!(shortened(&text).ends_with("… 2 more lines"));
        assert_eq!(shortened("short"), "short");
    }
}
