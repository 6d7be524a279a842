//! `Prefer: return=…`: whether a change is answered with the resource (`api.md` §1.4).
//!
//! | | nothing preferred | `return=representation` | `return=minimal` |
//! |---|---|---|---|
//! | created | 201 with it | 201 with it | 201 with it |
//! | updated | 204 | 200 with it | 204 |
//!
//! The last cell of the first row is our decision: the service is not known to answer a creation with anything but a 201, and a
//! preference may be left unheeded (RFC 7240 §2).

use http::HeaderMap;

/// What a client prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preference {
    /// The whole resource.
    Representation,
    /// As little as possible.
    Minimal,
}

impl Preference {
    /// The first that the headers name.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Preference> {
        let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        let preferences =
            lines.flat_map(|line| line.split([',', ';'])).filter_map(|part| part.split_once('='));
        let mut returns = preferences.filter(|(name, _)| name.trim().eq_ignore_ascii_case("return"));
        returns.find_map(|(_, value)| match value.trim().trim_matches('"').to_ascii_lowercase().as_str() {
            "representation" => Some(Preference::Representation),
            "minimal" => Some(Preference::Minimal),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::Preference::{Minimal, Representation};
    use super::*;

    #[test]
    fn preferences_as_clients_spell_them() {
        for (prefer, expected) in [
            ("return=representation", Some(Representation)),
            ("return=minimal", Some(Minimal)),
            ("Return = \"Minimal\"", Some(Minimal)),
            ("odata.include-annotations=\"*\", return=representation", Some(Representation)),
            ("return=representation; return=minimal", Some(Representation)),
            ("return=nothing", None),
            ("respond-async", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static("prefer"),
                HeaderValue::from_static(prefer),
            )]);
            assert_eq!(Preference::of(&headers), expected, "{prefer}");
        }
        assert_eq!(Preference::of(&HeaderMap::new()), None);
    }
}
