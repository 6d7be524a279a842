//! How much OData metadata the client asked for in `Accept` (`api.md` §1.4).

use http::{HeaderMap, header};

/// The metadata level of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metadata {
    /// No `@odata.context`.
    None,
    /// With `@odata.context`; what clients get that ask for nothing, and the most we have (`full` is answered with it).
    Minimal,
}

impl Metadata {
    /// Reads `Accept: application/json;odata.metadata=none`; blanks and case are free.
    pub(crate) fn of(headers: &HeaderMap) -> Metadata {
        let none = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']))
            .filter_map(|part| part.split_once('='))
            .any(|(name, value)| {
                name.trim().eq_ignore_ascii_case("odata.metadata")
                    && value.trim().eq_ignore_ascii_case("none")
            });
        if none { Metadata::None } else { Metadata::Minimal }
    }

    /// The content type of a JSON answer of this level (`wire.md` §1).
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Metadata::None => "application/json; odata.metadata=none; odata.streaming=true; charset=utf-8",
            Metadata::Minimal => {
                "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(accept: &'static str, expected: Metadata) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        assert_eq!(Metadata::of(&headers), expected, "{accept}");
    }

    #[test]
    fn levels_as_the_sdks_spell_them() {
        check("application/json;odata.metadata=none", Metadata::None);
        check("application/json; odata.metadata=none", Metadata::None);
        check("application/json;odata.metadata=minimal", Metadata::Minimal);
        check("application/json", Metadata::Minimal);
        check("*/*", Metadata::Minimal);
        assert_eq!(Metadata::of(&HeaderMap::new()), Metadata::Minimal);
    }
}
