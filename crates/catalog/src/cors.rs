//! CORS options: which origins a browser's page may query an index from.

use lazuli_wire::indexes::CorsOptions;

use crate::error::CorsProblem;

/// The origin that stands for all of them.
const ANY: &str = "*";

/// Checks the origins and the age (`api.md` §3.1). Nothing is filled in: an age that was not sent is shown as null and means
/// 300 seconds.
pub(crate) fn check(options: &CorsOptions) -> Result<(), CorsProblem> {
    let origins = &options.allowed_origins;
    if origins.len() > 1 && origins.iter().any(|origin| origin == ANY) {
        return Err(CorsProblem::StarAndOthers);
    }
    if let Some(origin) = origins.iter().find(|origin| *origin != ANY && !is_origin(origin)) {
        return Err(CorsProblem::Origin { origin: origin.clone() });
    }
    match options.max_age_in_seconds {
        Some(seconds) if seconds < 0 => Err(CorsProblem::MaxAge { seconds }),
        Some(_) | None => Ok(()),
    }
}

/// `scheme://host[:port]`, what browsers send. The service also takes a slash at its end (azure-sdk-for-java,
/// `IndexManagementTests`).
fn is_origin(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    // An IPv6 address stands in brackets and is full of colons.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (rest, None),
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    let is_host =
        !host.is_empty() && !host.contains(|char: char| char.is_whitespace() || "/?#@*".contains(char));
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    is_scheme && is_host && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(origins: &[&str], max_age_in_seconds: Option<i64>) -> Option<String> {
        let allowed_origins = origins.iter().map(|&origin| origin.to_owned()).collect();
        check(&CorsOptions { allowed_origins, max_age_in_seconds }).err().map(|problem| problem.to_string())
    }

    #[test]
    fn origins_are_a_scheme_a_host_and_perhaps_a_port() {
        for origin in [
            "*",
            "http://localhost",
            "https://test.com/",
            "https://www.example.org:8443",
            "http://[::1]",
            "http://[::1]:80",
        ] {
            assert_eq!(refusal(&[origin], None), None, "{origin}");
        }
        assert_eq!(refusal(&[], Some(0)), None);
        assert_eq!(refusal(&["http://a", "http://b"], Some(300)), None);
        for origin in [
            "",
            "www.example.org",
            "https://",
            "https://a//",
            "https://a/b",
            "https://a:port",
            "https://*.a.org",
            "://a",
        ] {
            let expected = format!(
                "The allowed origin '{origin}' is not valid. Allowed origins are of the form \
                 '{{protocol}}://{{fully-qualified-domain-name}}[:{{port}}]', or '*'."
            );
            assert_eq!(refusal(&[origin], None), Some(expected));
        }
        assert_eq!(
            refusal(&["*", "http://a"], None).as_deref(),
            Some("The CORS options cannot have other allowed origins together with '*'.")
        );
        assert_eq!(
            refusal(&["*"], Some(-1)).as_deref(),
            Some("The CORS options have the property 'maxAgeInSeconds' set to -1. It cannot be negative.")
        );
    }
}
