//! Azure Storage as a client: accounts and their connection strings ([`account`]), signatures ([`sign`]), and the listing of
//! blobs ([`list`]). Requests say version 2021-12-02, which the service and Azurite know alike.
//!
//! The official crates are no help here: they know neither connection strings nor account keys, the usual form of
//! credentials of a data source (`indexers.md` §8).

pub(crate) mod account;
pub(crate) mod list;
mod sign;

#[cfg(test)]
pub(crate) mod azurite;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};

use self::account::Account;
use crate::outside::{Answer, Outside};
use crate::source::SourceError;
use crate::source::sql::CREDENTIALS;

/// What is asked of a service, before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Below the endpoint, beginning with a slash, escaped.
    pub(crate) path: String,
    /// Names and values, not escaped.
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Ask {
    pub(crate) fn get(path: String) -> Self {
        Self { method: Method::GET, path, query: Vec::new(), headers: Vec::new(), body: Bytes::new() }
    }
}

/// One service of an account, reached by the way out.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) account: Account,
    pub(crate) outside: Arc<Outside>,
}

impl Client {
    /// Sends the request and reads the answer, of whatever status.
    pub(crate) async fn send(&self, ask: &Ask, body_bytes_max: usize) -> Result<Answer, SourceError> {
        let build = || self.account.request(ask, self.outside.clock().unix_millis());
        Ok(self.outside.fetch(build, body_bytes_max).await?)
    }
}

/// What an answer that is no success means. `what` is the container or table, for the message.
pub(crate) fn failure(answer: &Answer, what: &str) -> SourceError {
    let code = answer.header("x-ms-error-code").unwrap_or_default();
    let text = format!("The storage service answered {} {code} for '{what}'.", answer.status.as_u16());
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SourceError::Credentials(CREDENTIALS.into()),
        StatusCode::NOT_FOUND => SourceError::Missing(text),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => SourceError::Transient(text),
        status if status.is_server_error() => SourceError::Transient(text),
        _ => SourceError::Broken(text),
    }
}
