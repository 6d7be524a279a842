//! Every error we answer: status, code, detail code and the service's sentence, in one place.
//!
//! Sentences come from `wire.md` §12 and `query.md` §9 unless a comment says they are ours. Two rules of the envelope are
//! built in: a message that ends in `Parameter name: p` repeats without that line in its detail, and
//! `The request is invalid. Details: p : m` has the detail `m Parameters: p`. What only the operator should read goes
//! into [`Error::log`] and never to the client.

use std::fmt::Display;
use std::ops::Deref;

use http::StatusCode;
use lazuli_analysis::SynonymError;
use lazuli_catalog::DefinitionError;
use lazuli_catalog::document::{DocumentError, Report};
use lazuli_engine::EngineError;
use lazuli_ingest::state::{RESET_BYTES_MAX, RESET_MAX};
use lazuli_platform::cancel::Stopped;
use lazuli_platform::pool::JobError;
use lazuli_query::{ExpressionError, QueryError};
use lazuli_store::StoreError;
use lazuli_wire::search::ParameterError;
use lazuli_wire::{ApiVersion, JsonError};

use crate::app::definitions::Nouns;

/// An answer that is a refusal. Boxed, because it is rare and passed up through everything.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", .0.status, .0.message)]
pub(crate) struct Error(Box<Refusal>);

/// What a refusal says.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The outer code, often empty.
    pub(crate) code: &'static str,
    /// The sentence for the client.
    pub(crate) message: String,
    /// The one element of `details`, if there is one.
    pub(crate) detail: Option<Detail>,
    /// Which headers and body the service sends with it.
    pub(crate) shape: Shape,
    /// Seconds for `Retry-After`.
    pub(crate) retry_after_seconds: Option<u32>,
    /// Value of `Allow`, for a known path with the wrong verb.
    pub(crate) allow: Option<String>,
    /// Value of `WWW-Authenticate`, of every 401.
    pub(crate) challenge: Option<&'static str>,
    /// What happened, for the log.
    pub(crate) log: Option<String>,
}

/// `details[0]` of an error.
#[derive(Debug)]
pub(crate) struct Detail {
    /// The finer code.
    pub(crate) code: &'static str,
    /// The sentence without decoration.
    pub(crate) message: String,
}

/// The forms an error takes on the wire (`wire.md` §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The envelope with the no-cache headers.
    Envelope,
    /// The envelope without them: a missing index on a document route.
    EnvelopeOnly,
    /// No body: a missing document.
    Empty,
    /// The envelope with the reason for a refusal by rate.
    Throttled,
}

/// Characters of a sentence. The service repeats whatever a client sent; a name of megabytes in an answer and in the log helps
/// nobody.
const MESSAGE_CHARACTERS_MAX: usize = 4_000;

fn bounded(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARACTERS_MAX) {
        message.truncate(end);
        message.push('…');
    }
    message
}

impl Deref for Error {
    type Target = Refusal;

    fn deref(&self) -> &Refusal {
        &self.0
    }
}

impl Error {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Error {
        Error(Box::new(Refusal {
            status,
            code,
            message: bounded(message.into()),
            detail: None,
            shape: Shape::Envelope,
            retry_after_seconds: None,
            allow: None,
            challenge: None,
            log: None,
        }))
    }

    fn bad_request(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(StatusCode::BAD_REQUEST, code, message)
    }

    fn detail(mut self, code: &'static str, message: impl Into<String>) -> Error {
        self.0.detail = Some(Detail { code, message: bounded(message.into()) });
        self
    }

    fn shape(mut self, shape: Shape) -> Error {
        self.0.shape = shape;
        self
    }

    fn logged(mut self, cause: impl Display) -> Error {
        self.0.log = Some(cause.to_string());
        self
    }

