//! Tables of a scenario: many searches of one index that differ in one parameter, each with its hits or its refusal.
//!
//! ```yaml
//! tables:
//!   - index: kinds
//!     vary: filter                  # or orderby, select, search
//!     with: {select: id}            # the other parameters, named as in a body
//!     refusal: "Invalid expression: {}\r\nParameter name: $filter"
//!     rows:
//!       - [i eq 1, "1"]             # the first fields of the hits, in their order
//!       - [i lt 0, ""]              # no hits
//!       - [s lt 'a', {refused: "…"}]     # 400, what stands for {} in `refusal`; or "<text>…" for a part of it
//! ```
//!
//! Every row is asked twice, by POST and by GET, and both have to answer alike.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{Answer, Client, Request};
use crate::matching;

/// See the module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    index: String,
    vary: String,
    #[serde(default)]
    with: Map<String, Value>,
    #[serde(default = "whole_refusal")]
    refusal: String,
    rows: Vec<(String, Outcome)>,
}

fn whole_refusal() -> String {
    "{}".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Outcome {
    Hits(String),
    Refused(BTreeMap<Refused, String>),
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Refused {
    Refused,
}

impl Table {
    /// Asks everything and says how many answers were compared. All rows that fail are told at once.
    pub(crate) fn run(&self, client: &Client) -> anyhow::Result<usize> {
        let mut failures = String::new();
        for (value, outcome) in &self.rows {
            let mut parameters = self.with.clone();
            parameters.insert(self.vary.clone(), value.as_str().into());
            for request in [self.post(&parameters), self.get(&parameters)?] {
                let answer = client.send(&request)?;
                if let Err(problem) = self.check(outcome, &answer) {
                    let method = &request.method;
                    write!(failures, "\n  {method} {} {value}\n    {problem:#}", self.vary)?;
                }
            }
        }
        ensure!(failures.is_empty(), "{failures}");
        Ok(2 * self.rows.len())
    }

    fn post(&self, parameters: &Map<String, Value>) -> Request {
        Request::post(&format!("/indexes('{}')/docs/search", self.index), &Value::Object(parameters.clone()))
    }

    fn get(&self, parameters: &Map<String, Value>) -> anyhow::Result<Request> {
        let mut target = format!("/indexes('{}')/docs?", self.index);
        for (name, value) in parameters {
            let option = matches!(name.as_str(), "count" | "filter" | "orderby" | "select" | "skip" | "top");
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => bail!("{name} has no form in a URL"),
            };
            let dollar = if option { "$" } else { "" };
            write!(target, "{dollar}{name}={}&", encoded(&value))?;
        }
        Ok(Request::get(target.trim_end_matches('&')))
    }

    fn check(&self, outcome: &Outcome, answer: &Answer) -> anyhow::Result<()> {
        match outcome {
            Outcome::Hits(expected) => {
                ensure!(answer.status == 200, "{}", answer.describe());
                let found = hits(&answer.json()?)?.join(" ");
                ensure!(found == *expected, "found '{found}' instead of '{expected}'");
            }
            Outcome::Refused(refused) => {
                let message = refused.values().next().context("a refusal has a message")?;
                let expected = match message.strip_prefix("<text>") {
                    Some(_) => message.clone(),
                    None => self.refusal.replace("{}", message),
                };
                ensure!(answer.status == 400, "{}", answer.describe());
                let expected = json!({ "error": { "code": "", "message": expected } });
                let actual = answer.json()?;
                let problem = matching::difference(&expected, &actual)
                    .or_else(|| matching::surplus(&expected, &actual));
                ensure!(problem.is_none(), "{}", problem.unwrap_or_default());
            }
        }
        Ok(())
    }
}

/// The first field of each hit.
fn hits(answer: &Value) -> anyhow::Result<Vec<String>> {
    let hits = answer["value"].as_array().context("no value")?;
    let field = |hit: &Value| {
        let mut fields = hit.as_object()?.iter().filter(|(name, _)| !name.starts_with('@'));
        fields.next().and_then(|(_, value)| value.as_str().map(str::to_owned))
    };
    hits.iter().map(|hit| field(hit).context("a hit without a text")).collect()
}

/// Text as it may stand in a query string.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
