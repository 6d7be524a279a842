//! Secrets of index definitions: the keys with which vectorizers call models.
//!
//! A definition is stored and shown with a marker in place of each secret; the plain values are kept elsewhere, by a path
//! that names them (`vectorizers/NAME/amlParameters/key`), and whoever keeps them encrypts them. The service marks keys with
//! `<redacted>` (its documentation of knowledge sources, which embed the same parameters) and takes the marker back as "leave
//! it as it is". It shows the headers of a custom Web API in full; here their values are secrets too, because keys are sent in
//! them. An address is shown as it is, so a key in it (`?code=…`) is no secret.

use std::collections::BTreeMap;
use std::fmt;

use lazuli_wire::indexes::{Index, Vectorizer};

use crate::error::DefinitionError;

/// What stands for a secret in a definition.
pub const REDACTED: &str = "<redacted>";

/// What stands for a secret in updates of data sources (`api.md` §3.5); it means the same here.
pub(crate) const UNCHANGED: &str = "<unchanged>";

/// What a definition says of one of its secrets.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The secret itself.
    New(String),
    /// The stored one stays.
    Kept,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Secret::New(_) => "New(…)",
            Secret::Kept => "Kept",
        })
    }
}

/// The definition that is about to be replaced, and which of its secrets are stored.
#[derive(Clone, Copy)]
pub struct StoredSecrets<'a> {
    /// The stored definition.
    pub definition: &'a Index,
    /// Whether there is a secret at this path.
    pub has: &'a dyn Fn(&str) -> bool,
}

/// Takes the secrets out of a definition and leaves the marker behind: what it says of each, by path.
///
/// A stored secret stays where the definition repeats a marker or says nothing at all, so an update can replace a secret but
/// not remove it, except together with its vectorizer or header. All headers of a custom Web API stay where the definition has
/// `httpHeaders` null; `{}` removes them. A secret stays only while it goes where it went: whoever may
/// change a definition could have it sent to a server of his own otherwise, and read it there. A marker at another address is
/// [`DefinitionError::SecretMoved`]. A marker without a stored secret stands for nothing: a key becomes null, a
/// header is left off.
pub fn take_secrets(
    new: &mut Index,
    stored: Option<StoredSecrets<'_>>,
) -> Result<BTreeMap<String, Secret>, DefinitionError> {
    let mut endpoints = BTreeMap::new();
    if let Some(StoredSecrets { definition, has }) = stored {
        keep_headers(new, definition);
        for_each_secret(&mut definition.clone(), |Place { path, endpoint, .. }, _| {
            if has(&path) {
                endpoints.insert(path, endpoint.map(str::to_owned));
            }
        });
    }
    let mut secrets = BTreeMap::new();
    let mut moved = None;
    for_each_secret(new, |Place { path, endpoint, vectorizer, member }, value| {
        let is_marker = value.as_ref().is_some_and(|value| is_marker(value));
        let said = value.take().filter(|value| !value.is_empty() && !is_marker);
        let secret = match (said, endpoints.get(&path)) {
            (Some(plain), _) => Secret::New(plain),
            (None, Some(before)) if is_same(before.as_deref(), endpoint) => Secret::Kept,
            (None, Some(_)) if is_marker => {
                let (vectorizer, member) = (vectorizer.to_owned(), member.to_owned());
                moved.get_or_insert(DefinitionError::SecretMoved { vectorizer, member });
                return;
            }
            (None, Some(_) | None) => return,
        };
        secrets.insert(path, secret);
        *value = Some(REDACTED.to_owned());
    });
    moved.map_or(Ok(secrets), Err)
}

/// Puts the headers of the stored definition where an update says nothing of headers.
fn keep_headers(new: &mut Index, existing: &Index) {
    let before = existing.vector_search.as_ref().map_or(&[][..], |search| &search.vectorizers);
    for vectorizer in new.vector_search.iter_mut().flat_map(|search| &mut search.vectorizers) {
        let before = before.iter().find(|before| before.name == vectorizer.name);
        let before = before.and_then(|before| before.custom_web_api_parameters.as_ref());
        if let (Some(parameters), Some(before)) = (&mut vectorizer.custom_web_api_parameters, before)
            && parameters.http_headers.is_none()
            && is_same(parameters.uri.as_deref(), before.uri.as_deref())
        {
            parameters.http_headers.clone_from(&before.http_headers);
        }
    }
}

fn is_marker(value: &str) -> bool {
    matches!(value, REDACTED | UNCHANGED)
}

/// Whether two addresses are the same but for the case of their host and slashes at the end.
pub(crate) fn is_same(before: Option<&str>, now: Option<&str>) -> bool {
    let parts = |address: Option<&str>| {
        let address = address.unwrap_or_default().trim_end_matches('/');
        let host_at = address.find("://").map_or(0, |at| at + 3);
        let (before_host, rest) = address.split_at(host_at);
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        (before_host.to_ascii_lowercase(), host.to_ascii_lowercase(), path.to_owned())
    };
    parts(before) == parts(now)
}

/// Where a secret stands in a definition.
struct Place<'a> {
    /// Names it for as long as the definition lives.
    path: String,
    /// The address it is sent to.
    endpoint: Option<&'a str>,
    /// The vectorizer it belongs to.
    vectorizer: &'a str,
    /// The member or header that holds it.
    member: &'a str,
}

impl<'a> Place<'a> {
    fn new(vectorizer: &'a str, parameters: &str, member: &'a str, endpoint: Option<&'a str>) -> Self {
        let path = format!("vectorizers/{vectorizer}/{parameters}/{member}");
        Self { path, endpoint, vectorizer, member }
    }
}

/// Visits every place of a definition in which a secret may stand. A header whose marker the visitor takes away goes.
fn for_each_secret(definition: &mut Index, mut visit: impl FnMut(Place<'_>, &mut Option<String>)) {
    let vectorizers = definition.vector_search.iter_mut().flat_map(|search| &mut search.vectorizers);
    for vectorizer in vectorizers {
        let Vectorizer {
            name,
            kind: _,
            azure_open_ai_parameters,
            custom_web_api_parameters,
            ai_services_vision_parameters,
            aml_parameters,
        } = vectorizer;
        if let Some(parameters) = azure_open_ai_parameters {
            let endpoint = parameters.resource_uri.as_deref();
            visit(Place::new(name, "azureOpenAIParameters", "apiKey", endpoint), &mut parameters.api_key);
        }
        if let Some(parameters) = ai_services_vision_parameters {
            let endpoint = parameters.resource_uri.as_deref();
            let place = Place::new(name, "aiServicesVisionParameters", "apiKey", endpoint);
            visit(place, &mut parameters.api_key);
        }
        if let Some(parameters) = aml_parameters {
            let endpoint = parameters.uri.as_deref();
            visit(Place::new(name, "amlParameters", "key", endpoint), &mut parameters.key);
        }
        if let Some(parameters) = custom_web_api_parameters {
            let endpoint = parameters.uri.as_deref();
            let Some(headers) = &mut parameters.http_headers else { continue };
            headers.0.retain_mut(|(header, value)| {
                let was_marker = is_marker(value);
                let mut plain = Some(std::mem::take(value));
                visit(Place::new(name, "customWebApiParameters/httpHeaders", header, endpoint), &mut plain);
                let stays = plain.is_some() || !was_marker;
                *value = plain.unwrap_or_default();
                stays
            });
        }
    }
}
