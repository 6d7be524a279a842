//! Vectorizers: what turns the text of a query into a vector. Their keys are secrets ([`crate::secrets`]).

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::Vectorizer;
use lazuli_wire::since::{Since, preview, stable};

use super::VECTORIZER;
use crate::duration::Duration;
use crate::error::VectorProblem;
use crate::words::spelled;

const AZURE_OPEN_AI: &str = "azureOpenAI";
const CUSTOM_WEB_API: &str = "customWebApi";
const AI_SERVICES_VISION: &str = "aiServicesVision";
const AML: &str = "aml";

/// The longest time a call may take, that of the Web API skill (`api.md` §4.2).
const TIMEOUT_SECONDS_MAX: i64 = 230;

/// The kinds and the versions that have them (`api.md` §3.1).
const KINDS: [(&str, Since); 4] = [
    (AZURE_OPEN_AI, stable(ApiVersion::V2024_07_01).preview(ApiVersion::V2023_10_01Preview)),
    (CUSTOM_WEB_API, stable(ApiVersion::V2024_07_01).preview(ApiVersion::V2023_10_01Preview)),
    (AI_SERVICES_VISION, preview(ApiVersion::V2024_05_01Preview)),
    (AML, stable(ApiVersion::V2026_04_01).preview(ApiVersion::V2024_05_01Preview)),
];

/// Exactly the parameters of its kind are set, and those that are required (`api.md` §3.1). `before` is the stored vectorizer
/// of this name.
///
/// What was not sent stays null: which defaults the service shows is not known.
pub(super) fn complete(
    vectorizer: &Vectorizer,
    before: Option<&Vectorizer>,
    version: ApiVersion,
) -> Result<Vectorizer, VectorProblem> {
    let before = before.filter(|before| before.kind == vectorizer.kind);
    check_kind(vectorizer, before, version)?;
    match vectorizer.kind.as_str() {
        AZURE_OPEN_AI => check_azure_open_ai(vectorizer, before, version)?,
        CUSTOM_WEB_API => return complete_web_api(vectorizer),
        AI_SERVICES_VISION => check_vision(vectorizer)?,
        _ => return complete_aml(vectorizer),
    }
    Ok(vectorizer.clone())
}

/// The kind is known and only its own parameters are there.
fn check_kind(
    vectorizer: &Vectorizer,
    before: Option<&Vectorizer>,
    version: ApiVersion,
) -> Result<(), VectorProblem> {
    let parameters = [
        (AZURE_OPEN_AI, "azureOpenAIParameters", vectorizer.azure_open_ai_parameters.is_some()),
        (CUSTOM_WEB_API, "customWebApiParameters", vectorizer.custom_web_api_parameters.is_some()),
        (
            AI_SERVICES_VISION,
            "aiServicesVisionParameters",
            vectorizer.ai_services_vision_parameters.is_some(),
        ),
        (AML, "amlParameters", vectorizer.aml_parameters.is_some()),
    ];
    let (part, name, kind) = (VECTORIZER, vectorizer.name.clone(), vectorizer.kind.clone());
    if before.is_none() && !KINDS.iter().any(|(known, since)| *known == kind && since.covers(version)) {
        let supported = supported_in(version);
        return Err(VectorProblem::UnknownKind { part, name, kind, supported });
    }
    match parameters.iter().find(|(owner, _, is_set)| *is_set && *owner != kind) {
        Some((_, property, _)) => Err(VectorProblem::OtherParameters { part, name, kind, property }),
        None => Ok(()),
    }
}

/// The kinds of a version in a sentence.
fn supported_in(version: ApiVersion) -> &'static str {
    let has = |kind| KINDS.iter().any(|(known, since)| *known == kind && since.covers(version));
    match (has(AI_SERVICES_VISION), has(AML)) {
        (true, _) => "'azureOpenAI', 'customWebApi', 'aiServicesVision' and 'aml'",
        (false, true) => "'azureOpenAI', 'customWebApi' and 'aml'",
        (false, false) => "'azureOpenAI' and 'customWebApi'",
    }
}