    fn retry_after(mut self, seconds: u32) -> Error {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// Everything it says.
    pub(crate) fn into_refusal(self) -> Refusal {
        *self.0
    }
}

/// `The request is invalid. Details: p : m`, with the detail `m Parameters: p` when there are codes for it.
fn invalid(parameter: &str, sentence: &str, codes: Option<(&'static str, &'static str)>) -> Error {
    let message = format!("The request is invalid. Details: {parameter} : {sentence}");
    match codes {
        None => Error::bad_request("", message),
        Some((code, detail_code)) => Error::bad_request(code, message)
            .detail(detail_code, format!("{sentence} Parameters: {parameter}")),
    }
}

/// `m` with `Parameter name: p` under it, with the detail `m` when there are codes for it.
fn parameter(name: &str, sentence: &str, codes: Option<(&'static str, &'static str)>) -> Error {
    let message = format!("{sentence}\r\nParameter name: {name}");
    match codes {
        None => Error::bad_request("", message),
        Some((code, detail_code)) => Error::bad_request(code, message).detail(detail_code, sentence),
    }
}

// Reaching a route. The sentences from here to the next heading are ours except where a source is named.

/// The path or the query string is not UTF-8 once decoded.
pub(crate) fn target_not_text() -> Error {
    Error::bad_request("", "The request URL contains escapes that are not UTF-8.")
}

/// The request target is over its limit.
pub(crate) fn target_too_long() -> Error {
    Error::new(StatusCode::URI_TOO_LONG, "", "The request URL is longer than 8 KB.")
}

/// HTTP/1.1 without a host.
pub(crate) fn no_host() -> Error {
    Error::bad_request("", "The request needs exactly one 'Host' header.")
}

/// No route has this path.
pub(crate) fn no_such_route(path: &str) -> Error {
    Error::new(StatusCode::NOT_FOUND, "", format!("There is nothing at the path '{path}'."))
}

/// The path is one of other api-versions. The beginning of the sentence is OData's for a path it does not have.
pub(crate) fn route_not_in_version(segment: &str, version: ApiVersion) -> Error {
    let message = format!(
        "Resource not found for the segment '{segment}'. It is not available in the API version '{version}'."
    );
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// The path is known, the method is not.
pub(crate) fn wrong_method(method: &http::Method, allow: String) -> Error {
    let message = format!("The method {method} is not supported at this path. Supported: {allow}.");
    let mut error = Error::new(StatusCode::METHOD_NOT_ALLOWED, "", message);
    error.0.allow = Some(allow);
    error
}

/// `api-version` names a version that never was or is not answered any more (quoted in public logs of 2025 and 2026).
pub(crate) fn unknown_version() -> Error {
    Error::bad_request("", "The version indicated by the api-version query string parameter does not exist.")
}

/// `api-version` is missing or no version at all; the beginning of the sentence is the service's (`wire.md` §12).
pub(crate) fn no_version(supported: &str) -> Error {
    Error::bad_request(
        "",
        format!("Invalid or missing api-version query string parameter. Supported versions: {supported}."),
    )
}

/// No key at all (`api.md` §1.3; the service's body was never seen).
pub(crate) fn no_key() -> Error {
    unauthorized(
        CHALLENGE,
        "Access denied due to missing credentials. Send an admin or query key in the 'api-key' header.",
    )
}

/// What RFC 6750 §3 asks for with a 401: without an error where no token was given, with one where it was refused.
const CHALLENGE: &str = "Bearer realm=\"lazuli\"";
/// See [`CHALLENGE`].
const CHALLENGE_TOKEN: &str = "Bearer realm=\"lazuli\", error=\"invalid_token\"";

fn unauthorized(challenge: &'static str, message: &str) -> Error {
    let mut error = Error::new(StatusCode::UNAUTHORIZED, "", message);
    error.0.challenge = Some(challenge);
    error
}

/// A bearer token where none was set.
pub(crate) fn no_bearer_tokens() -> Error {
    unauthorized(
        CHALLENGE_TOKEN,
        "Lazuli does not ask Microsoft Entra ID, so it cannot check this bearer token. Start it with --bearer-token TOKEN \
         to accept a token of your own, or send an admin or query key in the 'api-key' header.",
    )
}

/// A bearer token by the plain door.
pub(crate) fn bearer_token_in_clear() -> Error {
    unauthorized(CHALLENGE_TOKEN, "Bearer tokens are accepted over HTTPS only.")
}

/// A bearer token that is none of those set.
pub(crate) fn wrong_bearer_token() -> Error {
    unauthorized(
        CHALLENGE_TOKEN,
        "Access denied due to an invalid bearer token: it is none of those set for this service.",
    )
}

/// A key that is none of ours.
pub(crate) fn wrong_key() -> Error {
    Error::new(StatusCode::FORBIDDEN, "", "Access denied due to an invalid api-key.")
}

/// A query key where an admin key is needed.
pub(crate) fn query_key_not_enough() -> Error {
    Error::new(
        StatusCode::FORBIDDEN,
        "",
        "Access denied: this operation needs an admin key and a query key was given.",
    )
}

/// An admin key in the URL (`api.md` §1.3, the service's sentence).
pub(crate) fn admin_key_in_url() -> Error {
    Error::new(StatusCode::FORBIDDEN, "", "The given API key is not permitted in the URI query string.")
}

/// A preflight that an index does not allow. The status is the service's (public log of 2018), the sentence that of the
/// framework it stood on.
pub(crate) fn origin_not_allowed(origin: &str) -> Error {
    Error::bad_request("", format!("The origin '{origin}' is not allowed."))
}

/// The body is not announced as JSON.
pub(crate) fn wrong_content_type(given: &str) -> Error {
    let message = format!("The content type '{given}' is not supported. Send 'application/json' in UTF-8.");
    Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "", message)
}

/// The body is compressed.
pub(crate) fn wrong_content_encoding(given: &str) -> Error {
    let message = format!("The content encoding '{given}' is not supported. Send the body as it is.");
    Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "", message)
}

