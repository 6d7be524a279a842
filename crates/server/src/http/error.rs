//! How a refusal looks on the wire (`wire.md` §1); what it says is in [`crate::error`].

use http::{HeaderMap, HeaderValue, Response, header};
use lazuli_wire::errors::{ErrorBody, ErrorDetail};

use super::answer::{preference_applied, strict_transport, strict_transport_error};
use super::body::Body;
use crate::error::{Refusal, Shape};

/// Turns an error into a response; the headers every answer has are added by [`super::trace`].
pub(crate) fn into_response(error: Refusal) -> Response<Body> {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("en"));
    if error.shape == Shape::Throttled {
        strict_transport(&mut headers);
    } else {
        strict_transport_error(&mut headers);
    }
    if let Some(seconds) = error.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(allow) = error.allow.as_ref().and_then(|allow| HeaderValue::try_from(allow).ok()) {
        headers.insert(header::ALLOW, allow);
    }
    if let Some(challenge) = error.challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    let status = error.status;
    let body = match error.shape {
        Shape::Envelope => {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            headers.insert(header::EXPIRES, HeaderValue::from_static("-1"));
            envelope(error, &mut headers)
        }
        Shape::EnvelopeOnly => envelope(error, &mut headers),
        Shape::Throttled => {
            headers.insert("throttle-reason", HeaderValue::from_static("rateLimitExceeded"));
            preference_applied(&mut headers);
            envelope(error, &mut headers)
        }
        Shape::Empty => {
            preference_applied(&mut headers);
            Body::chunked(Vec::new())
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn envelope(error: Refusal, headers: &mut HeaderMap) -> Body {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    let details = error.detail.map(|detail| ErrorDetail {
        code: detail.code.to_owned(),
        message: detail.message,
        details: Vec::new(),
    });
    let body = ErrorBody {
        error: ErrorDetail {
            code: error.code.to_owned(),
            message: error.message,
            details: details.into_iter().collect(),
        },
    };
    Body::sized(serde_json::to_vec(&body).unwrap_or_default())
}
