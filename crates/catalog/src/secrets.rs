//! Secrets of index definitions: the keys with which vectorizers call models.
//!
//! A definition is stored and shown with a marker in place of each secret; the plain values are kept elsewhere, by a path
//! that names them (`vectorizers/NAME/amlParameters/key`), and whoever keeps them encrypts them. The service marks keys with
//! `<redacted>` (its documentation of knowledge sources, which embed the same parameters) and takes the marker back as "leave
//! it as it is". It shows the headers of a custom Web API in full; here their values are secrets too, because keys are sent in
//! them.

use std::collections::BTreeMap;

use lazuli_wire::indexes::{Index, Vectorizer};

/// What stands for a secret in a definition.
pub const REDACTED: &str = "<redacted>";

/// Takes the secrets out of a definition and leaves the marker behind: path and plain value.
///
/// A marker that was sent without a stored secret behind it stands for nothing: a key becomes null, a header is left off.
pub fn take_secrets(definition: &mut Index) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    for_each_secret(definition, |place, value| match value.take() {
        Some(plain) if !plain.is_empty() && plain != REDACTED => {
            secrets.insert(place.path, plain);
            *value = Some(REDACTED.to_owned());
        }
        Some(_) | None => {}
    });
    secrets
}

/// Puts stored secrets back where an update does not say others: where it repeats the marker or says nothing at all. All
/// headers of a custom Web API stay where the update has none of them, `httpHeaders` null; `{}` removes them.
///
/// A secret stays only while it goes where it went: whoever may change a definition could have it sent to a server of his own
/// otherwise, and read it there. So an update can replace a secret but not remove it, except together with its vectorizer,
/// its header or its endpoint.
pub fn keep_secrets(new: &mut Index, existing: &Index, stored: &BTreeMap<String, String>) {
    keep_headers(new, existing);
    let mut endpoints = BTreeMap::new();
    for_each_secret(&mut existing.clone(), |Place { path, endpoint }, _| {
        endpoints.insert(path, endpoint.map(str::to_owned));
    });
    for_each_secret(new, |Place { path, endpoint }, value| {
        let says_nothing = value.as_ref().is_none_or(|value| value.is_empty() || value == REDACTED);
        let goes_where_it_went = endpoints.get(&path).is_some_and(|before| before.as_deref() == endpoint);
        if let Some(plain) = stored.get(&path).filter(|_| says_nothing && goes_where_it_went) {
            *value = Some(plain.clone());
        }
    });
}

/// Puts the headers of the stored definition where an update says nothing of headers.
fn keep_headers(new: &mut Index, existing: &Index) {
    let before = existing.vector_search.as_ref().map_or(&[][..], |search| &search.vectorizers);
    for vectorizer in new.vector_search.iter_mut().flat_map(|search| &mut search.vectorizers) {
        let before = before.iter().find(|before| before.name == vectorizer.name);
        let before = before.and_then(|before| before.custom_web_api_parameters.as_ref());
        if let (Some(parameters), Some(before)) = (&mut vectorizer.custom_web_api_parameters, before)
            && parameters.http_headers.is_none()
            && parameters.uri == before.uri
        {
            parameters.http_headers.clone_from(&before.http_headers);
        }
    }
}

/// Where a secret stands in a definition.
struct Place<'a> {
    /// Names it for as long as the definition lives.
    path: String,
    /// The address it is sent to.
    endpoint: Option<&'a str>,
}

/// Visits every place of a definition in which a secret may stand.
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
        let path = |member: &str| format!("vectorizers/{name}/{member}");
        if let Some(parameters) = azure_open_ai_parameters {
            let endpoint = parameters.resource_uri.as_deref();
            visit(Place { path: path("azureOpenAIParameters/apiKey"), endpoint }, &mut parameters.api_key);
        }
        if let Some(parameters) = ai_services_vision_parameters {
            let endpoint = parameters.resource_uri.as_deref();
            visit(
                Place { path: path("aiServicesVisionParameters/apiKey"), endpoint },
                &mut parameters.api_key,
            );
        }
        if let Some(parameters) = aml_parameters {
            let endpoint = parameters.uri.as_deref();
            visit(Place { path: path("amlParameters/key"), endpoint }, &mut parameters.key);
        }
        if let Some(parameters) = custom_web_api_parameters {
            let endpoint = parameters.uri.as_deref();
            if let Some(headers) = &mut parameters.http_headers {
                headers.0.retain_mut(|(header, value)| {
                    let path = path(&format!("customWebApiParameters/httpHeaders/{header}"));
                    let is_empty = value.is_empty();
                    let mut plain = Some(std::mem::take(value));
                    visit(Place { path, endpoint }, &mut plain);
                    let is_left = is_empty || plain.is_some();
                    *value = plain.unwrap_or_default();
                    is_left
                });
            }
        }
    }
}
