//! What every answer carries, whatever it is: `request-id`, `elapsed-time`, the client's id when it asked for it back; and
//! what we note about every request: one line in the log, one count, one duration. No header and no query string is ever
//! logged, so no key is.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Response};
use lazuli_platform::random::Random;

use super::body::Body;
use crate::metrics;

/// What is known about a request before it is looked at.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Dashed, lower case.
    pub(crate) request_id: String,
    /// The client's id, if it wants it back.
    echo: bool,
    method: Method,
    started: Duration,
}

impl Trace {
    /// Takes the client's id when it is a GUID, else makes one (`wire.md` §1).
    pub(crate) fn begin(method: &Method, headers: &HeaderMap, random: &dyn Random, now: Duration) -> Trace {
        let given =
            ["x-ms-client-request-id", "client-request-id"].iter().find_map(|name| guid(headers.get(*name)?));
        let echo = ["x-ms-return-client-request-id", "return-client-request-id"]
            .iter()
            .filter_map(|name| headers.get(*name))
            .any(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        let echo = echo && given.is_some();
        let request_id = given.unwrap_or_else(|| dashed(random.u128()));
        Trace { request_id, echo, method: method.clone(), started: now }
    }

    /// Completes the response and notes the request. `route` is the pattern that matched, `cause` what broke, if
    /// something did.
    pub(crate) fn end(
        self,
        response: &mut Response<Body>,
        route: &'static str,
        cause: Option<&str>,
        now: Duration,
    ) {
        let elapsed = now.saturating_sub(self.started);
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let status = response.status();
        let headers = response.headers_mut();
        headers.insert("elapsed-time", HeaderValue::from(millis));
        if let Ok(id) = HeaderValue::try_from(&self.request_id) {
            if self.echo {
                headers.insert("client-request-id", id.clone());
                headers.insert("x-ms-client-request-id", id.clone());
            }
            headers.insert("request-id", id);
        }
        metrics::request(route, status, elapsed);
        let (id, method, status) = (&self.request_id, &self.method, status.as_u16());
        // A client's mistakes are its own business; what we cannot do is worth a line, what broke needs eyes.
        match (status, cause) {
            (500, Some(cause)) => {
                tracing::error!(id, %method, route, status, millis, cause, "request failed")
            }
            (501.., Some(cause)) => {
                tracing::info!(id, %method, route, status, millis, cause, "request refused")
            }
            (_, Some(cause)) => tracing::debug!(id, %method, route, status, millis, cause, "request refused"),
            (_, None) => tracing::debug!(id, %method, route, status, millis, "request"),
        }
    }
}

/// A GUID in one of the spellings of .NET (with or without dashes, in braces, in parentheses), as dashed lower case.
fn guid(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.trim();
    let within = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let text = within('{', '}').or_else(|| within('(', ')')).unwrap_or(text);
    let dashes_stand = match text.len() {
        32 => true,
        36 => [8, 13, 18, 23].iter().all(|&at| text.as_bytes().get(at) == Some(&b'-')),
        _ => false,
    };
    let digits = text.replace('-', "");
    let is_guid = dashes_stand && digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = if is_guid { u128::from_str_radix(&digits, 16).ok()? } else { return None };
    Some(dashed(number))
}

fn dashed(number: u128) -> String {
    let digits = format!("{number:032x}");
    let mut out = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use lazuli_platform::random::SeededRandom;

    use super::*;

    fn check(given: &'static str, expected: Option<&str>) {
        assert_eq!(guid(&HeaderValue::from_static(given)).as_deref(), expected, "{given}");
    }

    #[test]
    fn guids_in_every_spelling_come_back_dashed() {
        let dashed = Some("b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6");
        check("b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6", dashed);
        check("B699F5A01B2C4D3E8F40A1B2C3D4E5F6", dashed);
        check("{b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6}", dashed);
        check("(b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6)", dashed);
        check("{b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6)", None);
        check("b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f", None);
        check("+699f5a01b2c4d3e8f40a1b2c3d4e5f6", None);
        check("my request", None);
    }

    #[test]
    fn the_clients_id_comes_back_only_when_asked_for() {
        let mut headers = HeaderMap::new();
        headers
            .insert("x-ms-client-request-id", HeaderValue::from_static("b699f5a01b2c4d3e8f40a1b2c3d4e5f6"));
        let end = |headers: &HeaderMap| {
            let trace = Trace::begin(&Method::GET, headers, &SeededRandom::new(1), Duration::ZERO);
            let mut response = Response::new(Body::none());
            trace.end(&mut response, "test", None, Duration::from_millis(7));
            response.into_parts().0.headers
        };
        let plain = end(&headers);
        assert_eq!(plain["request-id"], "b699f5a0-1b2c-4d3e-8f40-a1b2c3d4e5f6");
        assert_eq!(plain["elapsed-time"], "7");
        assert!(!plain.contains_key("client-request-id"));
        headers.insert("x-ms-return-client-request-id", HeaderValue::from_static("true"));
        let asked = end(&headers);
        assert_eq!(asked["client-request-id"], asked["request-id"]);
        assert_eq!(asked["x-ms-client-request-id"], asked["request-id"]);
    }
}
