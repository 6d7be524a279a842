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
/// A marker that was sent without a stored secret behind it stands for nothing, and becomes null.
pub fn take_secrets(definition: &mut Index) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    for_each_secret(definition, |path, value| match value.take() {
        Some(plain) if !plain.is_empty() && plain != REDACTED => {
            secrets.insert(path, plain);
            *value = Some(REDACTED.to_owned());
        }
        Some(_) | None => {}
    });
    secrets
}

/// Puts stored secrets back where an update does not say others: where it repeats the marker or says nothing at all.
///
/// So an update can replace a secret but not remove it, except together with its vectorizer or header.
pub fn keep_secrets(new: &mut Index, stored: &BTreeMap<String, String>) {
    for_each_secret(new, |path, value| {
        let says_nothing = value.as_ref().is_none_or(|value| value.is_empty() || value == REDACTED);
        if let Some(plain) = stored.get(&path).filter(|_| says_nothing) {
            *value = Some(plain.clone());
        }
    });
}

/// Visits every place of a definition in which a secret may stand, with its path.
fn for_each_secret(definition: &mut Index, mut visit: impl FnMut(String, &mut Option<String>)) {
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
            visit(path("azureOpenAIParameters/apiKey"), &mut parameters.api_key);
        }
        if let Some(parameters) = ai_services_vision_parameters {
            visit(path("aiServicesVisionParameters/apiKey"), &mut parameters.api_key);
        }
        if let Some(parameters) = aml_parameters {
            visit(path("amlParameters/key"), &mut parameters.key);
        }
        let headers =
            custom_web_api_parameters.iter_mut().flat_map(|parameters| &mut parameters.http_headers);
        for (header, value) in headers.flat_map(|headers| &mut headers.0) {
            let mut plain = Some(std::mem::take(value));
            visit(path(&format!("customWebApiParameters/httpHeaders/{header}")), &mut plain);
            *value = plain.unwrap_or_default();
        }
    }
}
