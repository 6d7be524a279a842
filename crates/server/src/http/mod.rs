//! From a request to a response: what every operation has in common, one file each, in the order in which it happens.
//!
//! Host and length of the target ([`limits`]) → [`cors`] → [`version`] → [`auth`] → [`preconditions`] → the body
//! ([`limits`]) → the operation → [`gzip`] or, if it refused, reading the rest of the body and [`error`] → [`trace`], whose
//! time includes all of this.

pub(crate) mod accept;
pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod error;
pub(crate) mod gzip;
pub(crate) mod limits;
pub(crate) mod preconditions;
pub(crate) mod prefer;
pub(crate) mod query;
pub(crate) mod space;
pub(crate) mod trace;
pub(crate) mod version;

use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, header};
use hyper::body::Incoming;
use lazuli_platform::pool;
use lazuli_wire::ApiVersion;

use self::accept::Metadata;
use self::answer::Answer;
use self::auth::Scope;
use self::body::Body;
use self::cors::Cors;
use self::preconditions::Preconditions;
use self::prefer::Preference;
use self::query::QueryString;
use self::space::Taken;
use self::trace::Trace;
use crate::app::App;
use crate::error::Error;
use crate::routes::{Captures, Operation};
use crate::{path, routes};

/// The service's name where its host does not tell one.
const SERVICE: &str = "lazuli";

/// The scheme of the door a request came in by; it stands in the URLs of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

/// A request that may do what it asks: all an operation gets to see.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) version: ApiVersion,
    pub(crate) metadata: Metadata,
    pub(crate) preconditions: Preconditions,
    pub(crate) captures: Captures,
    pub(crate) query: QueryString,
    pub(crate) body: Bytes,
    /// What the body counts in the budget for large ones, as long as the operation works on it.
    _space: Taken,
    pub(crate) preference: Option<Preference>,
    /// `https://host:port`, for the URLs in answers.
    pub(crate) base: String,
    /// The request target as it was sent.
    pub(crate) target: String,
}

impl Call {
    /// What the service calls itself in sentences: the first part of a host like `name.search.localhost`.
    pub(crate) fn service(&self) -> &str {
        let host = self.base.split("://").nth(1).unwrap_or_default();
        host.split_once(".search.").map_or(SERVICE, |(name, _)| name)
    }
}

/// Answers one request. Never fails: whatever happens becomes a response.
pub(crate) async fn serve(app: Arc<App>, scheme: Scheme, request: Request<Incoming>) -> Response<Body> {
    let trace = Trace::begin(request.method(), request.headers(), &*app.random, app.clock.monotonic());
    let (parts, mut body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let mut found = Found { route: "none", scope: Scope::Open, cors: None };
    let outcome = catch(respond(&app, scheme, &parts, &mut body, &mut found)).await;
    limits::drain(&parts.headers, &mut body).await;
    let (mut response, cause) = match outcome {
        Ok(response) => (response, None),
        Err(error) => {
            let mut refusal = error.into_refusal();
            let cause = refusal.log.take().unwrap_or_else(|| refusal.message.clone());
            (error::into_response(refusal), Some(cause))
        }
    };
    if let Some(cors) = found.cors {
        cors.apply(response.headers_mut());
    }
    trace.end(&mut response, found.route, cause.as_deref(), app.clock.monotonic());
    if is_head { body::without_content(response) } else { response }
}

/// What is known once a route is found, for the answer and for refusals alike.
struct Found {
    /// Its pattern.
    route: &'static str,
    /// The least key it needs.
    scope: Scope,
    /// What a browser is told.
    cors: Option<Cors>,
}

/// The answer of a request that succeeds, as the client wants it.
async fn respond(
    app: &Arc<App>,
    scheme: Scheme,
    parts: &Parts,
    body: &mut Incoming,
    found: &mut Found,
) -> Result<Response<Body>, Error> {
    let metadata = Metadata::of(&parts.headers);
    let answer = answer(app, scheme, metadata, parts, body, found).await?;
    let mut response = answer.into_response(metadata);
    if accept::takes_gzip(&parts.headers) {
        gzip::apply(&app.parsers, &mut response).await;
    }
    match found.scope {
        Scope::Query => app.space.hold(response),
        // What changes something has changed it by now: a refusal would be untrue.
        Scope::Open | Scope::Admin => Ok(response),
    }
}

async fn answer(
    app: &Arc<App>,
    scheme: Scheme,
    metadata: Metadata,
    parts: &Parts,
    body: &mut Incoming,
    found: &mut Found,
) -> Result<Answer, Error> {
    limits::check_host(parts)?;
    limits::check_target(&parts.uri)?;
    let path = path::split(parts.uri.path()).map_err(|_| crate::error::target_not_text())?;
    let query = QueryString::parse(parts.uri.query()).map_err(|_| crate::error::target_not_text())?;
    if cors::is_preflight(&parts.method, &parts.headers) {
        let (answer, allowed) = cors::preflight(app, &parts.headers, path)?;
        *found = Found { route: "preflight", scope: Scope::Open, cors: Some(allowed) };
        return Ok(answer);
    }
    let (row, captures) = routes::find(&parts.method, path)?;
    let cors = Cors::of(app, row.scope, captures.name(), &parts.headers);
    *found = Found { route: row.pattern, scope: row.scope, cors };
    if let Operation::Page(page) = row.operation {
        return routes::service::page(app, page).await;
    }
    let version = version_of(row.operation, &query)?;
    auth::check(&app.keys, row.scope, scheme, &parts.method, &parts.headers, &query)?;
    auth::check_user(row.scope, &parts.headers)?;
    let preconditions = Preconditions::of(&parts.headers);
    let (body, space) = limits::read_body(&parts.headers, body, &app.patience, &app.space).await?;
    let call = Call {
        version,
        metadata,
        preconditions,
        captures,
        query,
        body,
        _space: space,
        preference: Preference::of(&parts.headers),
        base: base(scheme, &parts.uri, &parts.headers),
        target: parts.uri.path_and_query().map_or_else(String::new, |target| target.as_str().to_owned()),
    };
    routes::dispatch(app, row, call).await
}

/// Our own extensions have no versions yet; they see the newest shapes.
fn version_of(operation: Operation, query: &QueryString) -> Result<ApiVersion, Error> {
    if operation == Operation::DescribeIndex { Ok(ApiVersion::NEWEST) } else { version::of(query) }
}

/// HTTP/2 has the host in the target, HTTP/1 in a header.
fn base(scheme: Scheme, uri: &http::Uri, headers: &HeaderMap) -> String {
    let host = uri.authority().map(http::uri::Authority::as_str);
    let host = host.or_else(|| headers.get(header::HOST).and_then(|value| value.to_str().ok()));
    format!("{}://{}", scheme.as_str(), host.unwrap_or("localhost"))
}

/// A panic in an operation is a 500 with an id, not a broken connection.
async fn catch<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let mut future = Box::pin(future);
    let caught = poll_fn(|context| match pool::catch(|| future.as_mut().poll(context)) {
        Ok(poll) => poll.map(Ok),
        Err(panicked) => std::task::Poll::Ready(Err(panicked)),
    });
    caught.await.unwrap_or_else(|panicked| Err(crate::error::job(&panicked.into())))
}
