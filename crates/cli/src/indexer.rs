//! `lazuli indexer run NAME --watch`: runs an indexer of a service and shows how it does. A client like any other: it speaks the
//! public REST API, to either door of Lazuli or to whatever else answers there.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_server::key_file::KeyFile;
use lazuli_server::key_file_in;
use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::logs::say;

/// The version this client speaks.
const VERSION: &str = "2026-04-01";
/// How often it asks how the run does.
const POLL: Duration = Duration::from_millis(300);
/// Longest time for one answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// Errors, and warnings, that are shown.
const SHOWN_MAX: usize = 20;

/// Run the indexers of a service.
#[derive(Debug, Args)]
pub(crate) struct IndexerArguments {
    /// Where the service answers
    #[arg(
        long,
        value_name = "URL",
        env = "LAZULI_ENDPOINT",
        default_value = "http://127.0.0.1:7080",
        global = true
    )]
    endpoint: String,

    /// Admin key [default: from keys.json in the data directory]
    #[arg(
        long,
        value_name = "KEY",
        env = "LAZULI_ADMIN_KEY",
        value_delimiter = ',',
        hide_env_values = true,
        global = true
    )]
    admin_key: Vec<String>,

    /// Authorities to trust besides the system's, PEM [default: tls/ca.pem in the data directory, if it is there]
    #[arg(long, value_name = "FILE", env = "LAZULI_CA", global = true)]
    ca: Option<PathBuf>,

    /// The data directory, for its keys.json and tls/ca.pem
    #[arg(long, value_name = "DIR", env = "LAZULI_DATA_DIR", default_value = "./lazuli-data", global = true)]
    data_dir: PathBuf,

    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Run an indexer now
    Run {
        /// Its name
        name: String,

        /// Show how the run does, and end with its outcome
        #[arg(long)]
        watch: bool,
    },
}

/// Does what was asked for.
pub(crate) fn run(arguments: IndexerArguments) -> anyhow::Result<()> {
    let client = Client::of(&arguments)?;
    match arguments.action {
        Action::Run { name, watch: false } => {
            client.start(&name)?;
            say(&format!("The indexer '{name}' was told to run."));
            Ok(())
        }
        Action::Run { name, watch: true } => {
            let before = client.last_start(&name)?;
            client.start(&name)?;
            report(&name, &client.watch(&name, before.as_deref())?)
        }
    }
}

struct Client {
    endpoint: String,
    key: String,
    agent: ureq::Agent,
    clock: SystemClock,
}

