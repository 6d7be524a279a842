//! Signatures with an account's key: `SharedKey` for blobs, `SharedKeyLite` for tables. What is signed was checked against
//! Azurite (`indexers.md` §8); where a path names the account it stands in the resource twice.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::Request;
use http::header::{
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_UNMODIFIED_SINCE, RANGE,
};
use ring::hmac;

/// The header's value for a request to the blob service, whose query is given once more as it was before escaping.
pub(super) fn shared_key(
    request: &Request<Bytes>,
    query: &[(&'static str, String)],
    account: &str,
    key: &[u8],
) -> String {
    let header = |name: HeaderName| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let length = match request.body().len() {
        0 => String::new(),
        length => length.to_string(),
    };
    let mut text = [
        request.method().as_str(),
        header(CONTENT_ENCODING),
        header(CONTENT_LANGUAGE),
        &length,
        header(HeaderName::from_static("content-md5")),
        header(CONTENT_TYPE),
        // The date is in x-ms-date.
        "",
        header(IF_MODIFIED_SINCE),
        header(IF_MATCH),
        header(IF_NONE_MATCH),
        header(IF_UNMODIFIED_SINCE),
        header(RANGE),
        "",
    ]
    .join("\n");
    text += &canonical_headers(request);
    text += &format!("/{account}{}", request.uri().path());
    let mut query: Vec<_> = query.iter().collect();
    query.sort();
    for (name, value) in query {
        text += &format!("\n{}:{value}", name.to_ascii_lowercase());
    }
    format!("SharedKey {account}:{}", hmac_sha256(key, &text))
}

/// The header's value for a request to the table service.
pub(super) fn shared_key_lite(request: &Request<Bytes>, date: &str, account: &str, key: &[u8]) -> String {
    let text = format!("{date}\n/{account}{}", request.uri().path());
    format!("SharedKeyLite {account}:{}", hmac_sha256(key, &text))
}

/// The service's own headers, sorted, one per line.
fn canonical_headers(request: &Request<Bytes>) -> String {
    let own = request.headers().iter().filter(|(name, _)| name.as_str().starts_with("x-ms-"));
    let mut lines: Vec<String> =
        own.filter_map(|(name, value)| Some(format!("{name}:{}\n", value.to_str().ok()?.trim()))).collect();
    lines.sort();
    lines.concat()
}

fn hmac_sha256(key: &[u8], text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_mac_is_hmac_sha256() {
        let mac = hmac_sha256(b"Jefe", "what do ya want for nothing?");
        assert_eq!(mac, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }
}
