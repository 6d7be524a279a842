//! What an operation answers when it succeeds, and the headers that come with it (`wire.md` §1).

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::accept::Metadata;
use super::body::Body;

/// A success.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    /// Without quotes.
    pub(crate) etag: Option<String>,
    pub(crate) location: Option<String>,
}

/// The body of a success.
#[derive(Debug)]
pub(crate) enum Content {
    /// OData JSON, already rendered.
    Json(Vec<u8>),
    /// A bare number, as `$count` answers it.
    Count(u64),
    /// 204.
    Nothing,
    /// 200 with nothing in its body: an allowed preflight.
    EmptyBody,
    /// 202, without a content type (`wire.md` §1).
    EmptyChunked,
    /// One of our own pages (health, metrics, the CA): this content type, no OData headers.
    Plain(&'static str, Vec<u8>),
}

impl Answer {
    /// 200 with this content.
    pub(crate) fn ok(content: Content) -> Answer {
        Answer { status: StatusCode::OK, content, etag: None, location: None }
    }

    /// 200 with a JSON body.
    pub(crate) fn json(body: Vec<u8>) -> Answer {
        Answer::ok(Content::Json(body))
    }

    /// 204.
    pub(crate) fn no_content() -> Answer {
        Answer { status: StatusCode::NO_CONTENT, ..Answer::ok(Content::Nothing) }
    }

    /// One of our own pages.
    pub(crate) fn plain(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, ..Answer::ok(Content::Plain(content_type, body.into())) }
    }

    /// Turns it into a response; the headers every answer has are added by [`super::trace`].
    pub(crate) fn into_response(self, metadata: Metadata) -> Response<Body> {
        let mut headers = HeaderMap::with_capacity(12);
        let body = match self.content {
            Content::Json(bytes) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(metadata.content_type()));
                odata(&mut headers);
                Body::chunked(bytes)
            }
            Content::Count(count) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
                odata(&mut headers);
                Body::chunked(count.to_string())
            }
            Content::Nothing => {
                preference_applied(&mut headers);
                strict_transport(&mut headers);
                Body::none()
            }
            Content::EmptyChunked => {
                preference_applied(&mut headers);
                strict_transport(&mut headers);
                Body::chunked(Vec::new())
            }
            Content::EmptyBody => {
                strict_transport(&mut headers);
                Body::sized(Vec::new())
            }
            Content::Plain(content_type, bytes) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
                Body::sized(bytes)
            }
        };
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::try_from(format!("\"{etag}\"")).ok()) {
            headers.insert(header::ETAG, etag);
        }
        if let Some(location) = self.location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = headers;
        response
    }
}

fn odata(headers: &mut HeaderMap) {
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    preference_applied(headers);
    strict_transport(headers);
}

/// The service says so although nobody asked (`wire.md` §1).
pub(crate) fn preference_applied(headers: &mut HeaderMap) {
    headers.insert("preference-applied", HeaderValue::from_static("odata.include-annotations=\"*\""));
}

/// The service sends two lines with a success (and with the refusal of too many requests) and only the second with an error.
pub(crate) fn strict_transport(headers: &mut HeaderMap) {
    headers.append(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=2592000"));
    strict_transport_error(headers);
}

/// See [`strict_transport`].
pub(crate) fn strict_transport_error(headers: &mut HeaderMap) {
    headers.append(
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=15724800; includeSubDomains"),
    );
}