/// The body is over its limit; SDKs answer 413 by halving their batch (`api.md` §1.8).
pub(crate) fn body_too_large() -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE, "", "The request body is larger than 16 MB.")
}

/// Large bodies hold all the memory they may; SDKs try again.
pub(crate) fn no_space_for_body() -> Error {
    let message =
        "Too many large requests and answers are on their way at the same time. Please try again later.";
    Error::new(StatusCode::SERVICE_UNAVAILABLE, "", message)
        .retry_after(1)
        .logged("no memory for another large body")
}

/// The client stopped sending in the middle of a body.
pub(crate) fn body_too_slow() -> Error {
    Error::new(StatusCode::REQUEST_TIMEOUT, "", "The request body did not arrive in time.")
}

/// The connection broke in the middle of a body.
pub(crate) fn body_broken(cause: &hyper::Error) -> Error {
    Error::bad_request("", "The request body could not be read to its end.").logged(cause)
}

/// A feature of the service that we do not have yet, as in "`facets` are". 501 is the status that no SDK retries.
pub(crate) fn not_yet(what_are: &str) -> Error {
    let message = format!("{what_are} not supported by this version of Lazuli yet.");
    Error::new(StatusCode::NOT_IMPLEMENTED, "FeatureNotSupportedInService", message)
}

/// The precondition of a change does not hold.
pub(crate) fn precondition_failed() -> Error {
    Error::new(
        StatusCode::PRECONDITION_FAILED,
        "",
        "The precondition given in one of the request headers evaluated to false. \
         No change was made to the resource from this request.",
    )
}

// JSON bodies.

/// A body that is not the JSON object it should be (`wire.md` §12 for unknown properties).
pub(crate) fn json(error: &JsonError) -> Error {
    let message = format!("The request is invalid. Details: {error}");
    match error {
        JsonError::Syntax(cause) => Error::bad_request("", message).logged(cause),
        JsonError::UnknownProperty { .. }
        | JsonError::UnknownNestedProperty { .. }
        | JsonError::DuplicateProperty { .. }
        | JsonError::Required { .. }
        | JsonError::TooMany { .. }
        | JsonError::UnknownParameter { .. }
        | JsonError::WrongLiteral { .. }
        | JsonError::UnexpectedNode { .. }
        | JsonError::NoType
        | JsonError::UnknownType { .. }
        | JsonError::Null { .. } => Error::bad_request("", message),
        JsonError::Contradiction(_) => in_definition(error),
    }
}

fn in_definition(error: &JsonError) -> Error {
    Error::bad_request(
        "InvalidRequestParameter",
        format!("The request is invalid. Details: definition : {error}"),
    )
}

// Definitions.

