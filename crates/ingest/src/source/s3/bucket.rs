//! A bucket that can be asked: its address, how requests to it are signed, and what its refusals mean.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use lazuli_catalog::data_sources::connection::{S3, S3Credential};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::list;
use super::sign::{self, SigningKey};
use crate::outside::{Answer, Outside, OutsideError};
use crate::source::SourceError;
use crate::source::sql::CREDENTIALS;
use crate::source::stored::{SEGMENT, escaped};

/// Bytes of an answer that carries no object: a thousand keys of a kilobyte, escaped, and what is said of them.
const PAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What is asked of a bucket, before it is signed.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    /// An object's key; none for the bucket itself.
    pub(super) key: Option<String>,
    /// Sorted by name, not escaped.
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body_bytes_max: usize,
}

impl Ask {
    pub(super) fn list(query: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::GET, key: None, query, headers: Vec::new(), body_bytes_max: PAGE_BYTES_MAX }
    }

    pub(super) fn object(method: Method, key: &str, body_bytes_max: usize) -> Self {
        Self { method, key: Some(key.to_owned()), query: Vec::new(), headers: Vec::new(), body_bytes_max }
    }
}

/// A bucket.
pub(super) struct Bucket {
    pub(super) name: String,
    /// Its address without a slash at its end.
    address: String,
    region: String,
    credential: S3Credential,
    outside: Arc<Outside>,
}

impl Bucket {
    pub(super) fn new(s3: S3, name: &str, outside: &Arc<Outside>) -> Self {
        Self {
            name: name.to_owned(),
            address: address(&s3, name),
            region: s3.region,
            credential: s3.credential,
            outside: Arc::clone(outside),
        }
    }

    /// The address of an object.
    pub(super) fn url(&self, key: &str) -> String {
        format!("{}/{}", self.address, escaped(key))
    }

    /// The key of the object that has this address in this bucket.
    pub(super) fn key_of(&self, url: &str) -> Option<String> {
        let escaped = url.strip_prefix(&self.url(""))?;
        Some(percent_decode_str(escaped).decode_utf8().ok()?.into_owned())
    }

    /// Sends a request and reads the answer, of whatever status.
    pub(super) async fn send(&self, ask: &Ask) -> Result<Answer, SourceError> {
        let build = || self.request(ask, self.outside.clock().unix_millis());
        Ok(self.outside.fetch(build, ask.body_bytes_max).await?)
    }

    /// The request, signed as of now.
    fn request(&self, ask: &Ask, now_unix_millis: i64) -> Result<Request<Bytes>, OutsideError> {
        let mut uri = self.url(ask.key.as_deref().unwrap_or_default());
        for (at, (name, value)) in ask.query.iter().enumerate() {
            let separator = if at == 0 { '?' } else { '&' };
            uri += &format!("{separator}{name}={}", utf8_percent_encode(value, SEGMENT));
        }
        let uri: Uri = uri.parse().map_err(|error| unusable(&error))?;
        let mut request = Request::builder().method(ask.method.clone()).header(HOST, host(&uri)).uri(uri);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Bytes::new()).map_err(|error| unusable(&error))?;
        self.sign(&mut request, sign::EMPTY_SHA256, now_unix_millis)?;
        Ok(request)
    }

    /// Adds what the signature needs and the signature, unless the bucket is asked anonymously. `hash` is that of the body.
    pub(super) fn sign(
        &self,
        request: &mut Request<Bytes>,
        hash: &str,
        now_unix_millis: i64,
    ) -> Result<(), OutsideError> {
        let S3Credential::Key { access_key_id, secret_access_key, session_token } = &self.credential else {
            return Ok(());
        };
        let now = jiff::Timestamp::from_millisecond(now_unix_millis).map_err(|error| unusable(&error))?;
        let moment = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut add = |name: &'static str, value: &str| {
            let value = HeaderValue::try_from(value).map_err(|error| unusable(&error))?;
            request.headers_mut().insert(name, value);
            Ok::<(), OutsideError>(())
        };
        add("x-amz-date", &moment)?;
        add(sign::HASH, hash)?;
        if let Some(token) = session_token {
            add("x-amz-security-token", token.reveal())?;
        }
        let key = SigningKey { id: access_key_id, secret: secret_access_key.reveal(), region: &self.region };
        let value = sign::authorization(request, &key, &moment);
        let value = HeaderValue::try_from(value).map_err(|error| unusable(&error))?;
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }

    /// What an answer that is no success means.
    pub(super) fn failure(&self, answer: &Answer) -> SourceError {
        let refusal = list::refusal(&answer.body);
        let (code, name, status) = (refusal.code.as_str(), &self.name, answer.status.as_u16());
        let region = answer.header("x-amz-bucket-region").map(str::to_owned).or(refusal.region);
        let elsewhere = answer.status.is_redirection() || code == "AuthorizationHeaderMalformed";
        if let Some(region) = region.filter(|region| elsewhere && *region != self.region) {
            return SourceError::Broken(format!(
                "The bucket '{name}' is in the region '{region}'. Name that as 'Region' in the connection string."
            ));
        }
        let text = format!("The storage service answered {status} {code} for '{name}'.");
        match code {
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "AccessDenied"
            | "ExpiredToken"
            | "InvalidToken" => {
                return SourceError::Credentials(CREDENTIALS.into());
            }
            "RequestTimeTooSkewed" => {
                return SourceError::Broken(
                    "The storage service refuses the request because its clock and that of this machine differ.".into(),
                );
            }
            "InvalidObjectState" => {
                return SourceError::Broken(
                    "The object is archived and has to be restored before it can be read.".into(),
                );
            }
            "SlowDown" | "RequestTimeout" => return SourceError::Transient(text),
            _ => {}
        }
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SourceError::Credentials(CREDENTIALS.into()),
            StatusCode::NOT_FOUND => SourceError::Missing(text),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => SourceError::Transient(text),
            status if status.is_redirection() => SourceError::Broken(format!(
                "The bucket '{name}' is at another address. Check 'Endpoint' and 'Region' of the connection string."
            )),
            status if status.is_server_error() => SourceError::Transient(text),
            _ => SourceError::Broken(text),
        }
    }
}