impl Client {
    fn of(arguments: &IndexerArguments) -> anyhow::Result<Client> {
        let endpoint = arguments.endpoint.trim_end_matches('/').to_owned();
        let secure = match endpoint.split_once("://") {
            Some(("https", _)) => true,
            Some(("http", _)) => false,
            Some(_) | None => bail!("The endpoint '{endpoint}' has to begin with https:// or http://."),
        };
        let key = match arguments.admin_key.first() {
            Some(key) => key.clone(),
            None => stored_key(arguments)?,
        };
        let mut config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(ANSWER_TIME_MAX));
        if secure {
            config = config.tls_config(trust(arguments)?);
        }
        let agent = config.build().new_agent();
        Ok(Client { endpoint, key, agent, clock: SystemClock::new() })
    }

    /// Sends a request without a body and returns the answer's; refusals become errors with the service's sentence.
    fn send(&self, method: &str, name: &str, operation: &str) -> anyhow::Result<Value> {
        let path = format!("/indexers('{}')/{operation}?api-version={VERSION}", in_path(name));
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("api-key", &self.key)
            .header("Accept", "application/json;odata.metadata=none")
            .body(())?;
        let answered = self.agent.run(request);
        let mut response = answered.map_err(|error| self.unreachable(&error))?;
        let text = response.body_mut().read_to_string()?;
        let answer = serde_json::from_str(&text).unwrap_or_default();
        if !response.status().is_success() {
            bail!("{}", refusal(response.status().as_u16(), &answer));
        }
        Ok(answer)
    }

    /// Says what to do about it where that is known.
    fn unreachable(&self, error: &ureq::Error) -> anyhow::Error {
        let why = error.to_string();
        let advice = if why.contains("invalid peer certificate") {
            " Give the authority of its certificate with --ca or LAZULI_CA."
        } else {
            ""
        };
        let why = why.strip_prefix("io: ").unwrap_or(&why);
        anyhow!("{} cannot be reached: {why}.{advice}", self.endpoint)
    }

    fn start(&self, name: &str) -> anyhow::Result<()> {
        self.send("POST", name, "search.run").map(drop)
    }

    fn status(&self, name: &str) -> anyhow::Result<Value> {
        self.send("GET", name, "search.status")
    }

    /// When the newest run began that the service knows of.
    fn last_start(&self, name: &str) -> anyhow::Result<Option<String>> {
        Ok(self.status(name)?["lastResult"]["startTime"].as_str().map(str::to_owned))
    }

    /// Shows the run after the one that began at `before` until it ends, and yields its result.
    fn watch(&self, name: &str, before: Option<&str>) -> anyhow::Result<Value> {
        let began = self.clock.monotonic();
        let bar = progress_bar(name);
        loop {
            let status = self.status(name)?;
            let result = &status["lastResult"];
            let stage = stage(result, before);
            let elapsed = self.clock.monotonic().saturating_sub(began);
            bar.set_message(line(result, stage, elapsed));
            bar.tick();
            if stage == Stage::Ended {
                bar.finish_and_clear();
                return Ok(result.clone());
            }
            std::thread::sleep(POLL);
        }
    }
}

/// A key that a service on this machine made for itself.
fn stored_key(arguments: &IndexerArguments) -> anyhow::Result<String> {
    let path = key_file_in(&arguments.data_dir);
    let file = KeyFile::load(&path)?;
    file.and_then(|file| file.admin_keys.into_iter().next()).with_context(|| {
        format!("There is no admin key in {}. Give one with --admin-key or LAZULI_ADMIN_KEY.", path.display())
    })
}

/// TLS with the system's authorities and the one of the service.
fn trust(arguments: &IndexerArguments) -> anyhow::Result<TlsConfig> {
    let system = rustls_native_certs::load_native_certs().certs;
    let mut roots: Vec<Certificate<'static>> =
        system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let own = arguments.data_dir.join("tls").join("ca.pem");
    match &arguments.ca {
        Some(given) => roots.extend(certificates(given)?),
        None if own.exists() => roots.extend(certificates(&own)?),
        None => {}
    }
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build())
}

/// The certificates of a PEM file; a file without any is a mistake.
fn certificates(path: &Path) -> anyhow::Result<Vec<Certificate<'static>>> {
    let pem = fs_err::read(path)?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        let item = item.with_context(|| format!("{} is no PEM file", path.display()))?;
        if let PemItem::Certificate(certificate) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        bail!("There is no certificate in {}.", path.display());
    }
    Ok(found)
}

