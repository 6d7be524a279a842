//! The three calls to Cosmos DB that an indexer makes: read the collection, list its ranges, query a page of it.
//!
//! Each request is signed with the account's key: an HMAC over verb, resource type, resource and date, all in lower case
//! (`indexers.md` §8).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;
use lazuli_catalog::data_sources::connection::{Cosmos, CosmosCredential};
use percent_encoding::utf8_percent_encode;
use ring::hmac;
use serde_json::{Map, Value, json};

use crate::outside::{Answer, Outside, OutsideError, http_date};
use crate::source::SourceError;
use crate::source::pages::Page;
use crate::source::sql::CREDENTIALS;
use crate::source::stored::SEGMENT;

/// The version of the protocol: the first with ranges of partitions in all answers that we use.
const VERSION: &str = "2018-12-31";

/// A page of documents has at most 4 MB; metadata and a server of another kind may add to that.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// One collection of one account.
pub(super) struct Client {
    outside: Arc<Outside>,
    endpoint: String,
    key: hmac::Key,
    database: String,
    collection: String,
}

/// A query, and where it goes on.
pub(super) struct Query<'a> {
    pub(super) text: &'a str,
    /// Names with `@`, and their values.
    pub(super) parameters: &'a [(&'a str, Value)],
    /// One physical part of the collection; `None` for all.
    pub(super) range: Option<&'a str>,
    pub(super) continuation: Option<&'a str>,
    /// Documents of a page, at most.
    pub(super) most: usize,
}

impl Client {
    /// A client for a collection of an account's database.
    pub(super) fn new(
        outside: Arc<Outside>,
        account: &Cosmos,
        collection: &str,
    ) -> Result<Self, SourceError> {
        let refused = || SourceError::Credentials(CREDENTIALS.into());
        let CosmosCredential::Key(key) = &account.credential else { return Err(refused()) };
        let key = STANDARD.decode(key.reveal()).map_err(|_| refused())?;
        Ok(Self {
            outside,
            endpoint: account.endpoint.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            database: account.database.clone(),
            collection: collection.to_owned(),
        })
    }

    /// The collection's definition, and what time it is for the server, as documents have it: seconds since 1970. Ours where
    /// it does not say.
    pub(super) async fn collection(&self) -> Result<(Map<String, Value>, i64), SourceError> {
        let answer = self.get("colls", "").await?;
        let now =
            answer.date().map_or_else(|| self.outside.clock().unix_millis() / 1000, Timestamp::as_second);
        let body = self.body(answer)?;
        let definition = body.as_object().cloned().ok_or_else(|| unreadable(&body))?;
        Ok((definition, now))
    }

    /// The ids of the physical parts of the collection that are in use: those whose parents have been split are gone.
    pub(super) async fn ranges(&self) -> Result<Vec<String>, SourceError> {
        let body = self.body(self.get("pkranges", "/pkranges").await?)?;
        let Some(ranges) = body.get("PartitionKeyRanges").and_then(Value::as_array) else {
            return Err(unreadable(&body));
        };
        let ids = ranges.iter().filter_map(|range| range.get("id").and_then(Value::as_str));
        Ok(ids.map(str::to_owned).collect())
    }

    /// One page of what the query finds; of queries with `VALUE` these may be no objects.
    pub(super) async fn page(&self, query: &Query<'_>) -> Result<Page<Value>, SourceError> {
        let parameters: Vec<Value> =
            query.parameters.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let body = Bytes::from(json!({ "query": query.text, "parameters": parameters }).to_string());
        let build = || {
            let mut request = self
                .request(Method::POST, "docs", "/docs")
                .header("Content-Type", "application/query+json")
                .header("x-ms-documentdb-isquery", "True")
                .header("x-ms-documentdb-query-enablecrosspartition", "True")
                .header("x-ms-max-item-count", query.most);
            if let Some(range) = query.range {
                request = request.header("x-ms-documentdb-partitionkeyrangeid", range);
            }
            if let Some(continuation) = query.continuation {
                request = request.header("x-ms-continuation", continuation);
            }
            request.body(body.clone()).map_err(|error| OutsideError::Address(error.to_string()))
        };
        let answer = self.outside.fetch(build, ANSWER_BYTES_MAX).await?;
        let continuation = answer.header("x-ms-continuation").filter(|token| !token.is_empty());
        let continuation = continuation.map(str::to_owned);
        let mut body = self.body(answer)?;
        match body.get_mut("Documents").map(Value::take) {
            Some(Value::Array(items)) => Ok(Page { items, next: continuation }),
            _ => Err(unreadable(&body)),
        }
    }

