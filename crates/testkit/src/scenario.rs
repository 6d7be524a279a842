//! Scenarios: requests and what has to be true of their answers, as YAML under `tests/scenarios/<area>/NNN-name.yaml`.
//!
//! ```yaml
//! about: A missing document has no body (wire.md §6).
//! settings: {tier: free}        # of the scenario's own service, named as in `lazuli.toml`
//! door: https                   # through which the requests come; http by default
//! setup: [museums]              # fixtures, see `fixtures::set_up`
//! steps:
//!   - request: GET /indexes('museums')/docs('none')
//!     key: query                # admin (default), query, none, or any other text
//!     version: none             # leaves api-version away; by default it is added unless the path has one
//!     headers: {Accept: application/json;odata.metadata=none}
//!     body: {}                  # JSON; or `text` for anything else
//!     status: 404
//!     answer: {}                # a part of the JSON, see `matching`
//!     ordered: true             # the members named in `answer` come in that order, at every depth
//!     complete: true            # and there are no others
//!     exactly: '{"a":1}'        # the whole body as text; {base} stands for scheme, host and port
//!     never: [secret]           # what the body must not contain
//!     answer_headers:
//!       content-language: en    # the value, or "<text>…" for a part of it; {base} as above
//!       content-type: absent
//!       request-id: present
//!       strict-transport-security: [one, two]     # these lines, in this order
//!     remember: {etag: etag}    # a name for a response header; used later as {etag}
//! tables: []                    # after the steps: many searches at once, see `table.rs`
//! ```
//!
//! A compressed body is unpacked before it is compared; its headers stay as they came.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use flate2::read::GzDecoder;
use lazuli_server::settings::Given;
use serde::Deserialize;
use serde_json::Value;

use crate::client::{Answer, Client, Request};
use crate::service::{ADMIN_KEY, QUERY_KEY};
use crate::table::Table;
use crate::{Service, fixtures, matching};

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it shows and where that is known from.
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    settings: Given,
    #[serde(default)]
    door: Door,
    #[serde(default)]
    setup: Vec<String>,
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    tables: Vec<Table>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Door {
    #[default]
    Http,
    Https,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    request: String,
    key: Option<String>,
    version: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    text: Option<String>,
    status: u16,
    answer: Option<Value>,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    complete: bool,
    exactly: Option<String>,
    #[serde(default)]
    never: Vec<String>,
    #[serde(default)]
    answer_headers: BTreeMap<String, Lines>,
    #[serde(default)]
    remember: BTreeMap<String, String>,
}

/// What is expected of a header.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Lines {
    One(String),
    Several(Vec<String>),
}

/// How a scenario ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was as expected.
    Passed {
        /// How many requests were sent and their answers compared.
        requests: usize,
    },
    /// A fixture's data is not on this machine.
    Skipped,
}

/// Runs one file against a service of its own.
pub fn run(path: &Path) -> anyhow::Result<Ending> {
    let text = fs_err::read_to_string(path)?;
    let scenario: Scenario = serde_yaml_ng::from_str(&text)?;
    let service = Service::with(scenario.settings)?;
    let client = match scenario.door {
        Door::Http => service.client(),
        Door::Https => service.https_client()?,
    };
    for fixture in &scenario.setup {
        if !fixtures::set_up(&client, fixture)? {
            return Ok(Ending::Skipped);
        }
    }
    let mut remembered = BTreeMap::from([("base".to_owned(), client.base().to_owned())]);
    for (at, step) in scenario.steps.iter().enumerate() {
        step.run(&client, &mut remembered).with_context(|| format!("step {}: {}", at + 1, step.request))?;
    }
    let mut requests = scenario.steps.len();
    for (at, table) in scenario.tables.iter().enumerate() {
        requests += table.run(&client).with_context(|| format!("table {}", at + 1))?;
    }
    Ok(Ending::Passed { requests })
}

impl Step {
    fn run(&self, client: &Client, remembered: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
        let answer = unpacked(client.send(&self.request(remembered)?)?)?;
        let checked = self.check(&answer, remembered);
        checked.map_err(|problem| anyhow!("{problem:#}\n  {}", answer.describe()))?;
        for (name, header) in &self.remember {
            let value =
                answer.header(header).first().cloned().with_context(|| format!("no header '{header}'"))?;
            remembered.insert(name.clone(), value);
        }
        Ok(())
    }

