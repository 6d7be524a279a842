//! Pages of other origins: what an index's `corsOptions` let browsers do (`api.md` §1.9).
//!
//! They apply to what a query key may do with documents and to nothing else; an index without them sends no header of this
//! file. A preflight needs no key and no api-version. Where the service is silent we do as the framework it stood on when
//! this was new, and as a public log of 2018 shows: an allowed preflight is a 200 without a body, a refused one a 400.

use http::{HeaderMap, HeaderValue, Method, header};
use lazuli_wire::indexes::CorsOptions;

use super::answer::{Answer, Content};
use super::auth::Scope;
use crate::app::App;
use crate::error::{self, Error};
use crate::path::Segment;
use crate::routes;

/// How long browsers may remember a preflight if the index does not say (`api.md` §1.9), in seconds.
const MAX_AGE_DEFAULT: i64 = 300;
/// What pages may read beside the headers that every page may.
const EXPOSED: &str = "request-id, client-request-id, x-ms-client-request-id, elapsed-time, retry-after, \
                       throttle-reason, odata-version, preference-applied";

/// What is said to a browser about one request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cors {
    /// The origin allowed, as it is sent; none if this one is not.
    allowed: Option<HeaderValue>,
    /// Another origin would be answered otherwise.
    varies: bool,
    preflight: Option<Preflight>,
}

/// What a browser asks before it sends the request itself.
#[derive(Debug, PartialEq, Eq)]
struct Preflight {
    method: HeaderValue,
    headers: Option<HeaderValue>,
    max_age_seconds: i64,
}

impl Cors {
    /// What to say with the answer of a request that is no preflight; nothing if it comes from no page, or if its index
    /// has no CORS options.
    pub(crate) fn of(app: &App, scope: Scope, index: &str, headers: &HeaderMap) -> Option<Cors> {
        if scope != Scope::Query {
            return None;
        }
        let origin = headers.get(header::ORIGIN)?;
        Some(Cors::decide(&app.definitions.cors(index)?, origin))
    }

    fn decide(options: &CorsOptions, origin: &HeaderValue) -> Cors {
        if options.allowed_origins.iter().any(|allowed| allowed == "*") {
            return Cors { allowed: Some(HeaderValue::from_static("*")), varies: false, preflight: None };
        }
        // Definitions may have a slash behind an origin, as the service lets them; browsers send none.
        let same = |allowed: &String| {
            let allowed = allowed.strip_suffix('/').unwrap_or(allowed);
            allowed.as_bytes().eq_ignore_ascii_case(origin.as_bytes())
        };
        let allowed = options.allowed_origins.iter().any(same).then(|| origin.clone());
        Cors { allowed, varies: true, preflight: None }
    }

    /// Adds the headers.
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        if self.varies {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        let Some(origin) = self.allowed else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        match self.preflight {
            None => {
                headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
            }
            Some(preflight) => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, preflight.method);
                if let Some(asked) = preflight.headers {
                    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
                }
                headers.insert(header::ACCESS_CONTROL_MAX_AGE, preflight.max_age_seconds.into());
            }
        }
    }
}

/// Whether this is a preflight: `OPTIONS` that names an origin and the method to come.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Answers a preflight. That an index is missing, has no CORS options or has others is one and the same refusal. (Names of
/// indexes are no secret all the same: `docs/extensions.md` says what `/metrics` tells without a key.)
pub(crate) fn preflight(app: &App, headers: &HeaderMap, path: Vec<Segment>) -> Result<(Answer, Cors), Error> {
    let origin = headers.get(header::ORIGIN);
    let origin_text = origin.and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let refused = || error::origin_not_allowed(origin_text);
    let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD).ok_or_else(refused)?;
    let method = Method::from_bytes(asked.as_bytes()).map_err(|_| refused())?;
    let (row, captures) = routes::find(&method, path)?;
    if row.scope != Scope::Query {
        return Err(refused());
    }
    let options = app.definitions.cors(captures.name()).ok_or_else(refused)?;
    let mut cors = Cors::decide(&options, origin.ok_or_else(refused)?);
    if cors.allowed.is_none() {
        return Err(refused());
    }
    cors.preflight = Some(Preflight {
        method: asked.clone(),
        headers: headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned(),
        max_age_seconds: options.max_age_in_seconds.unwrap_or(MAX_AGE_DEFAULT),
    });
    Ok((Answer::ok(Content::EmptyBody), cors))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `allowed` are the origins of the index, blanks between them; the answer is the value of
    /// `Access-Control-Allow-Origin`, and whether there is a `Vary`.
    fn check(allowed: &str, origin: &'static str, expected: (Option<&str>, bool)) {
        let allowed_origins = allowed.split_whitespace().map(str::to_owned).collect();
        let options = CorsOptions { allowed_origins, max_age_in_seconds: None };
        let mut headers = HeaderMap::new();
        Cors::decide(&options, &HeaderValue::from_static(origin)).apply(&mut headers);
        let sent = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!((sent, headers.contains_key("vary")), expected, "{allowed} for {origin}");
        assert_eq!(headers.contains_key("access-control-expose-headers"), sent.is_some());
        assert!(!headers.contains_key("access-control-max-age"));
    }

    #[test]
    fn the_origin_that_is_listed_is_echoed() {
        check("*", "https://a.example", (Some("*"), false));
        check("*", "null", (Some("*"), false));
        check("https://a.example http://b:81", "http://b:81", (Some("http://b:81"), true));
        check("https://A.example", "https://a.example", (Some("https://a.example"), true));
        check("https://a.example/", "https://a.example", (Some("https://a.example"), true));
        check("https://a.example", "http://a.example", (None, true));
        check("https://a.example", "https://a.example:444", (None, true));
        check("https://a.example", "null", (None, true));
        check("", "https://a.example", (None, true));
    }

    #[test]
    fn a_preflight_is_told_by_its_headers() {
        let mut headers = HeaderMap::new();
        assert!(!is_preflight(&Method::OPTIONS, &headers));
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://a"));
        assert!(!is_preflight(&Method::OPTIONS, &headers));
        headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
        assert!(is_preflight(&Method::OPTIONS, &headers) && !is_preflight(&Method::GET, &headers));
    }
}
