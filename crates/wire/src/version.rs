//! The api-versions that requests may name.

use std::fmt;
use std::str::FromStr;

/// Declares the versions once: the variant, its text in a query string, its part of a namespace.
macro_rules! versions {
    ($($variant:ident $text:literal $namespace:literal,)+) => {
        /// A version of the REST API, oldest first. Every request names one in its query string (`api.md` §1.2).
        ///
        /// A preview comes after the stable version of the same date. Previews have what the stable versions before
        /// them have and more; what only previews have, later stable versions do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ApiVersion {
            $(#[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl ApiVersion {
            /// All versions, oldest first.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// As it stands in a query string: `2026-04-01`, `2025-11-01-preview`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The namespace of the version's types as `@odata.context` and error sentences show it:
            /// `Microsoft.Azure.Search.V2026_04_01`, `Microsoft.Azure.Search.V2025_11_01_Preview`.
            pub const fn namespace(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("Microsoft.Azure.Search.V", $namespace),)+
                }
            }
        }
    };
}

versions! {
    V2015_02_28 "2015-02-28" "2015_02_28",
    V2016_09_01 "2016-09-01" "2016_09_01",
    V2016_09_01Preview "2016-09-01-preview" "2016_09_01_Preview",
    V2017_11_11 "2017-11-11" "2017_11_11",
    V2017_11_11Preview "2017-11-11-preview" "2017_11_11_Preview",
    V2019_05_06 "2019-05-06" "2019_05_06",
    V2019_05_06Preview "2019-05-06-preview" "2019_05_06_Preview",
    V2020_06_30 "2020-06-30" "2020_06_30",
    V2020_06_30Preview "2020-06-30-preview" "2020_06_30_Preview",
    V2021_04_30Preview "2021-04-30-preview" "2021_04_30_Preview",
    V2023_07_01Preview "2023-07-01-preview" "2023_07_01_Preview",
    V2023_10_01Preview "2023-10-01-preview" "2023_10_01_Preview",
    V2023_11_01 "2023-11-01" "2023_11_01",
    V2024_03_01Preview "2024-03-01-preview" "2024_03_01_Preview",
    V2024_05_01Preview "2024-05-01-preview" "2024_05_01_Preview",
    V2024_07_01 "2024-07-01" "2024_07_01",
    V2024_09_01Preview "2024-09-01-preview" "2024_09_01_Preview",
    V2024_11_01Preview "2024-11-01-preview" "2024_11_01_Preview",
    V2025_03_01Preview "2025-03-01-preview" "2025_03_01_Preview",
    V2025_05_01Preview "2025-05-01-preview" "2025_05_01_Preview",
    V2025_08_01Preview "2025-08-01-preview" "2025_08_01_Preview",
    V2025_09_01 "2025-09-01" "2025_09_01",
    V2025_11_01Preview "2025-11-01-preview" "2025_11_01_Preview",
    V2026_04_01 "2026-04-01" "2026_04_01",
    V2026_05_01Preview "2026-05-01-preview" "2026_05_01_Preview",
    V2026_08_01Preview "2026-08-01-preview" "2026_08_01_Preview",
}

impl ApiVersion {
    /// The newest version: the shape in which definitions are stored. It has every member there is.
    pub const NEWEST: Self = Self::V2026_08_01Preview;

    /// Whether it is a preview.
    pub fn is_preview(self) -> bool {
        // A stable version is a date and nothing else.
        self.as_str().len() > "2026-04-01".len()
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
            assert_eq!(version.to_string().to_uppercase().parse(), Ok(version));
            let namespace = format!("Microsoft.Azure.Search.V{version}").replace('-', "_");
            assert_eq!(version.namespace(), namespace.replace("preview", "Preview"));
        }
        assert!(ApiVersion::ALL.is_sorted_by_key(|version| version.as_str()));
        assert_eq!(ApiVersion::ALL.last(), Some(&ApiVersion::NEWEST));
        for unknown in ["", "2026-04-1", "2026-04-01 ", "2014-07-31-preview", "2026-04-01-preview"] {
            assert_eq!(unknown.parse::<ApiVersion>(), Err(UnknownVersion), "{unknown}");
        }
    }
}
