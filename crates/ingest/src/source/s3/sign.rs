//! Signature Version 4 of a request, in its `Authorization` header.
//!
//! ```text
//! canonical request = method ⏎ path ⏎ query ⏎ headers ⏎ ⏎ names of headers ⏎ hash of the body
//! string to sign    = AWS4-HMAC-SHA256 ⏎ moment ⏎ day/region/s3/aws4_request ⏎ hash of the canonical request
//! key               = HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), "s3"), "aws4_request")
//! ```

use bytes::Bytes;
use http::Request;
use ring::{digest, hmac};

/// SHA-256 of nothing.
pub(super) const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The header with the hash of the body.
pub(super) const HASH: &str = "x-amz-content-sha256";

/// With what a request is signed.
pub(super) struct SigningKey<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
    pub(super) region: &'a str,
}

/// The value of `Authorization`. All headers of the request are signed, so it must have `host`, `x-amz-date` and
/// `x-amz-content-sha256`; its path and query must be escaped, and the query sorted, as the signature wants them.
///
/// `moment` is that of `x-amz-date`: `20130524T000000Z`.
pub(super) fn authorization(request: &Request<Bytes>, key: &SigningKey<'_>, moment: &str) -> String {
    let (canonical, signed) = canonical(request);
    let day = moment.split('T').next().unwrap_or_default();
    let scope = format!("{day}/{}/s3/aws4_request", key.region);
    let hash = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hash}");
    let mut secret = hmac_sha256(format!("AWS4{}", key.secret).as_bytes(), day);
    for part in [key.region, "s3", "aws4_request"] {
        secret = hmac_sha256(secret.as_ref(), part);
    }
    let signature = hex(hmac_sha256(secret.as_ref(), &text).as_ref());
    format!("AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={signed},Signature={signature}", key.id)
}

/// The canonical request, and the names of its headers.
fn canonical(request: &Request<Bytes>) -> (String, String) {
    let mut headers: Vec<(&str, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).trim().to_owned()))
        .collect();
    headers.sort();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let (method, uri) = (request.method(), request.uri());
    let query = uri.query().unwrap_or_default();
    let hash = request.headers().get(HASH).and_then(|hash| hash.to_str().ok()).unwrap_or_default();
    let text = format!("{method}\n{}\n{query}\n{lines}\n{names}\n{hash}", uri.path());
    (text, names)
}

fn hmac_sha256(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Amazon's page "Signature Calculations for the Authorization Header" (S3 API reference): their key, their
    /// moment, the signatures that they print.
    #[track_caller]
    fn check(target: &str, headers: &[(&str, &str)], signed: &str, signature: &str) {
        let mut request = Request::get(format!("https://examplebucket.s3.amazonaws.com{target}"))
            .header("host", "examplebucket.s3.amazonaws.com")
            .header(HASH, EMPTY_SHA256)
            .header("x-amz-date", "20130524T000000Z");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let key = SigningKey {
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
        };
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders={signed},Signature={signature}"
        );
        assert_eq!(authorization(&request.body(Bytes::new()).unwrap(), &key, "20130524T000000Z"), expected);
    }

    #[test]
    fn amazons_examples_are_signed_as_amazon_signs_them() {
        check(
            "/test.txt",
            &[("range", "bytes=0-9")],
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        );
        let usual = "host;x-amz-content-sha256;x-amz-date";
        check("/?lifecycle=", &[], usual, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        check(
            "/?max-keys=2&prefix=J",
            &[],
            usual,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        );
    }
}
