//! A storage account that can be asked: where it is, and how requests to it are signed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Request};
use lazuli_catalog::data_sources::connection::{Storage, StorageCredential, StorageService};
use percent_encoding::utf8_percent_encode;

use super::{Ask, sign};
use crate::outside::{OutsideError, http_date};
use crate::source::SourceError;
use crate::source::stored::SEGMENT;

/// Known to the service since 2021 and to every Azurite in use.
const VERSION: &str = "2021-12-02";

/// One service of an account, and with what right it is asked.
#[derive(Clone)]
pub(crate) struct Account {
    service: StorageService,
    /// Without a slash at the end; with the account as path where the host does not name it.
    pub(crate) endpoint: String,
    access: Access,
}

#[derive(Clone)]
enum Access {
    Key {
        account: String,
        key: Vec<u8>,
    },
    /// A signed query, without question mark, escaped as it was given.
    Signature(String),
}

impl std::fmt::Debug for Account {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, …)", self.endpoint)
    }
}

impl Account {
    /// The account that a connection string for `service` names, for this container or table.
    pub(crate) fn new(
        storage: Storage,
        service: StorageService,
        container: &str,
    ) -> Result<Self, SourceError> {
        if storage.container.is_some_and(|only| only != container) {
            return Err(unusable("The signature is for another container than that of the data source."));
        }
        let access = match storage.credential {
            StorageCredential::SharedKey { account, key } => Access::Key {
                account,
                key: BASE64_STANDARD
                    .decode(key.reveal())
                    .map_err(|_| unusable("'AccountKey' must be base64."))?,
            },
            StorageCredential::SharedAccessSignature(signature) => {
                Access::Signature(signature.reveal().to_owned())
            }
            StorageCredential::ManagedIdentity { .. } => {
                return Err(unusable("It names a managed identity."));
            }
        };
        Ok(Self { service, endpoint: storage.endpoint, access })
    }

    /// The request, signed as of now.
    pub(crate) fn request(&self, ask: &Ask, now_unix_millis: i64) -> Result<Request<Bytes>, OutsideError> {
        let mut query: Vec<String> = ask
            .query
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, SEGMENT)))
            .collect();
        if let Access::Signature(signature) = &self.access {
            query.push(signature.clone());
        }
        let separator = if query.is_empty() { "" } else { "?" };
        let uri = format!("{}{}{separator}{}", self.endpoint, ask.path, query.join("&"));
        let date = http_date(now_unix_millis);
        let mut request = Request::builder().method(ask.method.clone()).uri(uri);
        request = request.header("x-ms-version", VERSION).header("x-ms-date", &date);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(ask.body.clone()).map_err(|error| {
            OutsideError::Address(format!("The storage service cannot be asked for this: {error}."))
        })?;
        if let Access::Key { account, key } = &self.access {
            let value = match self.service {
                StorageService::Blob => sign::shared_key(&request, &ask.query, account, key),
                StorageService::Table => sign::shared_key_lite(&request, &date, account, key),
            };
            let value = HeaderValue::try_from(value).map_err(|_| {
                OutsideError::Address("The name of the storage account cannot be sent.".into())
            })?;
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        Ok(request)
    }
}

fn unusable(why: &str) -> SourceError {
    SourceError::Credentials(format!("The data source cannot be reached with its connection string. {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(connection: &str, service: StorageService, uri: &str, signed: bool) {
        let account = Account::new(Storage::parse(connection, service).unwrap(), service, "docs").unwrap();
        let ask = Ask { query: vec![("prefix", "a b/&".into())], ..Ask::get("/docs".into()) };
        let request = account.request(&ask, 1_767_225_600_000).unwrap();
        assert_eq!(request.uri().to_string(), uri, "{connection}");
        assert_eq!(request.headers().contains_key("authorization"), signed, "{connection}");
        assert_eq!(request.headers()["x-ms-date"], "Thu, 01 Jan 2026 00:00:00 GMT");
    }

    #[test]
    fn requests_go_to_the_endpoint_with_what_gives_the_right_to() {
        use StorageService::{Blob, Table};
        let (account, query) = ("AccountName=acc;AccountKey=a2V5", "?prefix=a%20b%2F%26");
        check(account, Blob, &format!("https://acc.blob.core.windows.net/docs{query}"), true);
        check(account, Table, &format!("https://acc.table.core.windows.net/docs{query}"), true);
        let development = format!("http://127.0.0.1:10000/devstoreaccount1/docs{query}");
        check("UseDevelopmentStorage=true", Blob, &development, true);
        let signed = format!("https://acc.blob.core.windows.net/docs{query}&sv=1&sig=a%2Fb%3D");
        for connection in [
            "BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=a%2Fb%3D;",
            "ContainerSharedAccessUri=https://acc.blob.core.windows.net/docs?sv=1&sig=a%2Fb%3D;",
        ] {
            check(connection, Blob, &signed, false);
        }
    }

    #[test]
    fn a_signature_is_for_its_container_only() {
        let connection = "ContainerSharedAccessUri=https://h/other?secret";
        let storage = Storage::parse(connection, StorageService::Blob).unwrap();
        let error = Account::new(storage, StorageService::Blob, "docs").unwrap_err();
        assert!(matches!(&error, SourceError::Credentials(text) if !text.contains("secret")), "{error:?}");
    }
}