/// A name as it stands in `indexers('…')`; the service has the last word on whether it is one.
fn in_path(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn refusal(status: u16, answer: &Value) -> String {
    match answer["error"]["message"].as_str() {
        Some(message) => message.to_owned(),
        None => format!("The service answered with {status}."),
    }
}

/// A spinner on a terminal, nothing elsewhere: how many documents there will be is known to nobody.
fn progress_bar(name: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_prefix(name.to_owned());
    match ProgressStyle::with_template("{spinner} {prefix}  {elapsed_precise}  {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// How far the run is that we wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Running,
    Ended,
}

/// The result is that of an older run until ours begins.
fn stage(result: &Value, before: Option<&str>) -> Stage {
    if result.is_null() || result["startTime"].as_str() == before {
        Stage::Waiting
    } else if result["status"] == "inProgress" {
        Stage::Running
    } else {
        Stage::Ended
    }
}

fn line(result: &Value, stage: Stage, elapsed: Duration) -> String {
    if stage == Stage::Waiting {
        return "waiting for its turn".to_owned();
    }
    let processed = result["itemsProcessed"].as_u64().unwrap_or_default();
    let failed = result["itemsFailed"].as_u64().unwrap_or_default();
    let rate = u128::from(processed) * 1000 / elapsed.as_millis().max(1);
    format!("{processed} documents, {failed} failed, {rate}/s")
}

/// Says how the run ended; an error if not well.
fn report(name: &str, result: &Value) -> anyhow::Result<()> {
    let notes = |member: &str| result[member].as_array().cloned().unwrap_or_default();
    for (word, notes, sentence) in
        [("error", notes("errors"), "errorMessage"), ("warning", notes("warnings"), "message")]
    {
        for note in notes.iter().take(SHOWN_MAX) {
            say(&note_line(word, note, sentence));
        }
        if let Some(more) = notes.len().checked_sub(SHOWN_MAX).filter(|more| *more > 0) {
            say(&format!("… and {more} more {word}s"));
        }
    }
    let (processed, failed) = (&result["itemsProcessed"], &result["itemsFailed"]);
    let outcome = result["status"].as_str().unwrap_or("unknown");
    say(&format!("{name}: {outcome}, {processed} documents, {failed} failed"));
    if outcome == "success" {
        return Ok(());
    }
    bail!("{}", result["errorMessage"].as_str().unwrap_or("The run did not succeed."))
}

fn note_line(word: &str, note: &Value, sentence: &str) -> String {
    let text = |member: &str| note[member].as_str();
    let parts = [text("key"), text(sentence), text("details")];
    format!("{word}: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(": "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_run_is_told_from_the_one_before() {
        let result = |start: &str, status: &str| json!({"startTime": start, "status": status});
        assert_eq!(stage(&Value::Null, None), Stage::Waiting);
        assert_eq!(stage(&result("1", "success"), Some("1")), Stage::Waiting);
        assert_eq!(stage(&result("2", "inProgress"), Some("1")), Stage::Running);
        assert_eq!(stage(&result("2", "inProgress"), None), Stage::Running);
        assert_eq!(stage(&result("2", "transientFailure"), Some("1")), Stage::Ended);
    }

    #[test]
    fn lines_say_what_the_service_says() {
        let result = json!({"itemsProcessed": 300, "itemsFailed": 2});
        let elapsed = Duration::from_secs(2);
        assert_eq!(line(&result, Stage::Running, elapsed), "300 documents, 2 failed, 150/s");
        assert_eq!(line(&Value::Null, Stage::Waiting, elapsed), "waiting for its turn");
        let note = json!({"key": "7", "errorMessage": "Could not parse document", "details": null});
        assert_eq!(note_line("error", &note, "errorMessage"), "error: 7: Could not parse document");
        let refused = json!({"error": {"code": "", "message": "No."}});
        assert_eq!(
            (refusal(409, &refused), refusal(502, &Value::Null).as_str()),
            ("No.".into(), "The service answered with 502.")
        );
    }

    #[test]
    fn a_failed_run_is_a_failure() {
        assert!(report("i", &json!({"status": "success", "itemsProcessed": 1, "itemsFailed": 0})).is_ok());
        let failed = json!({"status": "transientFailure", "errorMessage": "The container is gone."});
        assert_eq!(report("i", &failed).unwrap_err().to_string(), "The container is gone.");
    }

    #[test]
    fn a_file_without_certificates_is_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert!(certificates(&path).unwrap_err().to_string().contains("ca.pem"));
        fs_err::write(&path, "no PEM").unwrap();
        assert!(certificates(&path).unwrap_err().to_string().starts_with("There is no certificate in"));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(in_path("my-indexer_1"), "my-indexer_1");
        assert_eq!(in_path("a'/b"), "a%27%2Fb");
    }
}