    async fn get(&self, resource_type: &str, below: &str) -> Result<Answer, SourceError> {
        let build = || {
            let request = self.request(Method::GET, resource_type, below);
            request.body(Bytes::new()).map_err(|error| OutsideError::Address(error.to_string()))
        };
        Ok(self.outside.fetch(build, ANSWER_BYTES_MAX).await?)
    }

    /// A signed request to the collection, or to what is `below` it.
    fn request(&self, verb: Method, resource_type: &str, below: &str) -> http::request::Builder {
        let date = http_date(self.outside.clock().unix_millis());
        let resource = format!("dbs/{}/colls/{}", self.database, self.collection);
        let authorization = authorization(&self.key, verb.as_str(), resource_type, &resource, &date);
        let encoded = |name: &str| utf8_percent_encode(name, SEGMENT).to_string();
        let uri = format!(
            "{}/dbs/{}/colls/{}{below}",
            self.endpoint,
            encoded(&self.database),
            encoded(&self.collection)
        );
        Request::builder()
            .method(verb)
            .uri(uri)
            .header("Accept", "application/json")
            .header("Authorization", authorization)
            .header("x-ms-date", date)
            .header("x-ms-version", VERSION)
    }

    /// The body of a good answer, or what the status means.
    fn body(&self, answer: Answer) -> Result<Value, SourceError> {
        let said = || said(&answer.body);
        match answer.status.as_u16() {
            200..=299 => serde_json::from_slice(&answer.body).map_err(|error| {
                SourceError::Broken(format!("The answer of the server is no JSON: {error}."))
            }),
            401 | 403 => Err(SourceError::Credentials(CREDENTIALS.into())),
            404 => Err(SourceError::Missing(format!(
                "The collection '{}' of the database '{}' does not exist.",
                self.collection, self.database
            ))),
            // Gone: a range was split while it was read. 449: written by somebody else at this moment.
            408 | 410 | 429 | 449 | 500.. => {
                Err(SourceError::Transient(format!("The server answered {}: {}", answer.status, said())))
            }
            _ => Err(SourceError::Broken(format!("The server answered {}: {}", answer.status, said()))),
        }
    }
}

/// The sentence in an error's body, without the ids of the request and not longer than a message may be.
fn said(body: &[u8]) -> String {
    let message = serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| Some(body.get("message")?.as_str()?.to_owned()))
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    message.lines().next().unwrap_or_default().chars().take(500).collect()
}

fn unreadable(body: &Value) -> SourceError {
    let start: String = body.to_string().chars().take(100).collect();
    SourceError::Broken(format!("The answer of the server is not one of Cosmos DB: {start}"))
}

/// Whether an error that [`Client`] gave says that a part of the collection is no more, because it was split.
pub(super) fn is_gone(why: &str) -> bool {
    why.starts_with("The server answered 410")
}

/// The header of a request: `type=master&ver=1.0&sig=…`, encoded as a part of a query.
fn authorization(key: &hmac::Key, verb: &str, resource_type: &str, resource: &str, date: &str) -> String {
    let signed = format!(
        "{}\n{resource_type}\n{resource}\n{}\n\n",
        verb.to_ascii_lowercase(),
        date.to_ascii_lowercase()
    );
    let signature = STANDARD.encode(hmac::sign(key, signed.as_bytes()));
    utf8_percent_encode(&format!("type=master&ver=1.0&sig={signature}"), SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Microsoft's "Access control on Azure Cosmos DB resources".
    #[test]
    fn a_request_is_signed_as_documented() {
        let key = "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";
        let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(key).unwrap());
        let signed = authorization(&key, "GET", "dbs", "dbs/ToDoList", "Thu, 27 Apr 2017 00:51:12 GMT");
        assert_eq!(
            signed.to_lowercase(),
            "type%3dmaster%26ver%3d1.0%26sig%3dc09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2bc%2bc%3d"
                .to_lowercase()
        );
    }

    #[test]
    fn what_a_server_says_is_cut_to_its_first_line() {
        assert_eq!(
            said(br#"{"code":"TooMany","message":"Request rate is large\r\nActivityId: 1"}"#),
            "Request rate is large"
        );
        assert_eq!(said(b"<html>"), "<html>");
    }
}
