//! The only way out of the process: every connection to a data source is opened here.
//!
//! ```text
//! fetch ─▶ attempt, wait, attempt …   retry     what is worth another attempt, and when
//!            └▶ hop, hop …            redirect  where an answer points to on the same server
//!                └▶ connect           connect   name → addresses → TCP → TLS
//!                     └▶ guard        guard     addresses nobody means when naming a data source
//! ```
//!
//! What holds for every call: it ends (connecting, waiting, reading, and all attempts together have limits in time, and the
//! answer one in size); it goes to an address that was checked after the name was resolved, redirects included; TLS
//! certificates are verified.
//!
//! It stands on hyper and rustls, which the service's own doors are made of: a client library on top of them would bring
//! some forty crates for the redirects and retries that must be ours anyway, and would hide the moment between the name
//! and the connection where the address is checked.

mod connect;
mod error;
mod guard;
mod redirect;
mod retry;
mod settings;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use lazuli_platform::clock::Clock;
use lazuli_platform::random::Random;
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::connect::Connector;
pub use self::error::OutsideError;
pub use self::settings::Settings;

/// Connections that are kept open to one host, idle.
const IDLE_PER_HOST_MAX: usize = 16;
/// How long they are kept: below the minute after which many servers hang up.
const IDLE_LONGEST: Duration = Duration::from_secs(20);
/// Bytes of an answer's status line and headers.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The way out. One for the process: connections are shared by whoever asks the same host.
#[derive(Debug)]
pub struct Outside {
    client: Client<Connector, Full<Bytes>>,
    connector: Connector,
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// An answer that has been read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// As the server said it, whatever it is: only the caller knows what a 404 means.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// A header's value, if it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What time it is by the server's clock, if it says so.
    pub fn date(&self) -> Option<Timestamp> {
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(self.header("date")?).ok()
    }
}

impl Outside {
    /// A way out with these settings. No connection is opened yet.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OutsideError> {
        let connector = Connector::new(&settings)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_LONGEST)
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .http1_max_buf_size(HEAD_BYTES_MAX)
            .build(connector.clone());
        Ok(Self { client, connector, settings, clock, random })
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where calls take the time from.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// A plain connection to `host`, for protocols that are not HTTP. Reading and writing it in time is up to the caller.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, OutsideError> {
        self.connector.tcp(host, port).await
    }

    /// What TLS is spoken with on connections of [`Outside::connect`]: the roots of the system and the extra bundle.
    pub fn tls(&self) -> Arc<rustls::ClientConfig> {
        self.connector.tls()
    }

    /// Sends the request that `build` makes and reads the answer, of at most `body_bytes_max`.
    ///
    /// `build` is called for each attempt, so that a signature is never older than its attempt; it must make a request that
    /// may safely be sent twice. When attempts run out, the last answer or the last error is the result.
    pub async fn fetch(
        &self,
        build: impl Fn() -> Result<Request<Bytes>, OutsideError> + Send + Sync,
        body_bytes_max: usize,
    ) -> Result<Answer, OutsideError> {
        match timeout(self.settings.total_longest, self.attempts(build, body_bytes_max)).await {
            Ok(result) => result,
            Err(_) => Err(OutsideError::TimedOut("The calls to the server, repeated ones included,".into())),
        }
    }

    async fn attempts(
        &self,
        build: impl Fn() -> Result<Request<Bytes>, OutsideError> + Send + Sync,
        body_bytes_max: usize,
    ) -> Result<Answer, OutsideError> {
        let mut attempt = 1;
        loop {
            let result = self.attempt(build()?, body_bytes_max).await;
            let last = attempt >= self.settings.attempts_max;
            let Some(asked) = retry::wait_asked(&result, self.clock.unix_millis()) else { return result };
            if last {
                return result;
            }
            let wait = retry::wait(attempt, asked, &self.settings, &*self.random);
            tracing::debug!(attempt, ?wait, outcome = %retry::outcome(&result), "a call is repeated");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// One attempt: the request, and those that redirects ask for.
    async fn attempt(&self, request: Request<Bytes>, body_bytes_max: usize) -> Result<Answer, OutsideError> {
        let hops = async {
            let mut request = request;
            let mut redirects = 0;
            loop {
                let uri = request.uri().clone();
                let again = redirect::repeatable(&request);
                let (head, body) = self.send(request).await?.into_parts();
                let Some(next) = again.and_then(|again| redirect::next(again, &uri, &head)) else {
                    let body = self.read(body, body_bytes_max).await?;
                    return Ok(Answer { status: head.status, headers: head.headers, body });
                };
                redirects += 1;
                if redirects > self.settings.redirects_max {
                    return Err(OutsideError::Redirect(format!(
                        "The server redirected more than {} times.",
                        self.settings.redirects_max
                    )));
                }
                request = next?;
            }
        };
        match timeout(self.settings.attempt_longest, hops).await {
            Ok(result) => result,
            Err(_) => Err(OutsideError::TimedOut("The call to the server".into())),
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<http::Response<Incoming>, OutsideError> {
        guard::check_uri(request.uri(), &self.settings)?;
        let host = host(request.uri());
        match timeout(self.settings.silence_longest, self.client.request(request.map(Full::new))).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(OutsideError::from_client(&host, &error)),
            Err(_) => Err(OutsideError::TimedOut(format!("The server '{host}'"))),
        }
    }

    /// The body, as long as something of it keeps coming and it is not too large.
    async fn read(&self, mut body: Incoming, bytes_max: usize) -> Result<Bytes, OutsideError> {
        let mut whole = BytesMut::new();
        loop {
            let frame = match timeout(self.settings.silence_longest, body.frame()).await {
                Ok(None) => return Ok(whole.freeze()),
                Ok(Some(frame)) => frame.map_err(|error| OutsideError::Broken(error.to_string()))?,
                Err(_) => return Err(OutsideError::TimedOut("The answer of the server".into())),
            };
            let Ok(data) = frame.into_data() else { continue };
            if whole.len() + data.len() > bytes_max {
                return Err(OutsideError::TooLarge { bytes_max });
            }
            whole.extend_from_slice(&data);
        }
    }
}

/// The host of an address, for messages: never its query, where signatures are.
fn host(uri: &Uri) -> String {
    uri.authority().map(ToString::to_string).unwrap_or_default()
}

/// The time as HTTP writes it, `Fri, 20 Nov 2026 17:00:00 GMT`; the epoch for times beyond any calendar.
pub(crate) fn http_date(unix_millis: i64) -> String {
    let time = Timestamp::from_millisecond(unix_millis).unwrap_or(Timestamp::UNIX_EPOCH);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}
