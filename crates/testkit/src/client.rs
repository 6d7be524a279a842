//! A small blocking HTTP client that shows an answer as it came: every header line, the body's bytes.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use http::HeaderMap;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::service::ADMIN_KEY;

/// The api-version of requests that name none.
const VERSION: &str = "2026-04-01";

/// A connection pool to one door of a service.
pub struct Client {
    base: String,
    agent: Agent,
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Request {
    /// The verb.
    pub method: String,
    /// Path and query; `api-version` is added unless the query has one or [`Request::version`] is off.
    pub target: String,
    /// The `api-key`, if any.
    pub key: Option<String>,
    /// Whether `api-version` is added.
    pub version: bool,
    /// More headers; they win over those the client sets.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Every header line.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// With the admin key, without a body.
    pub fn new(method: &str, target: &str) -> Request {
        Request {
            method: method.to_owned(),
            target: target.to_owned(),
            key: Some(ADMIN_KEY.to_owned()),
            version: true,
            headers: Vec::new(),
            body: None,
        }
    }

    /// A GET with the admin key.
    pub fn get(target: &str) -> Request {
        Request::new("GET", target)
    }

    /// A POST of JSON with the admin key.
    pub fn post(target: &str, body: &Value) -> Request {
        Request::new("POST", target).body(body.to_string())
    }

    /// The same with a body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Request {
        Request { body: Some(body.into()), ..self }
    }

    /// The same with another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn full_target(&self) -> String {
        let separator = if self.target.contains('?') { '&' } else { '?' };
        if !self.version || self.target.contains("api-version=") {
            self.target.clone()
        } else {
            format!("{}{separator}api-version={VERSION}", self.target)
        }
    }
}

impl Client {
    /// Talks to an HTTP door.
    pub fn http(address: SocketAddr) -> Client {
        Client { base: format!("http://{address}"), agent: config().build().new_agent() }
    }

    /// Talks to an HTTPS door, trusting one CA (PEM).
    pub fn https(address: SocketAddr, ca: &[u8]) -> anyhow::Result<Client> {
        let roots = vec![Certificate::from_pem(ca)?];
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let agent = config().tls_config(tls).build().new_agent();
        Ok(Client { base: format!("https://localhost:{}", address.port()), agent })
    }

    /// Scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and reads the whole answer; only a broken connection is an error.
    pub fn send(&self, request: &Request) -> anyhow::Result<Answer> {
        let target = request.full_target();
        let mut builder =
            http::Request::builder().method(request.method.as_str()).uri(format!("{}{target}", self.base));
        let given = |name: &str| request.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        if let Some(key) = request.key.as_ref().filter(|_| !given("api-key")) {
            builder = builder.header("api-key", key);
        }
        if request.body.is_some() && !given("content-type") {
            builder = builder.header("content-type", "application/json");
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sent = match &request.body {
            Some(body) => self.agent.run(builder.body(body.clone())?),
            None => self.agent.run(builder.body(())?),
        };
        let mut response = sent.with_context(|| format!("{} {target}", request.method))?;
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec()?;
        Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    /// Sends what has to succeed and returns its JSON.
    pub fn must(&self, request: &Request) -> anyhow::Result<Value> {
        let answer = self.send(request)?;
        anyhow::ensure!(answer.status < 300, "{} {}: {}", request.method, request.target, answer.describe());
        if answer.body.is_empty() { Ok(Value::Null) } else { answer.json() }
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", self.describe()))
    }

    /// All values of a header, in order.
    pub fn header(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    /// Status and body, for messages.
    pub fn describe(&self) -> String {
        format!("{} {}", self.status, self.text())
    }
}

fn config() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .user_agent("lazuli-testkit")
        .accept("")
        .accept_encoding("")
}
