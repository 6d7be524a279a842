//! The api-versions that requests may name.

use std::fmt;
use std::str::FromStr;

/// A version of the REST API, oldest first. Every request names one in its query string (`api.md` §1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiVersion {
    /// `2025-09-01`: sent by `azure-search-documents` 11.6 (Python).
    V2025_09_01,
    /// `2026-04-01`, the baseline: sent by `azure-search-documents` 12.0 (Python) and `@azure/search-documents` 13 (JS).
    V2026_04_01,
}

impl ApiVersion {
    /// All versions, oldest first.
    pub const ALL: [Self; 2] = [Self::V2025_09_01, Self::V2026_04_01];

    /// The newest version: the shape in which definitions are stored.
    pub const NEWEST: Self = Self::V2026_04_01;

    /// As it stands in a query string: `2026-04-01`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2025_09_01 => "2025-09-01",
            Self::V2026_04_01 => "2026-04-01",
        }
    }

    /// The namespace of the version's types as `@odata.context` and error sentences show it:
    /// `Microsoft.Azure.Search.V2026_04_01`.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V2025_09_01 => "Microsoft.Azure.Search.V2025_09_01",
            Self::V2026_04_01 => "Microsoft.Azure.Search.V2026_04_01",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no api-version of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown api-version")]
pub struct UnknownVersion;

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    /// Versions are compared without regard to case (`-Preview`, `-preview`; `wire.md` §1).
    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_parse_and_print_alike_and_are_ordered() {
        for version in ApiVersion::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
            assert_eq!(version.namespace(), format!("Microsoft.Azure.Search.V{version}").replace('-', "_"));
        }
        assert!(ApiVersion::ALL.is_sorted());
        assert_eq!(ApiVersion::ALL.last(), Some(&ApiVersion::NEWEST));
        for unknown in ["", "2026-04-1", "2026-04-01 ", "2020-06-30", "2026-04-01-preview"] {
            assert_eq!(unknown.parse::<ApiVersion>(), Err(UnknownVersion), "{unknown}");
        }
    }
}