/// Whether an answer denies something to somebody whose credentials are right.
pub(super) fn is_denied(answer: &Answer) -> bool {
    let code = list::refusal(&answer.body).code;
    answer.status == StatusCode::FORBIDDEN && matches!(code.as_str(), "" | "AccessDenied")
}

fn unusable(why: &dyn std::fmt::Display) -> OutsideError {
    OutsideError::Address(format!("The storage service cannot be asked for this: {why}."))
}

/// Where a bucket is: a part of the host's name, or of the path.
fn address(s3: &S3, bucket: &str) -> String {
    let endpoint = s3.endpoint.clone().unwrap_or_else(|| {
        let suffix = if s3.region.starts_with("cn-") { ".cn" } else { "" };
        format!("https://s3.{}.amazonaws.com{suffix}", s3.region)
    });
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("https", &endpoint));
    // The certificate for all buckets of a region covers no name with further dots.
    let uncovered = bucket.contains('.') && scheme.eq_ignore_ascii_case("https");
    if s3.path_style || uncovered {
        return format!("{endpoint}/{bucket}");
    }
    format!("{scheme}://{bucket}.{rest}")
}

/// The `Host` that goes over the wire, which is signed: without the port that the scheme has anyway.
pub(super) fn host(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::Settings;
    use crate::outside::tests::outside;

    fn bucket(connection: &str, name: &str) -> Bucket {
        Bucket::new(S3::parse(connection).unwrap(), name, &Arc::new(outside(Settings::default())))
    }

    #[test]
    fn buckets_are_hosts_or_paths() {
        for (connection, name, expected) in [
            ("Region=eu-west-1;Anonymous=true", "docs", "https://docs.s3.eu-west-1.amazonaws.com/k"),
            ("Region=cn-north-1;Anonymous=true", "docs", "https://docs.s3.cn-north-1.amazonaws.com.cn/k"),
            ("Region=eu-west-1;Anonymous=true", "my.docs", "https://s3.eu-west-1.amazonaws.com/my.docs/k"),
            ("Endpoint=http://minio:9000;Anonymous=true", "docs", "http://minio:9000/docs/k"),
            ("Endpoint=http://h/s3;PathStyle=false;Anonymous=true", "my.docs", "http://my.docs.h/s3/k"),
        ] {
            let bucket = bucket(connection, name);
            assert_eq!(bucket.url("k"), expected);
            assert_eq!(bucket.key_of(expected).as_deref(), Some("k"));
        }
        let odd = "a b+c/ü%~.txt";
        let bucket = bucket("Endpoint=http://h;Anonymous=true", "docs");
        assert_eq!(bucket.url(odd), "http://h/docs/a%20b%2Bc/%C3%BC%25~.txt");
        assert_eq!(bucket.key_of(&bucket.url(odd)).as_deref(), Some(odd));
        assert_eq!(bucket.key_of("http://h/other/k"), None);
    }

    #[test]
    fn requests_are_signed_unless_they_are_anonymous() {
        let ask = Ask::list(vec![("list-type", "2".into()), ("prefix", "a b/".into())]);
        let signed = bucket("AccessKeyId=a;SecretAccessKey=s;SessionToken=t", "docs");
        let request = signed.request(&ask, 1_767_225_600_000).unwrap();
        assert_eq!(
            request.uri().to_string(),
            "https://docs.s3.us-east-1.amazonaws.com/?list-type=2&prefix=a%20b%2F"
        );
        let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("host"), "docs.s3.us-east-1.amazonaws.com");
        assert_eq!(
            (header("x-amz-date"), header("x-amz-security-token")),
            ("20260101T000000Z".into(), "t".into())
        );
        let authorization = header("authorization");
        assert!(
            authorization
                .contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
            "{authorization}"
        );
        let anonymous = bucket("Endpoint=http://h:9000;Anonymous=true", "docs");
        let request = anonymous.request(&ask, 0).unwrap();
        assert_eq!(request.headers().len(), 1);
        assert_eq!(request.headers()["host"], "h:9000");
    }
}