fn check_azure_open_ai(
    vectorizer: &Vectorizer,
    before: Option<&Vectorizer>,
    version: ApiVersion,
) -> Result<(), VectorProblem> {
    let parameters = vectorizer.azure_open_ai_parameters.clone().unwrap_or_default();
    // The service speaks of `uri` here too (azure-sdk-for-js issue 31893).
    required(vectorizer, "uri", parameters.resource_uri.as_ref())?;
    required(vectorizer, "deploymentId", parameters.deployment_id.as_ref())?;
    // One that was made before names were required goes on without.
    let had_none = before.and_then(|before| before.azure_open_ai_parameters.as_ref());
    let had_none = had_none.is_some_and(|before| is_blank(before.model_name.as_ref()));
    let required = version >= ApiVersion::V2024_05_01Preview && !had_none;
    if required && is_blank(parameters.model_name.as_ref()) {
        return Err(VectorProblem::VectorizerModel { name: vectorizer.name.clone(), version });
    }
    Ok(())
}

fn complete_web_api(vectorizer: &Vectorizer) -> Result<Vectorizer, VectorProblem> {
    let mut parameters = vectorizer.custom_web_api_parameters.clone().unwrap_or_default();
    required(vectorizer, "uri", parameters.uri.as_ref())?;
    if let Some(method) = &parameters.http_method {
        let Some(known) = spelled(&["POST", "PUT"], method) else {
            let (parameter, allowed) = ("httpMethod", "It must be 'POST' or 'PUT'.");
            return Err(wrong(vectorizer, parameter, method, allowed));
        };
        parameters.http_method = Some(known.to_owned());
    }
    parameters.timeout = complete_timeout(vectorizer, parameters.timeout)?;
    Ok(Vectorizer { custom_web_api_parameters: Some(parameters), ..vectorizer.clone() })
}

fn check_vision(vectorizer: &Vectorizer) -> Result<(), VectorProblem> {
    let parameters = vectorizer.ai_services_vision_parameters.clone().unwrap_or_default();
    required(vectorizer, "modelVersion", parameters.model_version.as_ref())?;
    required(vectorizer, "resourceUri", parameters.resource_uri.as_ref())
}

fn complete_aml(vectorizer: &Vectorizer) -> Result<Vectorizer, VectorProblem> {
    let mut parameters = vectorizer.aml_parameters.clone().unwrap_or_default();
    // A resource id stands for the address of its endpoint.
    if is_blank(parameters.resource_id.as_ref()) {
        required(vectorizer, "uri", parameters.uri.as_ref())?;
    }
    parameters.timeout = complete_timeout(vectorizer, parameters.timeout)?;
    Ok(Vectorizer { aml_parameters: Some(parameters), ..vectorizer.clone() })
}

fn is_blank(value: Option<&String>) -> bool {
    value.is_none_or(String::is_empty)
}

fn required(
    vectorizer: &Vectorizer,
    parameter: &'static str,
    value: Option<&String>,
) -> Result<(), VectorProblem> {
    if is_blank(value) {
        return Err(VectorProblem::VectorizerParameter { name: vectorizer.name.clone(), parameter });
    }
    Ok(())
}

/// A timeout in .NET's spelling, from 1 to 230 seconds.
fn complete_timeout(
    vectorizer: &Vectorizer,
    timeout: Option<String>,
) -> Result<Option<String>, VectorProblem> {
    let Some(text) = timeout else { return Ok(None) };
    let range = Duration::seconds(1)..=Duration::seconds(TIMEOUT_SECONDS_MAX);
    match Duration::parse(&text).filter(|duration| range.contains(duration)) {
        Some(duration) => Ok(Some(duration.to_string())),
        None => {
            let allowed = "It must be a duration between PT1S and PT3M50S in the form of ISO 8601.";
            Err(wrong(vectorizer, "timeout", &text, allowed))
        }
    }
}

fn wrong(
    vectorizer: &Vectorizer,
    parameter: &'static str,
    value: &str,
    allowed: &'static str,
) -> VectorProblem {
    let (name, value) = (vectorizer.name.clone(), value.to_owned());
    VectorProblem::VectorizerValue { name, parameter, value, allowed }
}
