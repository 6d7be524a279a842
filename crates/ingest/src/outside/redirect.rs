//! Redirects: followed for requests that only read, and on the host they were sent to only, never from HTTPS to HTTP. A data
//! source says where its data is; a redirect to anywhere else is an answer like any other, for the caller to make sense of.

use bytes::Bytes;
use http::header::LOCATION;
use http::response::Parts;
use http::{HeaderMap, Method, Request, StatusCode, Uri};

use super::error::OutsideError;

/// A request's method and headers, kept for a redirect; `None` if it must not be sent elsewhere.
pub(super) fn repeatable(request: &Request<Bytes>) -> Option<(Method, HeaderMap)> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads.then(|| (request.method().clone(), request.headers().clone()))
}

/// The request that an answer redirects to, if it does and does not lead elsewhere.
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
    let to = match target(from, location.as_bytes()) {
        Ok(to) if is_elsewhere(from, &to) => return None,
        Ok(to) => to,
        Err(error) => return Some(Err(error)),
    };
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method;
    *request.headers_mut() = headers;
    *request.uri_mut() = to;
    Some(Ok(request))
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

/// Whether an address is of another server: the host or the port is another, unless TLS takes the place of plain HTTP.
fn is_elsewhere(from: &Uri, to: &Uri) -> bool {
    let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
    let gains_tls = from.scheme_str() == Some("http") && to.scheme_str() == Some("https");
    host(from) != host(to) || (!gains_tls && from.port_u16() != to.port_u16())
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
    fn only_the_same_server_is_asked_again() {
        let follows = |from: &str, location: &str| {
            let request =
                Request::get(from).header("authorization", "SharedKey a:b").body(Bytes::new()).unwrap();
            let head = http::Response::builder().status(302).header("location", location).body(()).unwrap();
            let next = next(repeatable(&request).unwrap(), request.uri(), &head.into_parts().0);
            next.map(|next| next.is_ok_and(|next| next.headers().contains_key("authorization")))
        };
        for location in ["/y", "http://a/y", "http://A/y", "https://a/y", "https://a:444/y"] {
            assert_eq!(follows("http://a/x", location), Some(true), "{location}");
        }
        for location in ["http://b/y", "http://a:81/y", "http://127.0.0.1/y"] {
            assert_eq!(follows("http://a/x", location), None, "{location}");
        }
        assert_eq!(follows("https://a/x", "http://a/y"), Some(false));
    }

    #[test]
    fn only_reading_requests_are_sent_elsewhere() {
        let request = Request::post("http://a/x").body(Bytes::from("secret")).unwrap();
        assert!(repeatable(&request).is_none());
    }
}
