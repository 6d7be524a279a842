//! Which api-version a request speaks: `api-version` in the query string, mandatory on every call of the service's own
//! paths (`api.md` §1.2).

use lazuli_wire::ApiVersion;

use super::query::QueryString;
use crate::error::{self, Error};

/// The request's version, or the service's 400.
pub(crate) fn of(query: &QueryString) -> Result<ApiVersion, Error> {
    let text = query.get("api-version").unwrap_or_default();
    text.parse().map_err(|_| {
        if looks_like_a_version(text) { error::unknown_version() } else { error::no_version(&supported()) }
    })
}

/// `2026-04-01` or `2026-04-01-preview`, whatever the digits.
fn looks_like_a_version(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let date = text.strip_suffix("-preview").unwrap_or(&text);
    let shape: String = date.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00"
}

fn supported() -> String {
    let newest_first = ApiVersion::ALL.iter().rev().map(|version| format!("'{version}'"));
    newest_first.collect::<Vec<_>>().join(", ")
}
