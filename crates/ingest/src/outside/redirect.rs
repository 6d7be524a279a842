//! Redirects: followed for requests that only read, never from HTTPS to HTTP, and without telling another server the secrets of
//! the first. The address they lead to passes the guard like any other.

use bytes::Bytes;
use http::header::{ACCEPT, LOCATION, RANGE, USER_AGENT};
use http::response::Parts;
use http::{HeaderMap, Method, Request, StatusCode, Uri};

use super::error::OutsideError;

/// What another server may be told.
const HARMLESS: [http::HeaderName; 3] = [ACCEPT, RANGE, USER_AGENT];

/// A request's method and headers, kept for a redirect; `None` if it must not be sent elsewhere.
pub(super) fn repeatable(request: &Request<Bytes>) -> Option<(Method, HeaderMap)> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads.then(|| (request.method().clone(), request.headers().clone()))
}

/// The request that an answer redirects to, if it does.
pub(super) fn next(
    (method, headers): (Method, HeaderMap),
    from: &Uri,
    head: &Parts,
) -> Option<Result<Request<Bytes>, OutsideError>> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = head.headers.get(LOCATION).filter(|_| redirects.contains(&head.status))?;
    Some(target(from, location.as_bytes()).map(|to| {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.headers_mut() = if same_origin(from, &to) { headers } else { harmless(headers) };
        *request.uri_mut() = to;
        request
    }))
}

/// The address in `location`, a whole one or a path on the same server.
fn target(from: &Uri, location: &[u8]) -> Result<Uri, OutsideError> {
    let refused = |why: &str| OutsideError::Redirect(format!("The server redirects to {why}."));
    let to = Uri::try_from(location).map_err(|_| refused("an address that is none"))?;
    if to.authority().is_none() {
        let mut parts = from.clone().into_parts();
        parts.path_and_query = to.into_parts().path_and_query;
        return Uri::from_parts(parts).map_err(|_| refused("a path that is none"));
    }
    if from.scheme_str() == Some("https") && to.scheme_str() != Some("https") {
        return Err(refused("an address without TLS"));
    }
    Ok(to)
}

fn same_origin(one: &Uri, other: &Uri) -> bool {
    one.scheme() == other.scheme() && one.authority() == other.authority()
}

fn harmless(mut headers: HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in HARMLESS {
        if let Some(value) = headers.remove(&name) {
            kept.insert(name, value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, location: &str, expected: Result<&str, ()>) {
        let found = target(&from.parse().unwrap(), location.as_bytes());
        assert_eq!(found.map(|uri| uri.to_string()).map_err(drop), expected.map(str::to_owned), "{location}");
    }

    #[test]
    fn a_location_is_a_whole_address_or_a_path() {
        check("http://a:81/x?y", "/z?w", Ok("http://a:81/z?w"));
        check("http://a/x", "https://b/z", Ok("https://b/z"));
        check("https://a/x", "http://a/z", Err(()));
        check("http://a/x", "http://[", Err(()));
        check("http://a/x", "", Err(()));
    }

    #[test]
    fn another_server_is_not_told_the_secrets_of_the_first() {
        let request = Request::get("http://a/x")
            .header("authorization", "SharedKey a:b")
            .header("cookie", "c")
            .header("range", "bytes=0-1")
            .body(Bytes::new())
            .unwrap();
        let to = |location: &str| {
            let (head, ()) = http::Response::builder()
                .status(302)
                .header("location", location)
                .body(())
                .unwrap()
                .into_parts();
            let next = next(repeatable(&request).unwrap(), request.uri(), &head).unwrap().unwrap();
            next.headers().keys().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(to("/y"), ["authorization", "cookie", "range"]);
        assert_eq!(to("http://b/y"), ["range"]);
        assert_eq!(to("http://a:81/y"), ["range"]);
    }

    #[test]
    fn only_reading_requests_are_sent_elsewhere() {
        let request = Request::post("http://a/x").body(Bytes::from("secret")).unwrap();
        assert!(repeatable(&request).is_none());
    }
}
