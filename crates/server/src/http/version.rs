//! Which api-version a request speaks: `api-version` in the query string, mandatory on every call of the service's own
//! paths (`api.md` §1.2).

use lazuli_wire::ApiVersion;

use super::query::QueryString;
use crate::error::{self, Error};

/// The request's version, or the service's 400.
pub(crate) fn of(query: &QueryString) -> Result<ApiVersion, Error> {
    query
        .get("api-version")
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| error::unsupported_version(&supported()))
}

fn supported() -> String {
    let newest_first = ApiVersion::ALL.iter().rev().map(|version| format!("'{version}'"));
    newest_first.collect::<Vec<_>>().join(", ")
}