/// GET of an index that is not there.
pub(crate) fn no_index(name: &str, service: &str) -> Error {
    let message = format!("No index with the name '{name}' was found in the service '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// DELETE of an index that is not there.
pub(crate) fn no_index_to_delete(name: &str, service: &str) -> Error {
    let message = format!("No index with the name '{name}' was found in a service named '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "OperationNotAllowed", message.as_str())
        .detail("IndexNotFoundInService", message)
}

/// POST of an index that is there: 400 and not 409.
pub(crate) fn index_exists(name: &str) -> Error {
    let message = format!("Cannot create index '{name}' because it already exists.");
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingIndex", message)
}

/// POST or PUT of a new index with the name of an alias. The sentence is ours: that the service has one space of names for
/// both is not known.
pub(crate) fn alias_has_index_name(name: &str) -> Error {
    let message = format!("Cannot create index '{name}' because an alias with this name already exists.");
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingIndex", message)
}

/// DELETE of an index that aliases stand for.
pub(crate) fn index_has_aliases(name: &str, service: &str, aliases: &[String]) -> Error {
    let aliases: Vec<String> = aliases.iter().map(|alias| format!("'{alias}'")).collect();
    let message = format!(
        "The index '{name}' in service '{service}' cannot be deleted because the following alias(es) map to it: {}. \
         Please update the alias(es) to map to a different index or delete them before trying again.",
        aliases.join(", ")
    );
    Error::bad_request("OperationNotAllowed", message.as_str()).detail("CannotDeleteIndex", message)
}

/// GET of a synonym map that is not there.
pub(crate) fn no_synonym_map(name: &str, service: &str) -> Error {
    let message = format!("No synonym map with the name '{name}' was found in service '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// DELETE of a synonym map that is not there.
pub(crate) fn no_synonym_map_to_delete(name: &str, service: &str) -> Error {
    let message = format!("No synonymMap with the name '{name}' was found in a service named '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// POST of a synonym map that is there. Not seen; worded and coded as for indexes.
pub(crate) fn synonym_map_exists(name: &str) -> Error {
    let message = format!("Cannot create synonym map '{name}' because it already exists.");
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingSynonymMap", message)
}

/// GET of an alias that is not there. Not seen; worded as for synonym maps.
pub(crate) fn no_alias(name: &str, service: &str) -> Error {
    let message = format!("No alias with the name '{name}' was found in service '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// DELETE of an alias that is not there. Not seen; worded as for synonym maps.
pub(crate) fn no_alias_to_delete(name: &str, service: &str) -> Error {
    let message = format!("No alias with the name '{name}' was found in a service named '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// POST of an alias that is there.
pub(crate) fn alias_exists(name: &str, service: &str) -> Error {
    let message = format!(
        "An index alias cannot have the same name as another alias within the search service. Alias – '{name}' already \
         exists within the search service – '{service}'. If this is intended to be an update request on an existing alias, \
         use PUT. Learn more at https://aka.ms/azurecognitivesearchcreateupdatealias"
    );
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingIndexAlias", message)
}

/// GET of a data source that is not there.
pub(crate) fn no_data_source(name: &str, service: &str) -> Error {
    let message = format!("No data source with the name '{name}' was found in service '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// DELETE of a data source that is not there.
pub(crate) fn no_data_source_to_delete(name: &str, service: &str) -> Error {
    let message = format!("No datasource with the name '{name}' was found in a service named '{service}'.");
    Error::new(StatusCode::NOT_FOUND, "", message)
}

/// POST of a data source that is there. Not seen; worded and coded as for indexes.
pub(crate) fn data_source_exists(name: &str) -> Error {
    let message = format!("Cannot create data source '{name}' because it already exists.");
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingDataSource", message)
}

/// GET or DELETE of an indexer that is not there.
pub(crate) fn no_indexer(name: &str, service: &str) -> Error {
    Error::new(StatusCode::NOT_FOUND, "", format!("Indexer '{name}' was not found in service '{service}'."))
}

/// A run or a reset of an indexer that runs, or waits to (`wire.md` §12).
pub(crate) fn indexer_running() -> Error {
    Error::new(
        StatusCode::CONFLICT,
        "",
        "Another indexer invocation is currently in progress; concurrent invocations are not allowed.",
    )
}

/// A run of an indexer that is disabled. What the service answers is not known; the sentence is ours.
pub(crate) fn indexer_disabled(name: &str) -> Error {
    let message = format!("Indexer '{name}' is disabled. Set 'disabled' to false to run it.");
    Error::new(StatusCode::CONFLICT, "", message)
}

/// `search.resetdocs` of more documents than are remembered. Ours: the service's limit is not documented.
pub(crate) fn too_many_to_reset() -> Error {
    let message = format!(
        "At most {RESET_MAX} document keys and data source document ids, of {RESET_BYTES_MAX} bytes together, can wait to be \
         indexed again. Name fewer, or reset the whole indexer."
    );
    Error::bad_request("", message)
}

/// `search.resync` that names nothing. Ours.
pub(crate) fn no_resync_option() -> Error {
    Error::bad_request("", "'options' of a resync must name at least one of: 'permissions'.")
}

/// `search.resync` with an option that the service does not have. Ours.
pub(crate) fn unknown_resync_option(option: &str) -> Error {
    Error::bad_request(
        "",
        format!("The resync option '{option}' is not supported. Supported: 'permissions'."),
    )
}

/// `search.resync` of an indexer without permissions. What the service answers is not known; the sentence is ours.
pub(crate) fn nothing_to_resync(name: &str, data_source: &str) -> Error {
    let message = format!(
        "Indexer '{name}' ingests no permissions, so there is nothing to resync: its data source '{data_source}' has no \
         'indexerPermissionOptions'."
    );
    Error::bad_request("", message)
}

/// POST of an indexer that is there. Not seen; worded and coded as for indexes.
pub(crate) fn indexer_exists(name: &str) -> Error {
    let message = format!("Cannot create indexer '{name}' because it already exists.");
    Error::bad_request("ResourceNameAlreadyInUse", message.as_str())
        .detail("CannotCreateExistingIndexer", message)
}

/// PUT with another name in the body than in the URL; seen for indexes (`wire.md` §12), the others are worded like it.
pub(crate) fn names_differ(noun: &str, in_body: &str, in_url: &str) -> Error {
    Error::bad_request(
        "",
        format!(
            "The {noun} name '{in_body}' in the request payload does not match the name '{in_url}' in the request URL."
        ),
    )
}

/// A definition that breaks a rule; sentence and codes are the catalogue's.
pub(crate) fn definition(error: &DefinitionError) -> Error {
    match error {
        DefinitionError::NotYet { .. } => {
            Error::new(StatusCode::NOT_IMPLEMENTED, error.code(), error.message())
        }
        DefinitionError::Corrupt { .. } => internal(error),
        DefinitionError::Name(_)
        | DefinitionError::NoFields
        | DefinitionError::KeyCount { .. }
        | DefinitionError::Field { .. }
        | DefinitionError::UnknownVectorProfile { .. }
        | DefinitionError::UnknownSynonymMap { .. }
        | DefinitionError::Part(_)
        | DefinitionError::SecretMoved { .. }
        | DefinitionError::PartChanged { .. }
        | DefinitionError::PartDeleted { .. }
        | DefinitionError::SuggesterOverOldFields { .. }
        | DefinitionError::Downtime { .. }
        | DefinitionError::SynonymMap(_)
        | DefinitionError::Alias(_)
        | DefinitionError::DataSource(_)
        | DefinitionError::Indexer(_)
        | DefinitionError::TooManyFields { .. }
        | DefinitionError::TooManyComplexCollections { .. }
        | DefinitionError::FieldChanged { .. }
        | DefinitionError::FieldDeleted { .. }
        | DefinitionError::AlgorithmReplaced
        | DefinitionError::VectorSearchChanged { .. } => {
            let refusal = Error::bad_request(error.code(), error.message());
            match error.detail_code() {
                Some(code) => refusal.detail(code, error.detail_message()),
                None => refusal,
            }
        }
    }
}

/// `$select` of a list names a property that definitions do not have.
pub(crate) fn no_such_property(property: &str, type_name: &str) -> Error {
    let sentence =
        format!("Invalid expression: Could not find a property named '{property}' on type '{type_name}'.");
    parameter("$select", &sentence, None)
}

// Quotas and rates of the tier.

/// One more definition than the tier allows. Seen for indexes; other kinds are worded like them.
pub(crate) fn quota_exceeded(nouns: &Nouns, name: &str, service: &str, max: u64) -> Error {
    let Nouns { article, one, many } = nouns;
    let mut kind = (*one).to_owned();
    kind.get_mut(..1).map(str::make_ascii_uppercase);
    let message = format!(
        "{article} {one} with the name '{name}' in service '{service}' could not be created. {kind} quota has been exceeded \
         for this service. You must either delete unused {many} first, add a delay between {one} creation requests, or \
         upgrade the service for higher limits. Maximum number of {many} allowed: {max}"
    );
    Error::new(StatusCode::TOO_MANY_REQUESTS, "", message)
}

/// `Storage` or vectors are as large as the tier allows. The sentence is quoted in public logs, without its status; 429 is
/// what `api.md` §1.8 has for quotas.
pub(crate) fn storage_quota_exceeded(what: &str) -> Error {
    let message = format!(
        "{what} quota has been exceeded for this service. You must either delete documents first, or use a higher SKU for \
         additional quota."
    );
    Error::new(StatusCode::TOO_MANY_REQUESTS, "", message)
}

/// One index is as large as the tier allows. The sentence is ours.
pub(crate) fn index_storage_quota_exceeded(index: &str) -> Error {
    let message = format!(
        "Storage quota has been exceeded for the index '{index}'. You must either delete documents first, or use a higher \
         SKU for additional quota."
    );
    Error::new(StatusCode::TOO_MANY_REQUESTS, "", message)
}

/// One index has as many documents as the tier allows. The sentence is ours.
pub(crate) fn document_quota_exceeded(index: &str, max: u64) -> Error {
    let message = format!(
        "Document quota has been exceeded for the index '{index}'. You must either delete documents first, create a new \
         index or use a higher SKU for additional quota. Maximum number of documents allowed: {max}"
    );
    Error::new(StatusCode::TOO_MANY_REQUESTS, "", message)
}

/// More requests than the tier's rate: 503 and not 429, with headers of its own (`wire.md` §1).
pub(crate) fn too_many_requests() -> Error {
    let message = "You are sending too many requests. Please try again later.";
    Error::new(StatusCode::SERVICE_UNAVAILABLE, "", message).shape(Shape::Throttled)
}

// Documents.

/// A document route of an index that is not there; the service sends fewer headers with it (`wire.md` §1).
pub(crate) fn no_index_for_documents(name: &str, service: &str) -> Error {
    let message = format!("The index '{name}' for service '{service}' was not found.");
    Error::new(StatusCode::NOT_FOUND, "", message).shape(Shape::EnvelopeOnly)
}

/// A document that is not there: no body (`wire.md` §6).
pub(crate) fn no_document() -> Error {
    Error::new(StatusCode::NOT_FOUND, "", "the document was not found").shape(Shape::Empty)
}

/// A batch without actions; codes and sentence as quoted from the service in public logs.
pub(crate) fn no_actions(most: usize) -> Error {
    let sentence = format!(
        "No indexing actions found in the request. Please include between 1 and {most} indexing actions in your request."
    );
    invalid("actions", &sentence, Some(("MissingRequiredParameter", "MissingIndexDocumentsActions")))
}

/// A batch with too many actions; only the beginning of the sentence is known to be the service's.
pub(crate) fn too_many_actions(found: usize, most: usize) -> Error {
    let sentence = format!(
        "Too many indexing actions found in the request: {found}. \
         Please include between 1 and {most} indexing actions in your request."
    );
    invalid("actions", &sentence, None)
}

/// An action that fails its whole batch. The ordinal counts from 0.
pub(crate) fn action(error: &DocumentError, ordinal: usize, version: ApiVersion) -> Error {
    let sentence = error.sentence(version.as_str());
    match error.report() {
        Report::Reading => Error::bad_request("", format!("The request is invalid. Details: {sentence}")),
        Report::Checking => {
            let key_missing = matches!(error, DocumentError::KeyMissing);
            let detail_code = if key_missing { "MissingKeyField" } else { "IndexDocumentsFieldError" };
            let codes = Some(("OperationNotAllowed", detail_code));
            invalid("actions", &format!("{ordinal}: {sentence}"), codes)
        }
        Report::Name => Error::bad_request("InvalidName", sentence),
        // One document only: the caller makes it an item of the answer and does not come here.
        Report::Document => Error::bad_request("", sentence),
    }
}

// Analysis.

/// A request for an analysis that names too much or too little (azure-sdk-for-net pull request 23690).
pub(crate) fn analyze_request(sentence: &str) -> Error {
    invalid("analyzeRequest", sentence, Some(("InvalidRequestParameter", "InvalidAnalyzeRequest")))
}

/// A text that yields more tokens than an answer can hold. The sentence is ours.
pub(crate) fn too_many_tokens(megabytes: usize) -> Error {
    analyze_request(&format!("The text yields more tokens than an answer of {megabytes} MB holds."))
}

// Searches.

/// A parameter of a query string that the operation does not have, or that means nothing.
pub(crate) fn query_parameter(error: &ParameterError) -> Error {
    Error::bad_request("", error.to_string())
}

/// A search over a field whose synonym map is gone. The reference of "Delete Synonym Map" says 400 and that the message tells of
/// the deletion, and so did a member of the service's team in 2021; the how-to page on synonyms says 404 (`query.md` §3.5). The
/// sentence is ours.
pub(crate) fn synonym_map_deleted(map: &str, field: &str) -> Error {
    Error::bad_request(
        "",
        format!("The synonym map '{map}' that is used by the field '{field}' has been deleted."),
    )
}

/// A synonym map whose rules come to too much as a field's analyzer reads them. The sentence is ours.
pub(crate) fn synonym_map_unusable(map: &str, field: &str, problem: &SynonymError) -> Error {
    Error::bad_request(
        "",
        format!("The synonym map '{map}' cannot be used by the field '{field}': {problem}."),
    )
}

/// A scoring profile that the index does not have. The sentence is ours.
pub(crate) fn unknown_scoring_profile(name: &str) -> Error {
    parameter("scoringProfile", &format!("Unknown scoring profile '{name}'."), None)
}

/// A question that makes no sense for the index; the sentence is the parser's.
pub(crate) fn query(error: &QueryError) -> Error {
    let sentence = error.to_string();
    match (error, error.parameter()) {
        (QueryError::Expression { error: ExpressionError::NotYet { function }, .. }, _) => {
            not_yet(&format!("The function '{function}' in filters is"))
        }
        (QueryError::OutOfRange { .. }, Some(name)) => {
            parameter(name, &sentence, Some(("InvalidRequestParameter", "ParameterValueOutOfRange")))
        }
        (QueryError::TooManyClauses, _) => Error::bad_request("ClauseLimitExceeded", sentence),
        (_, Some(name)) => parameter(name, &sentence, None),
        (_, None) => Error::bad_request("", sentence),
    }
}

/// An OData option of the query string that the operation does not have. The sentence is ours, after that of searches.
pub(crate) fn option_not_here(name: &str) -> Error {
    Error::bad_request(
        "",
        format!("The parameter '{name}' in the request URL is not a valid parameter for this operation."),
    )
}

/// A parameter of the query string that other api-versions have. The sentence is ours.
pub(crate) fn parameter_not_in_version(name: &str, version: ApiVersion) -> Error {
    Error::bad_request(
        "",
        format!("The query parameter '{name}' is not supported in the API version '{version}'."),
    )
}

/// A parameter with a value that is none of its words. The sentence is ours.
pub(crate) fn unknown_word(name: &str, value: &str, words: &str) -> Error {
    parameter(name, &format!("'{value}' is not a valid value for '{name}'. Valid values are {words}."), None)
}

/// A `sessionId` that the service keeps for itself (`query.md` §1.2). The sentence is ours.
pub(crate) fn session_starts_with_underscore() -> Error {
    parameter("sessionId", "The value of 'sessionId' cannot start with an underscore (_).", None)
}

/// A number below its bound; there is none above.
pub(crate) fn too_small(name: &str, least: i64) -> Error {
    let codes = Some(("InvalidRequestParameter", "ParameterValueOutOfRange"));
    parameter(name, &format!("Value must be at least {least}."), codes)
}

/// A number beyond its bounds.
pub(crate) fn out_of_range(name: &str, least: i64, most: i64) -> Error {
    let codes = Some(("InvalidRequestParameter", "ParameterValueOutOfRange"));
    parameter(name, &format!("Value must be between {least} and {most}."), codes)
}

// What happens to the service itself. The sentences are ours.

/// Something in us broke. The cause is in the log, under the request's id.
pub(crate) fn internal(cause: impl Display) -> Error {
    let message =
        "An internal error occurred. The log of this service tells more under the request-id of this answer.";
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, "", message).logged(cause)
}

/// There is no space for a write.
fn disk_full() -> Error {
    let message = "There is no space left on the disk of this service. Nothing was changed; \
                   writes work again when there is space.";
    Error::new(StatusCode::SERVICE_UNAVAILABLE, "", message).retry_after(30).logged("the disk is full")
}

/// Work that took longer than the operator allows, or whose client left and does not see this. 503 is documented for a
/// service that is too busy; 504 is not among its statuses. There is no Retry-After: SDKs would ask again at once what takes
/// too long every time. The sentence is ours.
pub(crate) fn stopped(cause: &Stopped) -> Error {
    Error::new(StatusCode::SERVICE_UNAVAILABLE, "", "The request took too long and was stopped.")
        .logged(cause)
}

/// What the engine could not do with an index.
pub(crate) fn engine(error: &EngineError, index: &str, service: &str) -> Error {
    let unavailable = |message: String, seconds| {
        Error::new(StatusCode::SERVICE_UNAVAILABLE, "", message).retry_after(seconds).logged(error)
    };
    match error {
        EngineError::Stopped(stopped) => self::stopped(stopped),
        EngineError::Rebuilding => {
            unavailable(format!("The index '{index}' is being rebuilt. Please try again later."), 5)
        }
        EngineError::NotVisibleInTime => unavailable(
            format!(
                "The newest writes to the index '{index}' are not searchable yet. Please try again later."
            ),
            1,
        ),
        EngineError::SchemaChanged => unavailable(
            format!("The definition of the index '{index}' keeps changing. Please try again later."),
            1,
        ),
        EngineError::SearchText(_) => parameter("search", &error.to_string(), None),
        EngineError::TooManyClauses => query(&QueryError::TooManyClauses),
        EngineError::DiskFull => disk_full(),
        EngineError::Closed => no_index_for_documents(index, service),
        EngineError::Corrupt(_) | EngineError::Panicked { .. } | EngineError::Io(_) => internal(error),
    }
}

/// What the catalogue's store could not do.
pub(crate) fn store(error: &StoreError) -> Error {
    match error {
        StoreError::Full => disk_full(),
        StoreError::Corrupt { .. }
        | StoreError::Busy
        | StoreError::Io(_)
        | StoreError::Closed
        | StoreError::WorkFailed(_) => internal(error),
    }
}

/// A job on a pool that did not come to its end.
pub(crate) fn job(error: &JobError) -> Error {
    match error {
        JobError::Panicked(panicked) => internal(format!("panic {}: {}", panicked.id, panicked.message)),
        JobError::Closed => Error::new(StatusCode::SERVICE_UNAVAILABLE, "", "The service is stopping."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_an_end_whatever_they_repeat() {
        let error = index_exists(&"é".repeat(1_000_000));
        let detail = error.detail.as_ref().expect("a detail");
        for message in [&error.message, &detail.message] {
            assert_eq!(message.chars().count(), MESSAGE_CHARACTERS_MAX + 1);
            assert!(message.starts_with("Cannot create index 'éé") && message.ends_with("é…"));
        }
    }

    #[test]
    fn a_detail_repeats_the_sentence_without_its_decoration() {
        let error = parameter("$skip", "Value must be between 0 and 100000.", Some(("Outer", "Inner")));
        assert_eq!(error.message, "Value must be between 0 and 100000.\r\nParameter name: $skip");
        assert_eq!(error.detail.as_ref().expect("a detail").message, "Value must be between 0 and 100000.");

        let error =
            invalid("actions", "0: Document key cannot be missing or empty.", Some(("Outer", "Inner")));
        assert_eq!(
            error.message,
            "The request is invalid. Details: actions : 0: Document key cannot be missing or empty."
        );
        assert_eq!(
            error.detail.as_ref().expect("a detail").message,
            "0: Document key cannot be missing or empty. Parameters: actions"
        );
    }
}