    fn request(&self, remembered: &BTreeMap<String, String>) -> anyhow::Result<Request> {
        let (method, target) =
            self.request.split_once(' ').context("a request is a verb, a blank and a path")?;
        let key = match self.key.as_deref() {
            None | Some("admin") => Some(ADMIN_KEY.to_owned()),
            Some("query") => Some(QUERY_KEY.to_owned()),
            Some("none") => None,
            Some(other) => Some(other.to_owned()),
        };
        let version = match self.version.as_deref() {
            None => true,
            Some("none") => false,
            Some(other) => bail!("version is 'none' or not there, not '{other}'"),
        };
        let body = match (&self.body, &self.text) {
            (Some(json), None) => Some(replaced_in(json, remembered).to_string().into_bytes()),
            (None, Some(text)) => Some(text.clone().into_bytes()),
            (None, None) => None,
            (Some(_), Some(_)) => bail!("a step has a body or a text"),
        };
        let headers =
            self.headers.iter().map(|(name, value)| (name.clone(), replaced(value, remembered))).collect();
        let (method, target) = (method.to_owned(), replaced(target, remembered));
        Ok(Request { method, target, key, version, headers, body })
    }

    fn check(&self, answer: &Answer, remembered: &BTreeMap<String, String>) -> anyhow::Result<()> {
        ensure!(answer.status == self.status, "the status is {} instead of {}", answer.status, self.status);
        for (name, expected) in &self.answer_headers {
            check_header(name, expected, &answer.header(name), remembered)?;
        }
        if let Some(exactly) = &self.exactly {
            let expected = replaced(exactly, remembered);
            ensure!(answer.text() == expected, "the body should be exactly {expected}");
        }
        for text in &self.never {
            ensure!(!answer.text().contains(text), "the body contains {text:?}");
        }
        if let Some(expected) = &self.answer {
            let expected = replaced_in(expected, remembered);
            let actual = answer.json()?;
            let different = matching::difference(&expected, &actual);
            let disordered = self.ordered.then(|| matching::disorder(&expected, &actual)).flatten();
            let surplus = self.complete.then(|| matching::surplus(&expected, &actual)).flatten();
            if let Some(problem) = different.or(disordered).or(surplus) {
                bail!(problem);
            }
        }
        Ok(())
    }
}

/// The answer with its body as it was before it was compressed.
fn unpacked(mut answer: Answer) -> anyhow::Result<Answer> {
    match answer.header("content-encoding").as_slice() {
        [] => {}
        [coding] if coding == "gzip" => {
            let mut body = Vec::new();
            GzDecoder::new(answer.body.as_slice()).read_to_end(&mut body).context("the body is no gzip")?;
            answer.body = body;
        }
        codings => bail!("nobody asked for the coding {codings:?}"),
    }
    Ok(answer)
}

fn check_header(
    name: &str,
    expected: &Lines,
    actual: &[String],
    remembered: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    match expected {
        Lines::One(word) if word == "absent" => {
            ensure!(actual.is_empty(), "there should be no header {name}")
        }
        Lines::One(word) if word == "present" => {
            ensure!(!actual.is_empty(), "there should be a header {name}")
        }
        Lines::One(part) if part.starts_with("<text>") => {
            let part = part.trim_start_matches("<text>");
            let has = matches!(actual, [line] if line.contains(part));
            ensure!(has, "the header {name} is {actual:?}, which does not contain {part:?}");
        }
        Lines::One(value) => {
            let value = replaced(value, remembered);
            ensure!(actual == [value.as_str()], "the header {name} is {actual:?} instead of {value:?}");
        }
        Lines::Several(values) => {
            ensure!(actual == values.as_slice(), "the header {name} is {actual:?} instead of {values:?}");
        }
    }
    Ok(())
}

/// Text with `{name}` replaced by what was remembered under the name.
fn replaced(text: &str, remembered: &BTreeMap<String, String>) -> String {
    remembered.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The same in the strings of JSON.
fn replaced_in(value: &Value, remembered: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => Value::String(replaced(text, remembered)),
        Value::Array(elements) => elements.iter().map(|element| replaced_in(element, remembered)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), replaced_in(value, remembered))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
